//! Pauses: at work, with a reason to take no calls.

use crate::command::Refusal;
use crate::desk::DeskTimer;
use crate::engine::Engine;
use acd::{AgentState, NotReadyReason};
use clock::Moment;
use dialplan::AtMax;
use events::{AgentEvent, Name};
use ids::{AgentId, PauseId};

/// A pause that is on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PauseOn {
    pub(crate) pause: PauseId,
    pub(crate) length: PauseLength,
}

/// How long a pause has been on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PauseLength {
    Within,
    /// Longer than it may be.
    TooLong,
}

impl Engine {
    /// The agent takes no calls for a while.
    ///
    /// # Errors
    /// When there is no such pause, or the agent is not at work.
    pub(crate) fn pause(
        &mut self,
        now: Moment,
        agent: AgentId,
        pause: &Name,
    ) -> Result<(), Refusal> {
        let Some(pause) = self.plan.pause_of(pause) else {
            return Err(Refusal::UnknownPause(pause.clone()));
        };
        self.check_at_work(agent)?;
        self.desks.touch(agent);
        // Asked for anew, it counts from its new beginning.
        self.forget_pause(agent);
        self.acd.handle(now, acd::Input::Paused(agent, pause));
        if self.acd.state_of(agent) == Some(paused(pause)) {
            self.pause_begins(now, agent, pause);
        }
        Ok(())
    }

    /// The agent takes calls again, after a pause or too many rings in vain.
    ///
    /// # Errors
    /// When the agent is not at work.
    pub(crate) fn resume(&mut self, now: Moment, agent: AgentId) -> Result<(), Refusal> {
        self.check_at_work(agent)?;
        self.desks.touch(agent);
        self.forget_pause(agent);
        // What forgets rings in vain, too.
        self.acd.handle(now, acd::Input::LoggedIn(agent));
        Ok(())
    }

    fn check_at_work(&self, agent: AgentId) -> Result<(), Refusal> {
        if self.acd.is_logged_in(agent) {
            return Ok(());
        }
        let agent = self.plan.agent(agent).account.clone();
        Err(Refusal::AgentIs { agent, state: AgentState::LoggedOut })
    }

    fn forget_pause(&mut self, agent: AgentId) {
        self.desks.timers.clear(&DeskTimer::PauseMax(agent));
        if let Some(desk) = self.desks.get_mut(agent) {
            desk.pause = None;
        }
    }

    /// Follows a change of the agent's state: a pause counts from when the agent pauses, which may be
    /// later than when it was asked for, and goes on under calls of the agent's own.
    pub(crate) fn follow_pause(&mut self, now: Moment, agent: AgentId, state: AgentState) {
        let on = self.desks.get(agent).and_then(|desk| desk.pause).map(|on| on.pause);
        match (self.acd.pause_of(agent), state) {
            (None, _) => self.forget_pause(agent),
            (Some(pause), AgentState::NotReady(NotReadyReason::Paused(_))) if on != Some(pause) => {
                self.pause_begins(now, agent, pause);
            }
            (Some(_), _) => {}
        }
    }

    fn pause_begins(&mut self, now: Moment, agent: AgentId, pause: PauseId) {
        if let Some(desk) = self.desks.get_mut(agent) {
            desk.pause = Some(PauseOn { pause, length: PauseLength::Within });
        }
        if let Some(limit) = self.plan.pause(pause).limit {
            self.desks.timers.set(DeskTimer::PauseMax(agent), now + limit.max);
        }
    }

    /// The agent has paused for as long as the pause may be.
    pub(crate) fn paused_too_long(&mut self, now: Moment, agent: AgentId) {
        // A conversation has gone on since the pause was taken back.
        let Some(pause) = self.acd.pause_of(agent) else { return };
        let Some(limit) = self.plan.pause(pause).limit else { return };
        let name = self.plan.pause(pause).name.clone();
        self.record_agent(now, agent, AgentEvent::PausedTooLong { pause: name });
        match limit.at_max {
            AtMax::Warn => {
                if let Some(on) = self.desks.get_mut(agent).and_then(|desk| desk.pause.as_mut()) {
                    on.length = PauseLength::TooLong;
                }
            }
            AtMax::Resume => {
                self.forget_pause(agent);
                self.acd.handle(now, acd::Input::Resumed(agent));
            }
            AtMax::LogOut => self.log_out(now, agent),
        }
    }
}

const fn paused(pause: PauseId) -> AgentState {
    AgentState::NotReady(NotReadyReason::Paused(pause))
}
