//! Releases that hold what has since become known as a name: which, and whether the log says so. Nothing of the name.

use rusqlite::params;

use super::{Catalog, Error, millis};
use crate::{clock::Timestamp, id::JobId};

/// The table.
pub(super) const STALE: &str = "CREATE TABLE IF NOT EXISTS stale (
    job BLOB NOT NULL, release INTEGER PRIMARY KEY, found_at INTEGER NOT NULL, logged INTEGER NOT NULL
 ) STRICT";

/// A release that is stale.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Stale {
    /// The item.
    pub job: JobId,
    /// The leaf of its release in the log.
    pub release: u64,
    /// When that was found.
    pub found_at: Timestamp,
    /// Whether the log says so.
    pub logged: bool,
}

impl Catalog {
    /// Marks releases, each with its leaf, as stale. Doing it twice is doing it once. The same file may be dropped
    /// again from then on: it is no duplicate, since more would be found in it.
    ///
    /// # Errors
    ///
    /// Fails if the database does, without having marked any.
    pub fn mark_stale(&mut self, releases: &[(JobId, u64)], now: Timestamp) -> Result<(), Error> {
        self.database.pragma_update(None, "synchronous", "FULL")?;
        let transaction = self.database.transaction()?;
        for (job, release) in releases {
            transaction.execute(
                "INSERT OR IGNORE INTO stale (job, release, found_at, logged) VALUES (?1, ?2, ?3, 0)",
                params![job.as_bytes(), leaf(*release), millis(now)],
            )?;
            transaction.execute("UPDATE jobs SET dedup = NULL WHERE job = ?1", params![job.as_bytes()])?;
        }
        Ok(transaction.commit()?)
    }

    /// The releases that are stale, oldest first. None in a catalog that this program has not opened to write in yet.
    ///
    /// # Errors
    ///
    /// Fails if the database does.
    pub fn stale(&self) -> Result<Vec<Stale>, Error> {
        let known = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'stale'";
        if self.database.query_row(known, [], |row| row.get::<_, i64>(0))? == 0 {
            return Ok(Vec::new());
        }
        let query = "SELECT job, release, found_at, logged FROM stale ORDER BY release";
        let mut statement = self.database.prepare(query)?;
        let rows = statement.query_map([], |row| {
            Ok(Stale {
                job: JobId::from_bytes(row.get(0)?),
                release: u64::try_from(row.get::<_, i64>(1)?).unwrap_or(u64::MAX),
                found_at: Timestamp::from_millis(u64::try_from(row.get::<_, i64>(2)?).unwrap_or(0)),
                logged: row.get::<_, i64>(3)? != 0,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Remembers that the log says of these releases that they are stale.
    ///
    /// # Errors
    ///
    /// Fails if the database does.
    pub fn stale_logged(&mut self, releases: &[u64]) -> Result<(), Error> {
        let transaction = self.passing()?;
        for it in releases {
            transaction.execute("UPDATE stale SET logged = 1 WHERE release = ?1", params![leaf(*it)])?;
        }
        Ok(transaction.commit()?)
    }

    /// Forgets releases that are out no more: a later version took their place.
    ///
    /// # Errors
    ///
    /// Fails if the database does.
    pub fn clear_stale(&mut self, releases: &[u64]) -> Result<(), Error> {
        let transaction = self.passing()?;
        for it in releases {
            transaction.execute("DELETE FROM stale WHERE release = ?1", params![leaf(*it)])?;
        }
        Ok(transaction.commit()?)
    }
}

fn leaf(leaf: u64) -> i64 {
    i64::try_from(leaf).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::*;
    use crate::{
        catalog::Dedup,
        id::{Digest, StudyId},
    };

    const NOW: Timestamp = Timestamp::from_millis(1_000);

    #[test]
    fn a_release_is_stale_once_until_it_is_replaced() {
        let mut catalog = Catalog::with(Connection::open_in_memory().unwrap()).unwrap();
        let (study, job) = ("HARBOUR".parse::<StudyId>().unwrap(), JobId::from_bytes([1; 16]));
        catalog.claim(&[(job, &study), (JobId::from_bytes([2; 16]), &study)], NOW).unwrap();
        let hash = Digest::from_bytes([7; 32]);
        assert_eq!(catalog.hash(job, &study, hash).unwrap(), Dedup::New);
        assert_eq!(catalog.hash(JobId::from_bytes([2; 16]), &study, hash).unwrap(), Dedup::Seen(job));
        catalog.mark_stale(&[(job, 5), (job, 5)], NOW).unwrap();
        catalog.stale_logged(&[5]).unwrap();
        catalog.mark_stale(&[(job, 5)], Timestamp::from_millis(9_000)).unwrap();
        let marked = Stale { job, release: 5, found_at: NOW, logged: true };
        assert_eq!(catalog.stale().unwrap(), [marked]);
        // The same bytes may come again.
        assert_eq!(catalog.hash(JobId::from_bytes([2; 16]), &study, hash).unwrap(), Dedup::New);
        catalog.clear_stale(&[5, 6]).unwrap();
        assert_eq!(catalog.stale().unwrap(), []);
    }
}
