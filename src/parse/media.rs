//! What a file that is not parsed is, by its ending and its first bytes, and whether it is whole.
//!
//! Nothing here reads more of a file than the heads of its boxes and chunks, and nothing is decoded. A
//! file that declares more bytes than it has is an upload that has not ended.

use std::io::{self, Read, Seek, SeekFrom};

/// How many bytes of the start of a file [`sniff`] wants to see.
pub const SNIFF_BYTES: usize = 64;

/// The most boxes that [`is_whole`] walks over.
const MAX_BOXES: usize = 100_000;

/// What a file is, as far as the line treats files differently.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd)]
pub enum Media {
    /// Sound or film.
    Recording,
    /// A picture or a PDF: the scan of a signed form.
    Document,
}

/// Whether a container file is as long as it says.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Whole {
    /// It is.
    Yes,
    /// It declares more bytes than it has: the upload has not finished.
    No,
    /// Its format does not say.
    Unknown,
}

/// What a file of this ending (without the dot, in any case) is; `None` for a transcript or anything else.
#[must_use]
pub fn by_extension(extension: &str) -> Option<Media> {
    match extension.to_ascii_lowercase().as_str() {
        "mp3" | "m4a" | "mp4" | "m4v" | "mov" | "3gp" | "aac" | "wav" | "wave" | "ogg" | "oga" | "opus"
        | "ogv" | "flac" | "webm" | "mkv" | "mka" | "wma" | "amr" | "aif" | "aiff" | "avi" => {
            Some(Media::Recording)
        }
        "pdf" | "jpg" | "jpeg" | "png" | "tif" | "tiff" | "heic" => Some(Media::Document),
        _ => None,
    }
}

/// What a file that starts with these bytes is.
#[must_use]
pub fn sniff(head: &[u8]) -> Option<Media> {
    const RECORDINGS: &[&[u8]] = &[
        b"ID3\x02",
        b"ID3\x03",
        b"ID3\x04",
        b"OggS\0",
        b"fLaC\0",
        b"fLaC\x80",
        b"\x1A\x45\xDF\xA3",
        b"#!AMR",
        b"\x30\x26\xB2\x75\x8E\x66\xCF\x11",
    ];
    const DOCUMENTS: &[&[u8]] = &[b"%PDF-", b"\xFF\xD8\xFF", b"\x89PNG\r\n\x1A\n", b"II*\0", b"MM\0*"];
    let at = |from: usize, want: &[u8]| head.get(from..).is_some_and(|it| it.starts_with(want));
    // A frame of MPEG audio: eleven bits set; layer and bit rate must not be the reserved ones. Together
    // with the byte after, no byte-order mark and no text looks like it.
    let mpeg = matches!(head, [0xFF, second, third, ..]
        if matches!(second, 0xE2..=0xE7 | 0xF2..=0xF7 | 0xFA..=0xFD | 0xF1 | 0xF9) && *third != 0xFF && *third >= 0x10);
    // The first box is short, so that its length starts with a byte that no text has.
    let boxed = at(0, b"\0");
    if DOCUMENTS.iter().any(|it| at(0, it)) || boxed && (at(4, b"ftyphei") || at(4, b"ftypmif")) {
        Some(Media::Document)
    } else if RECORDINGS.iter().any(|it| at(0, it))
        || (at(0, b"RIFF") || at(0, b"RF64") || at(0, b"BW64")) && (at(8, b"WAVE") || at(8, b"AVI "))
        || at(0, b"FORM") && (at(8, b"AIFF") || at(8, b"AIFC"))
        || boxed && at(4, b"ftyp")
        || mpeg
    {
        Some(Media::Recording)
    } else {
        None
    }
}

/// Whether a container is as long as it declares. Leaves the file's position anywhere.
///
/// # Errors
///
/// Those of reading.
pub fn is_whole<R: Read + Seek>(file: &mut R) -> io::Result<Whole> {
    let len = file.seek(SeekFrom::End(0))?;
    let head = read_at(file, 0, SNIFF_BYTES)?;
    if sniff(&head).is_none() {
        return Ok(Whole::Unknown);
    }
    let starts = |want: &[u8]| head.starts_with(want);
    if starts(b"RIFF") || starts(b"FORM") {
        let size = if starts(b"RIFF") { u32_le(&head, 4) } else { u32_be(&head, 4) };
        // A recorder writes the size when it stops: all ones or none until then.
        return Ok(match size {
            None | Some(0 | u32::MAX) => Whole::No,
            Some(size) => at_least(len, 8_u64.saturating_add(u64::from(size))),
        });
    }
    if starts(b"RF64") || starts(b"BW64") {
        let size = (head.get(12..16) == Some(b"ds64")).then(|| u64_le(&head, 20)).flatten();
        return Ok(size.map_or(Whole::No, |it| at_least(len, it.saturating_add(8))));
    }
    if head.get(4..8) == Some(b"ftyp") {
        return boxes(file, len);
    }
    if starts(b"\x1A\x45\xDF\xA3") {
        return matroska(file, len);
    }
    if starts(b"OggS") {
        return ogg(file, len);
    }
    if starts(b"%PDF-") {
        return ends_with(file, len, 1024, b"%%EOF");
    }
    if starts(b"\x89PNG") {
        return ends_with(file, len, 64, b"IEND\xAE\x42\x60\x82");
    }
    if starts(b"\xFF\xD8\xFF") {
        return ends_with(file, len, 65_536, b"\xFF\xD9");
    }
    Ok(Whole::Unknown)
}

const fn at_least(len: u64, declared: u64) -> Whole {
    if len >= declared { Whole::Yes } else { Whole::No }
}

/// The boxes of ISO 14496-12 one after the other; a file without `moov` has no index yet.
fn boxes<R: Read + Seek>(file: &mut R, len: u64) -> io::Result<Whole> {
    let mut at = 0_u64;
    let mut has_index = false;
    for _ in 0..MAX_BOXES {
        if at == len {
            return Ok(if has_index { Whole::Yes } else { Whole::No });
        }
        let head = read_at(file, at, 16)?;
        has_index = has_index || head.get(4..8) == Some(b"moov");
        let size = match u32_be(&head, 0) {
            // The last box reaches to the end of the file, wherever that is.
            Some(0) => return Ok(if has_index { Whole::Yes } else { Whole::No }),
            Some(1) => u64_be(&head, 8).filter(|it| *it >= 16),
            Some(size) => Some(u64::from(size)).filter(|it| *it >= 8),
            None => None,
        };
        let Some(next) = size.and_then(|it| at.checked_add(it)) else { return Ok(Whole::No) };
        if next > len {
            return Ok(Whole::No);
        }
        at = next;
    }
    Ok(Whole::Unknown)
}

/// The segment of a Matroska or `WebM` file (RFC 8794); a live recording does not know its length.
fn matroska<R: Read + Seek>(file: &mut R, len: u64) -> io::Result<Whole> {
    let mut at = 4;
    let head = read_at(file, at, 8)?;
    let Some((size, width)) = vint(&head) else { return Ok(Whole::No) };
    at = width.saturating_add(4).saturating_add(size);
    let segment = read_at(file, at, 12)?;
    if !segment.starts_with(b"\x18\x53\x80\x67") {
        return Ok(if at >= len { Whole::No } else { Whole::Unknown });
    }
    let Some((size, width)) = segment.get(4..).and_then(vint) else { return Ok(Whole::No) };
    if size == (1 << (7 * width)) - 1 {
        return Ok(Whole::Unknown);
    }
    Ok(at_least(len, at.saturating_add(4).saturating_add(width).saturating_add(size)))
}

/// A number of EBML and how many bytes it has.
fn vint(bytes: &[u8]) -> Option<(u64, u64)> {
    let first = *bytes.first()?;
    let width = u64::from(first.leading_zeros()) + 1;
    if width > 8 {
        return None;
    }
    let mut value = u64::from(first) & ((1 << (8 - width)) - 1);
    for byte in bytes.get(1..usize::try_from(width).ok()?)? {
        value = value << 8 | u64::from(*byte);
    }
    Some((value, width))
}

/// The last page of an Ogg stream (RFC 3533) bears the end mark.
fn ogg<R: Read + Seek>(file: &mut R, len: u64) -> io::Result<Whole> {
    let tail = read_at(file, len.saturating_sub(65_307), 65_307)?;
    let last = tail.windows(6).enumerate().rfind(|(_, it)| it.starts_with(b"OggS\0"));
    let Some((at, page)) = last else { return Ok(Whole::No) };
    let segments = usize::from(tail.get(at + 26).copied().unwrap_or(0));
    let body =
        tail.get(at + 27..at + 27 + segments).map(|it| it.iter().map(|it| usize::from(*it)).sum::<usize>());
    let fits = body.is_some_and(|it| at + 27 + segments + it <= tail.len());
    let ends = page.last().is_some_and(|it| it & 4 != 0);
    Ok(if fits && ends { Whole::Yes } else { Whole::No })
}

fn ends_with<R: Read + Seek>(file: &mut R, len: u64, within: usize, mark: &[u8]) -> io::Result<Whole> {
    let from = len.saturating_sub(u64::try_from(within).unwrap_or(u64::MAX));
    let tail = read_at(file, from, within)?;
    let found = tail.windows(mark.len()).any(|it| it == mark);
    Ok(if found { Whole::Yes } else { Whole::No })
}

/// Up to `len` bytes from there.
fn read_at<R: Read + Seek>(file: &mut R, at: u64, len: usize) -> io::Result<Vec<u8>> {
    file.seek(SeekFrom::Start(at))?;
    let mut bytes = Vec::with_capacity(len);
    file.take(u64::try_from(len).unwrap_or(u64::MAX)).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn array<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..at + N)?.try_into().ok()
}

fn u32_le(bytes: &[u8], at: usize) -> Option<u32> {
    array(bytes, at).map(u32::from_le_bytes)
}

fn u32_be(bytes: &[u8], at: usize) -> Option<u32> {
    array(bytes, at).map(u32::from_be_bytes)
}

fn u64_le(bytes: &[u8], at: usize) -> Option<u64> {
    array(bytes, at).map(u64::from_le_bytes)
}

fn u64_be(bytes: &[u8], at: usize) -> Option<u64> {
    array(bytes, at).map(u64::from_be_bytes)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn wav() -> Vec<u8> {
        [b"RIFF".as_slice(), &36_u32.to_le_bytes(), b"WAVE", &[0; 32]].concat()
    }

    fn mp4() -> Vec<u8> {
        let boxed = |name: &[u8], body: usize| {
            [&u32::try_from(body + 8).unwrap().to_be_bytes(), name, &vec![0; body]].concat()
        };
        [boxed(b"ftyp", 12), boxed(b"mdat", 100), boxed(b"moov", 20)].concat()
    }

    fn webm() -> Vec<u8> {
        [b"\x1A\x45\xDF\xA3\x84".as_slice(), &[0; 4], b"\x18\x53\x80\x67\x8A", &[0; 10]].concat()
    }

    fn ogg() -> Vec<u8> {
        let mut page = b"OggS\0\x04".to_vec();
        page.extend([0; 20]);
        page.extend([1, 5, 1, 2, 3, 4, 5]);
        page
    }

    fn check(name: &str, bytes: &[u8], media: Media) {
        assert_eq!(sniff(bytes), Some(media), "{name}");
        assert_eq!(is_whole(&mut Cursor::new(bytes)).unwrap(), Whole::Yes, "{name}");
        let cut = &bytes[..bytes.len() - 1];
        assert_eq!(is_whole(&mut Cursor::new(cut)).unwrap(), Whole::No, "{name} without its last byte");
        for len in 0..bytes.len() {
            is_whole(&mut Cursor::new(&bytes[..len])).unwrap();
        }
    }

    #[test]
    fn a_container_that_declares_more_than_it_has_is_not_whole() {
        check("wav", &wav(), Media::Recording);
        check("mp4", &mp4(), Media::Recording);
        check("webm", &webm(), Media::Recording);
        check("ogg", &ogg(), Media::Recording);
        check("pdf", b"%PDF-1.7\n%%EOF", Media::Document);
        check("png", b"\x89PNG\r\n\x1A\n....IEND\xAE\x42\x60\x82", Media::Document);
        check("jpg", b"\xFF\xD8\xFF\xE0....\xFF\xD9", Media::Document);
    }

    #[test]
    fn a_recorder_that_has_not_stopped_has_written_no_length() {
        let live = [b"RIFF".as_slice(), &u32::MAX.to_le_bytes(), b"WAVE", &[0; 32]].concat();
        assert_eq!(is_whole(&mut Cursor::new(live)).unwrap(), Whole::No);
        let without_index = &mp4()[..20 + 108];
        assert_eq!(is_whole(&mut Cursor::new(without_index)).unwrap(), Whole::No);
    }

    #[test]
    fn text_is_no_media() {
        for text in [
            "WEBVTT\n",
            "I: hello",
            "\u{FEFF}I: hello",
            "",
            "1\n00:00",
            "ID3: hello",
            "OggS: hello",
            "日 ftyp",
        ] {
            assert_eq!(sniff(text.as_bytes()), None, "{text:?}");
            assert_eq!(is_whole(&mut Cursor::new(text)).unwrap(), Whole::Unknown);
        }
        assert_eq!(is_whole(&mut Cursor::new("RIFF, she said")).unwrap(), Whole::Unknown);
        assert_eq!(sniff(b"\xFF\xFEI\0"), None);
        assert_eq!(by_extension("M4A"), Some(Media::Recording));
        assert_eq!(by_extension("pdf"), Some(Media::Document));
        assert_eq!(by_extension("txt"), None);
    }
}
