//! Throws bytes at [`fuzz::dialplan`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| fuzz::dialplan(data));
