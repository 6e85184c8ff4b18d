//! Rows of `station.db`: where each lies is a keyed digest, what it says is sealed for that place.

use rusqlite::OptionalExtension;
use serde::{Serialize, de::DeserializeOwned};

use super::{Error, Registry};
use crate::{id::Digest, roster::name_key::Purpose, secret::Sensitive};

impl Registry {
    /// Runs `work` in one transaction: all of it is durable, or none of it happened.
    pub(super) fn transaction<T>(
        &mut self,
        work: impl FnOnce(&Self) -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.db.execute_batch("BEGIN IMMEDIATE")?;
        let done =
            work(self).and_then(|it| self.db.execute_batch("COMMIT").map(|()| it).map_err(Error::from));
        if done.is_err() && !self.db.is_autocommit() {
            self.db.execute_batch("ROLLBACK")?;
        }
        done
    }

    pub(super) fn key(&self, list: &[&str], place: &[&str]) -> (Digest, Digest) {
        let list_digest = self.names.digest(Purpose::Row, list);
        let parts: Vec<&str> = list.iter().chain(place).copied().collect();
        (list_digest, self.names.digest(Purpose::Row, &parts))
    }

    pub(super) fn delete(&self, list: &[&str], place: &[&str]) -> Result<(), Error> {
        let (list, place) = self.key(list, place);
        self.db
            .prepare_cached("DELETE FROM entry WHERE list = ?1 AND place = ?2")?
            .execute((list.as_bytes(), place.as_bytes()))?;
        Ok(())
    }

    pub(super) fn get(&self, list: &[&str], place: &[&str]) -> Result<Option<Sensitive<Vec<u8>>>, Error> {
        let (list, place) = self.key(list, place);
        let row: Option<Vec<u8>> = self
            .db
            .prepare_cached("SELECT value FROM entry WHERE list = ?1 AND place = ?2")?
            .query_row((list.as_bytes(), place.as_bytes()), |it| it.get(0))
            .optional()?;
        row.map(|it| self.rows.open_row(&aad(list, place), &it).map_err(|_| Error::Row)).transpose()
    }

    /// The values of a list, in no order that tells anything.
    pub(super) fn listed(&self, list: &[&str]) -> Result<Vec<Sensitive<Vec<u8>>>, Error> {
        let list = self.names.digest(Purpose::Row, list);
        let mut query = self.db.prepare("SELECT place, value FROM entry WHERE list = ?1 ORDER BY place")?;
        let rows = query.query_map([list.as_bytes()], |it| Ok((it.get(0)?, it.get(1)?)))?;
        rows.map(|row| {
            let (place, value): ([u8; 32], Vec<u8>) = row?;
            self.rows.open_row(&aad(list, Digest::from_bytes(place)), &value).map_err(|_| Error::Row)
        })
        .collect()
    }

    pub(super) fn get_json<T: DeserializeOwned>(
        &self,
        list: &[&str],
        place: &[&str],
    ) -> Result<Option<T>, Error> {
        // EXPOSE: read by the caller, which puts what is secret into `Sensitive`.
        let read = |it: Sensitive<Vec<u8>>| serde_json::from_slice(it.expose()).map_err(|_| Error::Row);
        self.get(list, place)?.map(read).transpose()
    }

    pub(super) fn put(&self, list: &[&str], place: &[&str], value: &[u8]) -> Result<(), Error> {
        let (list, place) = self.key(list, place);
        self.write(list, place, value)
    }

    pub(super) fn put_json<T: Serialize>(
        &self,
        list: &[&str],
        place: &[&str],
        value: &T,
    ) -> Result<(), Error> {
        self.put(list, place, &serde_json::to_vec(value).map_err(|_| Error::Row)?)
    }

    pub(super) fn write(&self, list: Digest, place: Digest, value: &[u8]) -> Result<(), Error> {
        let sealed = self.rows.seal_row(&aad(list, place), value).map_err(|_| Error::Random)?;
        self.db
            .prepare_cached("INSERT OR REPLACE INTO entry (list, place, value) VALUES (?1, ?2, ?3)")?
            .execute((list.as_bytes(), place.as_bytes(), sealed))?;
        Ok(())
    }

    pub(super) fn is_empty(&self) -> Result<bool, Error> {
        let rows: i64 = self.db.query_row("SELECT count(*) FROM entry", (), |it| it.get(0))?;
        Ok(rows == 0)
    }
}

/// Says where a row stands, so that no row opens in another's place.
pub(super) fn aad(list: Digest, place: Digest) -> Vec<u8> {
    [b"entry|".as_slice(), list.as_bytes(), b"|", place.as_bytes()].concat()
}
