//! The registry as a whole, in and out: what a `station` object holds, sealed to the stewards.

use serde::{Deserialize, Serialize};

use super::{Error, Registry, rows::aad};
use crate::{id::Digest, secret::Sensitive};

/// A row of a snapshot, opened.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Opened {
    pub(super) table: Digest,
    pub(super) place: Digest,
    pub(super) value: Vec<u8>,
}

impl Registry {
    /// Everything that the registry holds, opened, for a `station` object sealed to the stewards.
    ///
    /// # Errors
    ///
    /// Fails if the database does.
    pub fn snapshot(&self) -> Result<Sensitive<Vec<u8>>, Error> {
        serde_json::to_vec(&self.all()?).map(Sensitive::new).map_err(|_| Error::Row)
    }

    /// Takes a snapshot into an empty registry, which must have the same name key.
    ///
    /// # Errors
    ///
    /// Fails if there is something in it already, or the snapshot is none.
    pub fn restore(&mut self, snapshot: &Sensitive<Vec<u8>>) -> Result<(), Error> {
        // EXPOSE: each value is sealed in a row again.
        let rows: Vec<Opened> = serde_json::from_slice(snapshot.expose()).map_err(|_| Error::Row)?;
        let (list, place) = self.key(&["check"], &["check"]);
        if self.all()?.len() != 1 || !rows.iter().any(|it| it.table == list && it.place == place) {
            return Err(Error::Row);
        }
        self.transaction(|it| rows.iter().try_for_each(|row| it.write(row.table, row.place, &row.value)))
    }

    /// All rows, opened, in the order of their places.
    pub(super) fn all(&self) -> Result<Vec<Opened>, Error> {
        let mut query = self.db.prepare("SELECT list, place, value FROM entry ORDER BY list, place")?;
        let rows = query.query_map((), |it| Ok((it.get(0)?, it.get(1)?, it.get(2)?)))?;
        rows.map(|row| {
            let (list, place, value): ([u8; 32], [u8; 32], Vec<u8>) = row?;
            let (table, place) = (Digest::from_bytes(list), Digest::from_bytes(place));
            let value = self.rows.open_row(&aad(table, place), &value).map_err(|_| Error::Row)?;
            // EXPOSE: the caller seals it again or reads a decision.
            Ok(Opened { table, place, value: value.expose().clone() })
        })
        .collect()
    }
}

impl Drop for Opened {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.value);
    }
}
