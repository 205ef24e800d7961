//! Commands: what people want done that is no phone call. Each is a value, however it was given: by
//! short code, over the control socket or by HTTP.
//!
//! A command is carried out or refused at once, and leaves an event that says who gave it. Whoever gave it
//! is answered at once too; where it is to outlive the process, when that event is on disk.

mod agent;
mod call;
mod callback;
mod late;
mod message;
mod queue;
mod refusal;

pub use agent::AgentCommand;
pub use call::{CallCommand, Priority, Recording};
pub use callback::{CallbackCommand, CallbackRequest};
pub(crate) use late::LateAnswers;
pub use message::MessageCommand;
pub use queue::QueueCommand;
pub use refusal::{Code, NoListening, Refusal};

use crate::engine::Engine;
use crate::io::Output;
use clock::Moment;
use events::{By, CommandEvent, Name, Subject, What};
use ids::{AgentId, CallId, MessageId, TicketId};

/// What somebody wants done. Agents and queues go by the names of the dialplan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// An agent is to do something, or to have something done for them.
    Agent(Name, AgentCommand),
    /// Something is to become of a call.
    Call(CallId, CallCommand),
    /// Something is to become of a callback, which goes by the number of a call.
    Callback(CallId, CallbackCommand),
    /// Somebody asks to be called back by this step of the plan.
    RequestCallback(Name, Box<CallbackRequest>),
    /// Something is to become of a message that a caller has left.
    Message(MessageId, MessageCommand),
    /// Something is to become of a queue.
    Queue(Name, QueueCommand),
}

impl Command {
    /// Whom it is about.
    fn subject(&self) -> Subject {
        match self {
            Self::Agent(agent, _) => Subject::Agent(agent.clone()),
            Self::Call(call, _) | Self::Callback(call, _) => Subject::Call(*call),
            Self::Message(message, _) => Subject::Message(*message),
            Self::Queue(queue, _) => Subject::Queue(queue.clone()),
            // Of which callback is known when there is one.
            Self::RequestCallback(..) => Subject::Plan,
        }
    }

    /// Its word in the ledger.
    const fn word(&self) -> &'static str {
        match self {
            Self::Agent(_, command) => command.word(),
            Self::Call(_, command) => command.word(),
            Self::Callback(_, command) => command.word(),
            Self::Message(_, command) => command.word(),
            Self::Queue(_, command) => command.word(),
            Self::RequestCallback(..) => "callback_request",
        }
    }

    /// What goes with the word.
    fn with(&self) -> Option<String> {
        match self {
            Self::Agent(_, command) => command.with(),
            Self::Call(_, command) => command.with(),
            Self::RequestCallback(step, _) => Some(step.to_string()),
            Self::Callback(..) | Self::Message(..) | Self::Queue(..) => None,
        }
    }
}

impl Engine {
    /// Carries a command out, and tells whoever has this ticket what came of it.
    pub(crate) fn command(&mut self, now: Moment, ticket: TicketId, by: By, command: &Command) {
        let is_late = command.outlives_the_process();
        let mut subject = command.subject();
        let result = match command {
            _ if is_late && !self.late_answers.have_room() => Err(Refusal::DiskBehind),
            Command::Agent(name, command) => match self.plan.agent_of(name) {
                Some(agent) => self.command_agent(now, agent, command),
                None => Err(Refusal::UnknownAgent(name.clone())),
            },
            Command::Call(call, command) => self.command_call(now, *call, command),
            Command::Callback(callback, command) => {
                self.command_callback(now, *callback, &by, *command)
            }
            Command::Message(message, command) => {
                self.command_message(now, *message, &by, *command)
            }
            Command::Queue(queue, command) => self.command_queue(now, queue, &by, *command),
            Command::RequestCallback(step, request) => {
                let asked = self.request_callback(now, step, request, &by);
                asked.map(|id| subject = Subject::Call(id))
            }
        };
        let seq = self.record_command(now, by, (subject, command), &result);
        match result {
            Ok(()) if is_late => self.late_answers.keep_back(seq, ticket),
            Ok(()) | Err(_) => self.output(Output::Obeyed { ticket, seq, result }),
        }
    }

    /// The agent gives a command on the phone.
    ///
    /// # Errors
    /// When it cannot be carried out.
    pub(crate) fn command_by_phone(
        &mut self,
        now: Moment,
        agent: AgentId,
        command: AgentCommand,
    ) -> Result<(), Refusal> {
        let result = self.command_agent(now, agent, &command);
        let command = Command::Agent(self.plan.agent(agent).account.clone(), command);
        self.record_command(now, By::Phone, (command.subject(), &command), &result);
        result
    }

    /// The agent who talks has pressed a key for the recording of the talk.
    pub(crate) fn record_by_phone(&mut self, now: Moment, call: CallId, what: Recording) {
        let result = self.command_recording(now, call, what);
        let command = Command::Call(call, CallCommand::Record(what));
        self.record_command(now, By::Phone, (command.subject(), &command), &result);
    }

    /// Leaves the event of a command, and gives its number.
    fn record_command(
        &mut self,
        now: Moment,
        by: By,
        (subject, given): (Subject, &Command),
        result: &Result<(), Refusal>,
    ) -> u64 {
        let (command, with) = (given.word(), given.with());
        let event = match result {
            Ok(()) => CommandEvent::Obeyed { by, command, with },
            Err(refusal) => CommandEvent::Refused { by, command, with, why: refusal.code().word() },
        };
        self.record(now, What::Command(subject, Box::new(event)))
    }
}
