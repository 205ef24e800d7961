//! What each side sees, in words.

use engine::Refusal;
use events::{
    AgentEvent, CallEvent, CallbackEvent, CommandEvent, LegSound, MessageEvent, QueueEvent,
    RecordedBy, SoundEvent, Subject, What,
};
use ids::{CallId, ClipId};
use media_protocol::Then;
use sip_msg::{Message, Method, Name, Request, Response};
use snapshot::{Explained, ObstacleExplained};

/// What a story is about; it tells of nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Topic {
    /// What phones get.
    Sip,
    /// Where phones are told to send their sound, and where that is heard.
    Sound,
    /// What phones hear.
    Media,
    /// What a directory is asked.
    Directory,
    /// What is written down.
    Ledger,
    /// What an INVITE to a phone says beside what every INVITE of ours says.
    Headers,
    /// For which ends of a call messages are.
    Ends,
    /// Which numbers our requests have, and what they describe.
    Numbers,
    /// What agents are doing.
    Agents,
    /// What the ledger has of that.
    States,
    /// Who gave which command, and what came of it.
    Commands,
    /// Why calls wait and agents have none.
    Reasons,
    /// What phones see of agents, and what they get for asking.
    Lamps,
    /// When messages would be taken of those that wait.
    Turns,
}

impl Topic {
    pub(crate) fn of(word: &str) -> Self {
        match word {
            "sip" => Self::Sip,
            "sound" => Self::Sound,
            "media" => Self::Media,
            "directory" => Self::Directory,
            "ledger" => Self::Ledger,
            "headers" => Self::Headers,
            "ends" => Self::Ends,
            "numbers" => Self::Numbers,
            "agents" => Self::Agents,
            "states" => Self::States,
            "commands" => Self::Commands,
            "reasons" => Self::Reasons,
            "lamps" => Self::Lamps,
            "turns" => Self::Turns,
            _ => panic!("no such topic: {word}"),
        }
    }
}

/// Why, line by line, without the clock.
pub(crate) fn explanation(told: Result<Box<Explained>, Refusal>) -> Vec<String> {
    match told.map(|told| *told) {
        Err(refusal) => vec![format!("{refusal}")],
        Ok(Explained::Call(call)) => {
            let mut lines = vec![format!("call {} is {:?}", call.call, call.state)];
            if let Some(it) = call.standing {
                let before: Vec<_> = it.before.iter().map(|rival| rival.call).collect();
                lines.push(format!(
                    "  {} by {}: waited {} + {} x priority {} = {}, place {:?} after {before:?}",
                    it.queue,
                    it.strategy,
                    it.waited_ms,
                    it.priority_ms,
                    it.priority,
                    it.score_ms,
                    it.place
                ));
                lines.extend(it.relaxes.map(|at| format!("  relaxes {}", at.strftime("%T"))));
                lines.extend(it.agents.iter().map(|each| format!("  {}", obstacle(each))));
                lines.push(format!("  {:?}", it.obstacles));
            }
            lines.extend(
                call.decisions
                    .into_iter()
                    .map(|it| format!("  to {} after {} by {:?}", it.agent, it.waited_ms, it.rule)),
            );
            lines
        }
        Ok(Explained::AgentPast(past)) => vec![format!("{} at {}", past.agent, past.at)],
        Ok(Explained::Agent(agent)) => {
            let next = agent.next.map(|rival| rival.call);
            let mut lines = vec![format!("{} is {}, next {next:?}", agent.agent, agent.state)];
            let waited_for = agent.queues.into_iter().filter(|head| head.waiting > 0);
            lines.extend(waited_for.map(|head| {
                let why = head.obstacle.as_ref().map(obstacle);
                format!("  {}: {} wait, {:?} first, {why:?}", head.queue, head.waiting, head.call)
            }));
            lines
        }
    }
}

fn obstacle(of: &ObstacleExplained) -> String {
    let until = of.until.map(|at| format!(" until {}", at.strftime("%T")));
    let with = of.with.as_ref().map(|with| format!(" {with}"));
    format!("{}: {}{}{}", of.agent, of.why, with.unwrap_or_default(), until.unwrap_or_default())
}

/// A message that describes our sound: where that is.
pub(crate) fn sound(message: &Message) -> Option<String> {
    let (what, body) = match message {
        Message::Request(request) => (request.method.to_string(), &request.body),
        Message::Response(response) => (response.status.code().to_string(), &response.body),
    };
    let body = String::from_utf8_lossy(body);
    let origin = body.lines().find(|line| line.starts_with("o="))?;
    let (_, at) = body.lines().find_map(|line| line.split_once("c=IN IP"))?;
    assert!(origin.ends_with(at), "one address for the session and its sound:\n{body}");
    Some(format!("{what} with sound at IP{at}"))
}

/// A message to a phone, unless nobody cares: that an ACK came, or that a BYE was heard.
pub(crate) fn message(message: &Message) -> Option<String> {
    match message {
        Message::Request(request) => self::request(request),
        Message::Response(response) => self::response(response),
    }
}

fn request(request: &Request) -> Option<String> {
    if request.method == Method::Ack {
        return None;
    }
    let mut told = request.method.to_string();
    if request.method == Method::Notify {
        let state = request.headers.get(Name::SubscriptionState).unwrap();
        let body = String::from_utf8_lossy(&request.body);
        return Some(format!("{told} {}, {state}", body.trim_end()));
    }
    if request.to.tag().is_none()
        && request.method == Method::Invite
        && let Some(display) = request.from.display()
    {
        told += &format!(" from {:?}", display.to_str_lossy());
    }
    for (name, word) in [(Name::Route, "by way of"), (Name::Reason, "since")] {
        if let Some(value) = request.headers.get(name) {
            told += &format!(" {word} {value}");
        }
    }
    if matches!(request.method, Method::Info | Method::Message) {
        told += &format!(" {:?}", String::from_utf8_lossy(&request.body));
    }
    Some(told + direction(&request.body) + seal(&request.body))
}

/// What a message is, in a word or two.
pub(crate) fn kind(message: &Message) -> String {
    match message {
        Message::Request(request) => request.method.to_string(),
        Message::Response(response) => {
            format!("{} to {}", response.status.code(), response.cseq_method)
        }
    }
}

/// Every header of a first INVITE but those that are about our own leg, and who calls.
pub(crate) fn headers(message: &Message) -> Vec<String> {
    let Message::Request(request) = message else { return Vec::new() };
    if request.method != Method::Invite || request.to.tag().is_some() {
        return Vec::new();
    }
    let of_the_leg = |name: &Name| {
        let name = name.to_string();
        [
            "Contact",
            "Allow",
            "User-Agent",
            "Supported",
            "Session-Expires",
            "Min-SE",
            "Content-Type",
            "Session-ID",
        ]
        .contains(&name.as_str())
    };
    let others = request.headers.iter().filter(|header| !of_the_leg(&header.name));
    let hops = request.max_forwards.map(|hops| format!("Max-Forwards: {hops}"));
    let from = format!("From: {}", request.from.uri());
    let others = others.map(|header| format!("{}: {}", header.name, header.value));
    std::iter::once(from).chain(hops).chain(others).collect()
}

/// A message that has a session identifier (RFC 7989), and that.
pub(crate) fn ends(message: &Message) -> Option<(String, String)> {
    let (what, headers) = match message {
        Message::Request(request) => (request.method.to_string(), &request.headers),
        Message::Response(response) => (response.status.code().to_string(), &response.headers),
    };
    Some((what, headers.get(Name::SessionId)?.to_string()))
}

/// A request of ours, its number (CSeq), and the version of the sound that it describes.
pub(crate) fn numbers(message: &Message) -> Option<String> {
    let Message::Request(request) = message else { return None };
    let body = String::from_utf8_lossy(&request.body);
    let origin = body.lines().find_map(|line| line.strip_prefix("o="));
    let version = origin.and_then(|origin| origin.split(' ').nth(2));
    let version = version.map(|version| format!(", version {version}")).unwrap_or_default();
    Some(format!("{} {}{version}", request.method, request.cseq))
}

/// What a phone is told of somebody it watches, or of its wish to.
pub(crate) fn lamp(message: &Message) -> Option<String> {
    match message {
        Message::Request(request) if request.method == Method::Notify => Some(notify(request)),
        Message::Response(response) if response.cseq_method == Method::Subscribe => {
            let expires = response.headers.get(Name::Expires);
            let expires = expires.map(|expires| format!(" for {expires} s")).unwrap_or_default();
            let events = response.headers.get(Name::AllowEvents);
            let events = events.map(|events| format!(", there are {events}")).unwrap_or_default();
            let after = response.headers.get(Name::RetryAfter);
            let after = after.map(|after| format!(", Retry-After {after}")).unwrap_or_default();
            Some(format!("gets {}{expires}{events}{after}", response.status.code()))
        }
        Message::Request(_) | Message::Response(_) => None,
    }
}

fn notify(request: &Request) -> String {
    let body = String::from_utf8_lossy(&request.body);
    let state = request.headers.get(Name::SubscriptionState).unwrap().to_string();
    let over =
        state.split_once(";expires=").map_or_else(|| format!(" ({state})"), |_| String::new());
    let entity = body.split_once("entity=\"sip:").and_then(|(_, rest)| rest.split_once('@'));
    let whom = entity.map_or("its messages", |(user, _)| user);
    let parts = ["direction=\"", "<state>", "<basic>", "<note>", "Messages-Waiting: "];
    let mut shown = Vec::new();
    for (at, part) in parts.iter().flat_map(|part| body.match_indices(part)) {
        let rest = &body[at + part.len()..];
        shown.push((at, rest.split(['"', '<', '\r']).next().unwrap()));
    }
    shown.sort_unstable();
    let shown: Vec<_> = shown.into_iter().map(|(_, shown)| shown).collect();
    format!("sees {whom}: {}{over}", shown.join(" "))
}

fn response(response: &Response) -> Option<String> {
    let mut told = response.status.code().to_string();
    if response.cseq_method == Method::Refer {
        return Some(format!("{told} to REFER"));
    }
    if response.cseq_method != Method::Invite {
        return None;
    }
    if let Some(after) = response.headers.get(Name::RetryAfter) {
        told += &format!(", Retry-After {after}");
    }
    if let Some(reason) = response.headers.get(Name::Reason) {
        told += &format!(" since {reason}");
    }
    Some(told + direction(&response.body) + seal(&response.body))
}

/// The attribute of a description that is not for both ways.
fn direction(body: &[u8]) -> &'static str {
    let body = String::from_utf8_lossy(body);
    ["sendonly", "recvonly", "inactive"]
        .into_iter()
        .find(|direction| body.contains(direction))
        .map_or("", |direction| match direction {
            "sendonly" => ", sendonly",
            "recvonly" => ", recvonly",
            _ => ", inactive",
        })
}

/// Whether a description wants its sound encrypted, or has keys for it beside.
fn seal(body: &[u8]) -> &'static str {
    let body = String::from_utf8_lossy(body);
    match (body.contains("RTP/SAVP"), body.contains("a=crypto:")) {
        (true, _) => ", sealed",
        (false, true) => ", with keys",
        (false, false) => "",
    }
}

/// What a phone hears.
pub(crate) fn play(names: &[String], clips: &[ClipId], then: Then) -> String {
    let name = |clip: &ClipId| names[usize::try_from(clip.0).unwrap()].clone();
    let mut told: Vec<_> = clips.iter().map(name).collect();
    if let Then::Music(clip) = then {
        told.push(name(&clip));
    }
    told.join(", then ")
}

/// What is written down.
pub(crate) fn event(what: &What) -> String {
    match what {
        What::Call(call, event) | What::WorkItem(call, event) => {
            format!("{call} {}", call_event(event))
        }
        What::Agent(agent, event) => format!("{agent} {}", agent_event(event)),
        What::Queue(queue, event) => queue_event(queue, event),
        What::Trunk(trunk, event) => format!("trunk {trunk} is {event:?}"),
        What::Sound(call, SoundEvent::LegClosed(sound)) => sound_of(*call, sound),
        What::Sound(call, SoundEvent::RecordingBegan { label, .. }) => {
            let (agent, queue) = (label.agent.as_deref(), label.queue.as_deref());
            assert_eq!(label.call, call.0, "whose it is stands beside it");
            let (agent, queue) = (agent.unwrap_or("nobody"), queue.unwrap_or("no queue"));
            let by = match label.started_by {
                RecordedBy::Queue => "",
                RecordedBy::Command => ", by command",
            };
            format!("{call} recording began with {agent} by {queue}{by}")
        }
        What::Sound(call, SoundEvent::RecordingPaused { .. }) => format!("{call} recording paused"),
        What::Sound(call, SoundEvent::RecordingResumed { .. }) => {
            format!("{call} recording resumed")
        }
        What::Sound(call, SoundEvent::RecordingEnded { end, length_ms, packets_missed, .. }) => {
            format!("{call} recording {}: {length_ms} ms, {packets_missed} missed", end.word())
        }
        What::Command(about, given) => command(about, given),
        What::Callback(item, event) => format!("{item} {}", callback_event(event)),
        What::Message(_, event) => message_event(event),
    }
}

fn sound_of(call: CallId, sound: &LegSound) -> String {
    let LegSound { leg, side, agent, received, lost, mos, .. } = sound;
    let whose = agent.as_deref().map(|agent| format!(" of {agent}")).unwrap_or_default();
    let mos = mos.map_or_else(|| "not known".to_owned(), |mos| mos.to_string());
    let side = side.word();
    format!("{call} sound of leg-{leg}, {side}{whose}: {received} packets, {lost} lost, MOS {mos}")
}

fn command(about: &Subject, given: &CommandEvent) -> String {
    let about = match about {
        Subject::Agent(agent) => agent.to_string(),
        Subject::Call(call) => call.to_string(),
        Subject::Message(_) => "the message".to_owned(),
        Subject::Queue(queue) => queue.to_string(),
        Subject::Plan => "the plan".to_owned(),
    };
    let with =
        |with: &Option<String>| with.iter().map(|with| format!(" {with}")).collect::<String>();
    match given {
        CommandEvent::Obeyed { by, command, with: and } => {
            format!("{by}: {command}{} of {about}", with(and))
        }
        CommandEvent::Refused { by, command, with: and, why } => {
            format!("{by}: {command}{} of {about} refused, {why}", with(and))
        }
    }
}

fn queue_event(queue: &str, event: &QueueEvent) -> String {
    match event {
        QueueEvent::Closed { by } => format!("{queue} is closed by {by}"),
        QueueEvent::Opened { by } => format!("{queue} is opened by {by}"),
        QueueEvent::ByHours { by } => format!("{queue} follows its hours, says {by}"),
    }
}

fn callback_event(event: &CallbackEvent) -> String {
    match event {
        CallbackEvent::Promised(promised) => format!(
            "is promised in call-{} by {} to {}, {} ms after the arrival{}",
            promised.call,
            promised.callback,
            promised.number.reveal(),
            promised.waited_ms,
            promised.instead_of.map_or(String::new(), |it| format!(", in place of call-{it}"))
        ),
        CallbackEvent::Renewed { call, .. } => format!("is renewed in call-{call}"),
        CallbackEvent::Stands { call } => format!("stands, asked for again in call-{call}"),
        CallbackEvent::AskedAfter { call } => format!("is asked after in call-{call}"),
        CallbackEvent::Prioritised { priority } => format!("has priority {priority}"),
        CallbackEvent::Attempt { attempt, agent: Some(agent) } => {
            format!("attempt {attempt} with {agent}")
        }
        CallbackEvent::Attempt { attempt, agent: None } => format!("attempt {attempt}"),
        CallbackEvent::NotReached { attempt, why } => format!("attempt {attempt}: {why:?}"),
        CallbackEvent::Over { how } => format!("is over: {how:?}"),
    }
}

fn message_event(event: &MessageEvent) -> String {
    match event {
        MessageEvent::Left(left) => {
            let who = left.name.iter().map(|name| format!(" ({name})")).collect::<String>();
            let queue = left.queue.iter().map(|queue| format!(", after {queue}"));
            format!(
                "message at {} in call-{} by {}{who}{}, in {}, {} ms after the arrival, {} ms long",
                left.voicemail,
                left.call,
                left.caller.reveal(),
                queue.collect::<String>(),
                left.language,
                left.waited_ms,
                left.length_ms,
            )
        }
        MessageEvent::Queued { queue, call } => {
            format!("the message waits in {queue} as call-{call}")
        }
        MessageEvent::Prioritised { call, priority } => {
            format!("the message call-{call} has priority {priority}")
        }
        MessageEvent::GivenBack { agent, call } => format!("{agent} gives call-{call} back"),
        MessageEvent::SetAside { call, why } => format!("call-{call} is set aside: {why:?}"),
        MessageEvent::Done { by } => format!("the message is done, says {by}"),
        MessageEvent::Removed => "the recording is removed".to_owned(),
    }
}

fn call_event(event: &CallEvent) -> String {
    match event {
        CallEvent::Offered { number, caller, trunk, diverted_by, .. } => {
            let name = |ani: &events::Ani| {
                if ani.is_withheld() { "nobody".to_owned() } else { ani.reveal().to_owned() }
            };
            let caller = name(caller);
            let by = diverted_by.as_ref().map(|by| format!(" sent on by {}", name(by)));
            let by = by.unwrap_or_default();
            let over = trunk.as_ref().map(|trunk| format!(" over {trunk}")).unwrap_or_default();
            format!("offered to {number} by {caller}{over}{by}")
        }
        CallEvent::Redirected { agent, number, trunk } => {
            let over = trunk.as_ref().map(|trunk| format!(" over {trunk}")).unwrap_or_default();
            format!("{agent} sends it on to {number}{over}")
        }
        CallEvent::Transferred { by, to, trunk } => {
            let over = trunk.as_ref().map(|trunk| format!(" over {trunk}")).unwrap_or_default();
            format!("{by} hands it over to {to}{over}")
        }
        CallEvent::TransferFailed { by, to, trunk, cause } => {
            let over = trunk.as_ref().map(|trunk| format!(" over {trunk}")).unwrap_or_default();
            format!("{by} could not hand it over to {to}{over}: {cause}")
        }
        CallEvent::Monitored { agent, how } => format!("{agent} is beside the two: {}", how.word()),
        CallEvent::Answered => "answered".to_owned(),
        CallEvent::Chose { menu, key } => format!("chose {key} in {menu}"),
        CallEvent::Decided { step, why, to } => format!("{step} leads to {to}: {why}"),
        CallEvent::AskedAfter { agent, queue, to } => {
            format!("asked on after the talk with {agent} of {queue}: {to}")
        }
        CallEvent::Noted { name, value } => format!("noted {name}: {value}"),
        CallEvent::Queued { queue, .. } => format!("queued in {queue}"),
        CallEvent::PlaceTold { place } => format!("told place {place}"),
        CallEvent::WaitTold { place, at_most_s, confidence, longer } => {
            let bound =
                at_most_s.map_or_else(|| "no bound".to_owned(), |seconds| format!("{seconds} s"));
            let longer = if *longer { ", longer than was said" } else { "" };
            format!("told {bound} at place {place}, {confidence} % sure{longer}")
        }
        CallEvent::WaitUntold { why } => format!("told no wait: {}", why.word()),
        CallEvent::Rang { agent, .. } => format!("rang {agent}"),
        CallEvent::Unserved(stood) => {
            let counts: Vec<_> =
                stood.obstacles.iter().map(|(why, count)| format!("{count} {why}")).collect();
            format!("leaves unserved, {:?} in {}: {}", stood.place, stood.queue, counts.join(", "))
        }
        CallEvent::ReservationEnded { agent, end, .. } => {
            format!("{agent} {}", end.word())
        }
        CallEvent::Connected { agent } => format!("connected with {agent}"),
        CallEvent::QueueFull { queue, waiting_max } => {
            format!("found {queue} full at {waiting_max}")
        }
        CallEvent::CalledOut { number, trunk, .. } => format!("called {number} over {trunk}"),
        CallEvent::CallOutFailed { number, trunk, cause } => {
            let over = trunk.as_ref().map(|trunk| format!(" over {trunk}")).unwrap_or_default();
            format!("could not be put through to {number}{over}: {cause}")
        }
        CallEvent::PutThrough { number, trunk } => format!("put through to {number} over {trunk}"),
        CallEvent::LeftByKey { queue, key, to } => {
            format!("left {queue} by key {key} for {to}")
        }
        CallEvent::VoicemailFull { voicemail, limit } => {
            format!("found voicemail {voicemail} full: {limit}")
        }
        CallEvent::TakenOut { queue } => format!("taken out of {queue}"),
        CallEvent::FoundClosed { queue, to, entered } => {
            let found = if *entered { "is in" } else { "found" };
            format!("{found} {queue} closed, goes to {to}")
        }
        CallEvent::SentOn {
            queue,
            condition,
            to,
            entered,
            waited_ms,
            callers,
            agents,
            expected_ms,
        } => {
            let where_from = if *entered { "out of" } else { "past" };
            format!(
                "sent on {where_from} {queue} to {to}, {condition}: {waited_ms} ms, \
                 {callers} for {agents}{}",
                expected_ms.map(|wait| format!(", expected {wait} ms")).unwrap_or_default()
            )
        }
        CallEvent::Ended { outcome, cause } => format!("ended {outcome:?}: {cause}"),
        CallEvent::Held { by_agent: true } => "held by the agent".to_owned(),
        CallEvent::Held { by_agent: false } => "held by the caller".to_owned(),
        CallEvent::Resumed => "resumed".to_owned(),
        CallEvent::KeptFor { agent, at_most_ms } => {
            format!("kept for {agent} for {at_most_ms} ms at most")
        }
        CallEvent::PlaceRegained { waited_ms } => format!("regained a place of {waited_ms} ms ago"),
        CallEvent::Recovered => "recovered".to_owned(),
        CallEvent::LookedUp { directory, result, name, company } => {
            let who = name.iter().chain(company).map(|text| format!(", {text}"));
            format!("looked up in {directory}: {}{}", result.word(), who.collect::<String>())
        }
    }
}

fn agent_event(event: &AgentEvent) -> String {
    match event {
        AgentEvent::WrapUpStarted { call, length_ms } => {
            format!("wrap-up for call-{call} started, {length_ms} ms")
        }
        AgentEvent::WrapUpExtended { call, length_ms } => {
            format!("wrap-up for call-{call} extended, {length_ms} ms")
        }
        AgentEvent::Filed { call, disposition } => format!("filed call-{call} as {disposition}"),
        AgentEvent::LeftQueue { queue } => format!("left {queue}"),
        AgentEvent::JoinedQueue { queue } => format!("joined {queue}"),
        AgentEvent::ChosenPhoneGone { phone } => format!("chosen phone {phone} is gone"),
        AgentEvent::PausedTooLong { pause } => format!("paused too long: {pause}"),
        AgentEvent::State { state, pause, call } => {
            let pause = pause.as_ref().map(|pause| format!(" for {pause}")).unwrap_or_default();
            let call = call.map(|call| format!(" in call-{call}")).unwrap_or_default();
            format!("is {state}{pause}{call}")
        }
        AgentEvent::WrapUpEnded => "wrap-up ended".to_owned(),
        AgentEvent::Reachable => "reachable".to_owned(),
        AgentEvent::Unreachable => "unreachable".to_owned(),
        AgentEvent::LoggedIn => "logged in".to_owned(),
        AgentEvent::LoggedOut => "logged out".to_owned(),
        AgentEvent::MissedTooOften => "missed too often".to_owned(),
        AgentEvent::CallOutRefused { why } => format!("does not call out: {}", why.word()),
    }
}
