//! Any bytes as a sealed object.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| vouchsafe_fuzz::object(bytes));
