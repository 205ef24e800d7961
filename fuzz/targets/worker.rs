//! Throws bytes at [`media::fuzzing::worker`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| media::fuzzing::worker(data));
