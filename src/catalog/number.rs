//! Which item of its slot a file is, and which version of that item.

use std::collections::BTreeSet;

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
        let (mut known, mut others, mut own) = (None, BTreeSet::new(), BTreeSet::new());
        for (n, slot) in slots.iter().enumerate() {
            let mut rows = transaction.prepare(
                "SELECT ordinal, item FROM jobs WHERE study = ?1 AND slot = ?2 AND ordinal IS NOT NULL",
            )?;
            let rows = rows.query_map(params![study.as_str(), slot], |row| {
                Ok((row.get::<_, u32>(0)?, row.get::<_, [u8; 32]>(1)?))
            })?;
            for row in rows {
                let (ordinal, named) = row?;
                if named == *item.as_bytes() {
                    known = known.or(Some(ordinal));
                }
                if n == 0 { &mut own } else { &mut others }.insert(ordinal);
            }
        }
        // Of a session that has one file in each language, the names need not be alike.
        let mut lacks = others.difference(&own);
        let one = lacks.next().copied().filter(|_| lacks.next().is_none());
        let greatest = own.last().max(others.last()).copied().unwrap_or(0);
        let ordinal = known.or(one).unwrap_or(greatest.saturating_add(1));
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
