//! The words between the engine and the media workers: commands down, events up.
//!
//! A *stream* is the media side of a leg and carries the leg's number. The engine owns the list of
//! ports; a worker owns the sockets that are bound to them, one at each address of ours. Commands for one stream are carried
//! out in the order given.

mod command;
mod event;
mod port;
mod protection;

pub use command::{
    Clock, Codec, Command, ControlPath, Direction, Format, Listening, Monitor, Then,
};
pub use event::{Digit, Event, Recorded, Replayed, StreamReport, Told};
pub use port::Port;
pub use protection::{MASTER_KEY_LEN_MAX, MasterKey, Protection, Suite};
