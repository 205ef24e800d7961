//! The end of the day: the network heals, whoever waits is served, and nothing is left.

use crate::agent::AgentDoes;
use crate::day::Close;
use crate::phone::PhoneId;
use crate::registering::Code;
use crate::site::Site;
use crate::world::{Mood, World};
use acd::AgentState;
use clock::Duration;
use engine::{Input, ItemStands, Place};

/// Until this long after the network has healed, what was lost on it may still be missed.
const AFTERMATH: Duration = Duration::from_secs(40);
/// After the last word, this is how long transactions and wrap-ups may last.
const QUIET: Duration = Duration::from_secs(80);
/// The same where a process has died: a phone that was told to wait waits for three minutes (RFC 3261 §16.6, timer C).
const QUIET_AFTER_A_DEATH: Duration = Duration::from_secs(280);
/// How long somebody may be on when everybody does as they should.
const SERVED_MAX: Duration = Duration::from_secs(400);
/// The same where somebody may be called back at a time.
const CALLED_BACK_MAX: Duration = Duration::from_secs(1_000);
const LOOK_EVERY: Duration = Duration::from_secs(5);

impl World {
    /// Closes the day as it was decided in the morning, and checks what is left.
    pub(crate) fn close(&mut self) {
        if self.day.close == Close::Stopped {
            self.feed(Input::Stop);
        }
        self.heal();
        self.run(AFTERMATH);
        self.air_is_dead();
        if self.day.close != Close::Stopped {
            self.log_in_all();
        }
        self.run(AFTERMATH);
        self.mood = Mood::Done;
        if self.day.close == Close::Drained {
            self.feed(Input::Drain);
        }
        if self.day.close != Close::Served {
            // Somebody always comes to a door that has just been closed.
            self.dial();
        }
        self.serve_all();
        for phone in self.agent_phones() {
            self.agent_does(phone, AgentDoes::Register);
        }
        self.run(match self.site() {
            Site::Usual => QUIET,
            Site::Promises => QUIET_AFTER_A_DEATH,
        });
        self.nothing_is_left();
    }

    fn agent_phones(&self) -> Vec<PhoneId> {
        self.agents.keys().copied().collect()
    }

    /// From here on messages arrive, and people do as they should.
    fn heal(&mut self) {
        self.say(format_args!("the network heals"));
        self.wire.heal();
        self.mood = Mood::Good;
        for phone in self.agent_phones() {
            self.agent_does(phone, AgentDoes::ComeBack);
            self.plans(phone, 0..=2_000, AgentDoes::Register);
        }
    }

    fn log_in_all(&mut self) {
        for phone in self.agent_phones() {
            self.plans(phone, 0..=5_000, AgentDoes::Dial(Code::In));
        }
    }

    /// With the network healed and agents at their desks, whoever waits is answered, and so is every message.
    fn serve_all(&mut self) {
        let until = self.now
            + match self.site() {
                Site::Usual => SERVED_MAX,
                Site::Promises => CALLED_BACK_MAX,
            };
        loop {
            let (calls, items) = (self.engine.books().calls, self.items_to_be_heard());
            if calls.is_empty() && items.is_empty() {
                return;
            }
            let late =
                (self.now >= until).then(|| format!("nobody serves {calls:?} and {items:?}"));
            self.insist(late.map_or(Ok(()), Err));
            self.run(LOOK_EVERY);
        }
    }

    /// Where no calls are taken any more, messages that wait do so until the next day.
    fn items_to_be_heard(&self) -> Vec<ItemStands> {
        let is_open = self.day.close == Close::Served;
        let mut items = self.engine.books().work_items;
        items.retain(|item| is_open || matches!(item.place, Place::Talking { .. }));
        items
    }

    fn nothing_is_left(&self) {
        let books = self.engine.books();
        let left = [
            ("calls", books.calls.len()),
            ("short codes", books.codes),
            ("summons", books.summons),
            ("legs", books.legs),
            ("SIP legs", books.sip_legs),
            ("recordings", books.recordings),
            ("transactions", books.transactions),
            ("ports that never closed", books.ports_closing),
            ("ports not free", usize::from(self.site().ports()) - books.ports_free),
            // Messages that somebody has dealt with have one until their recordings go.
            ("deadlines", books.timers.saturating_sub(books.messages.len())),
            ("messages to be heard", self.items_to_be_heard().len()),
            ("rows awaited", books.rows_awaited),
            ("messages half taken", books.messages_taken),
            ("streams", self.plane.len()),
            ("calls without an end", self.ledger.open().count()),
        ];
        for (what, count) in left {
            self.insist(if count == 0 { Ok(()) } else { Err(format!("{count} {what} are left")) });
        }
        self.everybody_knows();
    }

    /// Nobody believes in a call that is over, and every agent is what they are.
    fn everybody_knows(&self) {
        let believer = self.callers.values().next().map(|caller| caller.call_id());
        self.insist(believer.map_or(Ok(()), |c| Err(format!("caller {c} believes in a call"))));
        let busy = self.agents.iter().find(|(_, agent)| agent.lines.is_one_on());
        self.insist(busy.map_or(Ok(()), |(p, a)| Err(format!("{p} believes in {:?}", a.lines))));
        for (agent, state) in self.engine.books().acd.agents() {
            let is_true = match self.day.close {
                Close::Served | Close::Drained => state == AgentState::Ready,
                Close::Stopped => matches!(
                    state,
                    AgentState::Ready | AgentState::LoggedOut | AgentState::NotReady(_)
                ),
            };
            let told = format!("{agent} is {state:?} when the day is over");
            self.insist(if is_true { Ok(()) } else { Err(told) });
        }
    }
}
