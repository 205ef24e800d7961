//! A customer register of the test's own, asked over HTTP.

use crate::wait;
use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// What it says of a path: status and body, or nothing ever.
type Says = fn(&str) -> Option<(u16, &'static str)>;

/// A register that is open until the test ends.
#[derive(Debug)]
pub struct Crm {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Crm {
    /// Opens one that says this.
    #[must_use]
    pub fn open(says: Says) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("loopback has a port");
        let address = listener.local_addr().expect("a bound socket has an address");
        let asked = Arc::<Mutex<Vec<String>>>::default();
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

    /// Waits until somebody has asked for a path.
    pub fn until_asked(&self, path: &str) {
        wait::until_so(&format!("somebody asks for {path}"), || {
            self.asked.lock().unwrap_or_else(PoisonError::into_inner).iter().any(|it| it == path)
        });
    }
}

/// Answers what is asked over a connection, one after the other; one that is not answered keeps it open.
fn answer_all(mut stream: &TcpStream, says: Says, asked: &Mutex<Vec<String>>) {
    let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
    while let Some(first) = lines.next() {
        let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
        lines.by_ref().take_while(|line| !line.is_empty()).for_each(drop);
        asked.lock().unwrap_or_else(PoisonError::into_inner).push(path.clone());
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
