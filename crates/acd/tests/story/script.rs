//! A language for stories: one thing that happens a line, on virtual time.
//!
//! ```text
//! queue 1 [ring SECONDS] [wrap SECONDS] [pause SECONDS] [max CALLERS] [priority N] [skill S LEVEL]
//! agent 7 QUEUE… [wrap SECONDS] [missed N] [skill S LEVEL]
//! in 7 · login 7 · out 7 · lost 7 · back 7 · busy 7 · free 7 · end 7 · done 7       an agent
//! call 1 QUEUE [priority N] [since SECOND] · leave 1                      a caller
//! accept · connect · drop · decline · fail, each with a reservation        a reservation
//! wait SECONDS
//! place 1 · state 7 · waiting QUEUE · explain 1                            a question
//! ```

use acd::{Acd, AgentConfig, Config, Decision, Input, Output, QueueConfig};
use clock::{Duration, Moment};
use ids::{AgentId, CallId, QueueId, ReservationId, SkillId};
use std::fmt::Write;
use std::str::SplitWhitespace;

/// Plays a script and answers what came of it, each line with its time.
pub(crate) fn play(script: &str) -> String {
    let (config, rest) = configure(script);
    let mut stage = Stage { acd: Acd::new(config), now: Moment::ZERO, told: String::new() };
    for line in rest {
        stage.play(line);
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
                let place = self.acd.place(CallId(id)).map(|place| place.number());
                self.tell(format!("place of {}: {place:?}", CallId(id)));
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
        Output::WrapUpStarted { agent, call, until } => {
            format!("{agent} writes {call} up until {until}")
        }
        Output::WrapUpOver(agent) => format!("{agent} has written up"),
        Output::Refuse(call, reason) => format!("{call} refused: {reason}"),
    }
}

fn input(verb: &str, id: u64, words: SplitWhitespace<'_>, now: Moment) -> Input {
    match verb {
        "out" => Input::LoggedOut(agent(id)),
        "lost" => Input::Unreachable(agent(id)),
        "back" => Input::Reachable(agent(id)),
        "login" => Input::LoggedIn(agent(id)),
        "busy" => Input::Occupied(agent(id)),
        "free" => Input::Freed(agent(id)),
        "end" => Input::Ended(agent(id)),
        "done" => Input::WrapUpEnded(agent(id)),
        "call" => queued(CallId(id), words, now),
        "leave" => Input::Abandoned(CallId(id)),
        "accept" => Input::Accepted(ReservationId(id)),
        "connect" => Input::Connected(ReservationId(id)),
        "drop" => Input::Dropped(ReservationId(id)),
        "decline" => Input::Declined(ReservationId(id)),
        "fail" => Input::Failed(ReservationId(id)),
        _ => panic!("no such word: {verb}"),
    }
}

fn queued(call: CallId, mut words: SplitWhitespace<'_>, now: Moment) -> Input {
    let queue = queue(number(words.next().unwrap()));
    let (mut priority, mut arrived) = (0, now);
    while let Some(word) = words.next() {
        let value = number(words.next().unwrap());
        match word {
            "priority" => priority = u8::try_from(value).unwrap(),
            "since" => arrived = Moment::ZERO + Duration::from_secs(value),
            _ => panic!("no such word: {word}"),
        }
    }
    Input::Queued { call, queue, priority, arrived }
}

/// The queues and agents at the head of a script, and the lines after them.
fn configure(script: &str) -> (Config, Vec<&str>) {
    let mut config = Config::new(Vec::new(), Vec::new());
    let mut rest = Vec::new();
    for line in script.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let words: Vec<_> = line.split_whitespace().collect();
        match words[0] {
            "queue" => config.queues.push(queue_config(&words)),
            "agent" => config.agents.push(agent_config(&words)),
            "centre" => config.waiting_max = usize::try_from(number(words[1])).unwrap(),
            _ => rest.push(line),
        }
    }
    (config, rest)
}

fn queue_config(words: &[&str]) -> QueueConfig {
    let mut config = QueueConfig::new(queue(number(words[1])));
    let mut words = words[2..].iter();
    while let Some(word) = words.next() {
        let value = number(words.next().unwrap());
        match *word {
            "ring" => config.ring_max = Duration::from_secs(value),
            "wrap" => config.wrap_up = Duration::from_secs(value),
            "pause" => config.decline_pause = Duration::from_secs(value),
            "max" => config.waiting_max = usize::try_from(value).unwrap(),
            "priority" => config.priority = u8::try_from(value).unwrap(),
            "skill" => config.requirements.push(skill(value, words.next().unwrap())),
            _ => panic!("no such word: {word}"),
        }
    }
    config
}

fn agent_config(words: &[&str]) -> AgentConfig {
    let mut config = AgentConfig::new(agent(number(words[1])), Vec::new());
    let mut words = words[2..].iter();
    while let Some(word) = words.next() {
        let mut value = || number(words.next().unwrap());
        match *word {
            "wrap" => config.wrap_up = Some(Duration::from_secs(value())),
            "missed" => config.missed_max = u32::try_from(value()).unwrap(),
            "skill" => {
                let id = value();
                config.skills.push(skill(id, words.next().unwrap()));
            }
            id => config.queues.push(queue(number(id))),
        }
    }
    config
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
