//! Checks what a study says of the headings of its tables.

use std::collections::BTreeMap;

use super::{
    super::{
        columns::{Column, Columns, words},
        written::Text,
    },
    Error,
    source::Source,
};

/// The table; its keys are never repeated, since a heading may name somebody.
const KEY: &str = "columns";

const ROLES: &str =
    "\"text\", \"speaker\", \"time\", \"code\", \"keep\", \"leave-out\" or an entity type such as \"AGE\"";

pub(super) fn check(source: &Source, written: &BTreeMap<Text, Text>) -> Result<Columns, Error> {
    let mut written: Vec<_> = written.iter().collect();
    written.sort_by_key(|it| it.0.span().start);
    let (mut columns, mut speaks) = (Columns::default(), false);
    for (heading, role) in written {
        let wrong = |expected| source.value(KEY, heading.span().start, expected);
        let column = source.check(KEY, role, ROLES, |it| it.parse().ok())?;
        if words(heading.get_ref()).is_empty() {
            return Err(wrong("a heading with a letter or digit in it"));
        }
        if columns.name(heading.get_ref(), column).is_some() {
            return Err(wrong(
                "each heading once; capitals, signs and what stands in brackets make no difference",
            ));
        }
        if column == Column::Speaker && std::mem::replace(&mut speaks, true) {
            return Err(wrong("one column of the role \"speaker\""));
        }
    }
    Ok(columns)
}
