//! What the engine hears and what it wants done: the list of its variants is the list of its
//! features.

use crate::command::{Command, Refusal};
use crate::explaining::About;
use crate::look_ups;
use crate::overload::Load;
use crate::reload::Edition;
use crate::turn::Turn;
use bytes::Bytes;
use clock::{Duration, WallTime};
use events::{
    Acquaintance, BindingChange, By, Counted, Day, Event, FoundMessage, FoundRecording,
    InterruptedCall, SavedBinding, SavedCall, SavedCallback, SavedDesk, SavedMessage, SavedQueue,
};
use ids::{CallId, FlowId, TicketId};
use sip_dns::{Answer, Question};
use sip_msg::{Message, Text};
use sip_txn::Hop;
use snapshot::Explained;
use std::net::SocketAddr;

/// What the shell tells the engine.
#[derive(Debug)]
pub enum Input {
    /// A SIP message came.
    Message {
        /// From where, and the way back.
        hop: Hop,
        /// What it says.
        message: Box<Message>,
        /// [When it was taken](crate::Engine::turn_of) of those that waited.
        turn: Turn,
        /// For how long it has waited to be taken.
        waited: Duration,
    },
    /// A connection broke.
    FlowClosed(FlowId),
    /// A peer that has connected has said nothing for a while.
    FlowUnused(Hop),
    /// A connection came up, and its peer has a client certificate that we trust.
    PeerCertified {
        /// The connection.
        flow: FlowId,
        /// The names that the certificate is for (RFC 5922 §7.1).
        names: Vec<String>,
    },
    /// No connection to this peer can be opened.
    Unreachable(SocketAddr),
    /// A media worker tells something.
    Media(media_protocol::Event),
    /// The ledger has every event up to this number on disk.
    Stored(u64),
    /// What the wall clock shows now. Told at the start and then now and again.
    Wall(WallTime),
    /// How loaded the machine is. To be told a few times a second.
    Load(Load),
    /// What the ledger has counted of the centre's day. Told once at the start, after the wall clock and before anything happens.
    RecallDay(Box<Day>),
    /// What holds of agents at work, as an earlier run has left it in the ledger. Told once at the start, after the
    /// wall clock and before it is told which phones are there.
    RecallDesks(Vec<SavedDesk>),
    /// Where phones can be reached, as an earlier run has left it in the ledger, each with its end.
    /// Told once at the start, after the wall clock.
    Restore(Vec<(SavedBinding, WallTime)>),
    /// Who has talked with whom, as earlier runs have left it in the ledger. Told once at the start.
    Recall(Vec<Acquaintance>),
    /// The messages whose recordings are there, as earlier runs have left them in the ledger. Told once
    /// at the start, after the wall clock.
    RecallMessages(Vec<SavedMessage>),
    /// Recordings that are whole and of which the ledger has no row, since the last run ended between the two. Told once at the
    /// start, behind all else that earlier runs have left, and after [`Input::RecallCalls`].
    RecallFound(Vec<FoundMessage>),
    /// What earlier runs have left of recordings of talks whose end they never told.
    RecallRecordings(Vec<FoundRecording>),
    /// The callbacks that are neither kept nor called off, as earlier runs have left them in the ledger. Told
    /// once at the start, after the wall clock.
    RecallCallbacks(Vec<SavedCallback>),
    /// What earlier runs have done that counts against a limit of an hour or a day, the oldest first. Told once at the start, after the
    /// wall clock.
    RecallCounted(Vec<Counted>),
    /// What the ledger has counted of the day of [`Output::ReadDay`], up to the event of this number of the run.
    DayRead {
        /// The day, and what is open of it.
        day: Box<Day>,
        /// The last event that is counted, at least the one that was asked for.
        last: u64,
    },
    /// The queues that somebody keeps open or closed by hand, as earlier runs have left it in the ledger.
    /// Told once at the start.
    RecallQueues(Vec<SavedQueue>),
    /// The calls that were on when the last run ended and whose callers can be reached, as the ledger has them. Told once
    /// at the start, behind all else and before any message.
    RecallCalls(Vec<InterruptedCall>),
    /// The DNS has answered a question of [`Output::Resolve`], or has not.
    Resolved {
        /// The question.
        question: Question,
        /// What came of it.
        answer: Answer,
    },
    /// Somebody wants something done; what came of it is said in [`Output::Obeyed`].
    Command {
        /// How its giver knows it.
        ticket: TicketId,
        /// Who has given it.
        by: By,
        /// What is to be done.
        command: Command,
    },
    /// The site has another plan, and goes on by it; that is said in [`Output::Obeyed`].
    Reload {
        /// How its giver knows it.
        ticket: TicketId,
        /// Who has given it.
        by: By,
        /// The plan.
        next: Edition,
    },
    /// Somebody wants to know why; that is said in [`Output::Explained`].
    Explain {
        /// How the asker knows it.
        ticket: TicketId,
        /// About whom.
        about: About,
    },
    /// A directory or another program has answered a question of [`Output::LookUp`], or has not.
    LookedUp {
        /// Which question.
        id: look_ups::LookUpId,
        /// What came of it.
        answer: look_ups::Answer,
    },
    /// Take no new calls; those that are on may finish.
    Drain,
    /// Leave the calls to the next process, which takes them up by [`Input::RecallCalls`], and end what it could not. Nothing
    /// is to be told the engine after that.
    HandOver,
    /// End every call now.
    Stop,
}

/// What the engine wants done, in this order.
#[derive(Debug)]
pub enum Output {
    /// Send these bytes.
    Send {
        /// Where to.
        hop: Hop,
        /// One whole SIP message.
        bytes: Bytes,
    },
    /// Close this connection: nobody is registered, calls or is called over it, and it is no
    /// trunk's.
    CloseFlow(FlowId),
    /// Ask the DNS this, and tell what came of it with [`Input::Resolved`].
    Resolve(Question),
    /// Ask a directory who a caller is, or another program what a step wants to know, and tell what came of it with [`Input::LookedUp`].
    LookUp(Box<look_ups::Question>),
    /// Whoever is at this address has to prove this name when a TLS connection is opened there.
    NamePeer {
        /// The address.
        peer: SocketAddr,
        /// The name.
        name: String,
    },
    /// What has this SIP Call-ID is said for this call, for whoever keeps what was said.
    Dialog {
        /// The call.
        call: CallId,
        /// The Call-ID of one of its dialogs.
        call_id: Text,
    },
    /// Hand this to a media worker.
    Media {
        /// The worker.
        worker: u8,
        /// What it shall do.
        command: media_protocol::Command,
    },
    /// Keep this in the ledger.
    Record(Event),
    /// Days are told by another clock from now on: read what the ledger has counted of this one, once it has everything up to an event, and
    /// tell it with [`Input::DayRead`]. Whoever asks again wants the earlier one no more.
    ReadDay {
        /// When the day began.
        began: WallTime,
        /// When the next one does.
        ends: WallTime,
        /// The number of the event.
        after: u64,
    },
    /// A command was carried out, or refused.
    Obeyed {
        /// How its giver knows it.
        ticket: TicketId,
        /// The event that it left; whoever has seen the events up to this one has seen what it did
        /// at once.
        seq: u64,
        /// What came of it.
        result: Result<(), Refusal>,
    },
    /// Why, for whoever has asked with [`Input::Explain`].
    Explained {
        /// How the asker knows it.
        ticket: TicketId,
        /// The explanation, or why there is none.
        told: Result<Box<Explained>, Refusal>,
    },
    /// Where a phone can be reached has changed: keep that in the ledger, for [`Input::Restore`].
    Binding(BindingChange),
    /// Something else holds of an agent at work: keep that in the ledger, for [`Input::RecallDesks`].
    Desk(Box<SavedDesk>),
    /// A caller who waits can be reached like this: keep that in the ledger, for [`Input::RecallCalls`], until the event of
    /// the call's end.
    Call(Box<SavedCall>),
    /// A call that is on is none any more that could be taken up: keep nothing of it.
    NoCall(CallId),
}
