//! What is heard in place of sound that has not come: the last turn of the voice again and again, softer and softer, in the manner of
//! G.711 Appendix I. A hole of 20 ms in a vowel is a click; a vowel that goes on is none.

/// Samples of what was heard last that are kept: more than two of the longest turns and what is compared.
const KEPT: usize = 512;

/// The shortest and the longest turn of a voice: 200 Hz and 66 Hz. A higher voice has two turns in one of these.
const TURN: std::ops::RangeInclusive<usize> = 40..=120;

/// How many samples are compared to find it, of which every second one is.
const COMPARED: usize = 160;

/// It is as loud as it was for 10 ms, and silent after 60 ms.
const LOUD: usize = 80;
pub(crate) const LASTS: usize = 480;

/// Over so many samples it gives way to what comes then: 4 ms.
const JOINT: usize = 32;

/// One voice's.
#[derive(Debug)]
pub(crate) struct Concealing {
    kept: [i16; KEPT],
    /// Where the next sample is kept.
    at: usize,
    /// How many samples have not come, and the turn of the voice before.
    gone: usize,
    turn: usize,
    /// Samples until what has come is heard alone.
    joint: usize,
}

impl Concealing {
    pub(crate) const fn nothing() -> Self {
        Self { kept: [0; KEPT], at: 0, gone: 0, turn: 1, joint: 0 }
    }

    /// Whether there is still something to be heard of what was.
    pub(crate) const fn lasts(&self) -> bool {
        self.gone < LASTS
    }

    /// A sample has come. What is heard.
    pub(crate) fn come(&mut self, sample: i16) -> i16 {
        if self.joint == 0 && self.gone > 0 {
            self.joint = JOINT;
        }
        let heard = if self.joint == 0 {
            sample
        } else {
            let before = self.go_on();
            self.joint -= 1;
            if self.joint == 0 {
                self.gone = 0;
            }
            mixed((sample, JOINT - self.joint), (before, self.joint))
        };
        self.keep(heard);
        heard
    }

    /// A sample has not come. What is heard.
    pub(crate) fn missing(&mut self) -> i16 {
        self.joint = 0;
        if self.gone == 0 {
            self.turn = self.turn_of_voice();
        }
        self.go_on()
    }

    fn go_on(&mut self) -> i16 {
        let place = self.gone % self.turn;
        let sample = self.back(self.turn - place);
        // The end of a turn gives way to what came before its beginning, so that one leads to the next.
        let quarter = self.turn / 4;
        let sample = match place.checked_sub(self.turn - quarter) {
            Some(into) => mixed((self.back(2 * self.turn - place), into), (sample, quarter - into)),
            None => sample,
        };
        let left = LASTS.saturating_sub(self.gone.max(LOUD));
        self.gone = self.gone.saturating_add(1);
        mixed((sample, left), (0, LASTS - LOUD - left))
    }

    /// How long the voice takes until it is most like itself.
    fn turn_of_voice(&self) -> usize {
        let likeness = |turn: &usize| {
            let (mut same, mut strength) = (0.0_f32, 1.0_f32);
            for back in (1..=COMPARED).step_by(2) {
                let before = f32::from(self.back(back + turn));
                same += f32::from(self.back(back)) * before;
                strength += before * before;
            }
            same / strength.sqrt()
        };
        TURN.max_by(|one, other| likeness(one).total_cmp(&likeness(other))).unwrap_or(1)
    }

    /// The sample so far back; that which was heard last is 1 back.
    fn back(&self, samples: usize) -> i16 {
        self.kept.get((self.at + KEPT - samples) % KEPT).copied().unwrap_or_default()
    }

    fn keep(&mut self, sample: i16) {
        if let Some(place) = self.kept.get_mut(self.at) {
            *place = sample;
        }
        self.at = (self.at + 1) % KEPT;
    }
}

/// Two samples, each by its part of the whole.
fn mixed((one, part): (i16, usize), (another, other_part): (i16, usize)) -> i16 {
    let parts = [(one, part), (another, other_part)];
    let whole = i64::try_from(part + other_part).unwrap_or(1).max(1);
    let sum: i64 = parts
        .map(|(sample, part)| i64::from(sample) * i64::try_from(part).unwrap_or_default())
        .iter()
        .sum();
    i16::try_from(sum / whole).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::TAU;

    /// A vowel of so many hertz: a tone and its overtones.
    #[expect(clippy::cast_possible_truncation, reason = "it is not as loud")]
    fn vowel(hertz: f64, n: u32) -> i16 {
        let overtone = |k: f64| (TAU * hertz * k * f64::from(n) / 8_000.0).sin() / k;
        (6_000.0 * (1..6).map(|k| overtone(k.into())).sum::<f64>()) as i16
    }

    /// What is heard of a vowel of which 20 ms have not come, and the loudest step from one sample to the next.
    fn holed(hertz: f64) -> (Vec<i16>, u16) {
        let mut concealing = Concealing::nothing();
        let heard: Vec<_> = (0..1_600)
            .map(|n| match n {
                800..960 => concealing.missing(),
                _ => concealing.come(vowel(hertz, n)),
            })
            .collect();
        let step = heard.windows(2).map(|pair| pair[0].abs_diff(pair[1])).max().unwrap();
        (heard, step)
    }

    #[test]
    fn a_vowel_goes_on_where_a_packet_is_missing_without_a_click_or_a_hole() {
        for hertz in [90.0, 120.0, 160.0, 210.0, 310.0] {
            let (heard, step) = holed(hertz);
            let steepest = (1..1_600).map(|n| vowel(hertz, n).abs_diff(vowel(hertz, n - 1))).max();
            assert!(step <= steepest.unwrap() * 3 / 2, "{hertz} Hz: {step} of {steepest:?}");
            let energy =
                |samples: &[i16]| samples.iter().map(|it| f64::from(*it).powi(2)).sum::<f64>();
            let share = energy(&heard[800..960]) / energy(&heard[640..800]);
            assert!((0.6..1.2).contains(&share), "{hertz} Hz: {share}");
        }
    }

    #[test]
    fn what_does_not_come_back_is_silent_after_sixty_milliseconds() {
        let mut concealing = Concealing::nothing();
        for n in 0..800 {
            concealing.come(vowel(120.0, n));
        }
        let heard: Vec<_> = (0..480).map(|_| concealing.missing().unsigned_abs()).collect();
        assert!(heard[..160].iter().max() > Some(&2_000));
        assert!(!concealing.lasts());
        assert!((0..480).all(|_| concealing.missing() == 0));
        for n in 0..32 {
            concealing.come(vowel(120.0, n));
        }
        assert_eq!(concealing.come(77), 77);
    }

    #[test]
    fn what_comes_whole_is_heard_as_it_is() {
        let mut concealing = Concealing::nothing();
        assert!((0..1_600).all(|n| concealing.come(vowel(120.0, n)) == vowel(120.0, n)));
    }
}
