//! A pile: anyone lays a value on it, and one takes all of it at once.
//!
//! R. K. Treiber, *Systems Programming: Coping with Parallelism*, IBM RJ 5118 (1986). A ring of numbered
//! places would need no memory for each value, but a producer that is stopped between taking a place
//! and filling it would hold up all that come after. Here a value is on the pile or it is not, with
//! one instruction in between. Values are never taken one by one, so no address comes twice while
//! somebody compares with it.
#![expect(
    unsafe_code,
    reason = "a list that several threads lay on at once is made of raw pointers"
)]

use crate::sync::{AtomicPtr, Ordering};
use std::marker::PhantomData;
use std::ptr;

/// A value on the pile.
struct Laid<T> {
    value: T,
    below: *mut Self,
}

/// The pile.
pub(crate) struct Pile<T> {
    top: AtomicPtr<Laid<T>>,
    /// It owns its values.
    _values: PhantomData<*mut T>,
}

// SAFETY: a value that is laid by one thread is taken by another, and looked at by none before it has
// been taken.
unsafe impl<T: Send> Send for Pile<T> {}
// SAFETY: as above.
unsafe impl<T: Send> Sync for Pile<T> {}

impl<T> Pile<T> {
    pub(crate) fn new() -> Self {
        Self { top: AtomicPtr::new(ptr::null_mut()), _values: PhantomData }
    }

    /// Lays `value` on top. Tries again only when another thread has just laid or taken something.
    pub(crate) fn lay(&self, value: T) {
        let mut top = self.top.load(Ordering::Relaxed);
        let laid = Box::into_raw(Box::new(Laid { value, below: top }));
        loop {
            // Whoever takes the pile sees what was written before: here, and by those below, whose
            // exchanges this one continues.
            match self.top.compare_exchange_weak(top, laid, Ordering::Release, Ordering::Relaxed) {
                Ok(_) => return,
                Err(other) => top = other,
            }
            // SAFETY: nobody else knows of it until the exchange has succeeded.
            unsafe { (*laid).below = top };
        }
    }

    /// Takes all there is, the latest first.
    pub(crate) fn take(&self) -> Taken<T> {
        Taken { top: self.top.swap(ptr::null_mut(), Ordering::Acquire), _values: PhantomData }
    }

    /// Whether nothing lies there.
    pub(crate) fn is_empty(&self) -> bool {
        self.top.load(Ordering::Acquire).is_null()
    }
}

impl<T> Drop for Pile<T> {
    fn drop(&mut self) {
        drop(self.take());
    }
}

/// What was taken, the latest first.
pub(crate) struct Taken<T> {
    top: *mut Laid<T>,
    _values: PhantomData<T>,
}

impl<T> Iterator for Taken<T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        if self.top.is_null() {
            return None;
        }
        // SAFETY: it was boxed when it was laid, and the whole pile has been taken by one swap, so
        // nobody else holds it.
        let laid = unsafe { Box::from_raw(self.top) };
        self.top = laid.below;
        Some(laid.value)
    }
}

impl<T> Drop for Taken<T> {
    fn drop(&mut self) {
        self.for_each(drop);
    }
}
