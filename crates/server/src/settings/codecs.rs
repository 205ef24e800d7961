//! The codecs that are spoken.

use sdp::Codec;
use serde::Deserialize;

/// The codecs that are spoken, in the order in which they are offered.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "Vec<Name>")]
pub(super) struct Codecs(Vec<Codec>);

/// One of them, by its name in a session description.
#[derive(Clone, Copy, Debug, Deserialize)]
enum Name {
    #[serde(rename = "PCMA")]
    Pcma,
    #[serde(rename = "PCMU")]
    Pcmu,
    #[serde(rename = "G722")]
    G722,
    #[serde(rename = "opus")]
    Opus,
}

impl Name {
    const fn codec(self) -> Codec {
        match self {
            Self::Pcma => Codec::Pcma,
            Self::Pcmu => Codec::Pcmu,
            Self::G722 => Codec::G722,
            Self::Opus => Codec::Opus,
        }
    }
}

impl Default for Codecs {
    fn default() -> Self {
        Self(engine::CODECS.to_vec())
    }
}

impl TryFrom<Vec<Name>> for Codecs {
    type Error = String;

    fn try_from(names: Vec<Name>) -> Result<Self, String> {
        let mut codecs = Vec::new();
        for codec in names.into_iter().map(Name::codec) {
            if codecs.contains(&codec) {
                return Err(format!("codecs names {} twice", codec.name()));
            }
            codecs.push(codec);
        }
        // Everybody speaks one of the two, and few speak only something else.
        if engine::CODECS.iter().any(|codec| codecs.contains(codec)) {
            Ok(Self(codecs))
        } else {
            Err("codecs must name \"PCMA\" or \"PCMU\": most phones and carriers speak nothing else".to_owned())
        }
    }
}

impl Codecs {
    pub(super) fn spoken(&self) -> Vec<Codec> {
        self.0.clone()
    }

    /// The same, as clips are encoded in them.
    pub(super) fn heard(&self) -> Vec<media_protocol::Codec> {
        let heard = |codec: &Codec| match codec {
            Codec::Pcma => media_protocol::Codec::Pcma,
            Codec::Pcmu => media_protocol::Codec::Pcmu,
            Codec::G722 => media_protocol::Codec::G722,
            Codec::Opus => media_protocol::Codec::Opus,
        };
        self.0.iter().map(heard).collect()
    }
}

#[cfg(test)]
mod tests {
    use crate::settings::Settings;
    use sdp::Codec;

    fn codecs(text: &str) -> Option<Vec<Codec>> {
        Settings::parse("telefonist.toml", text).ok().map(|settings| settings.codecs())
    }

    #[test]
    fn codecs_stand_in_the_order_of_the_file_and_one_of_them_is_known_to_all() {
        assert_eq!(codecs(""), Some(vec![Codec::Pcma, Codec::Pcmu]));
        let wide = vec![Codec::G722, Codec::Pcma];
        assert_eq!(codecs("codecs = [\"G722\", \"PCMA\"]"), Some(wide));
        let last = vec![Codec::Pcma, Codec::Opus];
        assert_eq!(codecs("codecs = [\"PCMA\", \"opus\"]"), Some(last));
        for wrong in ["[]", "[\"G722\"]", "[\"opus\"]", "[\"PCMA\", \"PCMA\"]", "[\"GSM\"]"] {
            assert_eq!(codecs(&format!("codecs = {wrong}")), None, "{wrong}");
        }
    }
}
