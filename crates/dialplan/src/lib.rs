//! The dialplan: TOML in, a checked plan or every fault out.

pub mod builtin;
mod fault;
mod faults;
mod plan;
mod secrets;

pub use fault::{Fault, Severity};
pub use faults::Faults;
pub use plan::{
    Agent, Goto, Hours, HoursId, Language, LanguageId, LogIn, Menu, Number, OpenSpan, Opening,
    Phrase, Plan, Queue, Say, Secret, ShortCodes, Speak, Step, StepId,
};
pub use secrets::SecretSource;
