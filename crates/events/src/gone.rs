//! The other end of a call that was gone without a word, and was found to be.

/// How it was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gone {
    /// Our answer was never acknowledged.
    Unacknowledged,
    /// Its connection broke.
    Unconnected,
    /// It has refreshed the call no more (RFC 4028), or has not let us.
    Unrefreshed,
    /// It was asked, and did not know the call, or said nothing.
    Unknowing,
    /// Nothing was heard from it.
    Silent,
}

impl Gone {
    const ALL: [Self; 5] =
        [Self::Unacknowledged, Self::Unconnected, Self::Unrefreshed, Self::Unknowing, Self::Silent];

    /// By the cause with which a call has ended; none if both sides knew of its end.
    #[must_use]
    pub fn of(cause: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|gone| cause.contains(gone.tells()))
    }

    /// What such a cause says, whoever it is about.
    const fn tells(self) -> &'static str {
        match self {
            Self::Unacknowledged => "answer was never acknowledged",
            Self::Unconnected => "connection broke",
            Self::Unrefreshed => "phone refreshed the call no more",
            Self::Unknowing => "phone no longer knew the call",
            Self::Silent => "no sound from the ",
        }
    }

    /// For tables and counts.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Unacknowledged => "not_acknowledged",
            Self::Unconnected => "connection_broke",
            Self::Unrefreshed => "not_refreshed",
            Self::Unknowing => "not_known",
            Self::Silent => "no_sound",
        }
    }
}
