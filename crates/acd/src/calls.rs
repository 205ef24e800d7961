//! The callers by call and by seat.
//!
//! Who knows a caller's seat finds them at once, however many there are. A line knows the seats of those who stand
//! in it, so a decision need not look for the call that it has found there. Who knows the call only looks it up
//! in the [register](Register), which costs no more the more wait.

use crate::callers::{Caller, Whereabouts};
use crate::register::Register;
use ids::CallId;

/// Where a caller is kept; a seat that was left is given to somebody else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Seat(u32);

impl Seat {
    /// Of one who is not here.
    pub(crate) const NONE: Self = Self(u32::MAX);

    #[cfg(test)]
    pub(crate) const fn new(number: u32) -> Self {
        Self(number)
    }
}

/// All callers.
#[derive(Clone, Debug, Default)]
pub(crate) struct Calls {
    seats: Vec<Option<Caller>>,
    /// By seat too, and close together: a decision changes nothing else of the caller.
    whereabouts: Vec<Whereabouts>,
    free: Vec<Seat>,
    by_id: Register,
}

impl Calls {
    pub(crate) fn len(&self) -> usize {
        self.seats.len() - self.free.len()
    }

    /// In the order of their seats.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (CallId, &Caller)> {
        self.seats.iter().flatten().map(|caller| (caller.turn.call, caller))
    }

    /// In the order of their seats.
    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = (&mut Caller, &mut Whereabouts)> {
        let all = self.seats.iter_mut().zip(&mut self.whereabouts);
        all.filter_map(|(caller, is)| Some((caller.as_mut()?, is)))
    }

    pub(crate) fn get(&self, call: CallId) -> Option<&Caller> {
        self.at(self.seat(call)?)
    }

    pub(crate) fn get_mut(&mut self, call: CallId) -> Option<&mut Caller> {
        self.at_mut(self.seat(call)?)
    }

    pub(crate) fn seat(&self, call: CallId) -> Option<Seat> {
        self.by_id.seat(call)
    }

    /// Where the caller of a seat is.
    pub(crate) fn whereabouts(&self, seat: Seat) -> Option<&Whereabouts> {
        self.whereabouts.get(usize::try_from(seat.0).ok()?)
    }

    pub(crate) fn whereabouts_mut(&mut self, seat: Seat) -> Option<&mut Whereabouts> {
        self.whereabouts.get_mut(usize::try_from(seat.0).ok()?)
    }

    pub(crate) fn at(&self, seat: Seat) -> Option<&Caller> {
        self.seats.get(usize::try_from(seat.0).ok()?)?.as_ref()
    }

    pub(crate) fn at_mut(&mut self, seat: Seat) -> Option<&mut Caller> {
        self.seats.get_mut(usize::try_from(seat.0).ok()?)?.as_mut()
    }

    /// Seats a caller, whom `made` gives for the seat; none where there is no more room, or the call is here.
    pub(crate) fn insert(&mut self, call: CallId, made: impl FnOnce(Seat) -> Caller) {
        if self.seat(call).is_some() {
            return;
        }
        let seat = self.free.pop().unwrap_or_else(|| {
            self.seats.push(None);
            self.whereabouts.push(Whereabouts::default());
            u32::try_from(self.seats.len() - 1).map_or(Seat::NONE, Seat)
        });
        let at = usize::try_from(seat.0).unwrap_or(usize::MAX);
        if let Some(place) = self.seats.get_mut(at) {
            *place = Some(made(seat));
            self.by_id.set(call, seat);
        }
    }

    pub(crate) fn remove(&mut self, call: CallId) -> Option<(Caller, Whereabouts)> {
        let seat = self.by_id.take(call)?;
        let left = self.seats.get_mut(usize::try_from(seat.0).ok()?)?.take();
        let left = left.zip(self.whereabouts_mut(seat).map(std::mem::take));
        self.free.push(seat);
        left
    }
}
