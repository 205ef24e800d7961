//! The user agent's face: every wish its user may have.

use crate::{ClientTxn, Config, Hop, OutgoingInvite, Output, ServerTxn};
use bytes::Bytes;
use clock::Moment;
use ids::{FlowId, LegId};
use rand::rngs::StdRng;
use sip_msg::{Headers, Message, Request, Response, StatusCode, Text};
use std::net::SocketAddr;

/// A SIP user agent: client and server at once.
#[derive(Debug)]
pub struct UserAgent {}

impl UserAgent {
    /// A user agent without legs. `random` makes tags, branches and Call-IDs: seed it from the
    /// system, since they must not be guessed.
    #[must_use]
    pub fn new(config: Config, random: StdRng) -> Self {}
    /// A message came in.
    pub fn receive(&mut self, now: Moment, hop: Hop, message: Message) {}
    /// A connection broke, or could not be opened.
    pub fn flow_failed(&mut self, now: Moment, flow: FlowId) {}
    /// No connection to `peer` could be opened: whatever waits for one fails.
    pub fn peer_unreachable(&mut self, now: Moment, peer: SocketAddr) {}
    /// Sends an INVITE.
    pub fn invite(&mut self, now: Moment, invite: OutgoingInvite) -> LegId {}
    /// 180 Ringing.
    pub fn ring(&mut self, now: Moment, leg: LegId) {}
    /// 200 with our SDP, repeated until its ACK comes.
    pub fn answer(&mut self, now: Moment, leg: LegId, sdp: Bytes) {}
    /// A final answer other than 2xx; the leg is gone.
    pub fn reject(&mut self, now: Moment, leg: LegId, status: StatusCode, headers: Headers) {}
    /// Ends the leg as its state asks: CANCEL, 480 or BYE. `reason` is the value of a Reason header.
    pub fn hang_up(&mut self, now: Moment, leg: LegId, reason: Option<Text>) {}
    /// Offers new media inside the leg.
    pub fn reinvite(&mut self, now: Moment, leg: LegId, offer: Bytes) {}
    /// Says yes to `Event::Reoffered`.
    pub fn accept_reinvite(&mut self, now: Moment, leg: LegId, sdp: Bytes) {}
    /// Says no to `Event::Reoffered`.
    pub fn refuse_reinvite(&mut self, now: Moment, leg: LegId, status: StatusCode) {}
    /// Sends a request outside all legs (REGISTER, OPTIONS, …).
    pub fn request(&mut self, now: Moment, hop: Hop, request: Request) -> ClientTxn {}
    /// Answers `Event::Request`. Adds a To tag and our name.
    pub fn reply(&mut self, now: Moment, txn: ServerTxn, response: Response) {}
    /// The time has come to `now`.
    pub fn handle_timeout(&mut self, now: Moment) {}
    /// When `handle_timeout` is wanted next.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Moment> {}
    /// What to do next, or what happened next.
    #[must_use]
    pub fn poll_output(&mut self) -> Option<Output> {}
    /// A fresh tag, or any other token that must not be guessed.
    pub fn new_tag(&mut self) -> Text {}
    /// How many legs live, those being taken down included.
    #[must_use]
    pub fn legs_len(&self) -> usize {}
    /// How many transactions live.
    #[must_use]
    pub fn transactions_len(&self) -> usize {}
}
