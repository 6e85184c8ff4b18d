use super::Error;

pub(super) fn read(_bytes: &[u8]) -> Result<String, Error> {
    Err(Error::Format)
}
