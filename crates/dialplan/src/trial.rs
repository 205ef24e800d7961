//! Calls that are made up, to see what a plan does with them: who calls, when, which keys they press,
//! and how things stand in the queues meanwhile.
//!
//! A [`Trial`] is such a call, an [`Expectation`] what should come of it, and a [`Case`] both together,
//! as operators write them into a file.

mod case;
mod expectation;
mod figures;
mod known;
mod misfit;
mod outcome;
mod press;
mod reply;

pub use case::{CASES_MAX, Case, CheckedCases};
pub use expectation::{Expectation, Expected};
pub use figures::{Doors, Figures};
pub use known::{Answer, read_known};
pub use misfit::Misfit;
pub use outcome::{AtCallback, AtDial, AtVoicemail};
pub use press::{KEYS_MAX, Press, read_keys};
pub use reply::Reply;

use crate::Plan;
use crate::nearest::did_you_mean;
use jiff::civil::DateTime;
use std::collections::BTreeMap;
use std::time::Duration;

/// No caller stays longer than this, waiting or speaking.
pub const TIME_MAX: Duration = Duration::from_secs(24 * 3_600);

/// How long a caller speaks at a voicemail, unless it is said.
pub const SPEAKS: Duration = Duration::from_secs(10);

/// A call that is made up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trial {
    /// The number that is dialled: as the plan writes it, or as it is dialled in the country.
    pub to: String,
    /// The number of the caller; none: it is withheld.
    pub from: Option<String>,
    /// When, by the clock of the centre; none: now.
    pub at: Option<DateTime>,
    /// Which keys are pressed, in their order.
    pub keys: Vec<Press>,
    /// What directories answer that are asked over HTTP.
    pub answer: Answer,
    /// What other programs answer that `http` steps ask, by the names of the steps. Of a step that is not
    /// among them it is as [`answer`](Self::answer) says, and nothing is noted.
    pub replies: BTreeMap<String, Reply>,
    /// How long the caller stays in each queue at most; none: the trial is over at the first queue, unless
    /// somebody answers there.
    pub wait: Option<Duration>,
    /// How long after coming to a queue an agent answers; none: nobody does.
    pub answered_after: Option<Duration>,
    /// How long the caller talks with an agent who answers, and who hangs up then; none: the trial is over when one
    /// answers.
    pub talks: Option<Duration>,
    /// How long after the call was answered the caller hangs up, wherever that is.
    pub hangs_up_after: Option<Duration>,
    /// At which place the caller stands, each time it is told; the last one goes on. Empty: the first.
    pub places: Vec<u32>,
    /// How long a caller who comes to a queue is expected to wait; none: that would be a guess.
    pub expected_wait: Option<Duration>,
    /// How things stand in queues, by their names.
    pub queues: BTreeMap<String, Figures>,
    /// How long the caller speaks at a voicemail; zero: not at all.
    pub speaks: Duration,
    /// What a voicemail does with a message.
    pub voicemail: AtVoicemail,
    /// Whether callbacks can be promised.
    pub callback: AtCallback,
    /// Whether numbers outside answer.
    pub dial: AtDial,
}

impl Trial {
    /// Somebody who withholds the number dials `to` now, presses no key, and nobody answers.
    #[must_use]
    pub fn of(to: impl Into<String>) -> Self {
        Self {
            to: to.into(),
            from: None,
            at: None,
            keys: Vec::new(),
            answer: Answer::default(),
            replies: BTreeMap::new(),
            wait: None,
            answered_after: None,
            talks: None,
            hangs_up_after: None,
            places: Vec::new(),
            expected_wait: None,
            queues: BTreeMap::new(),
            speaks: SPEAKS,
            voicemail: AtVoicemail::default(),
            callback: AtCallback::default(),
            dial: AtDial::default(),
        }
    }

    /// How long after the caller has come to a queue an agent answers; none: nobody does. Who is to talk with one
    /// finds one ready, where nothing else is said.
    #[must_use]
    pub fn until_answered(&self) -> Option<Duration> {
        self.answered_after.or_else(|| self.talks.map(|_| Duration::ZERO))
    }

    /// What of it the plan does not know, each with the field that says so.
    #[must_use]
    pub fn misfits(&self, plan: &Plan) -> Vec<(&'static str, Misfit)> {
        let number = unknown_number(plan, &self.to).map(|misfit| ("to", misfit));
        let queues = self.queues.keys().filter_map(|name| unknown_queue(plan, name));
        let known = self.answer.misfits(plan).into_iter().map(|misfit| ("known", misfit));
        let replies = self.replies.iter();
        let replies = replies.filter_map(|(name, reply)| reply::misfit(plan, name, reply));
        let all = number.into_iter().chain(queues.map(|misfit| ("queue", misfit))).chain(known);
        all.chain(replies.map(|misfit| ("reply", misfit))).collect()
    }
}

/// What the clock of the centre shows, as it is written: `2026-12-24 10:00`.
///
/// # Errors
/// If this is no date with a time.
pub fn read_at(text: &str) -> Result<DateTime, Misfit> {
    let has_time = text.contains(':');
    text.trim().parse().ok().filter(|_| has_time).ok_or_else(|| {
        Misfit::new("bad-moment", format!("`{text}` is no date with a time"))
            .suggest("write it as \"2026-12-24 10:00\", by the clock of the centre")
    })
}

/// A length of time, as dialplans have it: `20s`, `1m30s`.
///
/// # Errors
/// If this is none, or longer than [`TIME_MAX`].
pub fn read_length(text: &str) -> Result<Duration, Misfit> {
    let length = crate::values::length(text).filter(|length| *length <= TIME_MAX);
    length.ok_or_else(|| {
        Misfit::new("bad-length", format!("`{text}` is no length of time up to 24h"))
            .suggest("write it as \"20s\", \"2m\" or \"1m30s\"")
    })
}

fn unknown_number(plan: &Plan, number: &str) -> Option<Misfit> {
    if plan.number_called(number).is_some() {
        return None;
    }
    if plan.numbers.contains_key(number) {
        let message = format!("`{number}` is many numbers");
        let such = plan.example_of(number).map(|one| format!("dial one of them, such as `{one}`"));
        return Some(Misfit::new("undefined-number", message).suggest(such));
    }
    let message = format!("the plan has no number `{number}`");
    let all = || {
        let numbers: Vec<_> = plan.numbers.keys().take(8).map(|it| format!("`{it}`")).collect();
        format!("it has {}", numbers.join(", "))
    };
    let meant = did_you_mean(number, plan.numbers.keys().map(|it| &**it));
    Some(Misfit::new("undefined-number", message).suggest(meant.unwrap_or_else(all)))
}

fn unknown_queue(plan: &Plan, name: &str) -> Option<Misfit> {
    if plan.queue_of(name).is_some() {
        return None;
    }
    let meant = did_you_mean(name, plan.queues.iter().map(|queue| &*queue.name));
    Some(Misfit::new("undefined-queue", format!("there is no queue `{name}`")).suggest(meant))
}
