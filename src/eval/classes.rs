//! Whether the types of other people's annotations identify directly. Types that nobody sorted are no guess's matter.

use std::collections::BTreeMap;

/// What a type is taken for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Class {
    /// It names one person alone.
    Direct,
    /// It does so together with others.
    Quasi,
    /// It is not looked at.
    Ignored,
}

impl Class {
    /// As gold has it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Direct => "direct",
            Self::Quasi => "quasi",
            Self::Ignored => "ignored",
        }
    }
}

/// Types of people: a title before them is neither right nor wrong to mask.
const PEOPLE: &[&str] = &["PERSON", "PER", "NAME", "PATIENT", "DOCTOR", "STAFF"];

/// Direct by default, besides `PEOPLE`. docs/evaluation.md has the same list.
const DIRECT: &[&str] = &[
    "USERNAME",
    "HANDLE",
    "PHONE",
    "FAX",
    "CONTACT",
    "EMAIL",
    "URL",
    "NETWORK_ADDRESS",
    "IPADDR",
    "HKID",
    "PASSPORT",
    "ID",
    "IDNUM",
    "CODE",
    "MEDICALRECORD",
    "SSN",
    "HEALTHPLAN",
    "ACCOUNT",
    "LICENSE",
    "VEHICLE",
    "PLATE",
    "DEVICE",
    "BIOID",
    "ADDRESS",
    "STREET",
    "COORDINATES",
];

/// Quasi by default.
const QUASI: &[&str] = &[
    "LOC",
    "LOCATION",
    "LOCATION-OTHER",
    "GPE",
    "FAC",
    "CITY",
    "STATE",
    "COUNTRY",
    "ZIP",
    "ORG",
    "ORGANIZATION",
    "HOSPITAL",
    "SCHOOL",
    "SERVICE",
    "DATE",
    "DATETIME",
    "TIME",
    "AGE",
    "OCCUPATION",
    "PROFESSION",
    "DEM",
    "DEMOGRAPHIC",
    "NORP",
    "ROUTE",
    "EVENT",
    "QUANTITY",
];

/// What every type is taken for. Case does not matter.
#[derive(Clone, Debug)]
pub struct Classes(BTreeMap<String, Class>);

impl Classes {
    /// The default table, with what is said otherwise.
    #[must_use]
    pub fn new(direct: &[String], quasi: &[String], ignored: &[String]) -> Self {
        let table = [(PEOPLE, Class::Direct), (DIRECT, Class::Direct), (QUASI, Class::Quasi)];
        let of = |(names, class): (&[&str], Class)| {
            names.iter().map(|it| ((*it).to_owned(), class)).collect::<Vec<_>>()
        };
        let mut all: BTreeMap<String, Class> = table.into_iter().flat_map(of).collect();
        for (names, class) in [(direct, Class::Direct), (quasi, Class::Quasi), (ignored, Class::Ignored)] {
            all.extend(names.iter().map(|it| (it.trim().to_uppercase(), class)));
        }
        Self(all)
    }

    /// What a type is taken for; none where nobody has said.
    #[must_use]
    pub fn of(&self, name: &str) -> Option<Class> {
        self.0.get(&name.to_uppercase()).copied()
    }

    /// Whether a type is one of people.
    #[must_use]
    pub fn is_person(name: &str) -> bool {
        PEOPLE.iter().any(|it| it.eq_ignore_ascii_case(name))
    }
}

/// Types that are not known, with the line in which each is met first.
#[derive(Debug, Default)]
pub(super) struct Unknown(Vec<(String, usize)>);

impl Unknown {
    pub(super) fn add(&mut self, name: &str, line: usize) {
        if !self.0.iter().any(|it| it.0 == name) {
            self.0.push((name.to_owned(), line));
        }
    }

    pub(super) fn refuse(self) -> Result<(), super::error::ReadError> {
        if self.0.is_empty() { Ok(()) } else { Err(super::error::ReadError::Types(self.0)) }
    }
}

/// Whether something can be the name of a type, so that it may be printed: short, of letters, digits and `-_./`.
pub(super) fn is_type(name: &str) -> bool {
    (1..=40).contains(&name.len())
        && name.bytes().all(|it| it.is_ascii_alphanumeric() || matches!(it, b'-' | b'_' | b'.' | b'/'))
}

/// In which script most of a text is: `han`, `latin`, or `mixed` where each has a tenth; for formats that do not say
/// its language.
pub(super) fn script(text: &str) -> &'static str {
    let letters = text.chars().filter(|it| it.is_alphabetic()).count();
    let han = text.chars().filter(|it| crate::view::is_han(*it)).count();
    match han.saturating_mul(10) {
        0 => "latin",
        it if it < letters => "latin",
        it if it > letters.saturating_mul(9) => "han",
        _ => "mixed",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_goes_before_the_table() {
        let classes = Classes::new(&["gpe".into()], &["Person".into()], &["DATE".into()]);
        let told = ["GPE", "person", "Date", "phone", "ORG", "MISC"].map(|it| classes.of(it));
        let want = [Class::Direct, Class::Quasi, Class::Ignored, Class::Direct, Class::Quasi];
        assert_eq!(told[..5], want.map(Some));
        assert_eq!(told[5], None);
        assert!(Classes::is_person("per") && !Classes::is_person("ORG"));
    }

    #[test]
    fn the_types_of_our_own_are_all_sorted_as_we_sort_them() {
        let classes = Classes::new(&[], &[], &[]);
        for it in crate::entity::EntityType::ALL {
            let ours = match it.class() {
                crate::entity::Class::Direct => Class::Direct,
                crate::entity::Class::Quasi => Class::Quasi,
            };
            assert_eq!(classes.of(it.name()), Some(ours), "{}", it.name());
        }
    }

    #[test]
    fn a_text_has_a_script() {
        for (text, want) in
            [("so we met", "latin"), ("佢話好攰", "han"), ("佢話 so we met", "mixed"), ("", "latin")]
        {
            assert_eq!(script(text), want, "{text}");
        }
    }
}
