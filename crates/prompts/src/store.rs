//! The store: every clip of a running site, shared by all streams and never changed.

use crate::Clip;
use ids::ClipId;

/// The clips, each at the place that its id says.
#[derive(Clone, Debug, Default)]
pub struct Store {
    clips: Vec<Clip>,
}

impl Store {
    /// A store of these clips, whose ids count up from zero in the order given.
    #[must_use]
    pub fn new(clips: Vec<Clip>) -> Self {
        Self { clips }
    }

    /// The clip of this id, if the store has one.
    #[must_use]
    pub fn clip(&self, id: ClipId) -> Option<&Clip> {
        self.clips.get(id.index())
    }

    /// All of them, in the order of their ids.
    pub(crate) fn clips(&self) -> &[Clip] {
        &self.clips
    }

    /// How much memory the sound of all clips takes, in bytes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.clips.iter().map(Clip::bytes).sum()
    }

    /// How many clips there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.clips.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.clips.is_empty()
    }
}
