//! Any bytes as a file of the format that the target is named after.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| vouchsafe_fuzz::format(env!("CARGO_BIN_NAME"), bytes));
