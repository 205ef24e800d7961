//! A datagram and when it came, as the kernel saw it come: a machine with hundreds of phones may read it later, and what a
//! server needed for it is not to be told from what its phones needed then.

use nix::cmsg_space;
use nix::sys::socket::sockopt::ReceiveTimestampns;
use nix::sys::socket::{ControlMessageOwned, MsgFlags, SockaddrStorage, recvmsg, setsockopt};
use nix::sys::time::TimeSpec;
use std::io::{self, IoSliceMut};
use std::net::{SocketAddr, SocketAddrV4, SocketAddrV6};
use std::os::fd::AsRawFd;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use tokio::io::Interest;
use tokio::net::UdpSocket;

/// What lies in the buffer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Arrival {
    pub(crate) length: usize,
    pub(crate) peer: SocketAddr,
    /// When it came; now, where the kernel does not say.
    pub(crate) at: Instant,
}

/// Has the kernel note when each datagram comes.
pub(crate) fn ask(socket: &UdpSocket) -> io::Result<()> {
    Ok(setsockopt(socket, ReceiveTimestampns, &true)?)
}

/// Takes a datagram that is there.
pub(crate) fn receive(socket: &UdpSocket, buffer: &mut [u8]) -> io::Result<Arrival> {
    socket.try_io(Interest::READABLE, || {
        let mut control = cmsg_space!(TimeSpec);
        let mut parts = [IoSliceMut::new(buffer)];
        let received = recvmsg::<SockaddrStorage>(
            socket.as_raw_fd(),
            &mut parts,
            Some(&mut control),
            MsgFlags::MSG_DONTWAIT,
        )?;
        let peer = received.address.as_ref().and_then(address);
        let peer = peer.ok_or_else(|| io::Error::other("a datagram from no address"))?;
        let stamp = received.cmsgs()?.find_map(|it| {
            let ControlMessageOwned::ScmTimestampns(at) = it else { return None };
            Some(Duration::from(at))
        });
        Ok(Arrival { length: received.bytes, peer, at: moment(stamp) })
    })
}

/// The kernel tells by the wall clock, which may have been set since.
fn moment(stamp: Option<Duration>) -> Instant {
    let now = Instant::now();
    let ago = stamp.and_then(|stamp| SystemTime::now().duration_since(UNIX_EPOCH + stamp).ok());
    ago.and_then(|ago| now.checked_sub(ago)).unwrap_or(now)
}

fn address(storage: &SockaddrStorage) -> Option<SocketAddr> {
    let v4 = storage.as_sockaddr_in().map(|it| SocketAddr::V4(SocketAddrV4::from(*it)));
    v4.or_else(|| storage.as_sockaddr_in6().map(|it| SocketAddr::V6(SocketAddrV6::from(*it))))
}
