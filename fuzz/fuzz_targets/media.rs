//! Any bytes as a container: sniffed and measured without a panic, without reading it whole.
#![no_main]

use std::io::Cursor;

use libfuzzer_sys::fuzz_target;
use vouchsafe::parse::media;

fuzz_target!(|bytes: &[u8]| {
    let _ = media::sniff(bytes);
    media::is_whole(&mut Cursor::new(bytes)).expect("a cursor can be read");
});
