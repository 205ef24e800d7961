//! Waiting for something to become true, with much time and a name for what is waited for.

use crate::{Sound, prompt};
use std::cell::Cell;
use std::mem;
use std::thread;
use std::time::{Duration, Instant};

/// How long anything may take. A test that is right never comes near it, even on a busy machine.
pub const LONG: Duration = Duration::from_secs(40);
/// How often is looked.
const LOOK_EVERY: Duration = Duration::from_millis(40);

/// Samples that have to come before a sound is looked for again: looking costs more than waiting.
const HEAR_EVERY: usize = 2_000;
/// The least correlation at which a sound counts as heard: a tenth of its energy may be missing.
pub const WELL: f32 = 0.95;
/// Samples of music that are enough to know it by.
const SNATCH: usize = 12_000;

/// Looks until there is something, and gives it.
///
/// # Panics
/// If there is nothing after [`LONG`], saying what was waited for.
pub fn until<T>(what: &str, look: impl FnMut() -> Option<T>) -> T {
    until_within(LONG, what, look)
}

/// The same for what takes its time by itself.
///
/// # Panics
/// If there is nothing after `long`.
pub fn until_within<T>(long: Duration, what: &str, look: impl FnMut() -> Option<T>) -> T {
    until_or(long, || what.to_owned(), look)
}

/// The same, where what has been seen meanwhile belongs to what is missed.
fn until_or<T>(
    long: Duration,
    missed: impl Fn() -> String,
    mut look: impl FnMut() -> Option<T>,
) -> T {
    let began = Instant::now();
    loop {
        if let Some(seen) = look() {
            return seen;
        }
        assert!(began.elapsed() < long, "waited {long:?} in vain: {}", missed());
        thread::sleep(LOOK_EVERY);
    }
}

/// Looks until it is so.
///
/// # Panics
/// As [`until`].
pub fn until_so(what: &str, mut look: impl FnMut() -> bool) {
    until(what, || look().then_some(()));
}

/// Listens until all of `sound` is heard well at once, at or behind sample `from`, and says where it
/// ends.
///
/// Somebody who says it again and again is understood once it came through whole.
///
/// # Panics
/// As [`until`].
pub fn until_heard(
    what: &str,
    sound: &Sound,
    from: usize,
    mut heard: impl FnMut() -> Sound,
) -> usize {
    let (mut looked_at, mut seen) = (0, 0);
    // How much has been heard, and how well the sound was heard in it at best.
    let (length, best) = (Cell::new(0), Cell::new(0.0_f32));
    let missed = || format!("{what}; of {} samples behind {from} rho {}", length.get(), best.get());
    until_or(LONG, missed, || {
        let heard = heard();
        // What goes on will be longer soon. What has stopped is looked at to its end, however little has come.
        let goes_on = heard.len() > mem::replace(&mut seen, heard.len());
        if heard.len() == looked_at || goes_on && heard.len() < looked_at + HEAR_EVERY {
            return None;
        }
        looked_at = heard.len();
        let since = heard.after(from);
        let found = sound.find_in(&since);
        length.set(since.len());
        best.set(best.get().max(found.rho));
        (found.rho > WELL).then_some(from + found.at + sound.len())
    })
}

/// Listens until what was heard last is music, all of it behind sample `from`.
///
/// # Panics
/// As [`until`].
pub fn until_music(what: &str, from: usize, mut heard: impl FnMut() -> Sound) {
    let music = prompt("music");
    let mut looked_at = 0;
    let (length, best) = (Cell::new(0), Cell::new(0.0_f32));
    let missed = || {
        let (length, best) = (length.get(), best.get());
        format!("{what} hears music; of {length} samples behind {from} rho {best}")
    };
    until_or(LONG, missed, || {
        let since = heard().after(from);
        length.set(since.len());
        if since.len() < SNATCH.max(looked_at + HEAR_EVERY) {
            return None;
        }
        looked_at = since.len();
        let rho = since.latest(SNATCH).find_in(&music).rho;
        best.set(best.get().max(rho));
        (rho > WELL).then_some(())
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stops_right_after_a_look_is_heard_to_its_end() {
        let (tone, mut looks) = (prompt("tone"), 0);
        // All but its last bit, and then that, and nothing any more.
        let end = until_heard("the tone", &tone, 0, || {
            looks += 1;
            tone.part(0, if looks == 1 { tone.len() - HEAR_EVERY / 4 } else { tone.len() })
        });
        assert_eq!(end, tone.len());
    }
}
