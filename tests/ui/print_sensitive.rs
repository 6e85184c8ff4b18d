//! Personal data has no text form.
use vouchsafe::secret::Sensitive;

fn main() {
    let name = Sensitive::new("Ada".to_owned());
    println!("{name}");
}
