//! Plans and calls that nobody thought of: the same ones for the same seed and hour.
//!
//! Each number has steps and queues of its own, so that all can be called at once and nobody stands in
//! another's way. Every phrase of a step is a noise that is like no other, in both languages, so that
//! what is heard tells which steps were walked.

use crate::Sound;
use jiff::civil::DateTime;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use std::fmt::Write;
use std::path::Path;

/// Numbers of a plan.
const NUMBERS: usize = 8;
/// The languages that callers are spoken to in.
pub const LANGUAGES: [&str; 2] = ["sv", "en"];
/// The queue that the operator key leads to.
const OPERATOR: &str = "operator";

/// What branches ask: some of it is so on any call, some on none, some on a few.
const TESTS: [&str; 7] = [
    "language = 'en'",
    "language = 'sv'",
    "withheld",
    "caller ends with '2' or dialled ends with '3'",
    "open.open and not open.closed",
    "queue.operator.agents_ready > 0",
    "queue.operator.agents_ready = 0 and queue.operator.open",
];

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
    seed: u64,
}

/// One call.
#[derive(Debug)]
pub struct MadeUpCall {
    /// The number to dial.
    pub number: String,
    /// The keys to press, as `telefonist simulate --keys` takes them.
    pub keys: String,
    /// The names of the phrases that the steps of this number say.
    pub prompts: Vec<String>,
}

impl MadeUp {
    /// The plan of a seed, whose opening hours are about what the clock shows.
    #[must_use]
    pub fn of_seed(seed: u64, local: DateTime) -> Self {
        let dialplan = format!(
            "language = \"sv\"\nlanguages = [\"sv\", \"en\"]\ntimezone = \"Europe/Stockholm\"\n\
             operator = \"queue.{OPERATOR}\"\n[queue.{OPERATOR}]\nannounce_place = \"0s\"\n\
             {}{}[agent.1001]\nsecret = \"secret-1001\"\nqueues = \"all\"\n",
            hours("open", local, 22),
            hours("closed", local, 2),
        );
        let (calls, prompts, queues) = (Vec::new(), Vec::new(), vec![OPERATOR.to_owned()]);
        let mut plan = Self { dialplan, calls, prompts, queues, seed };
        let mut random = StdRng::seed_from_u64(seed);
        for at in 0..NUMBERS {
            let island = Island::of(&mut random, at);
            let before = plan.prompts.len();
            island.write(&mut random, &mut plan);
            let keys = keys(&mut random);
            let prompts = plan.prompts[before..].to_vec();
            plan.calls.push(MadeUpCall { number: island.number, keys, prompts });
        }
        plan
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

/// Four hours of each day, the first of them so many after this one.
fn hours(name: &str, local: DateTime, after: u8) -> String {
    let hour = u8::try_from(local.hour()).expect("a clock shows no negative hour");
    let (opens, closes) = ((hour + after) % 24, (hour + after + 4) % 24);
    format!("[hours.{name}]\nweek = [\"mon-sun {opens:02}:00-{closes:02}:00\"]\n")
}

/// Up to five keys, the first of them perhaps while the first words are said.
fn keys(random: &mut StdRng) -> String {
    let all = ['1', '1', '1', '2', '2', '3', '3', '0', '9'];
    let keys: Vec<String> = (0..random.random_range(0..6))
        .map(|at| {
            let early = at == 0 && random.random_ratio(1, 3);
            let key = all[random.random_range(0..all.len())];
            if early { format!("{key}@300ms") } else { key.to_string() }
        })
        .collect();
    keys.join(",")
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Say,
    Menu,
    Speak,
    Branch,
    Collect,
    Queue,
}

/// The places of one number: arrows lead to later ones, those of menus back as well.
struct Island {
    number: String,
    at: usize,
    places: Vec<Kind>,
}

impl Island {
    fn of(random: &mut StdRng, at: usize) -> Self {
        let all = [
            Kind::Say,
            Kind::Say,
            Kind::Menu,
            Kind::Menu,
            Kind::Speak,
            Kind::Branch,
            Kind::Collect,
            Kind::Queue,
        ];
        let length = random.random_range(3..7);
        let places = (0..length).map(|_| all[random.random_range(0..all.len())]).collect();
        Self { number: format!("91{at:02}"), at, places }
    }

    fn name(&self, place: usize) -> String {
        format!("n{}_{place}", self.at)
    }

    fn arrow(&self, place: usize) -> String {
        let kind = match self.places.get(place) {
            Some(Kind::Say) => "say",
            Some(Kind::Menu) => "menu",
            Some(Kind::Speak) => "speak",
            Some(Kind::Branch) => "branch",
            Some(Kind::Collect) => "collect",
            Some(Kind::Queue) => "queue",
            None => return "hangup".to_owned(),
        };
        format!("{kind}.{}", self.name(place))
    }

    /// To a later place, or the end.
    fn onward(&self, random: &mut StdRng, from: usize) -> String {
        // Near ones, so that ways are long.
        self.arrow(from + random.random_range(1..3))
    }

    fn write(&self, random: &mut StdRng, plan: &mut MadeUp) {
        let mut text = format!("[number.{}]\ngoto = \"{}\"\n", self.number, self.arrow(0));
        match random.random_range(0..4) {
            0 => text += &format!("hours = \"closed\"\nclosed = \"{}\"\n", self.onward(random, 0)),
            1 => text += "hours = \"open\"\n",
            _ => {}
        }
        for (at, kind) in self.places.iter().enumerate() {
            let _ = writeln!(text, "[{}]", self.arrow(at));
            match kind {
                Kind::Say => self.say(random, plan, at, &mut text),
                Kind::Menu => self.menu(random, plan, at, &mut text),
                Kind::Speak => {
                    let language = LANGUAGES[random.random_range(0..2)];
                    let goto = self.onward(random, at);
                    let _ = writeln!(text, "language = \"{language}\"\ngoto = \"{goto}\"");
                }
                Kind::Branch => self.branch(random, at, &mut text),
                Kind::Collect => self.collect(random, plan, at, &mut text),
                Kind::Queue => self.queue(random, plan, at, &mut text),
            }
        }
        plan.dialplan += &text;
    }

    fn phrase(&self, plan: &mut MadeUp, place: usize, more: &str) -> String {
        let name = format!("{}{more}", self.name(place));
        plan.prompts.push(name.clone());
        name
    }

    fn say(&self, random: &mut StdRng, plan: &mut MadeUp, at: usize, text: &mut String) {
        let (prompt, goto) = (self.phrase(plan, at, ""), self.onward(random, at));
        let _ = writeln!(text, "prompts = [\"{prompt}\"]\ngoto = \"{goto}\"");
    }

    fn menu(&self, random: &mut StdRng, plan: &mut MadeUp, at: usize, text: &mut String) {
        let (prompt, tries) = (self.phrase(plan, at, ""), random.random_range(1..3));
        let otherwise = self.onward(random, at);
        let keys: Vec<String> = (1..random.random_range(2..5))
            .map(|key| {
                let goto = match random.random_ratio(1, 5) {
                    true => self.arrow(random.random_range(0..=at)),
                    false => self.onward(random, at),
                };
                format!("{key} = \"{goto}\"")
            })
            .collect();
        let _ = writeln!(
            text,
            "prompts = [\"{prompt}\"]\nkeys = {{ {} }}\ntimeout = \"3s\"\ntries = {tries}\n\
             otherwise = \"{otherwise}\"",
            keys.join(", ")
        );
    }

    fn branch(&self, random: &mut StdRng, at: usize, text: &mut String) {
        let tests: Vec<String> = (0..random.random_range(1..3))
            .map(|_| {
                let test = TESTS[random.random_range(0..TESTS.len())];
                format!("{{ if = \"{test}\", goto = \"{}\" }}", self.onward(random, at))
            })
            .collect();
        let otherwise = self.onward(random, at);
        let _ = writeln!(text, "when = [{}]\notherwise = \"{otherwise}\"", tests.join(", "));
    }

    fn collect(&self, random: &mut StdRng, plan: &mut MadeUp, at: usize, text: &mut String) {
        let (prompt, most) = (self.phrase(plan, at, ""), random.random_range(1..3));
        let (goto, otherwise) = (self.onward(random, at), self.onward(random, at));
        let _ = writeln!(
            text,
            "prompts = [\"{prompt}\"]\ninto = \"typed\"\ndigits_max = {most}\npattern = \"[0-3]+\"\n\
             timeout = \"3s\"\nbetween = \"3s\"\ntries = 2\ngoto = \"{goto}\"\notherwise = \"{otherwise}\""
        );
    }

    fn queue(&self, random: &mut StdRng, plan: &mut MadeUp, at: usize, text: &mut String) {
        let name = self.name(at);
        plan.queues.push(name.clone());
        if random.random_ratio(1, 2) {
            let _ = writeln!(text, "welcome = [\"{}\"]", self.phrase(plan, at, "w"));
        }
        let place = if random.random_ratio(1, 2) { "10s" } else { "0s" };
        let _ = writeln!(text, "announce_place = \"{place}\"");
        match random.random_range(0..4) {
            0 => {
                let closed = self.onward(random, at);
                let _ = writeln!(text, "hours = \"closed\"\nclosed = \"{closed}\"");
            }
            1 => *text += "hours = \"open\"\n",
            _ => {}
        }
        let goto = self.onward(random, at);
        match random.random_range(0..4) {
            0 => {
                let _ = writeln!(
                    text,
                    "[[queue.{name}.when]]\nevery_agent = [\"logged_out\"]\ngoto = \"{goto}\""
                );
            }
            1 => {
                let _ = writeln!(text, "[[queue.{name}.when]]\nwaited = \"4s\"\ngoto = \"{goto}\"");
            }
            2 => {
                let prompt = self.phrase(plan, at, "o");
                let _ = writeln!(
                    text,
                    "[[queue.{name}.at]]\nafter = \"1s\"\nprompts = [\"{prompt}\"]\n\
                     keys = {{ 1 = \"{goto}\", 2 = \"hangup\" }}"
                );
            }
            _ => {}
        }
    }
}
