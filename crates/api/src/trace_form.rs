//! In which forms a call's SIP messages can be had.

/// How a trace is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TraceForm {
    /// Text, an arrow for each message.
    Ladder,
    /// A file for Wireshark and sngrep.
    Pcap,
}

impl TraceForm {
    /// The last part of its path.
    pub(crate) const fn file(self) -> &'static str {
        match self {
            Self::Ladder => "trace",
            Self::Pcap => "trace.pcap",
        }
    }

    pub(crate) const fn content_type(self) -> &'static str {
        match self {
            Self::Ladder => "text/plain; charset=utf-8",
            Self::Pcap => "application/vnd.tcpdump.pcap",
        }
    }
}
