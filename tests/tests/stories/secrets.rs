//! Digits that a caller types in secret, and where they are not: looked for as bytes in everything that the server says,
//! keeps or tells, beside digits that are no secret, which are found where they belong.

use e2e::{
    Crm, HepCopy, Keys, Linphone, Picks, Server, Sipp, SippCall, Site, Sound, prompt, run, wait,
};
use std::fs;
use std::net::{SocketAddr, UdpSocket};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

const PLAN: &str = r#"
language = "en"

[number.9000]
goto = "collect.pin"

[number.9001]
goto = "collect.open"

[number.9002]
goto = "collect.left"

[collect.pin]
prompts = ["main-menu"]
into = "pin"
digits_min = 12
digits_max = 12
secret = true
goto = "http.account"

[collect.left]
prompts = ["main-menu"]
into = "pin"
digits_min = 12
digits_max = 12
secret = true
goto = "voicemail.box"

[collect.open]
prompts = ["main-menu"]
into = "customer"
digits_min = 12
digits_max = 12
goto = "queue.support"

[voicemail.box]
prompts = ["demo/leverans"]

[queue.support]

[agent.1001]
secret = "secret-1001"
queues = []

[agent.1002]
secret = "secret-1002"
queues = ["support"]
"#;

const OPEN: &str = "615240983327";
const IN_SOUND: &str = "730915284613";
const IN_MESSAGES: &str = "481926037552";
const BEFORE_A_MESSAGE: &str = "926418503771";
const SECRETS: [&str; 3] = [IN_SOUND, IN_MESSAGES, BEFORE_A_MESSAGE];

/// So many digits in a row are the caller's and no accident.
const NO_ACCIDENT: usize = 8;

/// Words of whoever tells a single key.
const TELL_A_KEY: [&str; 5] = ["digit", "dtmf", "key", "pressed", "signal"];

/// Something that can be read later, and its name.
type Kept = (String, Vec<u8>);

/// A collector of HEP that forgets nothing.
struct Homer {
    at: SocketAddr,
    told: Arc<Mutex<Vec<Vec<u8>>>>,
}

impl Homer {
    fn open() -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        let (at, told) = (socket.local_addr().unwrap(), Arc::<Mutex<Vec<Vec<u8>>>>::default());
        let kept = Arc::clone(&told);
        thread::spawn(move || {
            let mut packet = vec![0; 65_536];
            while let Ok(length) = socket.recv(&mut packet) {
                kept.lock().unwrap().push(packet[..length].to_vec());
            }
        });
        Self { at, told }
    }

    fn told(&self) -> Vec<Vec<u8>> {
        self.told.lock().unwrap().clone()
    }

    /// The bodies of the INFOs with keys in them.
    fn keys(&self) -> Vec<String> {
        let messages = self.told().into_iter().map(|packet| HepCopy::read(&packet).message);
        let messages = messages.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        let infos = messages.filter(|message| message.starts_with("INFO "));
        infos.map(|info| info.split_once("\r\n\r\n").unwrap().1.to_owned()).collect()
    }
}

fn site(homer: &Homer, crm: &Crm) -> Site {
    let http = format!(
        "[http.account]\nurl = \"http://{}/accounts/{{pin}}\"\nread = {{ balance = \"balance as number\" }}\n\
         goto = \"queue.support\"\nfailed = \"hangup\"\n",
        crm.address()
    );
    let hep = format!("hep = \"{}\"\nhep_numbers = true", homer.at);
    Site::new(&format!("{PLAN}{http}")).with_setting(&hep).logging_everything()
}

/// A caller who types by keys in the sound.
fn types(server: &Server, number: &str, digits: &str) -> Sipp {
    let call = SippCall { server: server.sip(), number, caller: "0707000041" };
    let caller = Sipp::call(call);
    caller.sound.until_heard("the question", &prompt("en/main-menu"), 0);
    digits.chars().for_each(|key| caller.sound.press(key));
    caller
}

/// What is on the disk of the server, recordings and whatever its database has beside itself among it.
fn on_disk(folder: &Path) -> Vec<Kept> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let kept = entries.flat_map(|path| match fs::read(&path) {
        _ if path.is_dir() => on_disk(&path),
        // The socket of the command line is no file, and what has just gone away is kept by nobody.
        read => read.map(|bytes| (path.display().to_string(), bytes)).into_iter().collect(),
    });
    kept.collect()
}

/// What is told to whoever asks: of the centre now, and of this many calls.
fn told(server: &Server, calls: usize) -> Vec<Kept> {
    let http = server.http().to_string();
    let pcap = server.site().folder().join("call.pcap");
    let mut told = vec![("the log".to_owned(), server.log().into_bytes())];
    for path in ["/status", "/metrics"] {
        told.push((path.to_owned(), e2e::http::get(server.http(), path).unwrap().1.into_bytes()));
    }
    for call in (1..=calls).map(|call| call.to_string()) {
        let trace = ["call", "trace", &call, "--http", &http, "--numbers"];
        told.push((format!("the trace of {call}"), run(&trace).out.into_bytes()));
        let ran = run(&[&trace[..], &["--pcap", pcap.to_str().unwrap()]].concat());
        assert_eq!(ran.code, Some(0), "{}", ran.err);
        told.push((format!("the packets of {call}"), fs::read(&pcap).unwrap()));
    }
    told
}

/// Where in the bytes these digits are, or enough of them in a row.
fn place_of(bytes: &[u8], digits: &str) -> Option<usize> {
    let parts: Vec<&[u8]> = digits.as_bytes().windows(NO_ACCIDENT).collect();
    let found = bytes.windows(NO_ACCIDENT).enumerate().filter(|(_, part)| parts.contains(part));
    found.map(|(place, _)| place).find(|place| !is_in_a_fraction(&bytes[..*place]))
}

/// Whether what comes next is behind the point of a number: a measured time has up to seventeen digits there, and any
/// eight digits are among those of some of a thousand runs.
fn is_in_a_fraction(before: &[u8]) -> bool {
    let digits = before.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let whole = &before[..before.len() - digits];
    matches!(whole, [.., digit, b'.'] if digit.is_ascii_digit())
}

/// The names of what has these digits, and what stands around them there.
fn that_have(kept: &[Kept], digits: &str) -> Vec<(String, String)> {
    let has = |(name, bytes): &Kept| {
        let place = place_of(bytes, digits)?;
        let around = &bytes[place.saturating_sub(80)..bytes.len().min(place + 40)];
        Some((name.clone(), String::from_utf8_lossy(around).into_owned()))
    };
    kept.iter().filter_map(has).collect()
}

fn assert_in_nothing(kept: &[Kept]) {
    for secret in SECRETS {
        assert_eq!(that_have(kept, secret), [], "{secret}");
    }
}

/// Whether a line says which key was pressed: `key: '7'`, `Digit(7)`, `Signal=7`.
fn tells_a_key(line: &str) -> bool {
    let line = line.to_lowercase();
    TELL_A_KEY.iter().flat_map(|word| line.split(word).skip(1)).any(|rest| {
        let value = rest.trim_start_matches(|letter: char| !letter.is_alphanumeric());
        let word: String = value.chars().take_while(|letter| letter.is_alphanumeric()).collect();
        word.len() == 1 && word.starts_with(|letter: char| letter.is_ascii_digit())
    })
}

#[test]
fn secret_digits_are_in_no_log_trace_table_or_recording() {
    let homer = Homer::open();
    let crm = Crm::open(|path| path.starts_with("/accounts/").then_some((200, r#"{"balance":1}"#)));
    let server = Server::start(site(&homer, &crm));
    // Digits that are no secret are on the disk, so whoever looks for the others can find them.
    let mut open = types(&server, "9001", OPEN);
    server.until_calls(&["waiting"]);
    open.hang_up();
    server.until_closed(1);
    let ledger =
        |kept: &[Kept]| that_have(kept, OPEN).iter().any(|(name, _)| name.contains("ledger"));
    assert!(ledger(&on_disk(&server.site().data())), "what is no secret is not found");

    // The other program is told all twelve, in their order: so they came. Meanwhile it is written down how the call
    // would go on if the server were killed.
    let mut in_sound = types(&server, "9000", IN_SOUND);
    crm.until_asked(&format!("/accounts/{IN_SOUND}"));
    server.until_calls(&["waiting"]);
    let mut in_messages = Linphone::start(
        server.sip(),
        "1001",
        Picks::UpWhenTold,
        Keys::InMessages,
        &Sound::default(),
    );
    server.until_agent("1001", "ready");
    in_messages.dial("9000");
    in_messages.until_said("Media streams established", 1);
    for (pressed, key) in (1..).zip(IN_MESSAGES.chars()) {
        in_messages.press(key);
        wait::until_so("the key is told", || homer.keys().len() >= pressed);
    }
    crm.until_asked(&format!("/accounts/{IN_MESSAGES}"));
    server.until_calls(&["waiting", "waiting"]);
    assert_in_nothing(&on_disk(&server.site().data()));
    in_sound.hang_up();
    in_messages.tell("terminate");
    server.until_closed(3);

    let mut leaves = types(&server, "9002", BEFORE_A_MESSAGE);
    leaves.sound.until_heard("the tone", &prompt("tone"), 0);
    leaves.sound.say(&Sound::noise(1, 16_000));
    thread::sleep(Duration::from_secs(3));
    leaves.hang_up();
    server.until_closed(4);
    let recorded = |kept: &[Kept]| kept.iter().any(|(name, _)| name.ends_with(".wav"));
    wait::until_so("the message is kept", || recorded(&on_disk(&server.site().data())));

    // The keys in messages were told to Homer, and are in the trace, with nothing in them.
    wait::until_so("Homer is told of all keys", || homer.keys().len() >= IN_MESSAGES.len());
    let hidden = |body: &String| body.bytes().all(|byte| matches!(byte, b'x' | b'\r' | b'\n'));
    assert!(homer.keys().iter().all(hidden), "{:?}", homer.keys());
    let told = told(&server, 4);
    let of_messages = told.iter().find(|(name, _)| name == "the trace of 3").unwrap();
    let infos = String::from_utf8_lossy(&of_messages.1).matches(" INFO sip:").count();
    assert!(infos >= IN_MESSAGES.len(), "{infos} keys are in the trace");
    let packets = homer.told().into_iter().map(|packet| ("a packet to Homer".to_owned(), packet));
    assert_in_nothing(&[told, packets.collect(), on_disk(&server.site().data())].concat());

    let log = server.log();
    assert!(log.contains("TRACE"), "not everything is logged");
    assert!(server.metric("log_lines_dropped_total") < 1.0, "not all of the log was read");
    let lines: Vec<&str> = log.lines().filter(|line| tells_a_key(line)).collect();
    assert!(lines.is_empty(), "{lines:#?}");
    // What was beside the database is in it after a stop.
    server.ask_to_stop();
    let (_, site) = server.stopped();
    assert_in_nothing(&on_disk(&site.data()));
}
