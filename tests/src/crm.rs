//! A customer register of the test's own, asked over HTTP.

use crate::wait;
use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// What it says of a path: status and body, or nothing ever.
type Says = fn(&str) -> Option<(u16, &'static str)>;

/// A question that has come.
#[derive(Clone, Debug)]
pub struct Question {
    /// What is asked for.
    pub path: String,
    /// The lines of the head, as they came.
    pub head: Vec<String>,
    /// What came with it.
    pub body: String,
}

/// A register that is open until the test ends.
#[derive(Debug)]
pub struct Crm {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<Question>>>,
}

impl Crm {
    /// Opens one that says this.
    #[must_use]
    pub fn open(says: Says) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("loopback has a port");
        let address = listener.local_addr().expect("a bound socket has an address");
        let asked = Arc::<Mutex<Vec<Question>>>::default();
        let seen = Arc::clone(&asked);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let seen = Arc::clone(&seen);
                thread::spawn(move || answer_all(&stream, says, &seen));
            }
        });
        Self { address, asked }
    }

    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Waits until somebody has asked for a path, and gives the first question.
    pub fn until_asked(&self, path: &str) -> Question {
        wait::until(&format!("somebody asks for {path}"), || self.of(path).first().cloned())
    }

    /// All questions for a path that have come by now.
    #[must_use]
    pub fn of(&self, path: &str) -> Vec<Question> {
        let asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        asked.iter().filter(|question| question.path == path).cloned().collect()
    }
}

/// Answers what is asked over a connection, one after the other; one that is not answered keeps it open.
fn answer_all(mut stream: &TcpStream, says: Says, asked: &Mutex<Vec<Question>>) {
    let mut reader = BufReader::new(stream);
    while let Some(question) = read(&mut reader) {
        let path = question.path.clone();
        asked.lock().unwrap_or_else(PoisonError::into_inner).push(question);
        let Some((status, body)) = says(&path) else { continue };
        let answer = format!(
            "HTTP/1.1 {status} It is so\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\n\r\n{body}",
            body.len()
        );
        if stream.write_all(answer.as_bytes()).is_err() {
            return;
        }
    }
}

/// The next question of a connection, if one comes.
fn read(stream: &mut impl BufRead) -> Option<Question> {
    let mut lines = stream.by_ref().lines().map_while(Result::ok);
    let path = lines.next()?.split(' ').nth(1).unwrap_or_default().to_owned();
    let head: Vec<String> = lines.take_while(|line| !line.is_empty()).collect();
    let length = head.iter().find_map(|line| {
        let (name, value) = line.split_once(": ")?;
        name.eq_ignore_ascii_case("content-length").then(|| value.parse().ok())?
    });
    let mut body = vec![0; length.unwrap_or(0)];
    stream.read_exact(&mut body).ok()?;
    Some(Question { path, head, body: String::from_utf8_lossy(&body).into_owned() })
}
