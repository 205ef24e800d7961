//! Agents and queues by their ids.
//!
//! Their ids are places in the lists of the plan, so a table is an array. Its holes, if any, cost
//! memory only; what lies beyond [`PLACES_MAX`] is left out.

/// No plan has so many agents or queues.
const PLACES_MAX: usize = 1 << 20;

/// Values by place, iterated in the order of places.
#[derive(Clone, Debug)]
pub(crate) struct Table<V> {
    places: Vec<Option<V>>,
}

impl<V> Table<V> {
    /// A table of these; of two in the same place the later counts.
    pub(crate) fn new(values: impl IntoIterator<Item = (usize, V)>) -> Self {
        let mut places = Vec::new();
        for (at, value) in values.into_iter().filter(|(at, _)| *at < PLACES_MAX) {
            if at >= places.len() {
                places.resize_with(at + 1, || None);
            }
            if let Some(place) = places.get_mut(at) {
                *place = Some(value);
            }
        }
        Self { places }
    }

    pub(crate) fn get(&self, at: usize) -> Option<&V> {
        self.places.get(at)?.as_ref()
    }

    pub(crate) fn get_mut(&mut self, at: usize) -> Option<&mut V> {
        self.places.get_mut(at)?.as_mut()
    }

    /// Takes a value out.
    pub(crate) fn take(&mut self, at: usize) -> Option<V> {
        self.places.get_mut(at)?.take()
    }

    pub(crate) fn values(&self) -> impl Iterator<Item = &V> {
        self.places.iter().flatten()
    }
}
