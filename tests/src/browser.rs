//! A phone in a browser: JsSIP in Chromium without a window. Nobody here wrote either.

use crate::{Running, wait};
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// What the page needs, by the names of npm.
const FROM_NPM: [&str; 2] = ["jssip@3.13.8", "esbuild@0.28.2"];
/// How long a browser may take to write what it asks.
const REQUEST_MAX: Duration = Duration::from_secs(10);

/// A web server with one page, which tells it what happens there.
#[derive(Debug)]
pub struct Desk {
    address: SocketAddr,
    told: Arc<Mutex<Vec<String>>>,
}

impl Desk {
    /// Serves the page at an origin of its own, until the test ends.
    #[must_use]
    pub fn open() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("loopback has a port");
        let address = listener.local_addr().expect("a bound socket has an address");
        let told = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&told);
        thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                let heard = Arc::clone(&heard);
                thread::spawn(move || serve(&connection, &heard));
            }
        });
        Self { address, told }
    }

    /// Its origin, as browsers name it.
    #[must_use]
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What the page has told so far, in its order.
    #[must_use]
    pub fn told(&self) -> Vec<String> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits until the page has told this.
    ///
    /// # Panics
    /// If it has not after [`wait::LONG`], saying what it did tell.
    pub fn until_told(&self, what: &str) {
        let began = Instant::now();
        while !self.told().iter().any(|told| told == what) {
            let told = self.told();
            assert!(began.elapsed() < wait::LONG, "the page has not told {what:?} but {told:?}");
            thread::sleep(Duration::from_millis(40));
        }
    }
}

/// A browser on one page. It ends when it is dropped.
#[derive(Debug)]
pub struct Browser {
    _running: Running,
    _folder: TempDir,
}

impl Browser {
    /// Opens the page of a desk with a phone for `user`, which registers at `server`, such as
    /// `wss://127.0.0.1:8089`.
    #[must_use]
    pub fn open(desk: &Desk, server: &str, user: &str, secret: &str) -> Self {
        // Fetched before the browser waits for it.
        LazyLock::force(&JSSIP);
        let folder = tempfile::tempdir().expect("there is room for temporary files");
        let page = format!("{}/?server={server}&user={user}&secret={secret}", desk.origin());
        let mut command = Command::new("chromium");
        command
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"])
            .args(["--disable-dev-shm-usage", "--disable-background-networking"])
            // The certificate is made anew for each test, by an authority that nobody knows.
            .args(["--ignore-certificate-errors", "--remote-debugging-port=0"])
            .arg(format!("--user-data-dir={}", folder.path().join("profile").display()))
            .arg(page);
        let running = Running::start("chromium", &mut command, folder.path());
        Self { _running: running, _folder: folder }
    }
}

/// JsSIP in one file.
static JSSIP: LazyLock<String> = LazyLock::new(|| {
    let file = target().join("jssip.js");
    if !file.is_file() {
        fetch(&file);
    }
    fs::read_to_string(file).expect("it was made or there")
});

/// `target`, in which the test itself lies.
fn target() -> PathBuf {
    let test = std::env::current_exe().expect("a test knows where it is");
    test.ancestors().nth(3).expect("tests are built into target/PROFILE/deps").to_owned()
}

/// Fetches JsSIP and makes one file of it. Another test may do the same: the last one counts.
fn fetch(file: &Path) {
    let folder = tempfile::tempdir_in(target()).expect("target can be written");
    let npm = ["install", "--no-audit", "--no-fund", "--loglevel=error", "--prefix", "."];
    run(Command::new("npm").args(npm).args(FROM_NPM).current_dir(&folder));
    let entry = folder.path().join("entry.js");
    fs::write(&entry, "import JsSIP from 'jssip';\nglobalThis.JsSIP = JsSIP;\n")
        .expect("target can be written");
    let bundle = ["entry.js", "--bundle", "--format=iife", "--outfile=jssip.js"];
    run(Command::new("./node_modules/.bin/esbuild").args(bundle).current_dir(&folder));
    fs::rename(folder.path().join("jssip.js"), file).expect("target can be written");
}

fn run(command: &mut Command) {
    let ran = command.output();
    let ran = ran.unwrap_or_else(|error| {
        panic!("{command:?}: {error}. `cargo xtask test` installs what tests need")
    });
    assert!(ran.status.success(), "{command:?}: {}", String::from_utf8_lossy(&ran.stderr));
}

/// Answers one request.
fn serve(connection: &TcpStream, told: &Mutex<Vec<String>>) {
    let _ = connection.set_read_timeout(Some(REQUEST_MAX));
    let mut lines = BufReader::new(connection).lines().map_while(Result::ok);
    let Some(first) = lines.next() else { return };
    // All of the head is read, or closing would throw the answer away.
    lines.by_ref().take_while(|line| !line.is_empty()).for_each(drop);
    let path = first.split(' ').nth(1).unwrap_or_default();
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let page = include_str!("../tests/scenarios/desk.html");
    let (kind, body) = match path {
        "/" => ("text/html", page),
        "/jssip.js" => ("text/javascript", JSSIP.as_str()),
        "/told" => {
            let what = query.replace("%20", " ");
            told.lock().unwrap_or_else(PoisonError::into_inner).push(what);
            ("text/plain", "")
        }
        _ => ("text/plain", ""),
    };
    // A browser that leaves needs no answer.
    let _ = write!(
        &mut &*connection,
        "HTTP/1.1 200 OK\r\nContent-Type: {kind}; charset=utf-8\r\nContent-Length: {}\r\n\
         Connection: close\r\n\r\n{body}",
        body.len()
    );
}
