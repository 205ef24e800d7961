//! The machine itself: takes an input to the core it concerns, and carries what the cores say from
//! one to the next until all are quiet.

use crate::acquaintances::Acquaintances;
use crate::admission::Admission;
use crate::announcing::ANNOUNCEMENT;
use crate::calls::{Calls, Owner};
use crate::carriers::{Carriers, families};
use crate::clips::Clips;
use crate::command::LateAnswers;
use crate::config::Config;
use crate::day::DayToCome;
use crate::desk::Desks;
use crate::direct::DirectCalls;
use crate::ending::Ending;
use crate::forecast::Forecasts;
use crate::io::{Input, Output};
use crate::journal::Journal;
use crate::keys::Way;
use crate::lamps::Lamps;
use crate::leg_sound::LegSounds;
use crate::look_ups::{LookUpId, LookUps};
use crate::messages::Messages;
use crate::opening::Openings;
use crate::overload::Overload;
use crate::own_ports::OwnPorts;
use crate::ports::Ports;
use crate::recovery::Recovery;
use crate::short_code::CodeCalls;
use crate::summons::Summons;
use crate::talk_recording::TalkRecordings;
use crate::trunks::Trunks;
use crate::turn::{Sources, Turn};
use crate::way_out::CallsOut;
use crate::work_items::WorkItems;
use acd::Acd;
use bytes::Bytes;
use clock::{Deadlines, Moment, WallTime};
use dialplan::Plan;
use events::{CallEvent, Day, What};
use ids::{AgentId, CallId, LegId, MessageId, QueueId, ReservationId};
use rand::SeedableRng;
use rand::rngs::StdRng;
use registrar::Registrar;
use sip_dns::Locator;
use sip_msg::{Response, StatusCode};
use sip_txn::Hop;
use sip_ua::{EndCause, Event, UserAgent};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt;
use std::sync::Arc;

/// The whole centre. See the crate's page for the contract.
pub struct Engine {
    pub(crate) config: Config,
    pub(crate) plan: Arc<Plan>,
    /// The same for those who walk through it, perhaps long after it has been replaced.
    pub(crate) walked: Arc<Plan>,
    pub(crate) clips: Clips,
    pub(crate) ua: UserAgent,
    pub(crate) registrar: Registrar,
    pub(crate) acd: Acd,
    /// How many callers have come to each queue, so that announcements are parted among them.
    pub(crate) turns: BTreeMap<QueueId, u32>,
    pub(crate) calls: Calls,
    pub(crate) codes: CodeCalls,
    /// Who is rung to be put beside a talk.
    pub(crate) summons: BTreeMap<AgentId, Summons>,
    pub(crate) calls_out: CallsOut,
    /// Callbacks that were promised or asked for lately: a day of them is not looked through with each call out.
    pub(crate) promised: CallsOut,
    pub(crate) directs: DirectCalls,
    pub(crate) desks: Desks,
    pub(crate) forecasts: Forecasts,
    pub(crate) trunks: Trunks,
    pub(crate) carriers: Carriers,
    pub(crate) locator: Locator,
    pub(crate) lamps: Lamps,
    pub(crate) ports: Ports,
    pub(crate) leg_sounds: LegSounds,
    pub(crate) talk_recordings: TalkRecordings,
    pub(crate) own_ports: Arc<OwnPorts>,
    pub(crate) journal: Journal,
    /// What live screens show of the day.
    pub(crate) counts: Day,
    pub(crate) day_to_come: Option<DayToCome>,
    pub(crate) timers: Deadlines<Timer>,
    pub(crate) door: Door,
    pub(crate) admission: Admission,
    pub(crate) overload: Overload,
    pub(crate) sources: Sources,
    pub(crate) acquaintances: Acquaintances,
    pub(crate) look_ups: LookUps,
    pub(crate) messages: Messages,
    pub(crate) work_items: WorkItems,
    /// Calls of customers who were called back: they are no calls that came.
    pub(crate) called_back: BTreeSet<CallId>,
    pub(crate) openings: Openings,
    pub(crate) recovery: Recovery,
    pub(crate) late_answers: LateAnswers,
    pub(crate) next_call: CallId,
    /// The day that conversations are counted of.
    pub(crate) today: Option<jiff::civil::Date>,
    pub(crate) random: StdRng,
    outputs: VecDeque<Output>,
}

/// What the engine itself waits for; the cores inside have deadlines of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Timer {
    /// The call's row is late: answer all the same.
    LedgerWait(CallId),
    /// The agent's phone answered and is silent: take them as connected.
    Unheard(CallId),
    /// What the agent is told of the call takes too long.
    Whisper(CallId),
    /// A phone that should ring has given no sign of life.
    NoSign(ReservationId),
    /// The caller's walk through the plan has a deadline.
    Visit(CallId),
    /// A directory takes too long to say who a caller is.
    LookUp(LookUpId),
    /// The recording of a message that was dealt with is there no longer.
    Forget(MessageId),
    /// A work item that was put off comes to its queue again.
    LineUp(CallId),
    /// A promise is not on disk.
    PromiseStored(CallId),
    /// An attempt to call somebody back does not get on.
    CallbackStep(CallId),
    /// It is looked whether an agent will be free for a callback whose customer is called first.
    CallbackAhead(CallId),
    /// A callback has been tried for as long as it is to be.
    CallbackOver(CallId),
    /// A phone that is called directly has given no sign of life.
    DirectNoSign(CallId),
    /// A phone that is called directly has rung for long enough.
    DirectRing(CallId),
    /// The phones of an agent have rung for long enough who is to be put beside a talk.
    Summons(AgentId),
    /// A phone of such an agent has given no sign of life.
    SummonsNoSign(AgentId),
    /// The next callers of an earlier run may be reached.
    Recover,
    /// Caller and agent of a call of an earlier run should both have answered.
    Reached(CallId),
    /// An agent's phone of a call of an earlier run has opened no new connection.
    Unconnected(CallId),
}

/// Whether new calls are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Door {
    Open,
    /// No new calls; those inside may finish.
    Draining,
}

impl Engine {
    /// An engine for `plan`, in which nobody has called and no phone is registered yet.
    #[must_use]
    pub fn new(config: Config, plan: Arc<Plan>, clips: Clips) -> Self {
        let mut random = StdRng::from_seed(config.seed);
        let ua = UserAgent::new(crate::outside::user_agent(&config), fork(&mut random));
        let registrar = crate::outside::registrar(&config, &plan, &mut random);
        Self {
            ua,
            registrar,
            turns: BTreeMap::new(),
            acd: Acd::new(crate::desk::acd_config(&plan, &config.seed)),
            calls: Calls::default(),
            codes: CodeCalls::default(),
            summons: BTreeMap::new(),
            calls_out: CallsOut::default(),
            promised: CallsOut::default(),
            directs: DirectCalls::default(),
            desks: Desks::of(&plan),
            forecasts: Forecasts::of(plan.queues.len()),
            trunks: Trunks::default(),
            carriers: Carriers::of(&plan, &mut random),
            locator: Locator::new(families(config.sip.plain().ip()), fork(&mut random)),
            lamps: Lamps::new(&config, fork(&mut random)),
            ports: Ports::new(config.ports.iter().copied()),
            leg_sounds: LegSounds::default(),
            talk_recordings: TalkRecordings::default(),
            own_ports: Arc::new(OwnPorts::new(&config.media, &config.ports)),
            journal: Journal::default(),
            counts: Day::default(),
            day_to_come: None,
            timers: Deadlines::default(),
            door: Door::Open,
            overload: Overload::new(config.load),
            sources: Sources::new(config.requests_per_source_per_second_max),
            admission: Admission::new(
                config.unacknowledged_per_source_max,
                config.refusal_rows_per_second_max,
            ),
            acquaintances: Acquaintances::default(),
            look_ups: LookUps::default(),
            messages: Messages::default(),
            work_items: WorkItems::default(),
            called_back: BTreeSet::new(),
            openings: Openings::default(),
            recovery: Recovery::default(),
            late_answers: LateAnswers::default(),
            next_call: config.first_call,
            today: None,
            random,
            outputs: VecDeque::new(),
            config,
            walked: Arc::new(plan.without_lists()),
            plan,
            clips,
        }
    }

    /// Takes one input. Whatever it sets off has been decided when this returns.
    pub fn handle(&mut self, now: Moment, input: Input) {
        match input {
            Input::Message { hop, message, turn, waited } => {
                if turn == Turn::Later {
                    self.overload.heard(now, waited);
                }
                self.ua.receive(now, hop, *message);
            }
            Input::FlowClosed(flow) => {
                self.ua.flow_failed(now, flow);
                self.registrar.flow_closed(now, flow);
                self.trunks.flow_closed(flow);
                self.carriers.flow_closed(now, flow);
                self.lamps.flow_closed(flow);
            }
            Input::FlowUnused(hop) => {
                if !self.needs(hop) {
                    self.outputs.push_back(Output::CloseFlow(hop.flow));
                }
            }
            Input::PeerCertified { flow, names } => self.trunks.certified(flow, names),
            Input::Unreachable(peer) => self.ua.peer_unreachable(now, peer),
            Input::Media(event) => self.hear_media(now, event),
            Input::Stored(seq) => self.row_stored(now, seq),
            Input::Wall(wall) => {
                self.journal.set_wall(now, wall);
                self.turn_counts(wall);
                self.look_at_shifts(now);
                self.look_at_openings(now);
                self.look_at_due(now);
                self.forecast(now);
            }
            Input::Load(load) => self.overload.look(now, &load),
            Input::RecallDesks(saved) => self.recall_desks(now, saved),
            Input::Restore(bindings) => self.restore(now, &bindings),
            Input::Recall(acquaintances) => self.recall(acquaintances),
            Input::RecallMessages(saved) => self.recall_messages(now, saved),
            Input::RecallFound(found) => self.recall_found(now, found),
            Input::RecallRecordings(found) => self.recall_recordings(now, found),
            Input::RecallCallbacks(saved) => self.recall_callbacks(now, saved),
            Input::RecallDay(day) => self.recall_day(*day),
            Input::DayRead { day, last } => self.take_day(*day, last),
            Input::RecallCounted(counted) => self.recall_counted(now, counted),
            Input::RecallQueues(saved) => self.recall_queues(saved),
            Input::RecallCalls(calls) => self.recall_calls(now, calls),
            Input::Resolved { question, answer } => self.locator.answered(now, question, answer),
            Input::Command { ticket, by, command } => self.command(now, ticket, by, &command),
            Input::Reload { ticket, by, next } => self.reload(now, ticket, by, next),
            Input::Explain { ticket, about } => self.explain(now, ticket, &about),
            Input::LookedUp { id, answer } => self.look_up_answered(now, id, answer),
            Input::Drain => self.drain(now),
            Input::HandOver => self.leave_calls(now),
            Input::Stop => self.stop(now),
        }
        self.settle(now);
        self.look_at_supervisors(now);
        self.leave_what_was_found(now);
        self.save_desks(now);
        self.save_calls();
    }

    /// Whether a connection that a peer has opened is good for anything: what is not gives its place
    /// to others.
    fn needs(&self, hop: Hop) -> bool {
        self.registrar.is_bound_over(hop.flow)
            || self.ua.has_legs_on(hop.flow)
            || self.lamps.tells_over(hop.flow)
            || self.trunks.at(&self.plan, &self.carriers, hop).is_some()
    }

    /// Takes whatever was due by `now`.
    pub fn handle_timeout(&mut self, now: Moment) {
        self.ua.handle_timeout(now);
        self.registrar.handle_timeout(now);
        self.carriers.handle_timeout(now);
        self.locator.handle_timeout(now);
        // Who has no phone any more is known before the next call is handed out.
        self.settle(now);
        self.acd.handle_timeout(now);
        while let Some(timer) = self.timers.pop_due(now) {
            match timer {
                Timer::LedgerWait(call) => self.answer_call(now, call),
                Timer::Unheard(call) => self.agent_heard(now, call),
                Timer::Whisper(call) => self.end_whisper(now, call),
                Timer::NoSign(reservation) => self.no_sign(now, reservation),
                Timer::Visit(call) => self.visit_timed_out(now, call),
                Timer::LookUp(question) => self.look_up_timed_out(now, question),
                Timer::Forget(message) => self.message_over(now, message),
                Timer::LineUp(item) => self.line_up_again(now, item),
                Timer::PromiseStored(call) => self.promise_not_stored(now, call),
                Timer::CallbackStep(item) => self.callback_step_over(now, item),
                Timer::CallbackAhead(item) => self.look_ahead(now, item),
                Timer::CallbackOver(item) => self.callback_window_over(now, item),
                Timer::DirectNoSign(call) => self.direct_no_sign(now, call),
                Timer::DirectRing(call) => self.direct_rang_out(now, call),
                Timer::Summons(guest) => self.end_summons(now, guest),
                Timer::SummonsNoSign(guest) => self.summons_no_sign(now, guest),
                Timer::Recover => self.reach_some(now),
                Timer::Reached(call) => self.interrupted_for_too_long(now, call),
                Timer::Unconnected(call) => self.reach_unconnected(now, call),
            }
            self.settle(now);
        }
        self.look_at_desks(now);
        self.settle(now);
        self.light_lamps(now);
        self.settle(now);
        self.look_at_supervisors(now);
        self.leave_what_was_found(now);
        self.save_desks(now);
        self.save_calls();
    }

    /// When the engine wants to be woken by [`Self::handle_timeout`] at the latest.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Moment> {
        let cores = [
            self.ua.poll_timeout(),
            self.registrar.poll_timeout(),
            self.carriers.poll_timeout(),
            self.locator.poll_timeout(),
            self.acd.poll_timeout(),
            self.lamps.poll_timeout(),
            self.timers.next(),
            self.desks.timers.next(),
        ];
        cores.into_iter().flatten().min()
    }

    /// What the engine wants done next.
    #[must_use]
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// How many calls are on.
    #[must_use]
    pub fn calls_on(&self) -> usize {
        self.calls.len() + self.directs.len() + self.work_items.on() + self.recovery.len()
    }

    /// The number of the next call.
    pub(crate) fn fresh_call(&mut self) -> CallId {
        let id = self.next_call;
        self.next_call = id.next();
        id
    }

    pub(crate) fn output(&mut self, output: Output) {
        self.outputs.push_back(output);
    }

    /// Puts an event into the journal, and gives its number. What happens to a work item does not happen to a call
    /// that came, though it goes by the number of one.
    pub(crate) fn record(&mut self, now: Moment, what: What) -> u64 {
        self.record_at(self.journal.wall(now), what)
    }

    /// The same of what happened at another time.
    pub(crate) fn record_at(&mut self, at: WallTime, what: What) -> u64 {
        let mut what = what;
        if let What::Call(id, _) = &what {
            self.touch_call(*id);
        }
        if let What::Call(id, event) | What::WorkItem(id, event) = &what
            && !self.promise_follows(at, *id, event)
        {
            self.called_back.remove(id);
            return self.journal.last();
        }
        if let What::Call(id, event) = &what
            && (self.work_items.has(*id) || self.called_back.contains(id))
        {
            let (id, event) = (*id, event.clone());
            if let CallEvent::Ended { .. } = event {
                self.called_back.remove(&id);
            }
            what = What::WorkItem(id, event);
        }
        if at >= self.day_turns_at() {
            self.turn_counts(at);
        }
        self.counts.happened(at, &what);
        let event = self.journal.write(at, what);
        self.keep_back(&event);
        let seq = event.seq;
        self.output(Output::Record(event));
        seq
    }

    /// Carries what the cores say from one to the next until all are quiet.
    pub(crate) fn settle(&mut self, now: Moment) {
        loop {
            if let Some(output) = self.ua.poll_output() {
                self.hear_user_agent(now, output);
            } else if let Some(output) = self.acd.poll_output() {
                self.hear_acd(now, output);
            } else if let Some(output) = self.registrar.poll_output() {
                self.hear_registrar(now, output);
            } else if let Some((trunk, output)) = self.carriers.poll_output() {
                self.hear_carrier(now, trunk, output);
            } else if let Some(output) = self.locator.poll_output() {
                self.hear_locator(now, output);
            } else {
                break;
            }
        }
    }

    fn hear_user_agent(&mut self, now: Moment, output: sip_ua::Output) {
        match output {
            sip_ua::Output::Send { hop, bytes } => self.output(Output::Send { hop, bytes }),
            sip_ua::Output::Event(event) => self.hear_sip(now, event),
        }
    }

    fn hear_sip(&mut self, now: Moment, event: Event) {
        match event {
            Event::Incoming { leg, hop, request, replaces: Some(replaced) } => {
                self.take_over(now, leg, (hop, &request), replaced);
            }
            Event::Incoming { leg, hop, request, replaces: None } => {
                self.incoming(now, leg, hop, &request);
            }
            Event::Request { txn, hop, request } => self.outside_request(now, txn, hop, &request),
            Event::Established { leg, answer } => self.leg_established(now, leg, answer),
            Event::Answered { leg, sdp, .. } => match self.calls.owner(leg) {
                Some(Owner::Agent(call)) => self.agent_answered(now, call, leg, sdp),
                Some(Owner::Direct(call, _)) => self.direct_answered(now, call, leg, sdp),
                Some(Owner::Customer(id)) => self.customer_answered(now, id, sdp),
                Some(Owner::Summoned(guest)) => self.summons_answered(now, guest, leg, sdp),
                Some(
                    Owner::Caller(_)
                    | Owner::ShortCode
                    | Owner::Referrer(_)
                    | Owner::Interrupted(_),
                )
                | None => {}
            },
            Event::Rejected { leg, response } => {
                self.leg_not_taken(now, leg, response.status, Some(&response));
            }
            Event::Trying { leg } => self.progress(now, leg, StatusCode::TRYING, None),
            Event::Progress { leg, status, sdp } => self.progress(now, leg, status, sdp),
            Event::Unreachable { leg, .. } => {
                self.leg_not_taken(now, leg, StatusCode::REQUEST_TIMEOUT, None);
            }
            Event::Pressed { leg, key } => self.pressed(now, leg, key, Way::Message),
            Event::Reoffered { leg, sdp } => self.reoffered(now, leg, sdp),
            Event::Reanswered { leg, sdp } => match self.calls.owner(leg) {
                Some(Owner::Interrupted(call)) => self.interrupted_answers(now, (call, leg), sdp),
                Some(
                    Owner::Caller(_)
                    | Owner::Agent(_)
                    | Owner::ShortCode
                    | Owner::Summoned(_)
                    | Owner::Direct(..)
                    | Owner::Customer(_)
                    | Owner::Referrer(_),
                )
                | None => self.reanswered(now, leg, sdp),
            },
            Event::Referred { leg, referral, to } => self.referred(now, leg, referral, &to),
            Event::Cancelled { leg } => self.leg_gone(now, leg, &EndCause::Bye { reason: None }),
            Event::Ended { leg, why } => self.leg_gone(now, leg, &why),
            // Outside legs, phones that watch are told something and trunks asked.
            Event::Response { txn, hop, response } => {
                if !self.lamps.answered(now, txn, &response) {
                    self.carriers.answered(now, txn, hop, &response);
                }
            }
            Event::Failed { txn, .. } => {
                if !self.lamps.failed(txn) {
                    self.carriers.failed(now, txn);
                }
            }
            Event::StrayAnswer { hop, response } => self.end_stray(now, hop, &response),
            Event::ReinviteFailed { leg, status } => match self.calls.owner(leg) {
                Some(Owner::Interrupted(call)) => {
                    self.interrupted_refuses(now, (call, leg), status);
                }
                // A refused re-INVITE leaves the sound as it was.
                Some(
                    Owner::Caller(_)
                    | Owner::Agent(_)
                    | Owner::ShortCode
                    | Owner::Summoned(_)
                    | Owner::Direct(..)
                    | Owner::Customer(_)
                    | Owner::Referrer(_),
                )
                | None => {}
            },
        }
    }

    /// A phone that called us has acknowledged our 200.
    fn leg_established(&mut self, now: Moment, leg: LegId, answer: Option<Bytes>) {
        self.touch_owner(leg);
        match self.calls.owner(leg) {
            Some(Owner::Caller(call)) => self.caller_established(now, call, leg, answer),
            Some(Owner::ShortCode) => self.code_established(now, leg, answer),
            Some(Owner::Direct(call, _)) => self.direct_established(now, call, leg, answer),
            Some(
                Owner::Agent(_)
                | Owner::Customer(_)
                | Owner::Summoned(_)
                | Owner::Referrer(_)
                | Owner::Interrupted(_),
            )
            | None => {}
        }
    }

    /// A phone that we called will not take the call.
    fn leg_not_taken(
        &mut self,
        now: Moment,
        leg: LegId,
        status: StatusCode,
        response: Option<&Response>,
    ) {
        match self.calls.owner(leg) {
            Some(Owner::Agent(call)) => {
                self.phone_refused(now, call, leg, (status, response));
            }
            Some(Owner::Direct(call, _)) => {
                self.direct_refused(now, call, leg, (status, response));
            }
            Some(Owner::Customer(id)) => self.customer_refused(now, id, status),
            Some(Owner::Summoned(guest)) => self.summons_refused(now, guest, leg, status),
            Some(
                Owner::Caller(_) | Owner::ShortCode | Owner::Referrer(_) | Owner::Interrupted(_),
            )
            | None => {}
        }
    }

    /// A phone that we called has said something before its answer.
    fn progress(&mut self, now: Moment, leg: LegId, status: StatusCode, sound: Option<Bytes>) {
        match self.calls.owner(leg) {
            Some(Owner::Agent(_)) => self.sign_of_life(leg, status),
            Some(Owner::Direct(call, _)) => self.direct_progress(now, call, leg, status, sound),
            // The agent hears music until somebody answers.
            Some(Owner::Customer(id)) => self.customer_rings(now, id),
            Some(Owner::Summoned(guest)) => self.summons_progress(guest, leg),
            Some(
                Owner::Caller(_) | Owner::ShortCode | Owner::Referrer(_) | Owner::Interrupted(_),
            )
            | None => {}
        }
    }

    /// A leg is gone: given up, hung up or lost.
    fn leg_gone(&mut self, now: Moment, leg: LegId, why: &EndCause) {
        match self.calls.owner(leg) {
            Some(Owner::Caller(call)) => self.end(now, call, Ending::of_caller(why)),
            Some(Owner::Agent(call)) => self.agent_lost(now, call, leg, Ending::of_agent(why)),
            Some(Owner::ShortCode) => self.forget_code(now, leg),
            // It said BYE instead of a refusal.
            Some(Owner::Summoned(guest)) => {
                self.summons_refused(now, guest, leg, StatusCode::TEMPORARILY_UNAVAILABLE);
            }
            Some(Owner::Direct(call, side)) => self.direct_leg_gone(now, call, leg, side, why),
            Some(Owner::Customer(id)) => self.customer_left(now, id),
            Some(Owner::Referrer(call)) => self.referrer_gone(now, call),
            Some(Owner::Interrupted(call)) => self.interrupted_left(now, (call, leg), why),
            None => {}
        }
    }

    fn hear_media(&mut self, now: Moment, event: media_protocol::Event) {
        use media_protocol::Event as Media;
        match event {
            Media::Digit { stream, digit } => {
                self.pressed(now, stream, digit.as_char(), Way::Sound)
            }
            Media::Played { stream, play } => match self.calls.owner(stream) {
                Some(Owner::Caller(call)) if play == ANNOUNCEMENT => self.announced(now, call),
                Some(Owner::Caller(call)) => self.visit(now, call, ivr::Input::Played(play)),
                Some(Owner::ShortCode) => self.end_code(now, stream),
                Some(Owner::Agent(id)) if self.work_items.has(id) => {
                    self.said_to_hearer(now, id, play);
                }
                Some(Owner::Agent(call)) => self.agent_told(now, call),
                Some(Owner::Customer(id)) => self.ask_customer(id),
                Some(Owner::Direct(id, _)) if self.is_asked(id, stream) => {
                    self.ask_who_answered(id)
                }
                Some(
                    Owner::Direct(..)
                    | Owner::Summoned(_)
                    | Owner::Referrer(_)
                    | Owner::Interrupted(_),
                )
                | None => {}
            },
            Media::Replayed { stream, play, result } => {
                if let Some(Owner::Agent(id)) = self.calls.owner(stream) {
                    self.replayed(id, play, result);
                }
            }
            Media::Heard { stream } => {
                if let Some(Owner::Agent(call)) = self.calls.owner(stream) {
                    self.agent_heard(now, call);
                }
            }
            Media::Silent { stream } => match self.calls.owner(stream) {
                Some(Owner::Caller(call)) => self.end(now, call, Ending::CallerSilent),
                Some(Owner::Agent(call)) => {
                    self.agent_lost(now, call, stream, Ending::AgentSilent);
                }
                Some(Owner::ShortCode) => self.end_code(now, stream),
                Some(Owner::Customer(id)) => self.customer_left(now, id),
                Some(Owner::Direct(call, side)) => self.direct_silent(now, call, side),
                // Who hands a call over has nothing more to say in it.
                Some(Owner::Summoned(_) | Owner::Referrer(_) | Owner::Interrupted(_)) | None => {}
            },
            Media::Lull { stream } => self.doubt(now, stream),
            Media::Spoken { message, .. } => self.message_spoken(message),
            Media::Hushed { message, .. } => self.message_hushed(now, message),
            Media::Recorded { message, result } => self.message_recorded(now, message, result),
            Media::TalkRecorded { recording, result } => {
                self.talk_recorded(now, recording, result);
            }
            Media::Closed { stream, report, .. } => self.leg_closed(now, stream, &report),
        }
    }

    pub(crate) fn drain(&mut self, now: Moment) {
        self.door = Door::Draining;
        self.put_items_off(now);
        self.lamps.close(now);
    }

    fn stop(&mut self, now: Moment) {
        self.drain(now);
        for call in self.calls.ids() {
            self.end(now, call, Ending::Stopped);
        }
        self.stop_interrupted(now);
        self.stop_items(now);
        self.stop_directs(now);
        self.end_all_summons(now);
        for leg in self.codes.legs() {
            self.end_code(now, leg);
        }
        self.carriers.stop(now);
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine")
            .field("site", &self.plan.name)
            .field("calls", &self.calls.len())
            .finish_non_exhaustive()
    }
}

/// A generator of its own for a core, so that one core's use does not shift another's.
pub(crate) fn fork(random: &mut StdRng) -> StdRng {
    StdRng::from_rng(random)
}
