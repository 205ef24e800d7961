//! The sites of the guide, really called. Each page under *Tasks* has one, and a story here of the same name; that
//! none is missing is seen by `tests/docs.rs`.
//!
//! What a page's `tests.toml` expects is simulated by `tests/trials.rs`. Here some of these tests are made by phone:
//! the server's clock shows what the test says, and the call goes as it was simulated, step by step and word by word.

mod bjorkdalen;
mod callback;
mod look_up;
mod menu;
mod opening_hours;
mod overflow;
mod reload;
mod skills;
mod survey;
mod tests;
mod voices;

use e2e::as_simulated::{AsSimulated, steps_in_ledger};
use e2e::{Baresip, PhoneSetup, Picks, Server, Sipp, SippCall, Site, Sound, prompt, run};
use serde_json::Value;
use std::cell::RefCell;
use std::fs;
use std::path::Path;
use std::time::Duration;

/// How long a caller stays in a queue.
const WAIT: &str = "6s";
/// Who calls, where a test does not say.
const CALLER: &str = "+46701740605";

/// One test of a `tests.toml`, as far as a phone can make it.
struct Tried {
    to: String,
    from: String,
    at: String,
    keys: String,
    speaks: Duration,
    /// How long the caller talks with an agent who is there, as it is written.
    talks: String,
}

impl Tried {
    fn of(folder: &Path, name: &str) -> Self {
        let text = fs::read_to_string(folder.join("tests.toml")).expect("the site has tests");
        let tests: toml::Table = text.parse().expect("this is TOML");
        let tests = tests["test"].as_array().expect("there are several");
        let test = tests.iter().find(|test| test["name"].as_str() == Some(name));
        let test = test.unwrap_or_else(|| panic!("no test is called `{name}`"));
        let word = |key: &str| test.get(key).and_then(toml::Value::as_str).unwrap_or_default();
        let from = if word("from").is_empty() { CALLER } else { word("from") };
        let [to, at, keys, talks] = ["to", "at", "keys", "talks"].map(|key| word(key).to_owned());
        let speaks = word("speaks").strip_suffix('s').and_then(|it| it.parse().ok());
        let speaks = Duration::from_secs(speaks.unwrap_or(0));
        Self { to, from: from.replace([' ', '-'], ""), at, keys, speaks, talks }
    }
}

/// Makes the call of a test of a site's `tests.toml` at the time that it says, while nobody has logged in but an agent with
/// whom the caller is to talk. It is heard and it is written as it was simulated.
fn called_as_tried(shipped: &str, name: &str) {
    called_as_tried_at(Site::copied_from(shipped), name);
}

fn called_as_tried_at(site: Site, name: &str) {
    let folder = site.folder().to_owned();
    let tried = Tried::of(&folder, name);
    let told = simulated(&folder, &tried);
    let server = Server::start_at(site, &tried.at);
    let agent = (!tried.talks.is_empty()).then(|| RefCell::new(agent_at(&server)));
    let call = SippCall { server: server.sip(), number: &tried.to, caller: &tried.from };
    let mut caller = Sipp::call(call);
    let sound = |language: &str, prompt: &str| sound_at(&folder, language, prompt);
    let (what, speaks) = (name.to_owned(), tried.speaks);
    let (told, server, agent) = (&told, &server, agent.as_ref());
    let call = AsSimulated { what, told, sound: &sound, speaks, server, agent };
    call.follow(&mut caller);
    let row = &server.until_closed(1)[0];
    let (steps, cause) = call.steps();
    assert_eq!(steps_in_ledger(&server.story(1)), steps, "{name}: {told:#}");
    assert_eq!(row["cause"], cause, "{name}: {told:#}");
    let day = row["offered_at"].as_str().unwrap_or_default();
    assert!(day.starts_with(&tried.at[..10]), "{name}: the call was made at {row}");
}

/// A phone that answers what comes to the site's first agent.
fn agent_at(server: &Server) -> Baresip {
    let setup = PhoneSetup::of_agent(server.sip(), "1001", Picks::Up, &Sound::default());
    let phone = Baresip::start(&setup);
    server.until_agent("1001", "ready");
    phone
}

fn simulated(folder: &Path, tried: &Tried) -> Value {
    let site = folder.to_str().expect("temporary folders have plain names");
    let mut words = vec!["simulate", site, "--json", "--wait", WAIT, "--at", &tried.at];
    words.extend(["--to", &tried.to, "--from", &tried.from]);
    let speaks = format!("{}s", tried.speaks.as_secs());
    if !tried.speaks.is_zero() {
        words.extend(["--speaks", &speaks]);
    }
    if !tried.keys.is_empty() {
        words.extend(["--keys", &tried.keys]);
    }
    if !tried.talks.is_empty() {
        words.extend(["--talks", &tried.talks]);
    }
    // Nobody has logged in but who talks.
    let queues: Vec<String> = match tried.talks.is_empty() {
        true => queues_of(folder).iter().map(|queue| format!("{queue}=logged_out")).collect(),
        false => Vec::new(),
    };
    words.extend(queues.iter().flat_map(|queue| ["--queue", queue]));
    let ran = run(&words);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    serde_json::from_str(&ran.out).expect("the call is JSON")
}

fn queues_of(folder: &Path) -> Vec<String> {
    let files = fs::read_dir(folder).expect("the site is there").flatten();
    let texts = files.filter_map(|file| fs::read_to_string(file.path()).ok());
    let names = texts.flat_map(|text| {
        let lines = text.lines().filter_map(|line| line.strip_prefix("[queue.")?.split_once(']'));
        lines.map(|(name, _)| name.to_owned()).collect::<Vec<_>>()
    });
    names.collect()
}

/// How a phrase sounds at a site: its own recording, or that which ships.
fn sound_at(folder: &Path, language: &str, name: &str) -> Sound {
    let own = folder.join(format!("prompts/{language}/{name}.wav"));
    if own.is_file() { Sound::read(&own) } else { prompt(&format!("{language}/{name}")) }
}
