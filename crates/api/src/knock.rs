//! The other side of the API: one request over the control socket or over HTTP.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;
use std::{fmt, io};
use thiserror::Error;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpStream, UnixStream};
use tokio::time::timeout;

/// The server is on this machine or near: it answers within this or not at all.
const ANSWER_MAX: Duration = Duration::from_secs(15);
/// A status lists 500 calls and a few thousand agents at most.
const RESPONSE_MAX: u64 = 32 * 1024 * 1024;

/// Where to ask.
#[derive(Clone)]
pub enum Knock {
    /// The control socket.
    Socket(PathBuf),
    /// HTTP, with a token.
    Http(SocketAddr, String),
}

impl fmt::Debug for Knock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Knock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Socket(path) => path.display().fmt(f),
            Self::Http(addr, _) => addr.fmt(f),
        }
    }
}

/// Why there is no answer.
#[derive(Debug, Error)]
#[error("no server answers at {at}: {source}")]
pub struct NoAnswer {
    at: String,
    source: io::Error,
}

impl Knock {
    /// Reads what is at this path of the API, such as `/agents`. Gives the status and the body.
    ///
    /// # Errors
    /// When nobody answers within five seconds.
    pub async fn read(&self, path: &str) -> Result<(u16, String), NoAnswer> {
        self.ask("GET", path, "").await
    }

    /// Gives a command there, with this JSON object.
    ///
    /// # Errors
    /// When nobody answers within five seconds.
    pub async fn give(&self, path: &str, body: &str) -> Result<(u16, String), NoAnswer> {
        self.ask("POST", path, body).await
    }

    async fn ask(&self, method: &str, path: &str, body: &str) -> Result<(u16, String), NoAnswer> {
        let failed = |source| NoAnswer { at: self.to_string(), source };
        let answered = timeout(ANSWER_MAX, async {
            match self {
                Self::Socket(socket) => {
                    let request = request(method, path, "localhost", "", body);
                    exchange(UnixStream::connect(socket).await?, &request).await
                }
                Self::Http(addr, token) => {
                    let token = format!("Authorization: Bearer {token}\r\n");
                    let request = request(method, path, &addr.to_string(), &token, body);
                    exchange(TcpStream::connect(addr).await?, &request).await
                }
            }
        });
        let answered = answered.await.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()));
        answered.map_err(failed)
    }
}

fn request(method: &str, path: &str, host: &str, token: &str, body: &str) -> String {
    let length = body.len();
    // HTTP/1.0 has no chunks: the body is what comes until the server closes.
    format!(
        "{method} /api/v1{path} HTTP/1.0\r\nHost: {host}\r\n{token}\
         Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    )
}

async fn exchange(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    request: &str,
) -> io::Result<(u16, String)> {
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.take(RESPONSE_MAX).read_to_end(&mut answer).await?;
    let answer = String::from_utf8_lossy(&answer);
    let strange = || io::Error::other("what answers there is not this program");
    let (head, body) = answer.split_once("\r\n\r\n").ok_or_else(strange)?;
    let status = head.split(' ').nth(1).and_then(|code| code.parse().ok());
    Ok((status.ok_or_else(strange)?, body.to_owned()))
}
