//! What a packet of Opus says of itself (RFC 6716 §3), without a look at its sound: how long it is, and whether its
//! frames are where it says.
//!
//! A packet that breaks one of the rules R1 to R7 of §3.4 is none, so no decoder meets it.

/// The longest frame, in octets (R2).
const FRAME_LEN_MAX: usize = 1_275;

/// The longest packet, in ticks of 8,000 a second: 120 ms (R5).
pub const TICKS_MAX: u32 = 960;

/// A packet of 20 ms in which nothing is (§3.1: a frame that was not sent), and which is heard as silence.
pub const NOT_SENT: [u8; 1] = [1 << 3];

/// How long the sound of a packet is, in ticks of 8,000 a second: a multiple of 20, up to [`TICKS_MAX`]. `None` if it is no
/// packet of Opus.
#[must_use]
pub fn ticks(packet: &[u8]) -> Option<u32> {
    Some(frame_ticks(*packet.first()?) * frames(packet)?.count).filter(|ticks| *ticks <= TICKS_MAX)
}

/// How long what a packet tells is of the sound before its own (in-band FEC), in ticks of 8,000 a second: a frame, coded coarsely once
/// more for whoever has lost it. `None` if it tells nothing.
#[must_use]
pub fn ticks_told_again(packet: &[u8]) -> Option<u32> {
    ticks(packet)?;
    let toc = *packet.first()?;
    if toc >> 3 >= 16 {
        // CELT has none.
        return None;
    }
    let first = *frames(packet)?.first.first()?;
    // A bit for each 20 ms whether somebody speaks in it, and then whether something is told again; for either channel (RFC 6716 §4.2.3).
    let parts = (frame_ticks(toc) / 160).max(1);
    let is_told = |bit: u32| first >> bit & 1 == 1;
    let is_stereo = toc & 4 != 0;
    let tells = is_told(7 - parts) || (is_stereo && is_told(6 - 2 * parts));
    tells.then_some(frame_ticks(toc))
}

/// The frames of a packet.
struct Frames<'a> {
    count: u32,
    first: &'a [u8],
}

fn frames(packet: &[u8]) -> Option<Frames<'_>> {
    let (&toc, rest) = packet.split_first()?;
    match toc & 3 {
        0 => one(rest),
        1 => two_alike(rest),
        2 => two(rest),
        _ => several(rest),
    }
}

/// How long each of its frames is (§3.1, table 2).
const fn frame_ticks(toc: u8) -> u32 {
    match (toc >> 3, toc >> 3 & 3) {
        // SILK: 10, 20, 40 and 60 ms.
        (0..12, 0) => 80,
        (0..12, 1) => 160,
        (0..12, 2) => 320,
        (0..12, _) => 480,
        // Hybrid: 10 and 20 ms.
        (12..16, 0 | 2) => 80,
        (12..16, _) => 160,
        // CELT: 2.5, 5, 10 and 20 ms.
        (_, 0) => 20,
        (_, 1) => 40,
        (_, 2) => 80,
        (_, _) => 160,
    }
}

/// Code 0: a frame is all there is.
fn one(rest: &[u8]) -> Option<Frames<'_>> {
    (rest.len() <= FRAME_LEN_MAX).then_some(Frames { count: 1, first: rest })
}

/// Code 1: two of one size (R3).
fn two_alike(rest: &[u8]) -> Option<Frames<'_>> {
    let half = rest.len() / 2;
    let is_right = rest.len().is_multiple_of(2) && half <= FRAME_LEN_MAX;
    is_right.then_some(Frames { count: 2, first: rest.get(..half)? })
}

/// Code 2: the size of the first stands before it (R4).
fn two(rest: &[u8]) -> Option<Frames<'_>> {
    let (len, rest) = size(rest)?;
    let (first, second) = rest.split_at_checked(len)?;
    (second.len() <= FRAME_LEN_MAX).then_some(Frames { count: 2, first })
}

/// Code 3: how many is said, and perhaps the size of each but the last, and there may be padding behind.
fn several(rest: &[u8]) -> Option<Frames<'_>> {
    let (&said, rest) = rest.split_first()?;
    let count = u32::from(said & 0x3f);
    if count == 0 {
        return None;
    }
    let rest = if said & 0x40 == 0 { rest } else { unpadded(rest)? };
    if said & 0x80 == 0 {
        // R6.
        let each = rest.len() / usize::try_from(count).ok()?;
        let is_right = each * usize::try_from(count).ok()? == rest.len() && each <= FRAME_LEN_MAX;
        return is_right.then_some(Frames { count, first: rest.get(..each)? });
    }
    // R7.
    let (mut rest, mut sum, mut first) = (rest, 0, None);
    for _ in 1..count {
        let (len, behind) = size(rest)?;
        (rest, sum) = (behind, sum + len);
        first = first.or(Some(len));
    }
    let last = rest.len().checked_sub(sum).filter(|last| *last <= FRAME_LEN_MAX)?;
    Some(Frames { count, first: rest.get(..first.unwrap_or(last))? })
}

/// What is left of a packet without its padding, whose length is told first: 255 stands for 254 and goes on.
fn unpadded(mut rest: &[u8]) -> Option<&[u8]> {
    let mut padding = 0;
    loop {
        let (&said, behind) = rest.split_first()?;
        rest = behind;
        padding += usize::from(said.min(254));
        if said < 255 {
            return rest.get(..rest.len().checked_sub(padding)?);
        }
    }
}

/// The size of a frame, in one octet or two (§3.2.1), and what stands behind it.
fn size(octets: &[u8]) -> Option<(usize, &[u8])> {
    match octets {
        [first @ 0..252, rest @ ..] => Some((usize::from(*first), rest)),
        [first, second, rest @ ..] => Some((4 * usize::from(*second) + usize::from(*first), rest)),
        [_] | [] => None,
    }
}

/// What a packet begins with that has several frames of any size (code 3), each as long as one that begins with `toc`, if they are of these
/// sizes: how many octets of `head` it is. The frames follow one behind the other.
///
/// `None` for no frames, for more than 48 of them or longer ones than there are, and where `head` has no room: it takes up to two octets
/// for each, and two more.
pub fn begin_several(toc: u8, sizes: &[usize], head: &mut [u8]) -> Option<usize> {
    let count = u8::try_from(sizes.len()).ok().filter(|count| (1..=48).contains(count))?;
    let mut at = 2;
    *head.get_mut(0)? = toc | 3;
    *head.get_mut(1)? = 0x80 | count;
    for size in sizes {
        if *size > FRAME_LEN_MAX {
            return None;
        }
    }
    let (_, all_but_last) = sizes.split_last()?;
    for &size in all_but_last {
        if size < 252 {
            *head.get_mut(at)? = u8::try_from(size).ok()?;
            at += 1;
        } else {
            let first = 252 + size % 4;
            *head.get_mut(at)? = u8::try_from(first).ok()?;
            *head.get_mut(at + 1)? = u8::try_from((size - first) / 4).ok()?;
            at += 2;
        }
    }
    Some(at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The first octet of a packet of this configuration and number of frames.
    const fn toc(config: u8, code: u8) -> u8 {
        config << 3 | code
    }

    #[test]
    fn each_configuration_has_frames_of_its_length() {
        let of = |configs: std::ops::Range<u8>| {
            configs.map(|config| ticks(&[toc(config, 0), 1, 2])).collect::<Option<Vec<_>>>()
        };
        assert_eq!(of(0..4), Some(vec![80, 160, 320, 480]));
        assert_eq!(of(8..12), Some(vec![80, 160, 320, 480]));
        assert_eq!(of(12..16), Some(vec![80, 160, 80, 160]));
        assert_eq!(of(28..32), Some(vec![20, 40, 80, 160]));
    }

    #[test]
    fn the_number_of_frames_is_what_the_packet_says() {
        let celt = |code| toc(31, code);
        assert_eq!(ticks(&[celt(0)]), Some(160), "a frame without octets is one that was not sent");
        assert_eq!(ticks(&[celt(1), 1, 2]), Some(320));
        assert_eq!(ticks(&[celt(2), 1, 7, 8, 9]), Some(320));
        assert_eq!(ticks(&[celt(3), 3, 1, 2, 3]), Some(480));
        assert_eq!(ticks(&[celt(3), 0x83, 1, 2, 7, 8, 8, 9]), Some(480), "of different sizes");
        assert_eq!(ticks(&[celt(3), 0x42, 2, 7, 8, 0, 0]), Some(320), "with padding");
    }

    /// RFC 6716 §3.4.
    #[test]
    fn a_packet_that_breaks_a_rule_is_none() {
        let celt = |code| toc(31, code);
        let long = |head: &[u8], len: usize| [head, &vec![0; len]].concat();
        assert_eq!(ticks(&[]), None, "R1");
        assert_eq!(ticks(&long(&[celt(0)], 1_275)), Some(160));
        assert_eq!(ticks(&long(&[celt(0)], 1_276)), None, "R2");
        assert_eq!(ticks(&[celt(1), 1]), None, "R3");
        assert_eq!(ticks(&[celt(2)]), None, "R4");
        assert_eq!(ticks(&[celt(2), 252]), None, "R4");
        assert_eq!(ticks(&[celt(2), 3, 1, 2]), None, "R4");
        assert_eq!(ticks(&[celt(3)]), None, "R5");
        assert_eq!(ticks(&[celt(3), 0]), None, "R5");
        assert_eq!(ticks(&[celt(3), 6]), Some(960), "120 ms without an octet");
        assert_eq!(ticks(&[celt(3), 7]), None, "R5");
        assert_eq!(ticks(&[toc(3, 1)]), Some(960));
        assert_eq!(ticks(&[toc(3, 3), 3]), None, "R5");
        assert_eq!(ticks(&[celt(3), 2, 1, 2, 3]), None, "R6");
        assert_eq!(ticks(&[celt(3), 0x42, 9, 7, 8]), None, "R6");
        assert_eq!(ticks(&[celt(3), 0x41, 255, 255]), None, "R6");
        assert_eq!(ticks(&[celt(3), 0x83, 1, 9, 1, 2]), None, "R7");
    }

    #[test]
    fn what_is_told_again_is_said_by_a_bit_behind_those_of_the_voice() {
        // 20 ms of SILK: a bit of the voice, and that one.
        assert_eq!(ticks_told_again(&[toc(1, 0), 0x40, 1]), Some(160));
        assert_eq!(ticks_told_again(&[toc(1, 0), 0x80, 1]), None);
        // 60 ms: three bits of the voice.
        assert_eq!(ticks_told_again(&[toc(3, 0), 0x10, 1]), Some(480));
        assert_eq!(ticks_told_again(&[toc(3, 0), 0xe0, 1]), None);
        // Of the second of two channels.
        assert_eq!(ticks_told_again(&[toc(1, 0) | 4, 0x10, 1]), Some(160));
        assert_eq!(ticks_told_again(&[toc(1, 2), 1, 0x40, 7]), Some(160));
        assert_eq!(ticks_told_again(&[toc(1, 3), 0x82, 1, 0x40, 7]), Some(160));
        for nothing in [&[][..], &[toc(1, 0)], &[toc(31, 0), 0xff], &[toc(1, 3), 0]] {
            assert_eq!(ticks_told_again(nothing), None);
        }
    }

    proptest! {
        #[test]
        fn no_octets_make_it_fall_over(packet in prop::collection::vec(any::<u8>(), 0..200)) {
            if let Some(ticks) = ticks(&packet) {
                prop_assert!((20..=TICKS_MAX).contains(&ticks) && ticks.is_multiple_of(20));
            }
            let again = ticks_told_again(&packet);
            prop_assert!(again.is_none_or(|again| ticks(&packet).is_some_and(|all| again <= all)));
        }

        #[test]
        fn what_is_begun_so_is_read_so(sizes in prop::collection::vec(0..400_usize, 1..7)) {
            let mut head = [0; 100];
            let len = begin_several(toc(28, 0), &sizes, &mut head).unwrap();
            let mut packet = head[..len].to_vec();
            packet.extend(vec![0; sizes.iter().sum()]);
            prop_assert_eq!(ticks(&packet), Some(20 * u32::try_from(sizes.len()).unwrap()));
            packet.pop();
            let last = *sizes.last().unwrap();
            prop_assert_eq!(ticks(&packet).is_some(), last > 0);
        }
    }
}
