//! Asks a running server for its status, and for what was said in a call.
//!
//! One GET on one connection, by hand: an HTTP client library for that would weigh more than the
//! server it talks to.

use crate::TraceForm;
use ids::CallId;
use snapshot::Snapshot;
use std::io;
use std::net::SocketAddr;
use std::str;
use std::time::Duration;
use thiserror::Error;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use trace::Numbers;

/// The server is on this machine or near: it answers within this or not at all.
const ANSWER_MAX: Duration = Duration::from_secs(2);
/// A snapshot lists 500 calls and a few thousand agents at most, and a trace 256 messages.
const RESPONSE_MAX: u64 = 32 * 1024 * 1024;

/// Why there is no status.
#[derive(Debug, Error)]
pub enum ClientError {
    /// Nobody answers there.
    #[error("no server answers at {addr}: {source}")]
    NotReached {
        /// Where was asked.
        addr: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// Somebody took too long.
    #[error("the server at {0} has not answered within 2 s")]
    TimedOut(SocketAddr),
    /// Somebody answers, but not with a status of ours.
    #[error("what answers at {addr} is not this program: {said}")]
    NotOurs {
        /// Where was asked.
        addr: SocketAddr,
        /// What is wrong with the answer.
        said: String,
    },
    /// It is a server of ours and has a reason not to.
    #[error("{0}")]
    Refused(String),
}

/// The status of the server whose HTTP surface is at `addr`.
///
/// # Errors
/// When no server of ours answers there within two seconds.
pub async fn fetch_status(addr: SocketAddr) -> Result<Snapshot, ClientError> {
    let answer = ask(addr, "/status").await?;
    body(&answer)
        .and_then(|body| serde_json::from_slice(body).map_err(|error| error.to_string()))
        .map_err(|said| ClientError::NotOurs { addr, said })
}

/// What was said in SIP in a call, as the server whose HTTP surface is at `addr` has kept it.
///
/// # Errors
/// When no server of ours answers there within two seconds, or it knows nothing of the call.
pub async fn fetch_trace(
    addr: SocketAddr,
    call: CallId,
    form: TraceForm,
    numbers: Numbers,
) -> Result<Vec<u8>, ClientError> {
    let query = match numbers {
        Numbers::Masked => "",
        Numbers::Shown => "?numbers",
    };
    let answer = ask(addr, &format!("/calls/{}/{}{query}", call.0, form.file())).await?;
    match body(&answer) {
        Ok(body) => Ok(body.to_vec()),
        Err(said) => Err(reason(&answer).map_or(ClientError::NotOurs { addr, said }, |reason| {
            ClientError::Refused(short(&reason))
        })),
    }
}

/// The reason in an error of ours.
fn reason(answer: &[u8]) -> Option<String> {
    let (_, body) = parts(answer)?;
    let error: serde_json::Value = serde_json::from_slice(body).ok()?;
    Some(error.get("error")?.as_str()?.to_owned())
}

async fn ask(addr: SocketAddr, path: &str) -> Result<Vec<u8>, ClientError> {
    match timeout(ANSWER_MAX, exchange(addr, path)).await {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(source)) => Err(ClientError::NotReached { addr, source }),
        Err(_) => Err(ClientError::TimedOut(addr)),
    }
}

/// Sends the request and reads whatever comes, up to [`RESPONSE_MAX`] bytes.
async fn exchange(addr: SocketAddr, path: &str) -> io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(addr).await?;
    // HTTP/1.0 has no chunks: the body is what comes until the server closes.
    let request = format!("GET {path} HTTP/1.0\r\nHost: {addr}\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.take(RESPONSE_MAX).read_to_end(&mut answer).await?;
    Ok(answer)
}

/// Head and body.
fn parts(answer: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n")?;
    answer.split_at_checked(end + 4)
}

/// The body of a 200; otherwise what is wrong.
fn body(answer: &[u8]) -> Result<&[u8], String> {
    let (head, body) = parts(answer).ok_or_else(|| "it does not speak HTTP".to_owned())?;
    let first = head.split(|byte| *byte == b'\r').next().unwrap_or_default();
    let first = str::from_utf8(first).map_err(|_| "it does not speak HTTP".to_owned())?;
    match first.split_ascii_whitespace().collect::<Vec<_>>().as_slice() {
        [version, "200", ..] if version.starts_with("HTTP/1.") => Ok(body),
        [version, ..] if version.starts_with("HTTP/1.") => Err(short(first)),
        _ => Err("it does not speak HTTP".to_owned()),
    }
}

/// Characters of it that are shown.
const LINE_MAX: usize = 120;

/// A stranger's line, fit for a terminal.
fn short(line: &str) -> String {
    line.chars().filter(|c| !c.is_control()).take(LINE_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_body_of_a_200_is_taken() {
        assert_eq!(body(b"HTTP/1.0 200 OK\r\nA: b\r\n\r\n{}"), Ok(&b"{}"[..]));
        let refused = body(b"HTTP/1.1 404 Not\x1b[2J Found\r\n\r\n{}");
        assert_eq!(refused, Err("HTTP/1.1 404 Not[2J Found".to_owned()));
    }

    #[test]
    fn anything_else_is_not_http() {
        for answer in
            [&b""[..], b"\r\n\r\n", b"SIP/2.0 200 OK\r\n\r\n", b"HTTP/1.0 200", b"\xff\r\n\r\n"]
        {
            assert_eq!(body(answer), Err("it does not speak HTTP".to_owned()));
        }
    }
}
