//! The roster at rest: its bytes as one row of the roster key, bound to its study.

use super::Error;
use crate::{id::StudyId, keys::SymmetricKey, secret::Sensitive};

/// What the row says of its place, before the study's id.
const PLACE: &str = "vouchsafe/roster/v1|";

/// Seals a roster's bytes.
///
/// # Errors
///
/// Fails if the operating system gives no randomness.
pub fn seal_roster(key: &SymmetricKey, study: &StudyId, csv: &Sensitive<Vec<u8>>) -> Result<Vec<u8>, Error> {
    // EXPOSE: into the cipher.
    key.seal_row(format!("{PLACE}{study}").as_bytes(), csv.expose()).map_err(|_| Error::Random)
}

/// Opens what [`seal_roster`] made for the same study.
///
/// # Errors
///
/// Fails if key, study or bytes are not those.
pub fn open_roster(key: &SymmetricKey, study: &StudyId, sealed: &[u8]) -> Result<Sensitive<Vec<u8>>, Error> {
    key.open_row(format!("{PLACE}{study}").as_bytes(), sealed).map_err(|_| Error::Row)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_roster_opens_under_its_key_for_its_study() {
        let (key, other) = (SymmetricKey::from_bytes([1; 32]), SymmetricKey::from_bytes([2; 32]));
        let study: StudyId = "RECOVERY".parse().unwrap();
        let roster = Sensitive::new("PSW-03,陳大文".as_bytes().to_vec());
        let sealed = seal_roster(&key, &study, &roster).unwrap();
        assert_eq!(open_roster(&key, &study, &sealed).unwrap().expose(), roster.expose());
        assert!(open_roster(&other, &study, &sealed).is_err());
        assert!(open_roster(&key, &"OTHER".parse().unwrap(), &sealed).is_err());
        let flipped: Vec<u8> = sealed.iter().enumerate().map(|(n, it)| it ^ u8::from(n == 20)).collect();
        assert!(open_roster(&key, &study, &flipped).is_err());
        assert!(open_roster(&key, &study, &[]).is_err());
    }
}
