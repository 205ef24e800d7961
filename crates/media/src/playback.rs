//! What a stream plays: clips one after the other, then silence or music; or a recording.
//!
//! Clips are encoded already and shared by all, so a playback is a few numbers that say which
//! frame comes next.

use crate::coding::{Frame, Writing};
use crate::reel::{Ask, Part};
use crate::replay::{Replay, Turn};
use ids::{ClipId, LegId, MessageId, PlayId};
use media_protocol::{Codec, Replayed, Then};
use prompts::Store;
use std::ops::Deref;
use std::sync::Arc;

/// What there is to send at one frame, and whether a play ended with it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Step<'a> {
    pub(crate) sound: Option<Sound<'a>>,
    pub(crate) played: Option<PlayId>,
    pub(crate) replayed: Option<(PlayId, Replayed)>,
}

/// The sound of a frame.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Sound<'a> {
    /// It is kept elsewhere.
    Stored(&'a [u8]),
    /// It has been made for this stream alone.
    Made(Frame),
}

impl Deref for Sound<'_> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Stored(octets) => octets,
            Self::Made(frame) => frame,
        }
    }
}

#[derive(Debug)]
enum Source {
    Nothing,
    Clips { play: PlayId, list: List, then: Then },
    Music(ClipId),
    Replay(Box<Replay>),
}

/// A list of clips and the place in it.
#[derive(Debug)]
struct List {
    clips: Arc<[ClipId]>,
    clip: usize,
    frame: usize,
}

/// The sound of our own on one stream.
#[derive(Debug)]
pub(crate) struct Playback {
    source: Source,
    /// Where the music was left: an announcement does not start the tune anew.
    music_left: Option<(ClipId, usize)>,
}

impl Playback {
    pub(crate) const fn new() -> Self {
        Self { source: Source::Nothing, music_left: None }
    }

    /// Plays these clips from the next frame on, in place of what plays now.
    pub(crate) fn play(&mut self, play: PlayId, clips: Arc<[ClipId]>, then: Then) {
        self.source = Source::Clips { play, list: List { clips, clip: 0, frame: 0 }, then };
    }

    /// Plays a recording from the next frame on, in place of what plays now.
    pub(crate) fn replay(&mut self, play: PlayId, message: MessageId, writing: Writing) {
        self.source = Source::Replay(Box::new(Replay::new(play, message, writing)));
    }

    /// The part of a recording that this stream wants.
    pub(crate) fn wanted(&self, stream: LegId) -> Option<Ask> {
        let Source::Replay(replay) = &self.source else { return None };
        Some(Ask { stream, message: replay.message, part: replay.wanted()? })
    }

    /// That part has been asked for.
    pub(crate) fn asked(&mut self) {
        if let Source::Replay(replay) = &mut self.source {
            replay.asked();
        }
    }

    /// A part of a recording is here.
    pub(crate) fn give(&mut self, part: Part) {
        if let Source::Replay(replay) = &mut self.source
            && replay.message == part.ask.message
        {
            replay.give(part.ask.part, part.found);
        }
    }

    /// Plays nothing from the next frame on.
    pub(crate) fn quiet(&mut self) {
        self.source = Source::Nothing;
    }

    pub(crate) const fn is_playing(&self) -> bool {
        !matches!(self.source, Source::Nothing)
    }

    /// Takes the next frame.
    pub(crate) fn step<'a>(&mut self, store: &'a Store, codec: Codec) -> Step<'a> {
        let mut step = Step::default();
        if let Source::Clips { play, list, then } = &mut self.source {
            step.sound = list.take(store, codec).map(Sound::Stored);
            if list.sound(store, codec).is_none() {
                step.played = Some(*play);
                self.source = match *then {
                    Then::Stop => Source::Nothing,
                    Then::Music(clip) => Source::Music(clip),
                };
            }
        }
        if let (Source::Music(clip), None) = (&self.source, &step.sound) {
            step.sound = self.take_music(store, codec, *clip).map(Sound::Stored);
        }
        if let Source::Replay(replay) = &mut self.source {
            match replay.step(codec) {
                Turn::Sound(frame) => step.sound = Some(Sound::Made(frame)),
                Turn::Late => {}
                Turn::Over(how) => {
                    step.replayed = Some((replay.play, how));
                    self.source = Source::Nothing;
                }
            }
        }
        step
    }

    /// The next frame of music, from the start again after the last one.
    fn take_music<'a>(&mut self, store: &'a Store, codec: Codec, clip: ClipId) -> Option<&'a [u8]> {
        let place = match self.music_left {
            Some((left, place)) if left == clip => place,
            Some(_) | None => 0,
        };
        let (place, sound) = match frame(store, codec, clip, place) {
            Some(sound) => (place, sound),
            None => (0, frame(store, codec, clip, 0)?),
        };
        self.music_left = Some((clip, place + 1));
        Some(sound)
    }
}

impl List {
    fn take<'a>(&mut self, store: &'a Store, codec: Codec) -> Option<&'a [u8]> {
        let sound = self.sound(store, codec)?;
        self.frame += 1;
        Some(sound)
    }

    /// The frame that comes next. Steps over clips that are over, empty or not in the store.
    fn sound<'a>(&mut self, store: &'a Store, codec: Codec) -> Option<&'a [u8]> {
        while let Some(&clip) = self.clips.get(self.clip) {
            match frame(store, codec, clip, self.frame) {
                Some(sound) => return Some(sound),
                None => (self.clip, self.frame) = (self.clip + 1, 0),
            }
        }
        None
    }
}

fn frame(store: &Store, codec: Codec, clip: ClipId, place: usize) -> Option<&[u8]> {
    store.clip(clip)?.frame(codec, place)
}
