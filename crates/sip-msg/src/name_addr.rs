//! An address with a name and parameters, as in From, To, Contact, Route and Record-Route
//! (RFC 3261 §20.10).

use crate::cursor::Cursor;
use crate::lexer::{Kind, split_quoted, trim_end, unescape_quoted};
use crate::params;
use crate::params_read::{self, InHeader, without_space};
use crate::print::{Print, display, quoted};
use crate::text::Whole;
use crate::{HEADERS_MAX, Malformed, Params, Text, Uri};
use std::fmt;

/// An address: a name to show, a URI, and parameters such as `tag` or `expires` that belong to the
/// header; the URI has its own. Always printed with brackets, and its name with quotes.
///
/// It is kept as it is printed, with the places of its brackets; what stands within its parts is looked
/// for when asked for.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NameAddr {
    /// `["name" ]<URI>[;params]`, without further white space.
    text: Text,
    /// Where the URI begins and ends.
    uri: (u32, u32),
}

/// What stands before the bracket of an address.
enum Shown<'a> {
    Nothing,
    /// The inside of quotes, and whether it stands as it is printed: with nothing escaped, and a
    /// space behind.
    Quoted(&'a [u8], bool),
    Plain(&'a [u8]),
}

impl NameAddr {
    /// An address without a name or parameters.
    #[must_use]
    pub fn new(uri: Uri) -> Self {
        Self::put_together(None, &uri, &[])
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
        let mut cursor = Cursor::new(bytes);
        let address = Self::read(whole, &mut cursor)?;
        if cursor.is_at_end() { Ok(address) } else { Err(Malformed::Address) }
    }

    /// Reads an address, and white space around it.
    fn read(whole: Whole<'_>, cursor: &mut Cursor<'_>) -> Result<Self, Malformed> {
        cursor.skip_space();
        let (start, spaces) = (cursor.at(), cursor.spaces());
        let shown = Shown::read(cursor)?;
        if !cursor.eat(b'<') {
            cursor.go_back(start);
            return Self::read_bare(whole, cursor);
        }
        let uri = cursor.at();
        let is_usual = Uri::read(cursor)?;
        let uri_end = cursor.at();
        if !cursor.eat(b'>') {
            return Err(Malformed::Address);
        }
        params_read::read::<InHeader>(cursor)?;
        if is_usual && shown.is_usual() && cursor.spaces() == spaces {
            let text = Text::part(whole, cursor.since(start));
            return Ok(Self { text, uri: (place(uri - start), place(uri_end - start)) });
        }
        let uri = Uri::parse_part(whole, cursor.between(uri, uri_end))?;
        let params = without_space(cursor.since(uri_end + 1));
        Ok(Self::put_together(shown.to_text(whole).as_ref(), &uri, &params))
    }

    /// Without brackets all parameters belong to the header, and the URI may have neither comma nor
    /// question mark (RFC 3261 §20.10).
    #[cold]
    fn read_bare(whole: Whole<'_>, cursor: &mut Cursor<'_>) -> Result<Self, Malformed> {
        let rest = cursor.rest();
        let len = memchr::memchr3(b';', b',', b'?', rest).unwrap_or(rest.len());
        let start = cursor.at();
        cursor.advance(len);
        let uri = Uri::parse_part(whole, trim_end(cursor.since(start)))?;
        let params = cursor.at();
        params_read::read::<InHeader>(cursor)?;
        // To some readers a bracket, wherever it stands, opens the address.
        if cursor.since(start).contains(&b'<') {
            return Err(Malformed::Address);
        }
        Ok(Self::put_together(None, &uri, &without_space(cursor.since(params))))
    }

    /// Appends every address of a comma list to `addresses`.
    pub(crate) fn read_list(list: &Text, addresses: &mut Vec<Self>) -> Result<(), Malformed> {
        let mut cursor = Cursor::new(list.as_bytes());
        loop {
            cursor.skip_space();
            if matches!(cursor.peek(), None | Some(b',')) {
                return Err(Malformed::List);
            }
            if addresses.len() == HEADERS_MAX {
                return Err(Malformed::List);
            }
            addresses.push(Self::read(list.whole(), &mut cursor)?);
            if cursor.is_at_end() {
                return Ok(());
            }
            if !cursor.eat(b',') {
                return Err(Malformed::Address);
            }
        }
    }

    fn put_together(shown: Option<&Text>, uri: &Uri, params: &[u8]) -> Self {
        let mut out = Vec::with_capacity(96);
        if let Some(shown) = shown {
            quoted(&mut out, shown.as_bytes());
            out.push(b' ');
        }
        out.push(b'<');
        let start = place(out.len());
        uri.print(&mut out);
        let end = place(out.len());
        out.push(b'>');
        out.extend_from_slice(params);
        Self { text: Text::copied(&out), uri: (start, end) }
    }

    /// The name to show, unquoted.
    #[must_use]
    pub fn display(&self) -> Option<Text> {
        let (inside, _) = split_quoted(self.text.as_bytes()).ok()?;
        Some(unescape_quoted(self.text.whole(), inside))
    }

    /// The address itself.
    #[must_use]
    pub fn uri(&self) -> Uri {
        let (start, end) = self.uri;
        let uri = self.text.as_bytes().get(start as usize..end as usize);
        Uri::of_part(self.part(uri.unwrap_or_default()))
    }

    /// The parameters behind it.
    #[must_use]
    pub fn params(&self) -> Params {
        Params::of_part(self.part(self.params_part()))
    }

    /// The value of this parameter, as [`Params::get`] has it.
    #[must_use]
    pub fn param(&self, name: &str) -> Option<Text> {
        Some(self.part(params::value(self.params_part(), name)?))
    }

    /// The `tag` that tells one end of a dialog (RFC 3261 §19.3).
    #[must_use]
    pub fn tag(&self) -> Option<Text> {
        self.param("tag")
    }

    /// The same address with this name to show.
    #[must_use]
    pub fn with_display(&self, display: impl Into<Text>) -> Self {
        Self::put_together(Some(&display.into()), &self.uri(), self.params_part())
    }

    /// The same address with these parameters in place of its own.
    #[must_use]
    pub fn with_params(&self, params: Params) -> Self {
        Self::put_together(self.display().as_ref(), &self.uri(), params.as_bytes())
    }

    /// The same address with this parameter, in its place if it is there.
    #[must_use]
    pub fn with_param(&self, name: impl Into<Text>, value: Option<Text>) -> Self {
        let mut params = self.params();
        params.set(name, value);
        self.with_params(params)
    }

    /// The same address with this `tag`.
    #[must_use]
    pub fn with_tag(&self, tag: impl Into<Text>) -> Self {
        self.with_param("tag", Some(tag.into()))
    }

    /// Sets the `tag`.
    pub fn set_tag(&mut self, tag: impl Into<Text>) {
        *self = self.with_tag(tag);
    }

    /// The same in memory of its own ([`Text::detached`]).
    #[must_use]
    pub fn detached(&self) -> Self {
        Self { text: self.text.detached(), uri: self.uri }
    }

    fn part(&self, part: &[u8]) -> Text {
        Text::part(self.text.whole(), part)
    }

    /// All behind the bracket: nothing, or from the first semicolon on.
    fn params_part(&self) -> &[u8] {
        let behind = self.text.as_bytes().get(self.uri.1 as usize..).unwrap_or_default();
        behind.get(1..).unwrap_or_default()
    }
}

/// A place in an address. What is further than any message goes is nowhere.
fn place(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

impl<'a> Shown<'a> {
    /// Reads what is shown, and the white space behind it.
    #[inline]
    fn read(cursor: &mut Cursor<'a>) -> Result<Self, Malformed> {
        let start = cursor.at();
        let shown = match cursor.peek() {
            Some(b'<') => return Ok(Self::Nothing),
            Some(b'"') => {
                let is_plain = cursor.skip_quoted()?;
                let inside = cursor.between(start + 1, cursor.at() - 1);
                // Further white space is counted as such.
                let is_spaced = cursor.eat(b' ');
                Self::Quoted(inside, is_plain && is_spaced)
            }
            Some(_) | None => Self::Plain(trim_end(cursor.take(Kind::Display))),
        };
        cursor.skip_space();
        Ok(shown)
    }

    /// Whether it stands as it is printed.
    const fn is_usual(&self) -> bool {
        match self {
            Self::Nothing => true,
            Self::Quoted(_, is_usual) => *is_usual,
            Self::Plain(_) => false,
        }
    }

    fn to_text(&self, whole: Whole<'_>) -> Option<Text> {
        match self {
            Self::Nothing => None,
            Self::Quoted(inside, _) => Some(unescape_quoted(whole, inside)),
            Self::Plain(name) => Some(Text::part(whole, name)),
        }
    }
}
impl From<Uri> for NameAddr {
    fn from(uri: Uri) -> Self {
        Self::new(uri)
    }
}

impl fmt::Debug for NameAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.text, f)
    }
}

impl Print for NameAddr {
    fn print(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.text.as_bytes());
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
    fn an_address_that_is_written_oddly_is_kept_as_it_is_printed() {
        let usual = NameAddr::parse("\"A B\" <sip:a@b;x?y>;tag=1;z=\"; \"").unwrap();
        let odd = [
            "A B<SIP:a@b;x?y> ; tag = 1; z=\"; \"",
            "\"\\A B\"<sip:a@b;x?y>;tag=1 ;z=\"; \"",
            "  \"A B\"\t\t<sip:a@b;x?y>;tag=1;z= \"; \" ",
        ];
        for odd in odd {
            let address = NameAddr::parse(odd).unwrap();
            assert_eq!((address.to_string(), &address), (usual.to_string(), &usual), "{odd}");
            assert_eq!(address.display().unwrap(), "A B");
            assert_eq!(address.uri().to_string(), "sip:a@b;x?y");
            assert_eq!((address.tag().unwrap(), address.params().len()), ("1".into(), 2));
        }
        let bare = NameAddr::parse("sip:a@b ;tag=1").unwrap();
        assert_eq!(bare.to_string(), "<sip:a@b>;tag=1");
    }

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
            let uri = address.uri();
            let of_params = |params: &Params| -> Vec<Text> {
                params.iter().flat_map(|(name, value)| [name, value.unwrap()]).collect()
            };
            let Host::Name(host) = uri.host() else { panic!("{uri}") };
            let some = [address.display(), uri.user(), uri.headers()].map(Option::unwrap);
            [of_params(&uri.params()), of_params(&address.params()), some.into(), vec![host]]
                .concat()
        };
        assert_eq!(parts(&address).iter().filter(|part| inside(part)).count(), 7);
        assert!(!parts(&detached).iter().any(inside), "{detached}");
    }
}
