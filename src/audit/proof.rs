//! Proofs that travel alone: `.tlog-proof` files (C2SP tlog-proof, v1). No log is needed to check one.

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};

use crate::audit::{
    note::{Checkpoint, LogKey, Malformed},
    tree::{self, Hash},
};

const FIRST_LINE: &str = "c2sp.org/tlog-proof@v1";

/// The longest path that a tree can have.
const MAX_PATH: usize = 64;

/// What a proof has shown.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Proven {
    /// Where the entry stands.
    pub leaf: u64,
    /// How many entries the log had.
    pub size: u64,
    /// Signatures by others than the log, unchecked. Without a witness's key: "not witnessed".
    pub cosignatures: usize,
}

pub(crate) fn write(leaf: u64, path: &[Hash], checkpoint: &str) -> String {
    let mut text = format!("{FIRST_LINE}\nindex {leaf}\n");
    for hash in path {
        text.push_str(&BASE64.encode(hash));
        text.push('\n');
    }
    text.push('\n');
    text.push_str(checkpoint);
    text
}

/// Shows that the bytes of an entry are in the log of that key.
///
/// # Errors
///
/// Says which line of the proof is not as it should be; the last of the path if the entry is another one.
pub fn verify(entry: &[u8], proof: &[u8], key: &LogKey) -> Result<Proven, Malformed> {
    let text = str::from_utf8(proof).map_err(|_| Malformed::Proof(1))?;
    let (head, checkpoint) = text.split_once("\n\n").ok_or(Malformed::Proof(1))?;
    let mut lines = head.split('\n').zip(1..).peekable();
    if lines.next().is_none_or(|(line, _)| line != FIRST_LINE) {
        return Err(Malformed::Proof(1));
    }
    // Extra data is not authenticated: it is passed over, as the specification says.
    if lines.peek().is_some_and(|(line, _)| line.starts_with("extra ")) {
        lines.next();
    }
    let (line, n) = lines.next().ok_or(Malformed::Proof(2))?;
    let index = line.strip_prefix("index ").ok_or(Malformed::Proof(n))?;
    let leaf: u64 = index.parse().map_err(|_| Malformed::Proof(n))?;
    if leaf.to_string() != index {
        return Err(Malformed::Proof(n));
    }
    let (mut path, mut last) = (Vec::new(), n);
    for (line, n) in lines {
        let hash = BASE64.decode(line).ok().and_then(|it| Hash::try_from(it).ok());
        path.push(hash.filter(|_| path.len() < MAX_PATH).ok_or(Malformed::Proof(n))?);
        last = n;
    }
    let checkpoint = Checkpoint::verify(checkpoint.as_bytes(), key)?;
    if tree::includes(&checkpoint.root, checkpoint.size, leaf, &tree::leaf_hash(entry), &path) {
        Ok(Proven { leaf, size: checkpoint.size, cosignatures: checkpoint.cosignatures })
    } else {
        Err(Malformed::Proof(last))
    }
}
