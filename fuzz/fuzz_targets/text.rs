//! Any bytes under the ending .txt.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| vouchsafe_fuzz::text("txt", bytes));
