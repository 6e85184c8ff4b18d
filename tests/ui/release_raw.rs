//! Raw text can't be put into the outbox.
use vouchsafe::{release, item::Profile, transcript::{Raw, Transcript}};

fn leak(raw: &Transcript<Raw>, outbox: &std::path::Path) {
    let _ = release::stage(raw, outbox, Profile::Team);
}

fn main() {}
