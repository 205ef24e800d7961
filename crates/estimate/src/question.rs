//! One caller's case: who may take the call, and who is ahead.

use crate::counts::Count;
use crate::talks::Lasted;
use crate::{Habits, Talks};
use clock::Duration;
use std::fmt;

/// Why nothing can be said of a wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unsure {
    /// Nobody who may take the call is on duty.
    NobodyOnDuty,
    /// Too few talks are known, and the operator has said nothing of them.
    TooFewTalks,
    /// It may be short or long.
    TooWide,
    /// Longer than anybody should be told: more than [`Question::WAIT_MAX`].
    TooLong,
}

impl fmt::Display for Unsure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NobodyOnDuty => "nobody is on duty for it",
            Self::TooFewTalks => "too few talks are known",
            Self::TooWide => "it may be short or long",
            Self::TooLong => "it is too long to be told",
        })
    }
}

/// When an agent is free, or one of the places of an agent who may have several conversations at once.
#[derive(Clone, Copy, Debug)]
pub enum Free<'a> {
    /// In so many seconds: after-call work, or a phone that settles.
    In(f64),
    /// When a talk of this queue ends, and the after-call work behind it. It has lasted so many
    /// seconds; less than none when the phone still rings.
    AfterTalk(&'a Habits, f64),
    /// The same for one of several talks of an agent: while another is on, no after-call work comes behind it.
    AfterOneTalk(&'a Habits, f64),
}

/// Agents who may take the same calls.
#[derive(Clone, Debug, Default)]
pub struct Agents<'a> {
    /// When each of their places is free.
    pub free: Vec<Free<'a>>,
    /// How many calls of other lines are ahead at these agents.
    pub claimed: f64,
}

/// Calls that may yet come and go before this one.
#[derive(Clone, Copy, Debug)]
pub struct Overtakers {
    /// How many come a second, as far as they come to the agents who may take this call.
    pub rate: f64,
    /// For so many seconds from now on each that comes goes first.
    pub for_seconds: f64,
    /// By how much that time grows with each second that this call waits, where it ages slower.
    pub grows: f64,
}

/// One caller's case.
#[derive(Clone, Debug, Default)]
pub struct Question<'a> {
    /// Who may take the call, by what else they take.
    pub agents: Vec<Agents<'a>>,
    /// How many are ahead in the caller's own line.
    pub ahead: f64,
    /// How many of the waiting give up a second.
    pub impatience: f64,
    /// Who may overtake.
    pub overtakers: Vec<Overtakers>,
    /// How long an agent has to do with one of the calls ahead, in seconds.
    pub handling: f64,
    /// The variance of that, in seconds².
    pub handling_variance: f64,
    /// How many talks stand behind that.
    pub known: f64,
    /// How long the phone rings when it is the caller's turn, in seconds.
    pub pick_up: f64,
}

/// What becomes of a bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// It is taken as it is, and is to hold as often as was asked for.
    AsItIs,
    /// It is said to somebody, rounded up. What is said is to hold as often as was asked for, and to be
    /// near, so that the bound beneath it may be shorter.
    Said,
}

impl Use {
    /// How much wider or narrower than the model the truth is taken to be, as a variance; found by the
    /// calibration of `acd`. The model knows nothing of rings that nobody answers, of phones that
    /// settle, and of calls that others take out of turn; rounding up to whole minutes makes up for
    /// more than that.
    const fn width(self) -> f64 {
        match self {
            Self::AsItIs => 1.7,
            Self::Said => 0.6,
        }
    }
}

/// One agent, ready to be asked about a time.
struct Asked<'a> {
    talks: Option<(&'a Talks, Lasted)>,
    /// Seconds before which, or on top of which, the agent is not free.
    and: f64,
}

impl<'a> Question<'a> {
    /// Nobody is told of a longer wait.
    pub const WAIT_MAX: Duration = Duration::from_secs(2 * 3_600);
    /// In seconds; no wait is looked for below.
    const SHORTEST: f64 = 4.0;
    /// Fewer talks say nothing.
    /// A little less than what the operator's word counts for, since this is compared with a mean of such words.
    const KNOWN_MIN: f64 = Talks::WORD - 0.1;
    /// A bound that is so many times what is as likely as not, and so many seconds more, says
    /// nothing.
    const WIDE: (f64, f64) = (4.0, 180.0);

    /// The wait that is not exceeded with this chance in a hundred, or why none can be said.
    ///
    /// # Errors
    ///
    /// When the bound would be a guess.
    pub fn bound(&self, confidence: u8, what_for: Use) -> Result<Duration, Unsure> {
        if self.agents.iter().all(|agents| agents.free.is_empty()) {
            return Err(Unsure::NobodyOnDuty);
        }
        if self.known < Self::KNOWN_MIN {
            return Err(Unsure::TooFewTalks);
        }
        let asked: Vec<_> = self.agents.iter().map(|agents| self.asked(agents)).collect();
        let chance = f64::from(confidence.clamp(50, 99)) / 100.0;
        let bound = self.reached(&asked, chance, what_for).ok_or(Unsure::TooLong)?;
        let (times, more) = Self::WIDE;
        let middle = (bound - more) / times;
        if middle > 0.0 && self.chance_by(&asked, middle, what_for) >= 0.5 {
            return Err(Unsure::TooWide);
        }
        Ok(Duration::from_secs_f64(bound + self.pick_up))
    }

    fn asked(&self, agents: &Agents<'a>) -> (Vec<Asked<'a>>, f64) {
        let after = |habits: &'a Habits, lasted: f64, and: f64| {
            let (talks, to_come) = (&habits.talks, (-lasted).max(0.0));
            Asked { talks: Some((talks, talks.lasted(lasted))), and: and + to_come }
        };
        let asked = agents.free.iter().map(|free| match free {
            Free::In(seconds) => Asked { talks: None, and: *seconds },
            Free::AfterTalk(habits, lasted) => after(habits, *lasted, habits.wrap_up.seconds()),
            Free::AfterOneTalk(habits, lasted) => after(habits, *lasted, 0.0),
        });
        (asked.collect(), agents.claimed)
    }

    /// The first time, in seconds, by which the caller's turn has come with this chance.
    fn reached(&self, asked: &[(Vec<Asked<'a>>, f64)], chance: f64, what_for: Use) -> Option<f64> {
        let is_reached = |seconds: f64| self.chance_by(asked, seconds, what_for) >= chance;
        let (mut low, mut high) = (0.0, self.guess());
        if is_reached(high) {
            // Down, as far as it is much shorter.
            while high > Self::SHORTEST && is_reached(high / 2.0) {
                high /= 2.0;
            }
            low = if high > Self::SHORTEST { high / 2.0 } else { low };
        } else {
            while !is_reached(high) {
                (low, high) = (high, high * 2.0);
                if low > Self::WAIT_MAX.as_secs_f64() {
                    return None;
                }
            }
        }
        // To a second, or to three in a hundred.
        while high - low > (low * 0.03).max(1.0) {
            let middle = f64::midpoint(low, high);
            if is_reached(middle) { high = middle } else { low = middle }
        }
        Some(high).filter(|high| *high <= Self::WAIT_MAX.as_secs_f64())
    }

    /// About how long it will take, to begin with: the turns ahead at the pace of the long run.
    fn guess(&self) -> f64 {
        let (mut agents, mut ahead) = (0.0, 1.0 + self.ahead);
        for these in &self.agents {
            agents += these.free.iter().map(|_| 1.0).sum::<f64>();
            ahead += these.claimed;
        }
        let pace = self.handling.max(1.0) / f64::max(agents, 1.0);
        (ahead * pace).clamp(Self::SHORTEST, Self::WAIT_MAX.as_secs_f64())
    }

    /// The chance that the caller's turn has come so many seconds from now.
    fn chance_by(&self, asked: &[(Vec<Asked<'a>>, f64)], seconds: f64, what_for: Use) -> f64 {
        let patience = still_there(self.impatience * seconds);
        let overtaking = self.overtaking_by(seconds);
        let mut free = Count { mean: 0.0, variance: 0.0 };
        for (agents, claimed) in asked {
            let of_these = self.free_by(agents, seconds);
            // What others claim of these agents is theirs first.
            let left = of_these.mean - claimed * patience;
            if left > 0.0 {
                free.mean += left;
                // Which of several agents takes one of the others is as good as chance.
                free.variance += of_these.variance + claimed * patience;
            }
        }
        let mean_is_off = free.mean * free.mean * self.relative_variance() / self.known;
        let who_gives_up = self.ahead * patience * (1.0 - patience);
        free.variance += mean_is_off + who_gives_up + overtaking;
        free.variance *= what_for.width();
        free.at_least(1.0 + self.ahead * patience + overtaking)
    }

    /// How often these agents become free within so many seconds.
    fn free_by(&self, agents: &[Asked<'a>], seconds: f64) -> Count {
        let mut count = Count { mean: 0.0, variance: 0.0 };
        for agent in agents {
            let within = seconds - agent.and;
            let (ends, until) = match agent.talks {
                Some((talks, lasted)) => talks.ends_within(lasted, within),
                None if within >= 0.0 => (1.0, 0.0),
                None => continue,
            };
            let again = ends * self.again_within(within - until);
            count.mean += ends + again;
            count.variance += ends * (1.0 - ends) + again * self.relative_variance().max(0.1);
        }
        count
    }

    /// How often an agent who takes a call now becomes free within so many seconds: the pace of the
    /// long run, less or more what a steady or an unsteady length makes of the begin.
    fn again_within(&self, seconds: f64) -> f64 {
        let calls = seconds / self.handling.max(1.0);
        let begin = (self.relative_variance() - 1.0) / 2.0;
        let begin = if begin > 0.0 { begin * calls / (1.0 + calls) } else { begin };
        (calls + begin).max(0.0)
    }

    /// The variance of the handling of a call, beside the square of its mean.
    fn relative_variance(&self) -> f64 {
        let mean = self.handling.max(1.0);
        (self.handling_variance / (mean * mean)).clamp(0.0, 4.0)
    }

    /// How many have come and gone first by then.
    fn overtaking_by(&self, seconds: f64) -> f64 {
        let come = |each: &Overtakers| {
            let comes_first_for = each.for_seconds + each.grows * seconds;
            each.rate * comes_first_for.clamp(0.0, seconds)
        };
        self.overtakers.iter().map(come).sum()
    }
}

/// The part of those ahead who will not have given up before their turn, when turns come evenly.
fn still_there(give_up: f64) -> f64 {
    if give_up < 1e-6 { 1.0 } else { (1.0 - (-give_up).exp()) / give_up }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn habits(talk: u64) -> Habits {
        Habits::new(Some(Duration::from_secs(talk)), Duration::ZERO)
    }

    fn question<'a>(habits: &'a Habits, free: Vec<Free<'a>>, ahead: f64) -> Question<'a> {
        Question {
            agents: vec![Agents { free, claimed: 0.0 }],
            ahead,
            handling: habits.talks.mean(),
            handling_variance: habits.talks.variance(),
            known: 1_000.0,
            ..Question::default()
        }
    }

    fn seconds(bound: Result<Duration, Unsure>) -> f64 {
        bound.unwrap().as_secs_f64()
    }

    #[test]
    fn nobody_on_duty_is_no_estimate() {
        let habits = habits(100);
        assert_eq!(
            question(&habits, vec![], 0.0).bound(80, Use::AsItIs),
            Err(Unsure::NobodyOnDuty)
        );
    }

    #[test]
    fn talks_that_nobody_knows_are_no_estimate() {
        let habits = Habits::new(None, Duration::ZERO);
        let mut question = question(&habits, vec![Free::AfterTalk(&habits, 0.0)], 0.0);
        question.known = habits.talks.weight();
        assert_eq!(question.bound(80, Use::AsItIs), Err(Unsure::TooFewTalks));
        // A mean of what operators have said of several queues is no less than their word.
        question.known = Talks::WORD * (1.0 - f64::EPSILON);
        assert_ne!(question.bound(80, Use::AsItIs), Err(Unsure::TooFewTalks));
    }

    #[test]
    fn the_end_of_after_call_work_is_known_to_the_second() {
        let habits = habits(100);
        let bound = seconds(question(&habits, vec![Free::In(30.0)], 0.0).bound(80, Use::AsItIs));
        assert!((30.0..=32.0).contains(&bound), "{bound}");
    }

    #[test]
    fn the_next_of_many_memoryless_talks_ends_as_the_law_says() {
        // The first of ten exponential talks of 100 s each: exponential with mean 10 s, and within
        // 16.1 s with four chances in five; the surprise makes it somewhat more.
        let habits = habits(100);
        let free = vec![Free::AfterTalk(&habits, 50.0); 10];
        let bound = seconds(question(&habits, free, 0.0).bound(80, Use::AsItIs));
        assert!((16.0..=24.0).contains(&bound), "{bound}");
    }

    #[test]
    fn each_call_ahead_and_each_claim_of_others_costs_the_same_turn() {
        let habits = habits(100);
        let free = vec![Free::AfterTalk(&habits, 50.0); 10];
        let own = question(&habits, free.clone(), 20.0);
        let mut others = question(&habits, free, 0.0);
        for agents in &mut others.agents {
            agents.claimed = 20.0;
        }
        let (own, others) =
            (seconds(own.bound(80, Use::AsItIs)), seconds(others.bound(80, Use::AsItIs)));
        // Twenty-one turns of 10 s, and a spread of some 46 s.
        assert!((220.0..=270.0).contains(&own), "{own}");
        assert!((own - others).abs() < 40.0, "{own} and {others}");
    }

    #[test]
    fn callers_ahead_of_one_agent_do_not_keep_another_from_coming() {
        let habits = habits(100);
        let mut question = question(&habits, vec![Free::In(10.0)], 0.0);
        question.agents.push(Agents { free: vec![Free::In(5.0)], claimed: 50.0 });
        let bound = seconds(question.bound(80, Use::AsItIs));
        assert!((10.0..=12.0).contains(&bound), "{bound}");
    }

    #[test]
    fn a_higher_confidence_is_a_longer_bound_and_overtakers_make_it_longer_too() {
        let habits = habits(100);
        let free = vec![Free::AfterTalk(&habits, 50.0); 10];
        let mut question = question(&habits, free, 5.0);
        let (usual, surer) =
            (seconds(question.bound(80, Use::AsItIs)), seconds(question.bound(95, Use::AsItIs)));
        assert!(usual < surer, "{usual} and {surer}");
        question.overtakers.push(Overtakers { rate: 0.05, for_seconds: 60.0, grows: 0.0 });
        assert!(seconds(question.bound(80, Use::AsItIs)) > usual + 20.0);
    }

    #[test]
    fn impatient_callers_ahead_make_it_shorter() {
        let habits = habits(100);
        let free = vec![Free::AfterTalk(&habits, 50.0); 10];
        let mut question = question(&habits, free, 40.0);
        let patient = seconds(question.bound(80, Use::AsItIs));
        question.impatience = 1.0 / 300.0;
        assert!(seconds(question.bound(80, Use::AsItIs)) < 0.8 * patient);
    }

    #[test]
    fn a_bound_that_is_rounded_up_may_be_shorter() {
        let habits = habits(100);
        let free = vec![Free::AfterTalk(&habits, 50.0); 10];
        let question = question(&habits, free, 20.0);
        let (said, exact) = (question.bound(80, Use::Said), question.bound(80, Use::AsItIs));
        assert!(seconds(said) < seconds(exact) - 10.0);
    }

    #[test]
    fn where_the_search_begins_does_not_matter() {
        // The agent is free long before or after the pace of the talks makes one guess.
        let habits = habits(3_000);
        for (free_in, talk) in [(3.0, 1.0), (70.0, 0.01), (900.0, 30.0)] {
            let mut question = question(&habits, vec![Free::In(free_in); 1], 0.0);
            question.handling *= talk;
            question.handling_variance *= talk * talk;
            let bound = seconds(question.bound(80, Use::AsItIs));
            assert!((free_in..=free_in * 1.03 + 4.0).contains(&bound), "{bound} for {free_in}");
        }
    }

    #[test]
    fn hours_are_not_told() {
        let habits = habits(1_000);
        let free = vec![Free::AfterTalk(&habits, 0.0)];
        assert_eq!(question(&habits, free, 20.0).bound(80, Use::AsItIs), Err(Unsure::TooLong));
    }
}
