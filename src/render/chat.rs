pub(super) fn write(held: &str) -> Vec<u8> {
    held.as_bytes().to_vec()
}
