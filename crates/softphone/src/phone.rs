//! The handle on a phone.

use crate::command::Command;
use crate::event::Events;
use crate::works::Works;
use crate::{Answer, PhoneCall, PhoneConfig, RegisterError};
use std::io;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};

/// Commands that may wait for the phone.
const COMMANDS_MAX: usize = 64;
/// Events that may wait to be fetched.
pub const EVENTS_MAX: usize = 1_024;
/// The binding that is asked for if none is configured.
const REGISTRATION_DEFAULT: Duration = Duration::from_secs(3_600);

/// Why no call was made.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// No port for its sound.
    #[error("no port for sound: {0}")]
    Port(#[from] io::Error),
    /// The phone was stopped.
    #[error("the phone is gone")]
    PhoneGone,
}

/// A phone that is switched on. It lives in one task, as long as a handle on it does; when the last
/// is dropped it vanishes without a word, as a phone does whose cable is pulled. [`Phone::stop`]
/// takes leave.
#[derive(Clone, Debug)]
pub struct Phone {
    address: SocketAddr,
    registration: Duration,
    commands: mpsc::Sender<Command>,
}

impl Phone {
    /// Switches a phone on. With a registration configured, it registers at once and keeps at it.
    ///
    /// # Errors
    /// If there is no socket for it, over TCP no server, or no one address to bind to.
    pub async fn start(config: PhoneConfig) -> io::Result<(Self, Events)> {
        let registration = config.registration.unwrap_or(REGISTRATION_DEFAULT);
        let (commands, taken) = mpsc::channel(COMMANDS_MAX);
        let (told, events) = mpsc::channel(EVENTS_MAX);
        let works = Works::new(config, told, commands.downgrade()).await?;
        let address = works.address();
        tokio::spawn(works.run(taken));
        Ok((Self { address, registration, commands }, Events(events)))
    }

    /// Where it takes SIP.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Registers, answering a challenge, and says for how long the server took it.
    ///
    /// # Errors
    /// [`RegisterError`] if the server refused or did not answer.
    pub async fn register(&self) -> Result<Duration, RegisterError> {
        self.bind_for(self.registration).await
    }

    /// Takes the binding away, until [`register`](Self::register) asks for it again.
    ///
    /// # Errors
    /// [`RegisterError`] if the server refused or did not answer.
    pub async fn unregister(&self) -> Result<(), RegisterError> {
        self.bind_for(Duration::ZERO).await.map(drop)
    }

    async fn bind_for(&self, expires: Duration) -> Result<Duration, RegisterError> {
        let (reply, answer) = oneshot::channel();
        let _ = self.commands.send(Command::Register { expires, reply }).await;
        answer.await.unwrap_or(Err(RegisterError::PhoneGone))
    }

    /// Calls a number at the server. The call is on its way when this returns.
    ///
    /// # Errors
    /// [`CallError`] if there is no port for its sound, or the phone is gone.
    pub async fn call(&self, number: impl Into<String>) -> Result<PhoneCall, CallError> {
        let (reply, answer) = oneshot::channel();
        let _ = self.commands.send(Command::Call { number: number.into(), reply }).await;
        answer.await.unwrap_or(Err(CallError::PhoneGone))
    }

    /// Changes what the phone does when it rings from now on.
    pub async fn set_answer(&self, answer: Answer) {
        let _ = self.commands.send(Command::SetAnswer(answer)).await;
    }

    /// Ends its calls and its binding, waits a little for the server to say yes, and switches it
    /// off, other handles or not.
    pub async fn stop(self) {
        let (reply, done) = oneshot::channel();
        let _ = self.commands.send(Command::Stop { reply }).await;
        let _ = done.await;
    }
}
