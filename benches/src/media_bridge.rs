//! `media.bridge`: how many calls of two who hear each other one core can relay, and how late what is said comes to the other side.
//!
//! Some hundred calls are on, and everybody speaks all the time, spread over the frame. All of it is done by io_uring, where there
//! is one, and by epoll (`.epoll`), each beside a bare loop of the same kind.

use crate::ears::Ears;
use crate::evenness::Evenness;
use crate::figure::Figure;
use crate::relaying::{Calls, Load, bare, in_each_way};
use crate::ways::Way;

/// Twice as many phones speak and listen on what the worker leaves of the machine.
const LOAD: Load = Load { calls: 400, phones: 2, evenness: Evenness::of_talks };

/// Measures both.
#[must_use]
pub(crate) fn run() -> Vec<Figure> {
    in_each_way(LOAD, by)
}

fn by(way: Way, phones: &Ears) -> Vec<Figure> {
    let limit = bare(way, LOAD, phones);
    let calls = Calls::open(way, LOAD, phones, (None, None)).bridged();
    calls.relayed(phones).figures("media.bridge", way, &limit)
}
