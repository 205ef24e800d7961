//! Which steps of their calls and callbacks people had come to when the process was killed: what was written down last, and
//! what was about to be done.

use e2e::KillPoint;
use std::collections::BTreeMap;
use std::fmt;

/// Where one process was killed.
#[derive(Clone, Debug)]
pub(super) struct Death {
    pub(super) at: KillPoint,
    /// What it had written down last.
    pub(super) behind: String,
    /// How many were on the line who must be there again.
    pub(super) on_the_line: usize,
    /// Whether the ledger was further behind than by a moment: somebody had been on the line for a while, or a phone had rung before
    /// the last time, and it was not written down.
    pub(super) is_behind: bool,
}

/// How often it was killed behind each step, by what was to be done next.
#[derive(Debug, Default)]
pub(super) struct Steps {
    times: BTreeMap<String, BTreeMap<&'static str, usize>>,
    on_the_line: usize,
}

impl Steps {
    pub(super) fn of<'a>(deaths: impl Iterator<Item = &'a Death>) -> Self {
        let mut steps = Self::default();
        for Death { at, behind, on_the_line, .. } in deaths {
            let nexts = steps.times.entry(behind.clone()).or_default();
            *nexts.entry(next(*at)).or_default() += 1;
            steps.on_the_line += on_the_line;
        }
        steps
    }

    /// Different steps, each with what was to be done next.
    pub(super) fn count(&self) -> usize {
        self.times.values().map(BTreeMap::len).sum()
    }

    /// How many people must have been there again.
    pub(super) const fn on_the_line(&self) -> usize {
        self.on_the_line
    }
}

impl fmt::Display for Steps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "what was written down last: how often the process was killed then, before what"
        )?;
        for (behind, nexts) in &self.times {
            let nexts = nexts.iter().map(|(next, times)| format!("{times} {next}"));
            writeln!(f, "{behind:<36} {}", nexts.collect::<Vec<_>>().join(", "))?;
        }
        writeln!(f, "{} people on the line were to be there again", self.on_the_line)
    }
}

const fn next(at: KillPoint) -> &'static str {
    match at {
        KillPoint::Write(_) => "write",
        KillPoint::Sync(_) => "sync",
        KillPoint::Spool(_) => "write to the spool",
        KillPoint::SpoolSync(_) => "sync of the spool",
        KillPoint::SpoolEmptied(_) => "the spool is emptied",
        KillPoint::Recording(_) => "word of the recording",
        KillPoint::BeforeCommit(_) | KillPoint::BeforeFirst(_) => "commit",
        KillPoint::AfterCommit(_) | KillPoint::AfterFirst(_) => "word of the commit",
    }
}
