//! Plans and calls that nobody thought of, at times that nobody thought of: the same ones for the same seed.
//!
//! At some numbers an agent answers at once in the queues, talks for [`TALKS`], and hangs up.
//!
//! Each number has steps and queues of its own, so that all can be called at once and nobody stands in
//! another's way. Every phrase of a step is a noise that is like no other, in both languages, so that
//! what is heard tells which steps were walked. What other programs, carriers and callers do is drawn
//! with the call.

mod calendar;
mod island;
mod keys;
mod outside;
mod steps;
mod tests;

pub use outside::{Outside, register};

use crate::Sound;
use calendar::Calendar;
use island::Island;
use jiff::Zoned;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use std::path::Path;
use std::time::Duration;

/// Numbers of a plan.
const NUMBERS: usize = 12;
/// The languages that callers are spoken to in.
pub const LANGUAGES: [&str; 2] = ["sv", "en"];
/// The queue that the operator key leads to.
const OPERATOR: &str = "operator";
/// For how long an agent talks with a caller.
pub const TALKS: Duration = Duration::from_secs(2);
/// What every plan notes somewhere, so that any branch may ask for it.
const NOTED: &str = "[number.9199]\ngoto = \"set.all\"\n[set.all]\n\
    values = { typed = \"\", matter = \"\", balance = 0, paid = false }\ngoto = \"hangup\"\n";

/// A plan, and a call to each of its numbers.
#[derive(Debug)]
pub struct MadeUp {
    /// The dialplan.
    pub dialplan: String,
    /// The calls.
    pub calls: Vec<MadeUpCall>,
    /// The names of all phrases that its steps say.
    pub prompts: Vec<String>,
    /// The names of its queues.
    pub queues: Vec<String>,
    /// The accounts of the agents who answer.
    pub agents: Vec<String>,
    seed: u64,
    calendar: Calendar,
    register: String,
    /// Draws who talks, so that all else is as it was when nobody did.
    of_talks: StdRng,
}

/// One call.
#[derive(Debug)]
pub struct MadeUpCall {
    /// The number to dial.
    pub number: String,
    /// The number of the caller; none: it is withheld.
    pub caller: Option<String>,
    /// The keys to press, as `telefonist simulate --keys` takes them.
    pub keys: String,
    /// What other programs answer, as `telefonist simulate --reply` takes it.
    pub replies: Vec<String>,
    /// How long the caller speaks at a voicemail.
    pub speaks: Duration,
    /// Whether numbers outside answer.
    pub outside_answers: bool,
    /// The names of the phrases that the steps of this number say, and no other.
    pub prompts: Vec<String>,
    /// The queues of this number in which an agent answers at once.
    pub answered_in: Vec<String>,
}

impl MadeUp {
    /// The plan of a seed. What is open, and what its branches ask of the clock, changes at about [`MadeUp::calls_at`].
    #[must_use]
    pub fn of_seed(seed: u64, outside: &Outside) -> Self {
        let mut random = StdRng::seed_from_u64(seed);
        let calendar = Calendar::of(&mut random);
        let register = outside.register.to_string();
        let (calls, prompts, queues) = (Vec::new(), Vec::new(), vec![OPERATOR.to_owned()]);
        let dialplan = head(&calendar, outside);
        let (agents, of_talks) = (Vec::new(), StdRng::seed_from_u64(!seed));
        let mut plan =
            Self { dialplan, calls, prompts, queues, agents, seed, calendar, register, of_talks };
        for at in 0..NUMBERS {
            let call = call_to(&mut random, at);
            let before = (plan.prompts.len(), plan.queues.len());
            plan.calls.push(call);
            Island::of(&mut random, at).write(&mut random, &mut plan);
            plan.calls[at].prompts = plan.prompts[before.0..].to_vec();
            if plan.queues.len() > before.1 && plan.of_talks.random_ratio(1, 2) {
                plan.have_answered(at, before.1);
            }
        }
        plan
    }

    /// An agent is there for the queues of a number, which are the last ones.
    fn have_answered(&mut self, at: usize, first: usize) {
        let (account, queues) = (format!("12{at:02}"), self.queues[first..].to_vec());
        self.dialplan += &format!(
            "[agent.{account}]\nsecret = \"secret-{account}\"\nwrap_up = \"0s\"\nqueues = {queues:?}\n"
        );
        self.agents.push(account);
        let call = &mut self.calls[at];
        // Nobody is there for the operator's queue. What begins before a phone answers is heard as long as that takes.
        call.keys =
            call.keys.split(',').filter(|key| !key.starts_with('0')).collect::<Vec<_>>().join(",");
        call.prompts.retain(|name| !name.ends_with(['w', 'o']));
        call.answered_in = queues;
    }

    /// When its numbers are called, by the clock of the centre.
    #[must_use]
    pub const fn calls_at(&self) -> &Zoned {
        &self.calendar.calls_at
    }

    /// How a phrase sounds in a language.
    #[must_use]
    pub fn sound(&self, language: &str, prompt: &str) -> Sound {
        let names = [language, prompt].join("/");
        let name =
            names.bytes().fold(self.seed, |sum, byte| sum.wrapping_mul(31) ^ u64::from(byte));
        Sound::noise(name, 8_000 + usize::try_from(name % 4_000).unwrap_or(0))
    }

    /// Records its phrases in a site's folder.
    pub fn record(&self, site: &Path) {
        for language in LANGUAGES {
            let folder = site.join("prompts").join(language);
            std::fs::create_dir_all(&folder).expect("a temporary folder can be written");
            for prompt in &self.prompts {
                self.sound(language, prompt).write(&folder.join(format!("{prompt}.wav")));
            }
        }
    }
}

/// What is there before the steps of the numbers.
fn head(calendar: &Calendar, outside: &Outside) -> String {
    let carrier = outside.carrier;
    let timezone = calendar.calls_at.time_zone().iana_name().expect("it was found by its name");
    let known = (0..NUMBERS).step_by(2).map(|at| {
        let vip = at % 4 == 0;
        format!("{{ number = \"{}\", name = \"Caller {at}\", vip = {vip} }}", caller(at))
    });
    format!(
        "language = \"sv\"\nlanguages = [\"sv\", \"en\"]\ntimezone = \"{timezone}\"\ncountry = \"46\"\n\
         operator = \"queue.{OPERATOR}\"\n[queue.{OPERATOR}]\nannounce_place = \"0s\"\n\
         {}[agent.1001]\nsecret = \"secret-1001\"\nqueues = \"all\"\n\
         [trunk.carrier]\nhost = \"{carrier}\"\nhealth = \"0s\"\ndial = [\"+467\"]\n\
         [directory.customers]\ncallers = [{}]\n{NOTED}",
        calendar.write(),
        known.collect::<Vec<_>>().join(", "),
    )
}

/// The number of who calls the number of this place.
fn caller(at: usize) -> String {
    format!("+4670109{at:04}")
}

fn call_to(random: &mut StdRng, at: usize) -> MadeUpCall {
    MadeUpCall {
        number: format!("91{at:02}"),
        caller: (!random.random_ratio(1, 6)).then(|| caller(at)),
        keys: keys::of_call(random),
        replies: Vec::new(),
        speaks: Duration::from_secs(if random.random_ratio(1, 5) { 0 } else { 2 }),
        outside_answers: random.random_ratio(1, 2),
        prompts: Vec::new(),
        answered_in: Vec::new(),
    }
}
