//! Any bytes under the ending .vtt: parsed without a panic, or refused. That every accepted text is
//! covered by pieces is checked by the parser itself; PA-17 would be an error of ours.
#![no_main]

use libfuzzer_sys::fuzz_target;
use vouchsafe::{
    id::JobId,
    item::ItemKind,
    parse::{Error, Hint, parse},
};

fuzz_target!(|bytes: &[u8]| {
    for kind in [ItemKind::Transcript, ItemKind::Fieldnote] {
        let hint = Hint { extension: "vtt".to_owned(), kind };
        match parse(JobId::from_bytes([0; 16]), bytes, &hint) {
            Ok(raw) => assert!(raw.layout().turns() > 0),
            Err(error) => assert_ne!(error, Error::Layout),
        }
    }
});
