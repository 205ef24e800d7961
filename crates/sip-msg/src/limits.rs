//! How much of anything a message may hold. Past a limit it is answered, not parsed.

/// Bytes of one message, start line to end of body: what fits in a UDP datagram. More is answered
/// 513 (RFC 3261 §21.5.7).
pub const MESSAGE_BYTES_MAX: usize = 65_535;

/// Header lines of one message, each Via line counted too.
pub const HEADERS_MAX: usize = 128;

/// Bytes of one header value after unfolding.
pub const HEADER_BYTES_MAX: usize = 8_192;

/// Via values of one message: the hops that a Max-Forwards of 70 allows (RFC 3261 §8.1.1.6).
pub const VIA_MAX: usize = 70;

/// Bytes of one URI. A longer Request-URI is answered 414 (RFC 3261 §21.4.12).
pub const URI_BYTES_MAX: usize = 2_048;

/// Parameters of one URI, Via or name-addr.
pub const PARAMS_MAX: usize = 32;

/// The largest sequence number (RFC 3261 §8.1.1.5: below 2**31).
pub const CSEQ_MAX: u32 = 0x7fff_ffff;
