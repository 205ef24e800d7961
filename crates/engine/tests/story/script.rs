//! A language for stories: one thing that happens a line, on virtual time.
//!
//! ```text
//! with workers 2 · with ports 2 · with calls_max 1 · with trunks · …    how the centre is set up; first of all
//! tell sip sound media ledger agents numbers           what is told from here on
//! kim calls 9000 [on hold | inactive | late | late, with a text | late without answer |
//!     offering g729 | offering ipv4 | offering nonsense | offering a port of ours |
//!     offering a group]
//! kim hangs up · kim presses 1 · kim hears it out
//! kim holds · kim resumes · kim reoffers [g729 | ipv4 | a port of ours] · kim asks for an offer
//! kim uses tcp · kim never acknowledges · kim comes in by the router
//! max makes up answers 1000 · max asks 1000 times      whether we are there
//! 1001 registers [by tcp | in a browser | by way of an edge | for a minute] · 1001 unregisters
//! 1001 answers [on hold | inactive | in g729 | in ipv6] · 1001 rejects 486 · 1001 says bye early
//! 1001 dials *11                                       it proves whose phone it is when asked
//! 1001 refers 1002 [silently]                          REFER in its oldest call
//! 1001 joins both [from the other | ringing] · 1001 joins the call of 1002 · 1001 joins nothing
//!                                                      the same with Replaces
//! 1001b takes over from 1001 [late]                    an INVITE with Replaces
//! 1001 speaks · 1001 falls silent                      its first packet; no packet for too long
//! 1001 pauses for breath                               no packet for a few seconds
//! 1001 breaks · 1001 dies · 1001 is there              its connection; the whole phone
//! 1001 watches 1002 [for a minute] · 1001 watches the day of 1002 · 1001 watches messages of 1001
//! 1001 watches on · 1001 stops watching                for an hour from now on; not any more
//! 1001 forgets what it watches                         it has restarted, and knows no subscription
//! kim speaks a message · kim says no more              what a worker hears in what it records
//! reload · reload back · reload unsupervised · reload in Asia/Tokyo            the site has another plan, the first one again, another clock
//! clock is set -600                                     so many seconds on, or back
//! crm says NAME · crm knows nobody · crm fails          a directory answers its oldest question
//! crm reads 12, yes                                    the same for what a step asks
//! disk is slow · disk catches up                       the ledger has events on disk
//! disk takes 2 more [silently]                          and no event after them: the process is killed before
//! disk is away · disk is back                           and nothing at all, whatever process hands it over
//! disk is full · recordings are gone                   no recording can be written, or read
//! load is 41                                           sound is so many ms late
//! messages have waited 80                              all that come from now on, so many ms
//! media is slow · media catches up                     streams that were let go are closed
//! engine drains · engine hands over · engine stops · engine restarts · wait SECONDS
//! command 1001 log_in | log_out | ready | pause coffee | resume | extend_wrap_up | end_wrap_up |
//!     listen 1051 barge | bring_in 1052 | monitor whisper | take_over |
//!     file sold | join_queue sales | leave_queue sales   given over the control socket
//! command message of 1 done                            the message that was left in call 1
//! command call 1 priority 9 | move QUEUE | requeue | withdraw | record start | record pause
//! command callback 2 cancel · command request web 0701234567 [2026-11-19T13:15]
//! calls · desk of 1041 · totals · today · alarms · voicemails · expected · left                                a question
//! ```
//!
//! Callers are `kim`, `lo`, `max` and `nobody`, who withholds the number; the phones of agents are
//! `1001` (and `1001b`), `1002` and `1003`. `with trunks` adds what `trunks.toml` has: `carrier` is at
//! the address of a trunk, and `pbx` proves by digest to be one; `with an exchange` adds
//! `exchange.toml`, where `exchange` is a carrier to register at; `with callers` adds `knowing.toml`, with
//! the agents `1011`, `1012`, `1021` and `1022`; `with work` adds `work.toml`,
//! with `1021` (and `1021b`), `1022`, `1023` and `1024`, `with capacity` adds `capacity.toml` with `1041` and `1042`, `with voicemail` adds `voicemail.toml`,
//! `with branches` adds `branching.toml` with `1041` and `1042`,
//! `with overflow` adds `overflow.toml` with `1021` and `1022`;
//! `with waits` adds `waits.toml` with `1031`;
//! `with ways out` adds `ways.toml`, where `believed` calls in and `carrier` is called.
//! `with networks` gives the engine more
//! addresses: `ivy` calls by IPv6, as `six`, a carrier, and `1002six`, a phone of 1002, do.

use crate::phone::{Offer, Phone};
use crate::site::{self, ENGINE};
use crate::telling::Topic;
use crate::world::{Closing, Disk, World};
use bytes::Bytes;
use clock::{Duration, Moment};
use engine::{
    About, AgentCommand, Answer, CallCommand, CallbackCommand, CallbackRequest, Command, Config,
    Input, Load, MessageCommand, Priority, QueueCommand, Recording, Told,
};
use ids::CallId;
use media_protocol::{Digit, Event, Monitor};
use sdp::{Direction, Keys, Srtp};
use sip_msg::Message;
use sip_ua::Transport;
use std::net::SocketAddr;

/// A description that has no codec of ours.
const G729: &str = "v=0\no=- 1 1 IN IP4 10.0.2.1\ns=-\nc=IN IP4 10.0.2.1\nt=0 0\n\
    m=audio 4000 RTP/AVP 18\n";

/// A description whose sound would come back to the engine.
const OURS: &str = "v=0\no=- 1 1 IN IP4 10.0.2.1\ns=-\nc=IN IP4 10.0.0.1\nt=0 0\n\
    m=audio 20004 RTP/AVP 8\n";

/// A description with keys that everybody on the way could read.
const SEALED: &str = "v=0\no=- 1 1 IN IP4 10.0.2.1\ns=-\nc=IN IP4 10.0.2.1\nt=0 0\n\
    m=audio 4000 RTP/SAVP 8\n\
    a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwd\n";

/// Sound by IPv4 and by IPv6.
const IPV4: &str = "v=0\no=- 1 1 IN IP4 10.0.2.1\ns=-\nc=IN IP4 10.0.2.1\nt=0 0\n\
    m=audio 4000 RTP/AVP 8\n";
const IPV6: &str = "v=0\no=- 1 1 IN IP6 2001:db8:2::1\ns=-\nc=IN IP6 2001:db8:2::1\nt=0 0\n\
    m=audio 4000 RTP/AVP 8\n";

/// A description whose sound would go to whoever listens.
const GROUP: &str = "v=0\no=- 1 1 IN IP4 10.0.2.1\ns=-\nc=IN IP4 224.2.1.1\nt=0 0\n\
    m=audio 4000 RTP/AVP 8\n";

/// Plays a script and answers what came of it, each line with its time.
pub(crate) fn play(script: &'static str) -> String {
    let (mut config, mut more) = (site::config(), "");
    let lines = script.lines().map(str::trim).filter(|line| !line.is_empty());
    let (head, story): (Vec<_>, Vec<_>) = lines.partition(|line| line.starts_with("with "));
    for line in head {
        match line {
            "with trunks" => more = site::TRUNKS,
            "with an exchange" => more = site::EXCHANGE,
            "with overflow" => more = site::OVERFLOW,
            "with branches" => more = site::BRANCHES,
            "with closing" => more = site::CLOSING,
            "with phones by latest" => more = site::PHONES_LATEST,
            "with phones by first" => more = site::PHONES_FIRST,
            "with waits" => more = site::WAITS,
            "with ways out" => more = site::WAYS,
            "with callers" => more = site::CALLERS,
            "with work" => more = site::WORK,
            "with reload" => more = site::RELOAD_BEFORE,
            "with recording" => more = site::RECORDED,
            "with monitoring" => more = site::MONITORED,
            "with capacity" => more = site::CAPACITY,
            "with callbacks" => more = site::CALLBACKS,
            "with voicemail" => more = site::VOICEMAIL,
            "with networks" => site::networks(&mut config),
            _ => configure(&mut config, line),
        }
    }
    let ports = config.ports.len();
    let mut world = World::new(config, more);
    story.into_iter().for_each(|line| happen(&mut world, ports, line));
    world.told()
}

fn configure(config: &mut Config, line: &str) {
    match line.split(' ').collect::<Vec<_>>()[..] {
        ["with", "calls_max", max] => config.calls_max = max.parse().unwrap(),
        ["with", "unacknowledged_per_source_max", max] => {
            config.unacknowledged_per_source_max = max.parse().unwrap();
        }
        ["with", "calls_per_source_max", max] => {
            config.calls_per_source_max = max.parse().unwrap();
        }
        ["with", "requests_per_source_per_second_max", max] => {
            config.requests_per_source_per_second_max = max.parse().unwrap();
        }
        ["with", "refusal_rows_per_second_max", max] => {
            config.refusal_rows_per_second_max = max.parse().unwrap();
        }
        ["with", "phones_per_account_max", max] => {
            config.phones_per_account_max = max.parse().unwrap()
        }
        ["with", "subscriptions_max", max] => config.subscriptions_max = max.parse().unwrap(),
        ["with", "late", "sound", "refused"] => {
            config.load.frames_late_max = Duration::from_millis(40);
        }
        ["with", "long", "lines", "refused"] => {
            config.load.message_wait_max = Duration::from_millis(100);
        }
        ["with", "workers", count] => {
            let workers: u8 = count.parse().unwrap();
            let of = (0..workers).cycle();
            config.ports.iter_mut().zip(of).for_each(|(port, worker)| port.worker = worker);
        }
        ["with", "ports", count] => config.ports = site::ports(count.parse().unwrap()),
        _ => panic!("no such setting: {line}"),
    }
}

fn happen(world: &mut World, ports: usize, line: &'static str) {
    let (who, what) = line.split_once(' ').unwrap_or((line, ""));
    match who {
        "tell" => world.tell_of(what.split(' ').map(Topic::of).collect()),
        "wait" => world.wait(Duration::from_secs_f64(what.parse().unwrap())),
        "calls" => world.tell_calls(),
        "desk" => world.tell_desk(what.strip_prefix("of ").unwrap()),
        "phones" => world.tell_phones(what.strip_prefix("of ").unwrap()),
        "totals" => world.tell_totals(),
        "alarms" => world.tell_alarms(),
        "today" => world.tell_today(),
        "expected" => world.tell_expected(),
        "voicemails" => world.tell_voicemails(),
        "left" => world.tell_what_is_left(ports),
        "crm" => crm(world, what),
        "reload" if what.starts_with("in ") => world.move_to(what.strip_prefix("in ").unwrap()),
        "reload" if what == "unsupervised" => world.reload(&site::unsupervised()),
        "reload" => world.reload(match what {
            "" => site::RELOAD_AFTER,
            "back" => site::RELOAD_BEFORE,
            _ => panic!("no plan {what}"),
        }),
        "load" => world.feed(Input::Load(Load {
            frames_late: Duration::from_millis(what.strip_prefix("is ").unwrap().parse().unwrap()),
            ..Load::default()
        })),
        "messages" => {
            let millis = what.strip_prefix("have waited ").unwrap().parse().unwrap();
            world.waited = Duration::from_millis(millis);
        }
        "clock" => world.set_clock(what.strip_prefix("is set ").unwrap().parse().unwrap()),
        "disk" => disk(world, what),
        "media" => media(world, what),
        "recordings" if what == "are gone" => world.plane.is_gone = true,
        "streams" if what == "are measured" => world.plane.is_measured = true,
        "command" => world.command(command(world, what)),
        "explain" => world.explain(match what.parse() {
            Ok(call) if call < 1_000 => About::Call(CallId(call)),
            Ok(_) | Err(_) => About::Agent(what.into()),
        }),
        "engine" if what == "restarts" => world.restart(),
        "engine" if what.starts_with("is gone for ") => {
            let seconds = what.rsplit(' ').next().unwrap().parse().unwrap();
            world.be_without_engine(Duration::from_secs(seconds));
        }
        "engine" => world.feed(match what {
            "drains" => Input::Drain,
            "hands over" => Input::HandOver,
            "stops" => Input::Stop,
            _ => panic!("no engine {what}"),
        }),
        _ => phone(world, who, what),
    }
}

fn command(world: &World, words: &str) -> Command {
    let agent = |account: &str, command| Command::Agent(account.into(), command);
    match words.split(' ').collect::<Vec<_>>()[..] {
        [account, "log_in"] => agent(account, AgentCommand::LogIn),
        [account, "log_out"] => agent(account, AgentCommand::LogOut),
        [account, "ready"] => agent(account, AgentCommand::MakeReady),
        [account, "pause", pause] => agent(account, AgentCommand::Pause(pause.into())),
        [account, "phone", phone] => agent(account, AgentCommand::UsePhone(phone.parse().ok())),
        [account, "resume"] => agent(account, AgentCommand::Resume),
        [account, "extend_wrap_up"] => agent(account, AgentCommand::ExtendWrapUp),
        [account, "end_wrap_up"] => agent(account, AgentCommand::EndWrapUp),
        [account, "monitor", how] => agent(account, AgentCommand::Monitor(monitor(how))),
        [account, "listen", to, how] => {
            agent(account, AgentCommand::Listen(to.into(), monitor(how)))
        }
        [account, "bring_in", colleague] => agent(account, AgentCommand::BringIn(colleague.into())),
        [account, "take_over"] => agent(account, AgentCommand::TakeOver),
        [account, "file", name] => agent(account, AgentCommand::File(name.into())),
        [account, "join_queue", queue] => agent(account, AgentCommand::JoinQueue(queue.into())),
        [account, "leave_queue", queue] => agent(account, AgentCommand::LeaveQueue(queue.into())),
        ["message", "of", call, "done"] => {
            Command::Message(world.message_of(call.parse().unwrap()), MessageCommand::Done)
        }
        ["request", step, number, ref at @ ..] => {
            let at = at.first().map(|at| at.parse().unwrap());
            let request =
                CallbackRequest { number: number.to_owned(), name: Some("Ylva".into()), at };
            Command::RequestCallback(step.into(), Box::new(request))
        }
        ["callback", id, "cancel"] => {
            Command::Callback(CallId(id.parse().unwrap()), CallbackCommand::Cancel)
        }
        ["queue", queue, what] => Command::Queue(queue.into(), about_queue(what)),
        ["call", id, ref what @ ..] => Command::Call(CallId(id.parse().unwrap()), about_call(what)),
        _ => panic!("no command {words}"),
    }
}

fn monitor(how: &str) -> Monitor {
    match how {
        "listen" => Monitor::Listen,
        "whisper" => Monitor::Whisper,
        "barge" => Monitor::Barge,
        _ => panic!("nobody is beside two {how}"),
    }
}

fn about_queue(what: &str) -> QueueCommand {
    match what {
        "close" => QueueCommand::Close,
        "open" => QueueCommand::Open,
        "auto" => QueueCommand::FollowHours,
        _ => panic!("no command about a queue: {what}"),
    }
}

fn about_call(words: &[&str]) -> CallCommand {
    match words {
        ["priority", number] => {
            CallCommand::SetPriority(Priority::new(number.parse().unwrap()).unwrap())
        }
        ["move", queue] => CallCommand::Move { queue: (*queue).into() },
        ["requeue"] => CallCommand::Requeue,
        ["withdraw"] => CallCommand::Withdraw,
        ["record", what] => CallCommand::Record(match *what {
            "start" => Recording::Start,
            "stop" => Recording::Stop,
            "pause" => Recording::Pause,
            "resume" => Recording::Resume,
            _ => panic!("nothing becomes of a recording by {what}"),
        }),
        _ => panic!("no command about a call: {words:?}"),
    }
}

fn crm(world: &mut World, what: &str) {
    if let Some(values) = what.strip_prefix("reads ") {
        return world.crm_reads(values);
    }
    world.crm_answers(match what {
        "knows nobody" => Answer::Unknown,
        "fails" => Answer::Failed,
        _ => {
            let name = what.strip_prefix("says ").unwrap_or_else(|| panic!("no crm {what}"));
            let told = Told {
                name: Some(name.to_owned()),
                language: Some("en".to_owned()),
                priority: Some(99),
                agent: Some("1022".to_owned()),
                whisper: Some("callers/gold".to_owned()),
                ..Told::default()
            };
            Answer::Known(Box::new(told))
        }
    });
}

fn disk(world: &mut World, what: &str) {
    match what {
        "is slow" => world.disk = Disk::Slow,
        "catches up" => world.disk_catches_up(),
        "is full" => world.plane.is_full = true,
        "is away" => world.disk = Disk::Away,
        "is back" => world.disk = Disk::Quick,
        _ if what.starts_with("takes ") => {
            let more = what.split(' ').nth(1).and_then(|more| more.parse().ok());
            let more = more.unwrap();
            let is_silent = what.ends_with("silently");
            world.disk = if is_silent { Disk::Silent(more) } else { Disk::Dying(more) };
        }
        _ => panic!("no disk {what}"),
    }
}

fn media(world: &mut World, what: &str) {
    match what {
        "is slow" => world.closing = Closing::Slow(Vec::new()),
        "catches up" => world.media_catches_up(),
        _ => panic!("no media {what}"),
    }
}

fn phone(world: &mut World, who: &'static str, what: &'static str) {
    let peer = world.phone(who).address.ip();
    let (verb, object) = what.split_once(' ').unwrap_or((what, ""));
    match (verb, object) {
        ("presses", key) => {
            let digit = Digit::from_char(key.chars().next().unwrap()).unwrap();
            let stream = world.plane.of(peer);
            world.feed(Input::Media(Event::Digit { stream, digit }));
        }
        ("hears", "it out") => {
            let played = world.plane.played(peer);
            world.feed(Input::Media(played));
        }
        ("speaks", "") => {
            let stream = world.plane.of(peer);
            world.feed(Input::Media(Event::Heard { stream }));
        }
        ("speaks", "a message") => {
            let (stream, message) = world.plane.recording(peer);
            world.feed(Input::Media(Event::Spoken { stream, message }));
        }
        ("says", "no more") => {
            let (stream, message) = world.plane.recording(peer);
            world.feed(Input::Media(Event::Hushed { stream, message }));
        }
        ("pauses", "for breath") => {
            let stream = world.plane.of(peer);
            world.feed(Input::Media(Event::Lull { stream }));
        }
        ("falls", "silent") => {
            let stream = world.plane.of(peer);
            world.feed(Input::Media(Event::Silent { stream }));
        }
        ("joins", other) if other.starts_with("the call of ") => {
            let other = other.strip_prefix("the call of ").unwrap();
            let replaces = world.phone(other).replaces();
            world.phone_does(who, |phone, now| phone.join_call(now, &replaces));
        }
        ("takes", from) => {
            let from = from.strip_prefix("over from ").unwrap();
            let (from, how) = from.split_once(' ').unwrap_or((from, ""));
            let replaces = world.phone(from).replaces();
            world.phone_does(who, |phone, now| phone.take_over(now, &replaces, offer(how)));
        }
        ("breaks", "") => {
            let flow = world.phone(who).hop().flow;
            world.feed(Input::FlowClosed(flow));
        }
        ("makes", many) => {
            let many = many.strip_prefix("up answers ").unwrap().parse().unwrap();
            let hop = world.phone(who).hop();
            for number in 0_u32..many {
                let message = Box::new(made_up_answer(number));
                world.hear(hop, message);
            }
        }
        ("asks", many) if many.ends_with(" times") => {
            let many = many.strip_suffix(" times").unwrap().parse().unwrap();
            let hop = world.phone(who).hop();
            (0_u32..many).for_each(|number| world.hear(hop, Box::new(options(hop.peer, number))));
        }
        ("is", "quiet") => {
            let hop = world.phone(who).hop();
            world.feed(Input::FlowUnused(hop));
        }
        _ => world.phone_does(who, |phone, now| does(phone, now, verb, object)),
    }
}

fn does(phone: &mut Phone, now: Moment, verb: &str, object: &'static str) {
    match (verb, object) {
        ("registers", "") => phone.register(now, 3_600),
        ("uses", "tcp") => phone.use_transport(Transport::Tcp),
        ("comes", "in by the router") => phone.come_in_by(1),
        ("uses", "tls") => phone.use_tls(Srtp::Never),
        ("uses", "tls and seals") => phone.use_tls(Srtp::Required(Keys::new([9; Keys::LEN]))),
        ("registers", "as second choice") => {
            phone.q = Some("0.5");
            phone.register(now, 3_600);
        }
        ("registers", "in a browser") => {
            phone.use_transport(Transport::Ws);
            phone.register(now, 3_600);
        }
        ("registers", "by tcp") => {
            phone.use_transport(Transport::Tcp);
            phone.register(now, 3_600);
        }
        ("registers", "by way of an edge") => {
            phone.use_path("<sip:token@edge.example;lr>");
            phone.register(now, 3_600);
        }
        ("registers", "for a minute") => phone.register(now, 60),
        ("unregisters", "") => phone.register(now, 0),
        ("calls" | "dials", object) => {
            let (number, how) = object.split_once(' ').unwrap_or((object, ""));
            match verb {
                "dials" => phone.dial(now, number, offer(how)),
                _ => phone.call(now, number, offer(how)),
            }
        }
        ("writes", header) => phone.write(header),
        ("sounds", "early") => phone.sound_early(now),
        ("answers", "in ipv6") => phone.answer_with(now, raw(IPV6)),
        ("answers", "in g729") => phone.answer_with(now, raw(G729)),
        ("answers", how) => phone.answer(now, direction(how)),
        ("sends", to) => phone.redirect(now, to.strip_prefix("it on to ").unwrap()),
        ("refers", to) => match to.strip_suffix(" silently") {
            Some(to) => phone.refer_silently(now, to),
            None => phone.refer(now, to),
        },
        ("joins", "both") => phone.join(now, 0, 1),
        ("joins", "both from the other") => phone.join(now, 1, 0),
        ("joins", "both ringing") => phone.join_ringing(now),
        ("joins", "nothing") => phone.join_call(now, "gone@10.0.0.9;to-tag=a;from-tag=b"),
        ("rejects", status) => phone.reject(now, status.parse().unwrap()),
        ("says", "bye early") => phone.say_early_bye(now),
        ("tells", key) => phone.press(now, key.chars().next().unwrap()),
        ("hangs", "up") => phone.hang_up(now),
        ("holds", "") => phone.reoffer(now, Direction::SendOnly),
        ("reoffers", "ipv4") => phone.reoffer_raw(now, raw(IPV4)),
        ("reoffers", "g729") => phone.reoffer_raw(now, raw(G729)),
        ("reoffers", "a port of ours") => phone.reoffer_raw(now, raw(OURS)),
        ("asks", "for an offer") => phone.ask_for_offer(now),
        ("resumes", "") => phone.reoffer(now, Direction::SendRecv),
        ("never", "acknowledges") => phone.never_acknowledge(),
        ("watches", "on") => phone.watch_on(now, 3_600),
        ("watches", object) => match object.split(' ').collect::<Vec<_>>()[..] {
            ["messages", "of", whom] => phone.watch(now, whom, "message-summary", 3_600),
            ["the", "day", "of", whom] => phone.watch(now, whom, "presence", 3_600),
            ["the", "weather", "of", whom] => phone.watch(now, whom, "weather", 3_600),
            [whom, "for", "a", "minute"] => phone.watch(now, whom, "dialog", 60),
            [whom] => phone.watch(now, whom, "dialog", 3_600),
            _ => panic!("nobody watches {object}"),
        },
        ("stops", "watching") => phone.watch_on(now, 0),
        ("forgets", "what it watches") => phone.forget(),
        ("dies", "") => phone.alive = false,
        ("is", "there") => phone.alive = true,
        _ => panic!("no phone {verb} {object}"),
    }
}

/// A question that a program asks who looks for exchanges.
fn options(from: SocketAddr, number: u32) -> Message {
    let text = format!(
        "OPTIONS sip:{ENGINE} SIP/2.0\r\nVia: SIP/2.0/UDP {from};branch=z9hG4bK-{number}\r\n\
         From: <sip:a@{from}>;tag=1\r\nTo: <sip:{ENGINE}>\r\nCall-ID: question-{number}\r\n\
         CSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n"
    );
    sip_msg::parse(Bytes::from(text)).unwrap()
}

/// What somebody writes who wants to be taken for a phone that we have called.
fn made_up_answer(number: u32) -> Message {
    let text = format!(
        "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP {ENGINE};branch=z9hG4bKmade-up\r\n\
         From: <sip:9001@{ENGINE}>;tag=ours-{number}\r\nTo: <sip:1001@{ENGINE}>;tag=theirs\r\n\
         Call-ID: made-up-{number}\r\nCSeq: 1 INVITE\r\nContact: <sip:1001@10.0.2.3>\r\n\
         Content-Length: 0\r\n\r\n"
    );
    sip_msg::parse(Bytes::from(text)).unwrap()
}

fn offer(how: &str) -> Offer {
    match how {
        "late" => Offer::Late,
        "late, with a text" => Offer::LateWithText,
        "late without answer" => Offer::LateAndNever,
        "offering ipv4" => Offer::Raw(raw(IPV4)),
        "offering g729" => Offer::Raw(raw(G729)),
        "offering nonsense" => Offer::Raw(raw("nonsense")),
        "offering a port of ours" => Offer::Raw(raw(OURS)),
        "offering sealed sound" => Offer::Raw(raw(SEALED)),
        "offering a group" => Offer::Raw(raw(GROUP)),
        _ => Offer::Sound(direction(how)),
    }
}

/// A body of these lines.
fn raw(lines: &str) -> Bytes {
    Bytes::from(lines.replace('\n', "\r\n"))
}

fn direction(how: &str) -> Direction {
    match how {
        "" => Direction::SendRecv,
        "on hold" => Direction::SendOnly,
        "inactive" => Direction::Inactive,
        _ => panic!("no sound is {how}"),
    }
}
