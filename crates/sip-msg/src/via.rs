//! One hop that a request has taken (RFC 3261 §20.42).

use crate::cursor::Cursor;
use crate::host::port_number;
use crate::lexer::{Kind, split_at_byte, split_before, trim};
use crate::params;
use crate::params_read::{self, InHeader, without_space};
use crate::print::{self, Print, display};
use crate::text::Whole;
use crate::{Host, Malformed, Params, Text, VIA_MAX};
use std::fmt;
use std::net::IpAddr;

/// A Via value: the transport of a hop, who sent it, and parameters such as `branch`, `received` and
/// `rport`.
///
/// It is kept as it is printed, and its parts are looked for when asked for: of most hops nothing is,
/// they are only told again.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Via(
    /// `SIP/2.0/transport host[:port][;params]`, without further white space.
    Text,
);

/// The parts of a Via before its parameters, where they stand.
struct Pieces<'a> {
    transport: &'a [u8],
    /// With brackets.
    host: &'a [u8],
    port: Option<&'a [u8]>,
}

/// What every Via of SIP 2.0 begins with.
const PROTOCOL: &[u8] = b"SIP/2.0/";

impl Via {
    /// A Via of our own, with this branch.
    #[must_use]
    pub fn new(transport: impl Into<Text>, host: Host, port: Option<u16>, branch: Text) -> Self {
        let mut params = Params::default();
        params.set("branch", Some(branch));
        Self::put_together(transport.into().as_bytes(), &host, port, params.as_bytes())
    }

    /// Parses one Via value, which must be all of `text`.
    ///
    /// # Errors
    /// [`Malformed`] says which piece of it is wrong.
    pub fn parse(text: impl Into<Text>) -> Result<Self, Malformed> {
        let text: Text = text.into();
        let mut cursor = Cursor::new(text.as_bytes());
        let via = Self::read(text.whole(), &mut cursor)?;
        if cursor.is_at_end() { Ok(via) } else { Err(Malformed::Via) }
    }

    /// Reads a Via and white space around it: `SIP / 2.0 / transport  host[:port] *(;param)`, with
    /// white space around every mark.
    fn read(whole: Whole<'_>, cursor: &mut Cursor<'_>) -> Result<Self, Malformed> {
        cursor.skip_space();
        let (start, spaces) = (cursor.at(), cursor.spaces());
        let mut is_usual = cursor.eat_all(PROTOCOL);
        if !is_usual {
            skip_protocol(cursor)?;
        }
        cursor.skip_space();
        let transport = cursor.take(Kind::Token);
        is_usual &= cursor.peek() == Some(b' ');
        if transport.is_empty() || !(cursor.eat(b' ') || cursor.eat(b'\t')) {
            return Err(Malformed::Via);
        }
        cursor.skip_space();
        let host = cursor.at();
        // There are many ways to write an address in brackets, and a port with zeros before it.
        is_usual &= cursor.peek() != Some(b'[');
        Host::skip(cursor)?;
        cursor.skip_space();
        if cursor.eat(b':') {
            cursor.skip_space();
            is_usual &= cursor.peek() != Some(b'0');
            Host::skip_port(cursor)?;
        }
        let port_end = cursor.at();
        params_read::read::<InHeader>(cursor)?;
        if is_usual && cursor.spaces() == spaces {
            return Ok(Self(Text::part(whole, cursor.since(start))));
        }
        let host_and_port = without_space(cursor.between(host, port_end));
        let (host, port) = Host::split_port(&host_and_port);
        let host = Host::of_part(Whole::NONE, host);
        let params = without_space(cursor.since(port_end));
        Ok(Self::put_together(transport, &host, port.and_then(port_number), &params))
    }

    /// Appends every Via value of a comma list to `vias`.
    pub(crate) fn read_list(
        whole: Whole<'_>,
        list: &[u8],
        vias: &mut Vec<Self>,
    ) -> Result<(), Malformed> {
        let mut cursor = Cursor::new(list);
        loop {
            if vias.len() == VIA_MAX {
                return Err(Malformed::List);
            }
            vias.push(Self::read(whole, &mut cursor)?);
            if cursor.is_at_end() {
                return Ok(());
            }
            if !cursor.eat(b',') {
                return Err(Malformed::Via);
            }
        }
    }

    fn put_together(transport: &[u8], host: &Host, port: Option<u16>, params: &[u8]) -> Self {
        let mut out = Vec::with_capacity(96);
        out.extend_from_slice(PROTOCOL);
        out.extend_from_slice(transport);
        out.push(b' ');
        host.print(&mut out);
        if let Some(port) = port {
            out.push(b':');
            print::number(&mut out, u64::from(port));
        }
        out.extend_from_slice(params);
        Self(Text::copied(&out))
    }

    /// How the hop was sent: `UDP`, `TCP`, `TLS`, `WS`, `WSS` or anything else.
    #[must_use]
    pub fn transport(&self) -> Text {
        self.text(self.pieces().transport)
    }

    /// Who sent it, by its own account.
    #[must_use]
    pub fn host(&self) -> Host {
        Host::of_part(self.0.whole(), self.pieces().host)
    }

    /// The port it wants answers at.
    #[must_use]
    pub fn port(&self) -> Option<u16> {
        self.pieces().port.and_then(port_number)
    }

    /// `branch`, `received`, `rport` and others.
    #[must_use]
    pub fn params(&self) -> Params {
        Params::of_part(self.text(self.params_part()))
    }

    /// The transaction's id at this hop (RFC 3261 §8.1.1.7).
    #[must_use]
    pub fn branch(&self) -> Option<Text> {
        self.param("branch").map(|value| self.text(value))
    }

    /// The address the request came from, as its receiver saw it (RFC 3261 §18.2.1).
    #[must_use]
    pub fn received(&self) -> Option<IpAddr> {
        let text = std::str::from_utf8(self.param("received")?).ok()?;
        text.trim_start_matches('[').trim_end_matches(']').parse().ok()
    }

    /// The port the request came from, as its receiver saw it (RFC 3581); `None` also where the
    /// sender asks for it and nobody has filled it in. Whether it is asked for tells
    /// `params().has("rport")`.
    #[must_use]
    pub fn rport(&self) -> Option<u16> {
        std::str::from_utf8(self.param("rport")?).ok()?.parse().ok()
    }

    /// The same with these parameters in place of its own.
    #[must_use]
    pub fn with_params(&self, params: Params) -> Self {
        let (before, _) = split_before(self.0.as_bytes(), b';');
        Self(Text::copied(&[before, params.as_bytes()].concat()))
    }

    /// The same with this parameter, in its place if it is there.
    #[must_use]
    pub fn with_param(&self, name: impl Into<Text>, value: Option<Text>) -> Self {
        let mut params = self.params();
        params.set(name, value);
        self.with_params(params)
    }

    fn param(&self, name: &str) -> Option<&[u8]> {
        params::value(self.params_part(), name)
    }

    fn params_part(&self) -> &[u8] {
        split_before(self.0.as_bytes(), b';').1
    }

    fn text(&self, part: &[u8]) -> Text {
        Text::part(self.0.whole(), part)
    }

    fn pieces(&self) -> Pieces<'_> {
        let (before, _) = split_before(self.0.as_bytes(), b';');
        let rest = before.get(PROTOCOL.len()..).unwrap_or_default();
        let (transport, host_and_port) = split_at_byte(rest, b' ').unwrap_or_default();
        let (host, port) = Host::split_port(host_and_port);
        Pieces { transport, host, port }
    }
}

/// Steps over the protocol and its version, written in any way.
#[cold]
fn skip_protocol(cursor: &mut Cursor<'_>) -> Result<(), Malformed> {
    let rest = cursor.rest();
    let (protocol, after) = split_at_byte(rest, b'/').ok_or(Malformed::Via)?;
    let (version, after) = split_at_byte(after, b'/').ok_or(Malformed::Via)?;
    if !trim(protocol).eq_ignore_ascii_case(b"SIP") || trim(version) != b"2.0" {
        return Err(Malformed::Via);
    }
    cursor.advance(rest.len() - after.len());
    Ok(())
}

impl fmt::Debug for Via {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl Print for Via {
    fn print(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.0.as_bytes());
    }
}
display!(Via);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_via_that_is_written_oddly_is_kept_as_it_is_printed() {
        let odd = [
            "SIP/2.0/UDP\t[2001:DB8:0::9]:05070 ; branch = z9hG4bK1;x=\"a ; b\" ",
            "sip / 2.0 /  UDP  [2001:db8::9] : 5070;branch=z9hG4bK1;x=\"a ; b\"",
        ];
        for odd in odd {
            let via = Via::parse(odd).unwrap();
            let usual = "SIP/2.0/UDP [2001:db8::9]:5070;branch=z9hG4bK1;x=\"a ; b\"";
            assert_eq!((via.to_string(), &via), (usual.to_owned(), &Via::parse(usual).unwrap()));
            let host = Host::V6("2001:db8::9".parse().unwrap());
            assert_eq!((via.transport(), via.host(), via.port()), ("UDP".into(), host, Some(5070)));
            assert_eq!(via.params().unquoted("x").unwrap(), "a ; b");
        }
    }
}
