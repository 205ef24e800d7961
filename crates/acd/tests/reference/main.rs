//! The centre decides as a plain one does, which keeps lists and looks through all of them.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test ends at the first surprise"
)]

mod lots;
mod occupancy;
mod plain;
mod same;
mod steps;

use acd::{Acd, AgentState, Config, Figures, Output, RefuseReason, Standing};
use clock::{Duration, Moment};
use ids::{AgentId, CallId, ReservationId};
use plain::Plain;
use proptest::prelude::*;
use steps::{Recast, Step};

type Rung = (ReservationId, AgentId, CallId);
type Refused = (CallId, RefuseReason);
/// The call, the condition it met, and how things stood.
type SentOn = (CallId, usize, Figures);
/// What a centre says after one step.
type Told = (Vec<Rung>, Vec<Refused>, Vec<SentOn>);

/// The real centre and the plain one, side by side.
struct Pair {
    acd: Acd,
    plain: Plain,
    now: Moment,
    told: Vec<(AgentId, AgentState)>,
    config: Config,
}

impl Pair {
    fn new(config: &Config) -> Self {
        let told = config.agents.iter().map(|agent| (agent.id, AgentState::LoggedOut)).collect();
        let (acd, plain) = (Acd::new(config.clone()), Plain::new(config.clone()));
        Self { acd, plain, now: Moment::ZERO, told, config: config.clone() }
    }

    fn play(&mut self, step: Step) {
        match step {
            Step::Wait(length) => self.wait(length),
            Step::Recast(recast) => self.recast(&recast),
            Step::Happens(what) => {
                if let Some(input) = what.input(self.now, &self.plain) {
                    self.acd.handle(self.now, input);
                    let told = self.outputs();
                    self.plain.handle(self.now, input);
                    self.compare(told);
                }
            }
        }
    }

    fn recast(&mut self, recast: &Recast) {
        self.config = recast.of(&self.config);
        let new = self.config.agents.iter().map(|agent| (agent.id, AgentState::LoggedOut));
        self.told.extend(new.skip(self.told.len()).collect::<Vec<_>>());
        self.acd.recast(self.now, self.config.clone());
        let told = self.outputs();
        self.plain.recast(self.now, self.config.clone());
        self.compare(told);
    }

    /// Lets time pass, stopping at every deadline.
    fn wait(&mut self, length: Duration) {
        let end = self.now + length;
        while let Some(due) = self.acd.poll_timeout().filter(|due| *due <= end) {
            self.now = due;
            self.acd.handle_timeout(self.now);
            let told = self.outputs();
            self.plain.handle_timeout(self.now);
            self.compare(told);
        }
        self.now = end;
    }

    fn compare(&mut self, (rung, refused, sent_on): Told) {
        assert_eq!(rung, std::mem::take(&mut self.plain.rung), "who is rung for whom");
        assert_eq!(refused, std::mem::take(&mut self.plain.refused), "who is refused");
        assert_eq!(sent_on, std::mem::take(&mut self.plain.sent_on), "who is sent on");
        assert_eq!(self.acd.poll_timeout(), self.plain.poll_timeout(), "the next deadline");
        for (agent, told) in &self.told {
            let state = self.plain.state_of(*agent);
            assert_eq!(self.acd.state_of(*agent), Some(state), "the state of {agent}");
            assert_eq!(*told, state, "the state of {agent}, as told");
        }
        for call in self.plain.calls() {
            let place = self.acd.place(self.now, call).map(|place| place.number());
            assert_eq!(place, self.plain.place(self.now, call), "the place of {call}");
            self.compare_what_keeps(call);
        }
    }

    /// An explanation never lies, and no agent is without an obstacle while the call waits.
    fn compare_what_keeps(&self, call: CallId) {
        let standing = self.acd.explain(self.now, call).unwrap().standing.unwrap();
        let ahead = standing.place.map_or(0, |place| place.number() as usize - 1);
        assert_eq!(standing.before.len(), ahead.min(Standing::BEFORE_MAX), "who is before {call}");
        for (agent, why) in standing.agents {
            let is_true = self.plain.is_kept_by(agent, call, why);
            assert!(is_true, "{agent} is kept from {call} by {why:?}");
        }
    }

    /// What the real centre says, its states taken to heart. Where chance decides the plain one hears whom it fell on, and
    /// says whether it might have.
    fn outputs(&mut self) -> Told {
        let (mut rung, mut refused, mut sent_on) = (Vec::new(), Vec::new(), Vec::new());
        while let Some(output) = self.acd.poll_output() {
            match output {
                Output::Ring { reservation, agent, call } => rung.push((reservation, agent, call)),
                Output::Refuse(call, reason) => refused.push((call, reason)),
                Output::SentOn { call, condition, figures, .. } => {
                    sent_on.push((call, condition, figures));
                }
                Output::AgentNow(agent, state) => {
                    let told = self.told.iter_mut().find(|(id, _)| *id == agent).unwrap();
                    assert_ne!(told.1, state, "{agent} is told a change that is none");
                    told.1 = state;
                }
                Output::StopRinging { .. }
                | Output::Connect { .. }
                | Output::ReservationOver { .. }
                | Output::WrapUpStarted { .. }
                | Output::WrapUpOver(_) => {}
            }
        }
        self.plain.fell_on.clone_from(&rung);
        (rung, refused, sent_on)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn a_day_on_which_the_centre_becomes_another_is_decided_as_the_plain_centre_decides_it(
        config in steps::config(),
        day in steps::day_of_change(),
    ) {
        let mut pair = Pair::new(&config);
        for step in day {
            pair.play(step);
        }
    }

    #[test]
    fn any_day_is_decided_as_the_plain_centre_decides_it(
        config in steps::config(),
        day in steps::day(),
    ) {
        let mut pair = Pair::new(&config);
        for step in day {
            pair.play(step);
        }
    }
}
