//! `Digest name=value, …`: the form that challenges and answers share (RFC 7616 §3.3, §3.4).

/// Fields of one header; more than any client or server has reason to send.
const FIELDS_MAX: usize = 24;

/// Letters of the longest name of a field that matters, `algorithm`.
const NAME_MAX: usize = 9;

/// The fields that matter, as they stand on the wire, without quotes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Fields<'a> {
    pub(crate) username: Option<&'a [u8]>,
    pub(crate) realm: Option<&'a [u8]>,
    pub(crate) nonce: Option<&'a [u8]>,
    pub(crate) uri: Option<&'a [u8]>,
    pub(crate) response: Option<&'a [u8]>,
    pub(crate) algorithm: Option<&'a [u8]>,
    pub(crate) cnonce: Option<&'a [u8]>,
    pub(crate) opaque: Option<&'a [u8]>,
    pub(crate) qop: Option<&'a [u8]>,
    pub(crate) nc: Option<&'a [u8]>,
    pub(crate) stale: Option<&'a [u8]>,
}

/// Why there are no fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoFields {
    /// It is of another scheme, such as `Basic`, and says nothing to us.
    OtherScheme,
    /// It is `Digest`, and broken.
    Malformed,
}

impl<'a> Fields<'a> {
    pub(crate) fn parse(value: &'a [u8]) -> Result<Self, NoFields> {
        let value = value.trim_ascii();
        let at = value.iter().position(u8::is_ascii_whitespace).unwrap_or(value.len());
        let (scheme, rest) = value.split_at_checked(at).unwrap_or((value, b""));
        if !scheme.eq_ignore_ascii_case(b"Digest") {
            return Err(NoFields::OtherScheme);
        }
        Self::default().read(rest).ok_or(NoFields::Malformed)
    }

    /// Reads `name = value` again and again, to the end. A field may be there once.
    fn read(mut self, mut rest: &'a [u8]) -> Option<Self> {
        for _ in 0..FIELDS_MAX {
            let at = rest.iter().position(|byte| *byte == b'=')?;
            let (name, value) = rest.split_at_checked(at)?;
            let (value, after) = split_value(value.get(1..)?.trim_ascii_start())?;
            if let Some(place) = self.place(name.trim_ascii())
                && place.replace(value).is_some()
            {
                return None;
            }
            match after.trim_ascii_start() {
                [] => return Some(self),
                [b',', more @ ..] => rest = more,
                _ => return None,
            }
        }
        None
    }

    fn place(&mut self, name: &[u8]) -> Option<&mut Option<&'a [u8]>> {
        let mut lower = [0; NAME_MAX];
        let lower = lower.get_mut(..name.len())?;
        lower.copy_from_slice(name);
        lower.make_ascii_lowercase();
        Some(match &*lower {
            b"username" => &mut self.username,
            b"realm" => &mut self.realm,
            b"nonce" => &mut self.nonce,
            b"uri" => &mut self.uri,
            b"response" => &mut self.response,
            b"algorithm" => &mut self.algorithm,
            b"cnonce" => &mut self.cnonce,
            b"opaque" => &mut self.opaque,
            b"qop" => &mut self.qop,
            b"nc" => &mut self.nc,
            b"stale" => &mut self.stale,
            _ => return None,
        })
    }
}

/// Cuts one value off, quoted or not: its inside, and what follows.
fn split_value(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let Some(inside) = bytes.strip_prefix(b"\"") else {
        let at = bytes.iter().position(|byte| *byte == b',').unwrap_or(bytes.len());
        let (value, after) = bytes.split_at_checked(at)?;
        return Some((value.trim_ascii_end(), after));
    };
    let mut escaped = false;
    let end = inside.iter().position(|byte| {
        let ends = !escaped && *byte == b'"';
        escaped = !escaped && *byte == b'\\';
        ends
    })?;
    let (value, after) = inside.split_at_checked(end)?;
    Some((value, after.get(1..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_come_in_any_order_quoted_or_not() {
        let fields = Fields::parse(
            b"digest  qop=auth,NC = 00000001 , realm=\"a, \\\"b\\\"=c\",stale=x, algorithm=\"MD5\"",
        );
        let fields = fields.unwrap();
        assert_eq!(fields.qop, Some(&b"auth"[..]));
        assert_eq!(fields.nc, Some(&b"00000001"[..]));
        assert_eq!(fields.realm, Some(&b"a, \\\"b\\\"=c"[..]));
        assert_eq!(fields.algorithm, Some(&b"MD5"[..]));
    }

    #[test]
    fn broken_fields_are_refused_and_other_schemes_passed_by() {
        assert_eq!(Fields::parse(b"Basic QWxh"), Err(NoFields::OtherScheme));
        assert_eq!(Fields::parse(b""), Err(NoFields::OtherScheme));
        for broken in [
            &b"Digest"[..],
            b"Digest realm",
            b"Digest realm=\"a",
            b"Digest realm=\"a\" nonce=\"b\"",
            b"Digest realm=\"a\",",
            b"Digest realm=\"a\", realm=\"b\"",
        ] {
            assert_eq!(Fields::parse(broken), Err(NoFields::Malformed), "{broken:?}");
        }
        let endless = b"Digest ".iter().copied().chain(b"x=y,".repeat(1_000)).collect::<Vec<_>>();
        assert_eq!(Fields::parse(&endless), Err(NoFields::Malformed));
    }
}
