//! Which seat a call has.
//!
//! Calls are numbered one by one, so the register has pages of consecutive numbers, each as long as a line of a cache:
//! those who came together are looked up together. The pages are spread over a table; were they laid one behind the other there,
//! thousands who wait for long would stand in the way of whoever comes when the numbers have gone once round it.

use crate::calls::Seat;
use hashbrown::HashTable;
use ids::CallId;

/// Numbers on a page.
const ON_A_PAGE: usize = 16;

/// The seats of calls.
#[derive(Clone, Debug, Default)]
pub(crate) struct Register {
    /// Nobody asks it for all of them, so that its order is nowhere to be seen.
    pages: HashTable<Page>,
}

/// The seats of calls with consecutive numbers; [`Seat::NONE`] for those that are not here.
#[derive(Clone, Debug)]
struct Page {
    number: u64,
    seats: [Seat; ON_A_PAGE],
}

/// On which page a call stands, and where.
fn place(call: CallId) -> (u64, usize) {
    let on_a_page = u64::try_from(ON_A_PAGE).unwrap_or(1);
    (call.0 / on_a_page, usize::try_from(call.0 % on_a_page).unwrap_or(0))
}

/// Spread by a multiplication (Knuth, The Art of Computer Programming 3, 6.4), of which the middle is best spread: the table
/// takes its places from the low end. We number the calls ourselves, so nobody can have many of them meet.
const fn hash(page: u64) -> u64 {
    page.wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(32)
}

impl Register {
    /// The seat of a call that is here.
    pub(crate) fn seat(&self, call: CallId) -> Option<Seat> {
        let (number, at) = place(call);
        let page = self.pages.find(hash(number), |page| page.number == number)?;
        page.seats.get(at).copied().filter(|seat| *seat != Seat::NONE)
    }

    /// The call has this seat from now on.
    pub(crate) fn set(&mut self, call: CallId, seat: Seat) {
        let (number, at) = place(call);
        let page =
            self.pages.entry(hash(number), |page| page.number == number, |page| hash(page.number));
        let page = page.or_insert_with(|| Page { number, seats: [Seat::NONE; ON_A_PAGE] });
        if let Some(place) = page.into_mut().seats.get_mut(at) {
            *place = seat;
        }
    }

    /// The call is here no more. Answers the seat that it had.
    pub(crate) fn take(&mut self, call: CallId) -> Option<Seat> {
        let (number, at) = place(call);
        let mut found = self.pages.find_entry(hash(number), |page| page.number == number).ok()?;
        let seat = std::mem::replace(found.get_mut().seats.get_mut(at)?, Seat::NONE);
        if found.get().seats == [Seat::NONE; ON_A_PAGE] {
            found.remove();
        }
        (seat != Seat::NONE).then_some(seat)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    fn call() -> impl Strategy<Value = CallId> {
        // Some on a page, some on others, and at the far end.
        prop_oneof![0..40u64, (0..8u64).prop_map(|page| page * 16), Just(u64::MAX)].prop_map(CallId)
    }

    proptest! {
        #[test]
        fn it_is_a_map(steps in proptest::collection::vec((call(), any::<bool>()), 0..200)) {
            let (mut register, mut plain) = (Register::default(), BTreeMap::new());
            for ((call, comes), seat) in steps.into_iter().zip(0..) {
                let seat = Seat::new(seat);
                if comes {
                    register.set(call, seat);
                    plain.insert(call, seat);
                } else {
                    prop_assert_eq!(register.take(call), plain.remove(&call));
                }
                prop_assert_eq!(register.seat(call), plain.get(&call).copied());
            }
            for (call, seat) in &plain {
                prop_assert_eq!(register.seat(*call), Some(*seat));
                prop_assert_eq!(register.take(*call), Some(*seat));
            }
            prop_assert!(register.pages.is_empty(), "an empty page is kept");
        }
    }
}
