//! Phrases that every site needs, by the names under which they are recorded.

/// The steps that every plan has behind its own: what they say is what they are called.
pub(crate) const STEPS: [&str; 2] = [CLOSED, ALL_BUSY];
/// What the step is called that leads back behind a `sub`, and the arrow to it.
pub(crate) const RETURN: &str = "return";
/// Said by a number or a queue that is closed, where the plan says nothing else.
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
/// Said to an agent in a conversation before what a code comes to, where it comes to that after it.
pub const AFTER_CALL: &str = "code/after-call";
/// Said to an agent who dialled what is no code.
pub const UNKNOWN_CODE: &str = "code/unknown";
/// Said to an agent who pauses, where the pause says nothing else.
pub const PAUSED: &str = "code/paused";
/// Said to an agent who takes calls again.
pub const RESUMED: &str = "code/resumed";
/// Said to an agent who has more time for after-call work.
pub const WRAP_UP_EXTENDED: &str = "code/wrap-up-extended";
/// Said to an agent who is done with after-call work.
pub const WRAP_UP_ENDED: &str = "code/wrap-up-ended";
/// Said to an agent who has filed a call, where the disposition says nothing else.
pub const FILED: &str = "code/filed";
/// Said to an agent who serves a queue again.
pub const QUEUE_JOINED: &str = "code/queue-joined";
/// Said to an agent who serves a queue no more for now.
pub const QUEUE_LEFT: &str = "code/queue-left";
/// Said to an agent who dialled a code that can not be obeyed now.
pub const REFUSED: &str = "code/refused";
/// The name of the pause of a plan that has none of its own.
pub const PAUSE: &str = "pause";
/// Said to a caller whose call somebody ends by a command.
pub const GOODBYE: &str = "goodbye";
/// Said by a voicemail before its tone, where it says nothing else.
pub const VOICEMAIL_GREETING: &str = "voicemail/greeting";
/// The tone after which a message begins. It needs no language.
pub const VOICEMAIL_TONE: &str = "tone";
/// Asks whether the message is to be kept (key 1) or spoken again (key 2).
pub const VOICEMAIL_KEEP: &str = "voicemail/keep";
/// Said when nothing was heard of a message.
pub const VOICEMAIL_NOTHING: &str = "voicemail/nothing";
/// Said when a message is kept.
pub const VOICEMAIL_THANKS: &str = "voicemail/thanks";
/// Said when a voicemail takes no message now.
pub const VOICEMAIL_FULL: &str = "voicemail/full";
/// Said when a message could not be kept.
pub const VOICEMAIL_FAILED: &str = "voicemail/failed";

/// Said to an agent before a message is played.
pub const MESSAGE: &str = "voicemail/message";
/// Said to an agent who has heard a message: how to hear it again (key 1), and that it is done (key 2).
pub const MESSAGE_HEARD: &str = "voicemail/heard";
/// Said to an agent who has dealt with a message.
pub const MESSAGE_DONE: &str = "voicemail/done";
/// Said to an agent when a message can not be played.
pub const MESSAGE_UNREADABLE: &str = "voicemail/unreadable";

/// What is said to agents who are rung for messages.
pub const OF_MESSAGES: [&str; 4] = [MESSAGE, MESSAGE_HEARD, MESSAGE_DONE, MESSAGE_UNREADABLE];

/// What every voicemail may say, its greeting aside.
pub const OF_VOICEMAILS: [&str; 6] = [
    VOICEMAIL_TONE,
    VOICEMAIL_KEEP,
    VOICEMAIL_NOTHING,
    VOICEMAIL_THANKS,
    VOICEMAIL_FULL,
    VOICEMAIL_FAILED,
];

/// Said by a callback first, where it says nothing else.
pub const CALLBACK_OFFER: &str = "callback/offer";
/// Said before the digits of the number that would be called.
pub const CALLBACK_NUMBER: &str = "callback/number";
/// Asks whether that number is right (key 1).
pub const CALLBACK_CONFIRM: &str = "callback/confirm";
/// Says how to give another number (key 2).
pub const CALLBACK_ANOTHER: &str = "callback/another";
/// Asks for a number by keys, ended by `#`.
pub const CALLBACK_TYPE: &str = "callback/type";
/// Said of a number that can not be called.
pub const CALLBACK_NOT_POSSIBLE: &str = "callback/not-possible";
/// Said when the promise is kept whatever happens.
pub const CALLBACK_PROMISED: &str = "callback/promised";
/// Said when no callback can be promised.
pub const CALLBACK_FULL: &str = "callback/full";
/// Said to who calls again and has been promised a callback.
pub const CALLBACK_STANDS: &str = "callback/stands";
/// Says what can be done about it (keys 1, 2 and 3).
pub const CALLBACK_CHOOSE: &str = "callback/choose";
/// Said when the caller has called it off.
pub const CALLBACK_CALLED_OFF: &str = "callback/called-off";
/// Said to a customer who is called back before an agent is there.
pub const CALLBACK_CONNECTING: &str = "callback/connecting";
/// Said when a callback would come too late.
pub const CALLBACK_TOO_LATE: &str = "callback/too-late";
/// Said to an agent while the caller is being called.
pub const CALLBACK_AGENT: &str = "callback/agent";
/// Said to who answers a callback: key 1 is wanted.
pub const CALLBACK_GREETING: &str = "callback/greeting";
/// Said to an agent when the caller has not answered.
pub const CALLBACK_NOT_REACHED: &str = "callback/not-reached";

/// Asks when the caller wants to be called.
pub const CALLBACK_TIMES: &str = "callback/times";
/// Said before each time that may be chosen.
pub const CALLBACK_FOR: &str = "callback/for";
/// Said behind it, before the number of its key.
pub const CALLBACK_PRESS: &str = "callback/press";
/// Says what else may be chosen, to be called at one's turn, before the number of its key.
pub const CALLBACK_IN_TURN: &str = "callback/in-turn";
/// Said before the time that was chosen.
pub const CALLBACK_CHOSEN: &str = "callback/chosen";
/// Says how to choose another time (key 3).
pub const CALLBACK_ANOTHER_TIME: &str = "callback/another-time";
/// Said before the time of a promise that is kept whatever happens.
pub const CALLBACK_PROMISED_AT: &str = "callback/promised-at";
/// Said when somebody else has been promised that time meanwhile.
pub const CALLBACK_GONE: &str = "callback/gone";

/// Said to who has chosen a time for a callback that is given no other.
pub const CALLBACK_UNCHANGED: &str = "callback/unchanged";
/// Said to who chooses a time for a number that is being called.
pub const CALLBACK_NOW: &str = "callback/now";

/// What a callback at a time may say to callers besides, the time aside.
const OF_TIMES: [&str; 2] = [CALLBACK_CHOSEN, CALLBACK_PROMISED_AT];

/// What one that offers times may say besides, the numbers of the keys aside.
const OF_OFFERED_TIMES: [&str; 8] = [
    CALLBACK_TIMES,
    CALLBACK_FOR,
    CALLBACK_PRESS,
    CALLBACK_IN_TURN,
    CALLBACK_ANOTHER_TIME,
    CALLBACK_GONE,
    CALLBACK_UNCHANGED,
    CALLBACK_NOW,
];

/// What callbacks with these times may say to callers besides.
pub(crate) fn of_times(slots: &crate::Slots) -> impl Iterator<Item = &'static str> {
    let offered = OF_OFFERED_TIMES.into_iter().filter(|_| slots.offered > 0);
    OF_TIMES.into_iter().chain(offered)
}

/// What every callback may say to agents.
pub const OF_CALLBACK_AGENTS: [&str; 2] = [CALLBACK_AGENT, CALLBACK_NOT_REACHED];

/// What every callback may say to callers, its offer and the digits of numbers aside.
pub const OF_CALLBACKS: [&str; 13] = [
    CALLBACK_NUMBER,
    CALLBACK_CONFIRM,
    CALLBACK_ANOTHER,
    CALLBACK_TYPE,
    CALLBACK_NOT_POSSIBLE,
    CALLBACK_PROMISED,
    CALLBACK_FULL,
    CALLBACK_TOO_LATE,
    CALLBACK_STANDS,
    CALLBACK_CHOOSE,
    CALLBACK_CALLED_OFF,
    CALLBACK_CONNECTING,
    CALLBACK_GREETING,
];

/// Said to who answers a number outside that callers are put through to: key 1 is wanted.
pub const DIAL_CONFIRM: &str = "dial/confirm";

/// Said after digits that can not be, where the step says nothing else.
pub const COLLECT_INVALID: &str = "collect/invalid";
/// Said when no digit came in time, where the step says nothing else.
pub const COLLECT_SILENT: &str = "collect/silent";
/// Said before digits that are read back.
pub const COLLECT_TYPED: &str = "collect/typed";
/// Asks whether they are right (key 1), or to be typed again (key 2).
pub const COLLECT_RIGHT: &str = "collect/right";

/// Asks whether what was said is right (key 1) or not (key 2), where the step asks nothing else.
pub const CONFIRM_RIGHT: &str = "confirm/right";

/// The digits 0 to 9, of which telephone numbers are said.
pub const DIGITS: [&str; 10] = [
    "numbers/0",
    "numbers/1",
    "numbers/2",
    "numbers/3",
    "numbers/4",
    "numbers/5",
    "numbers/6",
    "numbers/7",
    "numbers/8",
    "numbers/9",
];

/// Music on hold, where the queue names none. It needs no language.
pub const MUSIC: &str = "music";

/// Every built-in phrase that is no number. Those that tell a place or a wait are listed by
/// [`speech::place_prompts`], [`speech::wait_prompts`] and [`speech::waited_prompts`], those that tell a telephone number by [`speech::prompts`].
pub const ALL: [&str; 61] = [
    CLOSED,
    ALL_BUSY,
    INVALID,
    NO_CHOICE,
    LOGGED_IN,
    LOGGED_OUT,
    AFTER_CALL,
    UNKNOWN_CODE,
    PAUSED,
    RESUMED,
    WRAP_UP_EXTENDED,
    WRAP_UP_ENDED,
    FILED,
    QUEUE_JOINED,
    QUEUE_LEFT,
    REFUSED,
    GOODBYE,
    VOICEMAIL_GREETING,
    VOICEMAIL_TONE,
    VOICEMAIL_KEEP,
    VOICEMAIL_NOTHING,
    VOICEMAIL_THANKS,
    VOICEMAIL_FULL,
    VOICEMAIL_FAILED,
    MESSAGE,
    MESSAGE_HEARD,
    MESSAGE_DONE,
    MESSAGE_UNREADABLE,
    CALLBACK_OFFER,
    CALLBACK_NUMBER,
    CALLBACK_CONFIRM,
    CALLBACK_ANOTHER,
    CALLBACK_TYPE,
    CALLBACK_NOT_POSSIBLE,
    CALLBACK_PROMISED,
    CALLBACK_FULL,
    CALLBACK_TOO_LATE,
    CALLBACK_STANDS,
    CALLBACK_CHOOSE,
    CALLBACK_CALLED_OFF,
    CALLBACK_CONNECTING,
    CALLBACK_TIMES,
    CALLBACK_FOR,
    CALLBACK_PRESS,
    CALLBACK_IN_TURN,
    CALLBACK_CHOSEN,
    CALLBACK_ANOTHER_TIME,
    CALLBACK_PROMISED_AT,
    CALLBACK_GONE,
    CALLBACK_UNCHANGED,
    CALLBACK_NOW,
    CALLBACK_AGENT,
    CALLBACK_GREETING,
    CALLBACK_NOT_REACHED,
    DIAL_CONFIRM,
    COLLECT_INVALID,
    COLLECT_SILENT,
    COLLECT_TYPED,
    COLLECT_RIGHT,
    CONFIRM_RIGHT,
    MUSIC,
];
