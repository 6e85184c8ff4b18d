//! Any bytes under the ending .srt.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| vouchsafe_fuzz::text("srt", bytes));
