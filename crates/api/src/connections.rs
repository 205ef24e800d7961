//! Connections within limits: so many at once, and none that sits there without an answer.

use axum::serve::Listener;
use metrics::counter;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, Sleep};

/// Connections at once; the others wait in the backlog of the system.
pub(crate) const CONNECTIONS_MAX: usize = 64;
/// A connection on which nothing has been answered for so long is closed. Whoever sends a request
/// one byte at a time has this long for the whole of it.
pub(crate) const UNANSWERED_MAX: Duration = Duration::from_secs(30);

/// The bounds of a listener.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub(crate) connections_max: usize,
    pub(crate) unanswered_max: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { connections_max: CONNECTIONS_MAX, unanswered_max: UNANSWERED_MAX }
    }
}

/// A listener that keeps to [`Limits`].
pub(crate) struct Limited<L> {
    listener: L,
    places: Arc<Semaphore>,
    unanswered_max: Duration,
}

impl<L> Limited<L> {
    pub(crate) fn new(listener: L, limits: Limits) -> Self {
        let places = Arc::new(Semaphore::new(limits.connections_max));
        Self { listener, places, unanswered_max: limits.unanswered_max }
    }
}

impl<L: Listener<Io: Unpin>> Listener for Limited<L> {
    type Io = Connection<L::Io>;
    type Addr = L::Addr;

    async fn accept(&mut self) -> (Connection<L::Io>, L::Addr) {
        if self.places.available_permits() == 0 {
            counter!("http_connections_held_back_total").increment(1);
        }
        let place = Arc::clone(&self.places).acquire_owned().await;
        let place = place.expect("the semaphore is never closed");
        // axum's own accept waits a moment when the system has no file handles left.
        let (stream, from) = self.listener.accept().await;
        let timeout = Box::pin(tokio::time::sleep(self.unanswered_max));
        let unanswered_max = self.unanswered_max;
        (Connection { stream, timeout, unanswered_max, _place: place }, from)
    }

    fn local_addr(&self) -> io::Result<L::Addr> {
        self.listener.local_addr()
    }
}

/// A connection with its place among the others, and its deadline.
pub(crate) struct Connection<S> {
    stream: S,
    timeout: Pin<Box<Sleep>>,
    unanswered_max: Duration,
    _place: OwnedSemaphorePermit,
}

impl<S> Connection<S> {
    /// Pending as long as there is time left, and an error after that.
    fn poll_overdue<T>(&mut self, context: &mut Context<'_>) -> Poll<io::Result<T>> {
        match self.timeout.as_mut().poll(context) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(()) => overdue(),
        }
    }
}

fn overdue<T>() -> Poll<io::Result<T>> {
    counter!("http_connections_timed_out_total").increment(1);
    Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
}

impl<S: AsyncRead + Unpin> AsyncRead for Connection<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        // Bytes that keep coming do not move the deadline. It is looked at before them, since a
        // read that fails may not have read anything.
        if self.timeout.deadline() <= Instant::now() {
            return overdue();
        }
        match Pin::new(&mut self.stream).poll_read(context, buffer) {
            Poll::Pending => self.poll_overdue(context),
            Poll::Ready(done) => Poll::Ready(done),
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Connection<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match Pin::new(&mut self.stream).poll_write(context, bytes) {
            Poll::Pending => self.poll_overdue(context),
            Poll::Ready(Ok(written)) => {
                let until = Instant::now() + self.unanswered_max;
                self.timeout.as_mut().reset(until);
                Poll::Ready(Ok(written))
            }
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::SocketAddr;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::{TcpListener, TcpStream};

    async fn limited(limits: Limits) -> (Limited<TcpListener>, SocketAddr) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap();
        (Limited::new(listener, limits), addr)
    }

    #[tokio::test]
    async fn one_more_than_the_limit_waits_until_a_place_is_free() {
        let limits = Limits { connections_max: 1, ..Limits::default() };
        let (mut listener, addr) = limited(limits).await;
        let (_one, _two) = (TcpStream::connect(addr).await, TcpStream::connect(addr).await);
        let (first, _) = listener.accept().await;
        assert_eq!(listener.places.available_permits(), 0);
        let mut second = Box::pin(listener.accept());
        assert!(poll_once(second.as_mut()).await.is_none());
        drop(first);
        second.await;
    }

    #[tokio::test]
    async fn a_request_that_trickles_in_has_the_same_time_as_one_that_never_comes() {
        let limits = Limits { unanswered_max: Duration::from_millis(50), ..Limits::default() };
        let (mut listener, addr) = limited(limits).await;
        let mut slow = TcpStream::connect(addr).await.unwrap();
        let (mut connection, _) = listener.accept().await;
        tokio::spawn(async move {
            while slow.write_all(b"G").await.is_ok() {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        });
        let mut request = Vec::new();
        let error = connection.read_to_end(&mut request).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }

    #[tokio::test]
    async fn an_answer_gives_a_connection_new_time() {
        let (mut listener, addr) = limited(Limits::default()).await;
        let _client = TcpStream::connect(addr).await.unwrap();
        let (mut connection, _) = listener.accept().await;
        let before = connection.timeout.deadline();
        connection.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
        assert!(connection.timeout.deadline() > before);
    }

    /// What `future` gives when it is polled once, if it is ready.
    async fn poll_once<F: Future>(mut future: Pin<&mut F>) -> Option<F::Output> {
        std::future::poll_fn(|context| match future.as_mut().poll(context) {
            Poll::Ready(done) => Poll::Ready(Some(done)),
            Poll::Pending => Poll::Ready(None),
        })
        .await
    }
}
