//! Three who are on one talk, and who of them hears whom.

use media_protocol::Monitor;

/// How many one of them can hear.
pub(crate) const SOURCES_MAX: usize = 2;

/// Two who talk and who is beside them, each by the place of its stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Company {
    /// Whose talk it is.
    pub(crate) caller: usize,
    /// Whom the caller is bridged with, if with anybody now.
    pub(crate) other: Option<usize>,
    /// Who is beside them.
    pub(crate) third: usize,
    /// How.
    pub(crate) monitor: Monitor,
}

/// What somebody is in it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Caller,
    Other,
    Third,
}

impl Company {
    /// Where those are who are in it.
    pub(crate) fn members(&self) -> impl Iterator<Item = usize> + use<> {
        [Some(self.caller), self.other, Some(self.third)].into_iter().flatten()
    }

    /// Whom the one at `place` hears. With one it is as if the two were bridged; more are mixed.
    pub(crate) fn sources(&self, place: usize) -> [Option<usize>; SOURCES_MAX] {
        self.those(place, |member| self.hears(place, member))
    }

    /// Who hears the one at `place`.
    pub(crate) fn listeners(&self, place: usize) -> [Option<usize>; SOURCES_MAX] {
        self.those(place, |member| self.hears(member, place))
    }

    /// Whether the two talk with each other and are not beside a talk: keys of the one are for the other.
    pub(crate) fn are_bridged(&self, one: usize, another: usize) -> bool {
        !matches!(
            (self.part(one), self.part(another)),
            (Some(Part::Third), _) | (_, Some(Part::Third))
        )
    }

    /// Whether somebody talks with the one at `place`, and does not only hear it.
    pub(crate) fn is_talked_with(&self, place: usize) -> bool {
        self.sources(place).iter().flatten().next().is_some()
    }

    fn those(&self, place: usize, is_one: impl Fn(usize) -> bool) -> [Option<usize>; SOURCES_MAX] {
        let mut found = self.members().filter(|&member| member != place && is_one(member));
        [found.next(), found.next()]
    }

    fn hears(&self, listener: usize, source: usize) -> bool {
        match (self.part(listener), self.part(source)) {
            (Some(Part::Third), Some(Part::Caller | Part::Other))
            | (Some(Part::Caller), Some(Part::Other))
            | (Some(Part::Other), Some(Part::Caller)) => true,
            (Some(Part::Other), Some(Part::Third)) => match self.monitor {
                Monitor::Whisper | Monitor::Barge => true,
                Monitor::Listen => false,
            },
            (Some(Part::Caller), Some(Part::Third)) => match self.monitor {
                Monitor::Barge => true,
                Monitor::Listen | Monitor::Whisper => false,
            },
            (None, _)
            | (_, None)
            | (Some(Part::Caller), Some(Part::Caller))
            | (Some(Part::Other), Some(Part::Other))
            | (Some(Part::Third), Some(Part::Third)) => false,
        }
    }

    fn part(&self, place: usize) -> Option<Part> {
        match place {
            place if place == self.caller => Some(Part::Caller),
            place if place == self.third => Some(Part::Third),
            place if Some(place) == self.other => Some(Part::Other),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn of(monitor: Monitor) -> Company {
        Company { caller: 1, other: Some(2), third: 3, monitor }
    }

    #[test]
    fn who_hears_whom_hangs_on_how_the_third_is_there() {
        for (monitor, caller, other) in [
            (Monitor::Listen, [Some(2), None], [Some(1), None]),
            (Monitor::Whisper, [Some(2), None], [Some(1), Some(3)]),
            (Monitor::Barge, [Some(2), Some(3)], [Some(1), Some(3)]),
        ] {
            let company = of(monitor);
            assert_eq!(company.sources(1), caller, "{monitor:?}");
            assert_eq!(company.sources(2), other, "{monitor:?}");
            assert_eq!(company.sources(3), [Some(1), Some(2)], "{monitor:?}");
        }
    }

    #[test]
    fn who_is_heard_by_somebody_has_that_one_as_a_listener() {
        for monitor in [Monitor::Listen, Monitor::Whisper, Monitor::Barge] {
            for other in [None, Some(2)] {
                let company = Company { other, ..of(monitor) };
                for (one, another) in (0..5).flat_map(|one| (0..5).map(move |it| (one, it))) {
                    assert_eq!(
                        company.sources(one).contains(&Some(another)),
                        company.listeners(another).contains(&Some(one)),
                    );
                }
            }
        }
    }
}
