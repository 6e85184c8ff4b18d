//! From bytes to text: which encoding, and whether that is sure. It guesses nothing: a file whose
//! encoding is not certain is an error with a question to its owner.
//!
//! In order: byte-order mark, strict UTF-8, UTF-16 by its zero bytes, then Big5 with HKSCS and GB 18030
//! by `chardetng` with the hint "hk". The last two are only believed where the characters that come out
//! are ones that people write.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{BIG5, Encoding, GB18030, GBK, UTF_8, UTF_16BE, UTF_16LE};

use super::Error;
use crate::{
    transcript::MAX_TRANSCRIPT_BYTES,
    view::{hkscs, is_han},
};

/// How many bytes a stretch has whose encoding is guessed apart from the others'.
const STRETCH_BYTES: usize = 4096;

/// In a stretch with fewer Han characters than this, the share of common ones says nothing.
const HAN_ENOUGH: usize = 6;

/// The text, and the WHATWG name of the encoding that it was in.
pub(super) fn decode(bytes: &[u8]) -> Result<(String, &'static str), Error> {
    if bytes.len() > MAX_TRANSCRIPT_BYTES {
        return Err(Error::TooLong);
    }
    let (encoding, bytes) = match Encoding::for_bom(bytes) {
        Some((encoding, len)) => (encoding, bytes.get(len..).unwrap_or_default()),
        None => (guess(bytes)?, bytes),
    };
    let text = encoding.decode_without_bom_handling_and_without_replacement(bytes);
    let mut text = match text {
        Some(text) => text.into_owned(),
        None if encoding == UTF_8 => return Err(Error::MixedEncodings),
        None => return Err(Error::Encoding),
    };
    if encoding == BIG5 || encoding == GB18030 {
        certain(bytes, encoding)?;
    }
    if text.contains('\u{FFFD}') {
        return Err(Error::LostCharacters);
    }
    if text
        .bytes()
        .any(|it| it == 0 || it < 0x20 && !matches!(it, b'\t' | b'\n' | b'\r' | 0x0B | 0x0C | 0x1B))
    {
        return Err(Error::Binary);
    }
    // A second mark would be taken for the first when the text is read again.
    let marks = text.len() - text.trim_start_matches('\u{FEFF}').len();
    text.drain(..marks);
    let text = hkscs::standardised(text);
    if text.len() > MAX_TRANSCRIPT_BYTES {
        return Err(Error::TooLong);
    }
    if text.trim().is_empty() {
        return Err(Error::Empty);
    }
    Ok((text, encoding.name()))
}

/// The encoding of bytes without a byte-order mark.
fn guess(bytes: &[u8]) -> Result<&'static Encoding, Error> {
    if bytes.contains(&0) {
        return utf_16(bytes).ok_or(Error::Binary);
    }
    if std::str::from_utf8(bytes).is_ok() {
        return Ok(UTF_8);
    }
    let controls = bytes.iter().filter(|it| **it < 0x20 && !matches!(it, b'\t'..=b'\r' | 0x1B)).count();
    if controls > 0 {
        return Err(Error::Binary);
    }
    if has_utf_8(bytes) {
        return Err(Error::MixedEncodings);
    }
    of_legacy(bytes).ok_or(Error::Encoding)
}

/// Zero bytes in one half of the pairs only: text of which some is ASCII, line ends at least.
fn utf_16(bytes: &[u8]) -> Option<&'static Encoding> {
    if !bytes.len().is_multiple_of(2) {
        return None;
    }
    let (mut first, mut second) = (0_usize, 0_usize);
    for pair in bytes.chunks_exact(2) {
        match pair {
            [0, 0] => return None,
            [0, _] => first += 1,
            [_, 0] => second += 1,
            _ => {}
        }
    }
    // U+4E00 and its like have a zero byte on the other side; they are rare beside line ends and spaces.
    let encoding = if second > 8 * first {
        UTF_16LE
    } else if first > 8 * second {
        UTF_16BE
    } else {
        return None;
    };
    encoding.decode_without_bom_handling_and_without_replacement(bytes).map(|_| encoding)
}

fn of_legacy(bytes: &[u8]) -> Option<&'static Encoding> {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let guess = detector.guess(Some(b"hk"), Utf8Detection::Deny);
    if guess == GBK || guess == GB18030 { Some(GB18030) } else { (guess == BIG5).then_some(BIG5) }
}

/// Whether bytes that are not UTF-8 as a whole hold stretches that are: three characters and more of
/// three bytes, or a whole line of two.
fn has_utf_8(bytes: &[u8]) -> bool {
    bytes.split(|it| matches!(it, b'\n' | b'\r')).any(|line| {
        let whole = std::str::from_utf8(line).is_ok();
        line.split(u8::is_ascii).filter(|it| it.len() >= 6).any(|run| {
            let enough = if whole { 2 } else { 3 };
            std::str::from_utf8(run).is_ok_and(|it| it.chars().filter(|c| *c >= '\u{800}').count() >= enough)
        })
    })
}

/// Whether every stretch of the file is of that encoding, and reads as text that people write.
fn certain(bytes: &[u8], encoding: &'static Encoding) -> Result<(), Error> {
    let mut all = Commonness::default();
    let mut stretch = Vec::new();
    for line in bytes.split_inclusive(|it| *it == b'\n') {
        if line.is_ascii() {
            continue;
        }
        let mut here = Commonness::default();
        here.add(line, encoding);
        if here.is_strange(HAN_ENOUGH) {
            return Err(Error::MixedEncodings);
        }
        all.common += here.common;
        all.rare += here.rare;
        stretch.extend_from_slice(line);
        if stretch.len() >= STRETCH_BYTES {
            if of_legacy(&stretch) != Some(encoding) {
                return Err(Error::MixedEncodings);
            }
            stretch.clear();
        }
    }
    if all.is_strange(1) { Err(Error::Encoding) } else { Ok(()) }
}

/// How many of the characters beyond ASCII are common ones.
#[derive(Debug, Default)]
struct Commonness {
    common: usize,
    rare: usize,
}

impl Commonness {
    fn add(&mut self, line: &[u8], encoding: &'static Encoding) {
        let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(line) else { return };
        for c in text.chars().filter(|it| !it.is_ascii()) {
            if is_common(c, encoding) {
                self.common += 1;
            } else {
                self.rare += 1;
            }
        }
    }

    /// Half or more of what is there is not what people write.
    const fn is_strange(&self, enough: usize) -> bool {
        self.common + self.rare >= enough && self.common < 2 * self.rare
    }
}

/// Of the first plane of the encoding's own standard, or the characters of written Cantonese.
fn is_common(c: char, encoding: &'static Encoding) -> bool {
    const CANTONESE: &str = "嘅咗哋嚟喺啲嗰冇咁噉咩嘢啱攞俾畀佢唔係乜嘥瞓攰靚諗掟揸搵揾啦喎囉吖啫喇㗎𠺢𡃉𠵱𨋢𨳒乸仔啩咋冚唞嗌嘈嘔噏埋孖屙揼撳氹煲睇瞓篤罅搞餸";
    if !is_han(c) {
        return matches!(c, '\u{2010}'..='\u{2027}' | '\u{3000}'..='\u{301E}' | '\u{FF01}'..='\u{FF5E}' | '\u{B7}');
    }
    if CANTONESE.contains(c) {
        return true;
    }
    let mut utf_8 = [0; 4];
    let (bytes, _, _) = encoding.encode(c.encode_utf8(&mut utf_8));
    match *bytes.as_ref() {
        [lead, _] if encoding == BIG5 => (0xA4..=0xC6).contains(&lead),
        [lead, trail] => (0xB0..=0xD7).contains(&lead) && trail >= 0xA1,
        _ => false,
    }
}
