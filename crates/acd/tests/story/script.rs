//! A language for stories: one thing that happens a line, on virtual time.
//!
//! ```text
//! queue 1 [ring SECONDS] [wrap SECONDS] [pause SECONDS] [max CALLERS] [priority N] [ageing N]
//!         [waited SECONDS] [per N] [all PRESENCE,… SECONDS] [coming PRESENCE,…]
//!         [expected SECONDS] [expecting SECONDS]
//!         [skill S LEVEL] [then SECONDS S LEVEL] [by STRATEGY] [every SECONDS] [tier SECONDS]…
//! agent 7 QUEUE[/TIER]… [wrap SECONDS] [missed N] [declined N] [weight N] [capacity N]
//!         [skill S LEVEL]
//! in 7 · login 7 · out 7 · lost 7 · back 7 · busy 7 · free 7 · done 7               an agent
//! end 7 [CALL]                                     the oldest conversation, or the one in this call
//! pause 7 REASON · resume 7 · off 7 QUEUE · on 7 QUEUE · until 7 SECOND
//! call 1 QUEUE [priority N] [since SECOND] [for AGENT SECONDS] · leave 1     a caller
//! takeout 1 · raise 1 PRIORITY · unring RESERVATION                        somebody by hand
//! accept · connect · drop · decline · engaged · fail, each with a reservation    a reservation
//! wait SECONDS
//! recast: the queues and agents of the lines behind it are these from now on, all others what they were
//! place 1 · state 7 · talks 7 · waiting QUEUE · explain 1                            a question
//! ```

use acd::{
    Acd, AgentConfig, Condition, Config, Decision, Figures, Input, Kind, Membership, Need, Output,
    Presence, QueueConfig, Requirement, Strategy, Waiting, Whom,
};
use clock::{Duration, Moment};
use ids::{AgentId, CallId, PauseId, QueueId, ReservationId, SkillId};
use std::fmt::Write;
use std::str::SplitWhitespace;

/// Plays a script and answers what came of it, each line with its time.
pub(crate) fn play(script: &str) -> String {
    let mut lines = script.lines().map(str::trim).filter(|line| !line.is_empty()).peekable();
    let mut config = Config::new(Vec::new(), Vec::new());
    while lines.next_if(|line| configure(&mut config, line)).is_some() {}
    let acd = Acd::new(config.clone());
    let mut stage = Stage { acd, now: Moment::ZERO, told: String::new() };
    while let Some(line) = lines.next() {
        if line == "recast" {
            while lines.next_if(|line| configure(&mut config, line)).is_some() {}
            stage.acd.recast(stage.now, config.clone());
            stage.drain();
        } else {
            stage.play(line);
        }
    }
    stage.told
}

struct Stage {
    acd: Acd,
    now: Moment,
    told: String,
}

impl Stage {
    fn play(&mut self, line: &str) {
        let mut words = line.split_whitespace();
        let verb = words.next().unwrap();
        let id = number(words.next().unwrap());
        match verb {
            "wait" => self.wait(Duration::from_secs(id)),
            "place" => {
                let place = self.acd.place(self.now, CallId(id)).map(|place| place.number());
                self.tell(format!("place of {}: {place:?}", CallId(id)));
            }
            "expect" => match self.acd.expected_wait(self.now, CallId(id)) {
                Some(Ok(bound)) => self.tell(format!("{} waits {bound:.0?}", CallId(id))),
                Some(Err(why)) => self.tell(format!("{} waits: {why}", CallId(id))),
                None => self.tell(format!("{} does not wait", CallId(id))),
            },
            "arriving" => {
                let waiting = Waiting::new(CallId(u64::MAX), queue(id), self.now);
                let expected = self.acd.expected_wait_of(self.now, &waiting);
                self.tell(format!("who comes to {} waits {expected:.0?}", queue(id)));
            }
            "state" => {
                let agent = agent(id);
                self.tell(format!("{agent} is {:?}", self.acd.state_of(agent).unwrap()));
            }
            "waiting" => {
                let calls: Vec<_> = self.acd.waiting_calls(queue(id)).collect();
                self.tell(format!("{} has {calls:?} waiting", queue(id)));
            }
            "explain" => self.explain(CallId(id)),
            "talks" => {
                let calls: Vec<_> = self.acd.talks_of(agent(id)).collect();
                self.tell(format!("{} talks in {calls:?}", agent(id)));
            }
            "end" => {
                let oldest = self.acd.talks_of(agent(id)).next();
                let call = words.next().map(|call| CallId(number(call))).or(oldest);
                self.feed(Input::Ended(agent(id), call.unwrap_or(CallId(0))));
            }
            "in" => {
                self.acd.handle(self.now, Input::Reachable(agent(id)));
                self.feed(Input::LoggedIn(agent(id)));
            }
            _ => self.feed(input(verb, id, words, self.now)),
        }
    }

    fn explain(&mut self, call: CallId) {
        let Some(explanation) = self.acd.explain(self.now, call) else {
            return self.tell(format!("{call} is unknown"));
        };
        if let Some(standing) = explanation.standing {
            let place = standing.place.map(|place| place.number());
            let (priority, score) = (standing.priority, standing.score);
            self.tell(format!("{call} has place {place:?}, priority {priority}, score {score:?}"));
            for (agent, why) in standing.agents {
                self.tell(format!("    {agent}: {why:?}"));
            }
        }
        for Decision { at, agent, score, rule, .. } in explanation.decisions {
            self.tell(format!("    at {at} to {agent} by score {score:?}, {rule:?}"));
        }
    }

    fn feed(&mut self, input: Input) {
        self.acd.handle(self.now, input);
        self.drain();
    }

    /// Lets time pass, stopping at every deadline.
    fn wait(&mut self, length: Duration) {
        let end = self.now + length;
        while let Some(due) = self.acd.poll_timeout().filter(|due| *due <= end) {
            self.now = self.now.max(due);
            self.acd.handle_timeout(self.now);
            self.drain();
        }
        self.now = end;
    }

    fn drain(&mut self) {
        while let Some(output) = self.acd.poll_output() {
            self.tell(brief(output));
        }
    }

    fn tell(&mut self, what: String) {
        writeln!(self.told, "{} {what}", self.now).unwrap();
    }
}

/// What is told of an output.
fn brief(output: Output) -> String {
    match output {
        Output::Ring { reservation, agent, call } => {
            format!("{reservation}: ring {agent} for {call}")
        }
        Output::StopRinging { reservation, why } => format!("{reservation}: stop ringing, {why:?}"),
        Output::Connect { reservation, agent, call } => {
            format!("{reservation}: connect {agent} with {call}")
        }
        Output::AgentNow(agent, state) => format!("{agent} is {state:?}"),
        Output::ReservationOver { reservation, end, .. } => format!("{reservation}: over, {end:?}"),
        Output::WrapUpStarted { agent, call, until, .. } => {
            format!("{agent} writes {call} up until {until}")
        }
        Output::WrapUpOver(agent) => format!("{agent} has written up"),
        Output::SentOn {
            call,
            queue,
            condition,
            figures: Figures { waited, present, on_duty, expected },
        } => {
            let expected = expected.map(|wait| format!(", expected {wait:.0?}"));
            format!(
                "{call} sent on from {queue} by {condition}: {waited:?}, {present} for {on_duty}{}",
                expected.unwrap_or_default()
            )
        }
        Output::Refuse(call, reason) => format!("{call} refused: {reason}"),
    }
}

fn input(verb: &str, id: u64, mut words: SplitWhitespace<'_>, now: Moment) -> Input {
    let mut next = || number(words.next().unwrap());
    match verb {
        "pause" => Input::Paused(agent(id), PauseId(u32::try_from(next()).unwrap())),
        "resume" => Input::Resumed(agent(id)),
        "off" => Input::LeftQueue(agent(id), queue(next())),
        "on" => Input::JoinedQueue(agent(id), queue(next())),
        "until" => Input::WrapUpUntil(agent(id), Moment::ZERO + Duration::from_secs(next())),
        "engaged" => Input::Busy(ReservationId(id)),
        "out" => Input::LoggedOut(agent(id)),
        "lost" => Input::Unreachable(agent(id)),
        "back" => Input::Reachable(agent(id)),
        "login" => Input::LoggedIn(agent(id)),
        "busy" => Input::Occupied(agent(id)),
        "free" => Input::Freed(agent(id)),
        "passes" => Input::PassedOn(ReservationId(id), agent(next())),
        "takes" => Input::TookOver(agent(id), CallId(next()), queue(next())),
        "done" => Input::WrapUpEnded(agent(id)),
        "call" => Input::Queued(queued(CallId(id), words, now)),
        "item" => {
            let waiting = queued(CallId(id), words, now);
            Input::Queued(Waiting { kind: Kind::WorkItem, ..waiting })
        }
        "leave" => Input::Abandoned(CallId(id)),
        "takeout" => Input::TakenOut(CallId(id)),
        "raise" => Input::Prioritised(CallId(id), u8::try_from(next()).unwrap()),
        "unring" => Input::TakenBack(ReservationId(id)),
        "accept" => Input::Accepted(ReservationId(id)),
        "connect" => Input::Connected(ReservationId(id)),
        "drop" => Input::Dropped(ReservationId(id)),
        "decline" => Input::Declined(ReservationId(id)),
        "fail" => Input::Failed(ReservationId(id)),
        _ => panic!("no such word: {verb}"),
    }
}

fn queued(call: CallId, mut words: SplitWhitespace<'_>, now: Moment) -> Waiting {
    let mut waiting = Waiting::new(call, queue(number(words.next().unwrap())), now);
    while let Some(word) = words.next() {
        let value = number(words.next().unwrap());
        match word {
            "priority" => waiting.priority = u8::try_from(value).unwrap(),
            "from" => waiting.given_back_by = Some(agent(value)),
            "since" => waiting.arrived = Moment::ZERO + Duration::from_secs(value),
            "for" => {
                let most = Duration::from_secs(number(words.next().unwrap()));
                waiting.kept_for = Some((agent(value), most));
            }
            _ => panic!("no such word: {word}"),
        }
    }
    waiting
}

/// Puts a queue or an agent in, in place of the one that was there. Answers whether the line is of either.
fn configure(config: &mut Config, line: &str) -> bool {
    let words: Vec<_> = line.split_whitespace().collect();
    match words[0] {
        "queue" => {
            let queue = queue_config(&words);
            config.queues.retain(|each| each.id != queue.id);
            config.queues.push(queue);
        }
        "agent" => {
            let agent = agent_config(&words);
            config.agents.retain(|each| each.id != agent.id);
            config.agents.push(agent);
        }
        "centre" => config.waiting_max = usize::try_from(number(words[1])).unwrap(),
        _ => return false,
    }
    true
}

fn queue_config(words: &[&str]) -> QueueConfig {
    let mut config = QueueConfig::new(queue(number(words[1])));
    let mut words = words[2..].iter();
    let (mut levels, mut later) = (Vec::new(), Vec::new());
    while let Some(word) = words.next() {
        if *word == "by" {
            config.strategy = strategy(words.next().unwrap());
            continue;
        }
        if let "all" | "coming" = *word {
            let is = words.next().unwrap().split(',').map(presence).collect();
            let (whom, lasting) = match *word {
                "all" => (Whom::All, Duration::from_secs(number(words.next().unwrap()))),
                _ => (Whom::Coming, Duration::ZERO),
            };
            config.conditions.push(Condition::EveryAgent { is, whom, lasting });
            continue;
        }
        let value = number(words.next().unwrap());
        match *word {
            "waited" => config.conditions.push(Condition::Waited(Duration::from_secs(value))),
            "per" => {
                let most = u32::try_from(value).unwrap();
                config.conditions.push(Condition::CallsPerAgent(most));
            }
            "expected" | "expecting" => {
                let whom = if *word == "expected" { Whom::Coming } else { Whom::Waiting };
                let longer_than = Duration::from_secs(value);
                config.conditions.push(Condition::ExpectedWait { longer_than, whom });
            }
            "ring" => config.ring_max = Duration::from_secs(value),
            "wrap" => config.wrap_up = Duration::from_secs(value),
            "pause" => config.decline_pause = Duration::from_secs(value),
            "max" => config.waiting_max = usize::try_from(value).unwrap(),
            "priority" => config.priority = u8::try_from(value).unwrap(),
            "talk" => config.expected_talk = Some(Duration::from_secs(value)),
            "sure" => config.confidence = u8::try_from(value).unwrap(),
            "ageing" => config.ageing = u32::try_from(value).unwrap(),
            "every" => {
                config.strategy = Strategy::Progressive { every: Duration::from_secs(value) };
            }
            "tier" => config.tier_waits.push(Duration::from_secs(value)),
            "skill" => levels.push(skill(value, words.next().unwrap())),
            "then" => {
                let what = skill(number(words.next().unwrap()), words.next().unwrap());
                later.push((Duration::from_secs(value), what));
            }
            _ => panic!("no such word: {word}"),
        }
    }
    let first = Need::always(Requirement::levels(&levels));
    let need = later.into_iter().fold(first, |need, (after, (skill, least))| {
        need.then(after, Requirement::AtLeast(skill, least))
    });
    config.needs = vec![need];
    config
}

fn agent_config(words: &[&str]) -> AgentConfig {
    let mut config = AgentConfig::new(agent(number(words[1])), Vec::new());
    let mut words = words[2..].iter();
    while let Some(word) = words.next() {
        let mut value = || number(words.next().unwrap());
        match *word {
            "wrap" => config.wrap_up = Some(Duration::from_secs(value())),
            "missed" => config.rings_max.missed = u32::try_from(value()).unwrap(),
            "declined" => config.rings_max.declined = u32::try_from(value()).unwrap(),
            "capacity" => config.capacity = u8::try_from(value()).unwrap(),
            "weight" => config.weight = u32::try_from(value()).unwrap(),
            "skill" => {
                let id = value();
                config.skills.push(skill(id, words.next().unwrap()));
            }
            of => config.queues.push(membership(of)),
        }
    }
    config
}

fn membership(word: &str) -> Membership {
    match word.split_once('/') {
        Some((id, tier)) => Membership { queue: queue(number(id)), tier: tier.parse().unwrap() },
        None => queue(number(word)).into(),
    }
}

fn strategy(word: &str) -> Strategy {
    match word {
        "idle" => Strategy::LongestIdle,
        "occupancy" => Strategy::LeastOccupied,
        "calls" => Strategy::FewestCalls,
        "round" => Strategy::RoundRobin,
        "linear" => Strategy::Linear,
        "chance" => Strategy::Random,
        "weight" => Strategy::WeightedRandom,
        "all" => Strategy::RingAll,
        _ => panic!("no such strategy: {word}"),
    }
}

fn presence(word: &str) -> Presence {
    match word {
        "out" => Presence::LoggedOut,
        "lost" => Presence::Unreachable,
        "paused" => Presence::Paused,
        "missed" => Presence::NotReady,
        "wrap" => Presence::WrapUp,
        "busy" => Presence::Busy,
        _ => panic!("no such presence: {word}"),
    }
}

fn skill(id: u64, level: &str) -> (SkillId, u8) {
    (SkillId(u32::try_from(id).unwrap()), level.parse().unwrap())
}

fn agent(id: u64) -> AgentId {
    AgentId(u32::try_from(id).unwrap())
}

fn queue(id: u64) -> QueueId {
    QueueId(u32::try_from(id).unwrap())
}

fn number(word: &str) -> u64 {
    word.parse().unwrap_or_else(|_| panic!("not a number: {word}"))
}
