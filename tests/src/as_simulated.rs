//! A call that is made as `telefonist simulate --json` has told it: every phrase is heard in its order, every key
//! pressed in its place, and the ledger has the same steps.

use crate::{Baresip, Server, Sipp, Sound, wait};
use serde_json::Value;
use std::cell::RefCell;
use std::time::Duration;
use std::{fmt, mem, thread};

/// When an early key is pressed, in milliseconds.
pub const EARLY_MS: u64 = 300;

/// How long after another a key is pressed by whoever types on, in milliseconds.
const KEY_AFTER_MS: u64 = 500;

/// Samples that no message is as long as.
const SILENCE: usize = 8_000 * 300;

/// Samples of a phrase that are looked for at once.
const PIECE: usize = 2_000;

/// What is told of a call, and the sound of each of its phrases by language and name.
pub struct AsSimulated<'a> {
    /// Which call it is, for whoever reads a failed test.
    pub what: String,
    /// What `simulate` has said.
    pub told: &'a Value,
    /// How a phrase sounds.
    pub sound: &'a dyn Fn(&str, &str) -> Sound,
    /// For how long the caller speaks to a voicemail.
    pub speaks: Duration,
    /// Who is called.
    pub server: &'a Server,
    /// The phone of the agent who answers, and which hangs up by itself if it is not this one.
    pub agent: Option<&'a RefCell<Baresip>>,
}

impl fmt::Debug for AsSimulated<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AsSimulated").field("what", &self.what).finish_non_exhaustive()
    }
}

impl AsSimulated<'_> {
    fn entries(&self) -> &[Value] {
        self.told["entries"].as_array().map_or(&[], Vec::as_slice)
    }

    /// Makes the call: hears each phrase in its order, presses each key in its place, and leaves when it is told to.
    pub fn follow(&self, sipp: &mut Sipp) {
        let mut heard_to = 0;
        // What is being said while an early key is pressed.
        let mut said = None;
        let entries = self.entries();
        for (entry, next) in entries.iter().zip(entries.iter().skip(1).chain([&Value::Null])) {
            let what = format!("{}: {entry}", self.what);
            match (word(entry, "kind"), word(entry, "how")) {
                ("says", _) if is_early(entry, next) => {
                    self.begin_to_listen(sipp, entry, (&what, heard_to));
                    said = Some(entry);
                }
                ("says", _) => heard_to = self.listen(sipp, entry, (&what, heard_to)),
                ("presses", _) => {
                    let key = word(entry, "key").chars().next().expect("it presses a key");
                    sipp.sound.press(key);
                    sipp.sound.hush();
                    if let Some(said) = said.take() {
                        heard_to = self.listen(sipp, said, (&what, heard_to));
                    }
                }
                ("agent_left", _) => self.agent_hangs_up(),
                ("records", _) => self.speak(sipp, next),
                ("ends", "put_through") => {
                    self.until_put_through();
                    sipp.hang_up();
                }
                // In the midst of it.
                ("ends", "hangs_up") => sipp.hang_up(),
                ("ends", "left" | "waits") => {
                    wait::until_music(&what, heard_to, || sipp.sound.heard());
                    sipp.hang_up();
                }
                ("ends", _) => sipp.ended(),
                _ => {}
            }
        }
    }

    /// Speaks for so long: and no more, or up to the key that ends the message.
    fn speak(&self, sipp: &Sipp, next: &Value) {
        let samples = 8 * usize::try_from(self.speaks.as_millis()).unwrap_or(SILENCE);
        let voice = Sound::noise(0, samples);
        if next["kind"] == "presses" {
            sipp.sound.say(&voice);
            // What is shorter is no message.
            thread::sleep(self.speaks);
        } else if !voice.is_empty() {
            sipp.sound.say(&voice.followed_by_silence(SILENCE));
        }
    }

    /// Once the two talk.
    fn agent_hangs_up(&self) {
        if let Some(agent) = self.agent {
            self.server.until_calls(&["talking"]);
            agent.borrow_mut().tell("hangup", "");
        }
    }

    fn until_put_through(&self) {
        wait::until_so(&format!("{}: somebody answers", self.what), || {
            let rows = self.server.calls();
            let row = rows.iter().find(|row| row["number"] == self.told["to"]);
            let id = row.and_then(|row| row["id"].as_u64());
            id.is_some_and(|id| self.server.kinds(id).iter().any(|kind| kind == "put_through"))
        });
    }

    /// Every phrase that is said, heard or not, with its language.
    #[must_use]
    pub fn phrases(&self) -> Vec<(&str, &str)> {
        let says = self.entries().iter().filter(|entry| entry["kind"] == "says");
        says.flat_map(phrases_of).map(|it| (word(it, "language"), word(it, "prompt"))).collect()
    }

    /// Waits until the first words have begun.
    fn begin_to_listen(&self, sipp: &Sipp, entry: &Value, (what, from): (&str, usize)) {
        if let Some(said) = phrases_of(entry).first() {
            sipp.sound.until_heard(what, &self.sound_of(said).part(0, 1_200), from);
        }
    }

    /// Waits until all that is said to the end has been heard.
    fn listen(&self, sipp: &Sipp, entry: &Value, (what, from): (&str, usize)) -> usize {
        listened_to(entry)
            .fold(from, |from, said| until_heard(what, &self.sound_of(said), from, sipp))
    }

    fn sound_of(&self, said: &Value) -> Sound {
        let (language, name) = (word(said, "language"), word(said, "prompt"));
        // The tone is the same in all languages.
        if name == "tone" { crate::prompt(name) } else { (self.sound)(language, name) }
    }

    /// What a ledger would have of the call, and why it ends.
    #[must_use]
    pub fn steps(&self) -> (Vec<String>, &'static str) {
        let mut steps = Vec::new();
        let (mut cause, mut is_hung_up_on) = ("", false);
        for entry in self.entries() {
            let key = word(entry, "key");
            let queue = word(entry, "place").strip_prefix("queue.").unwrap_or_default();
            let word = |name: &str| word(entry, name);
            match (word("kind"), word("does"), word("why")) {
                ("presses", "chooses", _) | ("chooses", ..) => steps.push(format!("chose {key}")),
                ("presses", "leaves_queue", _) => steps.push(format!("left {queue} by {key}")),
                ("waits", ..) => steps.push(format!("queued in {queue}")),
                ("sent_on", _, "closed") => steps.push(format!("found {queue} closed")),
                ("sent_on", _, why) => steps.push(format!("sent on from {queue} by {why}")),
                ("decides", ..) => steps.push(format!("to {} for {}", word("to"), word("why"))),
                ("notes", ..) => steps.push(format!("{} is {}", word("name"), word("value"))),
                ("is_told", ..) => steps.push(format!("told place {}", entry["place_told"])),
                ("looks_up", ..) => {
                    steps.push(format!("{} in {}", word("name"), word("directory")))
                }
                ("connected", ..) => steps.push("talks".to_owned()),
                ("agent_left", ..) => match word("to") {
                    "" => is_hung_up_on = true,
                    to => steps.push(format!("asked after {queue} at {to}")),
                },
                ("dials", ..) => steps.push(format!("called {}", word("number"))),
                ("not_put_through", ..) => steps.push("nobody answered".to_owned()),
                ("ends", ..) => {
                    cause = if is_hung_up_on { "agent hung up" } else { cause_of(word("how")) };
                    if word("how") == "put_through" {
                        steps.push("put through".to_owned());
                    }
                }
                _ => {}
            }
        }
        (steps, cause)
    }
}

fn word<'v>(value: &'v Value, name: &str) -> &'v str {
    value[name].as_str().unwrap_or_default()
}

fn phrases_of(entry: &Value) -> &[Value] {
    entry["phrases"].as_array().map_or(&[], Vec::as_slice)
}

/// Whether a key is pressed while this is said which cuts nothing short: at its early time, or because digits that were
/// done are ended by it.
fn is_early(says: &Value, next: &Value) -> bool {
    let ends_late = || {
        let after = next["at_ms"].as_u64().zip(says["at_ms"].as_u64());
        next["does"] == "nothing" && after.is_some_and(|(at, said)| at <= said + KEY_AFTER_MS)
    };
    next["kind"] == "presses" && (next["at_ms"] == EARLY_MS || ends_late())
}

/// The phrases whose end the caller waits for.
fn listened_to(entry: &Value) -> impl Iterator<Item = &Value> {
    let whole = phrases_of(entry).iter().take_while(|said| said["heard"] == "whole");
    whole.filter(|said| !is_digit_read_out(word(said, "prompt")))
}

/// Whether a caller who is past this has certainly come to it: a phrase of it was heard to the end, or a key pressed.
#[must_use]
pub fn is_met(entry: &Value) -> bool {
    entry["kind"] == "presses" || entry["kind"] == "says" && listened_to(entry).next().is_some()
}

/// Which of two that are alike is heard cannot be told, nor when silence begins.
fn is_digit_read_out(prompt: &str) -> bool {
    prompt == "pause" || prompt.starts_with("numbers/")
}

/// Waits until most of a phrase has been heard, and says where the last of it ends. A machine that is busy
/// with other stories may lose a packet, and which phrase it is can be told all the same.
fn until_heard(what: &str, phrase: &Sound, from: usize, sipp: &Sipp) -> usize {
    let pieces = phrase.pieces(PIECE);
    let (mut looked_at, mut before) = (0, 0);
    wait::until(what, || {
        let heard = sipp.sound.heard();
        // When the call is over no more comes.
        let is_all = heard.len() == mem::replace(&mut before, heard.len());
        let may_be_heard = heard.len() >= (looked_at + PIECE).max(from + phrase.len() * 2 / 3);
        if heard.len() == looked_at || !(is_all || may_be_heard) {
            return None;
        }
        looked_at = heard.len();
        let since = heard.after(from);
        let found = pieces.iter().map(|piece| piece.find_in(&since));
        let found: Vec<_> = found.filter(|found| found.rho > wait::WELL).collect();
        let end = found.iter().map(|found| from + found.at + PIECE).max()?;
        // A key would cut the rest.
        let is_over = is_all || end + 2 * PIECE <= heard.len() || found.len() == pieces.len();
        (is_over && 3 * found.len() > 2 * pieces.len()).then_some(end)
    })
}

fn cause_of(end: &str) -> &'static str {
    match end {
        "finished" => "the dialplan ended the call",
        "closed" => "closed",
        "queue_full" => "the queue was full",
        "queue_closed" => "the queue was closed",
        "sent_on" => "sent on by a condition of the queue",
        "left" | "waits" | "put_through" | "hangs_up" => "caller hung up",
        _ => "an end that no call of ours comes to",
    }
}

/// The steps of a call by the ledger.
#[must_use]
pub fn steps_in_ledger(story: &[Value]) -> Vec<String> {
    let told = |event: &Value| {
        let detail = &event["detail"];
        let word = |name: &str| word(detail, name);
        Some(match event["kind"].as_str()? {
            "chose" => format!("chose {}", word("key")),
            "left_by_key" => format!("left {} by {}", word("queue"), word("key")),
            "queued" => format!("queued in {}", word("queue")),
            "found_closed" => format!("found {} closed", word("queue")),
            "sent_on" => format!("sent on from {} by {}", word("queue"), word("condition")),
            "noted" => format!("{} is {}", word("name"), word("value")),
            "decided" => format!("to {} for {}", word("to"), word("why")),
            "place_told" => format!("told place {}", detail["place"]),
            "looked_up" => format!("{} in {}", word("name"), word("directory")),
            "connected" => "talks".to_owned(),
            "asked_after" => format!("asked after {} at {}", word("queue"), word("to")),
            "called_out" => format!("called {}", word("number")),
            "call_out_failed" => "nobody answered".to_owned(),
            "put_through" => "put through".to_owned(),
            _ => return None,
        })
    };
    story.iter().filter_map(told).collect()
}
