//! Which packets of one source there were, as SRTP counts them (RFC 3711 §3.3.1 and §3.3.2).
//!
//! A packet says the lower sixteen bits of its place among all. The upper ones are those that bring it
//! nearest to the highest so far.

/// How far back it is remembered which packets there were. RFC 3711 §3.3.2 wants 64 at least.
const REMEMBERED: u64 = 128;

/// So many packets may be sealed with one key (RFC 3711 §9.2).
const PACKETS_MAX: u64 = 1 << 48;

/// The packets of one source under one key.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Window {
    /// The highest place, and a bit for each of those up to it: the lowest bit is its own.
    seen: Option<(u64, u128)>,
}

impl Window {
    /// The place of the packet of a number. `None` if it was there before, or is of so long ago that it
    /// is not known.
    pub(crate) fn place(&self, number: u16) -> Option<u64> {
        let Some((highest, _)) = self.seen else { return Some(number.into()) };
        let [.., h0, h1] = highest.to_be_bytes();
        let ahead = number.wrapping_sub(u16::from_be_bytes([h0, h1])).cast_signed();
        let index =
            highest.checked_add_signed(ahead.into()).filter(|index| *index < PACKETS_MAX)?;
        self.is_new(index).then_some(index)
    }

    /// Whether the packet of a place was not there before, nor is of so long ago that it is not known.
    pub(crate) fn is_new(&self, index: u64) -> bool {
        let Some((highest, bits)) = self.seen else { return true };
        let behind = highest.saturating_sub(index);
        index > highest || (behind < REMEMBERED && (bits >> behind) & 1 == 0)
    }

    /// The packet of a place is there.
    pub(crate) fn mark(&mut self, index: u64) {
        let (highest, bits) = self.seen.unwrap_or((index, 0));
        let shift = |by: u64| u32::try_from(by).unwrap_or(u32::MAX);
        self.seen = Some(match index.checked_sub(highest) {
            Some(ahead) => (index, bits.checked_shl(shift(ahead)).unwrap_or_default() | 1),
            None => {
                let bit = 1_u128.checked_shl(shift(highest - index)).unwrap_or_default();
                (highest, bits | bit)
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether each is new, in turn.
    fn news(window: &mut Window, numbers: &[u16]) -> Vec<bool> {
        let mut take = |number| window.place(number).inspect(|index| window.mark(*index)).is_some();
        numbers.iter().map(|number| take(*number)).collect()
    }

    #[test]
    fn no_number_is_new_twice() {
        let mut window = Window::default();
        let told = news(&mut window, &[65_534, 0, 65_535, 65_535, 0, 200]);
        assert_eq!(told, [true, true, true, false, false, true]);
        // Too long ago to be known, and not quite.
        assert_eq!(news(&mut window, &[72, 73, 73, 200]), [false, true, false, false]);
    }

    #[test]
    fn places_go_on_over_the_wrap_and_back() {
        let mut window = Window::default();
        window.mark(65_535);
        assert_eq!(window.place(3), Some(65_539));
        window.mark(65_539);
        assert_eq!(window.place(65_534), Some(65_534));
        window.mark(3 * 65_536);
        assert_eq!(window.place(65_535), Some(3 * 65_536 - 1));
        assert_eq!(window.place(30_000), Some(3 * 65_536 + 30_000));
    }

    #[test]
    fn nothing_is_before_the_first_of_all() {
        let mut window = Window::default();
        window.mark(2);
        assert_eq!(window.place(65_535), None);
    }

    #[test]
    fn a_key_is_used_up_one_day() {
        let mut window = Window::default();
        window.mark(PACKETS_MAX - 1);
        assert_eq!(window.place(0), None);
    }
}
