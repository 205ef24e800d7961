//! Binding addresses: as told, or stepping over what is taken.

use crate::exit::Fault;
use std::io;
use std::net::SocketAddr;

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
