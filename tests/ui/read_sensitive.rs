//! Personal data can't be read from outside the crate.
use vouchsafe::secret::Sensitive;

fn main() {
    let name = Sensitive::new("Ada".to_owned());
    let _ = name.expose();
}
