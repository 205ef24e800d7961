//! What people change by hand: a call's priority, its queue, a ring.

use super::Acd;
use crate::{Output, ReservationEnd};
use clock::Moment;
use ids::{CallId, ReservationId};

impl Acd {
    /// Takes a call out of its queue. It may come to another one, with the arrival that it has.
    pub(super) fn take_out(&mut self, now: Moment, call: CallId) {
        self.note_standing(now, call);
        let Some(reservations) = self.leave(call) else { return };
        self.counts.taken_out += 1;
        for reservation in reservations {
            self.set_free(now, reservation, ReservationEnd::Withdrawn);
        }
    }

    /// Gives a call another priority of its own. Nobody is rung for that: who waits, waits because
    /// nobody is there to take the call, whatever its score.
    pub(super) fn set_priority(&mut self, call: CallId, priority: u8) {
        self.callers.set_priority(call, priority);
    }

    /// Takes a ring back. For the call that is as if the agent had refused, for the agent nothing has
    /// happened. An answered phone that is not connected yet is hung up on.
    pub(super) fn take_ring_back(&mut self, now: Moment, reservation: ReservationId) {
        if self.reservations.contains_key(&reservation) {
            let why = ReservationEnd::Withdrawn;
            self.outputs.push_back(Output::StopRinging { reservation, why });
            self.come_to_nothing(now, reservation, why);
        }
    }
}
