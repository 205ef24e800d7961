//! What has been answered, and how long it is good.

use crate::record::{Answer, Question, RECORDS_MAX, Record};
use clock::{Duration, Moment};
use std::collections::BTreeMap;

/// No more answers than this are kept; the one that was good for the shortest goes first.
pub const ENTRIES_MAX: usize = 512;

/// How long an answer that has run out is used on before it is asked for again, while nobody can
/// say anything newer (RFC 8767 §5).
pub const STALE_FOR: Duration = Duration::from_secs(30);

/// An answer is good for this long at least, whatever its owner says.
const TTL_MIN: Duration = Duration::from_secs(5);
/// And for this long at most.
const TTL_MAX: Duration = Duration::from_secs(24 * 3_600);
/// What is not there now may be there soon (RFC 2308 §5).
const NOTHING_TTL_MAX: Duration = Duration::from_secs(300);

/// What the cache has on a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Known<'a> {
    /// These records, for so long.
    Records(&'a [Record], Moment),
    /// There is nothing, for so long.
    Nothing(Moment),
    /// It could not be learnt, and is not asked for again before then.
    Failed(Moment),
    /// It has to be asked.
    Unknown,
}

#[derive(Clone, Debug)]
enum What {
    Records(Vec<Record>),
    Nothing,
    Failed,
}

/// Answers by their questions.
#[derive(Debug, Default)]
pub(crate) struct Cache(BTreeMap<Question, (What, Moment)>);

impl Cache {
    pub(crate) fn look(&self, now: Moment, question: &Question) -> Known<'_> {
        match self.0.get(question) {
            Some((what, until)) if *until > now => match what {
                What::Records(records) => Known::Records(records, *until),
                What::Nothing => Known::Nothing(*until),
                What::Failed => Known::Failed(*until),
            },
            Some(_) | None => Known::Unknown,
        }
    }

    pub(crate) fn keep(&mut self, now: Moment, question: Question, answer: Answer) {
        let (what, until) = match answer {
            Answer::Found { mut records, ttl } => {
                records.truncate(RECORDS_MAX);
                (What::Records(records), now + ttl.clamp(TTL_MIN, TTL_MAX))
            }
            Answer::Nothing { ttl } => (What::Nothing, now + ttl.clamp(TTL_MIN, NOTHING_TTL_MAX)),
            Answer::Failed => match self.0.remove(&question) {
                Some((known @ (What::Records(_) | What::Nothing), _)) => (known, now + STALE_FOR),
                Some((What::Failed, _)) | None => (What::Failed, now + TTL_MIN),
            },
        };
        self.0.insert(question, (what, until));
        if self.0.len() > ENTRIES_MAX {
            let first = self.0.iter().min_by_key(|(_, (_, until))| *until);
            let first = first.map(|(question, _)| question.clone());
            first.into_iter().for_each(|question| {
                self.0.remove(&question);
            });
        }
    }
}
