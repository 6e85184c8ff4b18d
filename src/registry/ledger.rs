//! The rows of the quasi-identifier ledger: one an item, under its study, sealed like all others.

use rusqlite::params;
use serde::{Deserialize, Serialize};

use super::{Error, Registry, Scope, aad};
use crate::{
    id::{Code, Digest, JobId, StudyId},
    ledger::ItemLedger,
    roster::name_key::Purpose,
    transform::{CodeTable, Mentions},
};

/// What of a study's rows stands in a list by itself.
const LIST: &str = "ledger";

/// A row. Its place is a digest, so that it says itself of which item it is.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    job: JobId,
    tells: ItemLedger,
}

impl Registry {
    /// As [`Self::allot`], and notes in the same transaction what each item tells of its participants, in the place of
    /// whatever was noted of it before.
    ///
    /// # Errors
    ///
    /// Fails without having handed out or noted anything.
    pub fn allot_and_note(
        &mut self,
        batch: &[(&Scope, &Mentions)],
        told: &[(JobId, &StudyId, ItemLedger)],
    ) -> Result<Vec<CodeTable>, Error> {
        self.transaction(|it| {
            for (job, study, tells) in told {
                it.note(*job, study, tells)?;
            }
            it.code_tables(batch)
        })
    }

    /// Notes what of an item stands after its reviewers have decided, by decision digests, in one durable transaction.
    ///
    /// # Errors
    ///
    /// Fails if the database does.
    pub fn note_review(
        &mut self,
        study: &StudyId,
        job: JobId,
        kept: &std::collections::BTreeSet<Digest>,
        redacted: &std::collections::BTreeSet<Digest>,
    ) -> Result<(), Error> {
        self.transaction(|it| {
            let row: Option<Row> = it.get_json(&[LIST, study.as_str()], &[&job.to_string()])?;
            let Some(Row { mut tells, .. }) = row else { return Ok(()) };
            tells.review(kept, redacted);
            it.note(job, study, &tells)
        })
    }

    /// All rows of a study, in no order that tells anything.
    ///
    /// # Errors
    ///
    /// Fails if the database does, or a row does not open.
    pub fn ledger(&self, study: &StudyId) -> Result<Vec<(JobId, ItemLedger)>, Error> {
        let list = self.names.digest(Purpose::Row, &[LIST, study.as_str()]);
        let mut query = self.db.prepare("SELECT place, value FROM entry WHERE list = ?1 ORDER BY place")?;
        let rows = query.query_map(params![list.as_bytes()], |it| Ok((it.get(0)?, it.get(1)?)))?;
        rows.map(|row| {
            let (place, value): ([u8; 32], Vec<u8>) = row?;
            let value = self.rows.open_row(&aad(list, Digest::from_bytes(place)), &value);
            let value = value.map_err(|_| Error::Row)?;
            // EXPOSE: digests, types and rungs; the caller counts them.
            let Row { job, tells } = serde_json::from_slice(value.expose()).map_err(|_| Error::Row)?;
            Ok((job, tells))
        })
        .collect()
    }

    /// Removes a participant from all rows of a study, in one durable transaction, and what the write-ahead log holds of
    /// them. Says from how many rows. Sealed copies of the station's memory keep them as long as they are kept.
    ///
    /// # Errors
    ///
    /// Fails without having removed anything.
    pub fn forget_participant(&mut self, study: &StudyId, code: &Code) -> Result<usize, Error> {
        let rows = self.ledger(study)?;
        let forgotten = self.transaction(|it| {
            let mut forgotten = 0_usize;
            for (job, mut tells) in rows {
                if tells.forget(code) {
                    it.note(job, study, &tells)?;
                    forgotten = forgotten.saturating_add(1);
                }
            }
            Ok(forgotten)
        })?;
        // The command answers with a row, which may say that a reader kept it from ending.
        self.db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", (), |_| Ok(()))?;
        Ok(forgotten)
    }

    /// Writes an item's row; one that tells nothing has none.
    fn note(&self, job: JobId, study: &StudyId, tells: &ItemLedger) -> Result<(), Error> {
        let (list, place) = ([LIST, study.as_str()], [&*job.to_string()]);
        if tells.is_empty() {
            return self.delete(&list, &place);
        }
        self.put_json(&list, &place, &Row { job, tells: tells.clone() })
    }
}
