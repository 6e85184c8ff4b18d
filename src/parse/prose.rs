//! How documents are held: a paragraph a line, laid out as plain text is.

use super::{Error, rows::LINE};
use crate::{transcript::MAX_TRANSCRIPT_BYTES, view::hkscs};

/// The most paragraphs that may be open in each other: text boxes in text boxes.
const MAX_OPEN: usize = 64;

/// Collects the paragraphs of a document in the order in which they are read.
#[derive(Debug, Default)]
pub(super) struct Pages {
    lines: Vec<String>,
    /// Paragraphs that are open: text boxes stand inside them.
    open: Vec<String>,
    /// Rows that are open; of rows in rows the outermost is one.
    rows: usize,
    in_cell: bool,
    cell: Vec<String>,
    row: Vec<String>,
    bytes: usize,
}

impl Pages {
    /// A paragraph begins.
    pub(super) fn open(&mut self) -> Result<(), Error> {
        self.open.push(String::new());
        if self.open.len() > MAX_OPEN { Err(Error::TooMuch) } else { Ok(()) }
    }

    /// Text of the paragraph that is open, or of one that nobody opened.
    pub(super) fn say(&mut self, text: &str) -> Result<(), Error> {
        self.bytes = self.bytes.saturating_add(text.len());
        if self.bytes > MAX_TRANSCRIPT_BYTES {
            return Err(Error::TooLong);
        }
        match self.open.last_mut() {
            Some(open) => open.push_str(text),
            None => self.line(text.to_owned()),
        }
        Ok(())
    }

    /// Takes back what was said in the paragraph that is open.
    pub(super) fn unsay(&mut self) {
        if let Some(open) = self.open.last_mut() {
            open.clear();
        }
    }

    /// The paragraph that began last ends.
    pub(super) fn close(&mut self) {
        if let Some(said) = self.open.pop() {
            self.line(said);
        }
    }

    /// A whole paragraph.
    pub(super) fn paragraph(&mut self, text: &str) -> Result<(), Error> {
        self.open()?;
        self.say(text)?;
        self.close();
        Ok(())
    }

    /// The paragraphs of a part that follows.
    pub(super) fn append(&mut self, part: Self) -> Result<(), Error> {
        let part = part.whole();
        self.bytes = self.bytes.saturating_add(part.bytes);
        self.lines.extend(part.lines);
        if self.bytes > MAX_TRANSCRIPT_BYTES { Err(Error::TooLong) } else { Ok(()) }
    }

    fn line(&mut self, said: String) {
        if self.in_cell { self.cell.push(said) } else { self.lines.push(said) }
    }

    /// A row of a table begins.
    pub(super) fn open_row(&mut self) {
        self.rows = self.rows.saturating_add(1);
    }

    /// A cell of the row begins.
    pub(super) fn open_cell(&mut self) {
        if self.rows == 1 {
            self.in_cell = true;
        }
    }

    /// The cell ends.
    pub(super) fn close_cell(&mut self) {
        if self.rows == 1 && self.in_cell {
            self.in_cell = false;
            self.row.push(std::mem::take(&mut self.cell).join("\u{2028}"));
        }
    }

    /// The row ends; a row that is not shown leaves nothing.
    pub(super) fn close_row(&mut self, shown: bool) {
        self.close_cell();
        if self.rows == 1 {
            let row = std::mem::take(&mut self.row);
            if shown && !row.is_empty() {
                self.lines.push(self::row(&row));
            }
        }
        self.rows = self.rows.saturating_sub(1);
    }

    /// The paragraphs as one text.
    pub(super) fn finish(self) -> Result<String, Error> {
        text(self.whole().lines)
    }

    fn whole(mut self) -> Self {
        while !self.open.is_empty() {
            self.close();
        }
        if self.rows > 0 {
            self.rows = 1;
            self.close_row(true);
        }
        self
    }
}

/// Paragraphs as one text. Line ends inside a paragraph are U+2028.
pub(super) fn text(paragraphs: Vec<String>) -> Result<String, Error> {
    let mut text = String::new();
    for it in paragraphs {
        text.extend(it.chars().filter_map(plain));
        text.push('\n');
        if text.len() > MAX_TRANSCRIPT_BYTES {
            return Err(Error::TooLong);
        }
    }
    if text.contains('\u{FFFD}') { Err(Error::LostCharacters) } else { Ok(text) }
}

/// A row of a table as a paragraph. Of two cells the first is who speaks, where it can be that.
pub(super) fn row(cells: &[String]) -> String {
    match cells {
        [label, said] if is_label(label) => format!("{}: {said}", label.trim()),
        _ => cells.join("\t"),
    }
}

fn is_label(cell: &str) -> bool {
    let cell = cell.trim();
    (1..=40).contains(&cell.chars().count()) && !cell.contains([':', '：', LINE, '.', '?', '!', '。'])
}

/// What a line can hold, and what is written of it is read again.
fn plain(it: char) -> Option<char> {
    match it {
        '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2029}' => Some(LINE),
        '\t' => Some(it),
        '\u{FFFE}' | '\u{FFFF}' => None,
        it if it.is_control() => None,
        it => Some(hkscs::standard(it).unwrap_or(it)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_outside_of_paragraphs_and_cells_is_not_lost() {
        let mut pages = Pages::default();
        pages.say("a").unwrap();
        pages.open_row();
        pages.paragraph("b").unwrap();
        pages.open_cell();
        pages.paragraph("c").unwrap();
        pages.open_row();
        pages.open_cell();
        pages.paragraph("d").unwrap();
        pages.close_row(true);
        pages.open().unwrap();
        pages.say("e").unwrap();
        assert_eq!(pages.finish().unwrap(), "a\nb\nc\u{2028}d\u{2028}e\n");
    }

    #[test]
    fn what_cannot_be_written_is_not_held() {
        assert_eq!(text(vec!["a\u{FFFE}b\u{1}c\u{85}".to_owned()]).unwrap(), "abc\u{2028}\n");
        assert_eq!(text(vec!["\u{FFFD}".to_owned()]), Err(Error::LostCharacters));
        let mut pages = Pages::default();
        pages.open().unwrap();
        pages.say(&"x".repeat(MAX_TRANSCRIPT_BYTES)).unwrap();
        assert_eq!(pages.say("x"), Err(Error::TooLong));
    }
}
