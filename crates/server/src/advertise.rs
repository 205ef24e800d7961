//! `advertise` in `telefonist.toml`: one address, or one for each that we listen on.

use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::fmt;
use std::net::IpAddr;

/// What peers are told in place of where we listen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Advertise {
    /// Nothing else: they are told where we listen.
    #[default]
    Nothing,
    /// This, in place of the first address of `sip`.
    First(IpAddr),
    /// The second of each two, in place of the first.
    Each(Vec<(IpAddr, IpAddr)>),
}

impl<'de> Deserialize<'de> for Advertise {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(OneOrEach)
    }
}

struct OneOrEach;

impl<'de> Visitor<'de> for OneOrEach {
    type Value = Advertise;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "an address, such as \"192.0.2.10\", or what is told of each, such as \
             { \"10.0.0.5\" = \"192.0.2.10\" }",
        )
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Advertise, E> {
        address(text).map(Advertise::First)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut table: A) -> Result<Advertise, A::Error> {
        let mut each = Vec::new();
        while let Some((ours, told)) = table.next_entry::<String, String>()? {
            each.push((address(&ours)?, address(&told)?));
        }
        Ok(Advertise::Each(each))
    }
}

fn address<E: Error>(text: &str) -> Result<IpAddr, E> {
    text.parse().map_err(|_| E::custom(format!("{text:?} is no address without a port")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Settings;

    #[test]
    fn one_address_or_one_for_each_is_read_and_a_fault_in_it_said() {
        let advertise = |value: &str| {
            Settings::parse("x", &format!("advertise = {value}")).map(|it| it.advertise)
        };
        let ip = |text: &str| text.parse::<IpAddr>().unwrap();
        assert_eq!(Settings::parse("x", "").unwrap().advertise, Advertise::Nothing);
        assert_eq!(advertise("\"192.0.2.10\"").unwrap(), Advertise::First(ip("192.0.2.10")));
        let each = advertise("{ \"10.0.0.5\" = \"192.0.2.10\", \"::\" = \"2001:db8::10\" }");
        let both = [(ip("10.0.0.5"), ip("192.0.2.10")), (ip("::"), ip("2001:db8::10"))];
        assert_eq!(each.unwrap(), Advertise::Each(both.to_vec()));
        for (wrong, why) in [
            ("\"192.0.2.10:5060\"", "no address without a port"),
            ("{ \"[::]:5060\" = \"2001:db8::10\" }", "no address without a port"),
            ("5", "such as"),
        ] {
            let fault = format!("{:?}", advertise(wrong).unwrap_err());
            assert!(fault.contains(why), "{fault}");
        }
    }
}
