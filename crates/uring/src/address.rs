//! Addresses as the kernel reads and writes them: `sockaddr_in` and `sockaddr_in6`, octet by octet.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV6};

/// Room for the longer of the two.
pub(crate) const ADDRESS_MAX: usize = 28;

/// An address, written: its octets, of which the first so many count.
pub(crate) type Written = ([u8; ADDRESS_MAX], u32);

const FAMILY_IPV4: u16 = family(libc::AF_INET);
const FAMILY_IPV6: u16 = family(libc::AF_INET6);
const IPV4_LEN: u32 = 16;
const IPV6_LEN: u32 = 28;

/// Writes an address: family, port, and then the address of IPv4, or flow, address and scope of IPv6.
pub(crate) fn write(address: SocketAddr) -> Written {
    let mut octets = [0; ADDRESS_MAX];
    let mut put = |at: usize, what: &[u8]| {
        octets.iter_mut().skip(at).zip(what).for_each(|(octet, new)| *octet = *new);
    };
    put(2, &address.port().to_be_bytes());
    let len = match address {
        SocketAddr::V4(address) => {
            put(0, &FAMILY_IPV4.to_ne_bytes());
            put(4, &address.ip().octets());
            IPV4_LEN
        }
        SocketAddr::V6(address) => {
            put(0, &FAMILY_IPV6.to_ne_bytes());
            put(4, &address.flowinfo().to_ne_bytes());
            put(8, &address.ip().octets());
            put(24, &address.scope_id().to_ne_bytes());
            IPV6_LEN
        }
    };
    (octets, len)
}

/// Reads an address. `None` if it is of another family, or cut off.
pub(crate) fn read(octets: &[u8]) -> Option<SocketAddr> {
    let port = u16::from_be_bytes(array(octets, 2)?);
    match u16::from_ne_bytes(array(octets, 0)?) {
        FAMILY_IPV4 => Some(SocketAddr::from((Ipv4Addr::from(array::<4>(octets, 4)?), port))),
        FAMILY_IPV6 => {
            let ip = Ipv6Addr::from(array::<16>(octets, 8)?);
            let flow = u32::from_ne_bytes(array(octets, 4)?);
            let scope = u32::from_ne_bytes(array(octets, 24)?);
            Some(SocketAddrV6::new(ip, port, flow, scope).into())
        }
        _ => None,
    }
}

/// A family as it stands in an address.
const fn family(number: libc::c_int) -> u16 {
    let [low, high, ..] = number.to_le_bytes();
    u16::from_le_bytes([low, high])
}

fn array<const LEN: usize>(octets: &[u8], at: usize) -> Option<[u8; LEN]> {
    octets.get(at..)?.first_chunk().copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_is_written_is_read_as_it_was() {
        for address in ["192.0.2.7:5060", "[2001:db8::1]:40000", "[fe80::1%3]:9"] {
            let address: SocketAddr = address.parse().unwrap();
            let (octets, len) = write(address);
            assert_eq!(read(&octets[..usize::try_from(len).unwrap()]), Some(address));
        }
    }

    #[test]
    fn another_family_and_half_an_address_are_none() {
        let (mut octets, _) = write("192.0.2.7:5060".parse().unwrap());
        assert_eq!(read(&octets[..7]), None);
        octets[0] = 1;
        assert_eq!(read(&octets), None);
    }
}
