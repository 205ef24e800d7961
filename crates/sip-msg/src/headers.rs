//! All headers that have no field of their own in [`Request`](crate::Request) and
//! [`Response`](crate::Response), in the order they came.

use crate::lexer::{number, trim};
use crate::{Malformed, Name, NameAddr, Text};
use std::borrow::Borrow;

/// One header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Its name.
    pub name: Name,
    /// Its value, unfolded and without white space around it, otherwise as it came.
    pub value: Text,
}

/// Headers in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Headers(Vec<Header>);

/// What the Contact headers of a message say (RFC 3261 §20.10).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Contacts {
    /// `*`: all of them, in a REGISTER that takes bindings away.
    Star,
    /// Addresses, possibly none.
    List(Vec<NameAddr>),
}

impl Headers {
    /// No headers.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    pub(crate) fn with_capacity(headers: usize) -> Self {
        Self(Vec::with_capacity(headers))
    }

    /// The value of the first header of this name.
    pub fn get(&self, name: impl Borrow<Name>) -> Option<&Text> {
        self.first(name.borrow())
    }

    fn first(&self, name: &Name) -> Option<&Text> {
        self.0.iter().find(|header| header.name == *name).map(|header| &header.value)
    }

    /// The values of every header of this name, in order.
    pub fn all<N: Borrow<Name>>(&self, name: N) -> impl Iterator<Item = &Text> + use<'_, N> {
        self.0
            .iter()
            .filter(move |header| header.name == *name.borrow())
            .map(|header| &header.value)
    }

    /// Whether there is a header of this name.
    pub fn has(&self, name: impl Borrow<Name>) -> bool {
        self.get(name).is_some()
    }

    /// Adds a header at the end.
    #[inline]
    pub fn push(&mut self, name: Name, value: impl Into<Text>) {
        self.0.push(Header { name, value: value.into() });
    }

    /// Gives the header of this name the value, in its place if it is there, and takes further ones
    /// away.
    pub fn set(&mut self, name: Name, value: impl Into<Text>) {
        let Some(at) = self.0.iter().position(|header| header.name == name) else {
            return self.push(name, value);
        };
        let mut nth = 0;
        self.0.retain(|header| {
            nth += 1;
            nth <= at + 1 || header.name != name
        });
        if let Some(header) = self.0.get_mut(at) {
            header.value = value.into();
        }
    }

    /// Takes every header of this name away.
    pub fn remove(&mut self, name: impl Borrow<Name>) {
        self.0.retain(|header| header.name != *name.borrow());
    }

    /// All headers in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Header> {
        self.0.iter()
    }

    /// How many there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The words of a list header such as Require, Supported or Allow, over all its lines. Empty
    /// places are left out.
    pub fn tokens<N: Borrow<Name>>(&self, name: N) -> impl Iterator<Item = Text> + use<'_, N> {
        self.all(name).flat_map(|value| {
            let words = value.as_bytes().split(|byte| *byte == b',').map(trim);
            words.filter(|word| !word.is_empty()).map(|word| Text::part(value.whole(), word))
        })
    }

    /// The Contact headers.
    ///
    /// # Errors
    /// [`Malformed`] if one is no address, or if `*` does not stand alone.
    pub fn contacts(&self) -> Result<Contacts, Malformed> {
        let mut values = self.all(Name::Contact);
        match values.next() {
            Some(first) if *first == "*" => match values.next() {
                None => Ok(Contacts::Star),
                // Beside others it is no address.
                Some(_) => Err(Malformed::Address),
            },
            first => addresses(first, values).map(Contacts::List),
        }
    }

    /// The Route headers, first hop first.
    ///
    /// # Errors
    /// [`Malformed`] if one is no address.
    pub fn routes(&self) -> Result<Vec<NameAddr>, Malformed> {
        self.addresses(Name::Route)
    }

    /// The Record-Route headers, in the order they stand.
    ///
    /// # Errors
    /// [`Malformed`] if one is no address.
    pub fn record_routes(&self) -> Result<Vec<NameAddr>, Malformed> {
        self.addresses(Name::RecordRoute)
    }

    /// The addresses of every header of this name, over all its lines.
    ///
    /// # Errors
    /// [`Malformed`] if one is no address, or there are more than [`HEADERS_MAX`](crate::HEADERS_MAX).
    pub fn addresses(&self, name: impl Borrow<Name>) -> Result<Vec<NameAddr>, Malformed> {
        let mut values = self.all(name);
        addresses(values.next(), values)
    }

    /// Seconds of the Expires header; the largest number where it is too large for one (RFC 3261
    /// §20.19), `None` where it is absent or no number.
    #[must_use]
    pub fn expires(&self) -> Option<u32> {
        let seconds = number(self.get(Name::Expires)?.as_bytes())?;
        Some(u32::try_from(seconds).unwrap_or(u32::MAX))
    }
}

/// The addresses of these values.
fn addresses<'a>(
    first: Option<&Text>,
    rest: impl Iterator<Item = &'a Text>,
) -> Result<Vec<NameAddr>, Malformed> {
    let Some(first) = first else { return Ok(Vec::new()) };
    // Mostly there is one.
    let mut addresses = Vec::with_capacity(1);
    NameAddr::read_list(first, &mut addresses)?;
    for value in rest {
        NameAddr::read_list(value, &mut addresses)?;
    }
    Ok(addresses)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(lines: &[(Name, &'static str)]) -> Headers {
        let mut headers = Headers::new();
        for (name, value) in lines {
            headers.push(name.clone(), *value);
        }
        headers
    }

    #[test]
    fn list_headers_read_as_one_over_all_their_lines() {
        let headers = headers(&[
            (Name::Require, "timer ,100rel"),
            (Name::Supported, "path"),
            (Name::Require, ",gruu"),
        ]);
        let words: Vec<_> = headers.tokens(Name::Require).map(|word| word.to_string()).collect();
        assert_eq!(words, ["timer", "100rel", "gruu"]);
    }

    #[test]
    fn a_star_stands_alone() {
        assert_eq!(headers(&[(Name::Contact, "*")]).contacts(), Ok(Contacts::Star));
        let both = headers(&[(Name::Contact, "*"), (Name::Contact, "<sip:a@b>")]);
        assert!(both.contacts().is_err());
        assert_eq!(headers(&[]).contacts(), Ok(Contacts::List(vec![])));
    }

    #[test]
    fn setting_a_header_leaves_one_of_it_in_its_place() {
        let mut headers =
            headers(&[(Name::Expires, "1"), (Name::Server, "x"), (Name::Expires, "2")]);
        headers.set(Name::Expires, "9");
        let values: Vec<_> = headers.iter().map(|header| header.value.to_string()).collect();
        assert_eq!(values, ["9", "x"]);
        assert_eq!(headers.expires(), Some(9));
        headers.set(Name::Expires, "99999999999");
        assert_eq!(headers.expires(), Some(u32::MAX));
    }
}
