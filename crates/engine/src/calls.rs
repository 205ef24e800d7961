//! The calls that are on, and who of them a leg or a reservation belongs to.

use crate::call::Call;
use crate::direct::Side;
use ids::{AgentId, CallId, LegId, ReservationId};
use std::collections::BTreeMap;

/// Whose leg it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    /// The caller's side of this call.
    Caller(CallId),
    /// A phone that rings or talks for this call.
    Agent(CallId),
    /// An agent's phone that dialled a short code, or was rung and is beside a talk.
    ShortCode,
    /// A phone that rings for this agent to be put beside a talk.
    Summoned(AgentId),
    /// A side of this direct call.
    Direct(CallId, Side),
    /// The phone of a customer who is called back, until somebody says there that they are.
    Customer(CallId),
    /// The phone of the agent who hands this call over, until that is done.
    Referrer(CallId),
    /// A side of this call of an earlier run, until everybody has answered.
    Interrupted(CallId),
}

/// All calls, by their number, by leg and by reservation.
#[derive(Debug, Default)]
pub(crate) struct Calls {
    /// Each in memory of its own: a map whose keys only grow has little more than half of its places filled.
    by_id: BTreeMap<CallId, Box<Call>>,
    by_leg: BTreeMap<LegId, Owner>,
    by_reservation: BTreeMap<ReservationId, CallId>,
}

impl Calls {
    pub(crate) fn len(&self) -> usize {
        self.by_id.len()
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Call> {
        self.by_id.values_mut().map(|call| &mut **call)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Call> {
        self.by_id.values().map(|call| &**call)
    }

    pub(crate) fn ids(&self) -> Vec<CallId> {
        self.by_id.keys().copied().collect()
    }

    pub(crate) fn insert(&mut self, call: Call) {
        self.by_leg.insert(call.line.leg, Owner::Caller(call.id));
        self.by_id.insert(call.id, Box::new(call));
    }

    pub(crate) fn remove(&mut self, call: CallId) -> Option<Call> {
        self.by_id.remove(&call).map(|call| *call)
    }

    pub(crate) fn get(&self, call: CallId) -> Option<&Call> {
        self.by_id.get(&call).map(|call| &**call)
    }

    pub(crate) fn get_mut(&mut self, call: CallId) -> Option<&mut Call> {
        self.by_id.get_mut(&call).map(|call| &mut **call)
    }

    pub(crate) fn owner(&self, leg: LegId) -> Option<Owner> {
        self.by_leg.get(&leg).copied()
    }

    pub(crate) fn own(&mut self, leg: LegId, owner: Owner) {
        self.by_leg.insert(leg, owner);
    }

    /// The leg is gone, or none of our business any more.
    pub(crate) fn disown(&mut self, leg: LegId) {
        self.by_leg.remove(&leg);
    }

    pub(crate) fn reserve(&mut self, reservation: ReservationId, call: CallId) {
        self.by_reservation.insert(reservation, call);
    }

    pub(crate) fn reserved(&self, reservation: ReservationId) -> Option<CallId> {
        self.by_reservation.get(&reservation).copied()
    }

    /// The reservation is over. Whether it was known, and had not been over before.
    pub(crate) fn unreserve(&mut self, reservation: ReservationId) -> bool {
        self.by_reservation.remove(&reservation).is_some()
    }

    /// How many legs are owned, for the books of the simulation.
    pub(crate) fn legs(&self) -> usize {
        self.by_leg.len()
    }
}
