//! Counts what a peer sent that never came, by sequence number (after RFC 3550 §A.1 and §A.3).
//!
//! Sequence numbers wrap at 65 536, packets come late or twice, and a peer may start anew from
//! anywhere. The count of the lost grows only with gaps and shrinks when a gap is filled late.

/// A step forward of this many or more is no gap but a jump (RFC 3550 §A.1, MAX_DROPOUT).
const GAP_MAX: u16 = 3_000;

/// A packet this far behind or less is late (RFC 3550 §A.1, MAX_MISORDER).
const LATE_MAX: u16 = 100;

/// What a sequence number says of its packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// The first of all, or of a new start: what came before says nothing about it.
    Anew,
    /// The next one, or one after a gap.
    Next,
    /// One that was overtaken by later ones.
    Late,
    /// The last one once more.
    Again,
    /// Far from all that came before. If the one after it follows, that is [`Heard::Anew`].
    Stray,
}

/// The sequence numbers of one peer.
#[derive(Clone, Debug, Default)]
pub struct Sequence {
    highest: Option<u16>,
    stray_next: Option<u16>,
    lost: u64,
}

impl Sequence {
    /// Takes the sequence number of one packet.
    pub fn hear(&mut self, number: u16) -> Heard {
        let Some(highest) = self.highest else {
            return self.go_on(number, Heard::Anew);
        };
        let ahead = number.wrapping_sub(highest);
        if ahead == 0 {
            Heard::Again
        } else if ahead < GAP_MAX {
            self.lost += u64::from(ahead - 1);
            self.go_on(number, Heard::Next)
        } else if ahead >= u16::MAX - LATE_MAX {
            self.lost = self.lost.saturating_sub(1);
            Heard::Late
        } else if self.stray_next == Some(number) {
            self.go_on(number, Heard::Anew)
        } else {
            self.stray_next = Some(number.wrapping_add(1));
            Heard::Stray
        }
    }

    /// The peer starts anew, with another SSRC: the next number is
    /// [`Heard::Anew`]. The count of
    /// the lost is kept.
    pub fn restart(&mut self) {
        *self = Self { lost: self.lost, ..Self::default() };
    }

    /// Packets that never came. Duplicates of late packets may hide as many.
    #[must_use]
    pub fn lost(&self) -> u64 {
        self.lost
    }

    fn go_on(&mut self, number: u16, heard: Heard) -> Heard {
        self.highest = Some(number);
        self.stray_next = None;
        heard
    }
}
