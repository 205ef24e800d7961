//! Commands about one agent.

use super::Refusal;
use crate::engine::Engine;
use crate::monitoring::beside;
use acd::AgentState;
use clock::Moment;
use events::Name;
use ids::AgentId;
use media_protocol::Monitor;

/// What an agent is to do, or is to have done for them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AgentCommand {
    /// Come to work; also the way back after missed rings.
    LogIn,
    /// Go home. A conversation is finished first; a ring moves on at once.
    LogOut,
    /// Take the next call: whatever keeps an agent from it who is at work and has room for one is over,
    /// be it missed rings, a pause or after-call work.
    MakeReady,
    /// Take no calls for a while, for this reason. A conversation and its after-call work are finished
    /// first; a ring moves on at once.
    Pause(Name),
    /// Take calls again: a pause is over, or too many rings in vain.
    Resume,
    /// Have more time for the after-call work that is on.
    ExtendWrapUp,
    /// Be done with the after-call work that is on.
    EndWrapUp,
    /// File the call that is on, or the last one, as this; of several that are not filed yet the one that began or
    /// ended last.
    File(Name),
    /// Serve this queue of theirs again.
    JoinQueue(Name),
    /// Serve this queue of theirs no more, until the agent joins it again.
    LeaveQueue(Name),
    /// Have the own phones ring, listen to the talk of this agent with a caller, and be heard in this way.
    Listen(Name, Monitor),
    /// Have the phones of this colleague ring, who talks with the caller and the agent.
    BringIn(Name),
    /// Be heard in this way by the two whom the agent listens to.
    Monitor(Monitor),
    /// Talk on with the caller in place of the one whom the agent listens to.
    TakeOver,
    /// Have calls ring at this phone before all others, until the agent logs out; without a number, as
    /// the plan says.
    UsePhone(Option<u8>),
}

impl AgentCommand {
    /// Its word in the ledger.
    pub(super) const fn word(&self) -> &'static str {
        match self {
            Self::LogIn => "log_in",
            Self::LogOut => "log_out",
            Self::MakeReady => "make_ready",
            Self::Pause(_) => "pause",
            Self::Resume => "resume",
            Self::ExtendWrapUp => "extend_wrap_up",
            Self::EndWrapUp => "end_wrap_up",
            Self::File(_) => "file",
            Self::JoinQueue(_) => "join_queue",
            Self::LeaveQueue(_) => "leave_queue",
            Self::Listen(..) => "listen",
            Self::BringIn(_) => "bring_in",
            Self::Monitor(_) => "monitor",
            Self::TakeOver => "take_over",
            Self::UsePhone(_) => "use_phone",
        }
    }

    /// What goes with the word.
    pub(super) fn with(&self) -> Option<String> {
        match self {
            Self::Pause(name)
            | Self::File(name)
            | Self::JoinQueue(name)
            | Self::LeaveQueue(name)
            | Self::BringIn(name) => Some(name.to_string()),
            Self::Listen(to, how) => Some(format!("{to}, {}", beside(*how).word())),
            Self::UsePhone(phone) => phone.map(|phone| phone.to_string()),
            Self::Monitor(how) => Some(beside(*how).word().to_owned()),
            Self::LogIn
            | Self::LogOut
            | Self::MakeReady
            | Self::Resume
            | Self::ExtendWrapUp
            | Self::EndWrapUp
            | Self::TakeOver => None,
        }
    }
}

impl Engine {
    /// Carries out a command about an agent, whoever gave it.
    ///
    /// # Errors
    /// When the agent's state does not allow it.
    pub(crate) fn command_agent(
        &mut self,
        now: Moment,
        agent: AgentId,
        command: &AgentCommand,
    ) -> Result<(), Refusal> {
        match command {
            AgentCommand::LogIn => {
                self.log_in(now, agent);
                Ok(())
            }
            AgentCommand::LogOut => {
                self.log_out(now, agent);
                Ok(())
            }
            AgentCommand::MakeReady => self.make_ready(now, agent),
            AgentCommand::Pause(pause) => self.pause(now, agent, pause),
            AgentCommand::Resume => self.resume(now, agent),
            AgentCommand::ExtendWrapUp => self.extend_wrap_up(now, agent),
            AgentCommand::EndWrapUp => self.end_wrap_up(now, agent),
            AgentCommand::File(disposition) => self.file_call(now, agent, disposition),
            AgentCommand::JoinQueue(queue) => self.join_queue(now, agent, queue),
            AgentCommand::LeaveQueue(queue) => self.leave_queue(now, agent, queue),
            AgentCommand::Listen(to, how) => self.call_to_listen(now, agent, (to, *how)),
            AgentCommand::BringIn(colleague) => self.bring_in(now, agent, colleague),
            AgentCommand::Monitor(how) => self.monitor(now, agent, *how),
            AgentCommand::TakeOver => self.take_call_over(now, agent),
            AgentCommand::UsePhone(phone) => self.use_phone(agent, *phone),
        }
    }

    fn make_ready(&mut self, now: Moment, agent: AgentId) -> Result<(), Refusal> {
        let Some(state) = self.acd.obstacle_of(agent) else { return Ok(()) };
        match state {
            AgentState::Ready => Ok(()),
            AgentState::NotReady(_) | AgentState::WrapUp { .. } => {
                self.acd.handle(now, acd::Input::WrapUpEnded(agent));
                // What ends missed rings and a pause, too.
                self.acd.handle(now, acd::Input::LoggedIn(agent));
                Ok(())
            }
            AgentState::LoggedOut
            | AgentState::Unreachable
            | AgentState::Occupied
            | AgentState::Ringing(_)
            | AgentState::Talking(_) => {
                Err(Refusal::AgentIs { agent: self.plan.agent(agent).account.clone(), state })
            }
        }
    }
}
