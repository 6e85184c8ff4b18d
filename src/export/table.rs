//! A table of turns, as CSV (RFC 4180) in UTF-8. Cells say what the copy says, also where a spreadsheet would take
//! one for a formula.

use super::{Copy, Moment};

/// The columns.
pub const COLUMNS: [&str; 5] = ["turn", "start", "end", "speaker", "text"];

/// The file.
#[must_use]
pub fn write(copy: &Copy) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let written = |it: &Option<Moment>| it.as_ref().map(|it| it.written.clone()).unwrap_or_default();
    let mut put = |row: [&str; 5]| {
        let put = writer.write_record(row);
        // Into memory, and every row has as many cells.
        debug_assert!(put.is_ok());
    };
    put(COLUMNS);
    for it in &copy.turns {
        put([&copy.turn_id(it), &written(&it.start), &written(&it.end), &it.speaker, &it.text]);
    }
    writer.into_inner().unwrap_or_default()
}
