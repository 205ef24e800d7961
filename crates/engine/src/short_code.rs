//! Short codes: what an agent without a screen dials on the phone, and hears confirmed.

use crate::calls::Owner;
use crate::command::AgentCommand;
use crate::engine::{Door, Engine};
use crate::line::Line;
use crate::outside::retry_after;
use bytes::Bytes;
use clock::Moment;
use dialplan::builtin;
use ids::{AgentId, ClipId, LegId, PlayId};
use media_protocol::{Command, Then};
use registrar::Challenge;
use sip_msg::{Headers, Request, StatusCode};
use sip_txn::Hop;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What a code does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    LogIn,
    LogOut,
}

impl Action {
    const fn command(self) -> AgentCommand {
        match self {
            Self::LogIn => AgentCommand::LogIn,
            Self::LogOut => AgentCommand::LogOut,
        }
    }

    /// What is said to confirm it.
    const fn prompt(self) -> &'static str {
        match self {
            Self::LogIn => builtin::LOGGED_IN,
            Self::LogOut => builtin::LOGGED_OUT,
        }
    }
}

/// An agent's phone that has dialled a code.
#[derive(Debug)]
struct CodeCall {
    agent: AgentId,
    action: Action,
    line: Line,
}

/// All phones that have dialled a code.
#[derive(Debug, Default)]
pub(crate) struct CodeCalls {
    by_leg: BTreeMap<LegId, CodeCall>,
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
}

impl Engine {
    /// What `dialled` does, if it is a code.
    pub(crate) fn short_code(&self, dialled: &str) -> Option<Action> {
        let codes = &self.plan.short_codes;
        if dialled == &*codes.log_in {
            Some(Action::LogIn)
        } else if dialled == &*codes.log_out {
            Some(Action::LogOut)
        } else {
            None
        }
    }

    /// A phone dials a code. It must prove whose it is, since a code changes that agent's day.
    pub(crate) fn code_call(
        &mut self,
        now: Moment,
        leg: LegId,
        hop: Hop,
        request: &Request,
        action: Action,
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
        if self.codes.is_dialling(agent) {
            self.ua.reject(now, leg, StatusCode::BUSY_HERE, Headers::default());
            return;
        }
        let Some(pair) = self.ports.lend_pair() else {
            self.ua.reject(now, leg, StatusCode::SERVICE_UNAVAILABLE, retry_after());
            return;
        };
        self.ports.give_back(pair.agent);
        let srtp = self.plan.agent(agent).srtp;
        match self.open_line((leg, pair.caller), hop, srtp, request) {
            Ok((line, body)) => {
                self.calls.own(leg, Owner::ShortCode);
                self.codes.by_leg.insert(leg, CodeCall { agent, action, line });
                // The phone is busy until the confirmation is over: nobody shall ring it.
                self.occupy(now, agent);
                self.ua.answer(now, leg, body);
            }
            Err(unusable) => {
                self.ports.give_back(pair.caller);
                self.ua.reject(now, leg, unusable.status(), Headers::default());
            }
        }
    }

    /// The phone has acknowledged our 200: what it dialled is done, and confirmed if it can hear.
    pub(crate) fn code_established(&mut self, now: Moment, leg: LegId, answer: Option<Bytes>) {
        if let Some(answer) = answer {
            // An answer that cannot be read leaves the line closed, as none does.
            let _ = self.take_answer(leg, &answer);
        }
        let Some(call) = self.codes.by_leg.get(&leg) else { return };
        let (action, worker, is_open) = (call.action, call.line.port.worker, call.line.is_open());
        // Neither is ever refused.
        let _ = self.command_by_phone(now, call.agent, action.command());
        if is_open {
            self.confirm_code(leg, worker, action);
        } else {
            self.end_code(now, leg);
        }
    }

    /// Confirms what was done in the plan's first language.
    fn confirm_code(&mut self, leg: LegId, worker: u8, action: Action) {
        let language = self.plan.default_language.index();
        let prompt = self.plan.prompt(action.prompt());
        let clip = prompt.and_then(|prompt| self.clips.find(language, prompt));
        let clips: Arc<[ClipId]> = clip.into_iter().collect();
        let play = PlayId::default();
        self.media(worker, Command::Play { stream: leg, play, clips, then: Then::Stop });
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
        self.close(call.line);
        self.release(now, call.agent);
    }
}
