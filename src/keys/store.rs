//! The key store: one key pair per participant, session and class, whose private half lies sealed to
//! the stewards, wrapped again to the rolling key.
//!
//! ```text
//! keystore/<participant handle | unassigned>/<key handle>.age    age to the rolling key of (age to the stewards of (identity))
//! keystore/<participant handle | unassigned>/<key handle>.json   canonical JSON: public half and scope
//! ```
//!
//! Architecture invariant: a private half exists in memory only while its pair is made. Nothing here
//! can open an object without a steward's identity and the rolling key's.

use std::{
    collections::BTreeMap,
    fs,
    io::Write,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use super::{Error, Identity, Recipient, canonical, decrypt, encrypt};
use crate::{
    durable::{self, Draft, Synced, Written},
    id::{Handle, JobId, Wave},
    secret::Sensitive,
};

const UNASSIGNED: &str = "unassigned";
const RECORD_VERSION: u32 = 1;

/// What an object holds; and with whom and for how long its key lives.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ObjectClass {
    /// An item as it was dropped.
    Raw,
    /// The de-identified copy.
    Deidentified,
    /// A recording.
    Recording,
    /// A signed consent form.
    Consent,
    /// An item that belongs to nobody known yet.
    Unassigned,
    /// What the station remembers.
    Station,
}

/// What a key is for.
#[derive(Clone, Debug, Eq, PartialEq, Ord, PartialOrd)]
pub enum Scope {
    /// A participant's items of one class in one session.
    Participant {
        /// Whose.
        participant: Handle,
        /// Which session.
        wave: Wave,
        /// Which class.
        class: ObjectClass,
    },
    /// One item that belongs to nobody known yet.
    Unassigned {
        /// The item's job.
        job: JobId,
    },
}

/// The public half of a key pair, by its handle.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Key {
    /// Its name in headers and in the key store.
    pub handle: Handle,
    /// Its public half.
    pub recipient: Recipient,
}

/// What lies in a key's `.json` file.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyRecord {
    class: ObjectClass,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    job: Option<JobId>,
    key: Handle,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    participant: Option<Handle>,
    recipient: Recipient,
    version: u32,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    wave: Option<Wave>,
}

/// Every key of a key store, without the means to make new ones.
#[derive(Debug)]
pub struct KeyIndex {
    dir: PathBuf,
    by_handle: BTreeMap<Handle, (Scope, Recipient)>,
    by_scope: BTreeMap<Scope, Handle>,
}

/// The key store of a running station.
#[derive(Debug)]
pub struct KeyStore {
    index: KeyIndex,
    stewards: Vec<Recipient>,
    rolling: Recipient,
    drafts: Vec<KeyDraft>,
}

#[derive(Debug)]
struct KeyDraft {
    handle: Handle,
    dir: PathBuf,
    private: Written,
    record: Written,
}

impl KeyDraft {
    fn commit(self, synced: &Synced) -> Result<(), Error> {
        // The private half first: a record says that the key can be opened.
        self.private.commit(synced, &self.dir.join(format!("{}.age", self.handle)))?;
        Ok(self.record.commit(synced, &self.dir.join(format!("{}.json", self.handle)))?)
    }
}

impl Scope {
    /// The class of the objects that the key is for.
    #[must_use]
    pub const fn class(&self) -> ObjectClass {
        match self {
            Self::Participant { class, .. } => *class,
            Self::Unassigned { .. } => ObjectClass::Unassigned,
        }
    }

    fn folder(&self) -> String {
        match self {
            Self::Participant { participant, .. } => participant.to_string(),
            Self::Unassigned { .. } => UNASSIGNED.to_owned(),
        }
    }
}

impl KeyRecord {
    fn new(key: &Key, scope: &Scope) -> Self {
        let (job, participant, wave) = match scope {
            Scope::Participant { participant, wave, .. } => (None, Some(*participant), Some(wave.clone())),
            Scope::Unassigned { job } => (Some(*job), None, None),
        };
        Self {
            class: scope.class(),
            job,
            key: key.handle,
            participant,
            recipient: key.recipient.clone(),
            version: RECORD_VERSION,
            wave,
        }
    }

    fn scope(&self) -> Option<Scope> {
        if self.version != RECORD_VERSION {
            return None;
        }
        match (self.job, self.participant, self.wave.clone()) {
            (None, Some(participant), Some(wave)) => {
                Some(Scope::Participant { participant, wave, class: self.class })
            }
            (Some(job), None, None) if self.class == ObjectClass::Unassigned => {
                Some(Scope::Unassigned { job })
            }
            (Some(_) | None, Some(_) | None, Some(_) | None) => None,
        }
    }
}

impl KeyIndex {
    /// Reads every record under `dir`, which may be empty.
    ///
    /// # Errors
    ///
    /// Fails with [`Error::Record`] if one is damaged, misplaced, or if two are for one scope.
    pub fn load(dir: &Path) -> Result<Self, Error> {
        let mut index = Self { dir: dir.to_owned(), by_handle: BTreeMap::new(), by_scope: BTreeMap::new() };
        for folder in fs::read_dir(dir)? {
            let folder = folder?;
            if !folder.file_type()?.is_dir() {
                continue;
            }
            for entry in fs::read_dir(folder.path())? {
                let path = entry?.path();
                let (Some(stem), Some("json")) = (
                    path.file_stem().and_then(|it| it.to_str()),
                    path.extension().and_then(|it| it.to_str()),
                ) else {
                    continue;
                };
                let record: KeyRecord =
                    canonical::from_bytes(&fs::read(&path)?).map_err(|_| Error::Record)?;
                let scope = record.scope().ok_or(Error::Record)?;
                let in_place = stem == record.key.to_string()
                    && folder.file_name().to_str() == Some(scope.folder().as_str());
                if !in_place || !index.insert(Key { handle: record.key, recipient: record.recipient }, scope)
                {
                    return Err(Error::Record);
                }
            }
        }
        Ok(index)
    }

    /// How many keys there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.by_handle.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_handle.is_empty()
    }

    /// What a key is for.
    #[must_use]
    pub fn scope(&self, handle: Handle) -> Option<&Scope> {
        self.by_handle.get(&handle).map(|(scope, _)| scope)
    }

    /// The keys of one participant.
    pub fn of_participant(&self, wanted: Handle) -> impl Iterator<Item = (Handle, &Scope)> {
        self.by_handle.iter().filter_map(move |(handle, (scope, _))| match scope {
            Scope::Participant { participant, .. } if *participant == wanted => Some((*handle, scope)),
            Scope::Participant { .. } | Scope::Unassigned { .. } => None,
        })
    }

    /// Opens a key's private half.
    ///
    /// # Errors
    ///
    /// Fails if the key was destroyed, if it is not wrapped for these two, or if it does not fit its record.
    pub fn open_key(
        &self,
        handle: Handle,
        steward: &Identity,
        rolling: &Identity,
    ) -> Result<Identity, Error> {
        let (scope, recipient) = self.by_handle.get(&handle).ok_or(Error::Unknown)?;
        let path = self.dir.join(scope.folder()).join(format!("{handle}.age"));
        let wrapped = fs::read(path).map_err(|error| {
            if error.kind() == std::io::ErrorKind::NotFound { Error::Unknown } else { error.into() }
        })?;
        let sealed = decrypt(std::slice::from_ref(rolling), &wrapped)?;
        // EXPOSE: to the next opening.
        let text = decrypt(std::slice::from_ref(steward), sealed.expose())?;
        // EXPOSE: to the parser.
        let text = std::str::from_utf8(text.expose()).map_err(|_| Error::Record)?;
        let identity = Identity::from_file_text(text)?;
        if identity.recipient()? == *recipient { Ok(identity) } else { Err(Error::Record) }
    }

    fn insert(&mut self, key: Key, scope: Scope) -> bool {
        self.by_scope.insert(scope.clone(), key.handle).is_none()
            && self.by_handle.insert(key.handle, (scope, key.recipient)).is_none()
    }

    fn remove(&mut self, handle: Handle) -> Option<Scope> {
        let (scope, _) = self.by_handle.remove(&handle)?;
        self.by_scope.remove(&scope);
        Some(scope)
    }
}

impl KeyStore {
    /// Opens the key store in `dir`, which exists.
    ///
    /// # Errors
    ///
    /// Fails with [`Error::NoSteward`] without a steward, with [`Error::Record`] if a record is damaged.
    pub fn open(dir: &Path, stewards: Vec<Recipient>, rolling: Recipient) -> Result<Self, Error> {
        if stewards.is_empty() {
            return Err(Error::NoSteward);
        }
        Ok(Self { index: KeyIndex::load(dir)?, stewards, rolling, drafts: Vec::new() })
    }

    /// The keys that there are, those not yet committed included.
    #[must_use]
    pub const fn index(&self) -> &KeyIndex {
        &self.index
    }

    /// The key for `scope`; if there is none yet, a new pair whose files [`Self::commit`] will name.
    ///
    /// # Errors
    ///
    /// Fails if the drafts can't be written.
    pub fn ensure(&mut self, scope: &Scope) -> Result<Key, Error> {
        if let Some(handle) = self.index.by_scope.get(scope)
            && let Some((_, recipient)) = self.index.by_handle.get(handle)
        {
            return Ok(Key { handle: *handle, recipient: recipient.clone() });
        }
        let identity = Identity::generate()?;
        let key = Key { handle: Handle::random()?, recipient: identity.recipient()? };
        let text = identity.to_text()?;
        // EXPOSE: straight into a file sealed to the stewards.
        let text = Sensitive::new(format!("{}\n", text.expose()));
        // EXPOSE: as above.
        let sealed = encrypt(&self.stewards, text.expose().as_bytes())?;
        let wrapped = encrypt(std::slice::from_ref(&self.rolling), &sealed)?;
        let record = canonical::to_bytes(&KeyRecord::new(&key, scope)).map_err(|_| Error::Record)?;
        let dir = self.index.dir.join(scope.folder());
        durable::make_dir(&dir)?;
        self.drafts.push(KeyDraft {
            handle: key.handle,
            private: written(&dir, &wrapped)?,
            record: written(&dir, &record)?,
            dir,
        });
        self.index.insert(key.clone(), scope.clone());
        Ok(key)
    }

    /// How many keys wait for [`Self::commit`].
    #[must_use]
    pub const fn uncommitted(&self) -> usize {
        self.drafts.len()
    }

    /// Names the files of every new key. To be called before any object sealed to them is committed.
    ///
    /// # Errors
    ///
    /// Fails if a file can't be named; then no object of the batch may be committed, and the keys that have no
    /// name are forgotten: nothing may be sealed to one whose private half is gone.
    pub fn commit(&mut self, synced: &Synced) -> Result<(), Error> {
        let mut drafts = std::mem::take(&mut self.drafts).into_iter();
        while let Some(draft) = drafts.next() {
            let handle = draft.handle;
            if let Err(error) = draft.commit(synced) {
                self.index.remove(handle);
                drafts.for_each(|it| drop(self.index.remove(it.handle)));
                return Err(error);
            }
        }
        Ok(())
    }

    /// Forgets the keys that were not committed.
    pub fn roll_back(&mut self) {
        for draft in self.drafts.drain(..) {
            self.index.remove(draft.handle);
        }
    }

    /// Removes a key's files. Earlier copies of the key store still hold it until the rolling key is rolled.
    ///
    /// # Errors
    ///
    /// Fails with [`Error::Unknown`] if there is no such key or it is not committed.
    pub fn destroy(&mut self, handle: Handle) -> Result<(), Error> {
        if self.drafts.iter().any(|it| it.handle == handle) {
            return Err(Error::Unknown);
        }
        let folder = self.index.scope(handle).ok_or(Error::Unknown)?.folder();
        let dir = self.index.dir.join(folder);
        // The record last: as long as it is there, the next try finds what is left to do.
        durable::unlink(&dir.join(format!("{handle}.age")))?;
        durable::sync_dir(&dir)?;
        durable::unlink(&dir.join(format!("{handle}.json")))?;
        durable::sync_dir(&dir)?;
        self.index.remove(handle);
        Ok(())
    }
}

fn written(dir: &Path, bytes: &[u8]) -> Result<Written, Error> {
    let mut draft = Draft::create(dir)?;
    draft.write_all(bytes)?;
    Ok(draft.finish()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Bench {
        dir: tempfile::TempDir,
        stewards: Vec<Identity>,
        rolling: Identity,
    }

    impl Bench {
        fn new() -> Self {
            let who = || Identity::generate().unwrap();
            Self { dir: tempfile::tempdir().unwrap(), stewards: vec![who(), who()], rolling: who() }
        }

        fn open(&self) -> KeyStore {
            let stewards = self.stewards.iter().map(|it| it.recipient().unwrap()).collect();
            KeyStore::open(self.dir.path(), stewards, self.rolling.recipient().unwrap()).unwrap()
        }
    }

    fn scope(class: ObjectClass) -> Scope {
        Scope::Participant { participant: Handle::from_bytes([7; 16]), wave: "W2".parse().unwrap(), class }
    }

    #[test]
    fn a_committed_key_is_found_again_and_any_steward_opens_it() {
        let bench = Bench::new();
        let mut store = bench.open();
        let raw = store.ensure(&scope(ObjectClass::Raw)).unwrap();
        let recording = store.ensure(&scope(ObjectClass::Recording)).unwrap();
        let lost = store.ensure(&Scope::Unassigned { job: JobId::from_bytes([1; 16]) }).unwrap();
        assert_ne!(raw, recording);
        assert_eq!(store.ensure(&scope(ObjectClass::Raw)).unwrap(), raw, "one key a scope");
        store.commit(&durable::sync(bench.dir.path()).unwrap()).unwrap();

        let mut again = bench.open();
        assert_eq!(again.index().len(), 3);
        assert_eq!(again.ensure(&scope(ObjectClass::Raw)).unwrap(), raw);
        assert_eq!(again.uncommitted(), 0);
        for key in [&raw, &recording, &lost] {
            for steward in &bench.stewards {
                let opened = again.index().open_key(key.handle, steward, &bench.rolling).unwrap();
                assert_eq!(opened.recipient().unwrap(), key.recipient);
            }
        }
        let stranger = Identity::generate().unwrap();
        assert!(again.index().open_key(raw.handle, &stranger, &bench.rolling).is_err());
        assert!(again.index().open_key(raw.handle, &bench.stewards[0], &stranger).is_err());
        assert_eq!(again.index().of_participant(Handle::from_bytes([7; 16])).count(), 2);
    }

    #[test]
    fn a_key_that_could_not_be_named_is_never_sealed_to() {
        let bench = Bench::new();
        let mut store = bench.open();
        let scopes = [scope(ObjectClass::Raw), Scope::Unassigned { job: JobId::from_bytes([1; 16]) }];
        let keys: Vec<_> = scopes.iter().map(|it| store.ensure(it).unwrap()).collect();
        let (folder, away) = (bench.dir.path().join(scopes[0].folder()), bench.dir.path().join("away"));
        let synced = durable::sync(bench.dir.path()).unwrap();
        fs::rename(&folder, &away).unwrap();
        assert!(store.commit(&synced).is_err());
        fs::rename(&away, &folder).unwrap();
        for (scope, key) in scopes.iter().zip(keys) {
            assert_ne!(store.ensure(scope).unwrap(), key, "{scope:?}");
        }
    }

    #[test]
    fn what_was_not_committed_leaves_nothing() {
        let bench = Bench::new();
        let mut store = bench.open();
        let first = store.ensure(&scope(ObjectClass::Raw)).unwrap();
        store.roll_back();
        assert!(store.index().is_empty());
        assert_ne!(store.ensure(&scope(ObjectClass::Raw)).unwrap(), first);
        drop(store);
        assert!(bench.open().index().is_empty());
    }

    #[test]
    fn a_destroyed_key_opens_nothing_and_is_never_used_again() {
        let bench = Bench::new();
        let mut store = bench.open();
        let key = store.ensure(&scope(ObjectClass::Raw)).unwrap();
        assert!(store.destroy(key.handle).is_err(), "not committed yet");
        store.commit(&durable::sync(bench.dir.path()).unwrap()).unwrap();
        store.destroy(key.handle).unwrap();
        let opened = store.index().open_key(key.handle, &bench.stewards[0], &bench.rolling);
        assert!(matches!(opened, Err(Error::Unknown)));
        assert!(bench.open().index().is_empty());
        assert_ne!(store.ensure(&scope(ObjectClass::Raw)).unwrap().handle, key.handle);
    }

    #[test]
    fn a_damaged_or_swapped_record_is_noticed() {
        let bench = Bench::new();
        let mut store = bench.open();
        let a = store.ensure(&scope(ObjectClass::Raw)).unwrap();
        let b = store.ensure(&scope(ObjectClass::Consent)).unwrap();
        store.commit(&durable::sync(bench.dir.path()).unwrap()).unwrap();
        let folder = bench.dir.path().join(Handle::from_bytes([7; 16]).to_string());
        let path = |key: &Key, ending| folder.join(format!("{}.{ending}", key.handle));
        // Another key's private half under this key's name.
        fs::copy(path(&b, "age"), path(&a, "age")).unwrap();
        let opened = store.index().open_key(a.handle, &bench.stewards[0], &bench.rolling);
        assert!(matches!(opened, Err(Error::Record)));
        let good = fs::read(path(&a, "json")).unwrap();
        for bad in [&good[1..], &[&good[..], b"\n"].concat(), &fs::read(path(&b, "json")).unwrap()] {
            fs::write(path(&a, "json"), bad).unwrap();
            assert!(matches!(KeyIndex::load(bench.dir.path()), Err(Error::Record)));
        }
    }

    #[test]
    fn records_name_nobody() {
        let bench = Bench::new();
        let mut store = bench.open();
        let key = store.ensure(&scope(ObjectClass::Raw)).unwrap();
        let record = canonical::to_bytes(&KeyRecord::new(&key, &scope(ObjectClass::Raw))).unwrap();
        let text = String::from_utf8(record).unwrap().replace(&key.recipient.to_string(), "age1pq1…");
        let expected = format!(
            r#"{{"class":"raw","key":"{}","participant":"07070707070707070707070707070707","recipient":"age1pq1…","version":1,"wave":"W2"}}"#,
            key.handle
        );
        assert_eq!(text, expected);
        let none = KeyStore::open(bench.dir.path(), Vec::new(), bench.rolling.recipient().unwrap());
        assert!(matches!(none, Err(Error::NoSteward)));
    }
}
