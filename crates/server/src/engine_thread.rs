//! The engine's thread as the rest of the program holds it: it can be given orders, it can be waited
//! for, and it is known when it has ended by itself.

use crate::driver::Ended;
use crate::exit::Fault;
use crate::order::{Order, Orders};
use precedence::Precedence;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;
use tokio::sync::watch;

/// A thread that drives an engine.
#[derive(Debug)]
pub(crate) struct EngineThread {
    handle: JoinHandle<Ended>,
    orders: Arc<Orders>,
    /// Its sender lives on the thread.
    life: watch::Receiver<()>,
}

impl EngineThread {
    /// Starts the thread. `drive` is to look at the orders now and then.
    pub(crate) fn start(
        orders: Arc<Orders>,
        drive: impl FnOnce() -> Ended + Send + 'static,
    ) -> Result<Self, Fault> {
        let (alive, life) = watch::channel(());
        let handle = thread::Builder::new()
            .name("engine".to_owned())
            .spawn(move || {
                // Dropped when the thread returns, and when it panics.
                let _alive = alive;
                Precedence::Calls.take();
                drive()
            })
            .map_err(|error| Fault::found(format!("the engine's thread: {error}")))?;
        Ok(Self { handle, orders, life })
    }

    /// Gives an order and wakes the thread for it.
    pub(crate) fn give(&self, order: Order) {
        self.orders.give(order);
        self.handle.thread().unpark();
    }

    pub(crate) fn is_running(&self) -> bool {
        self.life.has_changed().is_ok()
    }

    /// Returns when the thread has ended, however it did.
    pub(crate) async fn ended(&self) {
        let mut life = self.life.clone();
        // Nothing is ever sent: an error, that the sender is gone, is what is waited for.
        while life.changed().await.is_ok() {}
    }

    /// Waits for the end, at most `longest`.
    pub(crate) async fn join(self, longest: Duration) -> Result<Ended, Fault> {
        tokio::time::timeout(longest, self.ended()).await.map_err(|_| {
            Fault::found(format!("the engine has not ended within {longest:?} and is left behind"))
        })?;
        // The last thing it did was to let go of its sender.
        let ended = self.handle.join();
        ended.map_err(|_| Fault::found("the engine ended badly; the log has its last words"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::channel;

    const FINE: Ended = Ended { unwritten: None };

    fn start(drive: impl FnOnce() -> Ended + Send + 'static) -> EngineThread {
        EngineThread::start(Arc::default(), drive).unwrap()
    }

    #[tokio::test]
    async fn a_thread_that_panics_is_known_to_have_ended_badly() {
        let thread = start(|| panic!("a bug"));
        thread.ended().await;
        assert!(!thread.is_running());
        let fault = format!("{:?}", thread.join(Duration::ZERO).await.unwrap_err());
        assert!(fault.contains("ended badly"), "{fault}");
    }

    #[tokio::test]
    async fn a_thread_that_does_not_end_is_left_behind() {
        let (end, ending) = channel::<()>();
        let thread = start(move || {
            let _ = ending.recv();
            FINE
        });
        assert!(thread.is_running());
        let fault = format!("{:?}", thread.join(Duration::from_millis(1)).await.unwrap_err());
        assert!(fault.contains("left behind"), "{fault}");
        drop(end);
    }

    #[tokio::test]
    async fn an_order_wakes_a_thread_that_sleeps() {
        let orders = Arc::new(Orders::default());
        let given = Arc::clone(&orders);
        let thread = EngineThread::start(orders, move || {
            while given.latest() != Order::Stop {
                thread::park();
            }
            FINE
        });
        let thread = thread.unwrap();
        thread.give(Order::Drain);
        thread.give(Order::Stop);
        assert!(thread.join(Duration::MAX).await.is_ok());
    }
}
