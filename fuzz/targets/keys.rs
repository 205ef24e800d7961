//! Throws bytes at [`fuzz::keys`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::keys(data));
