//! A centre that becomes what it is already goes on as if nothing had been said.

use crate::steps::{self, Step};
use acd::{Acd, Config, Output};
use clock::Moment;
use ids::CallId;
use proptest::prelude::*;

/// Two centres of one configuration, of which one is told of it again and again.
struct Twins {
    left_alone: Acd,
    told_again: Acd,
    now: Moment,
}

impl Twins {
    fn new(config: &Config) -> Self {
        let acd = Acd::new(config.clone());
        Self { left_alone: acd.clone(), told_again: acd, now: Moment::ZERO }
    }

    fn play(&mut self, step: Step) {
        match step {
            Step::Wait(length) => {
                let end = self.now + length;
                while let Some(due) = self.next_due().filter(|due| *due <= end) {
                    self.now = due;
                    self.left_alone.handle_timeout(due);
                    self.told_again.handle_timeout(due);
                    self.compare();
                }
                self.now = end;
            }
            Step::Happens(what) => {
                if let Some(input) = what.input(self.now, &self.left_alone) {
                    self.left_alone.handle(self.now, input);
                    self.told_again.handle(self.now, input);
                    self.compare();
                }
            }
            Step::Recast(_) => {}
        }
    }

    fn next_due(&self) -> Option<Moment> {
        let (one, other) = (self.left_alone.poll_timeout(), self.told_again.poll_timeout());
        assert_eq!(one, other, "the next deadline");
        one
    }

    fn compare(&mut self) {
        let (one, other) = (outputs(&mut self.left_alone), outputs(&mut self.told_again));
        assert_eq!(one, other);
        for call in (0..20).map(CallId) {
            let said = |acd: &Acd| {
                (acd.place(self.now, call), acd.expected_wait(self.now, call), acd.kept_for(call))
            };
            assert_eq!(said(&self.left_alone), said(&self.told_again), "what is said of {call}");
            let [one, other] = [&self.left_alone, &self.told_again].map(|acd| {
                let explained = acd.explain(self.now, call);
                explained.map(|it| format!("{it:?}"))
            });
            assert_eq!(one, other, "what is explained of {call}");
        }
        assert!(self.left_alone.agents().eq(self.told_again.agents()), "the agents");
    }
}

fn outputs(acd: &mut Acd) -> Vec<Output> {
    std::iter::from_fn(|| acd.poll_output()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn another_configuration_that_is_the_same_changes_nothing(
        config in steps::any_config(),
        day in steps::day(),
        again in proptest::collection::vec(proptest::bool::weighted(0.3), 150),
    ) {
        let mut twins = Twins::new(&config);
        for (step, again) in day.into_iter().zip(again.into_iter().cycle()) {
            twins.play(step);
            if again {
                // What is due is done before anything else, which is no change.
                twins.left_alone.handle_timeout(twins.now);
                twins.told_again.recast(twins.now, config.clone());
                twins.compare();
            }
        }
    }
}
