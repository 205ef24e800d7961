//! Binding addresses: as told, or stepping over what is taken.

use crate::exit::Fault;
use std::io;
use std::net::SocketAddr;
use std::ops::RangeInclusive;

/// What to do when a port is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Taken {
    /// Say so and end: an operator means the port that was named.
    Refuse,
    /// Try the next ones: a demo shall simply run.
    StepOver,
}

/// Ports that are tried after a taken one.
const STEPS_MAX: u16 = 100;

/// Ranges of ports that are tried after a taken one.
const RANGES_MAX: usize = 8;

/// Binds with `bind`, at `address` or by stepping over taken ports.
pub(crate) fn bind<T>(
    what: &str,
    address: SocketAddr,
    taken: Taken,
    mut bind: impl FnMut(SocketAddr) -> io::Result<T>,
) -> Result<T, Fault> {
    let steps = match taken {
        Taken::Refuse => 0,
        Taken::StepOver => STEPS_MAX,
    };
    let ports = address.port()..=address.port().saturating_add(steps);
    for port in ports {
        match bind(SocketAddr::new(address.ip(), port)) {
            Ok(bound) => return Ok(bound),
            Err(error) if error.kind() == io::ErrorKind::AddrInUse && taken == Taken::StepOver => {
                tracing::warn!("{what}: port {port} is taken, trying the next");
            }
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
                return Err(Fault::found(format!(
                    "{what}: {address} is taken by another program: stop it, or choose another \
                     address"
                )));
            }
            Err(error) => return Err(Fault::found(format!("{what}: {address}: {error}"))),
        }
    }
    Err(Fault::found(format!("{what}: {STEPS_MAX} ports from {address} on are all taken")))
}

/// The ranges of ports to try: the one that is meant, and for whoever steps over the next ones of
/// the same size.
pub(crate) fn ranges(
    meant: RangeInclusive<u16>,
    taken: Taken,
) -> impl Iterator<Item = RangeInclusive<u16>> {
    let steps = match taken {
        Taken::Refuse => 0,
        Taken::StepOver => RANGES_MAX,
    };
    let next = |range: &RangeInclusive<u16>| {
        let first = range.end().checked_add(1)?;
        Some(first..=first.checked_add(range.end() - range.start())?)
    };
    std::iter::successors(Some(meant), next).take(1 + steps)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_range_begins_where_the_taken_one_ends_and_none_is_beyond_the_last_port() {
        let tried = |range, taken| ranges(range, taken).collect::<Vec<_>>();
        assert_eq!(tried(20_000..=20_999, Taken::Refuse), [20_000..=20_999]);
        let stepping = tried(20_000..=20_999, Taken::StepOver);
        assert_eq!(stepping.len(), 1 + RANGES_MAX);
        assert_eq!(stepping[1], 21_000..=21_999);
        let last = tried(65_000..=65_300, Taken::StepOver);
        assert_eq!(last, [65_000..=65_300]);
    }
}
