//! Trying a plan before it answers: `telefonist simulate` walks one made-up call, `telefonist test` those
//! that the operator has written down with what should come of them.

mod args;
mod cases;
mod simulate;
mod sounds;

pub(crate) use args::{SimulateArgs, TestArgs};
pub(crate) use cases::run as test;
pub(crate) use simulate::run as simulate;

use crate::exit::Fault;
use crate::site::{Read, Site};
use crate::spoken;
use dialplan::Plan;
use rehearsal::{Parted, Transcript};
use sounds::SiteSounds;
use std::path::Path;
use std::sync::Arc;

/// So many lines are shown behind the place where a call and what was expected of it part.
const ROWS_SHOWN: usize = 8;

/// A site whose plan can be tried.
struct Tried {
    plan: Arc<Plan>,
    sounds: SiteSounds,
}

impl Tried {
    fn read(site: &Path) -> Result<Self, Fault> {
        let place = Site::at(site)?;
        let Read { settings, recorded, checked, stale, .. } = place.read_to_try()?;
        let plan = checked.plan.ok_or_else(|| Fault::found(&checked.faults))?;
        let prompts = place.folder().join(&settings.prompts);
        let stale = stale.unwrap_or_else(|| spoken::stale(&settings, &prompts));
        let first = plan.language(plan.default_language);
        let sounds = SiteSounds::new(recorded, (&prompts, stale), first)?;
        Ok(Self { plan: Arc::new(plan), sounds })
    }
}

/// Says where a call and what was expected of it part.
fn parted(Parted { expectation, met, .. }: &Parted<'_>) -> String {
    match (expectation.never, met) {
        (true, _) => format!("expected `{expectation}`, and it came"),
        (false, None) => format!("expected `{expectation}`, and it did not come"),
        (false, Some(met)) => {
            format!("expected `{expectation}` behind `{met}`, and it did not come there")
        }
    }
}

/// The same, and what came there instead.
fn parted_with_rows(transcript: &Transcript, at: &Parted<'_>) -> String {
    let told = format!("{}:", parted(at));
    let most = if at.expectation.never { 1 } else { ROWS_SHOWN };
    let mut rows = transcript.rows(at.entry, most + 1);
    if rows.len() > most {
        rows.truncate(most);
        rows.push("…".to_owned());
    }
    std::iter::once(told).chain(rows).collect::<Vec<_>>().join("\n  ")
}
