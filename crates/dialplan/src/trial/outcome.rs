//! What comes of what a caller is offered.

/// What a voicemail does with a message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AtVoicemail {
    /// It keeps it.
    #[default]
    Takes,
    /// It takes none now.
    Full,
    /// It cannot write it.
    Fails,
}

/// Whether callbacks can be promised.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AtCallback {
    /// They can, to numbers that a trunk may call.
    #[default]
    Promised,
    /// They cannot.
    Refused,
    /// They would come too late.
    TooLate,
    /// One has been promised already, and is open.
    Stands,
}

/// Whether numbers outside answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AtDial {
    /// They do.
    #[default]
    Answers,
    /// They ring in vain.
    Rings,
    /// A mailbox answers, which presses no key.
    Mailbox,
}

impl AtVoicemail {
    /// Each with its word.
    pub const WORDS: [(&'static str, Self); 3] =
        [("takes", Self::Takes), ("full", Self::Full), ("fails", Self::Fails)];
}

impl AtCallback {
    /// Each with its word.
    pub const WORDS: [(&'static str, Self); 4] = [
        ("promised", Self::Promised),
        ("refused", Self::Refused),
        ("too_late", Self::TooLate),
        ("stands", Self::Stands),
    ];
}

impl AtDial {
    /// Each with its word.
    pub const WORDS: [(&'static str, Self); 3] =
        [("answers", Self::Answers), ("rings", Self::Rings), ("mailbox", Self::Mailbox)];
}
