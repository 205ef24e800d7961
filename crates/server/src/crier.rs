//! Says what happened: in the log, in the counts, and to those who listen.
//!
//! A metric is found by its name under a lock, which whoever renders all of them takes too. So the engine's thread
//! looks for none: it hands events over, and this thread says them. What the engine's thread counts by itself it
//! has looked for before it begins.
//!
//! To be woken for each event costs more than to say it. So who has said something rests for a moment, and then says at
//! once what has happened meanwhile.

use crate::exit::Fault;
use crate::{log, story};
use api::{Memberships, Teller};
use border::{Inbox, Published, Sender};
use events::Event;
use metrics::{Counter, counter};
use snapshot::Snapshot;
use std::cell::RefCell;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// Events that may wait to be said.
const UNSAID_MAX: usize = 32_768;

/// How often the gauges are set.
const MEASURED_EVERY: Duration = Duration::from_millis(200);

/// Events that are told at once.
const UNTOLD_MAX: usize = 256;

/// How long it rests: nobody who reads or looks notices it.
const REST: Duration = Duration::from_millis(20);

/// What the thread is told.
#[derive(Debug)]
enum Cry {
    Event(Box<Event>),
    /// The queues of agents are these from now on.
    Memberships(Memberships),
    Stop,
}

/// The engine's side.
#[derive(Debug)]
pub(crate) struct Crier {
    cries: Sender<Cry>,
    /// What was not lost for want of room.
    owed: RefCell<Option<Cry>>,
    unsaid: Counter,
    thread: JoinHandle<()>,
}

impl Crier {
    /// Starts the thread, which also shows in gauges how the centre is.
    pub(crate) fn start(published: Published<Snapshot>, teller: Teller) -> Result<Self, Fault> {
        let tell = move |cry: Cry| match cry {
            Cry::Event(event) => teller.tell(&event),
            Cry::Memberships(memberships) => teller.members_are(memberships),
            Cry::Stop => {}
        };
        let measure = move || {
            story::measure(&published.load());
            log::measure();
        };
        Self::saying(UNSAID_MAX, story::tell, tell, measure)
    }

    fn saying(
        unsaid_max: usize,
        say: impl Fn(&Event) + Send + 'static,
        tell: impl Fn(Cry) + Send + 'static,
        measure: impl Fn() + Send + 'static,
    ) -> Result<Self, Fault> {
        let (cries, inbox) = border::inbox(unsaid_max);
        let thread = thread::Builder::new().name("crier".to_owned());
        let thread = thread.spawn(move || cry(inbox, say, tell, measure));
        let thread =
            thread.map_err(|error| Fault::found(format!("the crier's thread: {error}")))?;
        let unsaid = counter!("events_unsaid_total");
        Ok(Self { cries, owed: RefCell::default(), unsaid, thread })
    }

    /// Hands an event over, and waits for nothing. One that finds no room is not said, and counted.
    pub(crate) fn say(&self, event: Event) {
        self.cry(Cry::Event(Box::new(event)));
    }

    /// The queues of agents are these for all events from now on. Where there is no room, that goes with the next one for
    /// which there is.
    pub(crate) fn members_are(&self, memberships: Memberships) {
        self.cry(Cry::Memberships(memberships));
    }

    fn cry(&self, cry: Cry) {
        let mut owed = self.owed.borrow_mut();
        *owed = owed.take().and_then(|owed| self.cries.try_send(owed).err());
        if owed.is_some() && matches!(cry, Cry::Memberships(_)) {
            // What they are now takes the place of what they were, and does not overtake it.
            *owed = Some(cry);
            return;
        }
        match self.cries.try_send(cry) {
            Ok(()) => {}
            Err(members @ Cry::Memberships(_)) => *owed = Some(members),
            Err(_unsaid) => self.unsaid.increment(1),
        }
    }

    /// Waits until everything is said.
    pub(crate) fn finish(self) {
        let mut stop = Cry::Stop;
        while let Err(back) = self.cries.try_send(stop) {
            stop = back;
            thread::yield_now();
        }
        // If it has panicked, there is nothing left to wait for; the log has its last words.
        let _ = self.thread.join();
    }
}

/// Has each event said, and told to those who listen: those of a moment in a row, so that a task that tells them is woken once.
fn cry(mut inbox: Inbox<Cry>, say: impl Fn(&Event), tell: impl Fn(Cry), measure: impl Fn()) {
    let (mut measured, mut untold) = (Instant::now(), Vec::with_capacity(UNTOLD_MAX));
    let mut is_over = false;
    while !is_over {
        let came = inbox.take();
        if let Some(Cry::Event(event)) = &came {
            say(event);
        }
        let is_empty = came.is_none();
        match came {
            Some(Cry::Stop) => is_over = true,
            Some(cry) => untold.push(cry),
            None if untold.is_empty() => inbox.wait(MEASURED_EVERY),
            None => {}
        }
        if !untold.is_empty() && (is_empty || is_over || untold.len() == UNTOLD_MAX) {
            untold.drain(..).for_each(&tell);
            if is_empty {
                // Not as one waits: nobody has to wake it.
                thread::sleep(REST);
            }
        }
        // Also while there is always something to say.
        if measured.elapsed() >= MEASURED_EVERY {
            measured = Instant::now();
            measure();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clock::WallTime;
    use events::{AgentEvent, What};
    use metrics::{Gauge, Histogram, Key, KeyName, Metadata, Recorder, SharedString, Unit};
    use std::sync::mpsc;

    /// Metrics of which somebody else holds the lock.
    struct Locked;

    impl Recorder for Locked {
        fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
        fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
        fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

        fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
            panic!("waits to find {key}");
        }

        fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> Gauge {
            panic!("waits to find {key}");
        }

        fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
            panic!("waits to find {key}");
        }
    }

    fn event(seq: u64) -> Event {
        let what = What::Agent("1001".into(), AgentEvent::LoggedIn);
        Event { seq, at: WallTime::default(), what }
    }

    fn number(cry: &Cry) -> u64 {
        let Cry::Event(event) = cry else { panic!("{cry:?}") };
        event.seq
    }

    #[test]
    fn who_has_something_said_waits_neither_until_it_is_nor_to_find_a_metric() {
        let (go_on, held) = mpsc::channel::<()>();
        let (said, says) = mpsc::channel();
        let say = move |event: &Event| {
            said.send(event.seq).unwrap();
            let _ = held.recv();
        };
        let crier = Crier::saying(1, say, drop, || ()).unwrap();
        crier.say(event(1));
        // The first has left its place, and is held.
        assert_eq!(says.recv(), Ok(1));
        // One finds room, and the others are lost; this thread waits for none.
        metrics::with_local_recorder(&Locked, || (2..=4).for_each(|seq| crier.say(event(seq))));
        drop(go_on);
        crier.finish();
        assert_eq!(says.iter().collect::<Vec<_>>(), [2]);
    }

    #[test]
    fn the_gauges_are_set_also_while_there_is_always_something_to_say() {
        let (measured, measures) = mpsc::channel();
        let say = |_: &Event| thread::sleep(MEASURED_EVERY / 4);
        let crier = Crier::saying(100, say, drop, move || measured.send(()).unwrap()).unwrap();
        (0..20).for_each(|seq| crier.say(event(seq)));
        crier.finish();
        assert!(measures.iter().count() >= 4);
    }

    #[test]
    fn the_queues_of_agents_are_not_lost() {
        let (go_on, held) = mpsc::channel::<()>();
        let (told, tells) = mpsc::channel();
        let tell = move |cry: Cry| {
            told.send(matches!(cry, Cry::Memberships(_))).unwrap();
            let _ = held.recv();
        };
        let crier = Crier::saying(1, |_| (), tell, || ()).unwrap();
        crier.say(event(1));
        assert_eq!(tells.recv(), Ok(false));
        crier.say(event(2));
        crier.members_are(Memberships::default());
        go_on.send(()).unwrap();
        assert_eq!(tells.recv(), Ok(false));
        crier.say(event(3));
        go_on.send(()).unwrap();
        assert_eq!(tells.recv(), Ok(true), "they went before what came later");
        drop(go_on);
        crier.finish();
    }

    #[test]
    fn what_happens_while_it_rests_is_told_when_it_has_rested_and_in_its_order() {
        let (told, tells) = mpsc::channel();
        let tell = move |cry: Cry| told.send((Instant::now(), number(&cry))).unwrap();
        let crier = Crier::saying(1_000, |_| (), tell, || ()).unwrap();
        crier.say(event(1));
        let (first, _) = tells.recv().unwrap();
        (2..=600).for_each(|seq| crier.say(event(seq)));
        let (second, _) = tells.recv().unwrap();
        // Unless the machine kept this thread waiting for as long.
        assert!(second - first < MEASURED_EVERY, "{:?}", second - first);
        crier.finish();
        assert!(tells.iter().map(|(_, seq)| seq).eq(3..=600));
    }
}
