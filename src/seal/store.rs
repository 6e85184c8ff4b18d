//! Writes objects and keeps them under their ids.

mod spec;

use std::{
    fs::{self, File},
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq;

use self::spec::ending;
pub use self::spec::{
    Audience, DeidentifiedFacts, Member, Original, RawParts, Sealable, Source, Spec, StationState, Stream,
    StreamClass, StreamFacts, Unassigned,
};
use super::{
    Error,
    body::{BodyWriter, DataKey},
    header::{Header, Preamble},
    io_error,
    open::{Structure, verify_structure},
    plaintext::MemberWriter,
};
use crate::{
    durable::{self, Draft, Synced, Written},
    id::{Digest, JobId, ObjectId},
    item::Profile,
    keys::{KeyedDigest, ObjectClass, SymmetricKey, encrypt},
    render,
    secret::{self, Sensitive},
    transcript::Transcript,
    verify::Deidentified,
};

/// The most bytes that an object's file may have.
pub const MAX_OBJECT_BYTES: u64 = 64 * 1024 * 1024 * 1024;
const ENDING: &str = "vso";
const VOUCHER_LABEL: &str = "vouchsafe/voucher/v1";
const META: &str = "meta.json";
const REPORT: &str = "report.json";

/// An object whose bytes are written and which has no name yet.
#[derive(Debug)]
#[must_use]
pub struct Pending<S: Sealable> {
    written: Written,
    dir: PathBuf,
    sealed: Sealed<S>,
}

/// An object of the archive.
#[derive(Debug)]
#[must_use]
pub struct Sealed<S: Sealable> {
    object: ObjectId,
    job: JobId,
    class: ObjectClass,
    len: u64,
    facts: S::Facts,
}

/// What the catalog keeps of a [`Sealed<Deidentified>`], to have it again after a crash.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeidentifiedRecord {
    /// The object.
    pub object: ObjectId,
    /// The item's job.
    pub job: JobId,
    /// For whom it was de-identified.
    pub profile: Profile,
    /// How long the object's file is.
    pub len: u64,
    /// What [`Sealed::<Deidentified>::voucher`] gave.
    pub voucher: Digest,
}

/// The directory of objects: `<2 hex>/<64 hex>.vso`.
#[derive(Clone, Debug)]
pub struct Store {
    dir: PathBuf,
}

/// Hashes and counts what goes into an object's file.
struct Hashed<W> {
    out: W,
    hash: Sha256,
    len: u64,
}

impl<W: Write> Write for Hashed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.hash.update(bytes.get(..written).unwrap_or_default());
        self.len += written as u64;
        if self.len > MAX_OBJECT_BYTES {
            return Err(io::Error::other(Error::TooLarge));
        }
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Digests what is read on its way into an object.
struct Digested<'a, R> {
    input: R,
    digest: &'a mut KeyedDigest,
}

impl<R: Read> Read for Digested<'_, R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(bytes)?;
        self.digest.update(bytes.get(..read).unwrap_or_default());
        Ok(read)
    }
}

/// Seals a data key: to the last of the keys, that to the one before, and so on.
fn envelope(audience: &Audience, key: &DataKey) -> Result<Vec<u8>, Error> {
    match audience {
        Audience::Stewards(stewards) => {
            // EXPOSE: into an envelope.
            Ok(encrypt(stewards, key.expose())?)
        }
        Audience::Keys(keys) => {
            let (last, others) = keys.split_last().ok_or(Error::Header)?;
            // EXPOSE: into an envelope.
            let innermost = encrypt(std::slice::from_ref(&last.recipient), key.expose())?;
            others
                .iter()
                .rev()
                .try_fold(innermost, |inner, key| Ok(encrypt(std::slice::from_ref(&key.recipient), &inner)?))
        }
    }
}

/// Writes one whole object: the tar's content is what `fill` adds.
fn write_object<W: Write>(
    class: ObjectClass,
    spec: &Spec,
    out: W,
    fill: impl FnOnce(&mut dyn FnMut(&str, u64, &mut dyn Read) -> Result<(), Error>) -> Result<(), Error>,
) -> Result<(ObjectId, u64, W), Error> {
    let keys = match &spec.audience {
        Audience::Keys(keys) => keys.iter().map(|key| key.handle).collect(),
        Audience::Stewards(_) => Vec::new(),
    };
    let header = Header::new(class, spec.job, keys, spec.participants.clone(), spec.study)?;
    let key: DataKey = Sensitive::new(secret::random().map_err(|_| Error::Random)?);
    let preamble = Preamble::new(header, envelope(&spec.audience, &key)?)?;
    let mut out = Hashed { out, hash: Sha256::new(), len: 0 };
    out.write_all(&preamble.bytes).map_err(io_error)?;
    let mut members = MemberWriter::new(BodyWriter::new(&key, &preamble.context(), out)?)?;
    fill(&mut |name, size, bytes| members.member(name, size, bytes))?;
    let out = members.finish()?.finish().map_err(io_error)?;
    Ok((ObjectId::from_bytes(out.hash.finalize().into()), out.len, out.out))
}

impl Store {
    /// The objects in `dir`, which exists.
    #[must_use]
    pub fn new(dir: &Path) -> Self {
        Self { dir: dir.to_owned() }
    }

    fn write<S: Sealable>(
        &self,
        class: ObjectClass,
        spec: &Spec,
        facts: S::Facts,
        fill: impl FnOnce(&mut dyn FnMut(&str, u64, &mut dyn Read) -> Result<(), Error>) -> Result<(), Error>,
    ) -> Result<Pending<S>, Error> {
        let (object, len, draft) = write_object(class, spec, Draft::create(&self.dir)?, fill)?;
        let sealed = Sealed { object, job: spec.job, class, len, facts };
        Ok(Pending { written: draft.finish()?, dir: self.dir.clone(), sealed })
    }

    fn write_members<S: Sealable>(
        &self,
        class: ObjectClass,
        spec: &Spec,
        facts: S::Facts,
        members: &mut [Member<'_>],
    ) -> Result<Pending<S>, Error> {
        members.sort_by_key(|it| it.name);
        self.write(class, spec, facts, |add| {
            members.iter().try_for_each(|it| add(it.name, it.bytes.len() as u64, &mut &*it.bytes))
        })
    }

    fn write_parts<S: Sealable<Facts = ()>>(
        &self,
        class: ObjectClass,
        spec: &Spec,
        parts: RawParts<'_>,
    ) -> Result<Pending<S>, Error> {
        let original = format!("original.{}", ending(parts.extension));
        let mut members = [
            Member { name: META, bytes: parts.meta },
            Member { name: &original, bytes: parts.bytes },
            Member { name: REPORT, bytes: parts.report },
        ];
        self.write_members(class, spec, (), &mut members)
    }

    /// Seals an item as it was dropped.
    ///
    /// # Errors
    ///
    /// Fails if the draft can't be written.
    pub fn raw(&self, spec: &Spec, parts: RawParts<'_>) -> Result<Pending<Original>, Error> {
        self.write_parts(ObjectClass::Raw, spec, parts)
    }

    /// Seals an item that belongs to nobody known yet, to a key of its own.
    ///
    /// # Errors
    ///
    /// Fails if the draft can't be written.
    pub fn unassigned(&self, spec: &Spec, parts: RawParts<'_>) -> Result<Pending<Unassigned>, Error> {
        self.write_parts(ObjectClass::Unassigned, spec, parts)
    }

    /// Seals what the station remembers.
    ///
    /// # Errors
    ///
    /// Fails if a member's name is not allowed or the draft can't be written.
    pub fn station(&self, spec: &Spec, members: &[Member<'_>]) -> Result<Pending<StationState>, Error> {
        self.write_members(ObjectClass::Station, spec, (), &mut members.to_vec())
    }

    /// Seals a de-identified copy, as `<profile>/transcript.<format>` and `meta.json`.
    ///
    /// # Errors
    ///
    /// Fails if `spec` is of another job, or the draft can't be written.
    pub fn deidentified(
        &self,
        spec: &Spec,
        profile: Profile,
        transcript: &Transcript<Deidentified>,
        meta: &[u8],
    ) -> Result<Pending<Deidentified>, Error> {
        if spec.job != transcript.job() {
            return Err(Error::Header);
        }
        let bytes = &*render::of(transcript);
        let facts = DeidentifiedFacts { digest: Digest::sha256(bytes), profile };
        let ending = transcript.layout().format.extension().to_ascii_lowercase();
        let name = format!("{}/transcript.{ending}", profile.name());
        let mut members = [Member { name: &name, bytes }, Member { name: META, bytes: meta }];
        self.write_members(ObjectClass::Deidentified, spec, facts, &mut members)
    }

    /// Seals a file of exactly `source.len` bytes as it is read, in constant memory; `digest` takes in what
    /// was read.
    ///
    /// # Errors
    ///
    /// Fails with [`Error::SourceChanged`] if the source is shorter or longer.
    pub fn stream<R: Read>(
        &self,
        spec: &Spec,
        class: StreamClass,
        source: Source<'_, R>,
        mut digest: KeyedDigest,
    ) -> Result<Pending<Stream>, Error> {
        let draft = Draft::create(&self.dir)?;
        let class = class.object_class();
        let name = format!("content.{}", ending(source.extension));
        let mut input = Digested { input: source.bytes, digest: &mut digest };
        let (object, size, draft) = write_object(class, spec, draft, |add| {
            add(&name, source.len, &mut input)?;
            add(META, source.meta.len() as u64, &mut &*source.meta)
        })?;
        let facts = StreamFacts { digest: digest.finish() };
        let sealed = Sealed { object, job: spec.job, class, len: size, facts };
        Ok(Pending { written: draft.finish()?, dir: self.dir.clone(), sealed })
    }

    /// Where an object lies.
    #[must_use]
    pub fn path(&self, object: ObjectId) -> PathBuf {
        path(&self.dir, object)
    }

    /// Opens an object's file.
    ///
    /// # Errors
    ///
    /// Fails if there is none of that id.
    pub fn file(&self, object: ObjectId) -> Result<File, Error> {
        Ok(File::open(self.path(object)).map_err(durable::Error::from)?)
    }

    /// The ids of all objects, in order. Drafts and foreign files are passed over.
    ///
    /// # Errors
    ///
    /// Fails if a directory can't be read.
    pub fn list(&self) -> Result<Vec<ObjectId>, Error> {
        let mut ids = Vec::new();
        for folder in fs::read_dir(&self.dir)? {
            let folder = folder?;
            if !folder.file_type()?.is_dir() {
                continue;
            }
            for entry in fs::read_dir(folder.path())? {
                let name = PathBuf::from(entry?.file_name());
                if name.extension().is_some_and(|it| it == ENDING)
                    && let Some(Ok(id)) = name.file_stem().and_then(|it| it.to_str()).map(str::parse)
                {
                    ids.push(id);
                }
            }
        }
        ids.sort_unstable();
        Ok(ids)
    }

    /// Checks, without a key, that an object's bytes are those of its name and are laid out as they should.
    ///
    /// # Errors
    ///
    /// Says what is wrong.
    pub fn verify(&self, object: ObjectId) -> Result<Structure, Error> {
        verify_structure(self.file(object)?, Some(object))
    }
}

fn path(dir: &Path, object: ObjectId) -> PathBuf {
    let id = object.to_string();
    dir.join(id.get(..2).unwrap_or_default()).join(format!("{id}.{ENDING}"))
}

impl<S: Sealable> Pending<S> {
    /// Which id the object will have.
    #[must_use]
    pub const fn object(&self) -> ObjectId {
        self.sealed.object
    }

    /// Gives the object its name, which is safe from a power cut after the next [`durable::sync`].
    ///
    /// # Errors
    ///
    /// Fails if the operating system refuses; the object does not exist then.
    pub fn commit(self, synced: &Synced) -> Result<Sealed<S>, Error> {
        let path = path(&self.dir, self.sealed.object);
        durable::make_dir(path.parent().ok_or(durable::Error::Missing)?)?;
        self.written.commit(synced, &path)?;
        Ok(self.sealed)
    }
}

impl Pending<Stream> {
    /// The keyed digest of the bytes that were read.
    #[must_use]
    pub const fn digest(&self) -> Digest {
        self.sealed.facts.digest
    }
}

impl<S: Sealable> Sealed<S> {
    /// The object.
    #[must_use]
    pub const fn object(&self) -> ObjectId {
        self.object
    }

    /// The item's job.
    #[must_use]
    pub const fn job(&self) -> JobId {
        self.job
    }

    /// The object's class.
    #[must_use]
    pub const fn class(&self) -> ObjectClass {
        self.class
    }

    /// How long the object's file is.
    #[must_use]
    pub const fn len(&self) -> u64 {
        self.len
    }

    /// Never: an object has a header at least.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// What else is known.
    #[must_use]
    pub const fn facts(&self) -> &S::Facts {
        &self.facts
    }
}

impl Sealed<Deidentified> {
    /// SHA-256 of the de-identified bytes: what is released must be these.
    #[must_use]
    pub const fn digest(&self) -> Digest {
        self.facts.digest
    }

    /// For whom it was de-identified.
    #[must_use]
    pub const fn profile(&self) -> Profile {
        self.facts.profile
    }

    /// What the catalog keeps, so that this proof can be had again from the staged bytes after a crash.
    ///
    /// # Errors
    ///
    /// Does not fail for a key of 32 bytes; the library says it could.
    pub fn record(&self, key: &SymmetricKey) -> Result<DeidentifiedRecord, Error> {
        Ok(DeidentifiedRecord {
            object: self.object,
            job: self.job,
            profile: self.facts.profile,
            len: self.len,
            voucher: self.voucher(key)?,
        })
    }

    /// Vouches, under the station's key, that these bytes were verified and sealed as this object.
    ///
    /// # Errors
    ///
    /// Does not fail for a key of 32 bytes; the library says it could.
    pub fn voucher(&self, key: &SymmetricKey) -> Result<Digest, Error> {
        let mut mac = KeyedDigest::new(key, VOUCHER_LABEL)?;
        mac.update(self.object.as_bytes());
        mac.update(self.job.as_bytes());
        mac.update(&self.len.to_be_bytes());
        mac.update(self.facts.digest.as_bytes());
        mac.update(self.facts.profile.name().as_bytes());
        Ok(mac.finish())
    }

    /// Has the proof again, from what the catalog kept and the staged bytes.
    ///
    /// # Errors
    ///
    /// Fails with [`Error::Voucher`] unless record, bytes and key are those of the same seal.
    pub fn resume(record: &DeidentifiedRecord, bytes: &[u8], key: &SymmetricKey) -> Result<Self, Error> {
        let sealed = Self {
            object: record.object,
            job: record.job,
            class: ObjectClass::Deidentified,
            len: record.len,
            facts: DeidentifiedFacts { digest: Digest::sha256(bytes), profile: record.profile },
        };
        let voucher = sealed.voucher(key)?;
        if bool::from(voucher.as_bytes().ct_eq(record.voucher.as_bytes())) {
            Ok(sealed)
        } else {
            Err(Error::Voucher)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;
    use crate::{
        id::Handle,
        keys::{Identity, Key, encrypt},
        seal::{MAX_TAR_BYTES, identities_for, inspect, open, open_random_access},
    };

    struct Bench {
        dir: tempfile::TempDir,
        store: Store,
    }

    fn bench() -> Bench {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::new(dir.path());
        Bench { dir, store }
    }

    fn person(byte: u8) -> (Identity, Key) {
        let identity = Identity::generate().unwrap();
        let key = Key { handle: Handle::from_bytes([byte; 16]), recipient: identity.recipient().unwrap() };
        (identity, key)
    }

    fn spec(keys: &[&Key]) -> Spec {
        Spec {
            job: JobId::from_bytes([9; 16]),
            study: Some(Handle::from_bytes([8; 16])),
            participants: keys
                .iter()
                .map(|key| Handle::from_bytes([key.handle.as_bytes()[0] + 100; 16]))
                .collect(),
            audience: Audience::Keys(keys.iter().copied().cloned().collect()),
        }
    }

    fn parts(bytes: &[u8]) -> RawParts<'_> {
        RawParts { extension: "txt", bytes, report: b"[]", meta: b"{}" }
    }

    /// A sealed raw item's file.
    fn object(bench: &Bench, keys: &[&Key], bytes: &[u8]) -> (ObjectId, Vec<u8>) {
        let pending = bench.store.raw(&spec(keys), parts(bytes)).unwrap();
        let sealed = pending.commit(&durable::sync(bench.dir.path()).unwrap()).unwrap();
        (sealed.object(), fs::read(bench.store.path(sealed.object())).unwrap())
    }

    fn members(file: &[u8], identities: &[Identity]) -> Result<Vec<(String, Vec<u8>)>, Error> {
        let mut members = Vec::new();
        open(file, identities)?.each(MAX_TAR_BYTES, |name, size, bytes| {
            let mut all = Vec::new();
            bytes.read_to_end(&mut all)?;
            assert_eq!(all.len() as u64, size);
            members.push((name.to_owned(), all));
            Ok(())
        })?;
        Ok(members)
    }

    #[test]
    fn what_is_sealed_is_what_is_opened() {
        let (bench, (who, key)) = (bench(), person(1));
        let text = "said in confidence 秘密\n".repeat(5000);
        let (id, file) = object(&bench, &[&key], text.as_bytes());
        let structure = bench.store.verify(id).unwrap();
        assert_eq!((structure.object, structure.len), (id, file.len() as u64));
        assert_eq!(bench.store.list().unwrap(), [id]);
        let header = inspect(&file[..]).unwrap();
        assert_eq!(header.class(), ObjectClass::Raw);
        assert_eq!(header.keys(), [key.handle]);
        let who = [who];
        let read = members(&file, &who).unwrap();
        let names: Vec<_> = read.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["meta.json", "original.txt", "report.json"]);
        assert_eq!(read[1].1, text.as_bytes());
        let mut frame = [0; 4];
        open_random_access(Cursor::new(&file), &who).unwrap().read_at(0, &mut frame).unwrap();
        assert_eq!(frame, 0xFD2F_B528_u32.to_le_bytes(), "a zstd frame");
        let out = tempfile::tempdir().unwrap();
        open(&file[..], &who).unwrap().extract(out.path(), MAX_TAR_BYTES).unwrap();
        assert_eq!(fs::read(out.path().join("original.txt")).unwrap(), text.as_bytes());
        assert!(matches!(open(&file[..], &who).unwrap().each(1000, |_, _, _| Ok(())), Err(Error::TooLarge)));
    }

    #[test]
    fn a_joint_object_needs_every_key_in_any_order() {
        let (bench, (a, key_a), (b, key_b)) = (bench(), person(1), person(2));
        let (_, file) = object(&bench, &[&key_a, &key_b], b"both");
        let again = |it: &Identity| Identity::from_text(it.to_text().unwrap().expose()).unwrap();
        assert!(members(&file, &[again(&a), again(&b)]).is_ok());
        assert!(members(&file, &[again(&b), again(&a)]).is_ok());
        for one in [a, b] {
            assert!(matches!(members(&file, &[one]), Err(Error::NotForUs)));
        }
        let (_, stranger) = (0, Identity::generate().unwrap());
        assert!(matches!(members(&file, &[stranger]), Err(Error::NotForUs)));
    }

    #[test]
    fn every_flipped_byte_and_every_cut_is_noticed() {
        let (bench, (who, key)) = (bench(), person(1));
        let noise: Vec<u8> =
            (0..9000_u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_be_bytes()).collect();
        let (id, file) = object(&bench, &[&key], &noise);
        let who = [who];
        assert!(members(&file, &who).is_ok());
        let body = file.len()
            - usize::try_from(bench.store.verify(id).unwrap().plaintext_len).unwrap()
            - 56
            - 3 * 16;
        // All of the header, some of the long envelope, all of salt and commitment, and each chunk.
        let places = (0..420)
            .chain((420..body).step_by(61))
            .chain(body..body + 56)
            .chain((body + 56..file.len()).step_by(997));
        for at in places.chain([file.len() - 1]) {
            let mut bad = file.clone();
            bad[at] ^= 0x20;
            assert!(members(&bad, &who).is_err(), "byte {at}");
            let found = verify_structure(&bad[..], Some(id));
            assert!(found.is_err(), "byte {at} without keys");
        }
        for len in
            [0, 7, 8, 11, 100, body, body + 56, body + 56 + 16_400, body + 56 + 2 * 16_400, file.len() - 1]
        {
            assert!(members(&file[..len], &who).is_err(), "length {len}");
            assert!(verify_structure(&file[..len], Some(id)).is_err());
        }
        let longer = [&file[..], b"\0"].concat();
        assert!(members(&longer, &who).is_err());
        assert!(verify_structure(&longer[..], Some(id)).is_err());
    }

    #[test]
    fn a_body_opens_under_its_own_header_and_envelope_only() {
        let (bench, (who, key)) = (bench(), person(1));
        let (_, file) = object(&bench, &[&key], b"one");
        let who = [who];
        let preamble = Preamble::read(&file[..]).unwrap();
        let body = &file[preamble.bytes.len()..];
        // The same data key, said to belong to another participant.
        let header = Header::new(
            ObjectClass::Raw,
            JobId::from_bytes([9; 16]),
            vec![key.handle],
            vec![Handle::from_bytes([55; 16])],
            Some(Handle::from_bytes([8; 16])),
        );
        let other = Preamble::new(header.unwrap(), preamble.envelope.clone()).unwrap();
        assert!(matches!(members(&[&other.bytes, body].concat(), &who), Err(Error::Commitment)));
        // The same header, with the data key sealed anew.
        let inner = crate::keys::decrypt(&who, &preamble.envelope).unwrap();
        let envelope = encrypt(&[key.recipient], inner.expose()).unwrap();
        let other = Preamble::new(preamble.header, envelope).unwrap();
        assert!(matches!(members(&[&other.bytes, body].concat(), &who), Err(Error::Commitment)));
    }

    #[test]
    fn a_stream_is_digested_as_it_is_read_and_must_keep_its_length() {
        let (bench, (who, key), digest_key) = (bench(), person(1), SymmetricKey::generate().unwrap());
        let bytes = vec![7; 100_000];
        let seal = |len: u64| {
            let source = Source { extension: "m4a", len, bytes: &bytes[..], meta: b"{}" };
            let digest = KeyedDigest::new(&digest_key, "whole").unwrap();
            bench.store.stream(&spec(&[&key]), StreamClass::Recording, source, digest)
        };
        let pending = seal(100_000).unwrap();
        assert_eq!(pending.digest(), crate::keys::keyed_digest(&digest_key, "whole", &bytes).unwrap());
        let sealed = pending.commit(&durable::sync(bench.dir.path()).unwrap()).unwrap();
        let file = fs::read(bench.store.path(sealed.object())).unwrap();
        assert_eq!(members(&file, &[who]).unwrap()[0], ("content.m4a".to_owned(), bytes.clone()));
        for len in [99_999, 100_001] {
            assert!(matches!(seal(len), Err(Error::SourceChanged)));
        }
        assert_eq!(fs::read_dir(bench.dir.path()).unwrap().count(), 1, "no draft stays behind");
    }

    #[test]
    fn station_objects_open_to_any_steward() {
        let (bench, (a, key_a), (b, key_b)) = (bench(), person(1), person(2));
        let audience = Audience::Stewards(vec![key_a.recipient, key_b.recipient]);
        let spec = Spec { job: JobId::from_bytes([1; 16]), study: None, participants: Vec::new(), audience };
        let members_in = [Member { name: "b", bytes: b"2" }, Member { name: "a", bytes: b"1" }];
        let sealed = bench
            .store
            .station(&spec, &members_in)
            .unwrap()
            .commit(&durable::sync(bench.dir.path()).unwrap())
            .unwrap();
        let file = fs::read(bench.store.path(sealed.object())).unwrap();
        for steward in [a, b] {
            let empty = tempfile::tempdir().unwrap();
            let index = crate::keys::KeyIndex::load(empty.path()).unwrap();
            let identities =
                identities_for(&inspect(&file[..]).unwrap(), &index, &steward, &steward).unwrap();
            assert_eq!(members(&file, &identities).unwrap().len(), 2);
        }
        assert!(bench.store.raw(&spec, parts(b"")).is_err(), "items are sealed to people's keys");
    }

    #[test]
    fn a_voucher_is_for_its_own_object_bytes_and_key() {
        let key = SymmetricKey::generate().unwrap();
        let facts = DeidentifiedFacts { digest: Digest::sha256(b"[PSW-03]: hello"), profile: Profile::Team };
        let sealed = Sealed::<Deidentified> {
            object: ObjectId::from_bytes([1; 32]),
            job: JobId::from_bytes([2; 16]),
            class: ObjectClass::Deidentified,
            len: 5000,
            facts,
        };
        let record = sealed.record(&key).unwrap();
        let resume =
            |record: &DeidentifiedRecord, bytes: &[u8]| Sealed::<Deidentified>::resume(record, bytes, &key);
        let again = resume(&record, b"[PSW-03]: hello").unwrap();
        assert_eq!((again.object(), again.digest()), (sealed.object(), sealed.digest()));
        assert!(matches!(resume(&record, b"[PSW-03]: hullo"), Err(Error::Voucher)));
        for bad in [
            DeidentifiedRecord { object: ObjectId::from_bytes([3; 32]), ..record.clone() },
            DeidentifiedRecord { job: JobId::from_bytes([3; 16]), ..record.clone() },
            DeidentifiedRecord { profile: Profile::External, ..record.clone() },
            DeidentifiedRecord { len: 5001, ..record.clone() },
            DeidentifiedRecord { voucher: Digest::from_bytes([0; 32]), ..record.clone() },
        ] {
            assert!(matches!(resume(&bad, b"[PSW-03]: hello"), Err(Error::Voucher)));
        }
        let other = SymmetricKey::generate().unwrap();
        assert!(Sealed::<Deidentified>::resume(&record, b"[PSW-03]: hello", &other).is_err());
    }

    #[test]
    fn endings_tell_nothing_but_a_format() {
        for (given, kept) in
            [("TXT", "txt"), ("m4a", "m4a"), ("", "bin"), ("chan-tai-man", "bin"), ("陳", "bin")]
        {
            assert_eq!(ending(given), kept);
        }
    }

    #[test]
    #[ignore = "prints speeds; run with --release --ignored --nocapture"]
    #[expect(clippy::disallowed_methods, clippy::print_stderr, reason = "a measurement by hand")]
    fn speeds() {
        let (bench, (_, key)) = (bench(), person(1));
        let text = "So I told her, 我話畀佢聽, that it was fine. ".repeat(430);
        let start = std::time::Instant::now();
        for _ in 0..500 {
            drop(bench.store.raw(&spec(&[&key]), parts(text.as_bytes())).unwrap());
        }
        eprintln!("{} bytes: {:?} an object", text.len(), start.elapsed() / 500);
        let start = std::time::Instant::now();
        for _ in 0..500 {
            drop(envelope(&spec(&[&key]).audience, &Sensitive::new([1; 32])).unwrap());
        }
        eprintln!("envelope: {:?}", start.elapsed() / 500);
        let len = 1 << 30;
        let mut state = 1_u64;
        let block: Vec<u8> = std::iter::repeat_with(|| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 56) as u8
        })
        .take(1 << 20)
        .collect();
        let noise = (0..1024)
            .fold(Box::new(io::empty()) as Box<dyn Read>, |before, _| Box::new(before.chain(&block[..])));
        let digest = KeyedDigest::new(&SymmetricKey::generate().unwrap(), "x").unwrap();
        let source = Source { extension: "m4a", len, bytes: noise, meta: b"{}" };
        let start = std::time::Instant::now();
        drop(bench.store.stream(&spec(&[&key]), StreamClass::Recording, source, digest).unwrap());
        eprintln!("stream: {:.0} MB/s", 1073.7 / start.elapsed().as_secs_f64());
    }
}
