//! Carries out what the engine wants of the runtime's tasks. Whoever wakes a task may wait for a lock of the
//! runtime, so the engine's thread does not: it lays the errand into an inbox, and this thread runs it.

use crate::days::{Days, Wanted};
use crate::exit::Fault;
use crate::look_up::LookUps;
use api::{Given, Why};
use border::{Inbox, Sender};
use bytes::Bytes;
use engine::Question;
use ids::FlowId;
use metrics::{Counter, counter};
use net::{Net, Resolver};
use sip_txn::Hop;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;
use tokio::sync::oneshot;

/// Errands that may wait. Whoever runs them waits for nobody, so there is more than one batch of the
/// engine's only while the machine is busy with others.
const ERRANDS_MAX: usize = 32_768;

/// Something to be done that wakes a task.
#[derive(Debug)]
pub(crate) enum Errand {
    /// Send a message over a connection.
    Send { hop: Hop, bytes: Bytes },
    /// Close a connection.
    Close(FlowId),
    /// Ask the DNS.
    Resolve(sip_dns::Question),
    /// Ask a directory.
    LookUp(Box<Question>),
    /// Read what the ledger has counted of a day.
    ReadDay(Wanted),
    /// Tell who gave a command what came of it.
    Answer { to: oneshot::Sender<Given>, given: Given },
    /// Tell who has asked why.
    Explain { to: oneshot::Sender<Why>, why: Why },
    /// There are no more.
    Stop,
}

/// Those whom errands go to.
#[derive(Debug)]
pub(crate) struct Ways {
    pub(crate) net: Arc<Net>,
    /// Only where a trunk goes by a name.
    pub(crate) resolver: Option<Resolver>,
    pub(crate) look_ups: LookUps,
    pub(crate) days: Days,
}

impl Ways {
    fn run(&self, errand: Errand) {
        match errand {
            Errand::Send { hop, bytes } => self.net.send(hop, bytes),
            Errand::Close(flow) => self.net.close_flow(flow),
            Errand::Resolve(question) => {
                self.resolver.iter().for_each(|resolver| resolver.ask(question.clone()));
            }
            Errand::LookUp(question) => {
                self.look_ups.ask(*question);
            }
            Errand::ReadDay(wanted) => self.days.read(wanted),
            Errand::Answer { to, given } => {
                // Who has lost patience is gone.
                let _ = to.send(given);
            }
            Errand::Explain { to, why } => drop(to.send(why)),
            Errand::Stop => {}
        }
    }
}

/// The engine's side.
#[derive(Debug)]
pub(crate) struct Courier {
    errands: Sender<Errand>,
    lost: Counter,
    thread: JoinHandle<()>,
}

impl Courier {
    /// Starts the thread.
    pub(crate) fn start(ways: Ways) -> Result<Self, Fault> {
        Self::running(ERRANDS_MAX, move |errand| ways.run(errand))
    }

    fn running(errands_max: usize, run: impl Fn(Errand) + Send + 'static) -> Result<Self, Fault> {
        let (errands, inbox) = border::inbox(errands_max);
        let thread = thread::Builder::new().name("courier".to_owned());
        let thread = thread.spawn(move || run_all(inbox, run));
        let thread =
            thread.map_err(|error| Fault::found(format!("the courier's thread: {error}")))?;
        let lost = counter!("errands_lost_total");
        Ok(Self { errands, lost, thread })
    }

    /// Hands an errand over, and waits for nothing. One that finds no room is not run, and counted.
    pub(crate) fn hand(&self, errand: Errand) {
        if self.errands.try_send(errand).is_err() {
            self.lost.increment(1);
        }
    }

    /// Waits until all errands are run.
    pub(crate) fn finish(self) {
        let mut stop = Errand::Stop;
        while let Err(back) = self.errands.try_send(stop) {
            stop = back;
            thread::yield_now();
        }
        // If it has panicked, there is nothing left to wait for; the log has its last words.
        let _ = self.thread.join();
    }
}

fn run_all(mut inbox: Inbox<Errand>, run: impl Fn(Errand)) {
    loop {
        match inbox.take() {
            Some(Errand::Stop) => return,
            Some(errand) => run(errand),
            None => inbox.wait(Duration::MAX),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;

    fn number(errand: &Errand) -> u64 {
        let Errand::Close(FlowId(number)) = errand else { panic!("{errand:?}") };
        *number
    }

    #[test]
    fn errands_are_run_in_their_order_and_one_that_takes_long_holds_nobody_up() {
        let (go_on, held) = mpsc::channel::<()>();
        let (ran, runs) = mpsc::channel();
        let courier = Courier::running(2, move |errand| {
            ran.send(number(&errand)).unwrap();
            let _ = held.recv();
        });
        let courier = courier.unwrap();
        courier.hand(Errand::Close(FlowId(1)));
        // The first has left its place, and is held.
        assert_eq!(runs.recv(), Ok(1));
        // Two find room, and the last is lost; this thread waits for none.
        (2..=4).for_each(|flow| courier.hand(Errand::Close(FlowId(flow))));
        drop(go_on);
        courier.finish();
        assert_eq!(runs.iter().collect::<Vec<_>>(), [2, 3]);
    }
}
