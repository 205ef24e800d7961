//! What can be wrong with a peer's description, in words for logs and `Warning` headers.

/// Why a body is no description we can work with. The peer's fault: 400 or 488.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SdpError {
    /// A line breaks the grammar of RFC 8866.
    #[error("malformed session description: {0}")]
    Malformed(String),
    /// More media lines than anyone with a telephone needs.
    #[error("more than {} media lines", crate::MEDIA_LINES_MAX)]
    TooManyMediaLines,
    /// More payload types in one line than there are numbers for.
    #[error("more than {} payload types in one media line", crate::FORMATS_MAX)]
    TooManyFormats,
    /// A live audio line without a `c=` for it.
    #[error("no connection address for the audio line")]
    AddressMissing,
    /// The `c=` of a live audio line is no IP address.
    #[error("connection address {0:?} is no IP address")]
    AddressUnusable(String),
}

/// The two ends share no audio codec under a protection that both allow: 488.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no common audio codec, or no common protection of it")]
pub struct NoCommonCodec;

/// What is wrong with an answer to our offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AnswerFault {
    /// The audio was refused with port 0, or left out (RFC 3264 §6).
    #[error("the answer refuses our audio")]
    Refused,
    /// The answer names no codec that we offered, or not the keys that it must.
    #[error("the answer has no codec or key that was offered")]
    NoCommonCodec,
}
