//! Steps that say something and ask whether it is right.

use super::{Goto, Phrase, Saying};
use std::sync::Arc;
use std::time::Duration;

/// Says something, a value as a rule, and goes on by the key with which the caller says yes or no to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confirm {
    /// The name in the file, without the kind.
    pub name: Arc<str>,
    /// What is to be right or wrong. The values are as they are each time it is said.
    pub prompts: Vec<Saying>,
    /// Said behind it: which key says what.
    pub question: Vec<Phrase>,
    /// The key that says yes.
    pub yes_key: char,
    /// The key that says no; another one.
    pub no_key: char,
    /// Said after any other key, before it is asked again.
    pub invalid: Vec<Phrase>,
    /// Said when no key came in time, before it is asked again.
    pub silent: Vec<Phrase>,
    /// How long to wait for a key after the question.
    pub timeout: Duration,
    /// How often it is asked, at least once.
    pub tries: u8,
    /// Where to go when it is right.
    pub yes: Goto,
    /// Where to go when it is not.
    pub no: Goto,
    /// Where to go after the last try, and when a value can not be said: nothing of the step is said then.
    pub otherwise: Goto,
}
