//! Reading through parameters, once and for all: what has been read is known to be lawful, and its parts
//! are found without a further question ([`Params`](crate::Params)).

use crate::cursor::Cursor;
use crate::lexer::Kind;
use crate::params::{Param, Pieces, quoted_len};
use crate::{Malformed, PARAMS_MAX};

/// Reads through parameters, none or `;name[=value]` again and again, and the white space around them.
pub(crate) fn read<P: Place>(cursor: &mut Cursor<'_>) -> Result<(), Malformed> {
    let start = cursor.at();
    let mut count = 0;
    let mut names = NamesSeen::default();
    let mut may_repeat = false;
    while P::eat(cursor, b';') {
        let (name, first) = (cursor.at(), cursor.peek());
        cursor.skip(Kind::ParamName);
        let len = cursor.at() - name;
        if len == 0 || count == PARAMS_MAX {
            return Err(Malformed::Params);
        }
        count += 1;
        may_repeat |= names.see(first.unwrap_or_default(), len);
        if P::eat(cursor, b'=') {
            P::skip_value(cursor)?;
        }
    }
    if may_repeat && have_contradiction(&without_space(cursor.since(start))) {
        return Err(Malformed::Params);
    }
    Ok(())
}

/// No name may be there twice (RFC 3261 §7.3.1). Saying the same twice does no harm, but of two
/// tags two readers might take one each.
fn have_contradiction(params: &[u8]) -> bool {
    let contradict = |a: Param<'_>, b: Param<'_>| a.is_named(b.name) && a.value != b.value;
    Pieces(params)
        .enumerate()
        .any(|(at, param)| Pieces(params).take(at).any(|before| contradict(before, param)))
}

/// Parameters that have been read through, without the white space between them.
#[cold]
pub(crate) fn without_space(params: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(params.len());
    let mut rest = params;
    while let Some(byte) = rest.first() {
        let len = if *byte == b'"' { quoted_len(rest) } else { 1 };
        let (piece, after) = rest.split_at_checked(len).unwrap_or((rest, b""));
        if !matches!(piece, [b' ' | b'\t']) {
            out.extend_from_slice(piece);
        }
        rest = after;
    }
    out
}

/// What parameters stand in, which says how they are written.
pub(crate) trait Place {
    /// Steps over a mark, and the white space that may be around it.
    fn eat(cursor: &mut Cursor<'_>, mark: u8) -> bool;

    /// Steps over a value.
    fn skip_value(cursor: &mut Cursor<'_>) -> Result<(), Malformed>;
}

/// In a header, behind a value: with white space around every mark, and with quotes.
pub(crate) enum InHeader {}

/// In a URI: with neither, and up to the `?`.
pub(crate) enum InUri {}

/// In a telephone number: with neither, but `?` is a letter like others.
pub(crate) enum InTel {}

impl Place for InHeader {
    #[inline]
    fn eat(cursor: &mut Cursor<'_>, mark: u8) -> bool {
        cursor.eat_spaced(mark)
    }

    #[inline]
    fn skip_value(cursor: &mut Cursor<'_>) -> Result<(), Malformed> {
        if cursor.peek() == Some(b'"') {
            return cursor.skip_quoted().map(drop);
        }
        cursor.skip(Kind::ParamValue);
        Ok(())
    }
}

impl Place for InUri {
    #[inline]
    fn eat(cursor: &mut Cursor<'_>, mark: u8) -> bool {
        cursor.eat(mark)
    }

    #[inline]
    fn skip_value(cursor: &mut Cursor<'_>) -> Result<(), Malformed> {
        cursor.skip(Kind::UriParamValue);
        Ok(())
    }
}

impl Place for InTel {
    #[inline]
    fn eat(cursor: &mut Cursor<'_>, mark: u8) -> bool {
        cursor.eat(mark)
    }

    #[inline]
    fn skip_value(cursor: &mut Cursor<'_>) -> Result<(), Malformed> {
        cursor.skip(Kind::ParamValue);
        Ok(())
    }
}

/// Which names were there, but not exactly: a bit for some of them together.
#[derive(Default)]
struct NamesSeen(u64);

impl NamesSeen {
    /// Sees one more that begins with this letter; whether it may have been there before.
    fn see(&mut self, first: u8, len: usize) -> bool {
        let bit = 1 << (usize::from(first | 0x20).wrapping_add(len.wrapping_mul(7)) % 64);
        let is_seen = self.0 & bit != 0;
        self.0 |= bit;
        is_seen
    }
}
