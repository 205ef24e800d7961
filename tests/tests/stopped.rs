//! A thread that is stopped in the middle of handing over or of looking holds up no distribution.
//!
//! A signal stops one thread at whatever instruction it has come to, and keeps it there: in the middle
//! of an exchange, of a copy, of taking memory. Meanwhile a caller comes through another sender, and must
//! be rung for.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(unsafe_code, reason = "only a signal stops a thread at any instruction")]

use acd::{Acd, AgentConfig, Config, Input, Output, QueueConfig, Waiting};
use border::{Inbox, Publisher};
use clock::Moment;
use ids::{AgentId, CallId, QueueId};
use std::os::unix::thread::JoinHandleExt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// As the server has it: freeing what a stopped thread has allocated must not wait for that thread.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How often a thread is stopped.
const STOPS: u64 = 1_000;

/// Far longer than anything here takes; who is held up waits for ever.
const HELD_UP: Duration = Duration::from_secs(20);

/// How many threads the signal holds.
static HELD: AtomicUsize = AtomicUsize::new(0);
/// Whether it lets them go.
static OPEN: AtomicBool = AtomicBool::new(true);

/// Holds the thread that it interrupts until the gate opens. Only what POSIX lets a handler call is called.
extern "C" fn hold(_: libc::c_int) {
    HELD.fetch_add(1, Ordering::SeqCst);
    while !OPEN.load(Ordering::SeqCst) {
        // SAFETY: waits a millisecond for no descriptor.
        unsafe { libc::poll(std::ptr::null_mut(), 0, 1) };
    }
    HELD.fetch_sub(1, Ordering::SeqCst);
}

/// What the distribution takes: an input, or something that it has only to throw away.
enum Note {
    Input(Input),
    Noise(Box<[u8]>),
}

/// Takes notes as the engine's thread does, and counts the phones that are rung.
fn distribute(inbox: &mut Inbox<Note>, publisher: &mut Publisher<u64>, over: &AtomicBool) {
    let (queue, agent) = (QueueId(0), AgentId(0));
    let agents = vec![AgentConfig::new(agent, vec![queue])];
    let mut acd = Acd::new(Config::new(vec![QueueConfig::new(queue)], agents));
    let (mut rung, now) = (0, Moment::ZERO);
    acd.handle(now, Input::Reachable(agent));
    acd.handle(now, Input::LoggedIn(agent));
    while !over.load(Ordering::SeqCst) {
        match inbox.take() {
            Some(Note::Input(input)) => acd.handle(now, input),
            Some(Note::Noise(noise)) => drop(noise),
            None => inbox.wait(Duration::from_millis(1)),
        }
        while let Some(output) = acd.poll_output() {
            let Output::Ring { reservation, call, .. } = output else { continue };
            // The shortest of conversations, so that the agent is there for the next caller.
            for input in [
                Input::Accepted(reservation),
                Input::Connected(reservation),
                Input::Ended(agent, call),
                Input::WrapUpEnded(agent),
            ] {
                acd.handle(now, input);
            }
            rung += 1;
        }
        // Who is stopped while looking may keep a slot, and no more than that one.
        assert!(publisher.publish(rung).is_ok(), "one stopped reader leaves slots enough");
    }
}

/// Stops `thread` where it is, lets `meanwhile` happen, and lets it go on.
fn while_stopped(thread: &JoinHandle<()>, meanwhile: impl FnOnce()) {
    OPEN.store(false, Ordering::SeqCst);
    // SAFETY: the thread has not been joined, so its handle is good.
    let sent = unsafe { libc::pthread_kill(thread.as_pthread_t(), libc::SIGUSR1) };
    assert_eq!(sent, 0);
    until("the thread is stopped", || HELD.load(Ordering::SeqCst) == 1);
    meanwhile();
    OPEN.store(true, Ordering::SeqCst);
    until("the thread goes on", || HELD.load(Ordering::SeqCst) == 0);
}

#[track_caller]
fn until(what: &str, so: impl Fn() -> bool) {
    let began = Instant::now();
    while !so() {
        if began.elapsed() > HELD_UP {
            // A thread that is held in the handler must not keep the test from ending.
            OPEN.store(true, Ordering::SeqCst);
            panic!("not within {HELD_UP:?}: {what}");
        }
        thread::yield_now();
    }
}

#[test]
fn a_producer_or_a_reader_stopped_at_any_instruction_delays_no_distribution() {
    // SAFETY: `hold` does nothing that a handler may not do.
    let old = unsafe { libc::signal(libc::SIGUSR1, hold as *const () as libc::sighandler_t) };
    assert_ne!(old, libc::SIG_ERR);

    let (sender, mut inbox) = border::inbox(1_000);
    let (mut publisher, published) = border::published(0);
    let over = Arc::new(AtomicBool::new(false));
    let distribution = thread::spawn({
        let over = Arc::clone(&over);
        move || distribute(&mut inbox, &mut publisher, &over)
    });
    let producer = thread::spawn({
        let (sender, over) = (sender.clone(), Arc::clone(&over));
        move || {
            for length in (300..4_000).cycle() {
                let _ = sender.try_send(Note::Noise(vec![0; length].into()));
                if over.load(Ordering::SeqCst) {
                    break;
                }
            }
        }
    });
    let reader = thread::spawn({
        let (published, over) = (published.clone(), Arc::clone(&over));
        move || {
            while !over.load(Ordering::SeqCst) {
                std::hint::black_box(published.load());
            }
        }
    });

    let tell = |input| {
        let mut note = Note::Input(input);
        let began = Instant::now();
        while let Err(back) = sender.try_send(note) {
            assert!(began.elapsed() < HELD_UP, "the inbox stays full");
            note = back;
            thread::yield_now();
        }
    };
    for stop in 0..STOPS {
        let victim = if stop % 2 == 0 { &producer } else { &reader };
        while_stopped(victim, || {
            tell(Input::Queued(Waiting::new(CallId(stop), QueueId(0), Moment::ZERO)));
            until("a caller is rung for", || *published.load() == stop + 1);
        });
        // Not always at the same distance from its release.
        for _ in 0..stop % 97 {
            std::hint::spin_loop();
        }
    }

    over.store(true, Ordering::SeqCst);
    for thread in [distribution, producer, reader] {
        thread.join().unwrap();
    }
}
