//! By the best that the system gives: io_uring, where there is one.

#[allow(clippy::duplicate_mod, reason = "the same stories, told of another way")]
#[path = "stories.rs"]
mod stories;

/// How the system is asked in these stories.
const IO: media::Io = media::Io::Best;
