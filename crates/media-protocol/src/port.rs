//! A port of the media plane: which worker has its sockets, and its number.

/// A UDP port number that one worker has bound at every address of ours. The engine lends it to one
/// stream at a time, and says with it at which address that stream is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Port {
    /// The worker whose thread owns the sockets; 0 is the first.
    pub worker: u8,
    /// The UDP port number.
    pub number: u16,
}
