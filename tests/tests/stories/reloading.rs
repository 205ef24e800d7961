//! Another plan while calls are on, with real phones: nobody hears of it who is in a call, and whoever comes is in the new one.

use e2e::{
    Baresip, Crm, PhoneSetup, Picks, Ran, Server, Sipp, SippCall, Site, Sound, Status, prompt, run,
    soft, wait,
};
use serde_json::Value;
use softphone::{Answer, CallState, Heard, PhoneCall, PhoneConfig, Voice};
use std::fs;
use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::os::unix::fs::PermissionsExt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

const BEFORE: &str = r#"
language = "sv"
operator = "queue.support"

[number.9000]
goto = "queue.support"

[queue.support]
announce_place = "0s"
wrap_up = "1s"

[agent.1001]
name = "Ana"
secret = "secret-1001"
queues = ["support"]
"#;

/// Another number, another queue, another agent, and what is said there is new.
const AFTER: &str = r#"
language = "sv"
operator = "queue.support"

[number.9000]
goto = "queue.support"

[number.9001]
goto = "say.news"

[say.news]
prompts = ["news"]
goto = "queue.sales"

[queue.sales]

[queue.support]
announce_place = "0s"
wrap_up = "1s"

[agent.1001]
name = "Ana"
secret = "secret-1001"
queues = ["support"]

[agent.1002]
name = "Bo"
secret = "secret-1002"
queues = ["sales"]
"#;

fn tell(server: &Server, words: &[&str]) -> Ran {
    let socket = server.site().data().join("control.sock");
    let socket = socket.to_str().expect("temporary folders have plain names").to_owned();
    run(&[words, &["--socket", &socket]].concat())
}

fn write(server: &Server, dialplan: &str) {
    fs::write(server.site().folder().join("dialplan.toml"), dialplan).unwrap();
}

/// The plan that is new says something that is recorded only now.
fn write_after(server: &Server, news: &Sound) {
    let folder = server.site().folder().join("prompts/sv");
    fs::create_dir_all(&folder).unwrap();
    news.write(&folder.join("news.wav"));
    write(server, AFTER);
}

fn call(server: &Server, number: &str, caller: &str) -> Sipp {
    Sipp::call(SippCall { server: server.sip(), number, caller })
}

fn phone(server: &Server, account: &str, voice: &Sound) -> Baresip {
    Baresip::start(&PhoneSetup::of_agent(server.sip(), account, Picks::Up, voice))
}

/// In the words of who knows only where the site is.
fn site_of(server: &Server) -> String {
    server.site().folder().to_str().expect("temporary folders have plain names").to_owned()
}

fn editions(server: &Server) -> Vec<Value> {
    let data = server.site().data();
    let ran = run(&["plan", "list", "--json", "--data", data.to_str().unwrap()]);
    serde_json::from_str(&ran.out).unwrap_or_else(|_| panic!("{ran:?}"))
}

#[test]
fn those_in_a_call_hear_nothing_of_a_reload_and_those_who_come_are_in_the_new_plan() {
    let server = Server::start(Site::new(BEFORE));
    let (voice, words) = (prompt("en/demo/leverans"), prompt("en/demo/support"));
    let ana = phone(&server, "1001", &voice);
    server.until_agent("1001", "ready");
    let mut talking = call(&server, "9000", "0701000001");
    server.until_calls(&["talking"]);
    let mut waiting = call(&server, "9000", "0701000002");
    server.until("somebody waits", |status| status.call_states().contains(&"waiting"));
    let music = prompt("music");
    let before = waiting.sound.heard().len();

    let news = prompt("en/demo/closed");
    write_after(&server, &news);
    let ran = tell(&server, &["reload"]);
    assert_eq!((ran.code, ran.out.trim()), (Some(0), "edition 2 is in force"), "{}", ran.err);

    // They talk on, both ways.
    let from = talking.sound.heard().len();
    talking.sound.until_heard("the agent", &voice, from);
    talking.sound.say(&words);
    ana.until_heard("the caller", &words, 0);
    // The tune goes on where it was, over the reload.
    wait::until("more music", || (waiting.sound.heard().len() > before + 24_000).then_some(()));
    let around = waiting.sound.heard().part(before.saturating_sub(8_000), 24_000);
    let found = around.find_in(&music.repeated(60));
    assert!(found.rho > 0.9, "the music has a gap or begins anew: {found:?}");

    // Who comes now hears what is new, and an agent who is new is rung.
    let mut newcomer = call(&server, "9001", "0701000003");
    newcomer.sound.until_heard("the news", &news, 0);
    let bo = phone(&server, "1002", &voice);
    server.until_agent("1002", "talking");
    newcomer.sound.until_heard("the new agent", &voice, 0);
    newcomer.hang_up();

    // The one who waited is served at the place that they had.
    talking.hang_up();
    waiting.sound.until_heard("the agent at last", &voice, before);
    waiting.hang_up();
    let rows = server.until_closed(3);
    assert!(rows.iter().all(|row| row["outcome"] == "answered"), "{rows:?}");
    drop(bo);
}

#[test]
fn a_plan_with_a_fault_is_refused_and_one_can_go_back_to_an_edition() {
    let server = Server::start(Site::new(BEFORE));
    write(&server, &BEFORE.replace("queue.support\"", "queue.suport\""));
    let ran = tell(&server, &["reload"]);
    assert_eq!(ran.code, Some(1), "{}", ran.out);
    for told in [
        "did you mean `queue.support`",
        "dialplan.toml",
        "the plan in force is still the one before",
    ] {
        assert!(ran.err.contains(told), "{told} is not in {}", ran.err);
    }
    assert!(ran.err.lines().last().unwrap().starts_with("mend it and reload again"), "{}", ran.err);
    // Whoever runs the centre may be another than who has typed it.
    let log = server.log();
    let refused = log.lines().find(|line| line.contains("a reload by socket is refused"));
    assert!(refused.is_some_and(|line| line.contains(" WARN ")), "{log}");
    assert!(log.contains("did you mean `queue.support`"), "{log}");
    let mut caller = call(&server, "9000", "0701000001");
    server.until_calls(&["waiting"]);
    assert_eq!(editions(&server).len(), 1);

    write_after(&server, &prompt("en/demo/closed"));
    let folders = [server.site().folder().to_owned(), server.site().data()];
    let [site, data] = folders.each_ref().map(|folder| folder.to_str().unwrap());
    let diff = run(&["diff", site, "--running", data]).out;
    assert!(diff.contains("queue sales is new") && diff.contains("agent 1002 is new"), "{diff}");
    assert_eq!(tell(&server, &["reload"]).out.trim(), "edition 2 is in force");
    let by: Vec<Value> = editions(&server).iter().map(|edition| edition["by"].clone()).collect();
    assert_eq!(by, ["start", "socket"]);
    let listed = run(&["plan", "list", "--data", data]).out;
    let latest = listed.lines().last().unwrap();
    assert!(latest.contains(" UTC  socket"), "{listed}");
    assert!(latest.contains("number 9001 is new; and "), "{listed}");
    server.until("the new queue", |status| status.queues() == ["support", "sales"]);

    let dialplan = server.site().folder().join("dialplan.toml");
    fs::set_permissions(&dialplan, fs::Permissions::from_mode(0o640)).unwrap();
    let (site, data) = (server.site().folder().to_owned(), server.site().data());
    let (site, data) = (site.to_str().unwrap(), data.to_str().unwrap());
    let ran = tell(&server, &["plan", "rollback", "1", site, "--data", data]);
    assert_eq!((ran.code, ran.out.trim()), (Some(0), "edition 3 is in force"), "{}", ran.err);
    let dialplan = server.site().folder().join("dialplan.toml");
    assert_eq!(fs::read_to_string(&dialplan).unwrap(), BEFORE);
    // There may be secrets in it.
    assert_eq!(fs::metadata(&dialplan).unwrap().permissions().mode() & 0o777, 0o640);
    let status = server.status();
    assert!(status.queue("support")["waiting"] == 1, "the caller is there all the while");
    caller.hang_up();

    // What edition had not is out of the way.
    let more = server.site().folder().join("agents/1003.toml");
    fs::create_dir_all(more.parent().unwrap()).unwrap();
    fs::write(&more, "[agent.1003]\nsecret = \"secret-1003\"\nqueues = [\"support\"]\n").unwrap();
    fs::write(&dialplan, format!("include = [\"agents/*.toml\"]\n{BEFORE}")).unwrap();
    assert_eq!(tell(&server, &["reload"]).out.trim(), "edition 4 is in force");
    fs::write(&dialplan, format!("include = [\"agents/*.toml\"]\n{AFTER}")).unwrap();
    fs::write(
        more.with_file_name("1004.toml"),
        "[agent.1004]\nsecret = \"x\"\nqueues = [\"support\"]\n",
    )
    .unwrap();
    assert_eq!(tell(&server, &["reload"]).out.trim(), "edition 5 is in force");
    let ran = tell(&server, &["plan", "rollback", "4", site, "--data", data]);
    assert!(ran.out.contains("1004.toml is not in edition 4: set aside"), "{ran:?}");
    assert!(ran.out.contains("edition 6 is in force"), "{ran:?}");

    // It is what the server begins with the next time.
    let server = Server::start(server.kill());
    assert_eq!(editions(&server).len(), 6);
}

#[test]
fn whoever_names_the_site_need_not_know_where_its_server_is_asked_and_where_its_editions_are() {
    let elsewhere = tempfile::tempdir().unwrap();
    let socket = elsewhere.path().join("c.sock");
    let control = format!("control = \"{}\"", socket.display());
    let server = Server::start(Site::new(BEFORE).with_setting(&control));
    let site = site_of(&server);
    write_after(&server, &prompt("en/demo/closed"));
    let ran = run(&["reload", &site]);
    assert_eq!((ran.code, ran.out.trim()), (Some(0), "edition 2 is in force"), "{}", ran.err);
    let listed = run(&["plan", "list", &site]).out;
    assert_eq!(listed.lines().count(), 2, "{listed}");
    let shown = run(&["plan", "show", "1", &site]).out;
    assert!(shown.contains(BEFORE.trim()) && !shown.contains("queue.sales"), "{shown}");
    let ran = run(&["plan", "rollback", "1", &site]);
    assert_eq!((ran.code, ran.out.trim()), (Some(0), "edition 3 is in force"), "{}", ran.err);
    // It is said twice, in words that need not agree.
    let ran = run(&["reload", &site, "--socket", socket.to_str().unwrap()]);
    assert!(ran.code == Some(2) && ran.err.contains("cannot be used with"), "{}", ran.err);
}

#[test]
fn a_signal_reloads_and_so_does_a_file_that_changes_where_that_is_wanted() {
    let server = Server::start(Site::new(BEFORE).with_setting("watch = true"));
    let title = |name: &str| {
        BEFORE.replace("wrap_up = \"1s\"", &format!("wrap_up = \"1s\"\nname = \"{name}\""))
    };
    write(&server, &title("Seen"));
    server.until("the change that was seen", |status| status.queue("support")["name"] == "Seen");
    assert_eq!(editions(&server).last().unwrap()["by"], "watch");
    let site = server.kill();
    let settings = site.folder().join("telefonist.toml");
    let text = fs::read_to_string(&settings).unwrap();
    fs::write(&settings, text.replace("watch = true", "")).unwrap();

    let server = Server::start(site);
    write(&server, &title("Told"));
    server.ask_to_reload();
    server.until("the change of the signal", |status| status.queue("support")["name"] == "Told");
    assert_eq!(editions(&server).last().unwrap()["by"], "signal");
}

/// How many call at once while the plan is reloaded, and how many of them talk.
const CALLS: usize = 500;
const TALKS: usize = 50;

/// Packets that everybody hears after a reload before the next: half a second, in which a break would show.
const PACKETS: u64 = 25;

/// A block of the usual size has too few ports for all of them.
const SOUND_PORTS: RangeInclusive<u16> = 40_000..=43_999;

/// How many begin to call before the first of them is waited for.
const AT_ONCE: usize = 20;

#[tokio::test(flavor = "multi_thread")]
async fn five_hundred_calls_are_not_touched_by_reloads() {
    let site = Site::of_one_queue("waiting_max = 1000", u32::try_from(TALKS).unwrap());
    // They come in one moment, which a server that is not optimised is longer at than any that takes calls.
    let site = site.with_setting("overload.message_wait_max_ms = 5000");
    let settings = site.folder().join("telefonist.toml");
    let text = fs::read_to_string(&settings).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with("rtp_ports"));
    let text: String = lines.map(|line| format!("{line}\n")).collect();
    let (first, last) = (SOUND_PORTS.start(), SOUND_PORTS.end());
    fs::write(&settings, format!("{text}rtp_ports = \"{first}-{last}\"\n")).unwrap();
    let server = Server::start(site);
    let mut phones = Vec::new();
    for agent in (1001..).take(TALKS) {
        let answers = Answer::After(Duration::ZERO);
        let config = soft::agent(server.sip(), &agent.to_string(), answers);
        phones.push(soft::switch_on(config).await);
    }
    let mut calls = Vec::new();
    for caller in 0..CALLS {
        let config = PhoneConfig::new(server.sip(), format!("07{caller:08}"));
        let (phone, events) = soft::switch_on(PhoneConfig { voice: Voice::Mute, ..config }).await;
        calls.push(phone.call("9000").await.unwrap());
        phones.push((phone, events));
        // All of them call from one address, of which only so many may be slow to acknowledge the answer.
        let is_answered = |call: &PhoneCall| matches!(call.state(), CallState::Answered(_));
        if calls.len().is_multiple_of(AT_ONCE) {
            wait::until_so("those who call are answered", || calls.iter().all(is_answered));
        }
    }
    let counts = |status: &Status| {
        let states = status.call_states();
        let of = |state| states.iter().filter(|it| **it == state).count();
        (of("talking"), of("waiting"))
    };
    // A snapshot lists all five hundred, and no more.
    // An agent whose phone is slow among so many may be rung later: who talks is a matter of the machine.
    let is_all = |(talking, waiting)| talking > 0 && talking + waiting == CALLS;
    server.until("everybody talks or waits", |status| is_all(counts(status)));

    let began: Vec<Heard> = calls.iter().map(PhoneCall::heard).collect();
    let dialplan = server.site().folder().join("dialplan.toml");
    let text = fs::read_to_string(&dialplan).unwrap();
    for name in ["First", "Second", "Third"] {
        let more =
            format!("[queue.more]\nname = \"{name}\"\n[number.9001]\ngoto = \"queue.more\"\n");
        let plan = text.replace("\"support\"]", "\"support\", \"more\"]");
        fs::write(&dialplan, format!("{plan}{more}")).unwrap();
        let before: Vec<u64> = calls.iter().map(|call| call.heard().packets).collect();
        let ran = tell(&server, &["reload"]);
        assert_eq!(ran.code, Some(0), "{}", ran.err);
        server.until(name, |status| {
            status.queues().contains(&"more") && status.queue("more")["name"] == name
        });
        server.until("everybody is there still", |status| is_all(counts(status)));
        wait::until_so("everybody hears more of the music or of the agent", || {
            let more = |(call, before): (&PhoneCall, &u64)| call.heard().packets > before + PACKETS;
            calls.iter().zip(&before).all(more)
        });
    }
    for (call, began) in calls.iter().zip(&began) {
        assert!(matches!(call.state(), CallState::Answered(_)), "{:?}", call.state());
        let heard = call.heard();
        let broken = (heard.packets_unusable, heard.breaks);
        let before = (began.packets_unusable, began.breaks);
        assert_eq!(broken, before, "behind {} packets, of {}", began.packets, heard.packets);
        // The server of another story may write to a phone of its own whose port this one has now.
        let is_ours = |stranger: &SocketAddr| SOUND_PORTS.contains(&stranger.port());
        assert!(!heard.strangers.iter().any(is_ours), "{:?}", heard.strangers);
    }
}

/// Whether the calendar has today, and whether its server is there.
static TODAY: AtomicBool = AtomicBool::new(false);
static AWAY: AtomicBool = AtomicBool::new(false);

fn calendar() -> (u16, &'static str) {
    static EMPTY_ON: &str = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20200101\r\n\
        SUMMARY:far\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    // Every day of every year: the test must not hang on midnight.
    static CLOSED_ON: &str = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20240101\r\n\
        DTEND;VALUE=DATE:20250101\r\nRRULE:FREQ=YEARLY\r\nSUMMARY:closed for good\r\nEND:VEVENT\r\n\
        END:VCALENDAR\r\n";
    match (AWAY.load(Ordering::Relaxed), TODAY.load(Ordering::Relaxed)) {
        (true, _) => (503, "later"),
        (false, true) => (200, CLOSED_ON),
        (false, false) => (200, EMPTY_ON),
    }
}

#[test]
fn a_calendar_at_an_address_closes_the_line_when_it_changes_and_holds_when_its_server_is_away() {
    let calendars = Crm::open(|path| (path == "/holidays.ics").then(calendar));
    let plan = format!(
        "language = \"sv\"\ntimezone = \"Europe/Stockholm\"\n[number.9000]\ngoto = \"queue.support\"\n\
         hours = \"office\"\n[holidays.theirs]\nurl = \"http://{}/holidays.ics\"\nrefresh = \"10s\"\n\
         [hours.office]\nweek = [\"mon-sun 00:00-24:00\"]\nholidays = \"theirs\"\nred_days = \"closed\"\n\
         [queue.support]\n[agent.1001]\nsecret = \"secret-1001\"\nqueues = [\"support\"]\n",
        calendars.address()
    );
    let server = Server::start(Site::new(&plan));
    let mut open = call(&server, "9000", "0701000001");
    server.until_calls(&["waiting"]);
    open.hang_up();
    server.until_closed(1);
    TODAY.store(true, Ordering::Relaxed);
    wait::until_so("the calendar has changed", || {
        server.log().contains("the calendar has changed")
    });
    wait::until_so("the plan is in force", || server.log().contains("the plan is in force"));
    let mut closed = call(&server, "9000", "0701000002");
    closed.sound.until_heard("that it is closed", &prompt("sv/closed").part(0, 16_000), 0);
    server.until_closed(2);
    closed.ended();

    // The server of the calendar goes away: a copy holds over a restart, and its age is told.
    AWAY.store(true, Ordering::Relaxed);
    wait::until_so("it does not come", || server.log().contains("the calendar does not come"));
    let folder = server.site().folder().to_str().unwrap().to_owned();
    wait::until_so("the copy is old", || {
        let told = run(&["check", &folder]);
        told.out.contains("calendar-old") && told.out.contains("answers 503")
    });
    let server = Server::start(server.kill());
    let again = call(&server, "9000", "0701000003");
    again.sound.until_heard("that it is closed", &prompt("sv/closed").part(0, 16_000), 0);
    server.until_closed(3);
}
