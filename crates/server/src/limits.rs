//! The limits that an operator does not choose, each with its name and reason.

use media_protocol::Port;
use std::time::Duration;

/// How long a caller waits for the row of the call; a slow disk must not cost a call.
pub(crate) const LEDGER_WAIT_MAX: Duration = Duration::from_millis(250);

/// How long an agent's phone may take to say that it is there: an INVITE is sent three times by
/// then.
pub(crate) const SIGN_MAX: Duration = Duration::from_secs(4);

/// How long an agent's phone may stay silent after its answer.
pub(crate) const UNHEARD_MAX: Duration = Duration::from_secs(1);

/// How long a phone rings that another phone calls: as long as most networks let it.
pub(crate) const DIRECT_RING_MAX: Duration = Duration::from_secs(120);

/// The shortest registration: a phone behind a NAT renews about this often.
pub(crate) const EXPIRES_MIN: Duration = Duration::from_secs(60);

/// The longest registration: after so long at most a phone that is gone is known to be.
pub(crate) const EXPIRES_MAX: Duration = Duration::from_secs(3_600);

/// How long the engine's thread may take to end when it is told to: the last BYEs, the sockets, and
/// the disk have their own limits within it.
pub(crate) const END_MAX: Duration = Duration::from_secs(15);

/// A quarter of the calls that there are ports for, and at least so many.
const UNACKNOWLEDGED_PER_SOURCE_MIN: usize = 16;

/// No address may have more calls than this that it has not acknowledged.
pub(crate) fn unacknowledged_per_source_max(ports: &[Port]) -> usize {
    let calls = ports.len() / 2;
    (calls / 4).max(UNACKNOWLEDGED_PER_SOURCE_MIN)
}
