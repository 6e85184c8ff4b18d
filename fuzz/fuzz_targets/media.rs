//! Any bytes as a recording or a scan.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| vouchsafe_fuzz::container(bytes));
