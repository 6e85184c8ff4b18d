//! A stream of paragraphs in RTF: the body, a header, a note, a text box. Tables are told by what ends their cells.

use super::super::{prose, rows::LINE};

/// Where a stream is printed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Place {
    Body,
    /// On all pages, or on the first or on facing ones, if there are such.
    Header(Pages),
    Footer(Pages),
    Note,
    /// Where it stands.
    Box,
}

/// On which pages.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Pages {
    All,
    First,
    Facing,
}

/// Paragraphs as they come.
#[derive(Debug)]
pub(super) struct Flow {
    pub(super) place: Place,
    lines: Vec<String>,
    text: String,
    cell: Vec<String>,
    cells: Vec<String>,
    /// Cells of a table in a cell.
    inner: Vec<String>,
}

impl Flow {
    pub(super) const fn new(place: Place) -> Self {
        Self {
            place,
            lines: Vec::new(),
            text: String::new(),
            cell: Vec::new(),
            cells: Vec::new(),
            inner: Vec::new(),
        }
    }

    pub(super) fn say(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Whether no paragraph is open.
    pub(super) const fn is_between(&self) -> bool {
        self.text.is_empty()
    }

    pub(super) fn paragraph(&mut self, in_table: bool) {
        let text = std::mem::take(&mut self.text);
        if in_table {
            self.cell.push(text);
        } else {
            self.row();
            self.lines.push(text);
        }
    }

    pub(super) fn cell(&mut self) {
        self.cell.push(std::mem::take(&mut self.text));
        self.cells.push(joined(&mut self.cell));
    }

    pub(super) fn row(&mut self) {
        if !self.cell.is_empty() {
            self.cells.push(joined(&mut self.cell));
        }
        if !self.cells.is_empty() {
            self.lines.push(prose::row(&std::mem::take(&mut self.cells)));
        }
    }

    pub(super) fn inner_cell(&mut self) {
        self.inner.push(std::mem::take(&mut self.text));
    }

    pub(super) fn inner_row(&mut self) {
        if !self.inner.is_empty() {
            self.cell.push(std::mem::take(&mut self.inner).join("\t"));
        }
    }

    /// Paragraphs of a box that stands here.
    pub(super) fn insert(&mut self, lines: Vec<String>) {
        self.lines.extend(lines);
    }

    /// All of it; the last paragraph has no end where it is empty.
    pub(super) fn finish(&mut self) -> Vec<String> {
        self.inner_row();
        if self.cells.is_empty() && self.cell.is_empty() {
            if !self.text.is_empty() {
                self.lines.push(std::mem::take(&mut self.text));
            }
        } else {
            if !self.text.is_empty() {
                self.cell.push(std::mem::take(&mut self.text));
            }
            self.row();
        }
        std::mem::take(&mut self.lines)
    }
}

fn joined(cell: &mut Vec<String>) -> String {
    std::mem::take(cell).join(LINE.encode_utf8(&mut [0; 4]))
}
