//! Word documents (ECMA-376 part 1): what a reader of the printed pages would read, paragraph by paragraph.
//!
//! Body, tables, text boxes, formulas, and the headers, footers and notes that are printed. What does not print is
//! not read: properties, comments, deleted and moved text, hidden text, field codes, alternative texts, custom XML,
//! templates, placeholders, pictures. Elements that are not known are passed over, as Word does. Which part is what
//! is told by the relationships. A part that would print another document's text is refused.

mod styles;

use std::collections::BTreeSet;

use self::styles::Styles;
use super::{
    Error,
    container::Container,
    package::{Package, Relation},
    prose::Pages,
    xml::{self, Element, Node},
};
use crate::transcript::{LeftOut, Omission, Stretch};

/// The paragraphs, a line each; a row of a table is one, its cells apart by tabs.
pub(super) fn read(bytes: &[u8], left_out: &mut LeftOut) -> Result<String, Error> {
    read_package(&mut Package::open(bytes)?, left_out)
}

/// The same of a document in another container, which has to be read within what that one may unpack to.
pub(super) fn read_within(
    container: &mut Container<'_>,
    bytes: &[u8],
    left_out: &mut LeftOut,
) -> Result<String, Error> {
    let mut package = Package::of(Container::open_within(bytes, container.left())?)?;
    let said = read_package(&mut package, left_out)?;
    container.leave(package.left());
    Ok(said)
}

fn read_package(package: &mut Package<'_>, left_out: &mut LeftOut) -> Result<String, Error> {
    let main = package.main()?;
    let relations = package.relations(&main)?;
    if relations.iter().any(|it| it.is("aFChunk") || it.is("subDocument")) {
        return Err(Error::Parts);
    }
    let of = |kind: &'static str| relations.iter().filter(move |it| it.is(kind));
    let mut styles = Styles::default();
    for it in of("styles") {
        styles = Styles::read(&package.part(it)?)?;
    }
    let mut even = false;
    for it in of("settings") {
        xml::read(&package.part(it)?, |node| {
            even |= matches!(&node, Node::Open(it) if it.name == "evenAndOddHeaders" && is_on(it));
            Ok(())
        })?;
    }
    let mut body = Reader::new(&styles);
    body.part(&package.named(&main)?)?;
    *left_out += &body.left_out;
    let Reader { pages: body, sections, notes, .. } = body;
    let printed = sections.printed(even);
    let mut pages = Pages::default();
    let mut margins = |kind: &'static str, pages: &mut Pages| -> Result<(), Error> {
        for it in relations.iter().filter(|it| it.is(kind) && printed.contains(&it.id)) {
            *left_out += &add(package, it, &styles, &notes, pages)?;
        }
        Ok(())
    };
    margins("header", &mut pages)?;
    pages.append(body)?;
    let mut after = Pages::default();
    margins("footer", &mut after)?;
    for it in of("footnotes").chain(of("endnotes")) {
        *left_out += &add(package, it, &styles, &notes, &mut pages)?;
    }
    // Nothing of these is read on: what can't be counted refuses no document.
    for it in of("header").chain(of("footer")).filter(|it| !printed.contains(&it.id)) {
        if package.part(it).is_ok_and(|it| has_text(&it)) {
            left_out.add(Omission::Headers);
        }
    }
    pages.append(after)?;
    pages.finish()
}

fn add<'s>(
    package: &mut Package<'_>,
    part: &Relation,
    styles: &'s Styles,
    notes: &'s BTreeSet<(bool, String)>,
    pages: &mut Pages,
) -> Result<LeftOut, Error> {
    let mut reader = Reader::new(styles);
    reader.cited = Some(notes);
    reader.part(&package.part(part)?)?;
    pages.append(reader.pages)?;
    Ok(reader.left_out)
}

/// Whether anything is written in a part.
fn has_text(xml: &[u8]) -> bool {
    let mut any = false;
    let read = xml::read(xml, |node| {
        any |= matches!(&node, Node::Text(it) if !it.trim().is_empty());
        Ok(())
    });
    read.is_ok() && any
}

/// Elements that say nothing of themselves, and whose content is read.
#[rustfmt::skip]
const READ: &[&str] = &[
    // Text.
    "document", "body", "hdr", "ftr", "footnotes", "endnotes", "sdt", "ins", "moveTo", "hyperlink", "smartTag",
    "customXml", "dir", "bdo", "fldSimple", "ruby", "rt", "rubyBase", "conflictIns",
    // Drawings.
    "drawing", "inline", "anchor", "graphic", "graphicData", "wsp", "txbx", "wgp", "grpSp", "wpc", "pict", "shape",
    "rect", "oval", "roundrect", "line", "polyline", "arc", "curve", "group", "textbox", "AlternateContent",
    // Formulas.
    "oMathPara", "oMath", "acc", "bar", "box", "borderBox", "d", "eqArr", "f", "func", "groupChr", "limLow", "limUpp",
    "m", "mr", "nary", "rad", "sPre", "sSub", "sSubSup", "sSup", "deg", "den", "e", "fName", "lim", "num", "sub", "sup",
];

/// Of `mc:Choice`: what the programs know.
#[rustfmt::skip]
const KNOWN: &[&str] = &[
    "wps", "wpg", "wpc", "wpi", "wp14", "w14", "w15", "w16", "w16cex", "w16cid", "w16se", "w16du", "w16sdtdh", "a14", "v",
    "cx", "cx1", "aink", "am3d", "c14", "pic14",
];

/// Where in a field what follows stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Field {
    Code,
    Result,
}

/// Which headers and footers the sections name.
#[derive(Debug, Default)]
struct Sections {
    /// Kind and id.
    named: Vec<(String, String)>,
    first: bool,
}

impl Sections {
    fn take(&mut self, it: &Element) {
        match it.name.as_str() {
            "headerReference" | "footerReference" => {
                let of = |key: &str| it.get(key).unwrap_or_default().to_owned();
                self.named.push((of("type"), of("id")));
            }
            "titlePg" => self.first |= is_on(it),
            _ => {}
        }
    }

    fn printed(self, even: bool) -> BTreeSet<String> {
        let is = |kind: &str| match kind {
            "first" => self.first,
            "even" => even,
            _ => true,
        };
        self.named.iter().filter(|it| is(&it.0)).map(|it| it.1.clone()).collect()
    }
}

/// Whether a run is hidden: as it says itself, and as its style says.
type Run = (Option<bool>, bool);

struct Reader<'s> {
    styles: &'s Styles,
    pages: Pages,
    path: Vec<String>,
    /// How deep in elements that are not read.
    unread: usize,
    /// Of the runs that are open, whether they are hidden: as each says itself, and as its style says.
    runs: Vec<Run>,
    /// Whether the styles of the paragraphs that are open hide them.
    paragraphs: Vec<bool>,
    /// The same of tables.
    tables: Vec<bool>,
    /// Of rows that are open: whether each is shown.
    rows: Vec<bool>,
    fields: Vec<Field>,
    /// Fields and runs around the text boxes that are open.
    outer: Vec<(Vec<Field>, Vec<Run>)>,
    /// Of `mc:AlternateContent`: whether one was read.
    chosen: Vec<bool>,
    /// Of content controls: whether they hold their placeholder.
    placeholders: Vec<bool>,
    in_text: bool,
    sections: Sections,
    /// Notes that the text has a mark of: whether of the end, and the id.
    notes: BTreeSet<(bool, String)>,
    /// In a part of notes, or beside the body: those that are shown.
    cited: Option<&'s BTreeSet<(bool, String)>>,
    left_out: LeftOut,
    stretch: Stretch,
}

impl<'s> Reader<'s> {
    fn new(styles: &'s Styles) -> Self {
        Self {
            styles,
            pages: Pages::default(),
            path: Vec::new(),
            unread: 0,
            runs: Vec::new(),
            paragraphs: Vec::new(),
            tables: Vec::new(),
            rows: Vec::new(),
            fields: Vec::new(),
            outer: Vec::new(),
            chosen: Vec::new(),
            placeholders: Vec::new(),
            in_text: false,
            sections: Sections::default(),
            notes: BTreeSet::new(),
            cited: None,
            left_out: LeftOut::default(),
            stretch: Stretch::default(),
        }
    }

    fn part(&mut self, xml: &[u8]) -> Result<(), Error> {
        xml::read(xml, |node| match node {
            Node::Open(it) => self.open(&it),
            Node::Close(name) => {
                self.close(&name);
                Ok(())
            }
            Node::Text(it) if self.in_text && self.unread == 0 => self.say(&it),
            Node::Text(_) => Ok(()),
        })?;
        // A field that does not end takes all that follows with it.
        if self.fields.contains(&Field::Code) { Err(Error::Damaged) } else { Ok(()) }
    }

    /// Direct formatting decides; styles cancel each other, as those of ECMA-376 17.7.3 do.
    fn is_hidden(&self) -> bool {
        let around = last(&self.paragraphs) != last(&self.tables);
        let hides = |run: &Run| run.0.unwrap_or((around != run.1) || self.styles.hidden_by_default);
        if self.runs.is_empty() { hides(&(None, false)) } else { self.runs.iter().any(hides) }
    }

    fn is_shown(&self) -> bool {
        !self.fields.contains(&Field::Code) && !self.is_hidden()
    }

    fn say(&mut self, text: &str) -> Result<(), Error> {
        if self.fields.contains(&Field::Code) {
            return Ok(());
        }
        let hidden = self.is_hidden();
        self.stretch.text(text, hidden.then_some(Omission::HiddenText), &mut self.left_out);
        if hidden { Ok(()) } else { self.pages.say(text) }
    }

    fn open(&mut self, it: &Element) -> Result<(), Error> {
        let name = it.name.as_str();
        self.property(it);
        if self.unread == 0
            && let Some(it) = omission(name, last_name(&self.path))
        {
            self.left_out.add(it);
        }
        self.path.push(name.to_owned());
        if self.unread > 0 || !self.enter(it)? {
            self.unread = self.unread.saturating_add(1);
        }
        Ok(())
    }

    /// Begins an element that is read; false if it isn't.
    fn enter(&mut self, it: &Element) -> Result<bool, Error> {
        match it.name.as_str() {
            "p" => {
                self.pages.open()?;
                self.paragraphs.push(self.styles.default_paragraph);
            }
            "r" => self.runs.push((None, self.styles.default_run)),
            "t" => self.in_text = true,
            "tab" | "ptab" => self.say("\t")?,
            "br" | "cr" => self.say("\u{2028}")?,
            "noBreakHyphen" => self.say("-")?,
            "sym" => self.say(&symbol(it))?,
            "tbl" => self.tables.push(self.styles.default_table),
            "tr" => {
                self.pages.open_row();
                self.rows.push(true);
            }
            "tc" => self.pages.open_cell(),
            "sdt" => self.placeholders.push(false),
            "sdtContent" => return Ok(!last(&self.placeholders)),
            "txbxContent" if !self.is_shown() => return Ok(false),
            "txbxContent" => {
                self.outer.push((std::mem::take(&mut self.fields), std::mem::take(&mut self.runs)));
            }
            "AlternateContent" => self.chosen.push(false),
            "Choice" | "Fallback" => return Ok(self.choose(it)),
            "fldChar" => self.field(it),
            "footnote" | "endnote" => return Ok(self.is_cited(it)),
            "footnoteReference" | "endnoteReference" if self.is_shown() => {
                let end = it.name.starts_with('e');
                self.notes.insert((end, it.get("id").unwrap_or_default().to_owned()));
            }
            "altChunk" | "subDoc" => return Err(Error::Parts),
            name => return Ok(READ.contains(&name)),
        }
        Ok(true)
    }

    /// A field in a text that is not read is none.
    fn field(&mut self, it: &Element) {
        match it.get("fldCharType") {
            Some("begin") => self.fields.push(Field::Code),
            Some("separate") => {
                if let Some(last) = self.fields.last_mut() {
                    *last = Field::Result;
                }
            }
            Some("end") => drop(self.fields.pop()),
            _ => {}
        }
    }

    fn choose(&mut self, it: &Element) -> bool {
        let requires = it.get("Requires").unwrap_or_default();
        let known = it.name == "Fallback" || requires.split_whitespace().all(|it| KNOWN.contains(&it));
        match self.chosen.last_mut() {
            Some(chosen) if !*chosen && known => {
                *chosen = true;
                true
            }
            _ => false,
        }
    }

    fn is_cited(&self, it: &Element) -> bool {
        let note = (it.name == "endnote", it.get("id").unwrap_or_default().to_owned());
        let own = !matches!(it.get("type"), None | Some("normal"));
        self.cited.is_none_or(|cited| own || cited.contains(&note))
    }

    /// What properties say of the text that they stand before. Only what stands in them directly: as they were before
    /// a change stands deeper.
    fn property(&mut self, it: &Element) {
        let mut up = self.path.iter().rev().map(String::as_str);
        let (parent, of) = (up.next().unwrap_or_default(), up.next().unwrap_or_default());
        let style = it.get("val").unwrap_or_default();
        match (of, parent, it.name.as_str()) {
            (_, "sectPr", _) if self.path.iter().any(|it| it.ends_with("PrChange")) => {}
            (_, "sectPr", _) => self.sections.take(it),
            // The element is read, and its properties are the one thing in it that is not.
            _ if self.unread != 1 => {}
            ("r", "rPr", "vanish") => set(self.runs.last_mut().map(|it| &mut it.0), Some(is_on(it))),
            ("r", "rPr", "rStyle") => {
                set(self.runs.last_mut().map(|it| &mut it.1), self.styles.hides("character", style));
            }
            ("p", "pPr", "pStyle") => {
                set(self.paragraphs.last_mut(), self.styles.hides("paragraph", style));
            }
            ("tbl", "tblPr", "tblStyle") => set(self.tables.last_mut(), self.styles.hides("table", style)),
            ("tr", "trPr", name @ ("del" | "hidden")) if is_on(it) => {
                self.left_out.add(if name == "del" { Omission::Deletions } else { Omission::HiddenRows });
                set(self.rows.last_mut(), false);
            }
            ("sdt", "sdtPr", "showingPlcHdr") => set(self.placeholders.last_mut(), is_on(it)),
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        self.path.pop();
        if self.unread > 0 {
            self.unread = self.unread.saturating_sub(1);
            return;
        }
        match name {
            "p" => {
                self.paragraphs.pop();
                self.pages.close();
            }
            "r" => drop(self.runs.pop()),
            "t" => self.in_text = false,
            "tbl" => drop(self.tables.pop()),
            "tr" => {
                let shown = self.rows.pop().unwrap_or(true);
                self.pages.close_row(shown);
            }
            "tc" => self.pages.close_cell(),
            "sdt" => drop(self.placeholders.pop()),
            "txbxContent" => (self.fields, self.runs) = self.outer.pop().unwrap_or_default(),
            "AlternateContent" => drop(self.chosen.pop()),
            _ => {}
        }
    }
}

fn last_name(path: &[String]) -> &str {
    path.last().map(String::as_str).unwrap_or_default()
}

/// What an element is that is not read and may have been meant. Moved text is read where it stands now.
fn omission(name: &str, parent: &str) -> Option<Omission> {
    match (name, parent) {
        ("commentReference", _) => Some(Omission::Comments),
        ("del" | "conflictDel", _) if !parent.ends_with("Pr") => Some(Omission::Deletions),
        ("pic" | "imagedata", _) => Some(Omission::Pictures),
        ("object" | "control", _) => Some(Omission::Objects),
        // Charts, diagrams, ink: they have their text, if any, in parts of their own.
        ("graphicFrame" | "contentPart", _) => Some(Omission::Drawings),
        (name, "graphicData") if !READ.contains(&name) => Some(Omission::Drawings),
        _ => None,
    }
}

fn last(of: &[bool]) -> bool {
    of.last().copied().unwrap_or(false)
}

fn set<T>(place: Option<&mut T>, value: T) {
    if let Some(place) = place {
        *place = value;
    }
}

/// Whether a switch is on: it is where nothing says that it is off.
fn is_on(it: &Element) -> bool {
    !matches!(it.get("val"), Some("0" | "false" | "off" | "none"))
}

/// A character of a font of symbols, as far as it is a letter; else a sign that one stood there.
fn symbol(it: &Element) -> String {
    const GREEK: &str = "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖαβχδεφγηιϕκλμνοπθρστυϖωξψζ";
    let code = u32::from_str_radix(it.get("char").unwrap_or_default(), 16).unwrap_or_default();
    let code = if (0xF000..=0xF0FF).contains(&code) { code.saturating_sub(0xF000) } else { code };
    let font = it.get("font").unwrap_or_default().to_ascii_lowercase();
    let said = char::from_u32(code).filter(|it| !it.is_control());
    let said = match said {
        Some(it) if font == "symbol" && it.is_ascii_alphabetic() => {
            let letters = ('A'..='Z').chain('a'..='z').zip(GREEK.chars());
            letters.into_iter().find(|pair| pair.0 == it).map(|pair| pair.1)
        }
        Some(it) if font == "symbol" && !it.is_ascii() => None,
        Some(_) if font.contains("dings") && code <= 0xFF => None,
        it => it,
    };
    said.unwrap_or('\u{25A1}').to_string()
}

#[cfg(test)]
mod tests;
