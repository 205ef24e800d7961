//! The media plane: one worker thread per core, each with its own sockets, clock and streams.
//!
//! [`Plane::start`] binds every port of the range at once and says which there are. The engine
//! lends a [`Port`](media_protocol::Port) to each stream, so opening one can never fail later.
//! Commands go down through a lock-free ring for each worker, events come up through the function
//! given at the start; neither side ever waits for the other.
//!
//! Inside, what a stream sends at a frame and does with a packet is a value that is told the time
//! (`Streams`); the worker around it reads the clock and owns the sockets. Frame *n* is
//! due at `epoch + n × 20 ms`, and streams are spread over the 20 ms, so that packets leave
//! evenly. A packet costs a header of twelve octets, a copy or two and a system call, which it shares with others where
//! there is io_uring: no allocation, no lock, no log line. Where it is sealed (SRTP), that is done where it lies.
//!
//! Every few seconds a stream tells its peer how it hears it, and what it sends (RTCP); what the peer
//! tells of ours is kept for the end, and changes nothing.
//!
//! What a caller says to a voicemail goes through one more ring for each worker to a thread that writes
//! WAV files; so does what caller and agent say to each other where a talk is recorded. What an agent hears of it again comes through a ring from a thread that reads them. These two
//! are the only ones that wait for the disk.

mod coding;
mod company;
mod concealing;
mod config;
mod control;
mod counts;
mod finisher;
#[cfg(any(fuzzing, test))]
pub mod fuzzing;
mod gathering;
mod hearing;
mod late;
mod messages;
mod mix;
mod narrowing;
mod outgoing;
mod patience;
mod peer;
mod placement;
mod plane;
mod playback;
mod ports;
mod pressing;
mod protection;
mod rate;
mod reader;
mod recorders;
mod recording;
mod reel;
mod replay;
mod schedule;
mod sockets;
mod srtp;
#[cfg(test)]
mod stories;
mod stream;
mod streams;
mod talk;
mod talks;
mod tape;
mod tones;
mod unproved;
mod wav;
mod window;
mod worker;
mod writer;

pub use config::{Config, Io, TOS_EXPEDITED, TalkForm};
pub use plane::{COMMANDS_MAX, Plane, RingFull, Tell};
pub use ports::StartError;
pub use recorders::{Hung, Recorders};
pub use talks::{
    Mended, files as talk_files, form as talk_form, label_path as talk_label_path,
    mend as mend_talks, path as talk_path,
};
pub use wav::{label_path, length as recording_length, path as recording_path};
