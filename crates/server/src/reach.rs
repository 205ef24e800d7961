//! What peers are told of the addresses that we listen on, for SIP and for the sound that goes with it.

use crate::addresses::Addresses;
use crate::advertise::Advertise;
use crate::exit::Fault;
use crate::settings::Settings;
use engine::MediaAddress;
use sip_txn::{Local, Transport};
use std::net::{IpAddr, SocketAddr};

/// What is told in place of each address that we listen on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reach(Vec<(IpAddr, IpAddr)>);

impl Reach {
    /// What a site wants told.
    ///
    /// # Errors
    /// If that cannot be true, with what to write instead.
    pub(crate) fn of(settings: &Settings) -> Result<Self, Fault> {
        let first = settings.sip.first.ip();
        let (sip, doors) = (each_once(settings.sip.iter()), each_once(settings.doors()));
        let wanted = match &settings.advertise {
            Advertise::Nothing => Vec::new(),
            Advertise::First(told) => vec![(first, *told)],
            Advertise::Each(each) => each.clone(),
        };
        let listening = each_once(settings.sip.iter().chain(settings.doors()));
        wanted.iter().try_for_each(|entry| check(*entry, &listening))?;
        let mut reach = Self(wanted);
        for ours in reach.missing(sip) {
            if ours.is_unspecified() {
                return Err(nowhere(ours, first));
            }
            reach.0.push((ours, ours));
        }
        for ours in reach.missing(doors) {
            let told = reach.door(&settings.sip, ours).ok_or_else(|| nowhere(ours, first))?;
            reach.0.push((ours, told));
        }
        reach.0.sort_by_key(|(ours, _)| listening.iter().position(|ip| ip == ours));
        Ok(reach)
    }

    /// What is told of a door at an address that is none of `sip`: that address. But where one of the two
    /// is all addresses of the machine, or the door is at its loopback, where a proxy comes in, it is what
    /// is told of the first of `sip` that speaks the same IP.
    fn door(&self, sip: &Addresses, ours: IpAddr) -> Option<IpAddr> {
        let own = (!ours.is_unspecified()).then_some(ours);
        let Some(same) = sip.iter().find(|address| address.is_ipv4() == ours.is_ipv4()) else {
            return own;
        };
        let is_proxys = ours.is_loopback() && !same.ip().is_loopback();
        match own {
            Some(own) if !is_proxys && !same.ip().is_unspecified() => Some(own),
            Some(_) | None => self.find(same.ip()),
        }
    }

    /// Those of which nothing is told yet.
    fn missing(&self, mut addresses: Vec<IpAddr>) -> Vec<IpAddr> {
        addresses.retain(|ip| self.find(*ip).is_none());
        addresses
    }

    fn find(&self, ours: IpAddr) -> Option<IpAddr> {
        self.0.iter().find(|(of, _)| *of == ours).map(|(_, told)| *told)
    }

    /// What is told of an address at which we listen.
    fn told(&self, bound: SocketAddr) -> SocketAddr {
        SocketAddr::new(self.find(bound.ip()).unwrap_or_else(|| bound.ip()), bound.port())
    }

    /// Our addresses as peers shall see them, in the same order as they are bound.
    pub(crate) fn local(&self, bound: &Local) -> Local {
        let more = bound.listeners().skip(1).map(|address| (Transport::Udp, address));
        more.chain(bound.doors())
            .fold(Local::new(self.told(bound.plain())), |local, (transport, address)| {
                local.and(transport, self.told(address))
            })
    }

    /// Our addresses for sound: one for each that is told. Where two are told alike, the sound is at the
    /// first.
    pub(crate) fn media(&self) -> Vec<MediaAddress> {
        let mut all: Vec<MediaAddress> = Vec::new();
        for &(bound, told) in &self.0 {
            if all.iter().all(|address| address.told != told) {
                all.push(MediaAddress { told, bound });
            }
        }
        let everywhere: Vec<IpAddr> =
            all.iter().map(|address| address.bound).filter(IpAddr::is_unspecified).collect();
        for address in &mut all {
            // One port cannot be bound at an address and at all addresses.
            let covering = everywhere.iter().find(|ip| ip.is_ipv4() == address.bound.is_ipv4());
            address.bound = covering.copied().unwrap_or(address.bound);
        }
        all
    }
}

/// Whether one address can be told in place of another.
fn check((ours, told): (IpAddr, IpAddr), listening: &[IpAddr]) -> Result<(), Fault> {
    let problem = if !listening.contains(&ours) {
        let there: Vec<String> = listening.iter().map(IpAddr::to_string).collect();
        format!(
            "nothing listens at {ours}: write one of the addresses that something listens at ({})",
            there.join(", ")
        )
    } else if told.is_unspecified() || told.is_multicast() {
        format!("{told} is no machine's address: write the one that phones reach us at")
    } else if ours.is_ipv4() != told.is_ipv4() {
        let family = if ours.is_ipv4() { "IPv4" } else { "IPv6" };
        format!(
            "phones that come in at {ours} speak {family} and cannot reach {told}: write an address \
             of {family}"
        )
    } else {
        return Ok(());
    };
    Err(Fault::found(format!("`advertise` in telefonist.toml: {problem}")))
}

fn nowhere(ours: IpAddr, first: IpAddr) -> Fault {
    let told = if ours.is_ipv4() { "\"192.0.2.10\"" } else { "\"2001:db8::10\"" };
    let entry = if ours == first { told.to_owned() } else { format!("{{ \"{ours}\" = {told} }}") };
    Fault::found(format!(
        "phones cannot be told to reach us at {ours}: write `advertise = {entry}`, with this \
         machine's own address, into telefonist.toml"
    ))
}

/// The addresses without their ports.
fn each_once(addresses: impl Iterator<Item = SocketAddr>) -> Vec<IpAddr> {
    let mut all = Vec::new();
    for ip in addresses.map(|address| address.ip()) {
        if !all.contains(&ip) {
            all.push(ip);
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    const TLS: &str = "[tls]\ncertificate = \"c.pem\"\nkey = \"k.pem\"\n";

    fn reach(text: &str) -> Result<Reach, Fault> {
        Reach::of(&Settings::parse("x", text).unwrap())
    }

    fn fault(text: &str) -> String {
        format!("{:?}", reach(text).unwrap_err())
    }

    /// What is told of this address.
    fn told(text: &str, bound: &str) -> String {
        reach(text).unwrap().told(bound.parse().unwrap()).to_string()
    }

    fn media(text: &str) -> Vec<(String, String)> {
        let addresses = reach(text).unwrap().media();
        addresses.iter().map(|it| (it.told.to_string(), it.bound.to_string())).collect()
    }

    fn pair(told: &str, bound: &str) -> (String, String) {
        (told.to_owned(), bound.to_owned())
    }

    #[test]
    fn each_address_is_told_as_it_is_or_as_advertised() {
        let two = "sip = [\"10.0.0.5:5060\", \"[2001:db8::5]:5070\"]\n";
        assert_eq!(told(two, "[2001:db8::5]:5070"), "[2001:db8::5]:5070");
        let first = format!("advertise = \"192.0.2.10\"\n{two}");
        assert_eq!(told(&first, "10.0.0.5:5060"), "192.0.2.10:5060");
        assert_eq!(told(&first, "[2001:db8::5]:5070"), "[2001:db8::5]:5070");
        let each = format!("advertise = {{ \"2001:db8::5\" = \"2001:db8::10\" }}\n{two}");
        assert_eq!(told(&each, "10.0.0.5:5060"), "10.0.0.5:5060");
        assert_eq!(told(&each, "[2001:db8::5]:5070"), "[2001:db8::10]:5070");
    }

    #[test]
    fn all_addresses_of_the_machine_need_an_advertised_one_wherever_they_stand() {
        let both = "sip = [\"0.0.0.0:5060\", \"[::]:5060\"]\n";
        assert!(fault(both).contains("advertise = \\\"192.0.2.10\\\"`"), "{}", fault(both));
        let first = format!("advertise = \"192.0.2.10\"\n{both}");
        let entry = "{ \\\"::\\\" = \\\"2001:db8::10\\\" }";
        assert!(fault(&first).contains(entry), "{}", fault(&first));
        let each = format!(
            "advertise = {{ \"0.0.0.0\" = \"192.0.2.10\", \"::\" = \"2001:db8::10\" }}\n{both}"
        );
        assert_eq!(media(&each), [pair("192.0.2.10", "0.0.0.0"), pair("2001:db8::10", "::")]);
    }

    #[test]
    fn an_address_that_cannot_be_true_is_said_with_what_to_write() {
        let sip = "sip = [\"10.0.0.5:5060\", \"[2001:db8::5]:5060\"]\n";
        let wrong = |advertise: &str| fault(&format!("advertise = {advertise}\n{sip}"));
        let unknown = wrong("{ \"10.0.0.9\" = \"192.0.2.10\" }");
        assert!(unknown.contains("nothing listens at 10.0.0.9"), "{unknown}");
        assert!(unknown.contains("(10.0.0.5, 2001:db8::5)"), "{unknown}");
        let other = wrong("\"2001:db8::10\"");
        assert!(other.contains("write an address of IPv4"), "{other}");
        let other = wrong("{ \"2001:db8::5\" = \"192.0.2.10\" }");
        assert!(other.contains("write an address of IPv6"), "{other}");
        for nowhere in ["0.0.0.0", "224.0.0.1"] {
            let nowhere = wrong(&format!("\"{nowhere}\""));
            assert!(nowhere.contains("no machine's address"), "{nowhere}");
        }
    }

    #[test]
    fn sound_is_at_every_address_once_and_all_addresses_stand_for_each() {
        assert_eq!(media("sip = [\"10.0.0.5:5060\", \"10.0.0.5:5070\"]").len(), 1);
        let doors = format!("sip = \"10.0.0.5:5060\"\n{TLS}listen = \"10.1.0.5:5061\"\n");
        assert_eq!(media(&doors), [pair("10.0.0.5", "10.0.0.5"), pair("10.1.0.5", "10.1.0.5")]);
        let all = "sip = [\"10.0.0.5:5060\", \"0.0.0.0:5070\"]\n\
            advertise = { \"0.0.0.0\" = \"192.0.2.10\" }";
        assert_eq!(media(all), [pair("10.0.0.5", "0.0.0.0"), pair("192.0.2.10", "0.0.0.0")]);
        // What is only told as another one is not in its way.
        let door = format!("sip = \"10.0.0.5:5060\"\n{TLS}listen = \"0.0.0.0:5061\"\n");
        assert_eq!(media(&door), [pair("10.0.0.5", "10.0.0.5")]);
        let all = "sip = \"0.0.0.0:5060\"\nadvertise = \"192.0.2.10\"\n";
        let within = format!("{all}{TLS}listen = \"10.0.0.5:5061\"\n");
        assert_eq!(told(&within, "10.0.0.5:5061"), "192.0.2.10:5061");
        assert_eq!(media(&within), [pair("192.0.2.10", "0.0.0.0")]);
        // Two that are told alike.
        let alike = "sip = [\"10.0.0.5:5060\", \"10.1.0.5:5060\"]\n\
            advertise = { \"10.0.0.5\" = \"192.0.2.10\", \"10.1.0.5\" = \"192.0.2.10\" }";
        assert_eq!(media(alike), [pair("192.0.2.10", "10.0.0.5")]);
    }

    #[test]
    fn a_door_to_all_addresses_is_told_as_the_first_of_sip_and_a_door_elsewhere_as_itself() {
        let sip = "sip = [\"10.0.0.5:5060\", \"[2001:db8::5]:5060\"]\n";
        let first = format!("advertise = \"192.0.2.10\"\n{sip}{TLS}");
        let doors =
            format!("{first}listen = [\"0.0.0.0:5061\", \"[::]:5061\", \"10.0.0.5:5062\"]\n");
        let bound = Local::new("10.0.0.5:5060".parse().unwrap())
            .and(Transport::Udp, "[2001:db8::5]:5060".parse().unwrap())
            .and(Transport::Tls, "0.0.0.0:5061".parse().unwrap())
            .and(Transport::Tls, "[::]:5061".parse().unwrap())
            .and(Transport::Tls, "10.0.0.5:5062".parse().unwrap());
        let local = reach(&doors).unwrap().local(&bound);
        let told: Vec<_> = local.listeners().chain(local.doors().map(|(_, it)| it)).collect();
        let expected = [
            "192.0.2.10:5060",
            "[2001:db8::5]:5060",
            "192.0.2.10:5061",
            "[2001:db8::5]:5061",
            "192.0.2.10:5062",
        ];
        assert_eq!(told, expected.map(|address| address.parse().unwrap()));
    }

    #[test]
    fn a_door_at_the_loopback_is_a_proxys_unless_all_is_there() {
        let ws = "[ws]\nlisten = \"127.0.0.1:8088\"\n";
        let first = format!("sip = \"10.0.0.5:5060\"\nadvertise = \"192.0.2.10\"\n{ws}");
        assert_eq!(told(&first, "127.0.0.1:8088"), "192.0.2.10:8088");
        assert_eq!(media(&first), [pair("192.0.2.10", "10.0.0.5")]);
        let own = "advertise = { \"127.0.0.1\" = \"198.51.100.7\" }\nsip = \"10.0.0.5:5060\"\n";
        assert_eq!(told(&format!("{own}{ws}"), "127.0.0.1:8088"), "198.51.100.7:8088");
        let here = format!("sip = \"127.0.0.2:5060\"\n{ws}");
        assert_eq!(told(&here, "127.0.0.1:8088"), "127.0.0.1:8088");
        let other = format!("sip = \"[2001:db8::5]:5060\"\n{ws}");
        assert_eq!(told(&other, "127.0.0.1:8088"), "127.0.0.1:8088");
        let nobody = format!("sip = \"[2001:db8::5]:5060\"\n{TLS}listen = \"0.0.0.0:5061\"\n");
        assert!(fault(&nobody).contains("{ \\\"0.0.0.0\\\" ="), "{}", fault(&nobody));
    }
}
