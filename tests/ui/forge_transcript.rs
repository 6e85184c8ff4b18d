//! Nobody outside the crate can trade one state for another.
use vouchsafe::{transcript::{Raw, Transcript}, verify::Deidentified};

fn forge(raw: Transcript<Raw>, proof: fn(Raw, ()) -> Deidentified) -> Transcript<Deidentified> {
    raw.advance((), proof)
}

fn main() {}
