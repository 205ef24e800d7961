//! What is around a made-up plan: a register that its steps ask, and a carrier that its calls go over.

use crate::Crm;
use std::net::SocketAddr;

/// Where they are.
#[derive(Clone, Copy, Debug)]
pub struct Outside {
    /// The register.
    pub register: SocketAddr,
    /// The carrier.
    pub carrier: SocketAddr,
}

/// Each page of the register, and what `telefonist simulate` is told of it.
pub(super) const PAGES: [(&str, &str); 6] = [
    ("/rich", "balance:500,paid:yes"),
    ("/poor", "balance:-3,matter:b"),
    ("/short", "matter:a"),
    ("/nobody", "unknown"),
    ("/broken", "fails"),
    ("/garbled", "fails"),
];

/// A register with these pages.
#[must_use]
pub fn register() -> Crm {
    Crm::open(|path| {
        let page = PAGES.iter().find(|(page, _)| path.starts_with(page))?.0;
        Some(match page {
            "/rich" => (200, "{\"account\": {\"balance\": 500}, \"paid\": true}"),
            // As a text, with what is cut off.
            "/poor" => (200, "{\"account\": {\"balance\": \"-3.75\"}, \"matter\": \"b\"}"),
            "/short" => (200, "{\"matter\": \"a\", \"paid\": null, \"more\": []}"),
            "/nobody" => (404, "{}"),
            "/broken" => (500, "{\"account\": {\"balance\": 500}}"),
            _ => (200, "It works!"),
        })
    })
}

/// A number that the carrier carries, and that answers there or rings.
pub(super) fn number(answers: bool, at: usize) -> String {
    let kind = if answers { 1 } else { 2 };
    format!("+467{kind}000{at:04}")
}
