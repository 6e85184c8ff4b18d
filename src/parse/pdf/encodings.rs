//! What codes of simple fonts stand for (ISO 32000-2, Annex D), and how wide the letters of the fonts are that
//! every reader has.

use std::{borrow::Cow, collections::BTreeMap, sync::LazyLock};

use encoding_rs::{BIG5, Encoding, GB18030, MACINTOSH, WINDOWS_1252};

/// Names of glyphs (Adobe Glyph List for New Fonts 1.7) and the characters that they show, in the order of names.
const GLYPHS: &str = include_str!("glyphs.tsv");

static NAMES: LazyLock<BTreeMap<&str, &str>> =
    LazyLock::new(|| GLYPHS.lines().filter_map(|it| it.split_once('\t')).collect());

/// `StandardEncoding` from 0xA1 on; a blank where it has nothing.
const STANDARD: &str =
    "¡¢£⁄¥ƒ§¤'“«‹›ﬁﬂ –†‡· ¶•‚„”»…‰ ¿ `´ˆ˜¯˘˙¨ ˚¸ ˝˛ˇ—                Æ ª    ŁØŒº     æ   ı  łøœß    ";

/// A table of codes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Base {
    Standard,
    WinAnsi,
    MacRoman,
}

impl Base {
    pub(super) fn of(name: &[u8]) -> Option<Self> {
        match name {
            b"StandardEncoding" => Some(Self::Standard),
            b"WinAnsiEncoding" => Some(Self::WinAnsi),
            b"MacRomanEncoding" => Some(Self::MacRoman),
            _ => None,
        }
    }

    /// What a code stands for.
    pub(super) fn character(self, code: u8) -> Option<char> {
        if code < 0x20 {
            return None;
        }
        match (self, code) {
            (Self::Standard, 0x27) => Some('’'),
            (Self::Standard, 0x60) => Some('‘'),
            (_, 0x20..=0x7E) => Some(char::from(code)),
            (Self::Standard, _) => {
                let n = usize::from(code.checked_sub(0xA1)?);
                STANDARD.chars().nth(n).filter(|it| *it != ' ')
            }
            // A blank that does not break, and codes without a sign, which are bullets (note 3 and 6 of D.2).
            (Self::WinAnsi, 0x7F | 0x81 | 0x8D | 0x8F | 0x90 | 0x9D) => Some('•'),
            (Self::WinAnsi, 0xAD) => Some('-'),
            (Self::WinAnsi, _) => one(WINDOWS_1252, &[code]),
            (Self::MacRoman, 0x7F) => None,
            (Self::MacRoman, _) => one(MACINTOSH, &[code]),
        }
    }
}

fn one(encoding: &'static Encoding, bytes: &[u8]) -> Option<char> {
    let text = encoding.decode_without_bom_handling_and_without_replacement(bytes)?;
    let mut chars = text.chars();
    chars.next().filter(|it| chars.next().is_none() && !it.is_control())
}

/// What a glyph of a name shows.
pub(super) fn glyph(name: &[u8]) -> Option<String> {
    let name = std::str::from_utf8(name).ok()?;
    // What follows a point says which drawing of it; parts of a ligature stand apart.
    let name = name.split('.').next().filter(|it| !it.is_empty())?;
    name.split('_').map(part).collect()
}

fn part(name: &str) -> Option<String> {
    if let Some(it) = known(name) {
        return Some(it.to_string());
    }
    let number = |it: &str| {
        let is_hex = it.bytes().all(|it| it.is_ascii_digit() || matches!(it, b'A'..=b'F'));
        is_hex.then(|| u32::from_str_radix(it, 16).ok()).flatten()
    };
    if let Some(hex) =
        name.strip_prefix("uni").filter(|it| it.len() >= 4 && it.len() % 4 == 0 && it.is_ascii())
    {
        let units: Option<Vec<u16>> = (0..hex.len())
            .step_by(4)
            .map(|at| hex.get(at..at + 4).and_then(number)?.try_into().ok())
            .collect();
        return String::from_utf16(&units?).ok();
    }
    let hex = name.strip_prefix('u').filter(|it| (4..=6).contains(&it.len()))?;
    number(hex).and_then(char::from_u32).map(String::from)
}

fn known(name: &str) -> Option<char> {
    let other = match name {
        "nbspace" | "nonbreakingspace" => Some('\u{A0}'),
        "sfthyphen" | "softhyphen" => Some('\u{AD}'),
        "ff" => Some('ﬀ'),
        "fi" => Some('ﬁ'),
        "fl" => Some('ﬂ'),
        "ffi" => Some('ﬃ'),
        "ffl" => Some('ﬄ'),
        "Tcommaaccent" => Some('Ţ'),
        "tcommaaccent" => Some('ţ'),
        _ => None,
    };
    let listed = || char::from_u32(u32::from_str_radix(NAMES.get(name)?, 16).ok()?);
    other.or_else(listed)
}

/// Radicals that look like a character (Unicode's `EquivalentUnifiedIdeograph.txt`), and that character.
const RADICALS: &str = "⺟母⺠民⻁虎⻄西⻅见⻆角⻉贝⻋车⻑長⻓长⻔门⻘青⻙韦⻚页⻛风⻜飞⻝食⻢马⻣骨⻤鬼⻥鱼⻦鸟⻧卤⻨麦⻩黄⻪黾⻫斉⻬齐⻭歯⻮齿⻯竜⻰龙⻲亀⻳龟";

/// The character that a radical looks like, which is what was meant by it.
pub(super) fn unified(it: char) -> char {
    if !('\u{2E80}'..='\u{2EF3}').contains(&it) {
        return it;
    }
    let mut pairs = RADICALS.chars();
    while let (Some(radical), Some(character)) = (pairs.next(), pairs.next()) {
        if radical == it {
            return character;
        }
    }
    it
}

/// How the codes of a font are built whose table every reader has (9.7.5.2).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Predefined {
    /// Two bytes that are the number of a glyph.
    Identity,
    /// UTF-16; the same as UCS-2 where that is enough.
    Utf16,
    /// Bytes of an encoding.
    Bytes(&'static Encoding),
}

impl Predefined {
    /// Of a name, and whether it is written from top to bottom.
    pub(super) fn of(name: &[u8]) -> Option<(Self, bool)> {
        let (table, direction) = std::str::from_utf8(name).ok()?.rsplit_once('-')?;
        let is_vertical = match direction {
            "H" => false,
            "V" => true,
            _ => return None,
        };
        let kind = match table {
            "Identity" => Self::Identity,
            "UniGB-UTF16" | "UniCNS-UTF16" | "UniJIS-UTF16" | "UniKS-UTF16" | "UniGB-UCS2"
            | "UniCNS-UCS2" | "UniJIS-UCS2" | "UniKS-UCS2" => Self::Utf16,
            "ETen-B5" | "B5pc" | "HKscs-B5" | "ETenms-B5" => Self::Bytes(BIG5),
            "GBK-EUC" | "GBKp-EUC" | "GB-EUC" | "GBK2K" => Self::Bytes(GB18030),
            _ => return None,
        };
        Some((kind, is_vertical))
    }

    /// The first code of some bytes: its number, its length, and what it stands for.
    pub(super) fn next(self, bytes: &[u8]) -> Option<(u32, usize, Option<String>)> {
        let first = *bytes.first()?;
        let len = match self {
            Self::Utf16 if (0xD8..=0xDB).contains(&first) => 4,
            Self::Bytes(_) if first < 0x81 => 1,
            Self::Bytes(it) if it == GB18030 && bytes.get(1).is_some_and(u8::is_ascii_digit) => 4,
            Self::Identity | Self::Utf16 | Self::Bytes(_) => 2,
        };
        let code = bytes.get(..len.min(bytes.len()))?;
        let text = match self {
            Self::Utf16 if code.len() == len => super::cmap::utf16(code),
            Self::Identity | Self::Utf16 => None,
            Self::Bytes(it) => {
                it.decode_without_bom_handling_and_without_replacement(code).map(Cow::into_owned)
            }
        };
        Some((code.iter().fold(0, |sum, it| sum << 8 | u32::from(*it)), code.len(), text))
    }
}

/// The widths of Helvetica's ASCII, in thousandths.
#[rustfmt::skip]
const HELVETICA: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584,
    584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667,
    611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500,
    722, 500, 500, 500, 334, 260, 334, 584,
];
/// Those of Times.
#[rustfmt::skip]
const TIMES: [u16; 95] = [
    250, 333, 408, 500, 500, 833, 778, 180, 333, 333, 500, 564, 250, 333, 250, 278, 500, 500, 500, 500, 500, 500, 500, 500, 500, 500, 278, 278, 564,
    564, 564, 444, 921, 722, 667, 667, 722, 611, 556, 722, 722, 333, 389, 722, 611, 889, 722, 722, 556, 722, 667, 556, 611, 722, 722, 944, 722, 722,
    611, 333, 278, 333, 469, 500, 333, 444, 500, 444, 500, 444, 333, 500, 500, 278, 278, 500, 278, 778, 500, 500, 500, 500, 333, 389, 278, 500, 500,
    722, 500, 500, 444, 480, 200, 480, 541,
];

/// How wide a code is in a font of a name that does not say it.
pub(super) fn width(font: &[u8], code: u8) -> f64 {
    let has = |name: &[u8]| font.windows(name.len()).any(|it| it == name);
    if has(b"Courier") || has(b"Mono") {
        return 600.0;
    }
    let table = if has(b"Times") || has(b"Serif") { &TIMES } else { &HELVETICA };
    code.checked_sub(0x20).and_then(|it| table.get(usize::from(it))).map_or(500.0, |it| f64::from(*it))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_stand_for_what_the_tables_say() {
        let of =
            |base: Base, codes: &[u8]| codes.iter().filter_map(|it| base.character(*it)).collect::<String>();
        assert_eq!(of(Base::Standard, b"A'`\xA2\xAE\xB7\xC6\xD0\xE1\xFB"), "A’‘¢ﬁ•˘—Æß");
        assert_eq!(of(Base::WinAnsi, b"A'\x80\x92\xAD\xE9\x7F\x01"), "A'€’-é•");
        assert_eq!(of(Base::MacRoman, b"A\x8E\xCA\x7F"), "Aé\u{A0}");
    }

    #[test]
    fn glyphs_show_what_their_names_say() {
        let of = |it: &str| glyph(it.as_bytes());
        for (name, text) in [
            ("A", "A"),
            ("eacute", "é"),
            ("f_f_i", "ffi"),
            ("uni4E00", "一"),
            ("uni4E004E8C", "一二"),
            ("u20000", "\u{20000}"),
            ("a.sc", "a"),
            ("quoteright", "’"),
            ("fi", "ﬁ"),
        ] {
            assert_eq!(of(name).as_deref(), Some(text), "{name}");
        }
        for it in [".notdef", "g12", "a65", "uni4e00", "unified", "uniD800", "u110000", ""] {
            assert_eq!(of(it), None, "{it}");
        }
        for line in GLYPHS.lines() {
            assert!(of(line.split('\t').next().unwrap()).is_some(), "{line}");
        }
    }

    #[test]
    fn predefined_tables_are_read_by_their_encoding() {
        let text = |name: &str, bytes: &[u8]| Predefined::of(name.as_bytes()).and_then(|it| it.0.next(bytes));
        assert_eq!(
            text(
                "UniCNS-UTF16-H",
                "陳".encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<_>>().as_slice()
            )
            .unwrap()
            .2
            .as_deref(),
            Some("陳")
        );
        assert_eq!(text("ETen-B5-H", b"\xB3\xAFx").unwrap(), (0xB3AF, 2, Some("陳".to_owned())));
        assert_eq!(text("GBK-EUC-H", b"\xB3\xC2").unwrap().2.as_deref(), Some("陈"));
        assert_eq!(text("GBK2K-V", b"A\xC2").unwrap().2.as_deref(), Some("A"));
        assert_eq!(text("Identity-H", b"\0\x01").unwrap(), (1, 2, None));
        assert_eq!(text("UniGB-UCS2-H", b"\x4E").unwrap().2, None);
        assert!(Predefined::of(b"90ms-RKSJ-H").is_none());
    }
}
