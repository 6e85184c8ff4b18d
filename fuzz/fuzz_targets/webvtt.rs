//! Any bytes under the ending .vtt.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| vouchsafe_fuzz::text("vtt", bytes));
