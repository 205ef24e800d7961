//! A range of addresses, as trunks are known by.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;

/// One address, or all that begin with the same bits (CIDR, RFC 4632).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    bits: u8,
}

/// The text is no address and no range of addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoNetwork;

impl Network {
    /// Whether `address` is in the range. An IPv4 address inside an IPv6 one is meant as itself.
    #[must_use]
    pub fn contains(self, address: IpAddr) -> bool {
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(ours), IpAddr::V4(theirs)) => {
                let differ = u128::from(ours.to_bits() ^ theirs.to_bits());
                differ.checked_shr(u32::from(32 - self.bits)).unwrap_or(0) == 0
            }
            (IpAddr::V6(ours), IpAddr::V6(theirs)) => self.shares_bits(ours, theirs),
            (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => false,
        }
    }

    fn shares_bits(self, ours: Ipv6Addr, theirs: Ipv6Addr) -> bool {
        let differ = ours.to_bits() ^ theirs.to_bits();
        differ.checked_shr(u32::from(128 - self.bits)).unwrap_or(0) == 0
    }
}

impl From<IpAddr> for Network {
    fn from(address: IpAddr) -> Self {
        let address = address.to_canonical();
        Self { address, bits: bits_of(address) }
    }
}

/// How many bits an address has.
const fn bits_of(address: IpAddr) -> u8 {
    if address.is_ipv4() { 32 } else { 128 }
}

impl FromStr for Network {
    type Err = NoNetwork;

    fn from_str(text: &str) -> Result<Self, NoNetwork> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| NoNetwork)?;
        let Some(bits) = bits else { return Ok(Self::from(address)) };
        let bits: u8 = bits.parse().map_err(|_| NoNetwork)?;
        // The whole internet is no identity.
        (1..=bits_of(address)).contains(&bits).then_some(Self { address, bits }).ok_or(NoNetwork)
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.bits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(network: &str, address: &str) -> bool {
        network.parse::<Network>().unwrap().contains(address.parse().unwrap())
    }

    #[test]
    fn a_range_holds_what_begins_with_its_bits() {
        assert!(holds("192.0.2.0/24", "192.0.2.255") && !holds("192.0.2.0/24", "192.0.3.0"));
        assert!(holds("192.0.2.7", "192.0.2.7") && !holds("192.0.2.7", "192.0.2.6"));
        assert!(holds("128.0.0.0/1", "255.0.0.1") && !holds("128.0.0.0/1", "127.0.0.1"));
        assert!(holds("2001:db8::/32", "2001:db8:ffff::1"));
        assert!(!holds("2001:db8::/32", "2001:db9::1"));
        assert!(!holds("2001:db8::/32", "192.0.2.7"));
    }

    #[test]
    fn an_ipv4_address_inside_an_ipv6_one_is_meant_as_itself() {
        assert!(holds("192.0.2.0/24", "::ffff:192.0.2.9"));
        assert!(holds("::ffff:192.0.2.9", "192.0.2.9"));
    }

    #[test]
    fn the_whole_internet_and_other_texts_are_no_range() {
        for text in ["0.0.0.0/0", "192.0.2.0/33", "::/129", "carrier.example", "192.0.2/24", ""] {
            assert_eq!(text.parse::<Network>(), Err(NoNetwork), "{text}");
        }
    }
}
