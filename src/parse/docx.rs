//! Word documents (ECMA-376 part 1): what a reader of the printed pages would read, paragraph by paragraph.
//!
//! Body, tables, text boxes, headers, footers, footnotes and endnotes are read. What does not print is not: properties,
//! comments, deleted and moved text, hidden text, field codes, alternative texts, custom XML, templates, pictures.

use std::collections::BTreeSet;

use super::{
    Error,
    container::Container,
    xml::{self, Element, Node},
};

const BODY: &str = "word/document.xml";

/// The paragraphs, a line each; a row of a table is one, its cells apart by tabs.
pub(super) fn read(bytes: &[u8]) -> Result<String, Error> {
    let mut container = Container::open(bytes)?;
    let names: BTreeSet<String> = container.names().map(str::to_owned).collect();
    if names.iter().any(|it| it.to_ascii_lowercase().contains("vbaproject")) {
        return Err(Error::Macros);
    }
    if names.contains("EncryptedPackage") {
        return Err(Error::Locked);
    }
    let part = |kind: &str| {
        let kind = format!("word/{kind}");
        names
            .iter()
            .filter(move |it| it.starts_with(&kind) && it.ends_with(".xml"))
            .cloned()
            .collect::<Vec<_>>()
    };
    let mut lines = Vec::new();
    for name in part("header") {
        paragraphs(&container.member(&name)?.ok_or(Error::Damaged)?, &mut lines)?;
    }
    paragraphs(&container.member(BODY)?.ok_or(Error::Damaged)?, &mut lines)?;
    for name in ["footnotes", "endnotes", "footer"].into_iter().flat_map(part) {
        paragraphs(&container.member(&name)?.ok_or(Error::Damaged)?, &mut lines)?;
    }
    // Headers repeat what stands on every page.
    Ok(super::prose::text(lines))
}

/// Elements whose text no reader of the pages sees.
const UNREAD: &[&str] = &[
    "del",
    "moveFrom",
    "instrText",
    "delText",
    "delInstrText",
    "rPr",
    "pPr",
    "sectPr",
    "tblPr",
    "trPr",
    "tcPr",
    "sdtPr",
    "sdtEndPr",
    "docPartPr",
    "Fallback",
    "comment",
    "annotation",
    "binData",
    "object",
    "control",
    "docPr",
    "cNvPr",
    "fldData",
    "ffData",
    "customXmlPr",
    "smartTagPr",
    "blip",
    "OLEObject",
    "glossaryDocument",
];

#[derive(Default)]
struct Reader {
    /// How deep in elements that are not read.
    unread: usize,
    /// Whether the run is hidden.
    hidden: bool,
    in_run_properties: usize,
    in_text: bool,
    /// Paragraphs that are open: text boxes stand inside them.
    open: Vec<String>,
    /// Cells of the table row that is open, of rows in rows the outermost.
    row: Vec<String>,
    rows: usize,
    cells: Vec<String>,
}

fn paragraphs(xml: &[u8], lines: &mut Vec<String>) -> Result<(), Error> {
    let mut reader = Reader::default();
    xml::read(xml, |node| {
        reader.take(node, lines);
        Ok(())
    })
}

impl Reader {
    fn take(&mut self, node: Node, lines: &mut Vec<String>) {
        match node {
            Node::Open(it) => self.open(&it),
            Node::Close(name) => self.close(&name, lines),
            Node::Text(it) if self.in_text && self.unread == 0 && !self.hidden => self.say(&it),
            Node::Text(_) => {}
        }
    }

    fn say(&mut self, text: &str) {
        if let Some(open) = self.open.last_mut() {
            open.push_str(text);
        }
    }

    fn open(&mut self, it: &Element) {
        if it.name == "rPr" {
            self.in_run_properties = self.in_run_properties.saturating_add(1);
        }
        if self.in_run_properties > 0 && matches!(it.name.as_str(), "vanish" | "webHidden" | "specVanish") {
            self.hidden = !matches!(it.get("val"), Some("0" | "false" | "off" | "none"));
        }
        if self.unread > 0 || UNREAD.contains(&it.name.as_str()) {
            self.unread = self.unread.saturating_add(1);
            return;
        }
        match it.name.as_str() {
            "p" => self.open.push(String::new()),
            "r" => self.hidden = false,
            "t" => self.in_text = true,
            "tab" | "ptab" if !self.hidden => self.say("\t"),
            "br" | "cr" if !self.hidden => self.say("\u{2028}"),
            "noBreakHyphen" if !self.hidden => self.say("-"),
            "tr" => self.rows = self.rows.saturating_add(1),
            "tc" if self.rows == 1 => self.cells = Vec::new(),
            _ => {}
        }
    }

    fn close(&mut self, name: &str, lines: &mut Vec<String>) {
        if name == "rPr" {
            self.in_run_properties = self.in_run_properties.saturating_sub(1);
        }
        if self.unread > 0 {
            self.unread = self.unread.saturating_sub(1);
            return;
        }
        match name {
            "t" => self.in_text = false,
            "r" => self.hidden = false,
            "p" => {
                let said = self.open.pop().unwrap_or_default();
                if self.rows > 0 { self.cells.push(said) } else { lines.push(said) }
            }
            "tc" if self.rows == 1 => self.row.push(std::mem::take(&mut self.cells).join("\u{2028}")),
            "tr" => {
                self.rows = self.rows.saturating_sub(1);
                if self.rows == 0 {
                    lines.push(super::prose::row(&std::mem::take(&mut self.row)));
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests;
