//! Where packs come from, and whether their files are as their `PACK.toml` says.
//!
//! Reads the folder of a study's own pack; everything after that is pure.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{Error, Place, embedded, schema};
use crate::id::Digest;

/// The longest name or version of a pack.
const MAX_NAME_BYTES: usize = 32;
/// The largest file of a pack.
const MAX_PACK_FILE_BYTES: u64 = 8 * 1024 * 1024;

/// How deep folders of a pack nest.
const MAX_PACK_DEPTH: usize = 3;

pub(super) const MANIFEST: &str = "PACK.toml";

/// How the name of a compact list ends: the one kind of file that is no text.
const COMPACT: &str = "fst";

/// One file of a pack.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PackFile {
    /// The path in the pack, with `/`.
    pub path: String,
    /// What it holds.
    pub content: Content,
}

/// What a file of a pack holds. What is built in is borrowed from the program.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Content {
    /// Anything that people write.
    Text(Cow<'static, str>),
    /// A compact list.
    Bytes(Cow<'static, [u8]>),
}

/// A rule pack as it was written; crosses the pipe to the worker.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(into = "Wire", try_from = "Wire")]
pub struct PackSource {
    /// The name that the settings call it by.
    pub name: String,
    /// Its files, in order of their paths.
    pub files: Vec<PackFile>,
}

/// A pack on the pipe: the worker is the same program, and has what is built in.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
enum Wire {
    BuiltIn(String),
    Own { name: String, files: Vec<WireFile> },
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
enum WireFile {
    Text(String, String),
    Base64(String, String),
}

impl From<PackSource> for Wire {
    fn from(it: PackSource) -> Self {
        if PackSource::built_in(&it.name).as_ref() == Some(&it) {
            return Self::BuiltIn(it.name);
        }
        let file = |PackFile { path, content }| match content {
            Content::Text(text) => WireFile::Text(path, text.into_owned()),
            Content::Bytes(bytes) => WireFile::Base64(path, STANDARD.encode(bytes)),
        };
        Self::Own { name: it.name, files: it.files.into_iter().map(file).collect() }
    }
}

impl TryFrom<Wire> for PackSource {
    type Error = &'static str;

    fn try_from(it: Wire) -> Result<Self, Self::Error> {
        let (name, files) = match it {
            Wire::BuiltIn(name) => return Self::built_in(&name).ok_or("no such pack is built in"),
            Wire::Own { name, files } => (name, files),
        };
        let file = |it| {
            Ok(match it {
                WireFile::Text(path, text) => PackFile { path, content: Content::Text(text.into()) },
                WireFile::Base64(path, text) => {
                    let bytes =
                        STANDARD.decode(text).map_err(|_| "a file of a pack is not as it was sent")?;
                    PackFile { path, content: Content::Bytes(bytes.into()) }
                }
            })
        };
        Ok(Self { name, files: files.into_iter().map(file).collect::<Result<_, Self::Error>>()? })
    }
}

impl Content {
    /// What a file of that name holds; nothing if it should be text and is none.
    pub(super) fn of(name: &str, bytes: Vec<u8>) -> Option<Self> {
        if name.rsplit_once('.').is_some_and(|(_, ending)| ending == COMPACT) {
            return Some(Self::Bytes(bytes.into()));
        }
        String::from_utf8(bytes).ok().map(|it| Self::Text(it.into()))
    }

    /// What is digested.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Text(it) => it.as_bytes(),
            Self::Bytes(it) => it,
        }
    }
}

impl PackFile {
    /// What people have written in it; nothing for a compact list.
    #[must_use]
    pub fn text(&self) -> &str {
        match &self.content {
            Content::Text(it) => it,
            Content::Bytes(_) => "",
        }
    }
}

impl PackSource {
    /// The names of the packs that are built in.
    #[must_use]
    pub fn built_in_names() -> Vec<&'static str> {
        embedded::PACKS.iter().map(|(name, _)| *name).collect()
    }

    /// A pack that is built in: `core`, `en`, `hk`.
    #[must_use]
    pub fn built_in(name: &str) -> Option<Self> {
        let (name, files) = embedded::PACKS.iter().find(|(it, _)| *it == name)?;
        let files = files
            .iter()
            .map(|(path, content)| PackFile { path: (*path).to_owned(), content: content.clone() })
            .collect();
        Some(Self { name: (*name).to_owned(), files })
    }

    /// A pack from a folder. Takes its name from `PACK.toml`.
    ///
    /// # Errors
    ///
    /// Fails if the folder or a file in it cannot be read as text, or is too large.
    pub fn from_directory(directory: &Path) -> Result<Self, Error> {
        let mut files = Vec::new();
        collect(directory, "", 0, &mut files)?;
        files.sort_by(|a, b| a.path.cmp(&b.path));
        let name = files
            .iter()
            .find(|it| it.path == MANIFEST)
            .and_then(|it| toml::from_str::<schema::PackFile>(it.text()).ok())
            .map(|it| it.name)
            .ok_or_else(|| {
                let place = Place { pack: String::new(), file: MANIFEST.to_owned(), line: 0 };
                Error::Manifest(place, "the file is missing or is no manifest of a pack")
            })?;
        Ok(Self { name, files })
    }

    /// A digest of all that the pack says, site overrides included.
    #[must_use]
    pub fn digest(&self) -> Digest {
        let mut hash = Sha256::new();
        hash.update(b"vouchsafe/pack/v1\0");
        let mut files: Vec<_> = self.files.iter().collect();
        files.sort_by(|a, b| a.path.cmp(&b.path));
        for it in files {
            hash.update(Sha256::digest(it.path.as_bytes()));
            hash.update(Sha256::digest(it.content.as_bytes()));
        }
        Digest::from_bytes(hash.finalize().into())
    }

    pub(super) fn place(&self, file: &str, line: usize) -> Place {
        Place { pack: self.name.clone(), file: file.to_owned(), line }
    }
}

/// What the `[files]` table of a pack's `PACK.toml` has to say: path and SHA-256 of each file.
#[must_use]
pub fn pack_digests(source: &PackSource) -> BTreeMap<String, String> {
    source
        .files
        .iter()
        .filter(|it| it.path != MANIFEST && !it.path.starts_with("site/"))
        .map(|it| {
            let digest = Digest::sha256(it.content.as_bytes());
            (it.path.clone(), digest.to_string())
        })
        .collect()
}

/// Whether a pack may be made under that name: lower-case letters, digits and hyphens.
#[must_use]
pub fn is_pack_name(name: &str) -> bool {
    (1..=MAX_NAME_BYTES).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// Reads `PACK.toml` and compares every file with it.
pub(super) fn verified(source: &PackSource) -> Result<schema::PackFile, Error> {
    let whole = |why| Error::Manifest(source.place(MANIFEST, 0), why);
    let text = source.files.iter().find(|it| it.path == MANIFEST).map(PackFile::text);
    let text = text.ok_or_else(|| whole("the file is missing"))?;
    let manifest: schema::PackFile = parse(source, MANIFEST, text)?;
    if manifest.schema != schema::SCHEMA {
        return Err(whole("schema is not 1"));
    }
    let plain = |it: &str| {
        !it.is_empty()
            && it.len() <= MAX_NAME_BYTES
            && it.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.')
    };
    if manifest.name != source.name || !plain(&manifest.name) || !plain(&manifest.version) {
        return Err(whole(
            "name or version is missing or has other signs than letters, digits, hyphens and dots",
        ));
    }
    let have = pack_digests(source);
    for (path, digest) in &manifest.files {
        match have.get(path) {
            None => return Err(Error::Manifest(source.place(path, 0), "the file is listed and missing")),
            Some(it) if it != digest => {
                return Err(Error::Manifest(source.place(path, 0), "the file is not as PACK.toml says"));
            }
            Some(_) => {}
        }
    }
    if let Some(path) = have.keys().find(|it| !manifest.files.contains_key(*it)) {
        return Err(Error::Manifest(source.place(path, 0), "the file is not listed in PACK.toml"));
    }
    let mut seen = BTreeSet::new();
    for it in &source.files {
        if !seen.insert(it.path.as_str()) {
            return Err(Error::Manifest(source.place(&it.path, 0), "the file is there twice"));
        }
    }
    Ok(manifest)
}

/// Reads one TOML file, saying where it is wrong and keeping none of its text.
pub(super) fn parse<T: for<'de> Deserialize<'de>>(
    source: &PackSource,
    file: &str,
    text: &str,
) -> Result<T, Error> {
    toml::from_str(text).map_err(|it| {
        let line = it.span().map_or(0, |span| line_of(text, span.start));
        let message = it.message();
        let what = if message.starts_with("unknown field") {
            "there is no such key"
        } else if message.starts_with("missing field") {
            "a key is missing"
        } else if message.starts_with("unknown variant") || message.starts_with("invalid type") {
            "the value is not one of those allowed"
        } else {
            "this is not TOML of the right shape"
        };
        Error::Shape(source.place(file, line), what)
    })
}

/// The line of a byte, from 1.
pub(super) fn line_of(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|it| *it == b'\n').count().saturating_add(1)
}

fn collect(directory: &Path, prefix: &str, depth: usize, files: &mut Vec<PackFile>) -> Result<(), Error> {
    let unreadable = |it: std::io::Error| Error::Unreadable(it.kind());
    if depth > MAX_PACK_DEPTH {
        return Err(Error::Unreadable(std::io::ErrorKind::InvalidInput));
    }
    for entry in fs::read_dir(directory).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let name = entry.file_name();
        let Some(name) = name.to_str().filter(|it| {
            it.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
                && !it.starts_with('.')
        }) else {
            continue;
        };
        let path = if prefix.is_empty() { name.to_owned() } else { format!("{prefix}/{name}") };
        let kind = entry.file_type().map_err(unreadable)?;
        if kind.is_dir() {
            collect(&entry.path(), &path, depth.saturating_add(1), files)?;
        } else if kind.is_file() {
            if entry.metadata().map_err(unreadable)?.len() > MAX_PACK_FILE_BYTES {
                return Err(Error::Unreadable(std::io::ErrorKind::FileTooLarge));
            }
            let bytes = fs::read(entry.path()).map_err(unreadable)?;
            let no_text = Error::Unreadable(std::io::ErrorKind::InvalidData);
            let content = Content::of(&path, bytes).ok_or(no_text)?;
            files.push(PackFile { path, content });
        }
    }
    Ok(())
}
