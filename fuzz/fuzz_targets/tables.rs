//! Any bytes as a file name, a register, a sidecar.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| vouchsafe_fuzz::table(bytes));
