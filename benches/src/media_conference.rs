//! `media.conference`: how many calls of three who all talk one core can mix. Each hears the other two, decoded and encoded again.
//!
//! What is mixed is due by its own timestamps. The limit is a bare loop over as many sockets, which decodes nothing: what each says goes
//! on to the next one of the call.

use crate::ears::Ears;
use crate::evenness::Evenness;
use crate::figure::Figure;
use crate::relaying::{Calls, Load, bare, in_each_way};
use crate::ways::Way;
use media_protocol::{Command, Monitor};

/// More phones would be late themselves on what the worker leaves of the machine.
const LOAD: Load = Load { calls: 150, phones: 3, evenness: Evenness::of_music };

/// Measures both ways of receiving.
#[must_use]
pub(crate) fn run() -> Vec<Figure> {
    in_each_way(LOAD, by)
}

fn by(way: Way, phones: &Ears) -> Vec<Figure> {
    let limit = bare(way, LOAD, phones);
    let mut calls = Calls::open(way, LOAD, phones, (None, None)).bridged();
    for legs in calls.legs() {
        let (stream, caller) = (legs(2), legs(0));
        calls.send(Command::Monitor { stream, caller, monitor: Monitor::Barge });
    }
    calls.relayed(phones).figures("media.conference", way, &limit)
}
