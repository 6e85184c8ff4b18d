//! The station's own secrets, one file each in a directory that others can't read; it may be the one
//! that systemd hands a service as `$CREDENTIALS_DIRECTORY`.
//!
//! The private half of the rolling key, `keystore.key`, is written beside them once and belongs
//! elsewhere: where no snapshot of the station holds it. The daemon reads `keystore.pub` only.

use std::{fs::File, io::Read, os::unix::fs::MetadataExt, path::Path};

use super::{Error, Identity, Recipient, SigningKey, SymmetricKey};
use crate::{durable, secret::Sensitive};

const ROSTER: &str = "roster.key";
const PSEUDONYM: &str = "pseudonym.key";
const DEDUP: &str = "dedup.key";
const LOG: &str = "log.key";
const STATION: &str = "station.key";
const ROLLING: &str = "keystore.key";
const ROLLING_PUBLIC: &str = "keystore.pub";
/// No key file is longer; a public half has about 2 KiB.
const MAX_KEY_FILE_BYTES: u64 = 16 * 1024;

/// The daemon's secrets, loaded.
#[derive(Debug)]
pub struct Credentials {
    /// Encrypts the roster and the station's memory of names.
    pub roster: SymmetricKey,
    /// Codes, date shifts and the digests of names.
    pub pseudonym: SymmetricKey,
    /// Digests of whole files, to know a duplicate.
    pub dedup: SymmetricKey,
    /// Signs the audit log's checkpoints.
    pub log: SigningKey,
    /// Opens decision bundles.
    pub station: Identity,
    /// Wraps the key store.
    pub rolling: Recipient,
}

impl Credentials {
    /// Makes all of them in `dir`.
    ///
    /// # Errors
    ///
    /// Fails if one of the files exists already.
    pub fn generate(dir: &Path) -> Result<Self, Error> {
        let made = Self {
            roster: SymmetricKey::generate()?,
            pseudonym: SymmetricKey::generate()?,
            dedup: SymmetricKey::generate()?,
            log: SigningKey::generate()?,
            station: Identity::generate()?,
            rolling: {
                let rolling = Identity::generate()?;
                write_secret(dir, ROLLING, &rolling.to_text()?)?;
                rolling.recipient()?
            },
        };
        write_secret(dir, ROSTER, &made.roster.to_text())?;
        write_secret(dir, PSEUDONYM, &made.pseudonym.to_text())?;
        write_secret(dir, DEDUP, &made.dedup.to_text())?;
        write_secret(dir, LOG, &made.log.to_text())?;
        write_secret(dir, STATION, &made.station.to_text()?)?;
        durable::write_new(dir, ROLLING_PUBLIC, format!("{}\n", made.rolling).as_bytes())?;
        Ok(made)
    }

    /// Reads them.
    ///
    /// # Errors
    ///
    /// Refuses missing files, files that others can read, and texts that are no key.
    pub fn load(dir: &Path) -> Result<Self, Error> {
        let read = |name: &'static str| read_private(&dir.join(name), name);
        // EXPOSE: each text goes to the parser of its key and is wiped.
        Ok(Self {
            roster: SymmetricKey::from_text(read(ROSTER)?.expose())?,
            pseudonym: SymmetricKey::from_text(read(PSEUDONYM)?.expose())?,
            // EXPOSE: as above.
            dedup: SymmetricKey::from_text(read(DEDUP)?.expose())?,
            log: SigningKey::from_text(read(LOG)?.expose())?,
            station: Identity::from_file_text(read(STATION)?.expose())?,
            // EXPOSE: as above; and this one is public.
            rolling: read(ROLLING_PUBLIC)?.expose().parse()?,
        })
    }

    /// Reads the private half of the rolling key, which a steward needs to open a participant's key.
    ///
    /// # Errors
    ///
    /// Refuses a missing file, one that others can read, and a text that is no key.
    pub fn load_rolling(path: &Path) -> Result<Identity, Error> {
        // EXPOSE: to the parser.
        Identity::from_file_text(read_private(path, ROLLING)?.expose())
    }
}

fn write_secret(dir: &Path, name: &str, text: &Sensitive<String>) -> Result<(), Error> {
    // EXPOSE: into the key's own file, mode 0600.
    let line = Sensitive::new(format!("{}\n", text.expose()));
    // EXPOSE: as above.
    Ok(durable::write_new(dir, name, line.expose().as_bytes())?)
}

/// Reads a small file that nobody else may read. `what` is named in errors.
pub(super) fn read_private(path: &Path, what: &'static str) -> Result<Sensitive<String>, Error> {
    let file = File::open(path).map_err(|error| {
        if error.kind() == std::io::ErrorKind::NotFound { Error::Missing(what) } else { error.into() }
    })?;
    let mode = file.metadata()?.mode();
    // Group read is what systemd's access list for credentials looks like in the mode.
    if mode & 0o027 != 0 {
        return Err(Error::Exposed(what));
    }
    let mut text = String::with_capacity(4096);
    file.take(MAX_KEY_FILE_BYTES).read_to_string(&mut text)?;
    Ok(Sensitive::new(text))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn what_was_made_is_what_is_loaded() {
        let dir = tempfile::tempdir().unwrap();
        let made = Credentials::generate(dir.path()).unwrap();
        let read = Credentials::load(dir.path()).unwrap();
        assert_eq!(made.roster.to_text().expose(), read.roster.to_text().expose());
        assert_eq!(made.pseudonym.to_text().expose(), read.pseudonym.to_text().expose());
        assert_eq!(made.dedup.to_text().expose(), read.dedup.to_text().expose());
        assert_eq!(made.log.verifying_key(), read.log.verifying_key());
        assert_eq!(made.station.recipient().unwrap(), read.station.recipient().unwrap());
        let rolling = Credentials::load_rolling(&dir.path().join(ROLLING)).unwrap();
        assert_eq!(rolling.recipient().unwrap(), read.rolling);
        assert!(Credentials::generate(dir.path()).is_err(), "keys are never overwritten");
    }

    #[test]
    fn the_daemon_needs_no_private_half_of_the_rolling_key() {
        let dir = tempfile::tempdir().unwrap();
        Credentials::generate(dir.path()).unwrap();
        std::fs::remove_file(dir.path().join(ROLLING)).unwrap();
        assert!(Credentials::load(dir.path()).is_ok());
    }

    #[test]
    fn files_that_others_can_read_are_refused() {
        let dir = tempfile::tempdir().unwrap();
        Credentials::generate(dir.path()).unwrap();
        for (mode, fine) in
            [(0o600, true), (0o400, true), (0o440, true), (0o644, false), (0o620, false), (0o604, false)]
        {
            let rights = std::fs::Permissions::from_mode(mode);
            std::fs::set_permissions(dir.path().join(DEDUP), rights).unwrap();
            let loaded = Credentials::load(dir.path());
            assert_eq!(loaded.is_ok(), fine, "{mode:o}");
            assert!(fine || matches!(loaded, Err(Error::Exposed(DEDUP))));
        }
        std::fs::remove_file(dir.path().join(LOG)).unwrap();
        std::fs::set_permissions(dir.path().join(DEDUP), std::fs::Permissions::from_mode(0o600)).unwrap();
        assert!(matches!(Credentials::load(dir.path()), Err(Error::Missing(LOG))));
    }
}
