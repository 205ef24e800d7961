//! A port of the media plane: which worker has the socket, and its number.

/// A bound UDP port of one worker. The engine lends it to one stream at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Port {
    /// The worker whose thread owns the socket; 0 is the first.
    pub worker: u8,
    /// The UDP port number.
    pub number: u16,
}
