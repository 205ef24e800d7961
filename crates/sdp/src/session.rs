//! A peer's whole description: its media lines, in their order.

use crate::audio::Profile;
use crate::audio::has_too_many_formats;
use crate::{Audio, Direction, SdpError};
use std::collections::BTreeMap;
use std::net::IpAddr;

/// The most media lines in one description.
pub const MEDIA_LINES_MAX: usize = 8;
/// The most payload types in one media line: there are no more numbers.
pub const FORMATS_MAX: usize = 128;

/// One `m=` line, with what an answer must repeat of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MediaLine {
    /// `audio`, `video`, `application`…: visible ASCII.
    pub kind: String,
    /// `RTP/AVP`, `udptl`…: visible ASCII.
    pub transport: String,
    /// The first of its formats: visible ASCII. An answer that refuses the line repeats it.
    pub first_format: String,
    /// What can be talked over, if the line is live audio over RTP or SRTP.
    pub audio: Option<Audio>,
}

/// A description that was read and checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The media lines in their order, at most [`MEDIA_LINES_MAX`].
    pub media: Vec<MediaLine>,
}

impl Session {
    /// Reads a body of type `application/sdp`.
    ///
    /// Bytes that are not UTF-8 are replaced, and lines that carry nothing for a telephone call
    /// (`o=`, `s=`, `t=`, `b=`…) are passed over unread, because phones get them wrong in many
    /// harmless ways.
    ///
    /// # Errors
    /// [`SdpError`] names the fault; an empty or foreign body is one.
    pub fn parse(body: &[u8]) -> Result<Self, SdpError> {
        let telling = telling_lines(&String::from_utf8_lossy(body))?;
        let read = sdp_types::Session::parse(telling.as_bytes())
            .map_err(|fault| SdpError::Malformed(fault.to_string()))?;
        let media = read.medias.iter().map(|media| MediaLine::read(&read, media));
        Ok(Self { media: media.collect::<Result<_, _>>()? })
    }

    /// The first live audio line.
    #[must_use]
    pub fn audio(&self) -> Option<&Audio> {
        self.media.iter().find_map(|line| line.audio.as_ref())
    }
}

/// The lines that decide about sound. Counting media lines here bounds all later work.
fn telling_lines(text: &str) -> Result<String, SdpError> {
    let mut telling = String::with_capacity(text.len());
    let mut media_lines = 0;
    for line in text.lines() {
        let Some("v=" | "c=" | "m=" | "a=") = line.get(..2) else { continue };
        media_lines += usize::from(line.starts_with("m="));
        if media_lines > MEDIA_LINES_MAX {
            return Err(SdpError::TooManyMediaLines);
        }
        telling.push_str(line.trim_end());
        telling.push_str("\r\n");
    }
    Ok(telling)
}

impl MediaLine {
    fn read(session: &sdp_types::Session, media: &sdp_types::Media) -> Result<Self, SdpError> {
        if has_too_many_formats(&media.fmt) {
            return Err(SdpError::TooManyFormats);
        }
        let first_format = media.fmt.split_ascii_whitespace().next().unwrap_or_default();
        let lines = Lines::new(session, media);
        Ok(Self {
            kind: visible(&media.media)?,
            transport: visible(&media.proto)?,
            first_format: visible(first_format)?,
            audio: live_profile(media).map(|profile| Audio::read(&lines, profile)).transpose()?,
        })
    }
}

/// An answer repeats these words, so nothing may hide in them.
fn visible(word: &str) -> Result<String, SdpError> {
    if !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_graphic()) {
        Ok(word.to_owned())
    } else {
        Err(SdpError::Malformed(format!("m= has {word:?} for a word")))
    }
}

/// The profile of a line of live sound; port 0 is a refusal (RFC 3264 §6).
fn live_profile(media: &sdp_types::Media) -> Option<Profile> {
    let is_live = media.media.eq_ignore_ascii_case("audio") && media.port != 0;
    Profile::of(&media.proto).filter(|_| is_live)
}

/// One media line with the session it stands in: attributes are looked up here first, then there.
pub(crate) struct Lines<'a> {
    pub(crate) session: &'a sdp_types::Session,
    pub(crate) media: &'a sdp_types::Media,
    /// Read once, or a line of many formats and many maps would cost their product.
    rtpmaps: BTreeMap<u8, &'a str>,
}

impl<'a> Lines<'a> {
    fn new(session: &'a sdp_types::Session, media: &'a sdp_types::Media) -> Self {
        let mut rtpmaps = BTreeMap::new();
        for attribute in media.attributes.iter().filter(|it| it.attribute == "rtpmap") {
            if let Some((number, map)) = attribute.value.as_deref().and_then(numbered) {
                rtpmaps.entry(number).or_insert(map);
            }
        }
        Self { session, media, rtpmaps }
    }

    /// What `a=rtpmap` says about a payload type.
    pub(crate) fn rtpmap(&self, number: u8) -> Option<&'a str> {
        self.rtpmaps.get(&number).copied()
    }

    /// The value of the first attribute of this name, of the line or else of the session.
    pub(crate) fn value(&self, name: &str) -> Option<&'a str> {
        let both = self.media.attributes.iter().chain(&self.session.attributes);
        both.filter(|it| it.attribute == name).find_map(|it| it.value.as_deref())
    }

    /// The values of all attributes of this name, of the line alone.
    pub(crate) fn values(&self, name: &str) -> impl Iterator<Item = &'a str> {
        let own = self.media.attributes.iter();
        own.filter(move |it| it.attribute == name).filter_map(|it| it.value.as_deref())
    }

    /// Whether the line itself has an attribute of this name.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.media.attributes.iter().any(|it| it.attribute == name)
    }

    /// RFC 8866 §6.7: of the line, else of the session, else both ways.
    pub(crate) fn direction(&self) -> Direction {
        let mut both = self.media.attributes.iter().chain(&self.session.attributes);
        both.find_map(|it| Direction::from_attribute(&it.attribute)).unwrap_or_default()
    }

    /// RFC 8866 §5.7: of the line, else of the session.
    pub(crate) fn address(&self) -> Result<IpAddr, SdpError> {
        let connection = self.media.connections.first().or(self.session.connection.as_ref());
        let written = &connection.ok_or(SdpError::AddressMissing)?.connection_address;
        // A time to live may follow a slash, for groups that no telephone joins.
        let host = written.split('/').next().unwrap_or_default();
        host.parse().map_err(|_| SdpError::AddressUnusable(written.clone()))
    }
}

/// `96 opus/48000` as number and rest.
fn numbered(value: &str) -> Option<(u8, &str)> {
    let (number, rest) = value.trim().split_once(' ')?;
    Some((number.parse().ok()?, rest.trim()))
}
