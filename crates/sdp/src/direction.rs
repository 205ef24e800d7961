//! Which way sound flows, as the writer of a description sees it (RFC 3264 §5.1).

/// Which way sound flows, seen from whoever wrote or holds the value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// Both ways; what a description without a direction means (RFC 8866 §6.7).
    #[default]
    SendRecv,
    /// The writer sends and does not listen.
    SendOnly,
    /// The writer listens and does not send.
    RecvOnly,
    /// Neither.
    Inactive,
}

impl Direction {
    /// The same flow seen from the other end: `sendonly` there is `recvonly` here
    /// (RFC 3264 §6.1).
    #[must_use]
    pub const fn reversed(self) -> Self {
        match self {
            Self::SendRecv => Self::SendRecv,
            Self::SendOnly => Self::RecvOnly,
            Self::RecvOnly => Self::SendOnly,
            Self::Inactive => Self::Inactive,
        }
    }

    /// What flows when both views, of the same end, allow it.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        match (self.sends() && other.sends(), self.receives() && other.receives()) {
            (true, true) => Self::SendRecv,
            (true, false) => Self::SendOnly,
            (false, true) => Self::RecvOnly,
            (false, false) => Self::Inactive,
        }
    }

    /// Whether the holder of this view sends.
    #[must_use]
    pub const fn sends(self) -> bool {
        matches!(self, Self::SendRecv | Self::SendOnly)
    }

    /// Whether the holder of this view listens.
    #[must_use]
    pub const fn receives(self) -> bool {
        matches!(self, Self::SendRecv | Self::RecvOnly)
    }

    /// The attribute that says so (RFC 8866 §6.7).
    #[must_use]
    pub const fn attribute(self) -> &'static str {
        match self {
            Self::SendRecv => "sendrecv",
            Self::SendOnly => "sendonly",
            Self::RecvOnly => "recvonly",
            Self::Inactive => "inactive",
        }
    }

    /// The direction that an attribute says, if it says one.
    #[must_use]
    pub fn from_attribute(name: &str) -> Option<Self> {
        [Self::SendRecv, Self::SendOnly, Self::RecvOnly, Self::Inactive]
            .into_iter()
            .find(|direction| name.eq_ignore_ascii_case(direction.attribute()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turning_round_twice_changes_nothing() {
        for name in ["sendrecv", "sendonly", "recvonly", "inactive"] {
            let direction = Direction::from_attribute(name).unwrap();
            assert_eq!(direction.reversed().reversed(), direction);
            assert_eq!(direction.reversed().sends(), direction.receives());
        }
        assert_eq!(Direction::from_attribute("sideways"), None);
    }

    #[test]
    fn sound_flows_only_where_both_views_let_it() {
        assert_eq!(Direction::SendRecv.and(Direction::SendOnly), Direction::SendOnly);
        assert_eq!(Direction::RecvOnly.and(Direction::SendOnly), Direction::Inactive);
    }
}
