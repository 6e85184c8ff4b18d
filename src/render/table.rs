//! Tables as CSV and TSV (RFC 4180), in UTF-8: headings and rows. Cells keep what they say, also where they begin with
//! a character that a spreadsheet takes for a formula.

use crate::parse::rows::{self, LINE};

pub(super) fn write(held: &str, separator: u8) -> Vec<u8> {
    let separator = char::from(separator);
    let mut file = String::with_capacity(held.len());
    for row in rows::rows(held).unwrap_or_default() {
        for (n, cell) in row.0.iter().enumerate() {
            if n > 0 {
                file.push(separator);
            }
            write_cell(&cell.text, row.0.len() == 1, &mut file);
        }
        file.push('\n');
    }
    file.into_bytes()
}

/// Quoted where any separator stands in it, so that which one the file has is plain to see.
fn write_cell(text: &str, alone: bool, file: &mut String) {
    let quoted =
        text.contains([',', ';', '\t', '"', LINE]) || alone && (text.is_empty() || text.starts_with("sep="));
    if !quoted {
        file.push_str(text);
        return;
    }
    file.push('"');
    for it in text.chars() {
        match it {
            '"' => file.push_str("\"\""),
            LINE => file.push('\n'),
            it => file.push(it),
        }
    }
    file.push('"');
}
