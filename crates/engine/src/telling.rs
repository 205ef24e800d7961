//! What an agent is told of a call before answering it: who calls, for what, and since when.
//!
//! It goes to phones of agents and nowhere else: a call that is handed on to somebody outside has none
//! of it.

use crate::call::Call;
use crate::engine::Engine;
use crate::passage::Passage;
use clock::Moment;
use dialplan::Known;
use events::Ani;
use ids::QueueId;
use sip_msg::{Name, NameAddr, Text, Uri};

/// How the phone is to ring (RFC 3261 §20.4).
const ALERT_INFO: &str = "Alert-Info";
/// What the caller chose, each menu with its key, the latest last.
const CHOICE: &str = "X-Telefonist-Choice";
const COMPANY: &str = "X-Telefonist-Company";
const NAME: &str = "X-Telefonist-Name";
const QUEUE: &str = "X-Telefonist-Queue";
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
        let user = if caller.is_withheld() { "anonymous" } else { caller.reveal() };
        let who = known.and_then(|known| match (&known.name, &known.company) {
            (Some(name), Some(company)) => Some(format!("{name}, {company}")),
            (Some(one), None) | (None, Some(one)) => Some(one.to_string()),
            (None, None) => None,
        });
        let who = who.as_deref().unwrap_or(user);
        let queue = queued.map(|(queue, _)| self.plan.queue(queue));
        let display = match queue {
            Some(queue) => format!("{}: {who}", queue.title),
            None => who.to_owned(),
        };
        NameAddr::new(Uri::sip(Text::from(user.to_owned()), self.config.sip.plain()))
            .with_display(display)
    }

    /// What goes on to the phones of an agent, with what is known of the call.
    pub(crate) fn passage_to_agent(&self, now: Moment, call: &Call) -> Passage {
        let mut passage = call.passage.clone();
        let mut say = |name: &'static str, value: String| {
            let name = Name::new(name).expect("the names here are tokens");
            passage.say_to_phones(name, Text::from(value));
        };
        if let Some((queue, arrived)) = call.queued {
            say(QUEUE, self.plan.queue(queue).title.to_string());
            say(WAITED, now.since(arrived).as_secs().to_string());
            self.plan
                .queue(queue)
                .alert_info
                .iter()
                .for_each(|how| say(ALERT_INFO, how.to_string()));
        }
        if !call.choices.is_empty() {
            let each = call.choices.iter().map(|(menu, key)| format!("{menu}={key}"));
            say(CHOICE, each.collect::<Vec<_>>().join(", "));
        }
        if let Some(known) = &call.known {
            known.name.iter().for_each(|name| say(NAME, name.to_string()));
            known.company.iter().for_each(|company| say(COMPANY, company.to_string()));
        }
        passage
    }
}
