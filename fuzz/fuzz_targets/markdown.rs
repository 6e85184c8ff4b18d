//! Any bytes under the ending .md.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| vouchsafe_fuzz::text("md", bytes));
