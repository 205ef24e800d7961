//! The orders of whoever runs the centre. They lie beside the inbox, so that no flood of notes can
//! push one out.

use std::sync::atomic::{AtomicU8, Ordering};

/// What the engine's thread is to do. Each order goes before those above it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Order {
    /// Take calls.
    Serve,
    /// Take no new calls; those that are on may finish.
    Drain,
    /// Leave the calls to the next process, and end the thread.
    HandOver,
    /// End every call, and then the thread.
    Stop,
}

/// The latest order, for one thread to give and another to look at.
#[derive(Debug, Default)]
pub(crate) struct Orders {
    latest: AtomicU8,
}

impl Orders {
    /// Gives an order. One that goes before it stays.
    pub(crate) fn give(&self, order: Order) {
        self.latest.fetch_max(order as u8, Ordering::Release);
    }

    pub(crate) fn latest(&self) -> Order {
        match self.latest.load(Ordering::Acquire) {
            0 => Order::Serve,
            1 => Order::Drain,
            2 => Order::HandOver,
            _ => Order::Stop,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_stands_until_one_that_goes_before_it() {
        let orders = Orders::default();
        let given = [Order::Serve, Order::Drain, Order::HandOver, Order::Stop, Order::Drain];
        let seen = given.map(|order| {
            orders.give(order);
            orders.latest()
        });
        assert_eq!(seen[..3], given[..3]);
        assert_eq!(seen[3..], [Order::Stop, Order::Stop]);
    }
}
