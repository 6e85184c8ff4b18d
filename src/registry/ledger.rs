//! The rows of the quasi-identifier ledger: one an item, under its study, sealed like all others.

use serde::{Deserialize, Serialize};

use super::{Error, Registry, Scope};
use crate::{
    id::{Code, Digest, JobId, StudyId},
    ledger::ItemLedger,
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
        let tables = self.transaction(|it| {
            for (job, study, tells) in told {
                it.note(*job, study, tells)?;
            }
            it.code_tables(batch)
        })?;
        for (scope, _) in batch {
            self.known_is_written(scope);
        }
        Ok(tables)
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
        let rows = self.listed(&[LIST, study.as_str()])?;
        rows.iter()
            .map(|it| {
                // EXPOSE: digests, types and rungs; the caller counts them.
                let Row { job, tells } = serde_json::from_slice(it.expose()).map_err(|_| Error::Row)?;
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

    /// Writes an item's row; one that tells nothing says that the item was read.
    fn note(&self, job: JobId, study: &StudyId, tells: &ItemLedger) -> Result<(), Error> {
        let row = Row { job, tells: tells.clone() };
        self.put_json(&[LIST, study.as_str()], &[&job.to_string()], &row)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;
    use crate::{keys::SymmetricKey, registry::name_key};

    fn keys() -> (SymmetricKey, crate::roster::name_key::NameKey) {
        (SymmetricKey::from_bytes([101; 32]), name_key(&SymmetricKey::from_bytes([1; 32])).unwrap())
    }

    fn open(dir: &tempfile::TempDir) -> Registry {
        let (rows, names) = keys();
        Registry::open(&dir.path().join("station.db"), rows, names).unwrap()
    }

    /// A row as the station would have made it, of these participants.
    fn tells(codes: &[&str], rung: &str) -> ItemLedger {
        let zeros = "0".repeat(64);
        let attribute = serde_json::json!({
            "kind": "LOC", "value": zeros, "rungs": [], "found_standing": false, "standing": false,
            "wider": { "name": rung, "digest": zeros, "above": [] },
            "weight": "own", "doubtful": false, "strings": [zeros],
        });
        let about: BTreeMap<_, _> = codes.iter().map(|it| (*it, [&attribute])).collect();
        serde_json::from_value(serde_json::json!({ "about": about })).unwrap()
    }

    fn job(n: u8) -> JobId {
        JobId::from_bytes([n; 16])
    }

    fn study() -> StudyId {
        "RECOVERY".parse().unwrap()
    }

    fn note(it: &mut Registry, rows: &[(u8, ItemLedger)]) {
        let study = study();
        let told: Vec<_> = rows.iter().map(|(n, tells)| (job(*n), &study, tells.clone())).collect();
        it.allot_and_note(&[], &told).unwrap();
    }

    #[test]
    fn an_item_that_is_read_again_has_one_row() {
        let dir = tempfile::tempdir().unwrap();
        note(&mut open(&dir), &[(1, tells(&["PIR-01"], "Tuen Mun")), (2, tells(&["PIR-02"], "Sha Tin"))]);
        let mut it = open(&dir);
        note(&mut it, &[(1, tells(&["PIR-01"], "Kowloon"))]);
        let rows: BTreeMap<_, _> = it.ledger(&study()).unwrap().into_iter().collect();
        let want = [(job(1), tells(&["PIR-01"], "Kowloon")), (job(2), tells(&["PIR-02"], "Sha Tin"))];
        assert_eq!(rows, want.into());
        note(&mut it, &[(1, ItemLedger::default())]);
        let empty = it.ledger(&study()).unwrap().iter().filter(|it| it.1.is_empty()).count();
        assert_eq!(empty, 1, "what tells nothing was read all the same");
        assert!(it.ledger(&"OTHER".parse().unwrap()).unwrap().is_empty());
    }

    #[test]
    fn what_is_not_committed_was_not_noted() {
        let dir = tempfile::tempdir().unwrap();
        let mut it = open(&dir);
        note(&mut it, &[(1, tells(&["PIR-01"], "Tuen Mun"))]);
        let failed: Result<(), Error> = it.transaction(|it| {
            it.note(job(1), &study(), &tells(&["PIR-01"], "Kowloon"))?;
            it.note(job(2), &study(), &tells(&["PIR-01"], "Kowloon"))?;
            Err(Error::Exhausted)
        });
        assert!(failed.is_err());
        drop(it);
        assert_eq!(open(&dir).ledger(&study()).unwrap(), [(job(1), tells(&["PIR-01"], "Tuen Mun"))]);
    }

    #[test]
    fn a_participant_who_withdraws_is_in_no_row_and_others_stay() {
        let dir = tempfile::tempdir().unwrap();
        let mut it = open(&dir);
        let joint = tells(&["PIR-01", "PSW-01"], "Tuen Mun");
        note(&mut it, &[(1, tells(&["PIR-01"], "Tuen Mun")), (2, joint), (3, tells(&["PSW-01"], "Sha Tin"))]);
        assert_eq!(it.forget_participant(&study(), &"PIR-01".parse().unwrap()).unwrap(), 2);
        assert_eq!(it.forget_participant(&study(), &"PIR-01".parse().unwrap()).unwrap(), 0);
        let rows: BTreeMap<_, _> = it.ledger(&study()).unwrap().into_iter().collect();
        let want = [
            (job(1), ItemLedger::default()),
            (job(2), tells(&["PSW-01"], "Tuen Mun")),
            (job(3), tells(&["PSW-01"], "Sha Tin")),
        ];
        assert_eq!(rows, want.into());
    }

    #[test]
    fn nothing_of_the_ledger_can_be_read_in_the_file() {
        let dir = tempfile::tempdir().unwrap();
        let mut it = open(&dir);
        note(&mut it, &[(1, tells(&["PIR-01"], "Tuen Mun"))]);
        it.note_review(&study(), job(1), &BTreeSet::from([Digest::from_bytes([0; 32])]), &BTreeSet::new())
            .unwrap();
        it.note_review(&study(), job(9), &BTreeSet::new(), &BTreeSet::new()).unwrap();
        for file in std::fs::read_dir(dir.path()).unwrap() {
            let bytes = std::fs::read(file.unwrap().path()).unwrap();
            for planted in
                ["PIR-01", "Tuen Mun", "LOC", "RECOVERY", "ledger", "standing", "00000000000000000000"]
            {
                assert!(!bytes.windows(planted.len()).any(|it| it == planted.as_bytes()), "{planted}");
            }
        }
    }

    #[test]
    fn it_can_be_looked_at_while_the_daemon_writes_and_not_be_changed() {
        let dir = tempfile::tempdir().unwrap();
        let mut it = open(&dir);
        note(&mut it, &[(1, tells(&["PIR-01"], "Tuen Mun"))]);
        let path = dir.path().join("station.db");
        let (rows, names) = keys();
        let mut seen = Registry::read(&path, rows, names).unwrap();
        assert_eq!(seen.ledger(&study()).unwrap().len(), 1);
        note(&mut it, &[(2, tells(&["PIR-01"], "Tuen Mun"))]);
        assert_eq!(seen.ledger(&study()).unwrap().len(), 2);
        assert!(seen.forget_participant(&study(), &"PIR-01".parse().unwrap()).is_err());
        let other = name_key(&SymmetricKey::from_bytes([2; 32])).unwrap();
        assert!(matches!(Registry::read(&path, keys().0, other), Err(Error::Row)));
        assert!(Registry::read(&dir.path().join("none.db"), keys().0, keys().1).is_err());
    }

    #[test]
    fn rows_come_back_with_a_snapshot() {
        let dir = tempfile::tempdir().unwrap();
        let mut it = open(&dir);
        note(&mut it, &[(1, tells(&["PIR-01"], "Tuen Mun"))]);
        let snapshot = it.snapshot().unwrap();
        let other = tempfile::tempdir().unwrap();
        let mut back = open(&other);
        back.restore(&snapshot).unwrap();
        assert_eq!(back.ledger(&study()).unwrap(), it.ledger(&study()).unwrap());
    }
}
