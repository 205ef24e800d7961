//! The process is killed as it comes to write to its disk or its database, at whatever write: a caller is served, and two
//! customers are promised a callback, while others wait, choose, speak and talk. After the next start nothing that was promised
//! is lost, or done more often than is written down, who waits hears music again, and each call has one outcome.
//!
//! Points are spread evenly over what such a story writes, so that few have come to every step of it, before what it writes is
//! written and before anybody has heard that it is; which steps those were is told.

use super::on_the_line::{Calls, Others};
use super::people::{
    Made, Mode, ON_THE_LINE, ON_THE_WEB, Person, Phones, Tries, assert_adds_up, callbacks,
    is_answered, is_over, is_promised_on_the_web,
};
use super::steps::{Death, Steps};
use e2e::{Books, CommitGate, KillPoint, LedgerLock, Server, Site, Sound, prompt, run, wait};
use jiff::Timestamp;
use pg_cluster::{Cluster, Durable};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{LazyLock, Mutex};
use std::time::{Duration, Instant};
use tokio::runtime::Handle;
use tokio::task::{JoinSet, spawn_blocking};
use tokio::time::{sleep, timeout};

/// Kill points by day, and how many are tried at once. More are by night.
const BY_DAY: u64 = 30;
const AT_ONCE: u64 = 4;

/// A story writes to the ledger and brings it to the disk about so often, with what the start of the process does.
const WRITES: u32 = 240;
const SYNCS: u32 = 22;
/// A story in which the ledger is away for a while writes to the spool about so often, and empties it.
const SPOOLS: u32 = 4;
const EMPTIED: u32 = 1;
/// A story whose ledger is elsewhere has it take something about so often.
const COMMITS: u32 = 22;

/// Steps of calls and of callbacks at whose first commits such a ledger is killed: what somebody is promised is the first of them.
const FIRSTS: [&str; 10] = [
    "callback_promised",
    "message_left",
    "offered",
    "callback_attempt",
    "callback_over",
    "queued",
    "rang",
    "connected",
    "answered",
    "ended",
];

/// Of all deaths so many may find the ledger further behind than by a moment, as on a busy machine it is now and then.
const BEHIND_MAX: f64 = 0.2;

/// Of all points so many come before the story is over, or else it is not the ledger that they are at.
const DIED_MIN: f64 = 0.5;

/// So many have come to different steps.
const STEPS_MIN: usize = 10;

/// How long a story may take whose process lives.
const STORY_MAX: Duration = Duration::from_secs(20);

/// So long the others are there before anybody is served, and where the ledger is to be away, before a tool takes it.
const SERVED_AFTER: Duration = Duration::from_secs(3);
/// So long the tool keeps it.
const LOCKED_FOR: Duration = Duration::from_secs(5);
/// So long caller and agent talk.
const TALK: Duration = Duration::from_millis(1_500);
/// What was begun with a server that has just died comes to an end within this.
const FAREWELL: Duration = Duration::from_millis(300);

/// Who was not reached is tried again when so much has passed.
const RETRY: Duration = Duration::from_secs(60);

/// The database of all stories whose ledger is elsewhere.
static CLUSTER: LazyLock<Mutex<Cluster>> =
    LazyLock::new(|| Mutex::new(Cluster::start(Durable::No).unwrap()));

#[tokio::test(flavor = "multi_thread")]
async fn nothing_promised_is_lost_or_done_twice_at_whatever_write_the_process_is_killed() {
    let of_night = |name| std::env::var(name).ok().and_then(|count| count.parse::<u64>().ok());
    let from = of_night("KILLED_FROM").unwrap_or(1);
    let seeds = from..from + of_night("KILLED_COUNT").unwrap_or(BY_DAY);
    let at_once = of_night("KILLED_AT_ONCE").unwrap_or(AT_ONCE);
    let (mut running, mut ends) = (JoinSet::new(), Vec::new());
    for seed in seeds.clone() {
        if running.len() as u64 == at_once {
            ends.extend(running.join_next().await.map(|told| told.unwrap()));
        }
        let story = Story::of_seed(seed, Handle::current());
        running.spawn_blocking(move || story.told());
    }
    ends.extend(running.join_all().await);
    // What was missed comes first: of what a failed run says the beginning may be all that is kept.
    ends.sort_by_key(|end: &End| (end.how.is_ok(), end.seed));
    ends.iter().for_each(|end| println!("{end}"));
    let missed: Vec<&str> =
        ends.iter().filter_map(|end| Some(end.how.as_ref().err()?.as_str())).collect();
    let deaths = || ends.iter().flat_map(|end| &end.how).flatten();
    let steps = Steps::of(deaths());
    println!("{steps}");
    std::env::var("KILLED_TOLD")
        .iter()
        .for_each(|file| fs::write(file, steps.to_string()).unwrap());
    assert!(missed.is_empty(), "{} of {seeds:?}:\n{}", missed.len(), missed.join("\n"));
    let share = deaths().count() as f64 / ends.len() as f64;
    assert!(share >= DIED_MIN, "{share} of {seeds:?} were killed in the midst of it");
    let behind = deaths().filter(|death| death.is_behind).count() as f64;
    let share = behind / deaths().count().max(1) as f64;
    println!("the ledger was behind at {behind} deaths");
    let is_few = (ends.len() as u64) < BY_DAY || share <= BEHIND_MAX;
    assert!(is_few, "the ledger was behind at {share} of the deaths of {seeds:?}");
    let is_for_all = steps.count() >= STEPS_MIN && steps.on_the_line() >= ends.len();
    assert!((ends.len() as u64) < BY_DAY || is_for_all, "{steps}");
}

/// One kill point.
struct Story {
    seed: u64,
    at: KillPoint,
    /// Whether the ledger is a new one, so that the process may die while it makes that.
    is_new: bool,
    /// An attempt that the kill cuts off is none of these.
    tries: Tries,
    handle: Handle,
}

/// How the story of a point ended.
struct End {
    seed: u64,
    at: KillPoint,
    took: Duration,
    /// Where the process died, if it did, or what was missed afterwards.
    how: Result<Option<Death>, String>,
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "story {} in {:.1?}: ", self.seed, self.took)?;
        match &self.how {
            Ok(Some(death)) => write!(f, "killed {} behind {}", death.at, death.behind),
            Ok(None) => write!(f, "not killed {}", self.at),
            Err(missed) => f.write_str(missed),
        }
    }
}

/// Who is served, who asks to be called back, and what they have been told by a process that was killed.
#[derive(Default)]
struct Told {
    served: Option<Made>,
    asks: Option<Made>,
    is_promised_on_the_web: bool,
}

/// One of so many: numbers that follow each other are spread evenly over the whole, however many there are.
fn nth_of(count: u32, number: u64) -> u32 {
    /// The golden section, as a part of 2⁶⁴.
    const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;
    let part = number.wrapping_mul(GOLDEN) >> 32;
    1 + u32::try_from((part * u64::from(count)) >> 32).unwrap()
}

/// Of every second point at a commit, what is to be in that.
fn first_of(round: u64) -> Option<&'static str> {
    let (nth, is_any) = (usize::try_from(round / 2).unwrap(), round % 2 == 1);
    (!is_any).then(|| FIRSTS[nth % FIRSTS.len()])
}

impl Story {
    fn of_seed(seed: u64, handle: Handle) -> Self {
        let (kind, round) = (seed % 10, seed / 10);
        let at = match kind {
            0..3 => KillPoint::Write(nth_of(WRITES, 3 * round + kind)),
            5 if round % 2 == 1 => KillPoint::Recording(1),
            3..6 => KillPoint::Sync(nth_of(SYNCS, 3 * round + kind)),
            6 => KillPoint::Spool(nth_of(SPOOLS, round)),
            7 if round % 2 == 0 => KillPoint::SpoolEmptied(EMPTIED),
            7 => KillPoint::SpoolSync(nth_of(SPOOLS, round)),
            8 => match first_of(round) {
                Some(kind) => KillPoint::BeforeFirst(kind),
                None => KillPoint::BeforeCommit(nth_of(COMMITS, round)),
            },
            _ => match first_of(round) {
                Some(kind) => KillPoint::AfterFirst(kind),
                None => KillPoint::AfterCommit(nth_of(COMMITS, round)),
            },
        };
        let mode = if round % 2 == 0 { Mode::AgentFirst } else { Mode::CallerFirst };
        let attempts_max = 1 + u32::try_from(round % 3).unwrap();
        Self {
            seed,
            at,
            is_new: seed.is_multiple_of(8),
            tries: Tries { attempts_max, mode },
            handle,
        }
    }

    /// The same for whoever tells more of them beside it: what is missed ends this one alone.
    fn told(self) -> End {
        let began = Instant::now();
        let how = catch_unwind(AssertUnwindSafe(|| self.tell())).map_err(|missed| {
            let words = missed.downcast_ref::<String>().map(String::as_str);
            let words = words.or_else(|| missed.downcast_ref::<&str>().copied());
            format!("story {}, killed {}: {}", self.seed, self.at, words.unwrap_or("no words"))
        });
        End { seed: self.seed, at: self.at, took: began.elapsed(), how }
    }

    /// Says where the process died, if it did in the midst of it.
    fn tell(&self) -> Option<Death> {
        let database = self.database();
        let gate = database.as_ref().map(|url| {
            let _in_runtime = self.handle.enter();
            CommitGate::open(url)
        });
        let setting = gate
            .iter()
            .zip(&database)
            .map(|(gate, url)| format!("[ledger]\ndatabase = \"{}\"", gate.url(url)));
        let site = setting.fold(Site::new(""), |site, setting| site.with_setting(&setting));
        let phones = self.handle.block_on(Phones::switched_on(&site, self.tries));
        let others = self.handle.block_on(Others::switched_on(&site));
        let site = if self.is_new { site } else { Server::start(site).kill() };

        gate.iter().for_each(|gate| gate.arm(self.at));
        let mut server = Server::start_to_die(site, self.at);
        let (mut told, mut calls) = (Told::default(), Calls::default());
        self.handle.block_on(self.lived_through(
            &mut server,
            (&phones, &mut told),
            (&others, &mut calls),
        ));
        let has_died = !server.is_alive();
        gate.iter().for_each(CommitGate::disarm);
        let site = server.kill();
        told.hang_up(&self.handle);
        let books = self.handle.block_on(Books::read(&site.data(), database.as_deref()));
        calls.are_cut_off(&others, &books);
        let rang = books.count(|it| it.kind == "rang" && it.agent.as_deref() == Some("1001"));
        let is_behind =
            books.spooled.is_none() && (calls.are_behind() || phones.agent.rung() > rang + 1);
        let (behind, on_the_line) = (books.step(), calls.sure());
        let death = Death { at: self.at, behind, on_the_line, is_behind };

        let spoken = recordings(&site.data()).len();
        let after = After { story: self, phones: &phones, others: &others, told, books, spoken };
        after.holds(site, &mut calls, database.as_deref());
        self.handle.block_on(async { tokio::join!(phones.switched_off(), others.switched_off()) });
        has_died.then_some(death)
    }

    /// A database of its own, where that is what is killed at.
    fn database(&self) -> Option<String> {
        let name = format!("killed_{}", self.seed);
        self.at.is_elsewhere().then(|| CLUSTER.lock().unwrap().create(&name).unwrap())
    }

    /// People do what they do until all of it is done, or the process is dead.
    async fn lived_through(
        &self,
        server: &mut Server,
        (phones, told): (&Phones, &mut Told),
        (others, calls): (&Others, &mut Calls),
    ) {
        let data = server.site().data();
        let (mut lock, is_dead) = (None, AtomicBool::new(false));
        let come = async { _ = timeout(STORY_MAX, others.come(calls, &is_dead)).await };
        let are_served = async {
            sleep(SERVED_AFTER).await;
            if self.has_spool() {
                lock = Some(LedgerLock::take(&data).await);
            }
            let lets_go = async {
                sleep(LOCKED_FOR).await;
                if let Some(lock) = lock.take() {
                    lock.let_go().await;
                }
            };
            tokio::join!(told.are_served(phones, &data, &is_dead), lets_go);
        };
        let dies = async {
            while server.is_alive() {
                sleep(Duration::from_millis(10)).await;
            }
            is_dead.store(true, Ordering::SeqCst);
        };
        {
            let mut goes_on = pin!(async { tokio::join!(come, are_served) });
            tokio::select! {
                _ = &mut goes_on => {}
                // Whoever was about to call gets the call.
                () = dies => {
                    let _ = timeout(FAREWELL, goes_on).await;
                }
            }
        }
        if let Some(lock) = lock {
            lock.let_go().await;
        }
    }

    const fn has_spool(&self) -> bool {
        matches!(
            self.at,
            KillPoint::Spool(_) | KillPoint::SpoolSync(_) | KillPoint::SpoolEmptied(_)
        )
    }
}

impl Told {
    /// Somebody is served, and two ask to be called back, and are.
    async fn are_served(&mut self, phones: &Phones, data: &Path, is_dead: &AtomicBool) {
        let _ = phones.agent.phone.register().await;
        if is_dead.load(Ordering::SeqCst) {
            return;
        }
        let (served, asks) = tokio::join!(
            Made::by(&phones.caller, "9000"),
            Made::by(&phones.customers[0].phone, "9001")
        );
        let (served, asks) = (&self.served.insert(served).call, &self.asks.insert(asks).call);
        asks.press_all("1").await;
        let there = data.to_owned();
        let asked = spawn_blocking(move || is_promised_on_the_web(&there));
        let talks = async {
            is_answered(served).await;
            sleep(TALK).await;
            served.hang_up().await;
        };
        let is_promised = &mut self.is_promised_on_the_web;
        let hears = async { *is_promised = asked.await.unwrap() };
        let _ = tokio::join!(talks, hears, timeout(STORY_MAX, asks.ended()));
        let began = Instant::now();
        while began.elapsed() < STORY_MAX {
            let there = data.to_owned();
            let all = spawn_blocking(move || callbacks(&there)).await.unwrap();
            if all.is_some_and(|all| all.iter().all(is_over)) {
                return;
            }
            sleep(Duration::from_millis(100)).await;
        }
    }

    fn hang_up(&self, handle: &Handle) {
        for made in [&self.served, &self.asks].into_iter().flatten() {
            handle.block_on(made.call.hang_up());
        }
    }

    /// Numbers that a callback was promised to.
    fn promised(&self) -> BTreeSet<&'static str> {
        let heard = self.asks.as_ref().map(|asks| Sound::of_alaw(&asks.call.heard().alaw));
        let thanks = prompt("sv/callback/promised").part(0, 4_000);
        let on_the_line = heard.filter(|heard| thanks.find_in(heard).rho > wait::WELL);
        let on_the_web = self.is_promised_on_the_web.then_some(ON_THE_WEB);
        on_the_line.map(|_| ON_THE_LINE).into_iter().chain(on_the_web).collect()
    }

    /// Calls that must be written down.
    fn written(&self) -> usize {
        let made = [&self.served, &self.asks].into_iter().flatten();
        made.filter(|made| made.is_surely_written()).count()
    }
}

/// What must hold after the next starts.
struct After<'a> {
    story: &'a Story,
    phones: &'a Phones,
    others: &'a Others,
    told: Told,
    /// What was written down when the process was killed.
    books: Books,
    /// How many recordings were whole then.
    spoken: usize,
}

/// The names of the recordings that are whole.
fn recordings(data: &Path) -> Vec<String> {
    let files = fs::read_dir(data.join("voicemail")).into_iter().flatten().flatten();
    let names = files.filter_map(|file| file.file_name().into_string().ok());
    let mut names: Vec<_> =
        names.filter_map(|name| name.strip_suffix(".wav").map(str::to_owned)).collect();
    names.sort_unstable();
    names
}

impl After<'_> {
    fn holds(&self, site: Site, calls: &mut Calls, database: Option<&str>) {
        let (at, tries, promised) = (self.story.at, self.story.tries, self.told.promised());
        let here = format!("killed {at} (story {}), {tries:?}, {promised:?}", self.story.seed);
        let rung = self.phones.customers.each_ref().map(Person::rung);
        let agent_rung = self.phones.agent.rung();

        // Each after the time in which nobody is tried again.
        let server = Server::start_at_moment(site, Timestamp::now() + RETRY);
        calls.are_back(&here);
        self.is_settled(&server, &here);
        let server = Server::start_at_moment(server.kill(), Timestamp::now() + 2 * RETRY);
        let callbacks = self.is_settled(&server, &here);
        let served = self.story.handle.block_on(calls.are_served(self.others, &server, &here));
        // Who is gone is given up after 36 s.
        let long = 2 * wait::LONG;
        let rows = wait::until_within(long, &format!("all calls are over; {here}"), || {
            let rows = server.calls();
            rows.iter().all(|row| row["outcome"].is_string()).then_some(rows)
        });

        self.are_kept(&callbacks, &promised, &here);
        self.are_called_once(&callbacks, rung, &here);
        calls.are_written_down(&rows, served, &here);
        self.is_kept_once(&server, calls, &here);
        let came = assert_adds_up(&server.site().data(), &here);
        let site = server.kill();
        let books = self.story.handle.block_on(Books::read(&site.data(), database));
        self.is_written_once(&books, &rows, came, &here);
        self.rings_are_written(&books, agent_rung, &here);
    }

    /// Everything that was promised is done, and nobody is on the line but those who are to be. Says what became of callbacks.
    fn is_settled(&self, server: &Server, here: &str) -> Vec<Value> {
        let _ = self.story.handle.block_on(self.phones.agent.phone.register());
        let data = server.site().data();
        let callbacks = wait::until(&format!("all callbacks are over; {here}"), || {
            callbacks(&data).filter(|all| all.iter().all(is_over))
        });
        server.until_agent("1001", "ready");
        callbacks
    }

    /// Whoever was promised a callback has had it.
    fn are_kept(&self, callbacks: &[Value], promised: &BTreeSet<&str>, here: &str) {
        for number in [ON_THE_LINE, ON_THE_WEB] {
            let theirs = callbacks.iter().filter(|callback| callback["number"] == number);
            let ends: Vec<&Value> = theirs.map(|callback| &callback["outcome"]).collect();
            assert!(ends.len() <= 1, "{number} has one at most; {here}: {callbacks:?}");
            let is_promised = promised.contains(number);
            assert!(!is_promised || ends == ["reached"], "{number}; {here}: {callbacks:?}");
        }
    }

    /// No customer's phone has rung oftener than is written down, or has rung again when that was known to be done. Of the
    /// attempts that are written down one at most, which the kill has cut off, has rung nowhere.
    fn are_called_once(&self, callbacks: &[Value], before: [usize; 2], here: &str) {
        for (place, number) in [ON_THE_LINE, ON_THE_WEB].into_iter().enumerate() {
            let theirs = callbacks.iter().filter(|callback| callback["number"] == number);
            let count = |callback: &Value, name: &str| callback[name].as_u64().unwrap();
            let written: u64 =
                theirs.map(|one| count(one, "attempts") + count(one, "cut_off")).sum();
            let rung = self.phones.customers[place].rung();
            let is_right = (rung as u64..=rung as u64 + 1).contains(&written);
            assert!(is_right, "{number} rang {rung} times; {here}: {callbacks:?}");
            let was_reached = self.books.reached.iter().any(|reached| reached == number);
            assert!(!was_reached || rung == before[place], "{number} was reached; {here}");
        }
    }

    /// A message for which somebody was thanked, or of which the recording was whole when the process was killed, is there, and
    /// none is there twice; each has a recording, and each recording is one's.
    fn is_kept_once(&self, server: &Server, calls: &Calls, here: &str) {
        let data = server.site().data();
        let socket = data.join("control.sock");
        let asked = ["message", "list", "--json", "--socket", socket.to_str().unwrap()];
        let ran = run(&asked);
        let messages: Vec<Value> = serde_json::from_str(&ran.out).unwrap();
        let least = usize::from(calls.thanked()).max(self.spoken);
        assert!((least..=1).contains(&messages.len()), "{least} left; {here}: {messages:?}");
        let mut names: Vec<&str> = messages.iter().filter_map(|it| it["id"].as_str()).collect();
        names.sort_unstable();
        assert_eq!(recordings(&data), names, "{here}: {messages:?}");
    }

    /// Each call has begun and ended once, and each visit of a queue is counted once.
    fn is_written_once(&self, books: &Books, rows: &[Value], came: u64, here: &str) {
        let callers = rows.iter().filter(|row| row["direction"] == "in").count();
        assert!(callers >= self.told.written(), "{here}: {rows:#?}");
        for row in rows {
            let count = |kind: &str| {
                books.count(|event| event.call == row["id"].as_i64() && event.kind == kind)
            };
            assert_eq!((count("offered"), count("ended")), (1, 1), "{here}: {row}");
        }
        let visits = books.count(|event| event.kind == "queued" && !event.is_of_callback);
        assert_eq!(visits as u64, came, "{here}");
    }

    /// Agents' phones have rung as often as is written down. Of before the kill some may not be, where the ledger was behind; of
    /// after it all are, but for a phone that was late to say that it had rung before.
    fn rings_are_written(&self, books: &Books, rung_before: usize, here: &str) {
        let written = |books: &Books, agent: &str| {
            let is_theirs = |name: &Option<String>| name.as_deref() == Some(agent);
            books.count(|event| event.kind == "rang" && is_theirs(&event.agent))
        };
        let (rung, all) = (self.phones.agent.rung(), written(books, "1001"));
        let least = written(&self.books, "1001") + (rung - rung_before).saturating_sub(1);
        assert!(
            (least..=rung).contains(&all),
            "1001 rang {rung} times, {rung_before} before, and {all} are written; {here}"
        );
        assert_eq!(self.others.rung(), written(books, "1002"), "1002; {here}");
    }
}
