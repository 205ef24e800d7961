//! Who is about to agree on TLS or WebSocket: a handshake costs a processor more than a call.

use crate::Limits;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

/// Handshakes that are on, by source. All clones are one list.
#[derive(Clone, Debug, Default)]
pub(crate) struct Handshakes(Arc<Mutex<HashMap<IpAddr, usize>>>);

/// One handshake, until it is dropped.
#[derive(Debug)]
pub(crate) struct Handshake {
    all: Handshakes,
    source: IpAddr,
}

impl Handshakes {
    /// Begins one more.
    ///
    /// # Errors
    /// The name of the limit that it would pass.
    pub(crate) fn begin(&self, source: IpAddr, limits: &Limits) -> Result<Handshake, &'static str> {
        let mut on = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if on.values().sum::<usize>() >= limits.handshakes_max {
            return Err("handshakes_max");
        }
        let of_source = on.entry(source).or_default();
        if *of_source >= limits.handshakes_per_source_max {
            return Err("handshakes_per_source_max");
        }
        *of_source += 1;
        Ok(Handshake { all: self.clone(), source })
    }
}

impl Drop for Handshake {
    fn drop(&mut self) {
        let mut on = self.all.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(of_source) = on.get_mut(&self.source) else { return };
        *of_source = of_source.saturating_sub(1);
        if *of_source == 0 {
            on.remove(&self.source);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_source_cannot_take_all_handshakes_and_each_gives_its_place_back() {
        let limits =
            Limits { handshakes_max: 3, handshakes_per_source_max: 2, ..Limits::default() };
        let (here, there) = ("192.0.2.1".parse().unwrap(), "192.0.2.2".parse().unwrap());
        let all = Handshakes::default();
        let first = all.begin(here, &limits).unwrap();
        let _second = all.begin(here, &limits).unwrap();
        assert_eq!(all.begin(here, &limits).unwrap_err(), "handshakes_per_source_max");
        let third = all.begin(there, &limits).unwrap();
        assert_eq!(all.begin(there, &limits).unwrap_err(), "handshakes_max");
        drop((first, third));
        let _again = all.begin(here, &limits).unwrap();
        assert_eq!(all.0.lock().unwrap().len(), 1, "who has none is forgotten");
    }
}
