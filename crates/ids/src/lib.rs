//! Every id is a type of its own, and prints as a word: handing an agent where a queue belongs
//! does not compile, and a transcript reads like a story.

mod define;

define_id! {
    /// One caller's whole visit, from the first INVITE to the last BYE. Unique over restarts: the
    /// ledger hands out where to go on counting.
    CallId(u64), "call-"
}
define_id! {
    /// One party's side of a call: a SIP dialog, and the media stream of the same number.
    LegId(u64), "leg-"
}
define_id! {
    /// A person who takes calls: the place among the agents of the plan.
    AgentId(u32), "agent-"
}
define_id! {
    /// Where callers wait for one purpose: the place among the queues of the plan.
    QueueId(u32), "queue-"
}
define_id! {
    /// One attempt to hand one call to one agent.
    ReservationId(u64), "reservation-"
}
define_id! {
    /// A skill that a call may need and an agent may have: the place among the skills of the plan.
    SkillId(u32), "skill-"
}
define_id! {
    /// A listening UDP socket or one stream connection: the way back to a peer.
    FlowId(u64), "flow-"
}
define_id! {
    /// A phrase by its name, in whatever language: the place among the prompts of the plan.
    PromptId(u32), "prompt-"
}
define_id! {
    /// One recording, encoded and shared: the place in the store of the media plane.
    ClipId(u32), "clip-"
}
define_id! {
    /// One request to play something to one leg, so that its end can be told from an earlier one's.
    PlayId(u64), "play-"
}
define_id! {
    /// A peering with a carrier: the place among the trunks of the plan.
    TrunkId(u32), "trunk-"
}
define_id! {
    /// One phone's registration, however often it is refreshed. Unique over restarts: the registrar
    /// goes on counting after the highest one that the ledger has.
    BindingId(u64), "binding-"
}
define_id! {
    /// One phone's wish to be told of somebody (RFC 6665), from its SUBSCRIBE to its last NOTIFY.
    SubscriptionId(u64), "subscription-"
}
define_id! {
    /// One command as its giver knows it, so that the answer finds its way back.
    TicketId(u64), "ticket-"
}
define_id! {
    /// Why an agent pauses: the place among the pauses of the plan.
    PauseId(u32), "pause-"
}
define_id! {
    /// A message that a caller leaves, and its recording: 64 random bits, so that nobody guesses one.
    MessageId(u64), "message-"
}

define_id! {
    /// What caller and agent say while they talk, as it is kept: 64 random bits, likewise.
    RecordingId(u64), "recording-"
}

impl MessageId {
    /// As files and programs write it: sixteen hexadecimal digits, since a number so large is
    /// rounded by some that read JSON.
    #[must_use]
    pub fn hex(self) -> String {
        hex(self.0)
    }

    /// Reads what [`MessageId::hex`] has written, and nothing else.
    #[must_use]
    pub fn from_hex(text: &str) -> Option<Self> {
        from_hex(text).map(Self)
    }
}

impl RecordingId {
    /// As files and programs write it, as they do a [`MessageId`].
    #[must_use]
    pub fn hex(self) -> String {
        hex(self.0)
    }

    /// Reads what [`RecordingId::hex`] has written, and nothing else.
    #[must_use]
    pub fn from_hex(text: &str) -> Option<Self> {
        from_hex(text).map(Self)
    }
}

fn hex(bits: u64) -> String {
    format!("{bits:016x}")
}

fn from_hex(text: &str) -> Option<u64> {
    let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    let is_whole = text.len() == 16 && text.bytes().all(is_digit);
    is_whole.then(|| u64::from_str_radix(text, 16).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::MessageId;

    #[test]
    fn a_message_is_named_by_sixteen_digits_and_nothing_else_is_its_name() {
        for id in [MessageId(0), MessageId(0x1f), MessageId(u64::MAX)] {
            assert_eq!(MessageId::from_hex(&id.hex()), Some(id));
        }
        for wrong in ["", "1f", "../../../../etc/", "00000000000000+1", "000000000000001F"] {
            assert_eq!(MessageId::from_hex(wrong), None, "{wrong}");
        }
    }
}
