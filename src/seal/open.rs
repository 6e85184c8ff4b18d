//! Reads objects: without keys what they are and that they are whole, with keys what they hold.

use std::{
    fmt,
    io::{self, Read, Seek, SeekFrom, Write},
    path::Path,
};

use sha2::{Digest as _, Sha256};

use super::{
    Error,
    body::{self, BodyReader, DataKey, RandomAccess},
    header::{Header, Preamble},
    io_error,
    plaintext::{self, read_members},
    store::MAX_OBJECT_BYTES,
};
use crate::{
    durable::{self, Draft},
    id::ObjectId,
    keys::{self, Identity, KeyIndex, decrypt},
    secret::Sensitive,
};

/// The most bytes that an object's tar may swell to.
pub const MAX_TAR_BYTES: u64 = MAX_OBJECT_BYTES;

/// What can be known of a whole object without a key.
#[derive(Clone, Debug)]
pub struct Structure {
    /// The header.
    pub header: Header,
    /// SHA-256 of the file.
    pub object: ObjectId,
    /// How long the file is.
    pub len: u64,
    /// How long the padded plaintext is.
    pub plaintext_len: u64,
}

/// An object whose body's commitment has held; nothing of it is read yet.
#[must_use]
pub struct Opened<R> {
    header: Header,
    body: BodyReader<R>,
}

impl<R> fmt::Debug for Opened<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Opened({:?})", self.header.class())
    }
}

/// Reads an object's header.
///
/// # Errors
///
/// Refuses what is no object, and headers that we don't write.
pub fn inspect<R: Read>(input: R) -> Result<Header, Error> {
    Preamble::read(input).map(|it| it.header)
}

/// Reads a whole object without a key; compares its id if one is given.
///
/// # Errors
///
/// Says what is wrong with it.
pub fn verify_structure<R: Read>(input: R, expected: Option<ObjectId>) -> Result<Structure, Error> {
    let mut input = io::BufReader::with_capacity(64 * 1024, input).take(MAX_OBJECT_BYTES + 1);
    // The id first: if that is wrong, what the header says is of little interest, yet told if malformed.
    let preamble = Preamble::read(&mut input)?;
    let mut hash = Sha256::new();
    hash.update(&preamble.bytes);
    let body = io::copy(&mut input, &mut HashWriter(&mut hash)).map_err(io_error)?;
    let len = preamble.bytes.len() as u64 + body;
    if len > MAX_OBJECT_BYTES {
        return Err(Error::TooLarge);
    }
    let object = ObjectId::from_bytes(hash.finalize().into());
    let plaintext_len = body::plaintext_len(body)
        .filter(|it| *it > 0 && plaintext::padme(*it) == *it)
        .ok_or(Error::Truncated)?;
    if expected.is_some_and(|it| it != object) {
        return Err(Error::OtherBytes);
    }
    Ok(Structure { header: preamble.header, object, len, plaintext_len })
}

struct HashWriter<'a>(&'a mut Sha256);

impl Write for HashWriter<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Opens an object's envelope, layer by layer, and holds the body against its commitment.
///
/// # Errors
///
/// Fails with [`Error::NotForUs`] if a layer is for none of the identities, with [`Error::Commitment`] if
/// the body belongs to another header.
pub fn open<R: Read>(mut input: R, identities: &[Identity]) -> Result<Opened<R>, Error> {
    let preamble = Preamble::read(&mut input)?;
    let key = data_key(&preamble, identities)?;
    let body = BodyReader::new(&key, &preamble.context(), input)?;
    Ok(Opened { header: preamble.header, body })
}

/// What a steward needs to open an object: its keys' private halves, or the steward's own identity.
///
/// # Errors
///
/// Fails if one of the keys was destroyed.
pub fn identities_for(
    header: &Header,
    index: &KeyIndex,
    steward: &Identity,
    rolling: &Identity,
) -> Result<Vec<Identity>, Error> {
    if header.keys().is_empty() {
        // EXPOSE: from a text that is wiped on drop into an identity that is too.
        return Ok(vec![Identity::from_text(steward.to_text()?.expose())?]);
    }
    header.keys().iter().map(|key| Ok(index.open_key(*key, steward, rolling)?)).collect()
}

fn data_key(preamble: &Preamble, identities: &[Identity]) -> Result<DataKey, Error> {
    let open = |sealed: &[u8]| {
        decrypt(identities, sealed).map_err(|error| {
            if matches!(error, keys::Error::NotForUs) { Error::NotForUs } else { Error::Keys(error) }
        })
    };
    let mut inner = open(&preamble.envelope)?;
    for _ in 1..preamble.header.keys().len() {
        // EXPOSE: to the opening of the next layer.
        inner = open(inner.expose())?;
    }
    // EXPOSE: into a key that is wiped on drop.
    Ok(Sensitive::new(inner.expose().as_slice().try_into().map_err(|_| Error::NotForUs)?))
}

impl<R: Read> Opened<R> {
    /// The header.
    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// Hands every member to `take`, with its name, its size and its bytes. What has been handed over is
    /// genuine; that it is complete is known only when this returns `Ok`. `limit` bounds the tar
    /// ([`MAX_TAR_BYTES`]).
    ///
    /// # Errors
    ///
    /// Fails if anything of the object is not as it was written, or with what `take` reports.
    pub fn each(
        self,
        limit: u64,
        mut take: impl FnMut(&str, u64, &mut dyn Read) -> io::Result<()>,
    ) -> Result<(), Error> {
        read_members(self.body, limit, &mut take)
    }

    /// Reads all of it and keeps nothing.
    ///
    /// # Errors
    ///
    /// Fails if anything of the object is not as it was written.
    pub fn verify(self) -> Result<(), Error> {
        self.each(MAX_TAR_BYTES, |_, _, _| Ok(()))
    }

    /// Writes every member under `dir`, which exists, readable by the owner alone; returns their names.
    /// If it fails, what lies there already is genuine but not all.
    ///
    /// # Errors
    ///
    /// Fails if a name is taken, or if anything of the object is not as it was written.
    pub fn extract(self, dir: &Path, limit: u64) -> Result<Vec<String>, Error> {
        let mut names = Vec::new();
        self.each(limit, |name, _, bytes| {
            let path = dir.join(name);
            let (Some(folder), Some(file)) = (path.parent(), path.file_name().and_then(|it| it.to_str()))
            else {
                return Err(io::Error::other(Error::Tar));
            };
            let durably = |error: durable::Error| io::Error::other(Error::Durable(error));
            durable::make_dir(folder).map_err(durably)?;
            let mut draft = Draft::create(folder).map_err(durably)?;
            io::copy(bytes, &mut draft)?;
            draft.persist(file).map_err(durably)?;
            names.push(name.to_owned());
            Ok(())
        })?;
        Ok(names)
    }
}

/// Opens an object for reading any stretch of its (compressed) plaintext.
///
/// # Errors
///
/// As [`open`]; also if the last chunk is not genuine.
pub fn open_random_access<R: Read + Seek>(
    mut input: R,
    identities: &[Identity],
) -> Result<RandomAccess<R>, Error> {
    input.seek(SeekFrom::Start(0)).map_err(io_error)?;
    let preamble = Preamble::read(&mut input)?;
    let key = data_key(&preamble, identities)?;
    RandomAccess::new(&key, &preamble.context(), input, preamble.bytes.len() as u64)
}
