//! `sip`, and `listen` of the others, in `telefonist.toml`: one address, or a list of them.

use serde::de::{Error, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use sip_txn::LISTENERS_MAX;
use std::fmt;
use std::net::SocketAddr;

/// Where SIP is spoken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Addresses {
    pub(crate) first: SocketAddr,
    pub(crate) more: Vec<SocketAddr>,
}

impl Addresses {
    /// All of them, in their order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = SocketAddr> {
        std::iter::once(self.first).chain(self.more.iter().copied())
    }

    /// The same addresses with another port, each once.
    pub(crate) fn with_port(&self, port: u16) -> Vec<SocketAddr> {
        let mut others = Vec::new();
        for address in self.iter().map(|address| SocketAddr::new(address.ip(), port)) {
            if !others.contains(&address) {
                others.push(address);
            }
        }
        others
    }
}

impl From<SocketAddr> for Addresses {
    fn from(first: SocketAddr) -> Self {
        Self { first, more: Vec::new() }
    }
}

impl<'de> Deserialize<'de> for Addresses {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(OneOrMany)
    }
}

struct OneOrMany;

impl<'de> Visitor<'de> for OneOrMany {
    type Value = Addresses;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an address with its port, such as \"192.0.2.10:5060\", or a list of them")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Addresses, E> {
        address(text).map(Addresses::from)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Addresses, A::Error> {
        let mut all: Vec<SocketAddr> = Vec::new();
        while let Some(text) = list.next_element::<String>()? {
            let address = address(&text)?;
            if all.contains(&address) {
                return Err(Error::custom(format!("{address} is there twice")));
            }
            if all.len() == LISTENERS_MAX {
                return Err(Error::custom(format!("more than {LISTENERS_MAX} addresses")));
            }
            all.push(address);
        }
        let mut all = all.into_iter();
        let first = all.next().ok_or_else(|| Error::custom("a list without an address"))?;
        Ok(Addresses { first, more: all.collect() })
    }
}

fn address<E: Error>(text: &str) -> Result<SocketAddr, E> {
    text.parse().map_err(|_| E::custom(format!("{text:?} is no address with a port")))
}

#[cfg(test)]
mod tests {
    use crate::settings::Settings;

    #[test]
    fn one_address_or_a_list_of_them_is_read_and_a_fault_in_it_said() {
        let sip = |value: &str| Settings::parse("x", &format!("sip = {value}")).map(|it| it.sip);
        let one = sip("\"127.0.0.1:5060\"").unwrap();
        assert_eq!((one.first.port(), one.more.len()), (5060, 0));
        let many = sip("[\"192.0.2.1:5060\", \"[::1]:5070\"]").unwrap();
        assert_eq!((many.first.port(), many.more), (5060, vec!["[::1]:5070".parse().unwrap()]));
        let listening = "[ws]\nlisten = [\"127.0.0.1:80\", \"[::1]:80\"]";
        let ws = Settings::parse("x", listening).unwrap().ws.unwrap();
        assert_eq!(ws.listen(&one).len(), 2);
        let nine: Vec<String> = (1..=9).map(|at| format!("\"127.0.0.1:{at}\"")).collect();
        let nine = format!("[{}]", nine.join(","));
        for (wrong, why) in [
            ("\"nowhere\"", "no address with a port"),
            ("[]", "without an address"),
            ("[\"[::1]:1\", \"[::1]:1\"]", "twice"),
            (nine.as_str(), "more than 8"),
            ("5060", "such as"),
        ] {
            let fault = format!("{:?}", sip(wrong).unwrap_err());
            assert!(fault.contains(why), "{fault}");
        }
    }
}
