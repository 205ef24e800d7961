//! Idempotency keys: what was sent with one is carried out once, however often it is sent again.
//!
//! Written after draft-ietf-httpapi-idempotency-key-header-07. A key belongs to whoever gave it, and is
//! known for a while and no longer; no key is forgotten earlier to make room for others, for then a
//! command that is sent again would be carried out again.

use axum::body::Bytes;
use axum::http::StatusCode;
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Keys that are known at once, of all givers together: sixteen new ones a second.
pub(crate) const KEYS_MAX: usize = 10_000;
/// How long a key is known.
pub(crate) const KEPT_FOR: Duration = Duration::from_secs(600);
/// The longest key, in bytes.
const KEY_BYTES_MAX: usize = 255;

/// A key of somebody's.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    giver: String,
    key: String,
}

impl Key {
    /// The key of a header field (§2.1): a string in quotes (RFC 9651 §3.3.3). Most clients leave the quotes
    /// out, which is taken too. None for what is neither.
    pub(crate) fn read(giver: String, field: &str) -> Option<Self> {
        let field = field.trim();
        let quoted = field.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        let key = quoted.unwrap_or(field);
        let is_plain = |byte: u8| matches!(byte, b' '..=b'~') && byte != b'"' && byte != b'\\';
        let is_key = (1..=KEY_BYTES_MAX).contains(&key.len()) && key.bytes().all(is_plain);
        is_key.then(|| Self { giver, key: key.to_owned() })
    }
}

/// SHA-256 of a request: its path and its body.
pub(crate) type Fingerprint = [u8; 32];

/// What was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) body: Bytes,
}

/// What a key that comes with a request is.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Seen {
    /// It is new: carry the request out, and say what came of it.
    First,
    /// The request was carried out.
    Answered(Answer),
    /// It is being carried out.
    InFlight,
    /// The key was used for another request.
    Reused,
    /// So many keys are known that no other can be kept.
    Full,
}

/// The keys that are known.
#[derive(Clone, Debug, Default)]
pub(crate) struct Repeats(Arc<Mutex<Table>>);

#[derive(Debug, Default)]
struct Table {
    known: BTreeMap<Key, Known>,
    /// Every key that is known, the oldest first.
    by_age: VecDeque<(Instant, Key)>,
}

#[derive(Debug)]
struct Known {
    fingerprint: Fingerprint,
    /// None while the request is being carried out.
    answer: Option<Answer>,
}

impl Repeats {
    /// A request comes with this key.
    pub(crate) fn begin(&self, now: Instant, key: &Key, fingerprint: Fingerprint) -> Seen {
        self.with(|table| table.begin(now, key, fingerprint))
    }

    /// It was answered so.
    pub(crate) fn answered(&self, key: &Key, answer: Answer) {
        self.with(|table| {
            if let Some(known) = table.known.get_mut(key) {
                known.answer = Some(answer);
            }
        });
    }

    /// Nothing was done: the key is as good as new.
    pub(crate) fn forget(&self, key: &Key) {
        self.with(|table| {
            table.known.remove(key);
            table.by_age.retain(|(_, other)| other != key);
        });
    }

    fn with<T>(&self, does: impl FnOnce(&mut Table) -> T) -> T {
        // Nobody panics while holding it; if somebody did, the table would be whole.
        does(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Table {
    fn begin(&mut self, now: Instant, key: &Key, fingerprint: Fingerprint) -> Seen {
        while let Some((at, oldest)) = self.by_age.front()
            && now.duration_since(*at) >= KEPT_FOR
        {
            self.known.remove(oldest);
            self.by_age.pop_front();
        }
        match self.known.get(key) {
            Some(known) if known.fingerprint != fingerprint => Seen::Reused,
            Some(Known { answer: Some(answer), .. }) => Seen::Answered(answer.clone()),
            Some(Known { answer: None, .. }) => Seen::InFlight,
            None if self.known.len() >= KEYS_MAX => Seen::Full,
            None => {
                self.known.insert(key.clone(), Known { fingerprint, answer: None });
                self.by_age.push_back((now, key.clone()));
                Seen::First
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(n: usize) -> Key {
        Key::read("token:desk".to_owned(), &n.to_string()).unwrap()
    }

    fn done() -> Answer {
        Answer { status: StatusCode::OK, body: Bytes::from_static(b"{}") }
    }

    #[test]
    fn a_key_is_known_for_its_request_until_its_time_is_over() {
        let repeats = Repeats::default();
        let start = Instant::now();
        let begin = |after: Duration, of: u8| repeats.begin(start + after, &key(1), [of; 32]);
        assert_eq!(begin(Duration::ZERO, 1), Seen::First);
        assert_eq!(begin(Duration::ZERO, 1), Seen::InFlight);
        repeats.answered(&key(1), done());
        assert_eq!(begin(KEPT_FOR - Duration::from_secs(1), 1), Seen::Answered(done()));
        assert_eq!(begin(KEPT_FOR - Duration::from_secs(1), 2), Seen::Reused);
        assert_eq!(begin(KEPT_FOR, 2), Seen::First);
    }

    #[test]
    fn no_key_is_forgotten_for_another_and_those_that_are_over_make_room() {
        let repeats = Repeats::default();
        let start = Instant::now();
        for n in 0..KEYS_MAX {
            assert_eq!(repeats.begin(start, &key(n), [0; 32]), Seen::First);
        }
        assert_eq!(repeats.begin(start, &key(KEYS_MAX), [0; 32]), Seen::Full);
        assert_eq!(repeats.begin(start, &key(0), [0; 32]), Seen::InFlight);
        repeats.forget(&key(0));
        assert_eq!(repeats.begin(start, &key(KEYS_MAX), [0; 32]), Seen::First);
        assert_eq!(repeats.begin(start + KEPT_FOR, &key(0), [0; 32]), Seen::First);
        repeats.with(|table| assert_eq!((table.known.len(), table.by_age.len()), (1, 1)));
    }

    #[test]
    fn a_key_is_a_string_with_or_without_its_quotes() {
        let read = |field: &str| Key::read("socket".to_owned(), field).map(|key| key.key);
        assert_eq!(read(" \"8e03978e-40d5\" ").as_deref(), Some("8e03978e-40d5"));
        assert_eq!(read("8e03978e-40d5").as_deref(), Some("8e03978e-40d5"));
        for wrong in ["", "\"\"", "\"a", "a\"b", "å", "a\\b", &"a".repeat(256)] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
