//! Who has been wrong too often: guesses cost the guesser time, and us no hashing.

use clock::{Deadlines, Duration, Moment};
use sip_msg::Text;
use std::collections::BTreeMap;
use std::net::IpAddr;

/// Wrong credentials from one source, or for one user at one source, that cost nothing: people
/// mistype.
pub const FREE_FAILURES: u32 = 5;
/// Wrong credentials from one source, or for one user at one source, until no more are looked at.
pub const FAILURES_MAX: u32 = 20;
/// How many times as many there may be for one user from everywhere: who guesses from many places is
/// to be held up, and the agent who comes from a new place is not.
pub const FAILURES_OF_USER: u32 = 5;
/// How long wrong credentials are remembered after the latest, and so how long it takes until some
/// are looked at again.
pub const FAILURES_WINDOW: Duration = Duration::from_secs(60);
/// The pause after the first failure that is not free; it doubles with each further one.
pub const PAUSE_MIN: Duration = Duration::from_secs(1);
/// The longest pause.
pub const PAUSE_MAX: Duration = Duration::from_secs(8);
/// Suspects remembered at one time. Past it the one that would be forgotten first is forgotten.
pub const SUSPECTS_MAX: usize = 20_000;
/// The longest name of a user that is remembered as a suspect; no account has one as long.
const NAME_MAX: usize = 256;

/// Whose failures are counted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Suspect {
    /// Everybody at one source, as [`Hop::source`](sip_txn::Hop::source) names it.
    Source(IpAddr),
    /// One user, wherever; one that does not exist as well as one that does.
    User(Text),
    /// One user at one source.
    UserAt(IpAddr, Text),
}

impl Suspect {
    /// How many times the usual number of failures it may have.
    const fn patience(&self) -> u32 {
        match self {
            Self::Source(_) | Self::UserAt(..) => 1,
            Self::User(_) => FAILURES_OF_USER,
        }
    }

    fn is_worth_remembering(&self) -> bool {
        match self {
            Self::Source(_) => true,
            Self::User(name) | Self::UserAt(_, name) => name.len() <= NAME_MAX,
        }
    }
}

/// Whether credentials are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Leave {
    /// They are.
    Granted,
    /// Not before this much time.
    After(Duration),
    /// Not until the failures are forgotten.
    Refused,
}

#[derive(Clone, Copy, Debug)]
struct Failures {
    count: u32,
    /// The pause ends.
    next_try: Moment,
}

/// Failures of each suspect.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tries {
    failures: BTreeMap<Suspect, Failures>,
    forget_at: Deadlines<Suspect>,
}

impl Tries {
    /// Counts a failure. Costs the same whoever it is.
    pub(crate) fn fail(&mut self, now: Moment, suspect: Suspect) {
        if !suspect.is_worth_remembering() {
            return;
        }
        let before = self.failures.get(&suspect).map_or(0, |failures| failures.count);
        let count = before.saturating_add(1);
        let next_try = now + pause(count / suspect.patience());
        self.failures.insert(suspect.clone(), Failures { count, next_try });
        self.forget_at.set(suspect, now + FAILURES_WINDOW);
        if self.failures.len() > SUSPECTS_MAX {
            self.forget_due(Moment::from_micros(u64::MAX));
        }
    }

    /// Whether credentials of this suspect are looked at now.
    pub(crate) fn leave(&mut self, now: Moment, suspect: &Suspect) -> Leave {
        while self.forget_due(now) {}
        match self.failures.get(suspect) {
            Some(Failures { count, .. }) if count / suspect.patience() >= FAILURES_MAX => {
                Leave::Refused
            }
            Some(Failures { next_try, .. }) if *next_try > now => Leave::After(next_try.since(now)),
            Some(_) | None => Leave::Granted,
        }
    }

    /// Forgets one suspect whose time has come.
    fn forget_due(&mut self, now: Moment) -> bool {
        let due = self.forget_at.pop_due(now);
        due.is_some_and(|suspect| self.failures.remove(&suspect).is_some())
    }
}

/// How long nothing is looked at after so many failures.
fn pause(failures: u32) -> Duration {
    match failures.checked_sub(FREE_FAILURES) {
        None => Duration::ZERO,
        Some(doublings) => PAUSE_MIN.saturating_mul(2_u32.saturating_pow(doublings)).min(PAUSE_MAX),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: Suspect = Suspect::Source(IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 66)));

    /// Fails as often and as soon as it may, `times` times; how long that took.
    fn guess(tries: &mut Tries, suspect: &Suspect, start: Moment, times: u32) -> Moment {
        let mut now = start;
        for _ in 0..times {
            match tries.leave(now, suspect) {
                Leave::Granted => {}
                Leave::After(pause) => now += pause,
                Leave::Refused => panic!("refused already"),
            }
            tries.fail(now, suspect.clone());
        }
        now
    }

    #[test]
    fn a_guesser_is_slowed_and_then_refused_for_a_minute() {
        let mut tries = Tries::default();
        let start = Moment::from_micros(5);
        let free = guess(&mut tries, &SOURCE, start, FREE_FAILURES);
        assert_eq!(free, start, "the first ones cost nothing");
        assert_eq!(tries.leave(start, &SOURCE), Leave::After(PAUSE_MIN));
        let last = guess(&mut tries, &SOURCE, start, FAILURES_MAX - FREE_FAILURES);
        // 1 + 2 + 4 and twelve times 8 seconds.
        assert_eq!(last.since(start), Duration::from_secs(103));
        assert_eq!(tries.leave(last, &SOURCE), Leave::Refused);
        let minute = last + FAILURES_WINDOW;
        assert_eq!(tries.leave(minute - Duration::from_micros(1), &SOURCE), Leave::Refused);
        assert_eq!(tries.leave(minute, &SOURCE), Leave::Granted);
    }

    #[test]
    fn a_user_is_not_shut_out_by_the_failures_that_shut_a_source_out() {
        let mut tries = Tries::default();
        let user = Suspect::User("ana".into());
        let last = guess(&mut tries, &user, Moment::ZERO, FAILURES_MAX);
        assert_eq!(last, Moment::ZERO);
        let last = guess(&mut tries, &user, last, FAILURES_MAX * (FAILURES_OF_USER - 1));
        assert_eq!(tries.leave(last, &user), Leave::Refused);
    }

    #[test]
    fn a_crowd_of_suspects_does_not_grow_the_table() {
        let mut tries = Tries::default();
        let crowd = u32::try_from(SUSPECTS_MAX).unwrap() + 500;
        for source in 0..crowd {
            let now = Moment::from_micros(source.into());
            tries.fail(now, Suspect::Source(IpAddr::V4(source.into())));
        }
        assert_eq!((tries.failures.len(), tries.forget_at.len()), (SUSPECTS_MAX, SUSPECTS_MAX));
        let endless = Text::from("x".repeat(NAME_MAX + 1));
        tries.fail(Moment::ZERO, Suspect::User(endless.clone()));
        assert_eq!(tries.leave(Moment::ZERO, &Suspect::User(endless)), Leave::Granted);
    }
}
