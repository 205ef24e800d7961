//! By epoll, and a call for each packet.

#[path = "stories.rs"]
mod stories;

/// How the system is asked in these stories.
const IO: media::Io = media::Io::Epoll;
