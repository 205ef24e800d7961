//! How things stand in a queue when a made-up caller comes: `closed`, `busy,wrap_up`, `callers:12,agents:3`.

use super::Misfit;
use crate::nearest::did_you_mean;
use crate::plan::{Presence, When};

/// How things stand in a queue. As it is by default somebody is ready there, and no condition is met.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Whether it is open.
    pub doors: Doors,
    /// Whether as many callers wait as may.
    pub full: bool,
    /// How its agents are, each of these at least one, and no other; empty: one of them is ready.
    pub agents: Vec<Presence>,
    /// How many callers are there already.
    pub callers: Option<u32>,
    /// How many agents are on duty.
    pub on_duty: Option<u32>,
}

/// Whether a queue is open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Doors {
    /// As its hours say.
    #[default]
    ByHours,
    /// Somebody keeps it open.
    Open,
    /// Somebody keeps it closed.
    Closed,
}

const WORDS: [&str; 9] = [
    "open",
    "closed",
    "full",
    "logged_out",
    "unreachable",
    "paused",
    "missed_ring",
    "wrap_up",
    "busy",
];
const COUNTS: [&str; 2] = ["callers", "agents"];

impl Figures {
    /// Reads what is said of a queue: words parted by commas.
    ///
    /// # Errors
    /// If one says nothing of a queue.
    pub fn read(text: &str) -> Result<Self, Misfit> {
        let mut figures = Self::default();
        for word in text.split(',').map(str::trim) {
            figures.take(word)?;
        }
        Ok(figures)
    }

    fn take(&mut self, word: &str) -> Result<(), Misfit> {
        if let Some((what, count)) = word.split_once(':') {
            let count = count.trim().parse().map_err(|_| no_figure(word))?;
            match what.trim() {
                "callers" => self.callers = Some(count),
                "agents" => self.on_duty = Some(count),
                _ => return Err(no_figure(word)),
            }
            return Ok(());
        }
        match word {
            "open" => self.doors = Doors::Open,
            "closed" => self.doors = Doors::Closed,
            "full" => self.full = true,
            _ => self.agents.push(Presence::named(word).ok_or_else(|| no_figure(word))?),
        }
        Ok(())
    }

    /// Whether a condition on all agents holds: some are there, or it speaks of those who are logged out,
    /// and each who is there is in one of its ways.
    #[must_use]
    pub fn every_agent(&self, is: &[Presence]) -> bool {
        let mut there =
            self.agents.iter().filter(|agent| **agent != Presence::LoggedOut).peekable();
        let anybody = is.contains(&Presence::LoggedOut) || there.peek().is_some();
        !self.agents.is_empty() && anybody && there.all(|agent| is.contains(agent))
    }

    /// Whether one more caller meets a condition by coming. How long they are expected to wait, and how long
    /// they have waited, are asked elsewhere.
    #[must_use]
    pub fn is_met_by_coming(&self, when: &When) -> bool {
        match when {
            When::EveryAgent { is, whom, .. } => whom.is_coming() && self.every_agent(is),
            When::CallsPerAgent(most) => {
                let callers = u64::from(self.callers.unwrap_or(0)) + 1;
                self.on_duty().is_some_and(|agents| callers > u64::from(agents) * u64::from(*most))
            }
            When::Waited(_) | When::ExpectedWait { .. } => false,
        }
    }

    /// How many agents are on duty, if that is said: nobody, where all have logged out.
    #[must_use]
    pub fn on_duty(&self) -> Option<u32> {
        self.on_duty.or_else(|| self.all_logged_out().then_some(0))
    }

    fn all_logged_out(&self) -> bool {
        !self.agents.is_empty() && self.agents.iter().all(|it| *it == Presence::LoggedOut)
    }
}

fn no_figure(word: &str) -> Misfit {
    let known = WORDS.into_iter().chain(COUNTS);
    let meant = did_you_mean(word.split(':').next().unwrap_or(word), known);
    let all = || format!("write some of {}, callers:N and agents:N", WORDS.join(", "));
    Misfit::new("bad-choice", format!("`{word}` says nothing of a queue"))
        .suggest(meant.unwrap_or_else(all))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Whom;
    use std::time::Duration;

    fn met(figures: &str, is: &[Presence]) -> bool {
        Figures::read(figures).unwrap().every_agent(is)
    }

    #[test]
    fn every_agent_is_so_as_the_distribution_counts_them() {
        use Presence::{Busy, LoggedOut, Paused};
        assert!(met("busy", &[Busy, Paused]));
        assert!(!met("busy,paused", &[Busy]));
        assert!(met("busy,logged_out", &[Busy]), "who is logged out is left aside");
        assert!(!met("logged_out", &[Busy]), "somebody has to be there in fact");
        assert!(met("logged_out", &[LoggedOut]));
        assert!(!Figures::default().every_agent(&[Busy, LoggedOut]), "somebody is ready");
    }

    #[test]
    fn callers_for_each_agent_are_counted_with_the_one_who_comes() {
        let met = |text| Figures::read(text).unwrap().is_met_by_coming(&When::CallsPerAgent(3));
        assert!(!met("callers:5,agents:2") && met("callers:6,agents:2"));
        assert!(met("logged_out") && !met("busy"));
        let coming = When::EveryAgent {
            is: vec![Presence::Busy],
            whom: Whom::Waiting,
            lasting: Duration::ZERO,
        };
        assert!(!Figures::read("busy").unwrap().is_met_by_coming(&coming));
    }

    #[test]
    fn a_word_that_says_nothing_is_told_with_what_is_meant() {
        let told = Figures::read("closd").unwrap_err().to_string();
        assert_eq!(told, "`closd` says nothing of a queue; did you mean `closed`?");
        assert!(Figures::read("callers:many").is_err());
    }
}
