//! Any bytes as annotations of brat and CoNLL, and as a reading sheet.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| vouchsafe_fuzz::gold(bytes));
