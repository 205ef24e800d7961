//! What the ledger says when such a day is over: each call has one end, each promise one, and the counts add up.

use super::disk::Known;
use crate::world::World;
use ids::CallId;
use jiff::Timestamp;
use ledger::{Filter, Place};

/// No day has more calls.
const CALLS_MAX: u32 = 10_000;
/// What the ledger itself says of a call that was on when the process died.
const CLOSED_AT_A_START: &str = "the engine stopped while the call was on";
const READS: &str = "what was written can be read";

impl World {
    /// Looks through what the processes of the day have left.
    pub(crate) fn evening(&mut self) {
        let Some(crashing) = &mut self.crashing else { return };
        crashing.disk.end();
        let disk = &crashing.disk;
        let read = disk.runtime().block_on(each_has_one_end(disk.place(), disk.known()));
        self.insist(read);
        let called = self.nobody_is_called_oftener_than_is_written();
        self.insist(called);
    }

    fn nobody_is_called_oftener_than_is_written(&self) -> Result<(), String> {
        let Some(crashing) = &self.crashing else { return Ok(()) };
        let attempts = &crashing.disk.known().attempts;
        let is_oftener = |(number, times): &(&String, &u32)| {
            attempts.get(*number).is_none_or(|attempts| attempts < times)
        };
        match self.rung.iter().find(is_oftener) {
            Some((number, times)) => Err(format!(
                "{number} rang {times} times, and {:?} are written",
                attempts.get(number)
            )),
            None => Ok(()),
        }
    }
}

/// A row that is open when a process dies is closed by the next, or by what becomes of the call then; not by both.
async fn each_has_one_end(place: &Place, known: &Known) -> Result<(), String> {
    for call in ledger::list(place, Filter::last(CALLS_MAX)).await.expect(READS) {
        let told = known.ends.get(&CallId(call.id)).copied().unwrap_or(0);
        let is_closed_at_a_start = call.cause.as_deref() == Some(CLOSED_AT_A_START);
        let ends = told + u32::from(is_closed_at_a_start);
        if ends != 1 || call.outcome.is_none() || call.ended_at.is_none() {
            return Err(format!("call {} has {ends} ends: {call:?}", call.id));
        }
    }
    for callback in ledger::callbacks(place).await.expect(READS) {
        let overs = known.overs.get(&CallId(callback.id)).copied().unwrap_or(0);
        if overs != 1 || callback.outcome.is_none() {
            return Err(format!("a callback is over {overs} times: {callback:?}"));
        }
    }
    let off = ledger::imbalance(place, Timestamp::UNIX_EPOCH).await.expect(READS);
    if off.is_none() { Ok(()) } else { Err(format!("the counts do not add up: {off:?}")) }
}
