//! Rich text (RTF 1.9.1): what a reader of the printed pages would read, paragraph by paragraph.
//!
//! Body, tables, text boxes, results of fields, and the headers, footers and notes that are printed. Not read:
//! properties, comments, deleted and hidden text, field codes, pictures, objects, fonts and styles, and every group
//! that says it may be passed over, but for those that are known.

mod codes;
mod flow;
mod tokens;

use self::{
    codes::Codes,
    flow::{Flow, Pages, Place},
    tokens::{Token, Tokens},
};
use super::Error;
use crate::transcript::{LeftOut, MAX_TRANSCRIPT_BYTES, Omission, Stretch};

/// The most bytes of a file: pictures are written in it as digits.
const MAX_BYTES: usize = 96 * 1024 * 1024;
/// How deep groups may stand in each other.
const MAX_DEPTH: usize = 256;
/// The most notes, headers and text boxes.
const MAX_FLOWS: usize = 65_536;
/// The most paragraphs, rows and cells: each is a text of its own in memory.
const MAX_ENDS: usize = 999_999;

/// The paragraphs, a line each; a row of a table is one, its cells apart by tabs.
pub(super) fn read(bytes: &[u8], left_out: &mut LeftOut) -> Result<String, Error> {
    if !bytes.starts_with(b"{\\rtf") {
        return Err(Error::Mismatch);
    }
    if bytes.len() > MAX_BYTES {
        return Err(Error::TooMuch);
    }
    let mut reader = Reader::new();
    let mut tokens = Tokens::new(bytes);
    // What stands after the last group is no part of the document.
    loop {
        match tokens.next()?.ok_or(Error::Damaged)? {
            Token::Word("bin", count) => {
                tokens.skip(usize::try_from(count.unwrap_or_default()).map_err(|_| Error::Damaged)?)?;
            }
            token @ (Token::Open | Token::Close | Token::Word(..) | Token::Optional | Token::Byte(_)) => {
                reader.take(token)?;
                if reader.groups.is_empty() {
                    return reader.finish(left_out);
                }
            }
        }
    }
}

/// Whether what a group says is read.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Reading {
    Yes,
    /// No, but groups in it may be: a drawing's text.
    Within,
    Never,
    /// It is the table of fonts.
    Fonts,
}

/// What holds in a group, and ends with it.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a property of RTF that a group has of its own")]
struct Group {
    reading: Reading,
    hidden: bool,
    deleted: bool,
    in_table: bool,
    font: i32,
    /// How many characters stand after one by number, for those who don't know it.
    substitutes: u32,
    flow: usize,
    /// Its first group is for those who don't know the second.
    has_substitute: bool,
    /// Of what is moved away: it is read where it stands now.
    moved: bool,
    /// Pictures in it are counted, or show what is.
    counted: bool,
}

/// Groups that are not read.
#[rustfmt::skip]
const NEVER: &[&str] = &[
    "colortbl", "stylesheet", "info", "pict", "nonshppict", "shprslt", "pntext", "listtext", "xe", "tc", "tcn", "rxe",
    "txe", "filetbl", "revtbl", "rsidtbl", "listtable", "listoverridetable", "template", "ftnsep", "ftnsepc", "ftncn",
    "aftnsep", "aftnsepc", "aftncn", "annotation", "atnid", "atnauthor", "atntime", "atnref", "atndate", "bkmkstart",
    "bkmkend", "datafield", "fldinst", "formfield", "nonesttables", "falt", "panose", "themedata", "mmathPict",
    "objdata", "objclass", "objname", "title", "subject", "author", "manager", "company", "operator", "category",
    "keywords", "comment", "doccomm", "hlinkbase", "userprops", "xmlnstbl", "docvar", "fname", "generator", "sn", "sv",
    "mrPr", "mctrlPr", "listname", "listtemplateid", "background", "objalias", "objsect", "picprop", "bliptag", "blipuid",
    "protusertbl", "datastore", "latentstyles", "passwordhash", "writereservhash", "private", "nextfile", "linkval", "propname",
    "staticval",
];

impl Group {
    /// Whether text is read, and is text of a page.
    const fn says(&self) -> bool {
        matches!(self.reading, Reading::Yes) && !self.hidden && !self.deleted && !self.moved
    }

    /// What text in it is left out as.
    const fn omission(&self) -> Option<Omission> {
        match self.reading {
            Reading::Yes if self.moved => None,
            Reading::Yes if self.deleted => Some(Omission::Deletions),
            Reading::Yes if self.hidden => Some(Omission::HiddenText),
            Reading::Yes | Reading::Within | Reading::Never | Reading::Fonts => None,
        }
    }
}

struct Reader {
    groups: Vec<Group>,
    flows: Vec<Flow>,
    codes: Codes,
    /// The font that is meant where none is named.
    font: i32,
    /// Bytes of text whose encoding is that of the group.
    bytes: Vec<u8>,
    /// The first half of a character beyond 16 bits.
    half: Option<u16>,
    /// Characters to pass over.
    skip: u32,
    optional: bool,
    said: usize,
    ends: usize,
    has_first: bool,
    has_facing: bool,
    left_out: LeftOut,
    stretch: Stretch,
}

impl Reader {
    fn new() -> Self {
        Self {
            groups: Vec::new(),
            flows: vec![Flow::new(Place::Body)],
            codes: Codes::default(),
            font: 0,
            bytes: Vec::new(),
            half: None,
            skip: 0,
            optional: false,
            said: 0,
            ends: 0,
            has_first: false,
            has_facing: false,
            left_out: LeftOut::default(),
            stretch: Stretch::default(),
        }
    }

    fn group(&self) -> Group {
        self.groups.last().copied().unwrap_or(Group {
            reading: Reading::Yes,
            hidden: false,
            deleted: false,
            in_table: false,
            font: self.font,
            substitutes: 1,
            flow: 0,
            has_substitute: false,
            moved: false,
            counted: false,
        })
    }

    fn set(&mut self, change: impl FnOnce(&mut Group)) {
        if let Some(group) = self.groups.last_mut() {
            change(group);
        }
    }

    fn take(&mut self, token: Token<'_>) -> Result<(), Error> {
        match token {
            Token::Open => {
                self.flush()?;
                self.skip = 0;
                let mut group = self.group();
                if std::mem::take(&mut group.has_substitute) && group.reading == Reading::Yes {
                    group.reading = Reading::Within;
                }
                self.groups.push(group);
                if self.groups.len() > MAX_DEPTH {
                    return Err(Error::TooMuch);
                }
            }
            Token::Close => {
                self.flush()?;
                self.skip = 0;
                self.optional = false;
                self.close();
            }
            Token::Optional => self.optional = true,
            Token::Byte(_) | Token::Word(..) if self.skip > 0 => self.skip = self.skip.saturating_sub(1),
            Token::Byte(it) => {
                self.optional = false;
                if self.group().says() {
                    self.bytes.push(it);
                } else if !it.is_ascii_whitespace() {
                    self.omit();
                }
            }
            Token::Word(word, number) => {
                self.flush()?;
                let optional = std::mem::take(&mut self.optional);
                if word != "u" && self.half.is_some() {
                    return Err(Error::LostCharacters);
                }
                self.word(word, number, optional)?;
            }
        }
        Ok(())
    }

    fn close(&mut self) {
        let Some(group) = self.groups.pop() else { return };
        let outer = self.group().flow;
        if group.flow == outer {
            return;
        }
        if let Some(flow) = self.flows.get_mut(group.flow)
            && flow.place == Place::Box
        {
            let lines = flow.finish();
            if let Some(flow) = self.flows.get_mut(outer) {
                flow.insert(lines);
            }
        }
    }

    /// Decodes the bytes that were collected.
    fn flush(&mut self) -> Result<(), Error> {
        if self.bytes.is_empty() {
            return Ok(());
        }
        if self.half.is_some() {
            return Err(Error::LostCharacters);
        }
        let bytes = std::mem::take(&mut self.bytes);
        let text = self.codes.decode(&bytes, self.group().font)?;
        self.say(&text)
    }

    fn say(&mut self, text: &str) -> Result<(), Error> {
        let group = self.group();
        if !group.says() {
            return Ok(());
        }
        self.stretch.text(text, None, &mut self.left_out);
        self.said = self.said.saturating_add(text.len());
        if self.said > MAX_TRANSCRIPT_BYTES {
            return Err(Error::TooLong);
        }
        if let Some(flow) = self.flows.get_mut(group.flow) {
            flow.say(text);
        }
        Ok(())
    }

    /// A character that is not read.
    fn omit(&mut self) {
        if let Some(it) = self.group().omission() {
            self.stretch.text("x", Some(it), &mut self.left_out);
        }
    }

    /// A thing that is not read.
    fn count(&mut self, word: &str) {
        let group = self.group();
        let found = match word {
            "annotation" if group.reading == Reading::Yes => Omission::Comments,
            "object" if group.reading == Reading::Yes => Omission::Objects,
            "pict" if !group.counted => Omission::Pictures,
            // The same once more, for other programs, and what is no picture of the page.
            "nonshppict" | "shprslt" | "listpicture" | "background" | "stylesheet" => {
                self.set(|it| it.counted = true);
                return;
            }
            _ => return,
        };
        self.set(|it| it.counted = true);
        self.left_out.add(found);
    }

    fn flow(&mut self, place: Place) -> Result<(), Error> {
        if self.group().reading == Reading::Never {
            return Ok(());
        }
        let flow = self.flows.len();
        self.flows.push(Flow::new(place));
        self.set(|it| (it.flow, it.in_table, it.reading) = (flow, false, Reading::Yes));
        if flow >= MAX_FLOWS { Err(Error::TooMuch) } else { Ok(()) }
    }

    /// A destination that stands in one that is not read, and is.
    fn within(&mut self) {
        if self.group().reading == Reading::Within {
            self.set(|it| it.reading = Reading::Yes);
        }
    }

    fn word(&mut self, word: &str, number: Option<i32>, optional: bool) -> Result<(), Error> {
        if self.group().reading == Reading::Fonts {
            self.font_word(word, number, optional);
            return Ok(());
        }
        self.count(word);
        if NEVER.contains(&word) {
            self.set(|it| it.reading = Reading::Never);
            return Ok(());
        }
        match word {
            "fonttbl" if self.group().reading == Reading::Yes => self.set(|it| it.reading = Reading::Fonts),
            // What is drawn, and what is embedded: their text and what shows of them stand in groups of their own.
            "shpinst" | "do" | "nesttableprops" | "object" | "moMath" | "moMathPara" => {
                if self.group().reading == Reading::Yes {
                    self.set(|it| it.reading = Reading::Within);
                }
            }
            "shptxt" | "dptxbxtext" => self.flow(Place::Box)?,
            "result" | "mr" | "ud" => self.within(),
            "upr" => self.set(|it| it.has_substitute = true),
            "footnote" => self.flow(Place::Note)?,
            "header" => self.flow(Place::Header(Pages::All))?,
            "headerl" | "headerr" => self.flow(Place::Header(Pages::Facing))?,
            "headerf" => self.flow(Place::Header(Pages::First))?,
            "footer" => self.flow(Place::Footer(Pages::All))?,
            "footerl" | "footerr" => self.flow(Place::Footer(Pages::Facing))?,
            "footerf" => self.flow(Place::Footer(Pages::First))?,
            "nestrow" => {
                let group = self.group();
                if group.reading != Reading::Never
                    && let Some(flow) = self.flows.get_mut(group.flow)
                {
                    flow.inner_row();
                }
            }
            _ if optional => self.set(|it| it.reading = Reading::Never),
            "ansicpg" => self.codes.document = codes::page(number.unwrap_or_default()),
            "mac" => self.codes.document = codes::page(10_000),
            "pc" | "pca" => self.codes.document = None,
            "deff" => self.font = number.unwrap_or_default(),
            "titlepg" => self.has_first = true,
            "facingp" => self.has_facing = true,
            _ => return self.text_word(word, number),
        }
        Ok(())
    }

    /// What says how text looks, or is some.
    fn text_word(&mut self, word: &str, number: Option<i32>) -> Result<(), Error> {
        let on = number != Some(0);
        let group = self.group();
        match word {
            "f" => self.set(|it| it.font = number.unwrap_or_default()),
            "v" => self.set(|it| it.hidden = on),
            "deleted" => self.set(|it| it.deleted = on),
            "mvf" => self.set(|it| it.moved = on),
            "plain" => {
                let font = self.font;
                self.set(|it| (it.hidden, it.deleted, it.moved, it.font) = (false, false, false, font));
            }
            "pard" => self.set(|it| it.in_table = false),
            "intbl" => self.set(|it| it.in_table = true),
            "uc" => self.set(|it| it.substitutes = number.and_then(|it| it.try_into().ok()).unwrap_or(1)),
            "u" => {
                self.skip = group.substitutes;
                return self.unit(number.unwrap_or_default());
            }
            "par" | "sect" | "cell" | "row" | "nestcell" if group.reading == Reading::Yes => {
                self.ends = self.ends.saturating_add(1);
                if self.ends > MAX_ENDS {
                    return Err(Error::TooMuch);
                }
                // What ends a paragraph ends it, whether or not its last character is hidden.
                if let Some(flow) = self.flows.get_mut(group.flow) {
                    match word {
                        "cell" => flow.cell(),
                        "row" => flow.row(),
                        "nestcell" => flow.inner_cell(),
                        "sect" if flow.is_between() => {}
                        _ => flow.paragraph(group.in_table),
                    }
                }
            }
            _ => return character(word).map_or(Ok(()), |it| self.say(it)),
        }
        Ok(())
    }

    /// A unit of UTF-16, as a signed number.
    fn unit(&mut self, number: i32) -> Result<(), Error> {
        let unit = u16::try_from(number)
            .or_else(|_| i16::try_from(number).map(i16::cast_unsigned))
            .map_err(|_| Error::Damaged)?;
        if !self.group().says() {
            self.half = None;
            self.omit();
            return Ok(());
        }
        let units = match self.half.take() {
            Some(half) => vec![half, unit],
            None if (0xD800..0xDC00).contains(&unit) => {
                self.half = Some(unit);
                return Ok(());
            }
            None => vec![unit],
        };
        let text = String::from_utf16(&units).map_err(|_| Error::LostCharacters)?;
        // Fonts of signs have their characters where nobody else has any.
        let signs = self.codes.is_signs(self.group().font);
        let is_sign = |it: char| signs && ('\u{F020}'..='\u{F0FF}').contains(&it);
        let text: String = text.chars().map(|it| if is_sign(it) { '\u{25A1}' } else { it }).collect();
        self.say(&text)
    }

    fn font_word(&mut self, word: &str, number: Option<i32>, optional: bool) {
        let number = number.unwrap_or_default();
        match word {
            "f" => self.set(|it| it.font = number),
            "fcharset" => self.codes.charset(self.group().font, number),
            "cpg" if number != 0 => self.codes.font_page(self.group().font, number),
            _ if optional || NEVER.contains(&word) => self.set(|it| it.reading = Reading::Never),
            _ => {}
        }
    }

    fn finish(mut self, left_out: &mut LeftOut) -> Result<String, Error> {
        *left_out += &self.left_out;
        if self.half.is_some() {
            return Err(Error::LostCharacters);
        }
        let shown = |it: Pages, reader: &Self| match it {
            Pages::All => true,
            Pages::First => reader.has_first,
            Pages::Facing => reader.has_facing,
        };
        let mut parts = [const { Vec::new() }; 4];
        let mut flows = std::mem::take(&mut self.flows);
        for flow in &mut flows {
            let at = match flow.place {
                Place::Header(it) if shown(it, &self) => 0,
                Place::Body => 1,
                Place::Note => 2,
                Place::Footer(it) if shown(it, &self) => 3,
                Place::Header(_) | Place::Footer(_) => {
                    if flow.finish().iter().any(|it| !it.trim().is_empty()) {
                        left_out.add(Omission::Headers);
                    }
                    continue;
                }
                // Boxes stand where they belong already.
                Place::Box => continue,
            };
            if let Some(part) = parts.get_mut(at) {
                part.extend(flow.finish());
            }
        }
        super::prose::text(parts.concat())
    }
}

/// What a control word stands for.
fn character(word: &str) -> Option<&'static str> {
    Some(match word {
        "line" | "lbr" => "\u{2028}",
        "tab" => "\t",
        "emdash" => "—",
        "endash" => "–",
        "emspace" => "\u{2003}",
        "enspace" => "\u{2002}",
        "qmspace" => "\u{2005}",
        "bullet" => "•",
        "lquote" => "‘",
        "rquote" => "’",
        "ldblquote" => "“",
        "rdblquote" => "”",
        "zwj" => "\u{200D}",
        "zwnj" => "\u{200C}",
        "zwbo" => "\u{200B}",
        "zwnbo" => "\u{2060}",
        "ltrmark" => "\u{200E}",
        "rtlmark" => "\u{200F}",
        "~" => "\u{A0}",
        "_" => "-",
        _ => return None,
    })
}

#[cfg(test)]
mod tests;
