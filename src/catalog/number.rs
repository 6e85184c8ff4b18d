//! Which item of its slot a file is, and which version of that item.

use rusqlite::{OptionalExtension as _, params};

use super::{Catalog, Error};
use crate::id::{Digest, JobId, StudyId};

impl Catalog {
    /// Numbers an item within its slot and a version within its item; `item` is a keyed digest of the
    /// dropped file's name. The same job always gets the same numbers. The first of `slots` is its own; the others
    /// are those of its other language versions, with which it shares the number.
    ///
    /// # Errors
    ///
    /// Fails if the database does.
    pub fn number(
        &mut self,
        job: JobId,
        study: &StudyId,
        slots: &[String],
        item: Digest,
    ) -> Result<(u32, u32), Error> {
        let Some(slot) = slots.first() else { return Err(Error::Damaged(job)) };
        let transaction = self.passing()?;
        let own = transaction
            .query_row(
                "SELECT ordinal, version FROM jobs WHERE job = ?1 AND slot = ?2 AND ordinal IS NOT NULL",
                params![job.as_bytes(), slot],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .optional()?;
        if let Some(numbers) = own {
            return Ok(numbers);
        }
        let (mut known, mut greatest) = (None, 0);
        for slot in slots {
            let found: Option<u32> = transaction
                .query_row(
                    "SELECT ordinal FROM jobs WHERE study = ?1 AND slot = ?2 AND item = ?3 LIMIT 1",
                    params![study.as_str(), slot, item.as_bytes()],
                    |row| row.get(0),
                )
                .optional()?;
            let last: u32 = transaction.query_row(
                "SELECT COALESCE(MAX(ordinal), 0) FROM jobs WHERE study = ?1 AND slot = ?2",
                params![study.as_str(), slot],
                |row| row.get(0),
            )?;
            (known, greatest) = (known.or(found), last.max(greatest));
        }
        let ordinal = known.unwrap_or(greatest.saturating_add(1));
        let version = transaction.query_row(
            "SELECT COALESCE(MAX(version), 0) + 1 FROM jobs WHERE study = ?1 AND slot = ?2 AND ordinal = ?3",
            params![study.as_str(), slot, ordinal],
            |row| row.get(0),
        )?;
        transaction.execute(
            "UPDATE jobs SET slot = ?2, ordinal = ?3, item = ?4, version = ?5 WHERE job = ?1",
            params![job.as_bytes(), slot, ordinal, item.as_bytes(), version],
        )?;
        transaction.commit()?;
        Ok((ordinal, version))
    }

    /// Takes back the numbers of a job that turned out not to be sealed under them.
    ///
    /// # Errors
    ///
    /// Fails if the database does.
    pub fn unnumber(&mut self, job: JobId) -> Result<(), Error> {
        let transaction = self.passing()?;
        transaction.execute(
            "UPDATE jobs SET slot = NULL, ordinal = NULL, item = NULL, version = NULL
             WHERE job = ?1 AND ordinal IS NOT NULL",
            params![job.as_bytes()],
        )?;
        Ok(transaction.commit()?)
    }
}
