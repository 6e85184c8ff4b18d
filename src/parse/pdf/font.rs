//! Fonts (ISO 32000-2, 9.5 to 9.10): what codes stand for, and how wide they are. Glyphs are not looked at: a code
//! that no table gives a character has none, and a page that shows it is refused.

use std::{collections::BTreeMap, rc::Rc};

use super::{
    Error,
    cmap::CMap,
    encodings::{self, Base, Predefined},
    file::File,
    lexer::{Dict, Object, whole},
};
use unicode_normalization::UnicodeNormalization as _;

use crate::view::hkscs;

/// The most fonts of a file, and what each counts for where nothing else does.
const MAX_FONTS: usize = 2048;
const FONT_BYTES: usize = 4096;
/// The most widths that the fonts of a file may have.
pub(super) const MAX_WIDTHS: usize = 256 * 1024;
/// What stands for a sign of a font of signs.
const SIGN: &str = "\u{25A1}";
/// Parts of the names of fonts that have signs in the place of letters.
const SIGNS: [&[u8]; 5] = [b"Symbol", b"Dingbats", b"Wingdings", b"Webdings", b"MT-Extra"];

/// What may still be read of fonts, all together.
#[derive(Debug)]
pub(super) struct Left {
    pub(super) lines: usize,
    pub(super) widths: usize,
}

/// A font.
#[derive(Debug)]
pub(super) struct Font {
    to_unicode: Option<CMap>,
    codes: Codes,
    widths: BTreeMap<u32, f64>,
    /// How wide a code is that has no width of its own; none where its name says more.
    width: Option<f64>,
    name: Vec<u8>,
    /// How long a unit of its own is, in units of text.
    unit: f64,
    pub(super) is_vertical: bool,
}

#[derive(Debug)]
enum Codes {
    /// A byte each.
    Simple(BTreeMap<u8, String>),
    Predefined(Predefined),
    /// As a table in the file says.
    Table(CMap),
}

/// A character that is shown.
#[derive(Debug)]
pub(super) struct Shown {
    /// None if nobody can say what it is.
    pub(super) text: Option<String>,
    /// How far it moves what follows, in units of text at size 1.
    pub(super) width: f64,
    /// Whether it is the single byte 32, which word spacing is for.
    pub(super) is_blank: bool,
}

impl Font {
    pub(super) fn read(file: &File<'_>, dict: &Dict, left: &mut Left) -> Result<Self, Error> {
        let name = file.resolved(dict.get(b"BaseFont".as_slice()))?;
        let name = name.name().unwrap_or_default().to_vec();
        let to_unicode = match file.resolved(dict.get(b"ToUnicode".as_slice()))?.into_stream() {
            Some((own, range)) => Some(CMap::read(&file.stream(&own, range)?, &mut left.lines)?),
            None => None,
        };
        let kind = file.resolved(dict.get(b"Subtype".as_slice()))?;
        let mut font = Self {
            to_unicode,
            codes: Codes::Simple(BTreeMap::new()),
            widths: BTreeMap::new(),
            width: None,
            name,
            unit: 0.001,
            is_vertical: false,
        };
        match kind.name() {
            Some(b"Type0") => font.composite(file, dict, left)?,
            Some(kind) => font.simple(file, dict, kind, left)?,
            None => return Err(Error::Damaged),
        }
        Ok(font)
    }

    fn simple(&mut self, file: &File<'_>, dict: &Dict, kind: &[u8], left: &mut Left) -> Result<(), Error> {
        let descriptor = file.dict(dict.get(b"FontDescriptor".as_slice()))?.unwrap_or_default();
        if kind == b"Type3" {
            let matrix = file.numbers(dict.get(b"FontMatrix".as_slice()))?;
            self.unit = matrix.and_then(|it| it.first().copied()).unwrap_or(self.unit);
        }
        self.codes = Codes::Simple(self.encoding(file, dict, kind, &descriptor)?);
        let first = file.resolved(dict.get(b"FirstChar".as_slice()))?.size().unwrap_or_default();
        if let Some(widths) = file.numbers(dict.get(b"Widths".as_slice()))? {
            for (n, width) in widths.into_iter().take(256).enumerate() {
                left.widths = left.widths.checked_sub(1).ok_or(Error::TooMuch)?;
                if let Ok(code) = u32::try_from(first.saturating_add(n)) {
                    self.widths.insert(code, width);
                }
            }
            let missing = file.resolved(descriptor.get(b"MissingWidth".as_slice()))?.number();
            self.width = Some(missing.unwrap_or_default());
        }
        Ok(())
    }

    /// What the codes of a simple font stand for, where no table to Unicode says (9.6.5).
    fn encoding(
        &self,
        file: &File<'_>,
        dict: &Dict,
        kind: &[u8],
        descriptor: &Dict,
    ) -> Result<BTreeMap<u8, String>, Error> {
        let encoding = file.resolved(dict.get(b"Encoding".as_slice()))?;
        let own = file.resolved(encoding.dict().and_then(|it| it.get(b"BaseEncoding".as_slice())))?;
        let base = encoding.name().or(own.name()).and_then(Base::of);
        let flags = file.resolved(descriptor.get(b"Flags".as_slice()))?.size().unwrap_or_default();
        let is_embedded = [b"FontFile".as_slice(), b"FontFile2", b"FontFile3"]
            .iter()
            .any(|it| descriptor.contains_key(*it));
        // A font that is in the file and does not say may have its codes in any order.
        let has_own = kind == b"Type3" || is_embedded && (flags & 4 != 0 || flags & 32 == 0);
        let base = if self.has_signs() || base.is_none() && has_own {
            None
        } else {
            Some(base.unwrap_or(Base::Standard))
        };
        let mut codes = BTreeMap::new();
        for code in 0..=u8::MAX {
            if let Some(it) = base.and_then(|it| it.character(code)) {
                codes.insert(code, it.to_string());
            } else if self.has_signs() {
                codes.insert(code, if code == 32 { " " } else { SIGN }.to_owned());
            }
        }
        let differences = encoding.dict().and_then(|it| it.get(b"Differences".as_slice()));
        if let Object::Array(all) = file.resolved(differences)? {
            let mut code = 0_usize;
            for it in &all {
                let it = file.resolve(it)?;
                if let Some(it) = it.number() {
                    code = whole(it).unwrap_or(usize::MAX);
                    continue;
                }
                let name = it.name().ok_or(Error::Damaged)?;
                if let Ok(code) = u8::try_from(code) {
                    match encodings::glyph(name) {
                        Some(text) => codes.insert(code, text),
                        None if self.has_signs() => codes.insert(code, SIGN.to_owned()),
                        None => codes.remove(&code),
                    };
                }
                code = code.saturating_add(1);
            }
        }
        Ok(codes)
    }

    fn composite(&mut self, file: &File<'_>, dict: &Dict, left: &mut Left) -> Result<(), Error> {
        let encoding = file.resolved(dict.get(b"Encoding".as_slice()))?;
        if let Some(name) = encoding.name() {
            // A table that is not known: its codes are refused where they are shown.
            let otherwise = (Predefined::Identity, name.ends_with(b"-V"));
            let (table, is_vertical) = Predefined::of(name).unwrap_or(otherwise);
            (self.codes, self.is_vertical) = (Codes::Predefined(table), is_vertical);
        } else {
            let (own, range) = encoding.into_stream().ok_or(Error::Damaged)?;
            let table = CMap::read(&file.stream(&own, range)?, &mut left.lines)?;
            let mode = own.get(b"WMode".as_slice()).and_then(Object::size);
            self.is_vertical = table.is_vertical || mode == Some(1);
            self.codes = if table.has_spaces() {
                Codes::Table(table)
            } else {
                Codes::Predefined(Predefined::Identity)
            };
        }
        let Object::Array(below) = file.resolved(dict.get(b"DescendantFonts".as_slice()))? else {
            return Err(Error::Damaged);
        };
        let below = file.dict(below.first())?.ok_or(Error::Damaged)?;
        self.width = Some(file.resolved(below.get(b"DW".as_slice()))?.number().unwrap_or(1000.0));
        if let Object::Array(all) = file.resolved(below.get(b"W".as_slice()))? {
            self.composite_widths(file, &all, left)?;
        }
        Ok(())
    }

    /// `first [w …]` and `first last w`, one after another (9.7.4.3).
    fn composite_widths(&mut self, file: &File<'_>, all: &[Object], left: &mut Left) -> Result<(), Error> {
        let mut all = all.iter();
        while let Some(first) = all.next() {
            let first = file.resolve(first)?.size().ok_or(Error::Damaged)?;
            let mut put = |code: usize, width: f64| {
                left.widths = left.widths.checked_sub(1).ok_or(Error::TooMuch)?;
                self.widths.insert(u32::try_from(code).map_err(|_| Error::Damaged)?, width);
                Ok(())
            };
            let next = file.resolved(all.next())?;
            if let Some(widths) = next.array() {
                for (n, it) in widths.iter().enumerate() {
                    let width = file.resolve(it)?.number().ok_or(Error::Damaged)?;
                    put(first.saturating_add(n), width)?;
                }
            } else {
                let last = next.size().ok_or(Error::Damaged)?.min(0xFFFF);
                let width = file.resolved(all.next())?.number().ok_or(Error::Damaged)?;
                for code in first..=last {
                    put(code, width)?;
                }
            }
        }
        Ok(())
    }

    fn has_signs(&self) -> bool {
        SIGNS.iter().any(|sign| self.name.windows(sign.len()).any(|it| it == *sign))
    }

    /// The characters of a string.
    pub(super) fn shown(&self, bytes: &[u8]) -> Vec<Shown> {
        let (mut all, mut rest) = (Vec::new(), bytes);
        while !rest.is_empty() {
            let next = match &self.codes {
                Codes::Simple(table) => {
                    rest.first().map(|code| (u32::from(*code), 1, table.get(code).cloned()))
                }
                Codes::Predefined(it) => it.next(rest),
                Codes::Table(it) => it.next(rest).map(|(number, len)| (number, len, it.text(number, len))),
            };
            let Some((number, len, own)) = next else { break };
            let said = self.to_unicode.as_ref().and_then(|it| it.text(number, len));
            let text = said.and_then(|it| self.sound(&it)).or_else(|| own.and_then(|it| self.sound(&it)));
            all.push(Shown { text, width: self.width(number), is_blank: len == 1 && number == 32 });
            rest = rest.get(len.max(1)..).unwrap_or_default();
        }
        all
    }

    /// Text whose characters everybody means the same by: fonts of signs have theirs where nobody else has any.
    fn sound(&self, text: &str) -> Option<String> {
        let mut sound = String::new();
        for it in text.chars() {
            match it {
                '\u{F020}'..='\u{F0FF}' if self.has_signs() => sound.push_str(SIGN),
                '\0' | '\u{FFFD}'..='\u{FFFF}' | '\u{F0000}'.. => return None,
                '\u{E000}'..='\u{F8FF}' => sound.push(hkscs::standard(it)?),
                it if it.is_control() => sound.push(' '),
                // Ligatures and radicals, which tables of characters name in place of letters and characters.
                '\u{FB00}'..='\u{FB06}' | '\u{2F00}'..='\u{2FDF}' => sound.extend([it].into_iter().nfkc()),
                it => sound.push(encodings::unified(it)),
            }
        }
        Some(sound)
    }

    fn width(&self, number: u32) -> f64 {
        let width = match (self.widths.get(&number), self.width) {
            (Some(it), _) => *it,
            (None, Some(it)) => it,
            (None, None) => u8::try_from(number).map_or(1000.0, |it| encodings::width(&self.name, it)),
        };
        // Of tables by bytes the numbers of widths are not known; their letters are half as wide.
        let is_letter = matches!(self.codes, Codes::Predefined(Predefined::Utf16 | Predefined::Bytes(_)))
            && number < 0x80;
        if is_letter { width.min(500.0) * self.unit } else { width * self.unit }
    }
}

/// Fonts by the number of their object, each read once.
#[derive(Debug)]
pub(super) struct Fonts {
    known: BTreeMap<u32, Rc<Font>>,
    left: Left,
}

impl Fonts {
    pub(super) const fn new() -> Self {
        Self { known: BTreeMap::new(), left: Left { lines: super::cmap::MAX_LINES, widths: MAX_WIDTHS } }
    }

    pub(super) fn get(&mut self, file: &File<'_>, object: &Object) -> Result<Rc<Font>, Error> {
        if let Object::Reference(n) = object
            && let Some(it) = self.known.get(n)
        {
            return Ok(Rc::clone(it));
        }
        if self.known.len() >= MAX_FONTS {
            return Err(Error::TooMuch);
        }
        file.spend(FONT_BYTES)?;
        let dict = file.dict(Some(object))?.ok_or(Error::Damaged)?;
        let font = Rc::new(Font::read(file, &dict, &mut self.left)?);
        if let Object::Reference(n) = object {
            self.known.insert(*n, Rc::clone(&font));
        }
        Ok(font)
    }
}
