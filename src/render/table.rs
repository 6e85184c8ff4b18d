pub(super) fn write(held: &str, _separator: u8) -> Vec<u8> {
    held.as_bytes().to_vec()
}
