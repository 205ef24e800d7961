//! What an agent is told of a call before answering it: who calls, for what, and since when.
//!
//! It goes to phones of agents and nowhere else: a call that is handed on to somebody outside has none
//! of it.

use crate::call::Call;
use crate::engine::Engine;
use crate::passage::Passage;
use crate::work_items::{Callback, Task, WorkItem};
use clock::{Duration, Moment};
use dialplan::{Known, Value};
use events::Ani;
use ids::{MessageId, QueueId};
use sip_msg::{Name, NameAddr, Text, Uri};
use speech::Shown;

/// How the phone is to ring (RFC 3261 §20.4).
const ALERT_INFO: &str = "Alert-Info";
/// What the caller chose, each menu with its key, the latest last.
const CHOICE: &str = "X-Telefonist-Choice";
const COMPANY: &str = "X-Telefonist-Company";
/// Which attempt to call somebody back this is.
const CALLBACK: &str = "X-Telefonist-Callback";
/// The name of a message that waits for the agent.
const MESSAGE: &str = "X-Telefonist-Message";
const NAME: &str = "X-Telefonist-Name";
const QUEUE: &str = "X-Telefonist-Queue";
/// What the dialplan has noted of the call and shows, each with its name.
const VALUES: &str = "X-Telefonist-Values";
/// Seconds since the first arrival.
const WAITED: &str = "X-Telefonist-Waited";

impl Engine {
    /// Who calls, as the agent's display shows it: the queue, and the caller's name or else the number,
    /// which is the user of the address in any case, so that the phone can call back.
    pub(crate) fn shown_caller(
        &self,
        caller: &Ani,
        known: Option<&Known>,
        queued: Option<(QueueId, Moment)>,
    ) -> NameAddr {
        let who = known.and_then(|known| person(known.name.as_deref(), known.company.as_deref()));
        let queue = queued.map(|(queue, _)| &*self.plan.queue(queue).title);
        self.shown_as(caller, who.as_deref(), queue)
    }

    fn shown_as(&self, caller: &Ani, who: Option<&str>, queue: Option<&str>) -> NameAddr {
        let user = if caller.is_withheld() { "anonymous" } else { caller.reveal() };
        let who = who.unwrap_or(user);
        let display = match queue {
            Some(queue) => format!("{queue}: {who}"),
            None => who.to_owned(),
        };
        NameAddr::new(Uri::sip(Text::from(user.to_owned()), self.config.sip.plain()))
            .with_display(display)
    }

    /// What goes on to the phones of an agent, with what is known of the call.
    pub(crate) fn passage_to_agent(&self, now: Moment, call: &Call) -> Passage {
        let mut passage = call.passage.clone();
        if let Some((queue, arrived)) = call.queued {
            self.say_where_from(&mut passage, queue, now.since(arrived));
        }
        let mut say = |name, value| say(&mut passage, name, value);
        if !call.choices.is_empty() {
            let each = call.choices.iter().map(|(menu, key)| format!("{menu}={key}"));
            say(CHOICE, each.collect::<Vec<_>>().join(", "));
        }
        let noted: Vec<_> = call.visit.shown().map(|(name, value)| noted(name, value)).collect();
        if !noted.is_empty() {
            say(VALUES, noted.join(", "));
        }
        if let Some(known) = &call.known {
            known.name.iter().for_each(|name| say(NAME, name.to_string()));
            known.company.iter().for_each(|company| say(COMPANY, company.to_string()));
        }
        passage
    }

    /// What an agent's phone shows of a work item, and is told of it.
    pub(crate) fn item_told(&self, now: Moment, item: &WorkItem) -> Option<(NameAddr, Passage)> {
        match &item.task {
            Task::Message(message) => self.message_told(now, item, *message),
            Task::Callback(callback) => Some(self.callback_told(now, item, callback)),
        }
    }

    fn callback_told(
        &self,
        now: Moment,
        item: &WorkItem,
        callback: &Callback,
    ) -> (NameAddr, Passage) {
        let who = person(callback.name.as_deref(), callback.company.as_deref());
        let mut passage = Passage::of_our_own();
        self.say_where_from(&mut passage, item.queue, now.since(item.arrived));
        say(&mut passage, CALLBACK, (callback.attempts + 1).to_string());
        callback.name.iter().for_each(|name| say(&mut passage, NAME, name.to_string()));
        callback.company.iter().for_each(|company| say(&mut passage, COMPANY, company.to_string()));
        let title = &self.plan.queue(item.queue).title;
        let queue = format!("{} {title}", self.kind_shown(Shown::Callback));
        let number = Ani::new(callback.number.clone());
        (self.shown_as(&number, who.as_deref(), Some(&queue)), passage)
    }

    /// What an agent's phone shows of a message that waits, and is told of it; none of one that is not there any
    /// more.
    fn message_told(
        &self,
        now: Moment,
        item: &WorkItem,
        message: MessageId,
    ) -> Option<(NameAddr, Passage)> {
        let left = self.messages.left(message)?;
        let who = person(left.name.as_deref(), left.company.as_deref());
        let mut passage = Passage::of_our_own();
        self.say_where_from(&mut passage, item.queue, now.since(item.arrived));
        say(&mut passage, MESSAGE, message.hex());
        left.name.iter().for_each(|name| say(&mut passage, NAME, name.to_string()));
        left.company.iter().for_each(|company| say(&mut passage, COMPANY, company.to_string()));
        let title = &self.plan.queue(item.queue).title;
        let queue = format!("{} {title}", self.kind_shown(Shown::Message));
        Some((self.shown_as(&left.caller, who.as_deref(), Some(&queue)), passage))
    }

    /// What it is called in the plan's first language.
    fn kind_shown(&self, what: Shown) -> &'static str {
        speech::shown(self.plan.language(self.plan.default_language), what)
    }

    fn say_where_from(&self, passage: &mut Passage, queue: QueueId, waited: Duration) {
        let queue = self.plan.queue(queue);
        say(passage, QUEUE, queue.title.to_string());
        say(passage, WAITED, waited.as_secs().to_string());
        queue.alert_info.iter().for_each(|how| say(passage, ALERT_INFO, how.to_string()));
    }
}

/// Who it is, for people.
fn person(name: Option<&str>, company: Option<&str>) -> Option<String> {
    match (name, company) {
        (Some(name), Some(company)) => Some(format!("{name}, {company}")),
        (Some(one), None) | (None, Some(one)) => Some(one.to_owned()),
        (None, None) => None,
    }
}

/// `matter=invoice`, and in quotes what is no word (RFC 3261 §25.1).
fn noted(name: &str, value: &Value) -> String {
    let value = value.to_string();
    let is_word = |c: char| c.is_ascii_alphanumeric() || "-.!%*_+`'~".contains(c);
    if !value.is_empty() && value.chars().all(is_word) {
        return format!("{name}={value}");
    }
    let quoted = value.replace('\\', "\\\\").replace('"', "\\\"");
    format!("{name}=\"{quoted}\"")
}

fn say(passage: &mut Passage, name: &'static str, value: String) {
    let name = Name::new(name).expect("the names here are tokens");
    passage.say_to_phones(name, Text::from(value));
}
