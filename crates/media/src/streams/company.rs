//! Who hears whom: two who are bridged, and somebody beside them.
//!
//! Who hears one is relayed to, undecoded; who hears two is sent a mix, at its own slot. When that changes, what was sent
//! and what is sent next join without a gap: a mix goes on behind what was relayed last, and what is left of a mix is sent before
//! anything is relayed.

use super::{Streams, Wire, keep_said, key_for, send};
use crate::company::{Company, SOURCES_MAX};
use crate::hearing::{Content, Taken};
use crate::mix::Spoken;
use crate::tape::Side;
use clock::Moment;
use ids::LegId;
use media_protocol::Monitor;

impl Streams {
    /// Puts a stream beside another one, or lets it be there in another way.
    pub(super) fn monitor(
        &mut self,
        now: Moment,
        (third, caller): (LegId, LegId),
        monitor: Monitor,
        wire: &mut impl Wire,
    ) -> Option<()> {
        let (third, caller) = (*self.by_leg.get(&third)?, *self.by_leg.get(&caller)?);
        if let Some(before) =
            self.company(third).filter(|it| (it.third, it.caller) == (third, caller))
        {
            self.rearrange(now, before, Some(Company { monitor, ..before }), wire);
            return Some(());
        }
        let other = self.at(caller)?.bridged;
        let is_free = |place| self.company(place).is_none();
        if third == caller || other == Some(third) || !is_free(caller) || !other.is_none_or(is_free)
        {
            return None;
        }
        self.unbridge(now, third, wire);
        self.at(third)?.quiet();
        let company = Company { caller, other, third, monitor };
        self.rearrange(now, company, Some(company), wire);
        Some(())
    }

    pub(super) fn bridge(
        &mut self,
        now: Moment,
        (a, b): (LegId, LegId),
        wire: &mut impl Wire,
    ) -> Option<()> {
        let (a, b) = (*self.by_leg.get(&a)?, *self.by_leg.get(&b)?);
        if a == b {
            return None;
        }
        for (place, other) in [(a, b), (b, a)] {
            self.unbridge(now, place, wire);
            let stream = self.at(place)?;
            stream.quiet();
            stream.bridged = Some(other);
        }
        for (caller, other) in [(a, b), (b, a)] {
            // Whoever is beside a caller stays there.
            if let Some(before) = self.company(caller)
                && self.company(other).is_none()
            {
                self.rearrange(now, before, Some(Company { other: Some(other), ..before }), wire);
            }
        }
        Some(())
    }

    /// Parts a stream from the one that it is bridged with, or from the two that it is beside.
    pub(super) fn unbridge(&mut self, now: Moment, place: usize, wire: &mut impl Wire) {
        if let Some(before) = self.company(place) {
            let is_third = before.third == place;
            let after = (!is_third).then_some(Company { other: None, ..before });
            self.rearrange(now, before, after, wire);
        }
        let Some(other) = self.at(place).and_then(|stream| stream.bridged) else { return };
        for place in [place, other] {
            if let Some(stream) = self.at(place) {
                stream.part();
            }
        }
    }

    /// Nobody is beside a stream any more that closes.
    pub(super) fn leave_company(&mut self, now: Moment, place: usize, wire: &mut impl Wire) {
        if let Some(before) = self.company(place) {
            self.rearrange(now, before, None, wire);
        }
    }

    /// Somebody in company has sent a packet.
    pub(super) fn say(
        &mut self,
        now: Moment,
        (place, company): (usize, Company),
        (taken, packet): (&Taken, &[u8]),
        wire: &mut impl Wire,
    ) {
        let is_listened_to = self.at(place).is_some_and(|stream| stream.listens());
        if is_listened_to && company.is_talked_with(place) {
            self.keep_talk(now, (place, Side::Caller), taken, packet);
        }
        for listener in company.listeners(place).into_iter().flatten() {
            let is_bridged = company.are_bridged(place, listener);
            let Some(stream) = self.at(listener) else { continue };
            let is_mixed = stream.mix.is_some();
            match taken.content {
                _ if !is_listened_to => stream.stop_relaying(),
                Content::Key(_) if !is_bridged => {
                    stream.leave_out(taken.header.sequence, taken.order);
                }
                Content::Key(_) if is_mixed => self.press(now, listener, (taken, packet), wire),
                Content::Sound { codec, ticks } if is_mixed => {
                    if let Some(octets) = packet.get(taken.payload.clone()) {
                        stream.mix_in(place, taken, Spoken { codec, ticks, octets });
                    }
                }
                Content::Key(_) | Content::Sound { .. } => {
                    self.pass_on(now, listener, taken, packet, wire);
                    self.keep_talk(now, (listener, Side::Other), taken, packet);
                }
            }
        }
    }

    /// A packet that is of no use has come from somebody in company.
    pub(super) fn say_nothing(
        &mut self,
        (place, company): (usize, Company),
        sequence: u16,
        order: rtp::Heard,
    ) {
        for listener in company.listeners(place).into_iter().flatten() {
            if let Some(stream) = self.at(listener).filter(|stream| stream.mix.is_none()) {
                stream.leave_out(sequence, order);
            }
        }
    }

    pub(super) fn company(&self, place: usize) -> Option<Company> {
        self.places.get(place)?.as_ref()?.company
    }

    /// Sends a key on to somebody who hears a mix.
    fn press(
        &mut self,
        now: Moment,
        place: usize,
        (taken, packet): (&Taken, &[u8]),
        wire: &mut impl Wire,
    ) {
        let Some(payload) = packet.get(taken.payload.clone()) else { return };
        let Some(stream) = self.at(place) else { return };
        let key = key_for(taken.content, stream.event_clock());
        let payload = key.as_ref().map_or(payload, |key| key);
        let Some(sending) = stream.press(now, taken, payload) else { return };
        if send(wire, place, &sending, stream.sealing()).is_some() {
            stream.sent_octets(payload.len());
            self.counts.packets_sent += 1;
        }
    }

    /// Others are in company than before, or in another way, or nobody is any more.
    fn rearrange(
        &mut self,
        now: Moment,
        before: Company,
        after: Option<Company>,
        wire: &mut impl Wire,
    ) {
        let members = before.members().chain(after.into_iter().flat_map(|it| it.members()));
        for place in members {
            let company = after.filter(|it| it.members().any(|member| member == place));
            let (heard, sources) =
                (self.heard(place, self.company(place)), self.heard(place, company));
            if sources.iter().flatten().count() < SOURCES_MAX {
                self.end_mix(now, place, sources, wire);
            }
            if let Some(stream) = self.at(place) {
                stream.turn_to(heard, sources);
                stream.company = company;
            }
        }
    }

    /// Whom the one at `place` hears in this company, or over a bridge alone.
    fn heard(&self, place: usize, company: Option<Company>) -> [Option<usize>; SOURCES_MAX] {
        let bridged = || self.places.get(place)?.as_ref()?.bridged;
        company.map_or_else(|| [bridged(), None], |company| company.sources(place))
    }

    /// Sends what is left of a mix, of the one who is heard further on alone.
    fn end_mix(
        &mut self,
        now: Moment,
        place: usize,
        [source, _]: [Option<usize>; SOURCES_MAX],
        wire: &mut impl Wire,
    ) {
        let Self { places, tape, counts, .. } = self;
        let Some(stream) = places.get_mut(place).and_then(Option::as_mut) else { return };
        stream.fade_to(source);
        while let Some(sending) = stream.rest_of_mix(now, source) {
            if send(wire, place, &sending, stream.sealing()).is_some() {
                counts.packets_sent += 1;
                stream.sent(&sending.payload);
            }
            keep_said((stream, tape, counts), now, &sending);
        }
        stream.mix = None;
    }
}
