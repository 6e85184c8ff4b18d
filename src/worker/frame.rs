//! Frames on the pipe between daemon and worker: a length, a JSON head, a length, a body of bytes.
//!
//! Both sides check every length before they make room for it.

use std::io::{self, Read, Write};

use serde::{Serialize, de::DeserializeOwned};

/// The longest JSON head: the findings of the largest transcript, or all packs and aliases of a study.
const MAX_HEAD_BYTES: usize = 64 * 1024 * 1024;

/// The longest body: the largest transcript and its pieces.
const MAX_BODY_BYTES: usize = 2 * crate::transcript::MAX_TRANSCRIPT_BYTES;

/// The longest body of the first frame: the files of a model.
const MAX_MODEL_BYTES: usize = crate::plugin::MAX_PLUGIN_BYTES + crate::plugin::MAX_PINS_BYTES;

/// How much room is made at a time.
const GROWTH_BYTES: usize = 4 * 1024 * 1024;

/// Writes one frame.
pub(super) fn write(to: &mut impl Write, head: &impl Serialize, body: &[u8]) -> io::Result<()> {
    write_parts(to, head, &[body])
}

/// Writes one frame whose body lies in several places.
pub(super) fn write_parts(to: &mut impl Write, head: &impl Serialize, body: &[&[u8]]) -> io::Result<()> {
    let head = serde_json::to_vec(head).map_err(|_| io::ErrorKind::InvalidData)?;
    for parts in [[head.as_slice()].as_slice(), body] {
        let length = parts.iter().map(|it| it.len()).fold(0, usize::saturating_add);
        let length = u32::try_from(length).map_err(|_| io::ErrorKind::InvalidData)?;
        to.write_all(&length.to_be_bytes())?;
        parts.iter().try_for_each(|it| to.write_all(it))?;
    }
    to.flush()
}

/// Reads one frame; `None` where the other side has closed the pipe between two.
pub(super) fn read<H: DeserializeOwned>(from: &mut impl Read) -> io::Result<Option<(H, Vec<u8>)>> {
    read_up_to(MAX_BODY_BYTES, from)
}

/// Reads the first frame that a worker gets, with the files of a model.
pub(super) fn read_first<H: DeserializeOwned>(from: &mut impl Read) -> io::Result<Option<(H, Vec<u8>)>> {
    read_up_to(MAX_MODEL_BYTES, from)
}

fn read_up_to<H: DeserializeOwned>(limit: usize, from: &mut impl Read) -> io::Result<Option<(H, Vec<u8>)>> {
    let Some(head) = part(from, MAX_HEAD_BYTES)? else { return Ok(None) };
    let head = serde_json::from_slice(&head).map_err(|_| io::ErrorKind::InvalidData)?;
    let body = part(from, limit)?.ok_or(io::ErrorKind::UnexpectedEof)?;
    Ok(Some((head, body)))
}

fn part(from: &mut impl Read, limit: usize) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; 4];
    match from.read(&mut length)? {
        0 => return Ok(None),
        n => from.read_exact(length.get_mut(n..).unwrap_or_default())?,
    }
    let length = usize::try_from(u32::from_be_bytes(length)).map_err(|_| io::ErrorKind::InvalidData)?;
    if length > limit {
        return Err(io::ErrorKind::InvalidData.into());
    }
    // The other side may announce more than it sends: room is made as bytes arrive, and no more than that.
    let mut bytes = Vec::new();
    while bytes.len() < length {
        let room = length.saturating_sub(bytes.len()).min(GROWTH_BYTES);
        bytes.reserve_exact(room);
        let read = (&mut *from).take(u64::try_from(room).unwrap_or(0)).read_to_end(&mut bytes)?;
        if read < room {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    Ok(Some(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_come_back_as_they_went() {
        let mut pipe = Vec::new();
        write(&mut pipe, &("head", 7), b"body").unwrap();
        write(&mut pipe, &("next", 8), b"").unwrap();
        let mut pipe = pipe.as_slice();
        assert_eq!(
            read::<(String, u8)>(&mut pipe).unwrap(),
            Some((("head".to_owned(), 7), b"body".to_vec()))
        );
        assert_eq!(read::<(String, u8)>(&mut pipe).unwrap(), Some((("next".to_owned(), 8), Vec::new())));
        assert_eq!(read::<(String, u8)>(&mut pipe).unwrap(), None);
    }

    #[test]
    fn a_body_in_parts_comes_back_whole() {
        let mut pipe = Vec::new();
        write_parts(&mut pipe, &7, &[b"bo", b"", b"dy"]).unwrap();
        write_parts(&mut pipe, &8, &[]).unwrap();
        let mut pipe = pipe.as_slice();
        assert_eq!(read_first::<u8>(&mut pipe).unwrap(), Some((7, b"body".to_vec())));
        assert_eq!(read::<u8>(&mut pipe).unwrap(), Some((8, Vec::new())));
    }

    #[test]
    fn what_is_cut_or_too_long_is_refused() {
        let mut pipe = Vec::new();
        write(&mut pipe, &7, b"body").unwrap();
        for cut in 1..pipe.len() {
            assert!(read::<u8>(&mut &pipe[..cut]).is_err(), "cut at {cut}");
        }
        assert!(read::<u8>(&mut [0xff; 8].as_slice()).is_err());
    }
}
