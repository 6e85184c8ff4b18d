//! Knows the names of a group again in its later items, by short keyed digests that are kept in memory: a text is
//! asked about word by word, and the database not at all.

use std::{
    collections::{BTreeMap, BTreeSet, hash_map::DefaultHasher},
    hash::{Hash as _, Hasher as _},
};

use serde::{Deserialize, Serialize};

use super::{Error, Registry, Scope};
use crate::{
    detect::recall::{Memory, keys},
    entity::Tier,
    id::{GroupId, StudyId},
    roster::{
        name_key::{NameKey, Purpose},
        variants,
    },
};

/// The list of the rows.
const LIST: &str = "known";

/// The names of a group, and what they open with. Eight bytes of a keyed digest each.
#[derive(Debug, Default)]
pub(super) struct Known {
    heads: BTreeSet<u64>,
    /// And how sure it is of each that it is a name.
    names: BTreeMap<u64, Tier>,
    /// What is not in the database yet.
    fresh: BTreeMap<u64, Row>,
}

/// As it stands in the database.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Row {
    head: u64,
    name: u64,
    certain: bool,
}

impl Known {
    /// Takes a name in. What was certain once stays so.
    fn add(&mut self, row: Row) -> bool {
        self.heads.insert(row.head);
        let tier = if row.certain { Tier::Certain } else { Tier::Probable };
        let before = self.names.insert(row.name, tier);
        if let Some(before) = before.filter(|it| *it >= tier) {
            self.names.insert(row.name, before);
            return false;
        }
        true
    }
}

/// Names that an item brings itself: what was not found of them there is left to the item's own search.
#[derive(Debug, Default)]
pub struct Own(BTreeSet<u64>);

/// What a group's other items tell of names, for one item.
#[derive(Debug)]
pub struct Others<'r> {
    known: Option<&'r Known>,
    own: &'r Own,
    key: &'r NameKey,
    scope: &'r Scope,
    /// What was asked before. By plain hashes, which live as long as this.
    heads: BTreeMap<u64, bool>,
    asked: BTreeMap<u64, Option<Tier>>,
}

impl Registry {
    /// Takes the names of an item into the group's memory, each with whether it is certain. The database learns of
    /// them when codes are handed out.
    ///
    /// # Errors
    ///
    /// Fails if the database does.
    pub fn learn<'n>(
        &mut self,
        scope: &Scope,
        names: impl IntoIterator<Item = (&'n str, bool)>,
    ) -> Result<Own, Error> {
        let group = group_of(scope);
        if !self.known.contains_key(&group) {
            let rows = self.listed(&[LIST, scope.study.as_str(), scope.group.as_str()])?;
            let mut known = Known::default();
            for row in rows {
                // EXPOSE: short digests.
                known.add(serde_json::from_slice(row.expose()).map_err(|_| Error::Row)?);
            }
            self.known.insert(group.clone(), known);
        }
        let mut own = Own::default();
        let known = self.known.entry(group).or_default();
        for (name, certain) in names {
            for name in variants::of(name).into_iter().chain([name.to_owned()]) {
                let Some((head, name)) = keys(&name) else { continue };
                let head = short(&self.names, scope, "head", &head);
                let row = Row { head, name: short(&self.names, scope, "name", &name), certain };
                if known.add(row) {
                    known.fresh.insert(row.name, row);
                }
                own.0.insert(row.name);
            }
        }
        Ok(own)
    }

    /// What the group's items know of names beyond an item's own. Nothing of a group of which nothing was learnt.
    #[must_use]
    pub fn others<'r>(&'r self, scope: &'r Scope, own: &'r Own) -> Others<'r> {
        Others {
            known: self.known.get(&group_of(scope)),
            own,
            key: &self.names,
            scope,
            heads: BTreeMap::new(),
            asked: BTreeMap::new(),
        }
    }

    /// Writes down what a group has learnt since the last time, within a transaction.
    pub(super) fn write_known(&self, scope: &Scope) -> Result<(), Error> {
        let known = self.known.get(&group_of(scope));
        for row in known.into_iter().flat_map(|it| it.fresh.values()) {
            let place = format!("{:016x}", row.name);
            self.put_json(&[LIST, scope.study.as_str(), scope.group.as_str()], &[&place], row)?;
        }
        Ok(())
    }

    /// After the transaction.
    pub(super) fn known_is_written(&mut self, scope: &Scope) {
        if let Some(known) = self.known.get_mut(&group_of(scope)) {
            known.fresh.clear();
        }
    }
}

impl Memory for Others<'_> {
    fn opens(&mut self, head: &str) -> bool {
        let Some(known) = self.known.filter(|it| !it.heads.is_empty()) else { return false };
        let (key, scope) = (self.key, self.scope);
        let answer = self.heads.entry(plain(head));
        *answer.or_insert_with(|| known.heads.contains(&short(key, scope, "head", head)))
    }

    fn is_name(&mut self, name: &str) -> Option<Tier> {
        let known = self.known?;
        let (key, scope, own) = (self.key, self.scope, self.own);
        *self.asked.entry(plain(name)).or_insert_with(|| {
            let digest = short(key, scope, "name", name);
            known.names.get(&digest).copied().filter(|_| !own.0.contains(&digest))
        })
    }
}

fn group_of(scope: &Scope) -> (StudyId, GroupId) {
    (scope.study.clone(), scope.group.clone())
}

fn short(key: &NameKey, scope: &Scope, what: &str, text: &str) -> u64 {
    let digest = key.digest(Purpose::Known, &[scope.study.as_str(), scope.group.as_str(), what, text]);
    digest.as_bytes().first_chunk::<8>().map_or(0, |it| u64::from_be_bytes(*it))
}

fn plain(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        detect::{Detected, Scan, recall},
        id::JobId,
        keys::SymmetricKey,
        rules::Dictionary,
        transcript::{Format, Layout, Piece, Role, Transcript},
    };

    fn registry(dir: &tempfile::TempDir) -> Registry {
        let names = super::super::name_key(&SymmetricKey::from_bytes([1; 32])).unwrap();
        Registry::open(&dir.path().join("station.db"), SymmetricKey::from_bytes([2; 32]), names).unwrap()
    }

    fn scope(group: &str) -> Scope {
        Scope { study: "RECOVERY".parse().unwrap(), group: group.parse().unwrap() }
    }

    fn item(text: &str) -> Transcript<Detected> {
        let pieces = vec![Piece { start: 0, end: text.len(), role: Role::Speech, turn: 0 }];
        let layout = Layout { format: Format::Text, encoding: "UTF-8".into(), pieces };
        let raw = Transcript::new(JobId::from_bytes([1; 16]), text.to_owned(), layout).unwrap();
        crate::detect::accept(raw, Scan::default()).unwrap()
    }

    #[test]
    fn names_are_known_in_their_group_alone_and_an_items_own_are_its_own() {
        let dir = tempfile::tempdir().unwrap();
        let mut it = registry(&dir);
        let (here, there, none) = (scope("D03"), scope("D05"), Own::default());
        let own = it.learn(&here, [("odalys venn", true), ("黎曉彤", false)]).unwrap();
        it.learn(&there, []).unwrap();
        let text = item("then odalys venn and 黎晓彤 came");
        let found = |it: &Registry, scope: &Scope, own: &Own| {
            recall::recall(&text, &mut it.others(scope, own), &Dictionary::default()).len()
        };
        assert_eq!(found(&it, &here, &none), 2);
        assert_eq!(found(&it, &here, &own), 0);
        assert_eq!(found(&it, &there, &none), 0);
    }

    #[test]
    fn few_digests_are_made_for_a_transcript() {
        let dir = tempfile::tempdir().unwrap();
        let mut it = registry(&dir);
        let (here, none) = (scope("D03"), Own::default());
        let names: Vec<String> = (0..200_u32)
            .map(|n| match char::from_u32(0x4E00 + n * 7) {
                Some(c) if n % 2 == 0 => format!("{c}曉彤"),
                _ => format!("name{n} venn"),
            })
            .collect();
        it.learn(&here, names.iter().map(|it| (it.as_str(), true))).unwrap();
        let files = crate::sample::files();
        let talk: Vec<String> =
            files.iter().map(|it| String::from_utf8_lossy(&it.bytes).into_owned()).collect();
        let talk = talk.join("\n");
        let text = item(&talk);
        let mut memory = it.others(&here, &none);
        recall::recall(&text, &mut memory, &Dictionary::default());
        let made = memory.heads.len() + memory.asked.len();
        assert!(made < 1_000, "{made} of {} bytes", talk.len());
    }
}
