//! What belongs to no language: the tone after which a message begins, four tenths of a second as answering machines have
//! it, and the silence between the groups of a telephone number.

use crate::{project, tell};
use prompts::{Pcm, RATE_HZ};
use std::f32::consts::TAU;

/// As loud as the phrases.
const LEVEL_DBOV: f32 = -22.0;

/// Within the band of a telephone, and no key's or carrier's tone.
const TONE_HZ: f32 = 1_000.0;

/// Twenty packets.
const SAMPLES: u16 = 3_200;

/// Swells and fades over this many samples, without a click.
const EDGE: f32 = 80.0;

/// A quarter of a second, beside the fifth that lies between two phrases anyway.
const PAUSE_SAMPLES: usize = 2_000;

/// Computes both and writes them.
pub(crate) fn run() -> Result<(), String> {
    write("tone", &compute())?;
    write("pause", &Pcm::new(vec![0; PAUSE_SAMPLES]))
}

fn write(name: &str, pcm: &Pcm) -> Result<(), String> {
    let path = project(&format!("prompts/{name}.wav"));
    studio::write(&path, pcm).map_err(|why| why.to_string())?;
    tell(&format!("{}: {} samples", path.display(), pcm.samples().len()));
    Ok(())
}

fn compute() -> Pcm {
    let rate = f32::from(u16::try_from(RATE_HZ).expect("8,000 fits"));
    let sample = |n: u16| {
        let (at, left) = (f32::from(n), f32::from(SAMPLES - n));
        (at / EDGE).min(left / EDGE).min(1.0) * (TAU * TONE_HZ * at / rate).sin()
    };
    let mut pcm = Pcm::from_unit(&(0..SAMPLES).map(sample).collect::<Vec<f32>>());
    pcm.level(LEVEL_DBOV);
    pcm
}
