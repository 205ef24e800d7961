//! The settings that are looked at only when the server starts: a reload says which of them wait for the next start.

use super::Settings;
use std::fmt::Debug;

/// How these settings are set, by their names in the file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fixed(Vec<(&'static str, String)>);

impl Settings {
    /// The settings that a reload does not take up.
    pub(crate) fn fixed(&self) -> Fixed {
        // Spelled out, so that a new setting asks which of the two it is.
        let Self {
            sip,
            tls,
            ws,
            wss,
            http,
            control,
            token,
            advertise,
            data,
            ledger,
            recordings,
            // These belong to the plan and its recordings, and are read with them.
            dialplan: _,
            prompts: _,
            voice: _,
            watch,
            // These are for `telefonist prompts build`.
            tts: _,
            tts_voice: _,
            tts_timeout_s: _,
            rtp_ports,
            realm,
            digest,
            digest_for,
            rtp_timeout_s,
            hold_timeout_s,
            session_expires_s,
            min_se_s,
            media_workers,
            media_io,
            codecs,
            dns,
            trace_mib,
            hep,
            hep_numbers,
            calls_max,
            calls_per_source_max,
            overload,
            limits,
            drain_max_s,
        } = self;
        let all: [(&'static str, &dyn Debug); 32] = [
            ("sip", sip),
            ("tls", tls),
            ("ws", ws),
            ("wss", wss),
            ("http", http),
            ("control", control),
            ("token", token),
            ("advertise", advertise),
            ("data", data),
            ("ledger", ledger),
            ("recordings", recordings),
            ("watch", watch),
            ("rtp_ports", rtp_ports),
            ("realm", realm),
            ("digest", digest),
            ("digest_for", digest_for),
            ("rtp_timeout_s", rtp_timeout_s),
            ("hold_timeout_s", hold_timeout_s),
            ("session_expires_s", session_expires_s),
            ("min_se_s", min_se_s),
            ("media_workers", media_workers),
            ("media_io", media_io),
            ("codecs", codecs),
            ("dns", dns),
            ("trace_mib", trace_mib),
            ("hep", hep),
            ("hep_numbers", hep_numbers),
            ("calls_max", calls_max),
            ("calls_per_source_max", calls_per_source_max),
            ("overload", overload),
            ("limits", limits),
            ("drain_max_s", drain_max_s),
        ];
        Fixed(all.map(|(name, value)| (name, format!("{value:?}"))).to_vec())
    }
}

impl Fixed {
    /// The names of those that are set otherwise in the other ones, in the order of the guide.
    pub(crate) fn unlike(&self, other: &Self) -> Vec<String> {
        let pairs = self.0.iter().zip(&other.0);
        pairs.filter(|(one, other)| one != other).map(|((name, _), _)| (*name).to_owned()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fixed(text: &str) -> Fixed {
        Settings::parse("telefonist.toml", text).unwrap().fixed()
    }

    #[test]
    fn what_waits_for_the_next_start_is_named_and_what_a_reload_takes_up_is_not() {
        let unlike = |text: &str| fixed("").unlike(&fixed(text));
        assert_eq!(unlike("# another comment\ncalls_max = 10000"), [""; 0]);
        assert_eq!(
            unlike("calls_max = 5\nwatch = true\n[ledger]\nkeep = '9 days'"),
            ["ledger", "watch", "calls_max"]
        );
        let of_the_plan =
            "voice = { sv = 'alva' }\nprompts = 'p'\ndialplan = 'd.toml'\ntts = ['say']";
        assert_eq!(unlike(of_the_plan), [""; 0]);
    }
}
