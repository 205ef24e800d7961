//! How the system is asked for the sound that comes, and told of the sound that goes.

use media::Io;
use serde::Deserialize;

/// The way, by its name in the file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum MediaIo {
    #[default]
    Best,
    Epoll,
    IoUring,
}

impl MediaIo {
    pub(super) const fn io(self) -> Io {
        match self {
            Self::Best => Io::Best,
            Self::Epoll => Io::Epoll,
            Self::IoUring => Io::Uring,
        }
    }
}
