//! The places of one number: arrows lead to later ones, those of menus back as well.

use super::MadeUp;
use super::calendar::Calendar;
use rand::RngExt;
use rand::rngs::StdRng;
use std::fmt::Write;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Say,
    Menu,
    Speak,
    Set,
    Branch,
    Collect,
    Confirm,
    Http,
    LookUp,
    Dial,
    Voicemail,
    Callback,
    HangUp,
    Sub,
    Queue,
}

/// How often each kind is drawn.
const KINDS: [(Kind, usize); 15] = [
    (Kind::Say, 4),
    (Kind::Menu, 5),
    (Kind::Speak, 2),
    (Kind::Set, 2),
    (Kind::Branch, 4),
    (Kind::Collect, 2),
    (Kind::Confirm, 2),
    (Kind::Http, 3),
    (Kind::LookUp, 1),
    (Kind::Dial, 1),
    (Kind::Voicemail, 2),
    (Kind::Callback, 2),
    (Kind::HangUp, 1),
    (Kind::Sub, 2),
    (Kind::Queue, 3),
];

/// The places of one number.
pub(super) struct Island {
    pub(super) at: usize,
    places: Vec<Kind>,
}

/// Where a step stands: among the places of the number, or in a part that comes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Own(usize),
    /// The part of the `sub` at this place.
    Part(usize),
}

impl Island {
    pub(super) fn of(random: &mut StdRng, at: usize) -> Self {
        let all: Vec<Kind> = KINDS.iter().flat_map(|(kind, often)| vec![*kind; *often]).collect();
        let length = random.random_range(3..8);
        let places = (0..length).map(|_| all[random.random_range(0..all.len())]).collect();
        Self { at, places }
    }

    pub(super) fn name(&self, place: Place) -> String {
        match place {
            Place::Own(place) => format!("n{}_{place}", self.at),
            Place::Part(place) => format!("n{}_{place}p", self.at),
        }
    }

    pub(super) fn arrow(&self, place: usize) -> String {
        match self.places.get(place) {
            Some(kind) => format!("{}.{}", word(*kind), self.name(Place::Own(place))),
            None => "hangup".to_owned(),
        }
    }

    /// To a later place, or the end; out of a part, back.
    pub(super) fn onward(&self, random: &mut StdRng, from: Place) -> String {
        match from {
            // Near ones, so that ways are long.
            Place::Own(from) => self.arrow(from + random.random_range(1..3)),
            Place::Part(_) => "return".to_owned(),
        }
    }

    pub(super) fn write(&self, random: &mut StdRng, plan: &mut MadeUp) {
        let mut text = format!("[number.91{:02}]\ngoto = \"{}\"\n", self.at, self.arrow(0));
        // Once more as often as a number is open, so that most calls get somewhere.
        if random.random_ratio(1, 2) {
            let hours = if random.random_ratio(1, 3) { "open" } else { Calendar::hours(random) };
            let closed = self.onward(random, Place::Own(0));
            let _ = writeln!(text, "hours = \"{hours}\"\nclosed = \"{closed}\"");
        }
        if random.random_ratio(1, 3) {
            text += "directory = \"customers\"\n";
        }
        if random.random_ratio(1, 4) {
            let (test, goto) = (plan.calendar.test(random), self.arrow(random.random_range(0..2)));
            let number = self.at;
            let _ =
                writeln!(text, "[[number.91{number:02}.when]]\nif = \"{test}\"\ngoto = \"{goto}\"");
        }
        for (at, kind) in self.places.iter().enumerate() {
            self.step(random, plan, (*kind, Place::Own(at)), &mut text);
            if *kind == Kind::Sub {
                let part = part(random);
                let name = self.name(Place::Part(at));
                let _ = writeln!(text, "call = \"{}.{name}\"", word(part));
                self.step(random, plan, (part, Place::Part(at)), &mut text);
            }
        }
        plan.dialplan += &text;
    }
}

/// What is done by a part that comes back.
fn part(random: &mut StdRng) -> Kind {
    let parts = [Kind::Say, Kind::Set, Kind::Collect, Kind::Confirm, Kind::Menu, Kind::Http];
    parts[random.random_range(0..parts.len())]
}

pub(super) const fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Say => "say",
        Kind::Menu => "menu",
        Kind::Speak => "speak",
        Kind::Set => "set",
        Kind::Branch => "branch",
        Kind::Collect => "collect",
        Kind::Confirm => "confirm",
        Kind::Http => "http",
        Kind::LookUp => "lookup",
        Kind::Dial => "dial",
        Kind::Voicemail => "voicemail",
        Kind::Callback => "callback",
        Kind::HangUp => "hangup",
        Kind::Sub => "sub",
        Kind::Queue => "queue",
    }
}
