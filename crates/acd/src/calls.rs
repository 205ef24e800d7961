//! The callers by call and by seat.
//!
//! Who knows a caller's seat finds them at once, however many there are. A line knows the seats of those who stand
//! in it, so a decision need not look for the call that it has found there.

use crate::callers::Caller;
use ids::CallId;
use std::collections::BTreeMap;

/// Where a caller is kept; a seat that was left is given to somebody else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Seat(u32);

impl Seat {
    /// Of one who is not here.
    pub(crate) const NONE: Self = Self(u32::MAX);
}

/// All callers.
#[derive(Clone, Debug, Default)]
pub(crate) struct Calls {
    seats: Vec<Option<Caller>>,
    free: Vec<Seat>,
    by_id: BTreeMap<CallId, Seat>,
}

impl Calls {
    pub(crate) fn len(&self) -> usize {
        self.by_id.len()
    }

    /// In the order of the calls.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (CallId, &Caller)> {
        self.by_id.iter().filter_map(|(call, seat)| Some((*call, self.at(*seat)?)))
    }

    /// In the order of their seats.
    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Caller> {
        self.seats.iter_mut().flatten()
    }

    pub(crate) fn get(&self, call: CallId) -> Option<&Caller> {
        self.at(*self.by_id.get(&call)?)
    }

    pub(crate) fn get_mut(&mut self, call: CallId) -> Option<&mut Caller> {
        let seat = *self.by_id.get(&call)?;
        self.at_mut(seat)
    }

    pub(crate) fn at(&self, seat: Seat) -> Option<&Caller> {
        self.seats.get(usize::try_from(seat.0).ok()?)?.as_ref()
    }

    pub(crate) fn at_mut(&mut self, seat: Seat) -> Option<&mut Caller> {
        self.seats.get_mut(usize::try_from(seat.0).ok()?)?.as_mut()
    }

    /// Seats a caller, whom `made` gives for the seat; none where there is no more room, or the call is here.
    pub(crate) fn insert(&mut self, call: CallId, made: impl FnOnce(Seat) -> Caller) {
        if self.by_id.contains_key(&call) {
            return;
        }
        let seat = self.free.pop().unwrap_or_else(|| {
            self.seats.push(None);
            u32::try_from(self.seats.len() - 1).map_or(Seat::NONE, Seat)
        });
        let at = usize::try_from(seat.0).unwrap_or(usize::MAX);
        if let Some(place) = self.seats.get_mut(at) {
            *place = Some(made(seat));
            self.by_id.insert(call, seat);
        }
    }

    pub(crate) fn remove(&mut self, call: CallId) -> Option<Caller> {
        let seat = self.by_id.remove(&call)?;
        let left = self.seats.get_mut(usize::try_from(seat.0).ok()?)?.take();
        self.free.push(seat);
        left
    }
}
