//! What an agent did with their time, written down piece by piece.

use acd::AgentState;
use clock::Moment;

const MINUTE: u64 = 60_000_000;

/// Every piece of time so far, in microseconds: from, to, and whether it was work.
#[derive(Clone, Debug, Default)]
pub(crate) struct Hours {
    pieces: Vec<(u64, u64, Doing)>,
    until: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Doing {
    Away,
    Waiting,
    Working,
}

impl Hours {
    pub(crate) fn note(&mut self, now: Moment, state: AgentState) {
        let doing = match state {
            AgentState::Talking(_) | AgentState::WrapUp { .. } => Doing::Working,
            AgentState::Ready | AgentState::Ringing(_) => Doing::Waiting,
            AgentState::LoggedOut
            | AgentState::Unreachable
            | AgentState::NotReady(_)
            | AgentState::Occupied => Doing::Away,
        };
        self.pieces.push((self.until, now.as_micros(), doing));
        self.until = now.as_micros();
    }

    /// Work in the sixty minutes before this one, of the time on duty.
    pub(crate) fn millionths(&self, now: Moment) -> u64 {
        let end = now.as_micros() / MINUTE * MINUTE;
        let start = end.saturating_sub(60 * MINUTE);
        let sum = |wanted: &[Doing]| -> u64 {
            let pieces = self.pieces.iter().filter(|(_, _, doing)| wanted.contains(doing));
            pieces.map(|(from, to, _)| (*to).min(end).saturating_sub((*from).max(start))).sum()
        };
        let on_duty = sum(&[Doing::Working, Doing::Waiting]);
        (sum(&[Doing::Working]) * 1_000_000).checked_div(on_duty).unwrap_or(0)
    }
}
