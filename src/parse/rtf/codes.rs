//! In which encoding a run of RTF is: by its font, else by the document.

use std::collections::BTreeMap;

use encoding_rs::{
    BIG5, EUC_KR, Encoding, GB18030, MACINTOSH, SHIFT_JIS, UTF_8, WINDOWS_874, WINDOWS_1250, WINDOWS_1251,
    WINDOWS_1252, WINDOWS_1253, WINDOWS_1254, WINDOWS_1255, WINDOWS_1256, WINDOWS_1257, WINDOWS_1258,
};

use super::super::Error;

/// What a font says of its bytes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Charset {
    /// That of Windows in the West; written also where nobody chose.
    Ansi,
    /// As the document.
    Default,
    /// Signs that are no letters.
    Symbol,
    /// None if we don't know it.
    Page(Option<&'static Encoding>),
}

/// The encodings of a document.
#[derive(Debug)]
pub(super) struct Codes {
    pub(super) document: Option<&'static Encoding>,
    fonts: BTreeMap<i32, Charset>,
}

impl Default for Codes {
    fn default() -> Self {
        Self { document: Some(WINDOWS_1252), fonts: BTreeMap::new() }
    }
}

impl Codes {
    /// `\fcharset` of a font.
    pub(super) fn charset(&mut self, font: i32, charset: i32) {
        let charset = match charset {
            0 => Charset::Ansi,
            1 => Charset::Default,
            2 => Charset::Symbol,
            77 => Charset::Page(Some(MACINTOSH)),
            128 => Charset::Page(page(932)),
            129 => Charset::Page(page(949)),
            134 => Charset::Page(page(936)),
            136 => Charset::Page(page(950)),
            161 => Charset::Page(page(1253)),
            162 => Charset::Page(page(1254)),
            163 => Charset::Page(page(1258)),
            177 => Charset::Page(page(1255)),
            178 => Charset::Page(page(1256)),
            186 => Charset::Page(page(1257)),
            204 => Charset::Page(page(1251)),
            222 => Charset::Page(page(874)),
            238 => Charset::Page(page(1250)),
            _ => Charset::Page(None),
        };
        self.fonts.insert(font, charset);
    }

    /// `\cpg` of a font.
    pub(super) fn font_page(&mut self, font: i32, code: i32) {
        self.fonts.insert(font, Charset::Page(page(code)));
    }

    /// Whether a font has signs and no letters.
    pub(super) fn is_signs(&self, font: i32) -> bool {
        self.fonts.get(&font) == Some(&Charset::Symbol)
    }

    /// The text of bytes in a font.
    pub(super) fn decode(&self, bytes: &[u8], font: i32) -> Result<String, Error> {
        let charset = self.fonts.get(&font).copied().unwrap_or(Charset::Default);
        if charset == Charset::Symbol {
            let sign = |it: &u8| if it.is_ascii() { char::from(*it) } else { '\u{25A1}' };
            return Ok(bytes.iter().map(sign).collect());
        }
        if bytes.is_ascii() {
            return Ok(bytes.iter().map(|it| char::from(*it)).collect());
        }
        let strictly = |it: &'static Encoding| it.decode_without_bom_handling_and_without_replacement(bytes);
        let encoding = match charset {
            Charset::Ansi if self.document != Some(WINDOWS_1252) => {
                // Programs differ in which of the two they mean.
                let document = self.document.ok_or(Error::Encoding)?;
                if strictly(document).is_some() {
                    return Err(Error::Encoding);
                }
                WINDOWS_1252
            }
            Charset::Ansi | Charset::Symbol => WINDOWS_1252,
            Charset::Default => self.document.ok_or(Error::Encoding)?,
            Charset::Page(it) => it.ok_or(Error::Encoding)?,
        };
        Ok(strictly(encoding).ok_or(Error::Encoding)?.into_owned())
    }
}

/// The encoding of a code page; none if we don't know it.
pub(super) fn page(code: i32) -> Option<&'static Encoding> {
    Some(match code {
        874 => WINDOWS_874,
        932 => SHIFT_JIS,
        936 | 54936 => GB18030,
        949 => EUC_KR,
        950 => BIG5,
        1250 => WINDOWS_1250,
        1251 => WINDOWS_1251,
        1252 => WINDOWS_1252,
        1253 => WINDOWS_1253,
        1254 => WINDOWS_1254,
        1255 => WINDOWS_1255,
        1256 => WINDOWS_1256,
        1257 => WINDOWS_1257,
        1258 => WINDOWS_1258,
        10000 => MACINTOSH,
        65001 => UTF_8,
        _ => return None,
    })
}
