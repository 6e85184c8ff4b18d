//! Filters of streams (ISO 32000-2, 7.4): text and fonts are packed with these; pictures, which are packed
//! with others, are not read.

use std::io::Read as _;

use flate2::read::ZlibDecoder;

use super::{
    Error,
    lexer::{Dict, Object, digit, is_blank},
};

/// The most bytes that a stream may unpack to; a page of text has some thousand.
pub(super) const MAX_STREAM_BYTES: usize = 12 * 1024 * 1024;
/// The most filters of a stream.
const MAX_FILTERS: usize = 8;

/// Unpacks a stream, whose filters and parameters are all in its own dictionary.
pub(super) fn unpack(dict: &Dict, bytes: &[u8]) -> Result<Vec<u8>, Error> {
    // A stream that lies in another file.
    if dict.contains_key(b"F".as_slice()) {
        return Err(Error::Damaged);
    }
    let filters = many(dict.get(b"Filter".as_slice()));
    let parameters = many(dict.get(b"DecodeParms".as_slice()));
    if filters.len() > MAX_FILTERS {
        return Err(Error::TooMuch);
    }
    let none = Dict::new();
    let mut bytes = bytes.to_vec();
    for (n, filter) in filters.iter().enumerate() {
        let parameters = parameters.get(n).and_then(Object::dict).unwrap_or(&none);
        bytes = match filter.name().ok_or(Error::Damaged)? {
            b"FlateDecode" | b"Fl" => predicted(flate(&bytes)?, parameters)?,
            b"LZWDecode" | b"LZW" => predicted(lzw(&bytes, parameters)?, parameters)?,
            b"ASCIIHexDecode" | b"AHx" => hex(&bytes)?,
            b"ASCII85Decode" | b"A85" => base85(&bytes)?,
            b"RunLengthDecode" | b"RL" => runs(&bytes)?,
            b"Crypt" => return Err(Error::Locked),
            _ => return Err(Error::Damaged),
        };
    }
    if bytes.len() > MAX_STREAM_BYTES { Err(Error::TooMuch) } else { Ok(bytes) }
}

fn many(it: Option<&Object>) -> &[Object] {
    match it {
        None | Some(Object::Null) => &[],
        Some(Object::Array(all)) => all,
        Some(one) => std::slice::from_ref(one),
    }
}

fn flate(bytes: &[u8]) -> Result<Vec<u8>, Error> {
    let most = u64::try_from(MAX_STREAM_BYTES).unwrap_or_default().saturating_add(1);
    let mut out = Vec::new();
    ZlibDecoder::new(bytes).take(most).read_to_end(&mut out).map_err(|_| Error::Damaged)?;
    within(out)
}

fn within(bytes: Vec<u8>) -> Result<Vec<u8>, Error> {
    if bytes.len() > MAX_STREAM_BYTES { Err(Error::TooMuch) } else { Ok(bytes) }
}

fn lzw(bytes: &[u8], parameters: &Dict) -> Result<Vec<u8>, Error> {
    const CLEAR: usize = 256;
    const END: usize = 257;
    let early = usize::from(parameters.get(b"EarlyChange".as_slice()).and_then(Object::size) != Some(0));
    let mut bits = bytes.iter().flat_map(|it| (0..8).rev().map(move |n| usize::from(it >> n & 1)));
    // Where each string of the table lies in what was unpacked, from number 258 on.
    let mut table: Vec<(usize, usize)> = Vec::new();
    let (mut out, mut width, mut last) = (Vec::new(), 9, None::<(usize, usize)>);
    loop {
        let mut code = 0_usize;
        for _ in 0..width {
            let Some(bit) = bits.next() else { return Ok(out) };
            code = code << 1 | bit;
        }
        match code {
            CLEAR => {
                table.clear();
                (width, last) = (9, None);
                continue;
            }
            END => return Ok(out),
            _ => {}
        }
        let start = out.len();
        if let Ok(byte) = u8::try_from(code) {
            out.push(byte);
        } else {
            let known = code.checked_sub(258).ok_or(Error::Damaged)?;
            let (from, len) = match (table.get(known), last) {
                (Some(it), _) => *it,
                // The string that this very code will stand for.
                (None, Some((from, len))) if known == table.len() => (from, len.saturating_add(1)),
                (None, _) => return Err(Error::Damaged),
            };
            for n in from..from.saturating_add(len) {
                let byte = *out.get(n).ok_or(Error::Damaged)?;
                out.push(byte);
            }
        }
        if out.len() > MAX_STREAM_BYTES {
            return Err(Error::TooMuch);
        }
        if let Some((from, len)) = last
            && table.len() < 4096 - 258
        {
            table.push((from, len.saturating_add(1)));
        }
        last = Some((start, out.len().saturating_sub(start)));
        width = match table.len().saturating_add(259).saturating_add(early) {
            0..=512 => 9,
            513..=1024 => 10,
            1025..=2048 => 11,
            _ => 12,
        };
    }
}

fn hex(bytes: &[u8]) -> Result<Vec<u8>, Error> {
    let (mut out, mut half) = (Vec::new(), None);
    for it in bytes.iter().copied().take_while(|it| *it != b'>').filter(|it| !is_blank(*it)) {
        let it = digit(it).ok_or(Error::Damaged)?;
        match half.take() {
            None => half = Some(it),
            Some(high) => out.push(high << 4 | it),
        }
    }
    out.extend(half.map(|it| it << 4));
    Ok(out)
}

fn base85(bytes: &[u8]) -> Result<Vec<u8>, Error> {
    let bytes = bytes.strip_prefix(b"<~").unwrap_or(bytes);
    let (mut out, mut group) = (Vec::new(), Vec::new());
    for it in bytes.iter().copied().take_while(|it| *it != b'~').filter(|it| !is_blank(*it)) {
        match it {
            b'z' if group.is_empty() => out.extend([0; 4]),
            b'!'..=b'u' => group.push(it.wrapping_sub(b'!')),
            _ => return Err(Error::Damaged),
        }
        if group.len() == 5 {
            out.extend(word(&group)?);
            group.clear();
        }
        if out.len() > MAX_STREAM_BYTES {
            return Err(Error::TooMuch);
        }
    }
    if let Some(bytes @ 1..) = group.len().checked_sub(1) {
        group.resize(5, 84);
        out.extend(word(&group)?.into_iter().take(bytes));
    }
    Ok(out)
}

fn word(group: &[u8]) -> Result<[u8; 4], Error> {
    let number = group.iter().fold(0_u64, |sum, it| sum.wrapping_mul(85).wrapping_add(u64::from(*it)));
    Ok(u32::try_from(number).map_err(|_| Error::Damaged)?.to_be_bytes())
}

fn runs(bytes: &[u8]) -> Result<Vec<u8>, Error> {
    let (mut out, mut rest) = (Vec::new(), bytes);
    while let Some((length, after)) = rest.split_first() {
        let length = usize::from(*length);
        rest = match length {
            128 => break,
            0..128 => {
                let (copied, after) =
                    after.split_at_checked(length.saturating_add(1)).ok_or(Error::Damaged)?;
                out.extend_from_slice(copied);
                after
            }
            _ => {
                let (again, after) = after.split_first().ok_or(Error::Damaged)?;
                out.resize(out.len().saturating_add(257_usize.saturating_sub(length)), *again);
                after
            }
        };
        if out.len() > MAX_STREAM_BYTES {
            return Err(Error::TooMuch);
        }
    }
    Ok(out)
}

/// Takes back a prediction (7.4.4.4): those of PNG, which tables of objects have, and none of pictures.
fn predicted(bytes: Vec<u8>, parameters: &Dict) -> Result<Vec<u8>, Error> {
    let of = |key: &[u8], otherwise: usize| parameters.get(key).map_or(Some(otherwise), Object::size);
    match of(b"Predictor", 1) {
        Some(0 | 1) => return Ok(bytes),
        Some(10..=15) => {}
        _ => return Err(Error::Damaged),
    }
    let sizes = (of(b"Colors", 1), of(b"BitsPerComponent", 8), of(b"Columns", 1));
    let (Some(colors @ 1..=32), Some(bits @ (1 | 2 | 4 | 8 | 16)), Some(columns @ 1..=0xF_FFFF)) = sizes
    else {
        return Err(Error::Damaged);
    };
    let pixel = (colors * bits).div_ceil(8);
    let width = (colors * bits * columns).div_ceil(8);
    let (mut out, mut above) = (Vec::with_capacity(bytes.len()), vec![0_u8; width]);
    for row in bytes.chunks(width.saturating_add(1)) {
        let Some((kind, row)) = row.split_first() else { break };
        let mut now = Vec::with_capacity(width);
        for (n, it) in row.iter().enumerate() {
            let before = |all: &[u8]| n.checked_sub(pixel).and_then(|it| all.get(it).copied()).unwrap_or(0);
            let (left, up, corner) = (before(&now), above.get(n).copied().unwrap_or(0), before(&above));
            let guess = match kind {
                0 => 0,
                1 => left,
                2 => up,
                3 => left.midpoint(up),
                4 => paeth(left, up, corner),
                _ => return Err(Error::Damaged),
            };
            now.push(it.wrapping_add(guess));
        }
        out.extend_from_slice(&now);
        now.resize(width, 0);
        above = now;
    }
    Ok(out)
}

fn paeth(left: u8, up: u8, corner: u8) -> u8 {
    let [a, b, c] = [left, up, corner].map(i16::from);
    let guess = a.wrapping_add(b).wrapping_sub(c);
    let [a, b, c] = [a, b, c].map(|it| guess.wrapping_sub(it).abs());
    if a <= b && a <= c {
        left
    } else if b <= c {
        up
    } else {
        corner
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::{Compression, write::ZlibEncoder};

    use super::*;
    use crate::parse::pdf::lexer::Lexer;

    fn check(dict: &str, bytes: &[u8]) -> Result<Vec<u8>, Error> {
        let dict = Lexer::new(dict.as_bytes(), 0).object().unwrap();
        unpack(dict.dict().unwrap(), bytes)
    }

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::best());
        zlib.write_all(bytes).unwrap();
        zlib.finish().unwrap()
    }

    #[test]
    fn each_filter_gives_back_what_was_packed() {
        assert_eq!(check("<<>>", b"abc").unwrap(), b"abc");
        assert_eq!(check("<</Filter/AHx>>", b"61 6 2 6>z").unwrap(), b"ab`");
        assert_eq!(check("<</Filter[/A85]>>", b"87cURD]i,\"Ebo80~>").unwrap(), b"Hello World!");
        assert_eq!(check("<</Filter/A85>>", b"zE+EP~>").unwrap(), b"\0\0\0\0pdf");
        assert_eq!(check("<</Filter/RL>>", b"\x02abc\xFEx\x80zzz").unwrap(), b"abcxxx");
        assert_eq!(check("<</Filter/Fl>>", &packed(b"abc")).unwrap(), b"abc");
        // The example of the standard, 7.4.4.2.
        let lzw = [0x80, 0x0B, 0x60, 0x50, 0x22, 0x0C, 0x0C, 0x85, 0x01];
        assert_eq!(check("<</Filter/LZW>>", &lzw).unwrap(), b"-----A---B");
        let both = packed(b"616263>");
        assert_eq!(check("<</Filter[/FlateDecode/ASCIIHexDecode]>>", &both).unwrap(), b"abc");
    }

    #[test]
    fn predictions_are_taken_back() {
        let rows = [0, 1, 2, 3, 1, 1, 1, 1, 2, 1, 1, 1, 3, 2, 2, 2, 4, 1, 1, 1];
        let dict = "<</Filter/Fl/DecodeParms<</Predictor 12/Columns 3>>>>";
        let want = [1, 2, 3, 1, 2, 3, 2, 3, 4, 3, 5, 6, 4, 6, 7];
        assert_eq!(check(dict, &packed(&rows)).unwrap(), want);
    }

    #[test]
    fn bombs_and_what_is_damaged_are_refused() {
        let bomb = packed(&vec![b'0'; MAX_STREAM_BYTES + 1]);
        assert_eq!(check("<</Filter/Fl>>", &bomb), Err(Error::TooMuch));
        assert_eq!(
            check("<</Filter/Fl>>", &packed(&vec![b'0'; MAX_STREAM_BYTES])).unwrap().len(),
            MAX_STREAM_BYTES
        );
        assert_eq!(check("<</Filter[/Fl/Fl]>>", &packed(&bomb)), Err(Error::TooMuch));
        assert_eq!(check("<</Filter/RL>>", &[129, b'x'].repeat(200_000)), Err(Error::TooMuch));
        assert_eq!(check("<</Filter/A85>>", &vec![b'z'; MAX_STREAM_BYTES]), Err(Error::TooMuch));
        assert_eq!(check("<</Filter/Fl>>", b"abc"), Err(Error::Damaged));
        assert_eq!(check("<</Filter/DCTDecode>>", b"abc"), Err(Error::Damaged));
        assert_eq!(check("<</Filter/AHx/F(x)>>", b"61"), Err(Error::Damaged));
        assert_eq!(check("<</Filter/RL>>", b"\x05ab"), Err(Error::Damaged));
        assert_eq!(check("<</Filter/A85>>", b"uuuuu"), Err(Error::Damaged));
    }
}
