//! Throws bytes at [`fuzz::opus`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::opus(data));
