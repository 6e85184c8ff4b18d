//! Tables: what stands below a heading such as `age` or 姓名 identifies whatever else is known of it: 47 says nothing in a
//! sentence and a good deal in that column. The headings are those of [`headings`] and of the study.
//!
//! What such a cell is, is certain; where a rule is certain too and knows more (the district of an estate), that stays.

use std::ops::Range;

use super::person;
use crate::{
    config::Columns,
    entity::{Finding, Layer, Tier},
    id::Code,
    parse::{
        rows::cells,
        table::headings::{self, Below},
    },
    transcript::{Format, Layout, Role},
};

/// Below every rule that is certain of the same words.
const CONFIDENCE: u8 = 50;

/// What columns say of a table's cells.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// Cells that identify by their column.
    pub(super) found: Vec<Finding>,
    /// Headings that are known, and codes below headings that are no fact: words that are nobody's name.
    pub(super) known: Vec<Range<usize>>,
}

/// Where headings stand that the study names, letter for letter, in order. They name columns: only what is certain, or
/// of the roster, is found in them, and no pack need cover their language.
pub(super) fn named(text: &str, layout: &Layout, columns: &Columns) -> Vec<Range<usize>> {
    if !is_table(layout) {
        return Vec::new();
    }
    let line = text.lines().next().unwrap_or_default();
    let cells = cells(line).unwrap_or_default().into_iter().map(|it| it.1);
    cells.filter(|it| columns.is_named(line.get(it.clone()).unwrap_or_default())).collect()
}

/// Whether whatever a span says stands in these headings, one or several of them.
pub(super) fn is_of(named: &[Range<usize>], text: &str, span: &Range<usize>) -> bool {
    if named.last().is_none_or(|it| it.end < span.end) {
        return false;
    }
    let said = text.get(span.clone()).unwrap_or_default().char_indices();
    let mut letters = said.filter(|it| it.1.is_alphanumeric()).map(|it| span.start.saturating_add(it.0));
    letters.all(|at| named.iter().any(|it| it.contains(&at)))
}

const fn is_table(layout: &Layout) -> bool {
    matches!(layout.format, Format::Csv | Format::Tsv)
}

/// Looks at every cell by its column.
pub(super) fn find(text: &str, layout: &Layout, columns: &Columns) -> Told {
    let mut told = Told::default();
    if !is_table(layout) {
        return told;
    }
    let mut kinds: Vec<Below> = Vec::new();
    let mut at = 0_usize;
    for (n, line) in text.split_inclusive('\n').enumerate() {
        let cells = cells(line.trim_end_matches('\n')).unwrap_or_default();
        if n == 0 {
            for (_, range) in cells {
                let heading = line.get(range.clone()).unwrap_or_default();
                let below = headings::below(heading, columns);
                if below.is_known {
                    told.known.push(range);
                }
                kinds.push(below);
            }
        } else {
            for ((role, range), kind) in cells.into_iter().zip(&kinds) {
                let said = line.get(range.clone()).unwrap_or_default();
                let shifted = at.saturating_add(range.start)..at.saturating_add(range.end);
                if kind.has_codes && role == Role::Speech && is_code(said) {
                    told.known.push(shifted);
                    continue;
                }
                let (Some(entity), Role::Speech) = (kind.identifies, role) else { continue };
                if said.contains(char::is_alphanumeric) {
                    let start = at.saturating_add(range.end).saturating_sub(said.trim_start().len());
                    let span = start..start.saturating_add(said.trim().len());
                    told.found.push(Finding {
                        entity,
                        class: entity.class(),
                        confidence: CONFIDENCE,
                        rule: format!("column.{}", entity.noun().replace(' ', "-")),
                        ..person(span, Tier::Certain, Layer::Rule, "column")
                    });
                }
            }
        }
        at = at.saturating_add(line.len());
    }
    told
}

/// Whether it has the form of a study's code, `PSW-03`. Rules and roster search it all the same.
fn is_code(said: &str) -> bool {
    said.parse::<Code>().is_ok() && said.contains(|it: char| it.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        entity::EntityType,
        id::JobId,
        item::ItemKind,
        parse::{self, Hint},
        rules::is_rule_id,
    };

    /// What is found in a table, as it would be said.
    #[track_caller]
    fn check(extension: &str, table: &str, want: &[(EntityType, &str)]) {
        let hint = Hint::of(extension.to_owned(), ItemKind::Transcript);
        let raw = parse::parse(JobId::from_bytes([1; 16]), table.as_bytes(), &hint).unwrap();
        // EXPOSE: made up here.
        let text = raw.text().expose();
        let none = Columns::default();
        let Told { found, known } = find(text, raw.layout(), &none);
        assert!(
            known
                .iter()
                .all(|it| headings::below(&text[it.clone()], &none).is_known || is_code(&text[it.clone()]))
        );
        let said: Vec<_> = found.iter().map(|it| (it.entity, &text[it.span.clone()])).collect();
        assert_eq!(said, want, "{table}");
        assert!(found.iter().all(|it| it.tier == Tier::Certain && is_rule_id(&it.rule)));
    }

    #[test]
    fn cells_are_what_their_heading_says() {
        use EntityType::{
            Age, Date, Demographic, Email, Hkid, Occupation, Organisation, Person, Phone, Place,
        };
        check(
            "csv",
            "code,Name,Age,Gender,Date of birth,Phone,HKID,E-mail,District,Occupation,Employer,Education\n\
             PIR-03,Daisy Quill,47,F,1971,9123 4567,A1,a@b,Sha Tin,nurse,Quay House,degree\nPIR-04,-,,,,,,,,,,\n",
            &[
                (Person, "Daisy Quill"),
                (Age, "47"),
                (Demographic, "F"),
                (Date, "1971"),
                (Phone, "9123 4567"),
                (Hkid, "A1"),
                (Email, "a@b"),
                (Place, "Sha Tin"),
                (Occupation, "nurse"),
                (Organisation, "Quay House"),
                (Demographic, "degree"),
            ],
        );
        check("tsv", "代號\t年齡（歲）\t性別\nP1\t四十七\t女\n", &[(Age, "四十七"), (Demographic, "女")]);
    }

    #[test]
    fn speech_labels_and_headings_are_left_to_the_other_layers() {
        check("csv", "speaker,text,age\nDaisy,I am 47,47\n", &[(EntityType::Age, "47")]);
        check("csv", "name,text\nDaisy,so\n", &[]);
        check("csv", "start,text\n0:01,so\n", &[]);
        check("txt", "name: Daisy\tage\n47: so\n", &[]);
    }
}
