//! How a phone keeps the server knowing where it is.

use crate::RegisterError;
use crate::event::Event;
use crate::registration::{Next, Reply};
use crate::works::{Alarm, Works};
use sip_msg::Request;
use std::time::Duration;

/// How long to wait at least after a registration that failed, and at most half as long again:
/// phones that lost their server at one moment must not all come back at another.
const RETRY: Duration = Duration::from_secs(2);

/// A time to wait after a registration that failed.
pub(crate) fn retry_after() -> Duration {
    RETRY.mul_f64(rand::random_range(1.0..1.5))
}

impl Works {
    /// Asks for a binding; zero takes it away.
    pub(crate) async fn register(&mut self, expires: Duration, reply: Option<Reply>) {
        let request = self.registration.ask(expires, reply);
        match self.wire.reopen().await {
            Ok(()) => self.send_register(request),
            Err(_) => self.registered(Next::Failed(RegisterError::Unreachable)),
        }
    }

    fn send_register(&mut self, request: Request) {
        let txn = self.ua.request(self.now(), self.wire.hop(), request);
        self.registration.sent(txn);
    }

    /// Goes on after an answer.
    pub(crate) fn registered(&mut self, next: Next) {
        match next {
            Next::Wait => {}
            Next::Send(request) => self.send_register(*request),
            Next::Bound(expires) => {
                let is_bound = self.registration.is_bound;
                self.registration.settle(Ok(expires));
                if is_bound {
                    self.renew_after((expires / 2).max(RETRY));
                    self.tell(Event::Registered { expires });
                } else {
                    // Whoever took the binding away does not want it back.
                    self.alarms.clear(&Alarm::Register);
                }
            }
            Next::Failed(error) => {
                self.registration.settle(Err(error));
                self.renew_after(retry_after());
                self.tell(Event::NotRegistered(error));
            }
        }
    }

    fn renew_after(&mut self, length: Duration) {
        if self.config.registration.is_some() {
            self.alarms.set(Alarm::Register, self.now() + length);
        }
    }
}
