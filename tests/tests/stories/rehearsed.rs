//! What `telefonist simulate` says is what a call then does: plans and keys that nobody thought of, each
//! called over SIP by sipp, listened to, and read up in the ledger.

use e2e::made_up::{LANGUAGES, MadeUp, MadeUpCall};
use e2e::{Server, Sipp, SippCall, Site, Sound, prompt, run, wait};
use serde_json::Value;
use std::thread;

/// How many plans are called by day. More are by night.
const PLANS: u64 = 2;

/// How long a caller stays in a queue.
const WAIT: &str = "6s";

/// When an early key is pressed, in milliseconds.
const EARLY_MS: u64 = 300;

/// Samples of a phrase that are looked for at once.
const PIECE: usize = 2_000;

/// A phrase that may have come through in part is heard less well than this.
const UNHEARD: f32 = 0.85;

#[test]
fn what_simulate_says_is_what_a_call_does() {
    let of_night = |name| std::env::var(name).ok().and_then(|count| count.parse().ok());
    let (from, count) = (of_night("REHEARSED_FROM"), of_night("REHEARSED_COUNT"));
    let (from, count): (u64, u64) = (from.unwrap_or(1), count.unwrap_or(PLANS));
    (from..from + count).for_each(tried_and_called);
}

fn tried_and_called(seed: u64) {
    let stockholm = jiff::tz::TimeZone::get("Europe/Stockholm").unwrap();
    let plan = MadeUp::of_seed(seed, stockholm.to_datetime(jiff::Timestamp::now()));
    let site = Site::new(&plan.dialplan);
    plan.record(site.folder());
    let folder = site.folder().to_str().unwrap().to_owned();
    let server = Server::start(site);
    thread::scope(|scope| {
        for call in &plan.calls {
            let (plan, folder, server) = (&plan, &folder, &server);
            scope.spawn(move || {
                let told = simulated(seed, plan, call, folder);
                called(seed, plan, call, &told, server);
            });
        }
    });
    let rows = server.until_closed(plan.calls.len());
    for call in &plan.calls {
        let told = simulated(seed, &plan, call, &folder);
        let row = rows.iter().find(|row| row["number"] == call.number.as_str()).unwrap();
        let (rehearsed, cause) = steps_of(&told);
        let story = server.story(row["id"].as_u64().unwrap());
        let what =
            format!("seed {seed}, {} with keys {}:\n{}", call.number, call.keys, plan.dialplan);
        assert_eq!(steps_in_ledger(&story), rehearsed, "{what}\n{told:#}");
        assert_eq!(row["cause"], cause, "{what}\n{told:#}");
    }
}

/// The number of who makes a call.
fn caller_of(call: &MadeUpCall) -> String {
    format!("07010{}", call.number)
}

/// What `simulate` says of a call.
fn simulated(seed: u64, plan: &MadeUp, call: &MadeUpCall, folder: &str) -> Value {
    let caller = caller_of(call);
    let mut words = vec!["simulate", folder, "--json", "--wait", WAIT];
    words.extend(["--to", &call.number, "--from", &caller]);
    let queues: Vec<String> =
        plan.queues.iter().map(|queue| format!("{queue}=logged_out")).collect();
    // Nobody has logged in.
    words.extend(queues.iter().flat_map(|queue| ["--queue", queue]));
    if !call.keys.is_empty() {
        words.extend(["--keys", &call.keys]);
    }
    let ran = run(&words);
    assert_eq!(ran.code, Some(0), "seed {seed}: {}", ran.err);
    serde_json::from_str(&ran.out).unwrap()
}

/// Makes the call: hears each phrase in its order, and presses each key in its place. Nothing else is heard.
fn called(seed: u64, plan: &MadeUp, call: &MadeUpCall, told: &Value, server: &Server) {
    let caller = caller_of(call);
    let sipp_call = SippCall { server: server.sip(), number: &call.number, caller: &caller };
    let mut sipp = Sipp::call(sipp_call);
    let mut heard_to = 0;
    // What is being said while an early key is pressed.
    let mut said = None;
    let entries = told["entries"].as_array().unwrap();
    for (entry, next) in entries.iter().zip(entries.iter().skip(1).chain([&Value::Null])) {
        let what = format!("seed {seed}, {}: {entry}", call.number);
        match entry["kind"].as_str().unwrap() {
            "says" if next["at_ms"] == EARLY_MS && next["kind"] == "presses" => {
                begin_to_listen(plan, &sipp, entry, (&what, heard_to));
                said = Some(entry);
            }
            "says" => heard_to = listen(plan, &sipp, entry, (&what, heard_to)),
            "presses" => {
                sipp.sound.press(key_of(entry));
                if let Some(said) = said.take() {
                    heard_to = listen(plan, &sipp, said, (&what, heard_to));
                }
            }
            "ends" if entry["how"] == "left" => {
                wait::until_music(&what, heard_to, || sipp.sound.heard());
                sipp.hang_up();
            }
            "ends" => sipp.ended(),
            _ => {}
        }
    }
    let said = phrases(told);
    let heard = sipp.sound.heard();
    for (language, name) in call
        .prompts
        .iter()
        .flat_map(|name| LANGUAGES.map(|language| (language, name.as_str())))
        .filter(|phrase| !said.contains(phrase))
    {
        let rho = plan.sound(language, name).find_in(&heard).rho;
        let what = format!("seed {seed}, {} with keys {}", call.number, call.keys);
        assert!(rho < UNHEARD, "{what}: {language}/{name} is heard\n{told:#}\n{}", plan.dialplan);
    }
}

/// Every phrase that is said, heard or not, with its language.
fn phrases(told: &Value) -> Vec<(&str, &str)> {
    let says = told["entries"].as_array().unwrap().iter().filter(|entry| entry["kind"] == "says");
    let said = says.flat_map(|entry| entry["phrases"].as_array().unwrap());
    said.map(|it| (it["language"].as_str().unwrap(), it["prompt"].as_str().unwrap())).collect()
}

fn key_of(entry: &Value) -> char {
    entry["key"].as_str().unwrap().chars().next().unwrap()
}

/// Waits until the first words have begun.
fn begin_to_listen(plan: &MadeUp, sipp: &Sipp, entry: &Value, (what, from): (&str, usize)) {
    if let Some(said) = entry["phrases"].as_array().unwrap().first() {
        sipp.sound.until_heard(what, &sound_of(plan, said).part(0, 1_200), from);
    }
}

/// Waits until all that is said to the end has been heard.
fn listen(plan: &MadeUp, sipp: &Sipp, entry: &Value, (what, from): (&str, usize)) -> usize {
    let phrases = entry["phrases"].as_array().unwrap();
    let whole = phrases.iter().take_while(|said| said["heard"] == "whole");
    whole.fold(from, |from, said| until_heard(what, &sound_of(plan, said), from, sipp))
}

/// Waits until most of a phrase has been heard, and says where the last of it ends. A machine that is busy
/// with other stories may lose a packet, and which phrase it is can be told all the same.
fn until_heard(what: &str, phrase: &Sound, from: usize, sipp: &Sipp) -> usize {
    let pieces = phrase.pieces(PIECE);
    let (mut looked_at, mut before) = (0, 0);
    wait::until(what, || {
        let heard = sipp.sound.heard();
        // When the call is over no more comes.
        let is_all = heard.len() == std::mem::replace(&mut before, heard.len());
        if heard.len() == looked_at || !(is_all || heard.len() >= looked_at + PIECE) {
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

fn sound_of(plan: &MadeUp, said: &Value) -> Sound {
    let (language, name) = (said["language"].as_str().unwrap(), said["prompt"].as_str().unwrap());
    match plan.prompts.iter().any(|ours| ours == name) {
        true => plan.sound(language, name),
        false => prompt(&format!("{language}/{name}")),
    }
}

/// What a ledger would have of a call, by what is said of it, and why it ends.
fn steps_of(told: &Value) -> (Vec<String>, &'static str) {
    let mut steps = Vec::new();
    let mut cause = "";
    for entry in told["entries"].as_array().unwrap() {
        let key = entry["key"].as_str().unwrap_or_default();
        let queue = entry["place"].as_str().unwrap().strip_prefix("queue.").unwrap_or_default();
        let word = |name: &str| entry[name].as_str().unwrap_or_default();
        match (word("kind"), word("does"), word("why")) {
            ("presses", "chooses", _) | ("chooses", ..) => steps.push(format!("chose {key}")),
            ("presses", "leaves_queue", _) => steps.push(format!("left {queue} by {key}")),
            ("waits", ..) => steps.push(format!("queued in {queue}")),
            ("sent_on", _, "closed") => steps.push(format!("found {queue} closed")),
            ("sent_on", _, why) => steps.push(format!("sent on from {queue} by {why}")),
            ("decides", ..) => steps.push(format!("to {} for {}", word("to"), word("why"))),
            ("notes", ..) => steps.push(format!("{} is {}", word("name"), word("value"))),
            ("is_told", ..) => steps.push(format!("told place {}", entry["place_told"])),
            ("ends", ..) => cause = cause_of(word("how")),
            _ => {}
        }
    }
    (steps, cause)
}

fn cause_of(end: &str) -> &'static str {
    match end {
        "finished" => "the dialplan ended the call",
        "closed" => "closed",
        "queue_full" => "the queue was full",
        "queue_closed" => "the queue was closed",
        "sent_on" => "sent on by a condition of the queue",
        "left" => "caller hung up",
        _ => "an end that no made-up call here comes to",
    }
}

/// The same by the ledger.
fn steps_in_ledger(story: &[Value]) -> Vec<String> {
    let told = |event: &Value| {
        let detail = &event["detail"];
        let word = |name: &str| detail[name].as_str().unwrap_or_default();
        Some(match event["kind"].as_str()? {
            "chose" => format!("chose {}", word("key")),
            "left_by_key" => format!("left {} by {}", word("queue"), word("key")),
            "queued" => format!("queued in {}", word("queue")),
            "found_closed" => format!("found {} closed", word("queue")),
            "sent_on" => format!("sent on from {} by {}", word("queue"), word("condition")),
            "noted" => format!("{} is {}", word("name"), word("value")),
            "decided" => format!("to {} for {}", word("to"), word("why")),
            "place_told" => format!("told place {}", detail["place"]),
            _ => return None,
        })
    };
    story.iter().filter_map(told).collect()
}
