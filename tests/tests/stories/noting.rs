//! Steps that ask callers and other programs, over real lines: what is typed, read back, asked, and decided.

use e2e::{Crm, Server, Sipp, SippCall, Site, Sound, prompt};

/// Samples of a packet.
const PACKET: usize = 160;

const PLAN: &str = r#"
language = "en"
country = "46"

[number.9000]
goto = "collect.customer"

[collect.customer]
prompts = ["welcome"]
into = "customer"
check = "personal_number"
confirm = true
goto = "collect.pin"

[collect.pin]
prompts = ["main-menu"]
into = "pin"
digits_min = 4
digits_max = 4
secret = true
goto = "http.account"

[branch.account]
when = [{ if = "balance < 0 and not blocked", goto = "queue.billing" }]
otherwise = "queue.support"

[queue.billing]
announce_place = "0s"
welcome = ["goodbye"]

[queue.support]

[agent.1001]
secret = "secret-1001"
queues = "all"
"#;

#[test]
fn what_callers_type_and_another_program_answers_decides_and_nobody_is_told_what_is_secret() {
    let crm = Crm::open(|path| match path {
        "/accounts/8112189876/2468?of=%2B46707000030" => {
            Some((200, r#"{"account":{"balance":-12.5},"blocked":false}"#))
        }
        _ => Some((404, "{}")),
    });
    let http = format!(
        "[http.account]\nurl = \"http://{}/accounts/{{customer}}/{{pin}}?of={{caller}}\"\n\
         read = {{ balance = \"account.balance as number\", blocked = \"blocked as yes or no\" }}\n\
         goto = \"branch.account\"\nfailed = \"queue.support\"\n",
        crm.address()
    );
    let server = Server::start(Site::new(&format!("{PLAN}{http}")));
    let mut caller =
        Sipp::call(SippCall { server: server.sip(), number: "9000", caller: "0707000030" });
    let mut heard = caller.sound.until_heard("the question", &prompt("en/welcome"), 0);
    // A digit too many, taken back, and the right ones.
    "8*8112189876#".chars().for_each(|key| caller.sound.press(key));
    for said in ["collect/typed", "numbers/8", "numbers/1", "numbers/1", "numbers/2"] {
        heard = caller.sound.until_heard(said, &prompt(&format!("en/{said}")), heard);
    }
    caller.sound.press('1');
    caller.sound.until_heard("the next question", &prompt("en/main-menu"), heard);
    "2468#".chars().for_each(|key| caller.sound.press(key));
    caller.sound.until_heard("the queue of billing", &prompt("en/goodbye"), 0);
    let status = server.until_calls(&["waiting"]);
    assert!(!status.calls()[0].to_string().contains("2468"), "{}", status.calls()[0]);
    caller.hang_up();
    server.until_closed(1);
    let story = server.story(1);
    let noted = |name: &str| {
        let event = story.iter().find(|event| event["detail"]["name"] == name);
        event.map(|event| event["detail"]["value"].clone())
    };
    assert_eq!(noted("customer"), Some("8112189876".into()));
    assert_eq!(noted("balance"), Some("-12".into()));
    assert_eq!(noted("pin"), None);
    let decided = story.iter().filter(|event| event["kind"] == "decided");
    let ways: Vec<_> = decided.map(|event| event["detail"]["to"].clone()).collect();
    assert_eq!(ways, ["collect.pin", "http.account", "branch.account", "queue.billing"]);
    assert!(!format!("{story:?}").contains("2468"), "the ledger has what is secret");
    let log = server.log();
    assert!(!log.contains("2468") && !log.contains("8112189876"), "the log has what was typed");
}

#[test]
fn what_another_program_answers_is_said_to_the_caller_without_a_gap() {
    let crm = Crm::open(|path| match path {
        "/%2B46707000031" => Some((200, r#"{"balance":121.5,"due":"2026-12-24"}"#)),
        "/%2B46707000032" => Some((200, r#"{"balance":121.5,"due":"soon"}"#)),
        _ => Some((404, "{}")),
    });
    let plan = format!(
        "language = \"en\"\ncountry = \"46\"\n[number.9000]\ngoto = \"http.account\"\n\
         [http.account]\nurl = \"http://{}/{{caller}}\"\nread = {{ balance = \"balance\", due = \"due\" }}\n\
         goto = \"say.balance\"\nfailed = \"queue.support\"\n\
         [say.balance]\nprompts = [\"welcome\", {{ money = \"balance\", currency = \"SEK\" }}, \
         {{ date = \"due\" }}, \"goodbye\"]\notherwise = \"queue.support\"\n\
         [queue.support]\nwelcome = [\"main-menu\"]\n\
         [agent.1001]\nsecret = \"secret-1001\"\nqueues = \"all\"\n",
        crm.address()
    );
    let server = Server::start(Site::new(&plan));
    let caller =
        Sipp::call(SippCall { server: server.sip(), number: "9000", caller: "0707000031" });
    let said = [
        "welcome",
        "numbers/100",
        "words/and",
        "numbers/21",
        "money/sek",
        "words/and",
        "numbers/50",
        "money/sek-cents",
        "words/the",
        "ordinals/24",
        "words/of",
        "months/december",
    ];
    // Each begins with the packet behind the last one of the recording before.
    let whole = said.iter().fold(Sound::default(), |before, name| {
        let behind = before.len().next_multiple_of(PACKET) - before.len();
        before.followed_by_silence(behind).followed_by(&prompt(&format!("en/{name}")))
    });
    caller.sound.until_heard("one sentence", &whole, 0);
    server.until_closed(1);

    let mut other =
        Sipp::call(SippCall { server: server.sip(), number: "9000", caller: "0707000032" });
    other.sound.until_heard("the queue", &prompt("en/main-menu"), 0);
    server.until_calls(&["waiting"]);
    other.hang_up();
    server.until_closed(2);
    let story = server.story(2);
    let why: Vec<_> = story.iter().map(|event| event["detail"]["why"].clone()).collect();
    assert!(why.contains(&"due can not be said".into()), "{why:?}");
}
