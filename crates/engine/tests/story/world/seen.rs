//! What is seen of the world, and told.

use super::World;
use crate::telling::Topic;
use clock::Moment;
use snapshot::ExpectedWait;
use std::fmt::Write as _;
use std::net::IpAddr;

/// As many looks as it takes to find everything that is shown anew.
const LOOKS: u32 = 10;

impl World {
    pub(super) fn name_of(&self, ip: IpAddr) -> &'static str {
        self.name_at(ip).unwrap()
    }

    pub(super) fn name_at(&self, ip: IpAddr) -> Option<&'static str> {
        self.phones.iter().find(|(_, phone)| phone.address.ip() == ip).map(|(name, _)| *name)
    }

    /// A session identifier with letters for its numbers, in the order in which they are seen.
    pub(super) fn ends_by_letters(&mut self, identifier: String) -> String {
        let mut told = identifier.clone();
        for number in identifier.split(";remote=") {
            let next = char::from(b'A' + u8::try_from(self.ends.len()).unwrap() - 1);
            let letter = *self.ends.entry(number.to_owned()).or_insert(next);
            told = told.replace(number, &letter.to_string());
        }
        told
    }

    /// The story is about this from here on.
    pub(crate) fn tell_of(&mut self, topics: Vec<Topic>) {
        self.topics = topics;
    }

    pub(super) fn look_at_agents(&mut self) {
        for agent in self.engine.snapshot(self.now).agents {
            let before = self.agents.insert(agent.id.to_string(), agent.state.to_string());
            if before.is_some_and(|before| before != agent.state) {
                self.tell(Topic::Agents, &agent.id, &format!("is {}", agent.state));
            }
        }
    }

    pub(super) fn tell(&mut self, topic: Topic, who: &str, what: &str) {
        if self.topics.contains(&topic) {
            self.say(&format!("{who} {what}"));
        }
    }

    fn say(&mut self, what: &str) {
        let clock = self.now.since(Moment::ZERO).as_secs_f64();
        writeln!(self.told, "{clock}s {what}").unwrap();
    }

    /// Every call as the status page shows it.
    pub(crate) fn tell_calls(&mut self) {
        for call in self.engine.snapshot(self.now).calls {
            let what = if call.message.is_some() { "message " } else { "" };
            let mut told = format!("{what}call-{} is {}", call.id, call.state);
            if let Some(queue) = call.queue {
                write!(told, " in {queue}").unwrap();
            }
            if let Some(place) = call.place {
                write!(told, " at place {place}").unwrap();
            }
            self.say(&told);
        }
    }

    /// What an agent does, as it is shown.
    pub(crate) fn tell_desk(&mut self, agent: &str) {
        let agents = self.engine.snapshot(self.now).agents;
        let seen = agents.into_iter().find(|each| *each.id == *agent).unwrap();
        let pause = seen.pause.map_or(String::new(), |pause| format!(", pause {pause}"));
        let out = if seen.logs_out { ", logs out" } else { "" };
        let (state, calls, capacity) = (seen.state, seen.calls, seen.capacity);
        self.say(&format!("{agent} is {state}, calls {calls:?} of {capacity}{pause}{out}"));
    }

    /// The phones of an agent, as they are shown.
    pub(crate) fn tell_phones(&mut self, agent: &str) {
        let agents = self.engine.snapshot(self.now).agents;
        for phone in agents.into_iter().find(|each| *each.id == *agent).unwrap().phones {
            let chosen = if phone.chosen { ", chosen" } else { "" };
            self.say(&format!("{agent} has phone {} at {}{chosen}", phone.phone, phone.address));
        }
    }

    /// How long one is expected to wait, where that is shown.
    pub(crate) fn tell_expected(&mut self) {
        // The shell does so before each look, and looks often.
        (0..LOOKS).for_each(|_| self.read_clock());
        let snapshot = self.engine.snapshot(self.now);
        let queues = snapshot.queues.into_iter();
        let queues = queues.map(|queue| (queue.id.to_string(), queue.expected_wait));
        let calls = snapshot.calls.into_iter();
        let calls = calls.map(|call| (format!("call-{}", call.id), call.expected_wait));
        for (whose, wait) in queues.chain(calls) {
            match wait {
                Some(ExpectedWait::AtMost { at_most_s }) => {
                    self.say(&format!("{whose}: {at_most_s} s at most"));
                }
                Some(ExpectedWait::Unknown { unknown }) => self.say(&format!("{whose}: {unknown}")),
                None => {}
            }
        }
    }

    /// What is at the voicemails.
    pub(crate) fn tell_voicemails(&mut self) {
        for voicemail in self.engine.snapshot(self.now).voicemails {
            let (id, messages, recording) = (voicemail.id, voicemail.messages, voicemail.recording);
            self.say(&format!("voicemail {id} has {messages}, and takes {recording}"));
        }
    }

    /// The counters that have counted something.
    pub(crate) fn tell_totals(&mut self) {
        let totals = self.engine.books().totals;
        let told = [
            ("offered", totals.offered),
            ("on", totals.on),
            ("answered", totals.answered),
            ("put through", totals.put_through),
            ("abandoned", totals.abandoned),
            ("closed", totals.closed),
            ("finished", totals.finished),
            ("refused", totals.refused),
            ("withdrawn", totals.withdrawn),
            ("voicemail", totals.voicemail),
            ("callback", totals.callback),
            ("failed", totals.failed),
        ];
        let told: Vec<_> = told.into_iter().filter(|(_, count)| *count > 0).collect();
        self.say(&format!("{told:?}"));
    }

    /// Says what somebody must see to.
    pub(crate) fn tell_alarms(&mut self) {
        let alarms = self.engine.snapshot(self.now).alarms;
        let told = alarms.into_iter().map(|alarm| format!("{}: {}", alarm.about, alarm.what));
        let told: Vec<_> = told.collect();
        self.say(&format!("{told:?}"));
    }

    /// What queues and agents have done today, as it is shown.
    pub(crate) fn tell_today(&mut self) {
        let snapshot = self.engine.snapshot(self.now);
        for queue in snapshot.queues {
            let today = queue.today;
            let counts = [
                ("offered", today.offered),
                ("answered", today.answered),
                ("abandoned", today.abandoned),
                ("short abandoned", today.short_abandoned),
                ("overflowed", today.overflowed),
                ("interrupted", today.interrupted),
                ("waiting", today.waiting),
            ];
            self.tell_counts(&queue.id, &counts);
        }
        for agent in snapshot.agents {
            let today = agent.today;
            let counts = [
                ("handled", today.handled),
                ("staffed", today.staffed_s),
                ("ready", today.ready_s),
                ("ringing", today.ringing_s),
                ("talking", today.talking_s),
                ("wrap-up", today.wrap_up_s),
                ("paused", today.paused_s),
            ];
            self.tell_counts(&agent.id, &counts);
        }
    }

    /// Those that have counted something.
    fn tell_counts(&mut self, whose: &str, counts: &[(&str, u64)]) {
        let counts = counts.iter().filter(|(_, count)| *count > 0);
        let told: Vec<_> = counts.map(|(name, count)| format!("{name} {count}")).collect();
        if !told.is_empty() {
            self.say(&format!("{whose} today: {}", told.join(", ")));
        }
    }

    /// Says whether everything that calls held was given back.
    pub(crate) fn tell_what_is_left(&mut self, ports: usize) {
        let books = self.engine.books();
        let left = [
            ("calls", books.calls.len()),
            ("work items", books.work_items.len()),
            ("codes", books.codes),
            ("summons", books.summons),
            ("directs", books.directs.len()),
            ("legs", books.legs),
            ("SIP legs", books.sip_legs),
            ("recordings", books.recordings),
            ("shares", books.shares),
            ("transactions", books.transactions),
            ("ports", ports - books.ports_free),
            ("deadlines", books.timers),
            ("rows", books.rows_awaited),
            ("messages half taken", books.messages_taken),
            ("subscriptions", books.subscriptions),
            ("notifies", books.notifies),
        ];
        let left: Vec<_> = left.into_iter().filter(|(_, count)| *count > 0).collect();
        match left.is_empty() {
            true => self.say("nothing is left"),
            false => self.say(&format!("left: {left:?}")),
        }
    }
}
