//! A transcript as people read it.

use crate::transcript::{Does, End, Entry, Found, Heard, Left, Said, Transcript, What, Why};
use jiff::civil::DateTime;
use std::fmt::{self, Display, Write};

impl Display for Transcript {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let from = self.from.as_deref().unwrap_or("somebody who withholds the number");
        writeln!(f, "{from} calls {} at {} ({})", self.to, self.at, self.timezone)?;
        let width = self.widths();
        for entry in self.shown(0) {
            writeln!(f, "{}", entry.row(width))?;
        }
        match self.not_pressed.as_str() {
            "" => Ok(()),
            keys => writeln!(f, "Nothing asked for the keys {keys}."),
        }
    }
}

impl Transcript {
    /// Entries as rows, from this one on, at most so many.
    #[must_use]
    pub fn rows(&self, from: usize, most: usize) -> Vec<String> {
        let width = self.widths();
        self.shown(from).take(most).map(|entry| entry.row(width)).collect()
    }

    /// Entries from this one on, without those that say no more than that the caller has come where the next
    /// one happens.
    fn shown(&self, from: usize) -> impl Iterator<Item = &Entry> {
        let nexts = self.entries.iter().skip(from + 1).map(Some).chain([None]);
        let is_told = |entry: &Entry, next: Option<&Entry>| {
            entry.what == What::Came && next.is_some_and(|next| next.is_where(entry))
        };
        let pairs = self.entries.iter().skip(from).zip(nexts);
        pairs.filter(move |(entry, next)| !is_told(entry, *next)).map(|(entry, _)| entry)
    }

    fn widths(&self) -> (usize, usize) {
        let line = |entry: &Entry| entry.line.as_ref().map_or(0, |it| it.to_string().len());
        let lines = self.entries.iter().map(line).max().unwrap_or(0);
        let places = self.entries.iter().map(|entry| entry.place.chars().count()).max();
        (lines, places.unwrap_or(0))
    }
}

impl Entry {
    fn is_where(&self, other: &Self) -> bool {
        (self.at_ms, &self.place, &self.line) == (other.at_ms, &other.place, &other.line)
    }

    fn row(&self, (lines, places): (usize, usize)) -> String {
        let seconds = format!("{}.{} s", self.at_ms / 1_000, self.at_ms % 1_000 / 100);
        let line = self.line.as_ref().map(ToString::to_string).unwrap_or_default();
        let row = format!("{seconds:>9}  {line:<lines$}  {:<places$}  {}", self.place, self.what);
        row.trim_end().to_owned()
    }
}

impl Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Answered { language, hours, open, day } => {
                let by = match (hours, open) {
                    (None, _) => "always open".to_owned(),
                    (Some(hours), true) => format!("open by hours.{hours}"),
                    (Some(hours), false) => format!("closed by hours.{hours}"),
                };
                write!(f, "is {by}{}; speaks {language}", on(day.as_deref()))
            }
            Self::Refused { refused_as, why } => write!(f, "refuses it as {refused_as}: {why}"),
            Self::Came => Ok(()),
            Self::Says { phrases, music } => says(f, phrases, music.as_deref()),
            Self::Presses { key, does } => write!(f, "key {key} {does}"),
            Self::Chooses { key } => write!(f, "key {key}, pressed before, is a choice"),
            Self::Speaks { language } => write!(f, "speaks {language} from here on"),
            Self::LooksUp { directory, found, name, vip } => {
                write!(f, "directory.{directory}: {found}")?;
                name.iter().try_for_each(|name| write!(f, ", {name}"))?;
                if *vip { f.write_str(", a very important person") } else { Ok(()) }
            }
            Self::Decides { why, to } => write!(f, "leads to {to}: {why}"),
            Self::Tells { what, words } => write!(f, "says of {what} “{words}”"),
            Self::Notes { name, value } => write!(f, "notes {name}: {value}"),
            Self::Waits { priority, needs } => {
                write!(f, "waits with priority {priority}")?;
                let is_one = needs.len() == 1;
                let each = |need: &String| match is_one || !need.contains(" or ") {
                    true => need.clone(),
                    false => format!("({need})"),
                };
                match needs.iter().map(each).collect::<Vec<_>>().join(" and ") {
                    needs if needs.is_empty() => Ok(()),
                    needs => write!(f, " for an agent with {needs}"),
                }
            }
            Self::SentOn { why, day } => write!(f, "{why}{}", on(day.as_deref())),
            Self::IsTold { place, wait } => {
                write!(f, "is told place {place}")?;
                wait.iter().try_for_each(|wait| write!(f, ", a wait of {wait}"))
            }
            Self::Connected => write!(f, "{}", End::Connected),
            Self::AgentLeft { to: None } => f.write_str("the agent hangs up"),
            Self::AgentLeft { to: Some(to) } => {
                write!(f, "the agent hangs up, and the caller is asked on at {to}")
            }
            Self::Whispers { phrases } => {
                write!(f, "the agent will be told {}", phrases.join(", "))
            }
            Self::Dials { number, trunks } => match trunks.join(", ") {
                trunks if trunks.is_empty() => write!(f, "no trunk may call {number}"),
                trunks => write!(f, "calls {number} over {trunks}"),
            },
            Self::NotPutThrough => f.write_str("nobody answers there"),
            Self::Records => f.write_str("records what the caller says"),
            Self::Recorded { spoken_ms } => {
                write!(f, "the caller has spoken for {} s", spoken_ms / 1_000)
            }
            Self::MessageDiscarded => f.write_str("throws the message away"),
            Self::MessageKept => f.write_str("keeps the message"),
            Self::MessageRefused => f.write_str("takes no message now"),
            Self::CallbackAsked { number: Some(number) } => write!(f, "can call {number} back"),
            Self::CallbackAsked { number: None } => f.write_str("can call no such number back"),
            Self::CallbackPromised { number, at: None } => {
                write!(f, "promises to call {number} back")
            }
            Self::CallbackPromised { number, at: Some(at) } => {
                write!(f, "promises to call {number} back at {}", when(*at))
            }
            Self::CallbackTimes { times } => {
                let times: Vec<_> = times.iter().map(|at| when(*at).to_string()).collect();
                write!(f, "can call back at {}", times.join(", "))
            }
            Self::CallbackRefused => f.write_str("can promise no callback"),
            Self::CallbackTooLate => f.write_str("could call back only when it is too late"),
            Self::CalledAgain => f.write_str("has a callback to the caller"),
            Self::CallbackStands { number, at: None } => {
                write!(f, "has promised to call {number} back")
            }
            Self::CallbackStands { number, at: Some(at) } => {
                write!(f, "has promised to call {number} back at {}", when(*at))
            }
            Self::CallbackCalledOff => f.write_str("calls nobody back any more"),
            Self::CallbackTakenUp => {
                f.write_str("lets the caller wait on the line, at the same place")
            }
            Self::OfferLeftOut => f.write_str("leaves out an offer that could not be kept"),
            Self::Ends { how: End::Left, .. } => write!(f, "{}", End::Left),
            Self::Ends { left: Some(Left::Message), .. } => {
                f.write_str("the call is over: the caller has left a message")
            }
            Self::Ends { left: Some(Left::Callback), .. } => {
                f.write_str("the call is over: the caller will be called back")
            }
            Self::Ends { how, left: None } => write!(f, "{how}"),
        }
    }
}

fn on(day: Option<&str>) -> String {
    day.map_or_else(String::new, |day| format!(" on {day}"))
}

/// Words where they are written, or the name of the recording.
fn says(f: &mut fmt::Formatter<'_>, phrases: &[Said], music: Option<&str>) -> fmt::Result {
    let mut told = Vec::new();
    for said in phrases {
        let mut text = String::new();
        write!(text, "{}", said.prompt)?;
        said.words.iter().try_for_each(|words| write!(text, " “{words}”"))?;
        if said.stale {
            text.push_str(" (recorded with other words)");
        }
        text.push_str(match said.heard {
            Heard::Whole => "",
            Heard::Begun => " (cut)",
            Heard::Not => " (not heard)",
        });
        told.push(text);
    }
    match (told.join(", "), music) {
        (told, None) => write!(f, "says {told}"),
        (told, Some(music)) if told.is_empty() => write!(f, "plays {music}"),
        (told, Some(music)) => write!(f, "says {told}, then {music}"),
    }
}

impl Display for Does {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Chooses => "is a choice",
            Self::LeavesQueue => "takes the caller out of the queue",
            Self::NoChoice => "is no choice here",
            Self::Kept => "is kept for what asks next",
            Self::Answers => "is taken",
            Self::Nothing => "does nothing",
        })
    }
}

impl Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Known => "the caller is known",
            Self::Unknown => "the caller is unknown",
            Self::NotSaid => "taken for unknown, since nothing is said",
            Self::Failed => "gives no answer",
        })
    }
}

impl Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Closed => "is closed",
            Self::Full => "is full",
            Self::EveryAgent => "sends the caller on by every_agent",
            Self::Waited => "sends the caller on by waited",
            Self::CallsPerAgent => "sends the caller on by calls_per_agent",
            Self::ExpectedWait => "sends the caller on by expected_wait",
        })
    }
}

impl Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Finished => "the call is over",
            Self::Closed => "the call is over: the number is closed",
            Self::QueueFull => "the call is over: the queue was full",
            Self::QueueClosed => "the call is over: the queue was closed",
            Self::SentOn => "the call is over: the queue sent the caller on",
            Self::StepsMax => "the call is ended, since it goes round in circles",
            Self::Waits => "the caller waits",
            Self::Connected => "an agent answers",
            Self::PutThrough => "somebody answers there",
            Self::Left => "the caller hangs up",
            Self::Refused => "the call is not answered",
        })
    }
}

/// A time of the clock of the centre, without its seconds.
fn when(at: DateTime) -> impl Display {
    at.strftime("%Y-%m-%d %H:%M")
}
