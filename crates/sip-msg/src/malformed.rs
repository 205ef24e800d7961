//! Which piece of grammar was broken.

use thiserror::Error;

/// A value that does not follow its grammar; says which piece, in the words of RFC 3261 §25.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Malformed {
    /// A URI: scheme missing, spaces, brackets, or too long.
    #[error("bad URI")]
    Uri,
    /// A host that is neither a name nor an address.
    #[error("bad host")]
    Host,
    /// A port that is not 0 to 65535.
    #[error("bad port")]
    Port,
    /// Parameters: empty, unquoted where quotes are needed, or too many.
    #[error("bad parameters")]
    Params,
    /// A quoted string without its end.
    #[error("quote not closed")]
    Quote,
    /// An address: display name or brackets wrong.
    #[error("bad address")]
    Address,
    /// A Via value.
    #[error("bad Via")]
    Via,
    /// A list with an empty place.
    #[error("bad list")]
    List,
}
