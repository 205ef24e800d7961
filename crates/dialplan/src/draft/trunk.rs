//! `[trunk.NAME]` as it is written.

use super::SRTP;
use super::secret::{self, Needed, SecretDraft};
use crate::report::{Flaw, Report};
use crate::table::{Table, Text};
use crate::{
    DialPattern, Digest, Network, NumberForm, Srtp, TrunkHost, TrunkTransport, Trust, values,
};
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::str::FromStr;
use std::time::Duration;

/// A peering with a carrier. Nothing in it is a name of the plan, so it is nearly as good as read.
pub(crate) struct TrunkDraft {
    /// The host and its port.
    pub(crate) host: Option<(TrunkHost, Option<u16>)>,
    pub(crate) transport: Option<TrunkTransport>,
    pub(crate) domain: Option<Text>,
    pub(crate) user: Option<Text>,
    pub(crate) secret: Option<SecretDraft>,
    pub(crate) realm: Option<Text>,
    /// For how long to register, if at all.
    pub(crate) register: Option<Duration>,
    pub(crate) addresses: Vec<Network>,
    pub(crate) certificate: Option<Text>,
    pub(crate) digest: Digest,
    pub(crate) sends: NumberForm,
    pub(crate) wants: NumberForm,
    pub(crate) caller_id: Option<Text>,
    pub(crate) calls_max: Option<u32>,
    /// `0s` is never.
    pub(crate) health: Option<Duration>,
    pub(crate) trust: Trust,
    pub(crate) srtp: Srtp,
    pub(crate) dial: Vec<DialPattern>,
    /// Where a national form was asked for.
    pub(crate) national: Option<std::ops::Range<usize>>,
}

const EXPIRES: Duration = Duration::from_secs(3_600);
const EXPIRES_MIN: Duration = Duration::from_secs(60);
const EXPIRES_MAX: Duration = Duration::from_secs(24 * 3_600);
/// Any oftener, and it is a load on the carrier.
const HEALTH_MIN: Duration = Duration::from_secs(5);
const HEALTH_MAX: Duration = Duration::from_secs(3_600);
const CALLS_MAX_MAX: u32 = 100_000;
/// How many ranges of addresses and how many prefixes a trunk may have.
const LIST_MAX: usize = 256;

const FORMS: [(&str, NumberForm); 3] = [
    ("plus", NumberForm::Plus),
    ("digits", NumberForm::Digits),
    ("national", NumberForm::National),
];
const TRANSPORTS: [(&str, TrunkTransport); 3] =
    [("udp", TrunkTransport::Udp), ("tcp", TrunkTransport::Tcp), ("tls", TrunkTransport::Tls)];

pub(super) fn read(_name: &Text, table: &mut Table<'_>, report: &mut Report<'_>) -> TrunkDraft {
    let sends = read_form("sends", table, report);
    let wants = read_form("wants", table, report);
    let draft = TrunkDraft {
        host: table.needed("host", report).and_then(|host| read_host(&host, report)),
        transport: table.choice("transport", TRANSPORTS, report),
        domain: table.text("domain", report).filter(|domain| check_host(domain, report)),
        user: read_user(table, report),
        secret: read_secret(table, report),
        realm: table.text("realm", report),
        register: read_register(table, report),
        addresses: read_list(table, "addresses", "bad-address", ADDRESS_REMEDY, report),
        certificate: table.text("certificate", report).filter(|name| check_host(name, report)),
        digest: match table.flag("digest", report) {
            Some(true) => Digest::Login,
            Some(false) | None => Digest::None,
        },
        national: sends.1.or(wants.1),
        sends: sends.0,
        wants: wants.0,
        caller_id: read_caller_id(table, report),
        calls_max: table.count("calls_max", 1..=CALLS_MAX_MAX, report),
        health: read_health(table, report),
        trust: match table.flag("trust_identity", report) {
            Some(true) => Trust::Asserted,
            Some(false) | None => Trust::None,
        },
        srtp: read_srtp(table, report),
        dial: read_dial("dial", table, report),
    };
    check_login(&draft, table, report);
    draft
}

/// Keys stand in the signalling: where that is certainly in the clear, sound cannot be required to be
/// encrypted.
fn read_srtp(table: &mut Table<'_>, report: &mut Report<'_>) -> Srtp {
    let span = table.value("srtp").map(|value| value.span());
    let srtp = table.choice("srtp", SRTP, report).unwrap_or_default();
    let transport = table.value("transport").and_then(|value| value.get_ref().as_str());
    if let (Srtp::Required, Some(span), Some("udp" | "tcp")) = (srtp, span, transport) {
        let message = "`srtp` is required where the signalling is in the clear".to_owned();
        let remedy = "write transport = \"tls\", or srtp = \"off\"".to_owned();
        report.add(Flaw::error("srtp-in-the-clear", span, message).suggest(remedy));
    }
    srtp
}

const ADDRESS_REMEDY: &str = "write an address or a range such as \"192.0.2.0/24\"";
const DIAL_REMEDY: &str =
    "write a prefix with its country such as \"+46\", or a short number such as \"112\"";

/// A host with or without a port: `sip.carrier.example`, `192.0.2.7:5080`, `[2001:db8::7]:5080`.
fn read_host(text: &Text, report: &mut Report<'_>) -> Option<(TrunkHost, Option<u16>)> {
    let found = host_and_port(text.get_ref());
    if found.is_none() {
        let message = format!("`{}` is no host", text.get_ref());
        let remedy = "write a name or an address, with a port behind a colon if it is not the \
                      usual one: \"sip.carrier.example\", \"192.0.2.7:5080\"";
        report.add(Flaw::error("bad-host", text.span(), message).suggest(remedy.to_owned()));
    }
    found
}

fn host_and_port(text: &str) -> Option<(TrunkHost, Option<u16>)> {
    if let Ok(address) = text.parse::<SocketAddr>() {
        return Some((TrunkHost::Address(address.ip()), Some(address.port()).filter(|p| *p > 0)));
    }
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']'));
    if let Some(address) = bare.and_then(|text| text.parse::<Ipv6Addr>().ok()) {
        return Some((TrunkHost::Address(IpAddr::V6(address)), None));
    }
    if let Ok(address) = text.parse::<IpAddr>() {
        return Some((TrunkHost::Address(address), None));
    }
    let (name, port) = match text.split_once(':') {
        Some((name, port)) => (name, Some(port.parse::<u16>().ok().filter(|port| *port > 0)?)),
        None => (text, None),
    };
    // What looks like an address and is none is a slip, and no name (RFC 1123 §2.1).
    let slip = name.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let good = values::is_host(name) && !slip;
    good.then(|| (TrunkHost::Name(name.to_ascii_lowercase().into()), port))
}

fn check_host(text: &Text, report: &mut Report<'_>) -> bool {
    let is_host = values::is_host(text.get_ref());
    if !is_host {
        let message = format!("`{}` is no name of a host", text.get_ref());
        let remedy = "write it such as \"sip.carrier.example\"".to_owned();
        report.add(Flaw::error("bad-host", text.span(), message).suggest(remedy));
    }
    is_host
}

/// A name of any letters, but of no blanks: nobody is called so, and they come along when a name is copied.
fn read_user(table: &mut Table<'_>, report: &mut Report<'_>) -> Option<Text> {
    let user = table.text("user", report)?;
    if user.get_ref().is_empty()
        || user.get_ref().contains(|c: char| c.is_whitespace() || c.is_control())
    {
        let message = format!("`{}` can not be a user", user.get_ref().escape_debug());
        let remedy = "write the name that the carrier gave you, without blanks".to_owned();
        report.add(Flaw::error("bad-account", user.span(), message).suggest(remedy));
    }
    Some(user)
}

/// A secret is needed where there is a user to prove.
fn read_secret(table: &mut Table<'_>, report: &mut Report<'_>) -> Option<SecretDraft> {
    let needed = match table.value("user") {
        Some(_) => Needed::Always("its `user`"),
        None => Needed::Perhaps,
    };
    secret::read(table, needed, report)
}

/// What needs to prove who is there needs a user.
fn check_login(draft: &TrunkDraft, table: &mut Table<'_>, report: &mut Report<'_>) {
    if table.value("user").is_some() {
        return;
    }
    let why = if draft.register.is_some() {
        "registers"
    } else if draft.digest == Digest::Login {
        "is known by `digest`"
    } else if draft.secret.is_some() {
        "has a secret"
    } else {
        return;
    };
    let message = format!("`{}` {why} and has no `user`", table.name);
    let remedy = "write the `user` that the carrier gave you".to_owned();
    report.add(Flaw::error("no-user", table.span.clone(), message).suggest(remedy));
}

fn read_register(table: &mut Table<'_>, report: &mut Report<'_>) -> Option<Duration> {
    let register = table.flag("register", report);
    let expires = table.length("expires", EXPIRES_MIN..=EXPIRES_MAX, report);
    if let (Some(value), Some(false) | None) = (table.value("expires"), register) {
        let message = format!("`{}` has `expires` and does not register", table.name);
        let remedy = "write `register = true`, or take `expires` away".to_owned();
        report.add(Flaw::error("expires-without-register", value.span(), message).suggest(remedy));
    }
    (register == Some(true)).then(|| expires.unwrap_or(EXPIRES))
}

/// A form, and where it was asked for if it is the national one.
fn read_form(
    key: &'static str,
    table: &mut Table<'_>,
    report: &mut Report<'_>,
) -> (NumberForm, Option<std::ops::Range<usize>>) {
    let form = table.choice(key, FORMS, report).unwrap_or(NumberForm::Plus);
    let span = table.value(key).map(|value| value.span());
    (form, span.filter(|_| form == NumberForm::National))
}

fn read_caller_id(table: &mut Table<'_>, report: &mut Report<'_>) -> Option<Text> {
    let text = table.text("caller_id", report)?;
    if !values::is_account(text.get_ref()) {
        let message = format!("`{}` can not be shown as a number", text.get_ref());
        let remedy = "write a number of yours, such as \"+46812345\"".to_owned();
        report.add(Flaw::error("bad-number", text.span(), message).suggest(remedy));
    }
    Some(text)
}

/// An interval, or `0s` for never.
fn read_health(table: &mut Table<'_>, report: &mut Report<'_>) -> Option<Duration> {
    let interval = table.length("health", Duration::ZERO..=HEALTH_MAX, report)?;
    let sane = interval.is_zero() || interval >= HEALTH_MIN;
    if let (false, Some(value)) = (sane, table.value("health")) {
        let message = format!("`health` must be at least {HEALTH_MIN:?}, or 0s for never");
        report.add(Flaw::error("out-of-range", value.span(), message));
    }
    Some(interval)
}

/// A list of numbers outside, by their prefixes.
pub(super) fn read_dial(
    key: &'static str,
    table: &mut Table<'_>,
    report: &mut Report<'_>,
) -> Vec<DialPattern> {
    read_list(table, key, "bad-prefix", DIAL_REMEDY, report)
}

/// A list of texts that each are a value.
fn read_list<T: FromStr>(
    table: &mut Table<'_>,
    key: &'static str,
    id: &'static str,
    remedy: &'static str,
    report: &mut Report<'_>,
) -> Vec<T> {
    let texts = table.texts(key, report).unwrap_or_default();
    if let Some(text) = texts.get(LIST_MAX) {
        let message = format!("`{key}` may have at most {LIST_MAX} entries");
        report.add(Flaw::error("out-of-range", text.span(), message));
    }
    let read = texts.into_iter().take(LIST_MAX).filter_map(|text| {
        let value = text.get_ref().parse().ok();
        if value.is_none() {
            let message = format!("`{}` does not fit into `{key}`", text.get_ref());
            report.add(Flaw::error(id, text.span(), message).suggest(remedy.to_owned()));
        }
        value
    });
    read.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_a_name_or_an_address_with_or_without_a_port() {
        let name = |name: &str| TrunkHost::Name(name.into());
        let address = |address: &str| TrunkHost::Address(address.parse().unwrap());
        let cases = [
            ("SIP.Carrier.example", Some((name("sip.carrier.example"), None))),
            ("sip.carrier.example:5080", Some((name("sip.carrier.example"), Some(5080)))),
            ("192.0.2.7", Some((address("192.0.2.7"), None))),
            ("192.0.2.7:5080", Some((address("192.0.2.7"), Some(5080)))),
            ("2001:db8::7", Some((address("2001:db8::7"), None))),
            ("[2001:db8::7]", Some((address("2001:db8::7"), None))),
            ("[2001:db8::7]:5080", Some((address("2001:db8::7"), Some(5080)))),
            ("192.0.2.256", None),
            ("sip:carrier.example", None),
            ("carrier.example:0", None),
            ("carrier.example:70000", None),
            ("", None),
        ];
        for (text, expected) in cases {
            assert_eq!(host_and_port(text), expected, "{text}");
        }
    }
}
