//! One caller's way through the plan.

use crate::{EndReason, Input, LookedUpBy, Output};
use clock::{Duration, Moment};
use dialplan::{Cause, Demands, DirectoryId, Goto, LanguageId, Number, Plan, StepId};
use ids::{PlayId, QueueId};
use jiff::civil::DateTime;
use std::collections::VecDeque;
use std::sync::Arc;

mod again;
mod branch;
mod by_hand;
mod callback;
mod called_back;
mod choosing;
mod collect;
mod confirm;
mod dial;
mod http;
mod look_up;
mod menu;
mod notes;
mod offers;
mod overflow;
mod patience;
mod resumed;
mod saying;
mod standing;
mod step;
mod voicemail;
mod wait;
mod waiting;
mod watching;

use callback::Wanting;
pub use callback::{NUMBERS_MAX, TRIES_MAX};
pub use choosing::CHOICES_MAX;
use choosing::Times;
use collect::Collecting;
use confirm::Confirming;
use look_up::Ways;
use menu::Asking;
use notes::Notes;
pub use resumed::{Promised, Resumed, ResumedAt, ResumedWait};
use standing::Stands;
use voicemail::Leaving as LeavingMessage;
pub use voicemail::TAKES_MAX;
use waiting::Waiting;
pub use watching::Passed;

/// How many keys pressed early are kept; later ones are dropped until some are used.
pub const KEYS_MAX: usize = 32;

/// In how many of `sub` a caller is at once.
pub const SUBS_MAX: usize = 8;

/// How many steps and queues a visit may enter before it is ended: a caller who can not stop
/// choosing must not hold a line for ever.
pub const STEPS_MAX: u32 = 1_000;

/// One caller's way through the plan, from the dialled number to the end of the wait.
#[derive(Debug)]
pub struct Visit {
    plan: Arc<Plan>,
    /// The plan that the site has got meanwhile.
    next: Option<Arc<Plan>>,
    language: LanguageId,
    /// What the call needs of its own.
    demands: Demands,
    /// What the steps on the way have said of how urgent it is, and what a directory.
    urgent: (u8, u8),
    /// Where to go behind each `sub` that the caller is in, the outermost first.
    subs: VecDeque<Goto>,
    /// Why the plan hangs up, if it says it.
    cause: Option<Cause>,
    /// How often another program was asked.
    asks: u32,
    /// What the steps on the way have noted.
    notes: Notes,
    /// The key that would have ended digits which were done without it, and until when.
    late_end: Option<(char, Moment)>,
    /// Where the caller is looked up before all else.
    directory: Option<DirectoryId>,
    at: At,
    /// Keys that nothing has asked for yet, the earliest first.
    keys: VecDeque<char>,
    plays: PlayId,
    steps: u32,
    /// What the end is called, if it comes now.
    end: EndReason,
    timeout: Option<Moment>,
    outputs: VecDeque<Output>,
    /// How many outputs have been taken.
    outputs_taken: u64,
    /// What a caller who is to be called back may choose from.
    times: Times,
    /// When the day is over on which times were told last.
    day_ends: Option<Moment>,
    /// Where the caller has been.
    passed: Vec<Passed>,
}

/// Where the caller is.
#[derive(Clone, Copy, Debug)]
enum At {
    /// Not yet answered; will begin here.
    Door(Goto),
    /// Being looked up.
    LookedUp(Ways),
    /// Waiting for the answer of another program.
    Fetching { step: StepId, ask: u32 },
    /// At a branch, or before a value is said: what is so is being told.
    Learning(StepId),
    /// Listening to an announcement.
    Hearing { step: StepId, play: PlayId, cut: Cut, goto: Goto },
    /// In a menu.
    Asking(Asking),
    /// Asked for digits.
    Collecting(Collecting),
    /// Asked whether something is right.
    Confirming(Confirming),
    /// Waiting for a number outside to answer.
    Dialling { step: StepId, failed: Goto },
    /// In a queue.
    Waiting(Waiting),
    /// Leaving a message.
    Message(LeavingMessage),
    /// Being offered a callback.
    Callback(Wanting),
    /// Hearing the goodbye of somebody who has had the visit ended.
    Leaving(PlayId),
    /// The visit is over.
    Over,
}

/// What a key does to an announcement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cut {
    /// Cuts it short: a menu follows, and the caller knows its keys.
    ByKey,
    /// Nothing: it is the last thing that is said before a queue or the end.
    Never,
}

/// What happens in a queue.
#[derive(Clone, Copy)]
enum Met {
    Place(u32, Option<Duration>),
    Refused,
    Closed,
    SentOn(usize),
    CalledAgain(StepId),
    Connected,
    Returned,
}

impl Visit {
    /// Begins a visit of a caller who dialled `number` when the clock of the centre showed `local`
    /// (see [`Plan::local`]). `None`: the plan does not know the number.
    #[must_use]
    pub fn begin(plan: Arc<Plan>, number: &str, local: DateTime) -> Option<Self> {
        let (_, dialled) = plan.number(number)?;
        let (goto, end) = entrance(&plan, dialled, local);
        Some(Self {
            language: dialled.language,
            demands: Demands::NONE,
            urgent: (0, 0),
            subs: VecDeque::new(),
            cause: None,
            asks: 0,
            notes: Notes::default(),
            late_end: None,
            directory: dialled.directory,
            at: At::Door(goto),
            keys: VecDeque::new(),
            plays: PlayId(0),
            steps: 0,
            end,
            timeout: None,
            outputs: VecDeque::new(),
            outputs_taken: 0,
            times: Times::default(),
            day_ends: None,
            passed: Vec::new(),
            plan,
            next: None,
        })
    }

    /// A [rule](dialplan::Rule) of the number has the caller begin there, whatever the hours of the number.
    #[must_use]
    pub fn by_rule(mut self, goto: Goto) -> Self {
        self.at = At::Door(goto);
        self.end = EndReason::Finished;
        self
    }

    /// The site has got another plan, which follows this one (see [`Plan::check_after`]). The caller goes on through this
    /// one, so that a key means what was said of it, up to the next queue; or out of the queue they are in, if that sends
    /// them on.
    pub fn follow(&mut self, plan: Arc<Plan>) {
        self.next = Some(plan);
    }

    /// From here on the newest plan counts.
    fn catch_up(&mut self) {
        if let Some(next) = self.next.take() {
            self.plan = next;
        }
    }

    /// The language the caller is spoken to in now.
    #[must_use]
    pub const fn language(&self) -> LanguageId {
        self.language
    }

    /// The plan that the visit walks through now, also when the site has got a new one.
    #[must_use]
    pub const fn plan(&self) -> &Arc<Plan> {
        &self.plan
    }

    /// Why the plan hangs up, as the network is told; none where it does not say it.
    #[must_use]
    pub const fn cause(&self) -> Option<Cause> {
        self.cause
    }

    /// The queue the caller is in, if any.
    #[must_use]
    pub const fn queue(&self) -> Option<QueueId> {
        match &self.at {
            At::Waiting(waiting) => Some(waiting.queue),
            At::Door(_)
            | At::LookedUp(_)
            | At::Fetching { .. }
            | At::Learning(_)
            | At::Hearing { .. }
            | At::Asking(_)
            | At::Collecting(_)
            | At::Confirming(_)
            | At::Dialling { .. }
            | At::Message(_)
            | At::Callback(_)
            | At::Leaving(_)
            | At::Over => None,
        }
    }

    /// How urgent the call is in this queue, and what it needs of an agent beside what the queue does.
    #[must_use]
    pub fn wish(&self, queue: QueueId) -> (u8, Demands) {
        (self.priority_in(self.plan.queue(queue).priority), self.demands)
    }

    /// Where a caller who talks with an agent is asked on when that one hangs up, and by which queue; none
    /// where nothing is asked.
    #[must_use]
    pub fn survey(&self) -> Option<(QueueId, Goto)> {
        let newest = self.next.as_ref().unwrap_or(&self.plan);
        let At::Waiting(waiting) = &self.at else { return None };
        let survey = newest.queue(waiting.queue).survey?;
        waiting.talks().then_some((waiting.queue, survey))
    }

    /// Takes in what happened at `now`. What does not fit the caller's whereabouts is ignored.
    pub fn handle(&mut self, now: Moment, input: Input) {
        match input {
            Input::Answered => self.answered(now),
            Input::LookedUp(found) => self.looked_up(now, found),
            Input::Facts(facts) => self.facts_told(now, facts),
            Input::Fetched { ask, fetched } => self.fetched(now, ask, fetched),
            Input::Key(key) => self.key(now, key),
            Input::Played(play) => self.played(now, play),
            Input::Place { place, wait } => self.while_waiting(now, Met::Place(place, wait)),
            Input::QueueRefused => self.while_waiting(now, Met::Refused),
            Input::QueueClosed => self.while_waiting(now, Met::Closed),
            Input::SentOn(condition) => self.while_waiting(now, Met::SentOn(condition)),
            Input::NotPutThrough => self.not_put_through(now),
            Input::Connected => self.while_waiting(now, Met::Connected),
            Input::Returned => self.while_waiting(now, Met::Returned),
            Input::StandsAgain => self.stands_again(now),
            Input::AgentLeft => self.agent_left(now),
            Input::VoicemailRefused => self.voicemail_refused(now),
            Input::Hushed => self.hushed(now),
            Input::Recorded(recorded) => self.recorded_message(now, recorded),
            Input::MessageKept => self.message_kept(now),
            Input::CallbackNumber(number) => self.callback_number(now, number),
            Input::CallbackRefused(why) => self.callback_refused(now, why),
            Input::OfferStands(stands) => self.offer_weighed(now, stands),
            Input::CallbackStands { number, place, at, day_ends } => {
                self.day_ends = Some(day_ends);
                self.callback_stands(now, number, Stands { place, at });
            }
            Input::CallbackTimes { times, at_turn, day_ends } => {
                self.day_ends = Some(day_ends);
                self.callback_times(now, times, at_turn);
            }
            Input::CallbackTimeGone => self.callback_time_gone(now),
            Input::CallbackUnchanged(unchanged) => self.callback_unchanged(now, unchanged),
            Input::CalledAgain(step) => self.while_waiting(now, Met::CalledAgain(step)),
            Input::CallbackCalledOff => self.callback_called_off(now),
            Input::CallbackTakenUp => self.callback_taken_up(now),
            Input::CallbackPromised(at) => self.callback_promised(now, at),
            Input::Moved(queue) => self.moved(now, queue),
            Input::Dismissed => self.dismissed(now),
        }
    }

    /// Does what is due at `now`.
    pub fn handle_timeout(&mut self, now: Moment) {
        if self.timeout.is_none_or(|due| due > now) {
            return;
        }
        self.timeout = None;
        match self.at {
            At::Asking(asking) => self.menu_silent(now, asking),
            At::Collecting(collecting) => self.collect_timed_out(now, collecting),
            At::Confirming(confirming) => self.confirm_timed_out(now, confirming),
            At::Waiting(waiting) => self.wait_on(now, waiting),
            At::Door(_)
            | At::LookedUp(_)
            | At::Fetching { .. }
            | At::Learning(_)
            | At::Hearing { .. }
            | At::Dialling { .. }
            | At::Leaving(_)
            | At::Over => {}
            At::Message(leaving) => self.message_timed_out(now, leaving),
            At::Callback(wanting) => self.callback_timed_out(now, wanting),
        }
    }

    /// When [`Visit::handle_timeout`] is wanted next.
    #[must_use]
    pub const fn poll_timeout(&self) -> Option<Moment> {
        self.timeout
    }

    /// The next thing asked for, until `None`.
    #[must_use]
    pub fn poll_output(&mut self) -> Option<Output> {
        let output = self.outputs.pop_front()?;
        self.outputs_taken += 1;
        Some(output)
    }
}

/// Where a caller enters, and what an end is called that comes without a queue.
fn entrance(plan: &Plan, number: &Number, local: DateTime) -> (Goto, EndReason) {
    match number.opening {
        Some(opening) if !plan.hours(opening.hours).open_at(local) => {
            (opening.closed, EndReason::Closed)
        }
        Some(_) | None => (number.goto, EndReason::Finished),
    }
}

impl Visit {
    fn answered(&mut self, now: Moment) {
        let At::Door(goto) = self.at else { return };
        match self.directory {
            Some(directory) => {
                self.look_up((directory, LookedUpBy::Number), Ways::all(goto));
            }
            None => self.go(now, goto),
        }
    }

    fn key(&mut self, now: Moment, key: char) {
        if self.is_late_end(now, key) {
            return;
        }
        match self.at {
            // A key behind others is one of theirs.
            At::Asking(_) if !self.keys.is_empty() => self.key_before_queue(now, key),
            // An answer ahead of its question.
            At::Hearing { goto, cut: Cut::ByKey, .. } if self.plan.is_answer_next(goto, key) => {
                self.key_before_queue(now, key);
            }
            At::Hearing { step, .. } => {
                self.key_leads(now, step, key, self.goto_from_anywhere(key));
            }
            // A menu's own keys go before those that work everywhere, but for the operator's.
            At::Asking(Asking { step, .. }) => {
                self.key_leads(now, step, key, self.operator_goto(key));
            }
            At::Collecting(collecting) => self.key_in_collect(now, collecting, key),
            At::Confirming(confirming) => self.key_in_confirm(now, confirming, key),
            At::Message(leaving) => self.key_in_message(now, leaving, key),
            At::Callback(wanting) => self.key_in_callback(now, wanting, key),
            At::Door(_) | At::LookedUp(_) | At::Fetching { .. } | At::Learning(_) => self.keep(key),
            // What is pressed in a queue and means nothing there is meant for nothing later.
            At::Waiting(waiting) => self.waiting_key(now, waiting, key),
            At::Dialling { .. } | At::Leaving(_) | At::Over => {}
        }
    }

    /// A key leads away from a step, or is the step's.
    fn key_leads(&mut self, now: Moment, step: StepId, key: char, away: Option<Goto>) {
        match away {
            Some(goto) => self.lead_away(now, step, key, goto),
            None => self.key_before_queue(now, key),
        }
    }

    fn key_before_queue(&mut self, now: Moment, key: char) {
        self.keep(key);
        match self.at {
            At::Hearing { cut: Cut::ByKey, goto, .. } => self.go(now, goto),
            At::Asking(asking) => self.menu_key(now, asking),
            At::Hearing { cut: Cut::Never, .. }
            | At::Door(_)
            | At::LookedUp(_)
            | At::Fetching { .. }
            | At::Learning(_)
            | At::Waiting(_)
            | At::Collecting(_)
            | At::Confirming(_)
            | At::Dialling { .. }
            | At::Message(_)
            | At::Callback(_)
            | At::Leaving(_)
            | At::Over => {}
        }
    }

    fn keep(&mut self, key: char) {
        if self.keys.len() < KEYS_MAX {
            self.keys.push_back(key);
        }
    }

    /// Where this key leads, if it is the operator's. Nobody is led to the operator of a centre
    /// that is closed.
    fn operator_goto(&self, key: char) -> Option<Goto> {
        let open = self.end != EndReason::Closed;
        self.plan.operator.filter(|_| open && key == self.plan.operator_key)
    }

    /// Where this key leads, if it is one that works everywhere. Such keys, too, lead nowhere in a centre that is
    /// closed.
    fn goto_from_anywhere(&self, key: char) -> Option<Goto> {
        let open = self.end != EndReason::Closed;
        self.operator_goto(key).or_else(|| self.plan.keys.get(&key).copied().filter(|_| open))
    }

    /// The same at a step that has a use of its own for some keys.
    fn goto_away(&self, key: char, own: &[char]) -> Option<Goto> {
        if own.contains(&key) { self.operator_goto(key) } else { self.goto_from_anywhere(key) }
    }

    fn lead_away(&mut self, now: Moment, from: StepId, key: char, goto: Goto) {
        // What was typed before was meant for where the caller was.
        self.keys.clear();
        self.chose(from, key);
        self.go(now, goto);
    }

    fn chose(&mut self, step: StepId, key: char) {
        let menu = self.plan.step(step).name().clone();
        self.outputs.push_back(Output::Chose { menu, key });
    }

    fn played(&mut self, now: Moment, ended: PlayId) {
        match self.at {
            At::Hearing { play, goto, .. } if play == ended => self.go(now, goto),
            At::Asking(asking) if asking.play == ended => self.menu_asked(now, asking),
            At::Collecting(collecting) => self.collect_played(now, collecting, ended),
            At::Confirming(confirming) => self.confirm_played(now, confirming, ended),
            At::Waiting(waiting) => self.waiting_played(now, waiting, ended),
            At::Message(leaving) => self.message_played(now, leaving, ended),
            At::Callback(wanting) => self.callback_played(now, wanting, ended),
            At::Leaving(play) if play == ended => self.go(now, Goto::HangUp),
            At::Door(_)
            | At::LookedUp(_)
            | At::Fetching { .. }
            | At::Learning(_)
            | At::Hearing { .. }
            | At::Asking(_)
            | At::Dialling { .. }
            | At::Leaving(_)
            | At::Over => {}
        }
    }

    /// The agent has hung up.
    fn agent_left(&mut self, now: Moment) {
        let At::Waiting(waiting) = self.at else { return };
        if !waiting.talks() {
            return;
        }
        self.catch_up();
        let survey = self.plan.queue(waiting.queue).survey;
        self.end = EndReason::Finished;
        self.go(now, survey.unwrap_or(Goto::HangUp));
    }

    /// The queue does not keep the caller.
    fn sent_out(&mut self, now: Moment, waiting: Waiting, met: Met) {
        match met {
            Met::Refused => self.queue_refused(now, waiting),
            Met::Closed => self.queue_closed(now, waiting),
            Met::SentOn(condition) => self.sent_on(now, waiting, condition),
            Met::CalledAgain(step) => self.go(now, Goto::Step(step)),
            Met::Place(..) | Met::Connected | Met::Returned => {}
        }
    }

    /// What only a caller in a queue can meet.
    fn while_waiting(&mut self, now: Moment, met: Met) {
        let At::Waiting(waiting) = self.at else { return };
        match met {
            Met::Place(place, wait) => self.tell_place(now, waiting, place, wait),
            Met::Refused | Met::Closed | Met::SentOn(_) | Met::CalledAgain(_)
                if !waiting.talks() =>
            {
                self.catch_up();
                self.sent_out(now, waiting, met);
            }
            Met::Connected => self.connected(waiting),
            Met::Returned if waiting.talks() => self.returned(now, waiting),
            Met::Refused | Met::Closed | Met::SentOn(_) | Met::CalledAgain(_) | Met::Returned => {}
        }
    }
}
