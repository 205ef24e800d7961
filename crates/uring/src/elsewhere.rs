//! Systems that have no io_uring: there is never a ring, so nothing of it is ever asked for.

use crate::limits::{Came, Limits, Unsupported};
use std::io;
use std::net::{SocketAddr, UdpSocket};
use std::time::Duration;

/// There is none.
#[derive(Clone, Debug)]
pub enum Bell {}

/// There is none.
#[derive(Debug)]
pub enum Prepared {}

/// There is none.
#[derive(Debug)]
pub enum Ring {}

#[expect(clippy::missing_errors_doc, reason = "as where there is one")]
impl Bell {
    /// As where there is one.
    pub fn ring(&self) -> io::Result<()> {
        match *self {}
    }
}

#[expect(clippy::missing_errors_doc, reason = "as where there is one")]
impl Prepared {
    /// Says that there is none.
    pub fn new(_: Limits) -> Result<(Self, Bell), Unsupported> {
        Err(io::Error::from(io::ErrorKind::Unsupported).into())
    }

    /// As where there is one.
    pub fn open(self, _: Vec<UdpSocket>) -> io::Result<Ring> {
        match self {}
    }
}

#[expect(clippy::missing_errors_doc, reason = "as where there is one")]
impl Ring {
    /// As where there is one.
    pub fn wait(&mut self, _: Duration) -> io::Result<()> {
        match *self {}
    }

    /// As where there is one.
    pub fn next(&mut self, _: &mut [u8]) -> Option<Came> {
        match *self {}
    }

    /// As where there is one.
    pub fn send(&mut self, _: usize, _: SocketAddr, _: &[u8]) {
        match *self {}
    }

    /// As where there is one.
    #[must_use]
    pub const fn sends_failed(&self) -> u64 {
        match *self {}
    }

    /// As where there is one.
    pub fn throw_away(&mut self, _: usize) {
        match *self {}
    }

    /// As where there is one.
    pub fn mend(&mut self) {
        match *self {}
    }
}
