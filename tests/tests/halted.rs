//! The program itself, of which every thread but the engine's own is stopped at whatever moment: it goes on to say whose
//! turn it is, and phones go on to ring.
//!
//! `stopped.rs` shows the same of the borders alone, at a thousand instructions. Here a debugger stops all that there is
//! beside the engine's thread at once: the readers of the sockets, the API with those who look at it, media workers, the
//! ledger, the log. Whatever each of them holds meanwhile, it keeps. Callers wait and nobody answers, so that a next phone is due
//! each moment by the engine's own clock.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]
#![expect(unsafe_code, reason = "only a debugger stops the threads of another program")]

use e2e::{Server, Site, http, soft, wait};
use jiff::Timestamp;
use softphone::{Answer, Phone};
use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;
use std::{fs, io, ptr};

/// How often everything is stopped.
const HALTS: u64 = 6;
/// Who is rung for at once. Each has one phone that rings, for a second.
const CALLERS: usize = 6;
/// More than ring and come to themselves again at once.
const AGENTS: usize = 20;

/// One number that leads into one queue, and its agents.
fn plan() -> String {
    let agents = (1001..).take(AGENTS).map(|account| {
        format!(
            "[agent.{account}]\nsecret = \"secret-{account}\"\nqueues = [\"support\"]\nmissed_max = 100\n"
        )
    });
    let queue = "language = \"sv\"\n[number.9000]\ngoto = \"queue.support\"\n[queue.support]\nring = \"1s\"\n";
    queue.to_owned() + &agents.collect::<String>()
}

/// No address and no data.
const NONE: *mut libc::c_void = ptr::null_mut();

/// Threads of a program that are stopped, as long as this lives.
struct Halted(BTreeSet<libc::pid_t>);

impl Halted {
    /// Stops all threads of a program but those of this name, each where it is.
    fn all_but(name: &str, process: u32) -> Self {
        let mut halted = Self(BTreeSet::new());
        // A thread that was not stopped yet may have started another.
        loop {
            let before = halted.0.len();
            for thread in threads_but(name, process) {
                if !halted.0.contains(&thread) && stop(thread) {
                    halted.0.insert(thread);
                }
            }
            if halted.0.len() == before {
                return halted;
            }
        }
    }
}

impl Drop for Halted {
    fn drop(&mut self) {
        for thread in &self.0 {
            // SAFETY: the thread is stopped, and traced by this very thread.
            unsafe { libc::ptrace(libc::PTRACE_DETACH, *thread, NONE, NONE) };
        }
    }
}

/// The threads that a program has now.
fn threads_but(name: &str, process: u32) -> Vec<libc::pid_t> {
    let all = fs::read_dir(format!("/proc/{process}/task")).unwrap();
    let other = |path: &std::path::Path| {
        // One that has ended meanwhile has no name.
        fs::read_to_string(path.join("comm")).is_ok_and(|comm| comm.trim_end() != name)
    };
    let others = all.map(|thread| thread.unwrap().path()).filter(|path| other(path));
    others.map(|path| path.file_name().unwrap().to_str().unwrap().parse().unwrap()).collect()
}

/// Stops a thread; `false`: it has just ended.
fn stop(thread: libc::pid_t) -> bool {
    let mut status = 0;
    // SAFETY: the thread is one of a child of ours, which is traced by nobody else; nothing of ours is written to but
    // `status`.
    unsafe {
        if libc::ptrace(libc::PTRACE_SEIZE, thread, NONE, NONE) != 0 {
            let error = io::Error::last_os_error();
            assert_eq!(error.raw_os_error(), Some(libc::ESRCH), "{error}");
            return false;
        }
        libc::ptrace(libc::PTRACE_INTERRUPT, thread, NONE, NONE);
        libc::waitpid(thread, &raw mut status, libc::__WALL) == thread && libc::WIFSTOPPED(status)
    }
}

/// Looks at the metrics and at the state of the centre, over and over, so that somebody is in the midst of it whenever
/// everything is stopped.
fn look(at: SocketAddr, path: &'static str, over: &Arc<AtomicBool>) -> JoinHandle<usize> {
    let over = Arc::clone(over);
    thread::spawn(move || {
        let looks = std::iter::from_fn(|| {
            (!over.load(Ordering::Relaxed)).then(|| http::get(at, path).is_ok())
        });
        looks.filter(|seen| *seen).count()
    })
}

/// Agents whose phones ring and are not answered, and how often they have rung.
async fn agents(server: &Server) -> (Vec<Phone>, Arc<AtomicUsize>) {
    let (mut phones, rung) = (Vec::new(), Arc::new(AtomicUsize::new(0)));
    for account in (1001..).take(AGENTS) {
        let agent = soft::agent(server.sip(), &account.to_string(), Answer::Manual);
        let (phone, mut events) = soft::switch_on(agent).await;
        let rung = Arc::clone(&rung);
        tokio::spawn(async move {
            while events.incoming().await.is_some() {
                rung.fetch_add(1, Ordering::SeqCst);
            }
        });
        phones.push(phone);
    }
    (phones, rung)
}

/// When phones have rung for these calls, by the engine's clock.
fn rings(server: &Server) -> Vec<Timestamp> {
    let calls = 1..=u64::try_from(CALLERS).unwrap();
    let events = calls.flat_map(|call| server.story(call));
    let rang = events.filter(|event| event["kind"] == "rang");
    rang.map(|event| event["at"].as_str().unwrap().parse().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn phones_go_on_to_ring_while_every_thread_but_the_engines_is_stopped() {
    let server = Server::start(Site::new(&plan()));
    let (_phones, rung) = agents(&server).await;
    server.until("all agents are there", |status| {
        let ready = status.0["agents"].as_array().unwrap().iter();
        ready.filter(|agent| agent["state"] == "ready").count() == AGENTS
    });
    let (caller, _events) = soft::switch_on(soft::caller(server.sip(), "0701000001")).await;
    let mut calls = Vec::new();
    for _ in 0..CALLERS {
        calls.push(caller.call("9000").await.unwrap());
    }
    // A caller is answered, and waits, when that is on disk, and the ledger is stopped then.
    wait::until_so("phones ring", || rung.load(Ordering::SeqCst) >= CALLERS);
    let over = Arc::new(AtomicBool::new(false));
    let lookers = ["/metrics", "/metrics", "/status"].map(|path| look(server.http(), path, &over));

    let mut windows = Vec::new();
    for halt in 0..HALTS {
        // Never at the same distance from a ring.
        thread::sleep(Duration::from_millis(60 + halt * 137 % 250));
        let halted = Halted::all_but("engine", server.process());
        assert!(halted.0.len() > 8, "{:?}", halted.0);
        let (began, before) = (Timestamp::now(), rung.load(Ordering::SeqCst));
        // Those that were on their way, and one more.
        wait::until_so("the next phone rings", || rung.load(Ordering::SeqCst) > before + CALLERS);
        windows.push(began..Timestamp::now());
        drop(halted);
    }

    over.store(true, Ordering::Relaxed);
    let seen = lookers.map(|looker| looker.join().unwrap());
    assert!(seen.iter().all(|looks| *looks > 0), "{seen:?}");
    for call in calls {
        call.hang_up().await;
    }
    server.until_closed(CALLERS);
    let rings = rings(&server);
    for window in windows {
        assert!(rings.iter().any(|rang| window.contains(rang)), "{window:?}: {rings:#?}");
    }
}
