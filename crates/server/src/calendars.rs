//! Calendars of holidays at addresses: fetched, and kept on disk for when their server is away.
//!
//! A copy is a file of the data folder, whose time is when it was fetched last. It is replaced by nothing but a
//! calendar that can be used: a page that says *log in first*, or half of a file, changes nothing.

use reqwest::redirect::{Attempt, Policy};
use reqwest::{Client, Response};
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

/// The largest calendar of holidays that is read, from a file or an address: some 10,000 events.
pub(crate) const BYTES_MAX: u64 = 4 * 1024 * 1024;

/// How long one calendar may take to come.
const FETCH_MAX: Duration = Duration::from_secs(5);

/// How long all calendars of a plan may take to come while it is read; the others are not asked for any more.
const FETCH_ALL_MAX: Duration = Duration::from_secs(15);

/// How often a server may send us on to another address of its own.
const REDIRECTS_MAX: usize = 3;

/// How many copies are kept: twice as many as a plan may have calendars.
const COPIES_MAX: usize = 128;

/// The folder of copies in the data folder.
const FOLDER: &str = "calendars";

/// Whether what has been fetched is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keeping {
    /// A command that looks at a site changes nothing.
    Nothing,
    /// The server of the site.
    Copies,
}

/// When a calendar is fetched that is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fetching {
    /// When there is no copy, or it is older than it should be.
    IfOld,
    /// When there is none: others are fetched by whoever [refreshes](crate::refresh) them.
    IfMissing,
}

/// The calendars of a site.
#[derive(Debug)]
pub(crate) struct Calendars {
    copies: Copies,
    fetching: Fetching,
    /// When no more are fetched; none: none has been yet.
    until: Option<Instant>,
    /// What there is to say about calendars that were asked for, by their addresses.
    told: Vec<(String, String)>,
}

/// Copies on disk.
#[derive(Clone, Debug)]
pub(crate) struct Copies {
    folder: PathBuf,
    keeping: Keeping,
}

/// What came of fetching a calendar anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refreshed {
    /// It is as it was.
    Same,
    /// It is another, and kept.
    Changed,
}

impl Calendars {
    /// Those whose copies are in this data folder.
    pub(crate) fn of(data: &Path, keeping: Keeping, fetching: Fetching) -> Self {
        let copies = Copies::of(data, keeping);
        Self { copies, fetching, until: None, told: Vec::new() }
    }

    /// A calendar, of which a copy is good for so long. It comes from its server, or else from the copy.
    pub(crate) fn text(&mut self, url: &str, refresh: Duration) -> Result<String, String> {
        let age = self.copies.age(url);
        let is_good = match self.fetching {
            Fetching::IfOld => age.is_some_and(|age| age < refresh),
            Fetching::IfMissing => age.is_some(),
        };
        if is_good && let Ok(text) = self.copies.read(url) {
            return Ok(text);
        }
        let why = match self.fetch(url) {
            Ok(text) => return Ok(text),
            Err(why) => why,
        };
        match (self.copies.read(url), age) {
            (Ok(text), Some(age)) => {
                let told = format!("{why}; the copy that is used is {} old", words(age));
                self.told.push((url.to_owned(), told));
                Ok(text)
            }
            (Ok(_), None) | (Err(_), _) => Err(format!("{why}, and no copy of it is kept here")),
        }
    }

    /// What there is to say about a calendar that was used all the same.
    pub(crate) fn told(&self, url: &str) -> Option<&str> {
        let told = self.told.iter().find(|(about, _)| about == url);
        told.map(|(_, told)| told.as_str())
    }

    fn fetch(&mut self, url: &str) -> Result<String, String> {
        let until = *self.until.get_or_insert_with(|| Instant::now() + FETCH_ALL_MAX);
        let left = until.saturating_duration_since(Instant::now()).min(FETCH_MAX);
        if left.is_zero() {
            return Err("other calendars have taken all the time there is".to_owned());
        }
        let text = fetch(url, left)?;
        if self.copies.keeping == Keeping::Copies
            && let Err(error) = self.copies.keep(url, &text)
        {
            tracing::warn!(%error, "the copy of a calendar is not kept");
        }
        Ok(text)
    }
}

impl Copies {
    pub(crate) fn of(data: &Path, keeping: Keeping) -> Self {
        Self { folder: data.join(FOLDER), keeping }
    }

    /// How long ago it was fetched; none: it never was.
    pub(crate) fn age(&self, url: &str) -> Option<Duration> {
        let fetched = fs::metadata(self.path(url)).ok()?.modified().ok()?;
        // A clock that was put back makes it new.
        Some(SystemTime::now().duration_since(fetched).unwrap_or_default())
    }

    /// Fetches a calendar anew, and keeps it if it is another.
    pub(crate) fn refresh(&self, url: &str) -> Result<Refreshed, String> {
        let text = fetch(url, FETCH_MAX)?;
        let at = |error: io::Error| format!("its copy: {error}");
        if self.read(url).is_ok_and(|before| before == text) {
            let copy = File::options().append(true).open(self.path(url)).map_err(at)?;
            copy.set_modified(SystemTime::now()).map_err(at)?;
            return Ok(Refreshed::Same);
        }
        self.keep(url, &text).map_err(at)?;
        Ok(Refreshed::Changed)
    }

    fn read(&self, url: &str) -> io::Result<String> {
        let path = self.path(url);
        if fs::metadata(&path)?.len() > BYTES_MAX {
            return Err(io::Error::other("longer than any calendar"));
        }
        let text = fs::read_to_string(path)?;
        // A copy that is damaged is none.
        dialplan::check_calendar(&text).map_err(io::Error::other)?;
        Ok(text)
    }

    /// On disk before it stands in place of the one before.
    fn keep(&self, url: &str, text: &str) -> io::Result<()> {
        DirBuilder::new().recursive(true).mode(0o700).create(&self.folder)?;
        // Two may be fetched at once.
        let new = self.path(url).with_extension("new");
        let _ = fs::remove_file(&new);
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&new)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&new, self.path(url))?;
        File::open(&self.folder)?.sync_all()?;
        self.forget_oldest()
    }

    /// Addresses that a plan had once.
    fn forget_oldest(&self) -> io::Result<()> {
        let copies = fs::read_dir(&self.folder)?.flatten();
        let dated =
            copies.filter_map(|copy| Some((copy.metadata().ok()?.modified().ok()?, copy.path())));
        let mut dated: Vec<_> = dated.collect();
        dated.sort();
        let too_many = dated.len().saturating_sub(COPIES_MAX);
        dated.iter().take(too_many).try_for_each(|(_, path)| fs::remove_file(path))
    }

    /// Whoever may read the folder need not learn the address, which may be a secret.
    fn path(&self, url: &str) -> PathBuf {
        self.folder.join(format!("{:016x}.ics", studio::fingerprint(&[url.as_bytes()])))
    }
}

/// Fetches a calendar that can be used, within a time. May be called from anywhere: it waits in a thread of its own.
fn fetch(url: &str, within: Duration) -> Result<String, String> {
    let waiting = thread::scope(|scope| scope.spawn(|| fetch_here(url, within)).join());
    waiting.unwrap_or_else(|_panicked| Err("it could not be asked for".to_owned()))
}

fn fetch_here(url: &str, within: Duration) -> Result<String, String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| error.to_string())?;
    let fetched = async {
        let answer = tokio::time::timeout(within, answer(url)).await;
        answer.unwrap_or_else(|_late| {
            Err(format!("it does not come within {} s", within.as_secs().max(1)))
        })
    };
    let fetched = runtime.block_on(fetched);
    // A name that is still being looked up may not hold anybody up.
    runtime.shutdown_background();
    let text = String::from_utf8(fetched?).map_err(|_not| "it is not in UTF-8".to_owned())?;
    dialplan::check_calendar(&text)?;
    Ok(text)
}

async fn answer(url: &str) -> Result<Vec<u8>, String> {
    // Somebody else may have chosen the same before.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = Client::builder().redirect(Policy::custom(follow)).build();
    let client = client.map_err(|error| error.to_string())?;
    let request = client.get(url).header("Accept", "text/calendar");
    // The address may be a secret.
    let why = |error: reqwest::Error| chain(&error.without_url());
    let answer = request.send().await.map_err(why)?;
    if !answer.status().is_success() {
        return Err(format!("its server answers {}", answer.status()));
    }
    whole(answer).await
}

/// From one address to another of the same host: what the plan names is asked, and nobody else. Not from one that nobody
/// can read on the way to one that everybody can.
fn follow(attempt: Attempt<'_>) -> reqwest::redirect::Action {
    let was_secure = attempt.previous().last().is_some_and(|before| before.scheme() == "https");
    if attempt.previous().len() > REDIRECTS_MAX {
        return attempt.error("it is sent on and on");
    }
    if was_secure && attempt.url().scheme() != "https" {
        return attempt.error("it is sent on to an address in the clear");
    }
    let host = attempt.url().host_str().unwrap_or_default().to_owned();
    if attempt.previous().iter().any(|before| before.host_str() != Some(&*host)) {
        return attempt.error(format!(
            "it is sent on to another host, `{host}`: write the address that it has there as `url`"
        ));
    }
    attempt.follow()
}

async fn whole(mut answer: Response) -> Result<Vec<u8>, String> {
    let most = usize::try_from(BYTES_MAX).unwrap_or(usize::MAX);
    let mut bytes = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|error| chain(&error.without_url()))? {
        if bytes.len() + chunk.len() > most {
            return Err(format!("it has more than {BYTES_MAX} bytes"));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// A fault with what is behind it: *error sending request* says nothing by itself.
fn chain(error: &dyn std::error::Error) -> String {
    let mut told = error.to_string();
    let mut behind = error.source();
    while let Some(cause) = behind {
        told = format!("{told}: {cause}");
        behind = cause.source();
    }
    told
}

/// A length of time as people say how old something is.
pub(crate) fn words(age: Duration) -> String {
    let (minutes, hours) = (age.as_secs() / 60, age.as_secs() / 3_600);
    match (minutes, hours, hours / 24) {
        (0, ..) => "less than a minute".to_owned(),
        (minutes, 0, _) => format!("{minutes} min"),
        (_, hours, 0 | 1) => format!("{hours} h"),
        (_, _, days) => format!("{days} days"),
    }
}

#[cfg(test)]
mod tests;
