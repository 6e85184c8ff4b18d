//! The little language in which a study says what its file names mean: `{group}_{role}_{wave}_{activity}`.
//!
//! Fields match letters, digits and hyphens in any case, as long a run as there is; everything else
//! matches itself. No backtracking and no regular expressions.

use crate::{
    id::{GroupId, RoleId, Wave},
    item::Activity,
};

/// A checked pattern.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Pattern {
    parts: Vec<Part>,
}

#[derive(Clone, Debug, Eq, PartialEq)]
enum Part {
    Literal(String),
    Field(Field),
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Field {
    Group,
    Role,
    Wave,
    Activity,
    Any,
}

/// What a folder, a file name, a register line or a sidecar says of where a file belongs.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Fields {
    /// The group.
    pub group: Option<GroupId>,
    /// The role, or `JOINT`.
    pub role: Option<RoleId>,
    /// The session.
    pub wave: Option<Wave>,
    /// What was going on.
    pub activity: Option<Activity>,
}

/// What a pattern wants to be.
pub(super) const EXPECTED: &str = "a pattern such as \"{group}_{role}_{wave}_{activity}\": each field once, {any} as \
     often as needed, with a character other than a letter, digit or hyphen between fields";

impl Pattern {
    /// Checks a pattern.
    pub(super) fn compile(text: &str) -> Option<Self> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some(start) = rest.chars().next() {
            if start == '{' {
                let (name, after) = rest.get(1..)?.split_once('}')?;
                let field = match name {
                    "group" => Field::Group,
                    "role" => Field::Role,
                    "wave" => Field::Wave,
                    "activity" => Field::Activity,
                    "any" => Field::Any,
                    _ => return None,
                };
                if field != Field::Any && parts.contains(&Part::Field(field)) {
                    return None;
                }
                if matches!(parts.last(), Some(Part::Field(_))) {
                    return None;
                }
                parts.push(Part::Field(field));
                rest = after;
            } else {
                let end = rest.find('{').unwrap_or(rest.len());
                let (literal, after) = rest.split_at_checked(end)?;
                // A field runs as far as it can: it would swallow such a literal's beginning.
                let swallowed = matches!(parts.last(), Some(Part::Field(_))) && literal.starts_with(in_field);
                if swallowed || literal.contains(['}', '/', '\n', '\0']) {
                    return None;
                }
                parts.push(Part::Literal(literal.to_owned()));
                rest = after;
            }
        }
        parts_fields(&parts).iter().any(|it| *it != Field::Any).then_some(Self { parts })
    }

    /// What a file name, without its ending, says; `None` if it does not fit.
    #[must_use]
    pub fn read(&self, stem: &str) -> Option<Fields> {
        let mut fields = Fields::default();
        let mut rest = stem;
        for part in &self.parts {
            match part {
                Part::Literal(literal) => {
                    let (start, after) = rest.split_at_checked(literal.len())?;
                    if !start.eq_ignore_ascii_case(literal) {
                        return None;
                    }
                    rest = after;
                }
                Part::Field(field) => {
                    let end = rest.find(|c| !in_field(c)).unwrap_or(rest.len());
                    let (value, after) = rest.split_at_checked(end)?;
                    if value.is_empty() {
                        return None;
                    }
                    fields.set(*field, value)?;
                    rest = after;
                }
            }
        }
        rest.is_empty().then_some(fields)
    }
}

impl Fields {
    fn set(&mut self, field: Field, value: &str) -> Option<()> {
        let upper = value.to_ascii_uppercase();
        match field {
            Field::Group => self.group = Some(upper.parse().ok()?),
            Field::Role => self.role = Some(upper.parse().ok()?),
            Field::Wave => self.wave = Some(upper.parse().ok()?),
            Field::Activity => self.activity = Some(Activity::from_folder(value)?),
            Field::Any => {}
        }
        Some(())
    }
}

const fn in_field(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-'
}

fn parts_fields(parts: &[Part]) -> Vec<Field> {
    parts
        .iter()
        .filter_map(|it| match it {
            Part::Literal(_) => None,
            Part::Field(field) => Some(*field),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_reads_what_it_says_and_nothing_else() {
        let pattern = Pattern::compile("{group}_{role}_{wave}_{activity}").unwrap();
        let fields = pattern.read("d03_PIR_w2_Interview").unwrap();
        assert_eq!(fields.group, "D03".parse().ok());
        assert_eq!(fields.activity, Some(Activity::Interview));
        for bad in ["D03_PIR_W2", "D03_PIR_W2_interview_x", "D03_PIR_W2_chat", "D03__W2_interview", "", "陳"]
        {
            assert_eq!(pattern.read(bad), None, "{bad}");
        }
        let loose = Pattern::compile("HK {group} ({any}) {wave}").unwrap();
        assert_eq!(loose.read("hk D1 (v2) W1").unwrap().wave, "W1".parse().ok());
    }

    #[test]
    fn an_ambiguous_pattern_is_refused() {
        for bad in [
            "",
            "x",
            "{any}",
            "{group}{role}",
            "{group}a{role}",
            "{group}_{group}",
            "{group",
            "{name}",
            "a}b{group}",
        ] {
            assert_eq!(Pattern::compile(bad), None, "{bad}");
        }
    }
}
