//! Jobs, objects and releases: the daemon's own record of how far each item has come.
//!
//! Holds ids, codes of participants, states and digests, never a name, a file name or a text, and can be
//! rebuilt from the objects and the log. Every change of state is one transaction per batch; a transition
//! that the table below does not have is refused.
//!
//! ```text
//! Claimed ─▶ Sealed ─▶ Logged ─▶ Proposed ─▶ Approved ─▶ Released ─▶ Done
//!    │                   │  ├──▶ Held ───┬─▶ Reviewed ▲
//!    │                   │  ├──▶ Done    └─▶ Rejected │
//!    └─▶ Duplicate       │  └──▶ Quarantined          │
//!                        └────────────────────────────┘ where the gate asks for no vote
//! ```
//!
//! What is approved and can't be released goes back to `Held`, or, where nothing is left to decide on, to
//! `Quarantined`.

mod job;
mod number;
mod stale;
mod state;

use std::{fmt, path::Path};

use rusqlite::{Connection, OptionalExtension, Transaction, params};

use self::stale::STALE;
pub use self::{
    job::{Facts, Job, OtherCopy, Review, Verdict},
    stale::Stale,
    state::State,
};
use crate::{
    clock::Timestamp,
    fault::{Disposition, Fault},
    id::{Digest, GroupId, JobId, StudyId},
};

/// The layout of the tables and of the facts in them. An older one is brought up to it, a newer one refused.
///
/// 2: the facts know the dropped file's stamp. 3: releases can be stale. 4: the facts know what was left out, and who
/// else speaks. 5: how often the word is taken, in the place of the turns before anybody speaks.
const SCHEMA: i64 = 5;

/// Why the catalog could not be read or changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The database reports an error.
    #[error("the catalog's database reports an error ({0})")]
    Database(Sqlite),
    /// The disk is full.
    #[error("no space is left for the catalog")]
    Full,
    /// The catalog was written by another version.
    #[error("the catalog has layout {0}, this program has layout {SCHEMA}")]
    Layout(i64),
    /// A job is not in the state that a transition starts from.
    #[error("job {0} cannot go from its state to {1}")]
    Transition(JobId, State),
    /// A row does not read back as what was written.
    #[error("the catalog's row of job {0} is damaged")]
    Damaged(JobId),
}

/// What kind of error the database reports; its own message may quote values and stays inside.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Sqlite(Option<rusqlite::ErrorCode>);

impl fmt::Display for Sqlite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(code) => write!(f, "{code:?}"),
            None => f.write_str("no code"),
        }
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DiskFull) => Self::Full,
            code => Self::Database(Sqlite(code)),
        }
    }
}

impl Fault for Error {
    fn code(&self) -> &'static str {
        match self {
            Self::Database(_) => "CA-01",
            Self::Full => "CA-02",
            Self::Layout(_) => "CA-03",
            Self::Transition(..) => "CA-04",
            Self::Damaged(_) => "CA-05",
        }
    }

    fn disposition(&self) -> Disposition {
        match self {
            Self::Full => Disposition::Retry,
            Self::Database(_) | Self::Layout(_) | Self::Transition(..) | Self::Damaged(_) => {
                Disposition::Halt
            }
        }
    }

    fn remedy(&self) -> &'static str {
        match self {
            Self::Database(_) => "Check the disk; restore the catalog from the objects and the log.",
            Self::Full => "Free some space; work goes on by itself.",
            Self::Layout(_) => "Run the version of vouchsafe that wrote this station.",
            Self::Transition(..) => "Report this as a defect; nothing was released.",
            Self::Damaged(_) => "Restore the catalog from the objects and the log.",
        }
    }
}

/// The catalog: one writer.
#[derive(Debug)]
pub struct Catalog {
    database: Connection,
}

/// A change of state, to be made with others of its batch.
#[derive(Clone, Debug)]
pub struct Change<'a> {
    /// Which job.
    pub job: JobId,
    /// Its new state.
    pub to: State,
    /// All that is known of it now.
    pub facts: &'a Facts,
}

/// What became of a keyed hash that was put to the catalog.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Dedup {
    /// Nobody has these bytes.
    New,
    /// The same bytes lie in the archive.
    Seen(JobId),
}

impl Catalog {
    /// Opens or makes the catalog.
    ///
    /// # Errors
    ///
    /// Fails on a damaged database and on one of another layout.
    pub fn open(path: &Path) -> Result<Self, Error> {
        Self::with(Connection::open(path)?)
    }

    /// Opens the catalog of a station that may be running, to look at it.
    ///
    /// # Errors
    ///
    /// Fails if there is none.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY;
        let database = Connection::open_with_flags(path, flags)?;
        match layout(&database)? {
            newer if newer > SCHEMA => Err(Error::Layout(newer)),
            _ => Ok(Self { database }),
        }
    }

    fn with(database: Connection) -> Result<Self, Error> {
        database.pragma_update(None, "journal_mode", "WAL")?;
        database.pragma_update(None, "synchronous", "FULL")?;
        database.pragma_update(None, "foreign_keys", true)?;
        match layout(&database)? {
            0 => database.execute_batch(&format!(
                "BEGIN;
                 CREATE TABLE jobs (
                   job BLOB PRIMARY KEY, state TEXT NOT NULL, study TEXT NOT NULL,
                   claimed_at INTEGER NOT NULL, changed_at INTEGER NOT NULL,
                   dedup BLOB, slot TEXT, ordinal INTEGER, item BLOB, version INTEGER, facts TEXT NOT NULL
                 ) STRICT;
                 CREATE INDEX jobs_by_state ON jobs (state);
                 CREATE INDEX jobs_by_slot ON jobs (study, slot);
                 CREATE UNIQUE INDEX jobs_by_hash ON jobs (study, dedup)
                   WHERE dedup IS NOT NULL AND state NOT IN ('quarantined', 'rejected', 'duplicate');
                 CREATE TABLE marks (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
                 {STALE};
                 PRAGMA user_version = {SCHEMA};
                 COMMIT;"
            ))?,
            // Facts of those layouts are read as they are: what they do not know is not there, and what is no longer
            // known goes.
            1..SCHEMA => database.execute_batch(&format!(
                "BEGIN;
                 {STALE};
                 UPDATE jobs SET facts = json_remove(facts, '$.turns_ahead');
                 PRAGMA user_version = {SCHEMA};
                 COMMIT;"
            ))?,
            SCHEMA => (),
            other => return Err(Error::Layout(other)),
        }
        Ok(Self { database })
    }

    /// Records new claims.
    ///
    /// # Errors
    ///
    /// Fails if the database does.
    pub fn claim(&mut self, claims: &[(JobId, &StudyId)], now: Timestamp) -> Result<(), Error> {
        let transaction = self.passing()?;
        for (job, study) in claims {
            transaction.execute(
                "INSERT OR IGNORE INTO jobs (job, state, study, claimed_at, changed_at, facts)
                 VALUES (?1, 'claimed', ?2, ?3, ?3, '{}')",
                params![job.as_bytes(), study.as_str(), millis(now)],
            )?;
        }
        Ok(transaction.commit()?)
    }

    /// Puts a keyed hash to the catalog: it is recorded unless an item that counts has it already.
    ///
    /// # Errors
    ///
    /// Fails if the database does.
    pub fn hash(&mut self, job: JobId, study: &StudyId, hash: Digest) -> Result<Dedup, Error> {
        let transaction = self.passing()?;
        let seen = transaction
            .query_row(
                "SELECT job FROM jobs WHERE study = ?1 AND dedup = ?2 AND job <> ?3
                 AND state NOT IN ('quarantined', 'rejected', 'duplicate')",
                params![study.as_str(), hash.as_bytes(), job.as_bytes()],
                |row| row.get::<_, [u8; 16]>(0),
            )
            .optional()?;
        if let Some(first) = seen {
            return Ok(Dedup::Seen(JobId::from_bytes(first)));
        }
        transaction
            .execute("UPDATE jobs SET dedup = ?2 WHERE job = ?1", params![job.as_bytes(), hash.as_bytes()])?;
        transaction.commit()?;
        Ok(Dedup::New)
    }

    /// Makes all changes of a batch, or none.
    ///
    /// # Errors
    ///
    /// Fails with [`Error::Transition`] if a job is in no state that leads to its new one.
    pub fn change(&mut self, changes: &[Change<'_>], now: Timestamp) -> Result<(), Error> {
        self.database.pragma_update(None, "synchronous", "FULL")?;
        let transaction = self.database.transaction()?;
        for change in changes {
            let from = state_of(&transaction, change.job)?;
            if from != change.to && !from.leads_to(change.to) {
                return Err(Error::Transition(change.job, change.to));
            }
            let facts = serde_json::to_string(change.facts).map_err(|_| Error::Damaged(change.job))?;
            transaction.execute(
                "UPDATE jobs SET state = ?2, facts = ?3, changed_at = ?4 WHERE job = ?1",
                params![change.job.as_bytes(), change.to.name(), facts, millis(now)],
            )?;
        }
        Ok(transaction.commit()?)
    }

    /// One job.
    ///
    /// # Errors
    ///
    /// Fails if the database does.
    pub fn job(&self, job: JobId) -> Result<Option<Job>, Error> {
        Ok(self.jobs("job = ?1", params![job.as_bytes()])?.pop())
    }

    /// The jobs in a state, oldest first.
    ///
    /// # Errors
    ///
    /// Fails if the database does.
    pub fn in_state(&self, state: State) -> Result<Vec<Job>, Error> {
        self.jobs("state = ?1", params![state.name()])
    }

    /// All jobs, oldest first.
    ///
    /// # Errors
    ///
    /// Fails if the database does.
    pub fn all(&self) -> Result<Vec<Job>, Error> {
        self.jobs("1", params![])
    }

    /// All versions of one item, oldest first.
    ///
    /// # Errors
    ///
    /// Fails if the database does.
    pub fn of_item(&self, study: &StudyId, slot: &str, ordinal: u32) -> Result<Vec<Job>, Error> {
        self.jobs("study = ?1 AND slot = ?2 AND ordinal = ?3", params![study.as_str(), slot, ordinal])
    }

    /// The items of a group that have a leaf for their release, oldest first: those that are out, and those that are
    /// about to be.
    ///
    /// # Errors
    ///
    /// Fails if the database does.
    pub fn released_of_group(&self, study: &StudyId, group: &GroupId) -> Result<Vec<Job>, Error> {
        // `_` separates the parts of a slot and stands in no id.
        let first = format!("{group}_");
        self.with_leaf("substr(slot, 1, length(?2)) = ?2", params![study.as_str(), first])
    }

    /// The items of a study that have a leaf for their release, oldest first, as in [`Self::released_of_group`].
    ///
    /// # Errors
    ///
    /// Fails if the database does.
    pub fn released(&self, study: &StudyId) -> Result<Vec<Job>, Error> {
        self.with_leaf("true", params![study.as_str()])
    }

    fn with_leaf(&self, condition: &str, values: &[&dyn rusqlite::ToSql]) -> Result<Vec<Job>, Error> {
        let out = format!("study = ?1 AND {condition} AND state IN ('approved', 'released', 'done')");
        let mut jobs = self.jobs(&out, values)?;
        jobs.retain(|it| it.facts.release_leaf.is_some());
        Ok(jobs)
    }

    /// How many jobs are in each state.
    ///
    /// # Errors
    ///
    /// Fails if the database does.
    pub fn counts(&self) -> Result<Vec<(State, u64)>, Error> {
        let mut statement = self.database.prepare("SELECT COUNT(*) FROM jobs WHERE state = ?1")?;
        State::ALL
            .iter()
            .map(|state| {
                let count: i64 = statement.query_row([state.name()], |row| row.get(0))?;
                Ok((*state, u64::try_from(count).unwrap_or(0)))
            })
            .collect()
    }

    /// The greatest time ever seen: an embargo never ends because a clock was set back and forth.
    ///
    /// # Errors
    ///
    /// Fails if the database does.
    pub fn greatest_time(&mut self, now: Timestamp) -> Result<Timestamp, Error> {
        self.raise("time", now.as_millis()).map(Timestamp::from_millis)
    }

    /// The greatest time ever seen, without raising it.
    ///
    /// # Errors
    ///
    /// Fails if the database does.
    pub fn seen_time(&self) -> Result<Option<Timestamp>, Error> {
        let query = "SELECT value FROM marks WHERE name = 'time'";
        let seen: Option<i64> = self.database.query_row(query, [], |row| row.get(0)).optional()?;
        Ok(seen.and_then(|it| u64::try_from(it).ok()).map(Timestamp::from_millis))
    }

    /// The size of the log when a batch was last recorded; never shrinks.
    ///
    /// # Errors
    ///
    /// Fails if the database does.
    pub fn log_size(&mut self, at_least: u64) -> Result<u64, Error> {
        self.raise("log", at_least)
    }

    /// How many entries of the log the catalog knows the contents of; never shrinks.
    ///
    /// # Errors
    ///
    /// Fails if the database does.
    pub fn log_settled(&mut self, at_least: u64) -> Result<u64, Error> {
        self.raise("log-settled", at_least)
    }

    /// A transaction that no step of its own waits for: whole after a power cut, or gone with what came after
    /// it. The next change of state sends it to the disk too; an item whose claim or number is gone was not
    /// sealed either, and is claimed and numbered anew.
    fn passing(&mut self) -> Result<Transaction<'_>, Error> {
        self.database.pragma_update(None, "synchronous", "NORMAL")?;
        Ok(self.database.transaction()?)
    }

    fn raise(&mut self, name: &str, at_least: u64) -> Result<u64, Error> {
        let value = i64::try_from(at_least).unwrap_or(i64::MAX);
        self.database.pragma_update(None, "synchronous", "NORMAL")?;
        let greatest: i64 = self.database.query_row(
            "INSERT INTO marks (name, value) VALUES (?1, ?2)
             ON CONFLICT (name) DO UPDATE SET value = MAX(value, excluded.value) RETURNING value",
            params![name, value],
            |row| row.get(0),
        )?;
        Ok(u64::try_from(greatest).unwrap_or(0))
    }

    fn jobs(&self, condition: &str, values: &[&dyn rusqlite::ToSql]) -> Result<Vec<Job>, Error> {
        let query = format!(
            "SELECT job, state, study, claimed_at, changed_at, facts FROM jobs WHERE {condition}
             ORDER BY claimed_at, job"
        );
        let mut statement = self.database.prepare(&query)?;
        let mut rows = statement.query(values)?;
        let mut jobs = Vec::new();
        while let Some(row) = rows.next()? {
            let job = JobId::from_bytes(row.get(0)?);
            let damaged = || Error::Damaged(job);
            let time = |value: i64| {
                u64::try_from(value).map(Timestamp::from_millis).map_err(|_| Error::Damaged(job))
            };
            jobs.push(Job {
                job,
                state: State::from_name(&row.get::<_, String>(1)?).ok_or_else(damaged)?,
                study: row.get::<_, String>(2)?.parse().map_err(|_| damaged())?,
                claimed_at: time(row.get(3)?)?,
                changed_at: time(row.get(4)?)?,
                facts: serde_json::from_str(&row.get::<_, String>(5)?).map_err(|_| damaged())?,
            });
        }
        Ok(jobs)
    }
}

fn layout(database: &Connection) -> Result<i64, Error> {
    Ok(database.pragma_query_value(None, "user_version", |row| row.get(0))?)
}

fn state_of(transaction: &Transaction<'_>, job: JobId) -> Result<State, Error> {
    let name: String = transaction
        .query_row("SELECT state FROM jobs WHERE job = ?1", params![job.as_bytes()], |row| row.get(0))
        .optional()?
        .ok_or(Error::Damaged(job))?;
    State::from_name(&name).ok_or(Error::Damaged(job))
}

fn millis(time: Timestamp) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::scan::Stamp;

    const NOW: Timestamp = Timestamp::from_millis(1_000);

    fn job(n: u8) -> JobId {
        JobId::from_bytes([n; 16])
    }

    fn digest(n: u8) -> Digest {
        Digest::from_bytes([n; 32])
    }

    fn catalog(jobs: &[u8]) -> (Catalog, StudyId) {
        let study: StudyId = "HARBOUR".parse().unwrap();
        let mut catalog = Catalog::with(Connection::open_in_memory().unwrap()).unwrap();
        let claims: Vec<_> = jobs.iter().map(|n| (job(*n), &study)).collect();
        catalog.claim(&claims, NOW).unwrap();
        (catalog, study)
    }

    fn go(catalog: &mut Catalog, n: u8, to: State) -> Result<(), Error> {
        catalog.change(&[Change { job: job(n), to, facts: &Facts::default() }], NOW)
    }

    #[test]
    fn a_batch_changes_whole_or_not_at_all() {
        let (mut catalog, _) = catalog(&[1, 2]);
        let facts = Facts::default();
        let changes = [
            Change { job: job(1), to: State::Sealed, facts: &facts },
            Change { job: job(2), to: State::Released, facts: &facts },
        ];
        assert!(
            matches!(catalog.change(&changes, NOW), Err(Error::Transition(it, State::Released)) if it == job(2))
        );
        assert_eq!(catalog.in_state(State::Claimed).unwrap().len(), 2);
    }

    #[test]
    fn nothing_is_released_before_it_is_logged() {
        for from in State::ALL {
            let may = from.leads_to(State::Released);
            assert_eq!(may, *from == State::Approved, "{from}");
        }
        let (mut catalog, _) = catalog(&[1]);
        for to in [State::Sealed, State::Logged, State::Approved, State::Released, State::Done] {
            go(&mut catalog, 1, to).unwrap();
        }
        assert!(go(&mut catalog, 1, State::Sealed).is_err());
    }

    #[test]
    fn the_same_bytes_count_once_unless_the_first_was_no_use() {
        let (mut catalog, study) = catalog(&[1, 2]);
        assert_eq!(catalog.hash(job(1), &study, digest(9)).unwrap(), Dedup::New);
        assert_eq!(catalog.hash(job(1), &study, digest(9)).unwrap(), Dedup::New, "a restart asks again");
        assert_eq!(catalog.hash(job(2), &study, digest(9)).unwrap(), Dedup::Seen(job(1)));
        for to in [State::Sealed, State::Logged, State::Quarantined] {
            go(&mut catalog, 1, to).unwrap();
        }
        assert_eq!(catalog.hash(job(2), &study, digest(9)).unwrap(), Dedup::New);
    }

    #[test]
    fn items_and_versions_are_numbered_within_their_slot() {
        let (mut catalog, study) = catalog(&[1, 2, 3, 4]);
        let mut number = |n, item| {
            catalog.number(job(n), &study, &["D01_PIR_W1_interview".to_owned()], digest(item)).unwrap()
        };
        assert_eq!(number(1, 7), (1, 1));
        assert_eq!(number(2, 8), (2, 1), "another file of the same slot");
        assert_eq!(number(3, 7), (1, 2), "the same name with new content");
        assert_eq!(number(1, 7), (1, 1), "asked again");
        assert_eq!(
            catalog.number(job(4), &study, &["D01_PSW_W1_interview".to_owned()], digest(7)).unwrap(),
            (1, 1)
        );
    }

    #[test]
    fn language_versions_of_a_session_have_its_number() {
        let (mut catalog, study) = catalog(&[1, 2, 3, 4, 5, 6]);
        let slots = ["D01_PIR_W1_session_en".to_owned(), "D01_PIR_W1_session_yue".to_owned()];
        let back = [slots[1].clone(), slots[0].clone()];
        let mut number =
            |n, slots: &[String], item| catalog.number(job(n), &study, slots, digest(item)).unwrap();
        assert_eq!(number(1, &slots, 7), (1, 1));
        assert_eq!(number(2, &back, 8), (2, 1), "another name is another session");
        assert_eq!(number(3, &slots, 9), (3, 1));
        assert_eq!(number(4, &back, 9), (3, 1));
        assert_eq!(number(5, &back, 7), (1, 1));
        assert_eq!(number(6, &slots, 8), (2, 1));
    }

    #[test]
    fn numbers_that_were_taken_back_are_given_out_again() {
        let (mut catalog, study) = catalog(&[1, 2]);
        let slot = "D01_PIR_W1_interview";
        assert_eq!(catalog.number(job(1), &study, &[slot.to_owned()], digest(7)).unwrap(), (1, 1));
        catalog.unnumber(job(1)).unwrap();
        assert_eq!(catalog.number(job(2), &study, &[slot.to_owned()], digest(8)).unwrap(), (1, 1));
        assert_eq!(catalog.number(job(1), &study, &[slot.to_owned()], digest(7)).unwrap(), (2, 1));
    }

    #[test]
    fn time_never_goes_back() {
        let (mut catalog, _) = catalog(&[]);
        for (given, seen) in [(5, 5), (3, 5), (9, 9)] {
            let seen = Timestamp::from_millis(seen);
            assert_eq!(catalog.greatest_time(Timestamp::from_millis(given)).unwrap(), seen);
        }
    }

    #[test]
    fn another_layout_is_refused() {
        let database = Connection::open_in_memory().unwrap();
        database.pragma_update(None, "user_version", 99).unwrap();
        assert!(matches!(Catalog::with(database), Err(Error::Layout(99))));
    }

    #[test]
    fn a_catalog_of_the_first_layout_is_brought_up() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("catalog.db");
        let study: StudyId = "HARBOUR".parse().unwrap();
        let mut catalog = Catalog::open(&path).unwrap();
        catalog.claim(&[(job(1), &study)], NOW).unwrap();
        go(&mut catalog, 1, State::Sealed).unwrap();
        let old = "UPDATE jobs SET facts = json_set(json_remove(facts, '$.source', '$.times_taken'), '$.turns_ahead', 2)";
        catalog.database.execute(old, []).unwrap();
        catalog.database.pragma_update(None, "user_version", 1).unwrap();
        drop(catalog);
        assert_eq!(Catalog::read(&path).unwrap().all().unwrap().len(), 1, "also by who only looks");
        let catalog = Catalog::open(&path).unwrap();
        assert_eq!(catalog.job(job(1)).unwrap().unwrap().facts, Facts::default());
        assert_eq!(layout(&catalog.database).unwrap(), SCHEMA);
        catalog.database.pragma_update(None, "user_version", SCHEMA + 1).unwrap();
        drop(catalog);
        assert!(matches!(Catalog::read(&path), Err(Error::Layout(_))));
    }

    #[test]
    fn a_stamp_comes_back_as_it_was() {
        let (mut catalog, _) = catalog(&[1]);
        // Seconds since 1970 in nanoseconds, and one before it.
        let source = Stamp { size: 7, modified: 1_795_000_000_123_456_789, changed: -1, device: 8, inode: 9 };
        let facts = Facts { source: Some(source), ..Facts::default() };
        catalog.change(&[Change { job: job(1), to: State::Sealed, facts: &facts }], NOW).unwrap();
        assert_eq!(catalog.job(job(1)).unwrap().unwrap().facts, facts);
    }
}
