//! Phrases that every site needs, by the names under which they are recorded.

/// Said by a number that is closed, where the plan says nothing else.
pub const CLOSED: &str = "closed";
/// Said by a queue that is full, where the plan says nothing else.
pub const ALL_BUSY: &str = "all-busy";
/// Said after a key that leads nowhere, where the menu says nothing else.
pub const INVALID: &str = "invalid";
/// Said when no key came in time, where the menu says nothing else.
pub const NO_CHOICE: &str = "no-choice";
/// Said to an agent who has logged in by code.
pub const LOGGED_IN: &str = "code/logged-in";
/// Said to an agent who has logged out by code.
pub const LOGGED_OUT: &str = "code/logged-out";
/// Said to an agent who dialled what is no code.
pub const UNKNOWN_CODE: &str = "code/unknown";
/// Music on hold, where the queue names none. It needs no language.
pub const MUSIC: &str = "music";

/// Every built-in phrase of this list. Those that tell a place are listed by
/// [`speech::place_prompts`].
pub const ALL: [&str; 8] =
    [CLOSED, ALL_BUSY, INVALID, NO_CHOICE, LOGGED_IN, LOGGED_OUT, UNKNOWN_CODE, MUSIC];
