//! The media side of one call: an RTP socket, and the task that speaks and listens on it.

use crate::heard::{Ear, Heard};
use crate::speaker::Speaker;
use crate::voice::Speech;
use crate::{Listen, Voice};
use media_protocol::Digit;
use sdp::{Agreed, PTIME};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::net::UdpSocket;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::task::AbortHandle;
use tokio::time::{Instant, sleep_until};

/// Orders that may wait to be carried out; keys above all.
const ORDERS_MAX: usize = crate::keypad::KEYS_MAX + 16;
/// Frames that are made good after a late wake-up; more are left out, as if nothing had been said.
const CATCH_UP_MAX: u32 = 5;
/// Bytes of the largest datagram that is looked at.
const DATAGRAM_BYTES_MAX: usize = 2_048;

/// What a stream has heard, shared with whoever asks.
pub(crate) type SharedHeard = Arc<Mutex<Heard>>;

/// What has been heard until now. A panic elsewhere does not make it less true.
pub(crate) fn heard_until_now(heard: &SharedHeard) -> Heard {
    heard.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

/// One call's media. It ends when it is dropped.
#[derive(Debug)]
pub(crate) struct Stream {
    address: SocketAddr,
    orders: Sender<Order>,
    heard: SharedHeard,
    task: AbortHandle,
}

enum Order {
    Agree(Agreed),
    Press(Digit),
}

impl Stream {
    /// Binds a port and listens, saying nothing until something is agreed.
    pub(crate) fn open(bind_ip: IpAddr, voice: &Voice, listen: Listen) -> io::Result<Self> {
        let socket = std::net::UdpSocket::bind((bind_ip, 0))?;
        socket.set_nonblocking(true)?;
        let address = socket.local_addr()?;
        let (orders, taken) = channel(ORDERS_MAX);
        let heard = SharedHeard::default();
        let worker = Worker {
            socket: UdpSocket::from_std(socket)?,
            speaker: Speaker::new(Speech::new(voice)),
            ear: Ear::new(listen),
            heard: Arc::clone(&heard),
            agreed: None,
            next_at: Instant::now(),
        };
        let task = tokio::spawn(worker.run(taken)).abort_handle();
        Ok(Self { address, orders, heard, task })
    }

    /// Where it listens.
    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn heard(&self) -> SharedHeard {
        Arc::clone(&self.heard)
    }

    /// Speaks and listens as agreed from now on.
    pub(crate) fn agree(&self, agreed: Agreed) {
        self.order(Order::Agree(agreed));
    }

    pub(crate) fn press(&self, digit: Digit) {
        self.order(Order::Press(digit));
    }

    fn order(&self, order: Order) {
        if self.orders.try_send(order).is_err() {
            tracing::debug!("a phone's stream is behind with its orders");
        }
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.task.abort();
    }
}

struct Worker {
    socket: UdpSocket,
    speaker: Speaker,
    ear: Ear,
    heard: SharedHeard,
    agreed: Option<Agreed>,
    /// When the next frame is due. Frames are due at even steps from the first, not from the last
    /// wake-up, so that lateness does not add up.
    next_at: Instant,
}

impl Worker {
    async fn run(mut self, mut orders: Receiver<Order>) {
        let mut datagram = [0; DATAGRAM_BYTES_MAX];
        // Until the kernel has said so once, `try_send_to` takes the socket for full.
        let _ = self.socket.writable().await;
        loop {
            tokio::select! {
                order = orders.recv() => match order {
                    Some(order) => self.obey(order),
                    None => return,
                },
                () = sleep_until(self.next_at), if self.speaks() => self.speak(),
                came = self.socket.recv_from(&mut datagram) => match came {
                    Ok((length, source)) => {
                        // What was agreed before it came holds for it, though both may have been there when this task woke up.
                        while let Ok(order) = orders.try_recv() {
                            self.obey(order);
                        }
                        self.listen(source, datagram.get(..length).unwrap_or_default());
                    }
                    // The other side's port was closed; the call may go on all the same.
                    Err(_) => tokio::time::sleep(Duration::from_millis(1)).await,
                },
            }
        }
    }

    /// Whether there is anything to send, and no hold in the way. A mute phone costs no wake-ups.
    fn speaks(&self) -> bool {
        self.speaker.has_a_say() && self.agreed.is_some_and(|agreed| agreed.direction.sends())
    }

    fn obey(&mut self, order: Order) {
        let was_silent = !self.speaks();
        match order {
            Order::Agree(agreed) => self.agreed = Some(agreed),
            Order::Press(digit) => self.speaker.press(digit),
        }
        if was_silent {
            let missed = frames_between(self.next_at, Instant::now());
            self.skip(missed);
        }
    }

    fn speak(&mut self) {
        let Some(agreed) = self.agreed else { return };
        let due = frames_between(self.next_at, Instant::now()) + 1;
        self.skip(due.saturating_sub(CATCH_UP_MAX));
        for _ in 0..due.min(CATCH_UP_MAX) {
            self.speaker.tick(&agreed, |packet| {
                // A full socket loses packets like any other network.
                let _ = self.socket.try_send_to(packet, agreed.remote);
            });
            self.next_at += PTIME;
        }
    }

    fn skip(&mut self, frames: u32) {
        if frames > 0 {
            self.speaker.pause(frames);
            self.next_at += PTIME * frames;
        }
    }

    fn listen(&mut self, source: SocketAddr, datagram: &[u8]) {
        let mut heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        self.ear.hear(&mut heard, self.agreed.as_ref(), source, datagram);
    }
}

/// Whole frames between two moments; none if the second is earlier.
fn frames_between(from: Instant, to: Instant) -> u32 {
    let frames = to.saturating_duration_since(from).as_micros() / PTIME.as_micros();
    u32::try_from(frames).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use sdp::{Codec, Direction};

    fn toward(stream: &Stream, direction: Direction) -> Agreed {
        Agreed {
            remote: stream.address(),
            codec: Codec::Pcma,
            payload_type: 8,
            heard_type: 8,
            event_type: Some(101),
            heard_event_type: None,
            event_clock: sdp::Clock::Hz8000,
            direction,
            ptime: PTIME,
            control: media_protocol::ControlPath::WithSound,
            protection: None,
        }
    }

    async fn until(stream: &Stream, what: impl Fn(&Heard) -> bool) -> Heard {
        for _ in 0..1_000 {
            let heard = heard_until_now(&stream.heard());
            if what(&heard) {
                return heard;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("never heard: {:?}", heard_until_now(&stream.heard()).packets);
    }

    #[tokio::test]
    async fn two_streams_hear_each_other() {
        let ip = "127.0.0.1".parse().unwrap();
        let clip: Arc<[u8]> = (0..160).cycle().take(1_600).collect();
        let a = Stream::open(ip, &Voice::Clip(clip), Listen::Record).unwrap();
        let b = Stream::open(ip, &Voice::Tone(440.0), Listen::Record).unwrap();
        b.agree(toward(&a, Direction::SendRecv));
        a.agree(toward(&b, Direction::SendRecv));
        b.press(Digit::from_char('4').unwrap());
        b.press(Digit::from_char('2').unwrap());
        let at_b = until(&b, |heard| heard.packets >= 20).await;
        assert_eq!(at_b.packets_foreign, 0);
        assert!(at_b.alaw.chunks(160).all(|frame| frame.windows(2).all(|pair| pair[1] != pair[0])));
        let at_a = until(&a, |heard| heard.keys.len() == 2).await;
        assert_eq!(at_a.keys.iter().map(|key| key.as_char()).collect::<String>(), "42");
    }

    #[tokio::test]
    async fn what_comes_right_behind_the_agreement_is_heard() {
        let ip: IpAddr = "127.0.0.1".parse().unwrap();
        let packet = [&[0x80, 8, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1][..], &[0; 160]].concat();
        // The two are taken by turns of chance.
        for _ in 0..20 {
            let stream = Stream::open(ip, &Voice::Mute, Listen::Count).unwrap();
            let other = std::net::UdpSocket::bind((ip, 0)).unwrap();
            let remote = other.local_addr().unwrap();
            stream.agree(Agreed { remote, ..toward(&stream, Direction::SendRecv) });
            other.send_to(&packet, stream.address()).unwrap();
            let heard = until(&stream, |heard| heard.packets + heard.packets_foreign == 1).await;
            assert_eq!(heard.packets_foreign, 0);
        }
    }

    #[tokio::test]
    async fn a_stream_on_hold_listens_only() {
        let ip = "127.0.0.1".parse().unwrap();
        let a = Stream::open(ip, &Voice::Silence, Listen::Count).unwrap();
        let b = Stream::open(ip, &Voice::Silence, Listen::Count).unwrap();
        a.agree(toward(&b, Direction::RecvOnly));
        b.agree(toward(&a, Direction::SendOnly));
        until(&a, |heard| heard.packets >= 5).await;
        assert_eq!(heard_until_now(&b.heard()).packets, 0);
        a.agree(toward(&b, Direction::SendRecv));
        until(&b, |heard| heard.packets >= 5).await;
    }

    #[tokio::test]
    async fn a_mute_phone_can_press_keys() {
        let ip = "127.0.0.1".parse().unwrap();
        let a = Stream::open(ip, &Voice::Mute, Listen::Count).unwrap();
        let b = Stream::open(ip, &Voice::Mute, Listen::Count).unwrap();
        a.agree(toward(&b, Direction::SendRecv));
        b.agree(toward(&a, Direction::SendRecv));
        for key in ['9', '1'] {
            a.press(Digit::from_char(key).unwrap());
            let heard = until(&b, |heard| heard.keys.last().is_some_and(|it| it.as_char() == key));
            let heard = heard.await;
            assert_eq!(heard.packets_lost, 0);
        }
        assert_eq!(heard_until_now(&a.heard()).packets, 0);
    }
}
