//! Callers who do not simply wait: to another queue with the first arrival, to an announcement, to a
//! number outside.

use e2e::{
    Baresip, Customer, Kamailio, PhoneSetup, Picks, Server, Sipp, SippCall, Site, Sound, prompt,
    wait,
};

const DIALPLAN: &str = r#"
    language = "sv"
    [number.9000]
    goto = "queue.support"
    [number.9001]
    goto = "queue.everybody"
    [number.9002]
    goto = "queue.patient"
    [queue.support]
    [[queue.support.when]]
    every_agent = ["logged_out"]
    goto = "say.nobody"
    [[queue.support.when]]
    every_agent = ["busy"]
    on = "join"
    goto = "queue.everybody"
    [number.9003]
    goto = "queue.told"
    [queue.everybody]
    [queue.told]
    [[queue.told.at]]
    after = "2s"
    prompts = ["demo/support"]
    keys = { 7 = "say.nobody" }
    [queue.patient]
    [[queue.patient.when]]
    waited = "4s"
    goto = "queue.everybody"
    [say.nobody]
    prompts = ["closed"]
    [agent.1001]
    secret = "secret-1001"
    queues = ["support", "patient", "told"]
    [agent.1002]
    secret = "secret-1002"
    queues = ["everybody"]
"#;

fn phone(server: &Server, account: &str) -> Baresip {
    let setup = PhoneSetup::of_agent(server.sip(), account, Picks::Up, &Sound::default());
    let phone = Baresip::start(&setup);
    server.until_agent(account, "ready");
    phone
}

/// The `sent_on` events of a call: condition and arrow.
fn sent_on(server: &Server, call: u64) -> Vec<(String, String)> {
    let story = server.story(call);
    let sent = story.iter().filter(|event| event["kind"] == "sent_on");
    let word = |event: &serde_json::Value, key: &str| {
        event["detail"][key].as_str().unwrap_or_default().to_owned()
    };
    sent.map(|event| (word(event, "condition"), word(event, "to"))).collect()
}

fn every_agent(to: &str) -> Vec<(String, String)> {
    vec![("every_agent".to_owned(), to.to_owned())]
}

#[test]
fn nobody_logged_in_and_all_busy_lead_each_to_its_own_step() {
    let server = Server::start(Site::new(DIALPLAN));
    let nobody_there = Sipp::dial(server.sip(), "0701000001");
    let words = prompt("sv/closed").part(0, 8_000);
    nobody_there.sound.until_heard("that nobody is there", &words, 0);
    assert_eq!(server.until_closed(1)[0]["outcome"], "finished");
    assert_eq!(sent_on(&server, 1), every_agent("say.nobody"));

    let _first = phone(&server, "1001");
    let _second = phone(&server, "1002");
    let mut served = Sipp::dial(server.sip(), "0701000002");
    server.until_agent("1001", "talking");
    let mut sent = Sipp::dial(server.sip(), "0701000003");
    server.until_agent("1002", "talking");
    served.hang_up();
    sent.hang_up();
    server.until_closed(3);
    assert!(sent_on(&server, 2).is_empty());
    assert_eq!(sent_on(&server, 3), every_agent("queue.everybody"));
}

#[test]
fn who_has_waited_too_long_goes_to_another_queue_before_those_who_came_there_later() {
    let server = Server::start(Site::new(DIALPLAN));
    let mut first = Sipp::call(SippCall { number: "9002", ..call(&server, "0701000001") });
    server.until_calls(&["waiting"]);
    let mut later = Sipp::call(SippCall { number: "9001", ..call(&server, "0701000002") });
    server.until_calls(&["waiting", "waiting"]);
    server.until("the first stands before the one who came later", |status| {
        let places: Vec<_> = status.calls().iter().map(|call| call["place"].as_u64()).collect();
        let queues = status.calls().iter().filter(|call| call["queue"] == "everybody").count();
        queues == 2 && places == [Some(1), Some(2)]
    });
    let _agent = phone_at_once(&server, "1002");
    server.until_agent("1002", "talking");
    first.hang_up();
    later.hang_up();
    // The agent writes up, so that the second one was rung for only if it went before the first.
    server.until_closed(2);
    assert_eq!(sent_on(&server, 1), [("waited".to_owned(), "queue.everybody".to_owned())]);
    assert_eq!(server.rings(1).len(), 1, "the first arrival counts");
    assert!(server.rings(2).is_empty());
}

#[test]
fn an_offer_is_heard_in_the_queue_and_a_key_leads_out_of_it() {
    let server = Server::start(Site::new(DIALPLAN));
    let caller = Sipp::call(SippCall { number: "9003", ..call(&server, "0701000001") });
    let offer = prompt("sv/demo/support").part(0, 8_000);
    caller.sound.until_heard("the offer", &offer, 0);
    server.until_calls(&["waiting"]);
    caller.sound.press('7');
    let words = prompt("sv/closed").part(0, 8_000);
    caller.sound.until_heard("where the key leads", &words, 0);
    assert_eq!(server.until_closed(1)[0]["outcome"], "finished");
    assert!(server.kinds(1).contains(&"left_by_key".to_owned()), "{:?}", server.kinds(1));
}

fn call<'a>(server: &Server, caller: &'a str) -> SippCall<'a> {
    SippCall { server: server.sip(), number: "9000", caller }
}

/// A phone of an agent for whom a caller waits.
fn phone_at_once(server: &Server, account: &str) -> Baresip {
    Baresip::start(&PhoneSetup::of_agent(server.sip(), account, Picks::Up, &Sound::default()))
}

#[test]
fn who_waits_in_vain_is_put_through_to_a_number_outside_or_hears_that_nobody_is_there() {
    let carrier = Kamailio::start(Customer::Registered { user: "acme", secret: "acme-secret" });
    let server = Server::start(Site::new(&format!(
        "language = \"sv\"\nstrangers = \"welcome\"\n\
         [number.9000]\ngoto = \"queue.support\"\n\
         [queue.support]\n[[queue.support.when]]\nevery_agent = [\"logged_out\"]\n\
         goto = \"dial.on_duty\"\n\
         [dial.on_duty]\nnumber = \"+46701112233\"\nfailed = \"say.nobody\"\n\
         [say.nobody]\nprompts = [\"closed\"]\n\
         [agent.1001]\nsecret = \"secret-1001\"\nqueues = \"all\"\n\
         [trunk.carrier]\nhost = \"{}\"\ndomain = \"carrier.test\"\nuser = \"acme\"\n\
         secret = \"acme-secret\"\nregister = true\nexpires = \"2m\"\nhealth = \"5s\"\n\
         wants = \"digits\"\ndial = [\"+46\"]\n",
        carrier.address()
    )));
    server.until("the trunk is registered", |status| status.trunk_state("carrier") == "registered");
    let in_vain = Sipp::dial(server.sip(), "0701000001");
    let words = prompt("sv/closed").part(0, 8_000);
    in_vain.sound.until_heard("that nobody is there", &words, 0);
    assert_eq!(server.until_closed(1)[0]["outcome"], "finished");
    assert!(server.kinds(1).contains(&"call_out_failed".to_owned()));

    let spoken = prompt("en/demo/support");
    let mut world = Baresip::start(&PhoneSetup {
        secret: "acme-secret".to_owned(),
        ..PhoneSetup::of_agent(carrier.address(), "world", Picks::Up, &spoken)
    });
    wait::until_so("the world is registered", || world.tell("reginfo", "").contains("OK"));
    let caller = Sipp::dial(server.sip(), "0701000002");
    world.wait_for("CALL_ESTABLISHED");
    caller.sound.until_heard("the one outside", &spoken, 0);
    let asked = prompt("en/demo/leverans");
    caller.sound.say(&asked);
    world.until_heard("the caller", &asked, 0);
    world.tell("hangup", "");
    assert_eq!(server.until_closed(2)[1]["outcome"], "put_through");
    server.until("it is counted", |status| status.total("put_through") == 1);
}

/// A carrier of the site, with what may be called over it.
fn trunk(name: &str, carrier: &Kamailio, dial: &str) -> String {
    format!(
        "[trunk.{name}]\nhost = \"{}\"\ndomain = \"carrier.test\"\nuser = \"acme\"\n\
         secret = \"acme-secret\"\nregister = true\nexpires = \"2m\"\nhealth = \"5s\"\n\
         wants = \"digits\"\ndial = [\"{dial}\"]\n",
        carrier.address()
    )
}

#[test]
fn a_step_that_names_its_trunks_calls_over_them_and_over_the_next_one_when_the_first_is_gone() {
    let acme = || Kamailio::start(Customer::Registered { user: "acme", secret: "acme-secret" });
    let (usual, mut mobile) = (acme(), acme());
    let trunks = trunk("usual", &usual, "+4670111") + &trunk("mobile", &mobile, "+46");
    let server = Server::start(Site::new(&format!(
        "language = \"sv\"\nstrangers = \"welcome\"\n\
         [number.9000]\ngoto = \"dial.on_duty\"\n\
         [dial.on_duty]\nnumber = \"+46701112233\"\ntrunk = [\"mobile\", \"usual\"]\n{trunks}"
    )));
    for trunk in ["usual", "mobile"] {
        server.until("it is registered", |status| status.trunk_state(trunk) == "registered");
    }
    let spoken = prompt("en/demo/support");
    let world_at = |carrier: &Kamailio| {
        let mut world = Baresip::start(&PhoneSetup {
            secret: "acme-secret".to_owned(),
            ..PhoneSetup::of_agent(carrier.address(), "world", Picks::Up, &spoken)
        });
        wait::until_so("the world is registered", || world.tell("reginfo", "").contains("OK"));
        world
    };
    let put_through = |call: u64, mut world: Baresip| {
        let mut caller = Sipp::dial(server.sip(), "0701000001");
        world.wait_for("CALL_ESTABLISHED");
        caller.sound.until_heard("the one outside", &spoken, 0);
        caller.hang_up();
        server.until_closed(usize::try_from(call).unwrap());
        let story = server.story(call);
        let event = story.iter().find(|event| event["kind"] == "put_through").unwrap();
        event["detail"]["trunk"].clone()
    };
    assert_eq!(put_through(1, world_at(&mobile)), "mobile", "not by the longest entry");
    mobile.fail();
    server.until("it is gone", |status| status.trunk_state("mobile") != "registered");
    assert_eq!(put_through(2, world_at(&usual)), "usual");
}
