//! What the station remembers of names: codes, handles, gate digests, origins, carried decisions, and the ledger.
//!
//! `station.db` holds keyed digests and encrypted values only. It has one writer, the daemon; others look at it with
//! [`Registry::read`], also while the daemon runs.

mod alike;
mod codes;
mod error;
mod joined;
mod known;
mod ledger;
mod roster_file;
mod rows;
mod searched;
mod snapshot;
mod surrogate;

use std::{collections::BTreeMap, ops::RangeInclusive, path::Path};

use rusqlite::{Connection, OpenFlags};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::{
    entity::EntityType,
    id::{Code, Digest, GroupId, Handle, JobId, StudyId},
    item::{Place, Voice},
    keys::{KeyedDigest, SymmetricKey},
    roster::{
        name_key::{NameKey, Purpose},
        squeeze::squeezed_name,
    },
    secret::Sensitive,
    transform::{CodeTable, Mentions},
    verify::gate::OriginalDigest,
};

pub use self::known::{Others, Own};
pub use self::roster_file::{open_roster, seal_roster};
pub use self::{alike::Alike, joined::Joined};
pub use self::{error::Error, surrogate::Drawing};

/// Where an item's codes belong.
#[derive(Clone, Debug, Eq, PartialEq, Ord, PartialOrd)]
pub struct Scope {
    /// The study: places and organisations have one code throughout.
    pub study: StudyId,
    /// The group: a person's code is found by name within it, and its number is the study's alone.
    pub group: GroupId,
}

/// Where a file was dropped.
#[derive(Debug)]
pub struct Origin {
    /// Its path below the intake root, as bytes: a name need not be UTF-8.
    pub path: Sensitive<Vec<u8>>,
}

/// What a reviewer decided about a string, for the rest of the study.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Decision {
    /// It stays.
    Keep,
    /// It goes.
    Redact,
}

/// The open registry.
pub struct Registry {
    db: Connection,
    rows: SymmetricKey,
    names: NameKey,
    /// What is known of the names of groups, as far as it was asked for.
    known: BTreeMap<(StudyId, GroupId), known::Known>,
}

impl std::fmt::Debug for Registry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Registry")
    }
}

/// The version of the tables.
const VERSION: i64 = 1;

/// How far dates move. Fewer days than in a month would leave "March 2019" where it is.
const SHIFT_DAYS: RangeInclusive<u32> = 28..=182;

/// The key of all digests of names, from the pseudonym key of the station.
///
/// # Errors
///
/// Does not fail for a key of 32 bytes; the library says it could.
pub fn name_key(pseudonym: &SymmetricKey) -> Result<NameKey, Error> {
    let digest = KeyedDigest::new(pseudonym, "vouchsafe/name-key/v1").map_err(|_| Error::Row)?;
    Ok(NameKey::new(Sensitive::new(*digest.finish().as_bytes())))
}

impl Registry {
    /// Opens or makes `station.db` for the daemon. The lock of the audit log sees to it that there is one.
    ///
    /// # Errors
    ///
    /// Fails if the file cannot be used, or was made under another key.
    pub fn open(path: &Path, rows: SymmetricKey, names: NameKey) -> Result<Self, Error> {
        let db = Connection::open(path)?;
        db.busy_timeout(std::time::Duration::from_secs(2))?;
        db.pragma_update(None, "journal_mode", "WAL")?;
        db.pragma_update(None, "synchronous", "FULL")?;
        db.pragma_update(None, "secure_delete", true)?;
        let version: i64 = db.pragma_query_value(None, "user_version", |it| it.get(0))?;
        if version > VERSION {
            return Err(Error::Version);
        }
        let mut registry = Self { db, rows, names, known: BTreeMap::new() };
        registry.transaction(|it| {
            it.db.execute_batch(
                "CREATE TABLE IF NOT EXISTS entry (
                    list BLOB NOT NULL, place BLOB NOT NULL, value BLOB NOT NULL, PRIMARY KEY (list, place)
                 ) WITHOUT ROWID",
            )?;
            it.db.pragma_update(None, "user_version", VERSION)?;
            // A row that only the right keys find and open.
            match it.get(&["check"], &["check"])? {
                Some(_) => Ok(()),
                None if it.is_empty()? => it.put(&["check"], &["check"], b"check"),
                None => Err(Error::Row),
            }
        })?;
        Ok(registry)
    }

    /// Opens the memory of a station that may be running, to look at it.
    ///
    /// # Errors
    ///
    /// Fails if there is none, or it was made under another key.
    pub fn read(path: &Path, rows: SymmetricKey, names: NameKey) -> Result<Self, Error> {
        let db = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        db.busy_timeout(std::time::Duration::from_secs(2))?;
        let version: i64 = db.pragma_query_value(None, "user_version", |it| it.get(0))?;
        if version > VERSION {
            return Err(Error::Version);
        }
        let registry = Self { db, rows, names, known: BTreeMap::new() };
        if registry.get(&["check"], &["check"])?.is_none() {
            return Err(Error::Row);
        }
        Ok(registry)
    }

    /// Hands out codes for a batch of items, in one durable transaction. The table of an item has a code
    /// for every mention; the same name in the same scope gets the same code for ever.
    ///
    /// # Errors
    ///
    /// Fails without having handed out any.
    pub fn allot(&mut self, batch: &[(&Scope, &Mentions)]) -> Result<Vec<CodeTable>, Error> {
        self.allot_and_note(batch, &[])
    }

    /// Sets codes aside for what a reviewer may mark.
    ///
    /// # Errors
    ///
    /// Fails if the database does.
    pub fn reserve(
        &mut self,
        study: &StudyId,
        entity: EntityType,
        count: usize,
    ) -> Result<Vec<String>, Error> {
        self.transaction(|it| (0..count).map(|_| Ok(code(entity, it.next(study, entity)?))).collect())
    }

    /// The greatest number of each entity type that was handed out or set aside.
    ///
    /// # Errors
    ///
    /// Fails if the database does.
    pub fn numbers(&self, study: &StudyId) -> Result<BTreeMap<EntityType, u32>, Error> {
        EntityType::ALL.iter().map(|it| Ok((*it, self.counter(study, *it)?))).collect()
    }

    /// Registers names that a reviewer marked under reserved codes. The answer says, in the same order, under
    /// which code each stands now: an older one where the name was known already.
    ///
    /// # Errors
    ///
    /// Fails if the database does, or a code is none that [`Self::reserve`] gave.
    pub fn settle(
        &mut self,
        scope: &Scope,
        marked: &[(EntityType, &Sensitive<String>, &str)],
    ) -> Result<Vec<String>, Error> {
        let persons = marked.iter().filter(|it| it.0 == EntityType::Person);
        // EXPOSE: normalised, and digested under the name key.
        let names: Vec<_> = persons.map(|it| Sensitive::new(squeezed_name(it.1.expose()))).collect();
        // EXPOSE: as above.
        self.learn(scope, names.iter().map(|it| (it.expose().as_str(), true)))?;
        let codes = self.transaction(|it| {
            it.write_known(scope)?;
            marked
                .iter()
                .map(|(entity, name, reserved)| {
                    let (kind, number) = reserved_code(reserved).ok_or(Error::NotReserved)?;
                    // A number above the counter was never set aside.
                    if number == 0 || number > it.counter(&scope.study, kind)? {
                        return Err(Error::NotReserved);
                    }
                    // Set aside for another kind: a number of its own kind takes its place.
                    let number = (kind == *entity).then_some(number);
                    // EXPOSE: normalised, and digested under the name key.
                    let name = Sensitive::new(squeezed_name(name.expose()));
                    // EXPOSE: as above.
                    Ok(code(*entity, it.marked(scope, *entity, name.expose(), number)?))
                })
                .collect()
        })?;
        self.known_is_written(scope);
        Ok(codes)
    }

    /// The handle that stands for a study in objects' headers.
    ///
    /// # Errors
    ///
    /// Fails if the database does.
    pub fn study_handle(&mut self, study: &StudyId) -> Result<Handle, Error> {
        self.handle(&["study", study.as_str()])
    }

    /// The handle that stands for a participant.
    ///
    /// # Errors
    ///
    /// Fails if the database does.
    pub fn participant_handle(&mut self, study: &StudyId, code: &Code) -> Result<Handle, Error> {
        self.handle(&["participant", study.as_str(), code.as_str()])
    }

    /// Keeps what a batch of jobs will need after a restart, in one durable transaction.
    ///
    /// # Errors
    ///
    /// Fails if the database does.
    pub fn remember(
        &mut self,
        origins: &[(JobId, Origin)],
        gates: &[(JobId, Vec<OriginalDigest>)],
    ) -> Result<(), Error> {
        self.transaction(|it| {
            for (job, origin) in origins {
                // EXPOSE: sealed in a row; the copy is wiped.
                let value = serde_json::to_vec(origin.path.expose());
                let value = Zeroizing::new(value.map_err(|_| Error::Row)?);
                it.put(&["origin"], &[&job.to_string()], &value)?;
            }
            for (job, gate) in gates {
                let value = serde_json::to_vec(gate).map_err(|_| Error::Row)?;
                it.put(&["gate"], &[&job.to_string()], &value)?;
            }
            Ok(())
        })
    }

    /// Where a job's file was dropped.
    ///
    /// # Errors
    ///
    /// Fails if the database does.
    pub fn origin(&self, job: JobId) -> Result<Option<Origin>, Error> {
        let origin: Option<Vec<u8>> = self.get_json(&["origin"], &[&job.to_string()])?;
        Ok(origin.map(|path| Origin { path: Sensitive::new(path) }))
    }

    /// What a job's release is searched for.
    ///
    /// # Errors
    ///
    /// Fails if the database does.
    pub fn gate(&self, job: JobId) -> Result<Option<Vec<OriginalDigest>>, Error> {
        self.get_json(&["gate"], &[&job.to_string()])
    }

    /// Forgets jobs' origins and gate digests.
    ///
    /// # Errors
    ///
    /// Fails if the database does.
    pub fn forget(&mut self, jobs: &[JobId]) -> Result<(), Error> {
        self.transaction(|it| {
            for (job, list) in jobs.iter().flat_map(|job| [(job, "origin"), (job, "gate")]) {
                it.delete(&[list], &[&job.to_string()])?;
            }
            Ok(())
        })
    }

    /// Carries decisions forward, in one durable transaction. A later one replaces an earlier; none forgets it.
    ///
    /// # Errors
    ///
    /// Fails if the database does.
    pub fn decide(
        &mut self,
        study: &StudyId,
        decisions: &BTreeMap<Digest, Option<Decision>>,
    ) -> Result<(), Error> {
        self.transaction(|it| {
            for (digest, decision) in decisions {
                let (list, place) = (["decision", study.as_str()], [&*digest.to_string()]);
                match decision {
                    Some(decision) => {
                        let value = serde_json::to_vec(&(digest, decision)).map_err(|_| Error::Row)?;
                        it.put(&list, &place, &value)?;
                    }
                    None => it.delete(&list, &place)?,
                }
            }
            Ok(())
        })
    }

    /// All carried decisions of a study, by `verify::decision_digest`.
    ///
    /// # Errors
    ///
    /// Fails if the database does.
    pub fn decisions(&self, study: &StudyId) -> Result<BTreeMap<Digest, Decision>, Error> {
        let rows = self.listed(&["decision", study.as_str()])?;
        // EXPOSE: digests and decisions.
        rows.iter().map(|it| serde_json::from_slice(it.expose()).map_err(|_| Error::Row)).collect()
    }

    /// By how many days the dates of an item move: 28 to 182 either way, or whole weeks of them. The same for
    /// all that one participant says, in every file, session and language; and for all joint talk of a group, by a
    /// number of its own, so that it gives away nobody's.
    #[must_use]
    pub fn shift_days(&self, place: &Place, whole_weeks: bool) -> i32 {
        let study = place.study.as_str();
        let digest = match &place.voice {
            Voice::One(code) => self.names.digest(Purpose::DateShift, &[study, code.as_str()]),
            Voice::Joint(_) => self.names.digest(Purpose::DateShift, &[study, "joint", place.group.as_str()]),
        };
        let [a, b, c, d, sign, ..] = *digest.as_bytes();
        let unit = if whole_weeks { 7 } else { 1 };
        let (least, most) = (SHIFT_DAYS.start() / unit, SHIFT_DAYS.end() / unit);
        let span = most.saturating_sub(least).saturating_add(1);
        let drawn = (u32::from_be_bytes([a, b, c, d]) % span).saturating_add(least).saturating_mul(unit);
        let days = i32::try_from(drawn).unwrap_or(0);
        if sign & 1 == 0 { days } else { days.saturating_neg() }
    }

    fn handle(&mut self, place: &[&str]) -> Result<Handle, Error> {
        if let Some(handle) = self.get_json(&["handle"], place)? {
            return Ok(handle);
        }
        let handle = Handle::random().map_err(|_| Error::Random)?;
        let value = serde_json::to_vec(&handle).map_err(|_| Error::Row)?;
        self.transaction(|it| it.put(&["handle"], place, &value))?;
        Ok(handle)
    }

    /// The greatest number of an entity type that was handed out or set aside; 0 if none was.
    ///
    /// # Errors
    ///
    /// Fails if the database does.
    pub fn counter(&self, study: &StudyId, entity: EntityType) -> Result<u32, Error> {
        Ok(self.get_json(&["counter"], &[study.as_str(), entity.name()])?.unwrap_or(0))
    }

    fn next(&self, study: &StudyId, entity: EntityType) -> Result<u32, Error> {
        let next = self.counter(study, entity)?.checked_add(1).ok_or(Error::Exhausted)?;
        self.put_json(&["counter"], &[study.as_str(), entity.name()], &next)?;
        Ok(next)
    }
}

/// What a reserved code is for, and its number.
fn reserved_code(code: &str) -> Option<(EntityType, u32)> {
    let (noun, number) = code.rsplit_once('-')?;
    let kind = EntityType::ALL.iter().find(|it| it.noun() == noun)?;
    Some((*kind, number.parse().ok()?))
}

fn code(entity: EntityType, number: u32) -> String {
    format!("{}-{number}", entity.noun())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transform::{Mention, Who};

    fn keys(n: u8) -> (SymmetricKey, NameKey) {
        let pseudonym = SymmetricKey::from_bytes([n; 32]);
        (SymmetricKey::from_bytes([n.wrapping_add(100); 32]), name_key(&pseudonym).unwrap())
    }

    fn open(dir: &tempfile::TempDir) -> Registry {
        let (rows, names) = keys(1);
        Registry::open(&dir.path().join("station.db"), rows, names).unwrap()
    }

    fn scope(group: &str) -> Scope {
        Scope { study: "RECOVERY".parse().unwrap(), group: group.parse().unwrap() }
    }

    fn named(entity: EntityType, name: &str, also: &[&str]) -> Mentions {
        let sensitive = |it: &str| Sensitive::new(it.to_owned());
        Mentions {
            list: vec![Mention {
                entity,
                who: Who::Named(sensitive(name)),
                also: also.iter().map(|it| sensitive(it)).collect(),
                certain: vec![],
                same_as: None,
                findings: vec![0],
                labels: vec![],
            }],
        }
    }

    fn ask(registry: &mut Registry, group: &str, entity: EntityType, name: &str, also: &[&str]) -> String {
        let table = registry.allot(&[(&scope(group), &named(entity, name, also))]).unwrap();
        table[0].findings[&0].clone()
    }

    use EntityType::{Person, Place};

    #[test]
    fn the_same_name_has_the_same_code_after_a_restart() {
        let dir = tempfile::tempdir().unwrap();
        let first = ask(&mut open(&dir), "D03", Person, "daisy quill", &[]);
        let mut registry = open(&dir);
        assert_eq!(first, "person-1");
        assert_eq!(ask(&mut registry, "D03", Person, "daisy quill", &[]), "person-1");
        assert_eq!(ask(&mut registry, "D03", Person, "rosa quill", &[]), "person-2");
        assert_eq!(
            ask(&mut registry, "D05", Person, "daisy quill", &[]),
            "person-3",
            "another group's Daisy"
        );
        assert_eq!(ask(&mut registry, "D03", Place, "harbour club", &[]), "place-1");
        assert_eq!(ask(&mut registry, "D05", Place, "harbour club", &[]), "place-1");
    }

    #[test]
    fn a_short_form_follows_its_only_owner() {
        let dir = tempfile::tempdir().unwrap();
        let mut it = open(&dir);
        assert_eq!(ask(&mut it, "D03", Person, "yip ka yan", &["ka yan"]), "person-1");
        assert_eq!(ask(&mut it, "D03", Person, "ka yan", &[]), "person-1");
        assert_eq!(ask(&mut it, "D03", Person, "lok ka yan", &["ka yan"]), "person-2");
        let alone = ask(&mut it, "D03", Person, "ka yan", &[]);
        assert_eq!(alone, "person-3", "nobody knows which of the two");
        assert_eq!(ask(&mut it, "D03", Person, "ka yan", &[]), alone);
    }

    /// The codes of names that an item has in several writings.
    fn ask_writings(registry: &mut Registry, group: &str, names: &[&str]) -> Vec<String> {
        let mut mentions = Mentions::default();
        for (n, name) in names.iter().enumerate() {
            let mut one = named(Person, name, &[]).list.remove(0);
            (one.findings, one.same_as) = (vec![n], (n > 0).then_some(0));
            mentions.list.push(one);
        }
        let table = registry.allot(&[(&scope(group), &mentions)]).unwrap();
        table[0].findings.values().cloned().collect()
    }

    #[test]
    fn a_name_in_two_scripts_has_one_code_from_then_on() {
        let dir = tempfile::tempdir().unwrap();
        let mut it = open(&dir);
        assert_eq!(ask_writings(&mut it, "D03", &["黎曉彤", "lai hiu tung"]), ["person-1", "person-1"]);
        assert_eq!(ask(&mut it, "D03", Person, "lai hiu tung", &["hiu tung"]), "person-1");
        assert_eq!(ask(&mut it, "D03", Person, "黎曉彤", &["曉彤"]), "person-1");
        assert_eq!(ask(&mut it, "D03", Person, "黎晓彤", &["晓彤"]), "person-1", "simplified");
        assert_eq!(ask(&mut it, "D05", Person, "lai hiu tung", &[]), "person-2", "another group's");
        // Whichever was known first gives the number.
        assert_eq!(ask(&mut it, "D03", Person, "mok ka yan", &[]), "person-3");
        assert_eq!(ask_writings(&mut it, "D03", &["莫家欣", "mok ka yan"]), ["person-3", "person-3"]);
    }

    #[test]
    fn a_spelling_that_two_people_share_keeps_its_first_owner() {
        let dir = tempfile::tempdir().unwrap();
        let mut it = open(&dir);
        assert_eq!(ask_writings(&mut it, "D03", &["黎曉彤", "lai hiu tung"]), ["person-1", "person-1"]);
        // Another Lai Hiu Tung, who writes it otherwise.
        assert_eq!(ask_writings(&mut it, "D03", &["黎曉桐", "lai hiu tung"]), ["person-2", "person-1"]);
        assert_eq!(ask_writings(&mut it, "D03", &["黎曉彤", "lai hiu dung"]), ["person-1", "person-3"]);
        let known = ["黎曉彤", "lai hiu tung", "lai hiutung"];
        assert_eq!(ask_writings(&mut it, "D03", &known), ["person-1"; 3]);
        // Both had codes before they were seen together: they keep them.
        assert_eq!(ask(&mut it, "D03", Person, "莫家欣", &[]), "person-4");
        assert_eq!(ask(&mut it, "D03", Person, "mok ka yan", &[]), "person-5");
        assert_eq!(ask_writings(&mut it, "D03", &["莫家欣", "mok ka yan"]), ["person-4", "person-5"]);
    }

    #[test]
    fn names_of_other_items_may_be_one_persons() {
        let dir = tempfile::tempdir().unwrap();
        let mut it = open(&dir);
        let pairs = |it: &Registry| -> Vec<(String, String)> {
            let alike = it.alike(&scope("D03").study).unwrap().into_iter();
            let alike = alike.inspect(|it| assert_eq!(it.group.as_str(), "D03")).map(|it| it.codes);
            alike.map(|[one, other]| (one, other)).collect()
        };
        ask(&mut it, "D03", Person, "ida", &[]);
        ask(&mut it, "D05", Person, "ida ng", &[]);
        assert_eq!(pairs(&it), [], "another group's");
        ask(&mut it, "D03", Person, "ida ng", &[]);
        ask(&mut it, "D03", Person, "daisy quill", &[]);
        // Known as hers, it is no other's.
        ask(&mut it, "D03", Person, "yip ka yan", &["ka yan"]);
        ask(&mut it, "D03", Person, "ka yan", &[]);
        ask(&mut it, "D03", Person, "daisy", &[]);
        let pair = |a: u32, b: u32| (format!("person-{a}"), format!("person-{b}"));
        assert_eq!(pairs(&it), [pair(1, 3), pair(6, 4)]);
        ask(&mut it, "D03", Person, "洛珩", &[]);
        ask(&mut it, "D03", Person, "shum lok hang", &[]);
        assert_eq!(pairs(&it)[2..], [pair(7, 8)], "a name in two scripts");
        drop(it);
        assert_eq!(pairs(&open(&dir)).len(), 3);
    }

    #[test]
    fn reserved_codes_give_way_to_registered_ones() {
        let dir = tempfile::tempdir().unwrap();
        let mut it = open(&dir);
        ask(&mut it, "D03", Person, "daisy quill", &[]);
        let reserved = it.reserve(&scope("D03").study, Person, 2).unwrap();
        assert_eq!(reserved, ["person-2", "person-3"]);
        assert_eq!(it.numbers(&scope("D03").study).unwrap()[&Person], 3);
        let (known, new) = (Sensitive::new("Daisy  QUILL".to_owned()), Sensitive::new("Rosa".to_owned()));
        let marked = [(Person, &known, reserved[0].as_str()), (Person, &new, reserved[1].as_str())];
        assert_eq!(it.settle(&scope("D03"), &marked).unwrap(), ["person-1", "person-3"]);
        assert_eq!(ask(&mut it, "D03", Person, "rosa", &[]), "person-3");
        let mill = (EntityType::Organisation, &new, reserved[0].as_str());
        assert_eq!(it.settle(&scope("D03"), &[mill]).unwrap(), ["organisation-1"], "set aside for persons");
        for forged in ["person-4", "person-0", "place-1", "PSW-03"] {
            assert!(matches!(it.settle(&scope("D03"), &[(Person, &new, forged)]), Err(Error::NotReserved)));
        }
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(16))]
        #[test]
        fn two_names_never_share_a_code(names in proptest::collection::vec(("[a-e]{1,2}", 0_u8..3), 1..30)) {
            let dir = tempfile::tempdir().unwrap();
            let mut registry = open(&dir);
            let mut codes: BTreeMap<String, (String, u8)> = BTreeMap::new();
            for (name, group) in names {
                let code = ask(&mut registry, &format!("D{group}"), Person, &name, &[]);
                let owner = codes.entry(code).or_insert_with(|| (name.clone(), group));
                proptest::prop_assert_eq!(&*owner, &(name, group));
            }
        }
    }

    #[test]
    fn nothing_in_the_file_can_be_read() {
        let dir = tempfile::tempdir().unwrap();
        let mut it = open(&dir);
        ask(&mut it, "D03", Person, "daisy quill", &["daisy"]);
        let job = JobId::from_bytes([3; 16]);
        let origin =
            Origin { path: Sensitive::new("D03/PIR/W2/interview/daisy 陳大文.txt".as_bytes().to_vec()) };
        let gate = vec![OriginalDigest { entity: Person, chars: 11, digest: Digest::from_bytes([0x44; 32]) }];
        it.remember(&[(job, origin)], &[(job, gate.clone())]).unwrap();
        it.participant_handle(&scope("D03").study, &"PIR-03".parse().unwrap()).unwrap();
        assert_eq!(
            it.origin(job).unwrap().unwrap().path.expose(),
            "D03/PIR/W2/interview/daisy 陳大文.txt".as_bytes()
        );
        assert_eq!(it.gate(job).unwrap(), Some(gate));
        for file in std::fs::read_dir(dir.path()).unwrap() {
            let bytes = std::fs::read(file.unwrap().path()).unwrap();
            for planted in ["daisy", "陳大文", "PIR", "D03", "RECOVERY", "interview", "DDDD", &"4".repeat(16)]
            {
                assert!(!bytes.windows(planted.len()).any(|it| it == planted.as_bytes()), "{planted}");
            }
        }
        it.forget(&[job]).unwrap();
        assert!(it.origin(job).unwrap().is_none() && it.gate(job).unwrap().is_none());
    }

    #[test]
    fn another_key_or_a_moved_row_does_not_open() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("station.db");
        let study = scope("D03").study;
        let handles = {
            let mut it = open(&dir);
            let handle = it.study_handle(&study).unwrap();
            assert_eq!(it.study_handle(&study).unwrap(), handle);
            [handle, it.participant_handle(&study, &"PIR-03".parse().unwrap()).unwrap()]
        };
        assert_ne!(handles[0], handles[1]);
        for (rows, names) in [(keys(2).0, keys(1).1), (keys(1).0, keys(2).1)] {
            assert!(matches!(Registry::open(&path, rows, names), Err(Error::Row)));
        }
        let mut it = open(&dir);
        let (list, place) = it.key(&["handle"], &["study", "RECOVERY"]);
        let sql = "UPDATE entry SET value = (SELECT value FROM entry WHERE NOT (list = ?1 AND place = ?2) LIMIT 1) \
                   WHERE list = ?1 AND place = ?2";
        assert_eq!(it.db.execute(sql, (list.as_bytes(), place.as_bytes())).unwrap(), 1);
        assert!(matches!(it.study_handle(&study), Err(Error::Row)));
    }

    #[test]
    fn decisions_are_carried_and_snapshots_come_back() {
        let dir = tempfile::tempdir().unwrap();
        let mut it = open(&dir);
        let study = scope("D03").study;
        let (digest, other) = (Digest::from_bytes([7; 32]), Digest::from_bytes([8; 32]));
        it.decide(&study, &BTreeMap::from([(digest, Some(Decision::Keep)), (other, Some(Decision::Keep))]))
            .unwrap();
        it.decide(&study, &BTreeMap::from([(digest, Some(Decision::Redact)), (other, None)])).unwrap();
        ask(&mut it, "D03", Person, "daisy quill", &[]);
        assert_eq!(it.decisions(&study).unwrap(), BTreeMap::from([(digest, Decision::Redact)]));
        assert!(it.decisions(&"OTHER".parse().unwrap()).unwrap().is_empty());

        let snapshot = it.snapshot().unwrap();
        let other = tempfile::tempdir().unwrap();
        let path = other.path().join("station.db");
        let mut back = Registry::open(&path, SymmetricKey::from_bytes([77; 32]), keys(1).1).unwrap();
        back.restore(&snapshot).unwrap();
        assert_eq!(back.decisions(&study).unwrap().len(), 1);
        assert_eq!(ask(&mut back, "D03", Person, "daisy quill", &[]), "person-1");
        assert!(back.restore(&snapshot).is_err(), "only into an empty registry");
    }

    fn spoken(group: &str, wave: &str, codes: &[&str]) -> crate::item::Place {
        let codes: Vec<Code> = codes.iter().map(|it| it.parse().unwrap()).collect();
        crate::item::Place {
            study: scope(group).study,
            group: scope(group).group,
            role: "PIR".parse().unwrap(),
            voice: if let [one] = codes.as_slice() { Voice::One(one.clone()) } else { Voice::Joint(codes) },
            wave: wave.parse().unwrap(),
            activity: crate::item::Activity::Interview,
            kind: crate::item::ItemKind::Transcript,
            language: None,
        }
    }

    #[test]
    fn dates_move_by_a_number_of_the_participants_own() {
        let dir = tempfile::tempdir().unwrap();
        let it = open(&dir);
        for (unit, weeks) in [(1, false), (7, true)] {
            let days: std::collections::BTreeSet<i32> = (0..200)
                .map(|n| it.shift_days(&spoken("D03", "W1", &[&format!("PIR-{n}")]), weeks))
                .collect();
            assert!(
                days.len() > 30 && days.iter().all(|it| (28..=182).contains(&it.abs()) && it % unit == 0)
            );
            assert!(days.iter().any(|it| *it < 0) && days.iter().any(|it| *it > 0));
        }
    }

    #[test]
    fn a_shift_is_the_same_in_every_wave_and_joint_talk_has_the_groups() {
        let dir = tempfile::tempdir().unwrap();
        let own =
            |it: &Registry, wave: &str, codes: &[&str]| it.shift_days(&spoken("D03", wave, codes), false);
        let it = open(&dir);
        let one = own(&it, "W1", &["PIR-03"]);
        let joint = own(&it, "W1", &["PIR-03", "PSW-03"]);
        assert_eq!((own(&it, "W2", &["PIR-03"]), own(&it, "W2", &["PIR-03", "PSW-03"])), (one, joint));
        assert_eq!(own(&it, "W2", &["FAM-03", "PIR-03", "PSW-03"]), joint, "somebody joined the group");
        assert!(one != joint && own(&it, "W1", &["PSW-03"]) != joint, "it gives away nobody's");
        assert_ne!(it.shift_days(&spoken("D05", "W1", &["PIR-05", "PSW-05"]), false), joint);
        drop(it);
        assert_eq!(own(&open(&dir), "W3", &["PIR-03"]), one, "after a restart");
        let other = tempfile::tempdir().unwrap();
        let (rows, names) = keys(2);
        let other = Registry::open(&other.path().join("station.db"), rows, names).unwrap();
        assert_ne!(own(&other, "W1", &["PIR-03"]), one, "under another key");
    }
}
