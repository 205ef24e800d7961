//! Steps that ask another program: what it is sent, that it is asked once more, and that a silent one holds up nobody else.

use e2e::{Crm, Server, Sipp, SippCall, Site, prompt};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicBool, Ordering};

/// A queue for those of whom something is known, and one for the others.
const QUEUES: &str = r#"
[queue.known]
announce_place = "0s"
welcome = ["goodbye"]

[queue.others]
announce_place = "0s"
welcome = ["main-menu"]

[agent.1001]
secret = "secret-1001"
queues = "all"
"#;

/// Whether there was a first question already, of each of the two kinds.
static READ_BEFORE: AtomicBool = AtomicBool::new(false);
static WRITTEN_BEFORE: AtomicBool = AtomicBool::new(false);

fn call<'a>(server: &Server, number: &'a str, caller: &'a str) -> Sipp {
    Sipp::call(SippCall { server: server.sip(), number, caller })
}

/// The queue in which the only caller waits.
fn queue_of_caller(server: &Server) -> Value {
    server.until_calls(&["waiting"]).calls()[0]["queue"].clone()
}

#[test]
fn a_program_is_sent_what_is_known_as_json_and_the_secret_of_the_site_is_nobody_elses() {
    let crm =
        Crm::open(|path| (path == "/tickets").then_some((200, r#"{"ticket": {"id": 4711}}"#)));
    let step = format!(
        "language = \"en\"\ncountry = \"46\"\n[number.9000]\ngoto = \"set.tries\"\n\
         [set.tries]\nvalues = {{ tries = 2, matter = \"a \\\"b\\\"\" }}\ngoto = \"http.ticket\"\n\
         [http.ticket]\nurl = \"http://{}/tickets\"\nheaders = {{ Accept-Language = \"sv\" }}\n\
         headers_env = {{ Authorization = \"PATH\" }}\n\
         body = {{ from = \"{{caller}}\", tries = \"{{tries}}\", about = \"of {{matter}}\", vip = \"{{vip}}\", name = \"{{name}}\" }}\n\
         read = {{ ticket = \"ticket.id\" }}\ngoto = \"queue.known\"\nfailed = \"queue.others\"\n{QUEUES}",
        crm.address()
    );
    let server = Server::start(Site::new(&step));
    let mut caller = call(&server, "9000", "0707000040");
    let asked = crm.until_asked("/tickets");
    let sent: Value = serde_json::from_str(&asked.body).unwrap();
    let expected = json!({
        "from": "+46707000040", "tries": 2, "about": "of a \"b\"", "vip": false, "name": null
    });
    assert_eq!(sent, expected);
    // Any variable that there is will do for a secret.
    let secret = std::env::var("PATH").unwrap();
    for line in ["accept-language: sv".to_owned(), format!("authorization: {secret}")] {
        assert!(asked.head.contains(&line), "{line} is not among {:?}", asked.head);
    }
    assert_eq!(queue_of_caller(&server), "known");
    caller.hang_up();
    server.until_closed(1);
    let story = server.story(1);
    let noted =
        story.iter().find(|event| event["kind"] == "noted" && event["detail"]["name"] == "ticket");
    assert_eq!(noted.unwrap()["detail"]["value"], "4711");
    assert!(!format!("{story:?}{}", server.log()).contains(&secret), "the secret is told");
}

#[test]
fn who_only_reads_is_asked_once_more_and_who_might_write_twice_is_not() {
    let crm = Crm::open(|path| {
        let before = if path == "/read" { &READ_BEFORE } else { &WRITTEN_BEFORE };
        let was_asked = before.swap(true, Ordering::Relaxed);
        Some(if was_asked { (200, "{}") } else { (503, "later") })
    });
    let step = |number: &str, more: &str| {
        format!(
            "[number.{number}]\ngoto = \"http.s{number}\"\n[http.s{number}]\n\
             url = \"http://{}/{more}\ngoto = \"queue.known\"\nfailed = \"queue.others\"\n",
            crm.address()
        )
    };
    let plan = [
        "language = \"en\"\n".to_owned(),
        step("9000", "read\""),
        step("9001", "written\"\nbody = { matter = \"order\" }"),
        QUEUES.to_owned(),
    ];
    let server = Server::start(Site::new(&plan.concat()));
    for (number, queue, path, times) in
        [("9000", "known", "/read", 2), ("9001", "others", "/written", 1)]
    {
        let mut caller = call(&server, number, "0707000041");
        assert_eq!(queue_of_caller(&server), queue, "{number}");
        assert_eq!(crm.of(path).len(), times, "{number}");
        caller.hang_up();
        server.until("nobody is there", |status| status.calls().is_empty());
    }
}

#[test]
fn a_program_that_is_silent_holds_up_nobody_but_the_caller_of_whom_it_is_asked() {
    let crm = Crm::open(|path| match path {
        "/%2B46707000042" => None,
        _ => Some((200, r#"{"name": "Cilla"}"#)),
    });
    let step = format!(
        "language = \"en\"\ncountry = \"46\"\n[number.9000]\ngoto = \"http.who\"\n\
         [http.who]\nurl = \"http://{}/{{caller}}\"\ntimeout = \"5s\"\nretry = false\n\
         goto = \"queue.known\"\nfailed = \"queue.others\"\n{QUEUES}",
        crm.address()
    );
    let server = Server::start(Site::new(&step));
    let mut unheard = call(&server, "9000", "0707000042");
    crm.until_asked("/%2B46707000042");
    // Those who come after that are through before the first one's time is over.
    let callers = ["0707000051", "0707000052", "0707000053"];
    let mut others = callers.map(|caller| call(&server, "9000", caller));
    for known in &others {
        known.sound.until_heard("the queue of those who are known", &prompt("en/goodbye"), 0);
    }
    unheard.sound.until_heard("the queue of the others", &prompt("en/main-menu"), 0);
    others.iter_mut().for_each(Sipp::hang_up);
    unheard.hang_up();
    server.until_closed(4);
    let queued_at = |call: u64| -> Timestamp {
        let story = server.story(call);
        let queued = story.iter().find(|event| event["kind"] == "queued").unwrap();
        queued["at"].as_str().unwrap().parse().unwrap()
    };
    for call in 2..=4 {
        assert!(queued_at(call) < queued_at(1), "call {call} was held up");
    }
    let decided = server.story(1).into_iter().find(|event| event["kind"] == "decided");
    assert_eq!(decided.unwrap()["detail"]["why"], "failed");
}
