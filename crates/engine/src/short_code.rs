//! Short codes: what an agent without a screen dials on the phone, and hears confirmed.

use crate::calls::Owner;
use crate::command::AgentCommand;
use crate::engine::{Door, Engine};
use crate::line::Line;
use crate::monitoring::Beside;
use crate::outside::retry_after;
use bytes::Bytes;
use clock::Moment;
use dialplan::{Dialled, Phrase, Plan, ShortCode, builtin};
use ids::{AgentId, ClipId, LegId, PlayId};
use media_protocol::{Command, Port, Then};
use registrar::Challenge;
use sip_msg::{Headers, Request, StatusCode};
use sip_txn::Hop;
use std::collections::BTreeMap;
use std::sync::Arc;

/// How a phone came to be on a call with us alone.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Came {
    /// It dialled this.
    Dialled(Dialled),
    /// It was rung to be put beside a talk.
    Rung,
}

/// An agent's phone that has dialled a code, or was rung to be put beside a talk.
#[derive(Debug)]
pub(crate) struct CodeCall {
    pub(crate) agent: AgentId,
    pub(crate) came: Came,
    pub(crate) line: Line,
    /// The talk that it is beside, once it is.
    pub(crate) beside: Option<Beside>,
}

/// All phones that have dialled a code.
#[derive(Debug, Default)]
pub(crate) struct CodeCalls {
    pub(crate) by_leg: BTreeMap<LegId, CodeCall>,
}

impl CodeCalls {
    pub(crate) fn legs(&self) -> Vec<LegId> {
        self.by_leg.keys().copied().collect()
    }

    /// Whether a phone of the agent is on a code already.
    fn is_dialling(&self, agent: AgentId) -> bool {
        self.by_leg.values().any(|call| call.agent == agent)
    }

    pub(crate) fn line_mut(&mut self, leg: LegId) -> Option<&mut Line> {
        self.by_leg.get_mut(&leg).map(|call| &mut call.line)
    }

    pub(crate) fn len(&self) -> usize {
        self.by_leg.len()
    }

    /// The talks that somebody is beside.
    pub(crate) fn beside(&self) -> impl Iterator<Item = &Beside> {
        self.by_leg.values().filter_map(|call| call.beside.as_ref())
    }
}

impl Engine {
    /// What `dialled` is to the short codes, if it is one, or meant for one.
    pub(crate) fn short_code(&self, dialled: &str) -> Option<Dialled> {
        let found = self.plan.short_codes.find(dialled)?;
        match found {
            Dialled::Code(_) => Some(found),
            // A number of the plan may begin as a code does.
            Dialled::NoSuchCode => self.plan.number_called(dialled).is_none().then_some(found),
        }
    }

    /// A phone dials a code. It must prove whose it is, since a code changes that agent's day.
    pub(crate) fn code_call(
        &mut self,
        now: Moment,
        leg: LegId,
        hop: Hop,
        request: &Request,
        dialled: Dialled,
    ) {
        let account = match self.registrar.authenticate(now, hop, request, Challenge::Proxy) {
            Ok(account) => account,
            Err(challenge) => {
                self.turn_away(now, leg, request, (challenge.status, challenge.headers));
                return;
            }
        };
        let agent = self.plan.agent_of(&account.to_str_lossy());
        let Some(agent) = agent.filter(|_| self.door == Door::Open) else {
            self.ua.reject(now, leg, StatusCode::SERVICE_UNAVAILABLE, retry_after());
            return;
        };
        if self.codes.is_dialling(agent) || self.summons.contains_key(&agent) {
            self.ua.reject(now, leg, StatusCode::BUSY_HERE, Headers::default());
            return;
        }
        let Some(port) = self.port_for(dialled) else {
            self.ua.reject(now, leg, StatusCode::SERVICE_UNAVAILABLE, retry_after());
            return;
        };
        let srtp = self.plan.agent(agent).srtp;
        match self.open_line((leg, port), hop, srtp, request) {
            Ok((line, body)) => {
                self.calls.own(leg, Owner::ShortCode);
                self.codes.by_leg.insert(
                    leg,
                    CodeCall { agent, came: Came::Dialled(dialled), line, beside: None },
                );
                // The phone is busy until the confirmation is over: nobody shall ring it.
                self.occupy(now, agent);
                self.ua.answer(now, leg, body);
            }
            Err(unusable) => {
                self.ports.give_back(port);
                self.ua.reject(now, leg, unusable.status(), Headers::default());
            }
        }
    }

    /// Sound passes between ports of one worker, so who is to listen has one of theirs to whom they will.
    fn port_for(&mut self, dialled: Dialled) -> Option<Port> {
        let of_talk = match dialled {
            Dialled::Code(ShortCode::Listen(agent)) => self.worker_of_talk(agent),
            Dialled::Code(_) | Dialled::NoSuchCode => None,
        };
        if let Some(worker) = of_talk {
            return self.ports.lend_of(worker);
        }
        let pair = self.ports.lend_pair()?;
        self.ports.give_back(pair.agent);
        Some(pair.caller)
    }

    /// The phone has acknowledged our 200: what it dialled is done, and confirmed if it can hear.
    pub(crate) fn code_established(&mut self, now: Moment, leg: LegId, answer: Option<Bytes>) {
        if let Some(answer) = answer {
            // An answer that cannot be read leaves the line closed, as none does.
            let _ = self.take_answer(leg, &answer);
        }
        let Some(call) = self.codes.by_leg.get(&leg) else { return };
        let Came::Dialled(dialled) = call.came else { return };
        let agent = call.agent;
        let (worker, is_open) = (call.line.port.worker, call.line.is_open());
        if let Dialled::Code(ShortCode::Listen(to)) = dialled
            && self.listens(now, leg, to)
        {
            return;
        }
        let phrases = self.obey_code(now, agent, dialled);
        if is_open {
            self.confirm_code(leg, worker, &phrases);
        } else {
            self.end_code(now, leg);
        }
    }

    /// Does what was dialled, and gives what is said to confirm it.
    fn obey_code(&mut self, now: Moment, agent: AgentId, dialled: Dialled) -> Vec<Phrase> {
        let code = match dialled {
            Dialled::Code(code) => code,
            Dialled::NoSuchCode => return self.builtin(builtin::UNKNOWN_CODE),
        };
        let Some(command) = command_of(&self.plan, code) else {
            return self.builtin(builtin::REFUSED);
        };
        match self.command_by_phone(now, agent, command) {
            Ok(()) => self.confirmation(agent, code),
            Err(_) => self.builtin(builtin::REFUSED),
        }
    }

    /// What is said to confirm a code: that it comes to this, and that it does so later where it does.
    fn confirmation(&self, agent: AgentId, code: ShortCode) -> Vec<Phrase> {
        let is_later = self.is_for_after_call(agent, code);
        let when = is_later.then(|| self.builtin(builtin::AFTER_CALL));
        when.into_iter().flatten().chain(self.comes_to(code)).collect()
    }

    /// Whoever talks goes on talking, and is logged out or pauses when that is over.
    fn is_for_after_call(&self, agent: AgentId, code: ShortCode) -> bool {
        matches!(code, ShortCode::LogOut | ShortCode::Pause(_))
            && self.acd.talks_of(agent).next().is_some()
    }

    fn comes_to(&self, code: ShortCode) -> Vec<Phrase> {
        match code {
            ShortCode::LogIn => self.builtin(builtin::LOGGED_IN),
            ShortCode::LogOut => self.builtin(builtin::LOGGED_OUT),
            ShortCode::Pause(pause) => self.plan.pause(pause).confirmation.clone(),
            ShortCode::Resume => self.builtin(builtin::RESUMED),
            ShortCode::ExtendWrapUp => self.builtin(builtin::WRAP_UP_EXTENDED),
            ShortCode::EndWrapUp => self.builtin(builtin::WRAP_UP_ENDED),
            ShortCode::File(disposition) => self.plan.disposition(disposition).confirmation.clone(),
            ShortCode::JoinQueue(_) => self.builtin(builtin::QUEUE_JOINED),
            ShortCode::LeaveQueue(_) => self.builtin(builtin::QUEUE_LEFT),
            // Whoever listens hears the two.
            ShortCode::Listen(_) => Vec::new(),
        }
    }

    pub(crate) fn builtin(&self, name: &str) -> Vec<Phrase> {
        let prompt = self.plan.prompt(name);
        prompt.into_iter().map(|prompt| Phrase { prompt, language: None }).collect()
    }

    /// What is said to an agent: in the plan's first language, where the phrases name no other.
    pub(crate) fn clips_for_agent(&self, phrases: &[Phrase]) -> Arc<[ClipId]> {
        let clip = |phrase: &Phrase| {
            let language = phrase.language.unwrap_or(self.plan.default_language);
            self.clips.find(language.index(), phrase.prompt)
        };
        phrases.iter().filter_map(clip).collect()
    }

    fn confirm_code(&mut self, leg: LegId, worker: u8, phrases: &[Phrase]) {
        let clips = self.clips_for_agent(phrases);
        let play = PlayId::default();
        self.media(worker, Command::Play { stream: leg, play, clips, then: Then::Stop });
    }

    /// Says that what was dialled is not to be, and hangs up when it has been said.
    pub(crate) fn refuse_code(&mut self, leg: LegId, worker: u8) {
        let phrases = self.builtin(builtin::REFUSED);
        self.confirm_code(leg, worker, &phrases);
    }

    /// Hangs up on a phone that dialled a code.
    pub(crate) fn end_code(&mut self, now: Moment, leg: LegId) {
        self.ua.hang_up(now, leg, None);
        self.forget_code(now, leg);
    }

    /// The leg is gone: the phone is free again.
    pub(crate) fn forget_code(&mut self, now: Moment, leg: LegId) {
        self.calls.disown(leg);
        let Some(call) = self.codes.by_leg.remove(&leg) else { return };
        self.left(now, &call);
        self.close(call.line);
        self.release(now, call.agent);
    }
}

/// What is commanded by a code. Listening is none: it lasts.
fn command_of(plan: &Plan, code: ShortCode) -> Option<AgentCommand> {
    let command = match code {
        ShortCode::LogIn => AgentCommand::LogIn,
        ShortCode::LogOut => AgentCommand::LogOut,
        ShortCode::Pause(pause) => AgentCommand::Pause(plan.pause(pause).name.clone()),
        ShortCode::Resume => AgentCommand::Resume,
        ShortCode::ExtendWrapUp => AgentCommand::ExtendWrapUp,
        ShortCode::EndWrapUp => AgentCommand::EndWrapUp,
        ShortCode::File(as_what) => AgentCommand::File(plan.disposition(as_what).name.clone()),
        ShortCode::JoinQueue(queue) => AgentCommand::JoinQueue(plan.queue(queue).name.clone()),
        ShortCode::LeaveQueue(queue) => AgentCommand::LeaveQueue(plan.queue(queue).name.clone()),
        ShortCode::Listen(_) => return None,
    };
    Some(command)
}
