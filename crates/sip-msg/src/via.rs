//! One hop that a request has taken (RFC 3261 §20.42).

use crate::lexer::{Kind, split_at_byte, split_kind, split_list, trim, trim_start};
use crate::print::{Print, display, number};
use crate::text::Whole;
use crate::{Host, Malformed, Params, Text, VIA_MAX};
use std::net::IpAddr;

/// A Via value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Via {
    /// How the hop was sent: `UDP`, `TCP`, `TLS`, `WS`, `WSS` or anything else.
    pub transport: Text,
    /// Who sent it, by its own account.
    pub host: Host,
    /// The port it wants answers at.
    pub port: Option<u16>,
    /// `branch`, `received`, `rport` and others.
    pub params: Params,
}

impl Via {
    /// A Via of our own, with this branch.
    #[must_use]
    pub fn new(transport: impl Into<Text>, host: Host, port: Option<u16>, branch: Text) -> Self {
        let mut params = Params::default();
        params.set("branch", Some(branch));
        Self { transport: transport.into(), host, port, params }
    }

    /// Parses one Via value, which must be all of `text`.
    ///
    /// # Errors
    /// [`Malformed`] says which piece of it is wrong.
    pub fn parse(text: impl Into<Text>) -> Result<Self, Malformed> {
        let text: Text = text.into();
        Self::parse_part(text.whole(), trim(text.as_bytes()))
    }

    /// `SIP / 2.0 / transport  host[:port] *(;param)`, with white space around every mark.
    fn parse_part(whole: Whole<'_>, bytes: &[u8]) -> Result<Self, Malformed> {
        let (protocol, rest) = split_at_byte(bytes, b'/').ok_or(Malformed::Via)?;
        let (version, rest) = split_at_byte(rest, b'/').ok_or(Malformed::Via)?;
        if !trim(protocol).eq_ignore_ascii_case(b"SIP") || trim(version) != b"2.0" {
            return Err(Malformed::Via);
        }
        let (transport, rest) = split_kind(trim_start(rest), Kind::Token);
        if transport.is_empty() || !matches!(rest, [b' ' | b'\t', ..]) {
            return Err(Malformed::Via);
        }
        let (host, port, rest) = Host::split_off(whole, trim_start(rest))?;
        let transport = Text::part(whole, transport);
        Ok(Self { transport, host, port, params: Params::parse(whole, rest)? })
    }

    /// Appends every Via value of a comma list to `vias`.
    pub(crate) fn parse_list(
        whole: Whole<'_>,
        list: &[u8],
        vias: &mut Vec<Self>,
    ) -> Result<(), Malformed> {
        let mut rest = Some(list);
        while let Some(bytes) = rest {
            if vias.len() == VIA_MAX {
                return Err(Malformed::List);
            }
            let (value, after) = split_list(bytes)?;
            vias.push(Self::parse_part(whole, value)?);
            rest = after;
        }
        Ok(())
    }

    /// The transaction's id at this hop (RFC 3261 §8.1.1.7).
    #[must_use]
    pub fn branch(&self) -> Option<Text> {
        self.params.get("branch")
    }

    /// The address the request came from, as its receiver saw it (RFC 3261 §18.2.1).
    #[must_use]
    pub fn received(&self) -> Option<IpAddr> {
        let text = std::str::from_utf8(self.params.value("received")?).ok()?;
        text.trim_start_matches('[').trim_end_matches(']').parse().ok()
    }

    /// The port the request came from, as its receiver saw it (RFC 3581); `None` also where the
    /// sender asks for it and nobody has filled it in. Whether it is asked for tells
    /// `params.has("rport")`.
    #[must_use]
    pub fn rport(&self) -> Option<u16> {
        std::str::from_utf8(self.params.value("rport")?).ok()?.parse().ok()
    }
}

impl Print for Via {
    fn print(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"SIP/2.0/");
        out.extend_from_slice(self.transport.as_bytes());
        out.push(b' ');
        self.host.print(out);
        if let Some(port) = self.port {
            out.push(b':');
            number(out, u64::from(port));
        }
        self.params.print(out);
    }
}
display!(Via);
