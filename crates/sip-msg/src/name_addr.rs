//! An address with a name and parameters, as in From, To, Contact, Route and Record-Route
//! (RFC 3261 §20.10).

use crate::lexer::{Kind, are, split_at_byte, split_list, split_quoted, trim, unescape_quoted};
use crate::params::split_params;
use crate::print::{Print, display, quoted};
use crate::text::Whole;
use crate::{Malformed, Params, Text, Uri};

/// An address. Always printed with brackets, and its name with quotes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NameAddr {
    /// The name to show, unquoted.
    pub display: Option<Text>,
    /// The address itself.
    pub uri: Uri,
    /// Parameters of the header, such as `tag` or `expires`; the URI has its own.
    pub params: Params,
}

impl NameAddr {
    /// An address without a name or parameters.
    #[must_use]
    pub fn new(uri: Uri) -> Self {
        Self { display: None, uri, params: Params::default() }
    }

    /// The same address with a name to show.
    #[must_use]
    pub fn with_display(mut self, display: impl Into<Text>) -> Self {
        self.display = Some(display.into());
        self
    }

    /// The same in memory of its own ([`Text::detached`]).
    #[must_use]
    pub fn detached(&self) -> Self {
        Self {
            display: self.display.as_ref().map(Text::detached),
            uri: self.uri.detached(),
            params: self.params.detached(),
        }
    }

    /// Parses one address, which must be all of `text`.
    ///
    /// # Errors
    /// [`Malformed`] says which piece of it is wrong.
    pub fn parse(text: impl Into<Text>) -> Result<Self, Malformed> {
        let text: Text = text.into();
        Self::parse_part(text.whole(), text.as_bytes())
    }

    pub(crate) fn parse_part(whole: Whole<'_>, bytes: &[u8]) -> Result<Self, Malformed> {
        let bytes = trim(bytes);
        if bytes.starts_with(b"\"") {
            let (inside, rest) = split_quoted(bytes)?;
            let addr = trim(rest).strip_prefix(b"<").ok_or(Malformed::Address)?;
            return Self::parse_bracketed(whole, Some(unescape_quoted(whole, inside)), addr);
        }
        match split_at_byte(bytes, b'<') {
            Some((display, addr)) => {
                Self::parse_bracketed(whole, plain_display(whole, display)?, addr)
            }
            None => Self::parse_bare(whole, bytes),
        }
    }

    fn parse_bracketed(
        whole: Whole<'_>,
        display: Option<Text>,
        addr: &[u8],
    ) -> Result<Self, Malformed> {
        let (uri, params) = split_at_byte(addr, b'>').ok_or(Malformed::Address)?;
        let uri = Uri::parse_part(whole, uri)?;
        Ok(Self { display, uri, params: Params::parse(whole, params)? })
    }

    /// Without brackets all parameters belong to the header, and the URI may have neither comma nor
    /// question mark (RFC 3261 §20.10).
    fn parse_bare(whole: Whole<'_>, bytes: &[u8]) -> Result<Self, Malformed> {
        let (uri, params) = split_params(bytes);
        let uri = trim(uri);
        if memchr::memchr2(b',', b'?', uri).is_some() {
            return Err(Malformed::Address);
        }
        let uri = Uri::parse_part(whole, uri)?;
        Ok(Self { display: None, uri, params: Params::parse(whole, params)? })
    }

    /// Parses every address of a comma list and hands it to `each`.
    pub(crate) fn parse_list(
        list: &Text,
        mut each: impl FnMut(Self) -> Result<(), Malformed>,
    ) -> Result<(), Malformed> {
        let mut rest = Some(list.as_bytes());
        while let Some(bytes) = rest {
            let (value, after) = split_list(bytes)?;
            if value.is_empty() {
                return Err(Malformed::List);
            }
            each(Self::parse_part(list.whole(), value)?)?;
            rest = after;
        }
        Ok(())
    }

    /// The `tag` that tells one end of a dialog (RFC 3261 §19.3).
    #[must_use]
    pub fn tag(&self) -> Option<Text> {
        self.params.get("tag")
    }

    /// Sets the `tag`.
    pub fn set_tag(&mut self, tag: impl Into<Text>) {
        self.params.set("tag", Some(tag.into()));
    }

    /// The same address with this `tag`.
    #[must_use]
    pub fn with_tag(mut self, tag: impl Into<Text>) -> Self {
        self.set_tag(tag);
        self
    }
}

/// A name without quotes.
fn plain_display(whole: Whole<'_>, bytes: &[u8]) -> Result<Option<Text>, Malformed> {
    let display = trim(bytes);
    if !are(display, Kind::Display) {
        return Err(Malformed::Address);
    }
    Ok((!display.is_empty()).then(|| Text::part(whole, display)))
}

impl From<Uri> for NameAddr {
    fn from(uri: Uri) -> Self {
        Self::new(uri)
    }
}

impl Print for NameAddr {
    fn print(&self, out: &mut Vec<u8>) {
        if let Some(display) = &self.display {
            quoted(out, display.as_bytes());
            out.push(b' ');
        }
        out.push(b'<');
        self.uri.print(out);
        out.push(b'>');
        self.params.print(out);
    }
}
display!(NameAddr);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Host;
    use bytes::Bytes;
    use std::sync::Arc;

    #[test]
    fn what_is_detached_says_the_same_and_shares_nothing() {
        let text = "\"A name of many letters\" <sips:a-user-of-many-letters@a.host.of.many.letters:5062;\
            a-param-of-many-letters=a-value-of-many-letters?a-header-of-many-letters=1>;tag=a-tag-of-many-letters";
        let read = Arc::new(Bytes::from_static(text.as_bytes()));
        let address = NameAddr::parse_part(Whole::of(&read), &read).unwrap();
        let detached = address.detached();
        assert_eq!(detached, address);
        let inside = |part: &Text| read.as_ptr_range().contains(&part.as_bytes().as_ptr());
        let parts = |address: &NameAddr| {
            let uri = &address.uri;
            let of_params = |params: &Params| -> Vec<Text> {
                params.iter().flat_map(|(name, value)| [name, value.unwrap()]).collect()
            };
            let Host::Name(host) = uri.host() else { panic!("{uri}") };
            let some = [address.display.clone(), uri.user(), uri.headers()].map(Option::unwrap);
            [of_params(&uri.params()), of_params(&address.params), some.into(), vec![host]].concat()
        };
        assert_eq!(parts(&address).iter().filter(|part| inside(part)).count(), 7);
        assert!(!parts(&detached).iter().any(inside), "{detached}");
    }
}
