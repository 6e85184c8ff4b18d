use super::*;
#[test]
fn peek() {
    for it in std::env::var("PDFS").unwrap().split(' ') {
        let start = std::time::Instant::now();
        let bytes = std::fs::read(it).unwrap();
        match read(&bytes) {
            Ok(text) => println!("=== {it} {:?}\n{text}", start.elapsed()),
            Err(error) => println!("=== {it} {error:?}"),
        }
    }
}
