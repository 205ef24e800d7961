//! What a request is, as the number that comes back with its completion.

/// Which request something is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tag {
    /// Whatever comes to the socket of this place.
    Receive(u32),
    /// A packet that was sent. It is heard of only when it failed.
    Send,
    /// Somebody rang.
    Bell,
    /// A request was called off. It is heard of only when there was none.
    Cancel,
}

const KIND_SHIFT: u32 = 32;

impl Tag {
    pub(crate) const fn number(self) -> u64 {
        let (kind, place) = match self {
            Self::Receive(place) => (0, place),
            Self::Send => (1, 0),
            Self::Bell => (2, 0),
            Self::Cancel => (3, 0),
        };
        (kind << KIND_SHIFT) | place as u64
    }

    pub(crate) fn of(number: u64) -> Self {
        match number >> KIND_SHIFT {
            0 => Self::Receive(u32::try_from(number).expect("the upper half is none")),
            1 => Self::Send,
            2 => Self::Bell,
            _ => Self::Cancel,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_says_what_it_was_made_of() {
        for tag in [Tag::Receive(0), Tag::Receive(u32::MAX), Tag::Send, Tag::Bell, Tag::Cancel] {
            assert_eq!(Tag::of(tag.number()), tag);
        }
    }
}
