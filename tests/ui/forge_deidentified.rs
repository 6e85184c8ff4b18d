//! Nobody outside `verify` can say that a text is de-identified.
fn main() {
    let _ = vouchsafe::verify::Deidentified(());
}
