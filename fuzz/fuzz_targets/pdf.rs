//! Any bytes under the ending .pdf.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| vouchsafe_fuzz::text("pdf", bytes));
