//! OpenDocument texts (ISO/IEC 26300, OASIS 1.3): what a reader of the printed pages would read, paragraph by paragraph.
//!
//! Paragraphs, headings, lists, tables, text boxes, notes (after the body), fields as they stand, and the headers and
//! footers of the pages that are used. What does not print is not read: properties, comments, tracked changes, hidden
//! text, forms, scripts, titles and descriptions of pictures, versions, previews. Elements that are not known are
//! passed over.

mod styles;

use std::collections::BTreeSet;

use self::styles::Styles;
use super::{
    Error,
    container::Container,
    prose::Pages,
    xml::{self, Element, Node},
};
use crate::transcript::{LeftOut, Omission, Stretch};

const CONTENT: &str = "content.xml";
const STYLES: &str = "styles.xml";
const MANIFEST: &str = "META-INF/manifest.xml";
/// The most blanks that one element stands for.
const MAX_BLANKS: usize = 4096;

/// The paragraphs, a line each; a row of a table is one, its cells apart by tabs.
pub(super) fn read(bytes: &[u8], left_out: &mut LeftOut) -> Result<String, Error> {
    let mut container = Container::open(bytes)?;
    let names: BTreeSet<String> = container.names().map(str::to_owned).collect();
    if let Some(manifest) = container.member(MANIFEST)? {
        xml::read(&manifest, |node| match node {
            Node::Open(it) if it.name == "encryption-data" => Err(Error::Locked),
            Node::Open(_) | Node::Close(_) | Node::Text(_) => Ok(()),
        })?;
    }
    if names.contains("encrypted-package") {
        return Err(Error::Locked);
    }
    let is_macro =
        |it: &String| (it.starts_with("Basic/") || it.starts_with("Scripts/")) && !it.ends_with('/');
    if names.iter().any(is_macro) {
        return Err(Error::Macros);
    }
    let content = container.member(CONTENT)?.ok_or(Error::Damaged)?;
    let common = container.member(STYLES)?;
    let mut styles = Styles::default();
    if let Some(common) = &common {
        styles.add(common)?;
    }
    styles.add(&content)?;
    let mut body = Reader::new(&styles);
    body.part(&content)?;
    *left_out += &body.left_out;
    if !body.is_text {
        return Err(Error::Mismatch);
    }
    let mut pages = Pages::default();
    let mut after = Pages::default();
    if let Some(common) = &common {
        let printed = styles.printed();
        for (margin, into) in [("header", &mut pages), ("footer", &mut after)] {
            let mut reader = Reader::new(&styles);
            reader.margin = Some((margin, printed.clone()));
            reader.part(common)?;
            *left_out += &reader.left_out;
            into.append(reader.pages)?;
        }
    }
    pages.append(body.pages)?;
    pages.append(body.notes)?;
    pages.append(after)?;
    pages.finish()
}

/// Elements that say nothing of themselves, and whose content is read.
#[rustfmt::skip]
const READ: &[&str] = &[
    "document-content", "body", "document-styles", "master-styles",
    // Text.
    "span", "a", "list", "list-item", "list-header", "section", "numbered-paragraph", "ruby", "ruby-base", "ruby-text",
    "meta", "meta-field", "table-of-content", "illustration-index", "table-index", "object-index", "user-index",
    "alphabetical-index", "bibliography", "index-body", "index-title",
    // Tables.
    "table", "table-rows", "table-header-rows", "table-row-group",
    // Drawings.
    "frame", "text-box", "g", "rect", "line", "polyline", "polygon", "regular-polygon", "path", "circle", "ellipse",
    "connector", "caption", "custom-shape", "measure",
    // Fields.
    "date", "time", "page-number", "page-count", "page-continuation", "sender-firstname", "sender-lastname", "sender-initials",
    "sender-title", "sender-position", "sender-email", "sender-phone-private", "sender-fax", "sender-company",
    "sender-phone-work", "sender-street", "sender-city", "sender-postal-code", "sender-country",
    "sender-state-or-province", "author-name", "author-initials", "chapter", "file-name", "template-name", "sheet-name",
    "variable-set", "variable-get", "variable-input", "user-field-get", "user-field-input", "sequence", "expression",
    "text-input", "initial-creator", "creation-date", "creation-time", "description", "user-defined", "print-time",
    "print-date", "printed-by", "title", "subject", "keywords", "editing-cycles", "editing-duration",
    "modification-time", "modification-date", "creator", "conditional-text", "hidden-text", "reference-ref",
    "bookmark-ref", "note-ref", "sequence-ref", "placeholder", "database-display", "database-name", "paragraph-count",
    "word-count", "character-count", "table-count", "image-count", "object-count", "bibliography-mark", "measure",
    "table-formula", "style-ref", "content-control",
];

/// A paragraph as it is read: white space counts as ODF says (part 3, 6.1.2).
#[derive(Debug, Default)]
struct Spacing {
    /// Whether something stands in it already.
    begun: bool,
    /// Whether a blank is due if something follows.
    blank: bool,
    /// Whether a field in it hides it.
    hidden: bool,
}

struct Reader<'s> {
    styles: &'s Styles,
    pages: Pages,
    notes: Pages,
    is_text: bool,
    path: Vec<String>,
    unread: usize,
    paragraphs: Vec<Spacing>,
    /// Of elements with a style: whether it hides them, as far as it says that.
    hides: Vec<(String, Option<bool>)>,
    /// Bookmarks that are open and hide what they span.
    hidden_ranges: BTreeSet<String>,
    /// How deep in notes.
    in_notes: usize,
    /// Reads the headers, or the footers, of these pages; nothing reads the body.
    margin: Option<(&'static str, BTreeSet<String>)>,
    in_margin: bool,
    left_out: LeftOut,
    stretch: Stretch,
    /// Whether the frame that is open is counted: it holds one thing in several forms.
    frame: bool,
}

impl<'s> Reader<'s> {
    fn new(styles: &'s Styles) -> Self {
        Self {
            styles,
            pages: Pages::default(),
            notes: Pages::default(),
            is_text: false,
            path: Vec::new(),
            unread: 0,
            paragraphs: Vec::new(),
            hides: Vec::new(),
            hidden_ranges: BTreeSet::new(),
            in_notes: 0,
            margin: None,
            in_margin: false,
            left_out: LeftOut::default(),
            stretch: Stretch::default(),
            frame: false,
        }
    }

    fn part(&mut self, xml: &[u8]) -> Result<(), Error> {
        xml::read(xml, |node| match node {
            Node::Open(it) => self.open(&it),
            Node::Close(name) => {
                self.close(&name);
                Ok(())
            }
            Node::Text(it) => self.text(&it),
        })
    }

    fn pages(&mut self) -> &mut Pages {
        if self.in_notes > 0 { &mut self.notes } else { &mut self.pages }
    }

    /// What is written: runs of white space are a blank, and none at the ends of a paragraph.
    fn text(&mut self, text: &str) -> Result<(), Error> {
        if self.unread > 0 || self.paragraphs.is_empty() {
            return Ok(());
        }
        let hidden = self.is_hidden();
        self.stretch.text(text, hidden.then_some(Omission::HiddenText), &mut self.left_out);
        let mut said = String::new();
        if let Some(open) = self.paragraphs.last_mut() {
            for it in text.chars() {
                if matches!(it, ' ' | '\t' | '\r' | '\n') {
                    open.blank |= open.begun;
                } else {
                    if open.blank && !hidden {
                        said.push(' ');
                        open.blank = false;
                    }
                    open.begun |= !hidden;
                    said.push(it);
                }
            }
        }
        if hidden || said.is_empty() { Ok(()) } else { self.pages().say(&said) }
    }

    /// What an element stands for.
    fn say(&mut self, text: &str) -> Result<(), Error> {
        if self.is_hidden() {
            return Ok(());
        }
        let Some(open) = self.paragraphs.last_mut() else { return Ok(()) };
        let blank = std::mem::take(&mut open.blank);
        open.begun = true;
        if blank {
            self.pages().say(" ")?;
        }
        self.pages().say(text)
    }

    /// The innermost that says anything decides.
    fn is_hidden(&self) -> bool {
        !self.hidden_ranges.is_empty()
            || self.paragraphs.last().is_some_and(|it| it.hidden)
            || self.hides.iter().rev().find_map(|it| it.1).unwrap_or(self.styles.hidden_by_default)
    }

    fn open(&mut self, it: &Element) -> Result<(), Error> {
        // A drawing's title has the name of the field that shows the document's.
        let in_text = |it: &String| {
            matches!(it.as_str(), "p" | "h" | "span" | "a" | "meta" | "meta-field" | "ruby-base")
        };
        let is_field = it.name != "title" || self.path.last().is_some_and(in_text);
        self.count(it);
        self.path.push(it.name.clone());
        if !is_field || self.unread > 0 || !self.enter(it)? {
            self.unread = self.unread.saturating_add(1);
        }
        Ok(())
    }

    /// Counts what is not read and may have been meant.
    fn count(&mut self, it: &Element) {
        let parent = self.path.last().map(String::as_str).unwrap_or_default();
        if parent == "changed-region" && it.name == "deletion" {
            self.left_out.add(Omission::Deletions);
        }
        let reads_page = self.margin.is_none() || self.in_margin;
        if self.unread > 0 || !reads_page {
            return;
        }
        let found = match it.name.as_str() {
            "frame" => {
                self.frame = false;
                None
            }
            "annotation" => Some(Omission::Comments),
            "table-row" | "table-row-group" if is_switched_off(it) => Some(Omission::HiddenRows),
            "section" | "hidden-text" if is_switched_off(it) => Some(Omission::HiddenText),
            "hidden-paragraph" if it.get("is-hidden") != Some("false") => Some(Omission::HiddenText),
            "image" if !std::mem::replace(&mut self.frame, true) => Some(Omission::Pictures),
            "object" | "object-ole" | "plugin" | "applet" | "floating-frame"
                if !std::mem::replace(&mut self.frame, true) =>
            {
                Some(Omission::Objects)
            }
            _ => None,
        };
        if let Some(it) = found {
            self.left_out.add(it);
        }
    }

    /// Begins an element that is read; false if it isn't.
    fn enter(&mut self, it: &Element) -> Result<bool, Error> {
        if is_switched_off(it) {
            return Ok(false);
        }
        match it.name.as_str() {
            "text" if self.margin.is_none() => self.is_text = true,
            "master-page" => {
                let name = it.get("name").unwrap_or_default();
                return Ok(self.margin.as_ref().is_some_and(|margin| margin.1.contains(name)));
            }
            "header" | "header-left" | "header-first" | "footer" | "footer-left" | "footer-first" => {
                let wanted = self.margin.as_ref().is_some_and(|margin| it.name.starts_with(margin.0));
                self.in_margin = wanted;
                return Ok(wanted);
            }
            "region-left" | "region-center" | "region-right" => return Ok(self.in_margin),
            "p" | "h" => {
                self.pages().open()?;
                self.paragraphs.push(Spacing::default());
                self.style(it, "paragraph");
            }
            "span" => self.style(it, "text"),
            "hidden-paragraph" if it.get("is-hidden") != Some("false") => {
                self.pages().unsay();
                if let Some(open) = self.paragraphs.last_mut() {
                    open.hidden = true;
                }
            }
            "bookmark-start" if it.get("hidden") == Some("true") => {
                self.hidden_ranges.insert(it.get("name").unwrap_or_default().to_owned());
            }
            "bookmark-end" => {
                self.hidden_ranges.remove(it.get("name").unwrap_or_default());
            }
            "s" => {
                let count = match it.get("c") {
                    None => 1,
                    Some(it) => it.trim().parse().map_err(|_| Error::Damaged)?,
                };
                if count > MAX_BLANKS {
                    return Err(Error::TooMuch);
                }
                self.say(&" ".repeat(count))?;
            }
            "tab" => self.say("\t")?,
            "line-break" => self.say("\u{2028}")?,
            "note-body" => {
                self.in_notes = self.in_notes.saturating_add(1);
                self.hides.push((it.name.clone(), Some(false)));
            }
            // A frame or a note goes with the text that it is anchored in.
            "note" | "text-box" | "custom-shape" | "rect" | "ellipse" | "circle" => {
                return Ok(!self.is_hidden());
            }
            "table" => {
                let hidden = self.styles.hides("table", it.get("style-name").unwrap_or_default());
                return Ok(hidden != Some(true));
            }
            "table-row" => self.pages().open_row(),
            "table-cell" => self.pages().open_cell(),
            name => return Ok(READ.contains(&name)),
        }
        Ok(true)
    }

    fn style(&mut self, it: &Element, family: &str) {
        let hides = self.styles.hides(family, it.get("style-name").unwrap_or_default());
        self.hides.push((it.name.clone(), hides));
    }

    fn close(&mut self, name: &str) {
        self.path.pop();
        if self.unread > 0 {
            self.unread = self.unread.saturating_sub(1);
            return;
        }
        if self.hides.last().is_some_and(|it| it.0 == name) {
            self.hides.pop();
        }
        match name {
            "p" | "h" => {
                self.paragraphs.pop();
                self.pages().close();
            }
            "note-body" => self.in_notes = self.in_notes.saturating_sub(1),
            "table-row" => self.pages().close_row(true),
            "table-cell" => self.pages().close_cell(),
            _ => {}
        }
    }
}

/// Whether the element says of itself that it does not print.
fn is_switched_off(it: &Element) -> bool {
    let is = |key: &str, values: &[&str]| it.get(key).is_some_and(|it| values.contains(&it));
    match it.name.as_str() {
        // What the program made of a condition last, it says.
        "section" => is("display", &["none"]) || is("is-hidden", &["true"]),
        "hidden-text" => !is("is-hidden", &["false"]),
        "content-control" => is("showing-place-holder", &["true"]),
        "table-row" | "table-row-group" => is("visibility", &["collapse", "filter"]),
        _ => is("display", &["none", "false", "screen"]),
    }
}

#[cfg(test)]
mod tests;
