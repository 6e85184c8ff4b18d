//! How documents are held: a paragraph a line, laid out as plain text is.

use super::rows::LINE;

/// Paragraphs as one text. Line ends inside a paragraph are U+2028.
pub(super) fn text(paragraphs: Vec<String>) -> String {
    let mut text = String::new();
    for it in paragraphs {
        text.extend(it.chars().filter_map(plain));
        text.push('\n');
    }
    text
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

fn plain(it: char) -> Option<char> {
    match it {
        '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2029}' => Some(LINE),
        '\t' => Some(it),
        it if it.is_control() => None,
        it => Some(it),
    }
}
