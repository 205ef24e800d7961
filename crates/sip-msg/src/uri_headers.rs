//! What stands behind the `?` of a URI: headers for the request that it is made into (RFC 3261
//! §19.1.1), as a Refer-To has them.

use crate::lexer::split_at_byte;
use crate::uri::unescape;
use crate::{Text, Uri};

impl Uri {
    /// Names and values behind the `?`, in order and with their `%HH` escapes taken out. A name
    /// without `=` has an empty value. The URI's own length bounds how many there are.
    pub fn headers_unescaped(&self) -> impl Iterator<Item = (Text, Text)> + use<'_> {
        let fields = self.headers_part().split(|byte| *byte == b'&');
        fields.filter(|field| !field.is_empty()).map(|field| {
            let (name, value) = split_at_byte(field, b'=').unwrap_or((field, b""));
            (unescape(self.whole(), name), unescape(self.whole(), value))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(uri: &'static str) -> Vec<(String, String)> {
        let uri = Uri::parse(uri).unwrap();
        uri.headers_unescaped().map(|(name, value)| (name.to_string(), value.to_string())).collect()
    }

    #[test]
    fn a_replaces_inside_a_uri_reads_as_the_header_would() {
        let pairs = headers("sip:bo@b?Replaces=c1%40a%3Bto-tag%3Dx%3bfrom-tag%3Dy&Subject=a%20b");
        assert_eq!(pairs[0], ("Replaces".to_owned(), "c1@a;to-tag=x;from-tag=y".to_owned()));
        assert_eq!(pairs[1], ("Subject".to_owned(), "a b".to_owned()));
    }

    #[test]
    fn odd_pieces_are_read_as_far_as_they_go() {
        assert_eq!(headers("sip:bo@b"), []);
        assert_eq!(headers("sip:bo@b?&&"), []);
        assert_eq!(headers("sip:bo@b?x&y=%zz=1").len(), 2);
        assert_eq!(headers("sip:bo@b?y=%zz=1")[0].1, "%zz=1");
    }
}
