//! Whether a steward has voted on a bundle already. The bundle tells where it went out after their vote; where
//! not, a note beside their work does, sealed to them: `review/work/<job>.voted.age`. The station reads none.

use std::{collections::BTreeSet, fs, path::Path};

use super::{
    Error,
    bundle::Bundle,
    work::{Listing, Work},
};
use crate::{
    durable,
    id::JobId,
    keys::{self, Recipient, StewardSecret},
};

const ENDING: &str = ".voted.age";

impl Work {
    /// Notes that this steward has voted on this bundle, and forgets the notes on bundles that are no longer out.
    ///
    /// # Errors
    ///
    /// Fails if it can't be written.
    pub fn note_vote(&self, out: &Path, work: &Path, steward: &Recipient) -> Result<(), Error> {
        let facts = self.bundle().facts();
        let sealed = keys::encrypt(std::slice::from_ref(steward), facts.bundle.to_string().as_bytes())?;
        durable::write_over(work, &format!("{}{ENDING}", facts.job), &sealed)?;
        let noted: BTreeSet<JobId> = fs::read_dir(work)
            .map_err(durable::Error::from)?
            .filter_map(|it| it.ok()?.file_name().to_str()?.strip_suffix(ENDING)?.parse().ok())
            .collect();
        for job in noted.into_iter().filter(|it| !out.join(Bundle::file_name(*it)).exists()) {
            durable::unlink(&work.join(format!("{job}{ENDING}")))?;
        }
        Ok(())
    }
}

impl Listing {
    /// Whether this steward has voted on it, as far as anybody can tell from here.
    #[must_use]
    pub fn is_voted(&self, work: &Path, steward: &StewardSecret) -> bool {
        let name = steward.name().as_str();
        if self.cast.as_ref().is_some_and(|it| it.by.iter().any(|by| by.as_str() == name)) {
            return true;
        }
        let Ok(sealed) = fs::read(work.join(format!("{}{ENDING}", self.job))) else { return false };
        let identities = std::slice::from_ref(steward.identity());
        // EXPOSE: the handle of a bundle, compared.
        keys::decrypt(identities, &sealed).is_ok_and(|it| it.expose() == self.bundle.to_string().as_bytes())
    }
}
