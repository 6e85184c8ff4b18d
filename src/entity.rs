//! What can identify a person, and what a detector says it has found.
//!
//! A finding holds offsets and names of rules, never the text: it crosses the pipe from the worker and
//! stands in reports.

use std::{fmt, ops::Range, str::FromStr};

use serde::{Deserialize, Serialize};

/// Declares the entity types once: variant, name in rules and settings, default class, word in codes.
macro_rules! entity_types {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $class:ident, $noun:literal;)*) => {
        /// What kind of identifier a finding is.
        #[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd, Hash, Serialize, Deserialize)]
        #[non_exhaustive]
        pub enum EntityType {
            $($(#[$doc])* #[serde(rename = $name)] $variant,)*
        }

        impl EntityType {
            /// All of them, in the order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name in rules, settings and reports: `PERSON`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// Whether it identifies alone or in combination, unless a rule says otherwise.
            #[must_use]
            pub const fn class(self) -> Class {
                match self { $(Self::$variant => Class::$class,)* }
            }

            /// The word that stands in a code: `[hospital-2]`, `[phone]`.
            #[must_use]
            pub const fn noun(self) -> &'static str {
                match self { $(Self::$variant => $noun,)* }
            }
        }
    };
}

entity_types! {
    /// A person's name, nickname or initials.
    Person = "PERSON", Direct, "person";
    /// A telephone or fax number.
    Phone = "PHONE", Direct, "phone";
    /// An e-mail address.
    Email = "EMAIL", Direct, "email";
    /// A web address.
    Url = "URL", Direct, "url";
    /// An account name on a platform.
    Handle = "HANDLE", Direct, "handle";
    /// An IP or MAC address.
    NetworkAddress = "NETWORK_ADDRESS", Direct, "network address";
    /// A Hong Kong identity card number.
    Hkid = "HKID", Direct, "identity card";
    /// A passport or travel document number.
    Passport = "PASSPORT", Direct, "passport";
    /// Any other number given to one person: patient, staff, case, social security.
    IdNumber = "IDNUM", Direct, "id number";
    /// A payment card, bank account or stored-value card number.
    Account = "ACCOUNT", Direct, "account";
    /// A vehicle's registration mark.
    Plate = "PLATE", Direct, "plate";
    /// A street address, flat, block or estate with number.
    Address = "ADDRESS", Direct, "address";
    /// Geographic coordinates.
    Coordinates = "COORDINATES", Direct, "coordinates";
    /// A place: district, estate, station, country.
    Place = "LOC", Quasi, "place";
    /// An organisation: employer, school, NGO.
    Organisation = "ORG", Quasi, "organisation";
    /// A hospital, clinic or other service of care.
    Service = "SERVICE", Quasi, "service";
    /// A date, festival or spoken day.
    Date = "DATE", Quasi, "date";
    /// A person's age.
    Age = "AGE", Quasi, "age";
    /// What somebody works as.
    Occupation = "OCCUPATION", Quasi, "occupation";
    /// Ethnicity, religion, nationality, marital status.
    Demographic = "DEMOGRAPHIC", Quasi, "demographic";
    /// A bus, minibus or train route that tells where somebody lives.
    Route = "ROUTE", Quasi, "route";
    /// An event that many would recognise.
    Event = "EVENT", Quasi, "event";
}

impl fmt::Display for EntityType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for EntityType {
    type Err = UnknownEntity;

    fn from_str(name: &str) -> Result<Self, UnknownEntity> {
        Self::ALL.iter().copied().find(|it| it.name() == name).ok_or(UnknownEntity)
    }
}

/// There is no entity type of that name.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("there is no entity type of that name")]
pub struct UnknownEntity;

/// How an identifier identifies (ISO/IEC 20889).
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// By itself.
    Direct,
    /// Together with others.
    Quasi,
}

/// How sure a finding is, which decides what happens to it.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tier {
    /// Left as it is unless a reviewer says otherwise; ranked and decided once per distinct string.
    Possible,
    /// Transformed, and shown to the reviewer.
    Probable,
    /// Transformed.
    Certain,
}

/// Which layer of detection spoke.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Layer {
    /// A rule of a pack.
    Rule,
    /// A list of a pack.
    Gazetteer,
    /// The study's roster.
    Roster,
    /// The statistical name finder.
    Model,
    /// A name found elsewhere in the same item.
    Sweep,
    /// A speaker label, as the parser saw it.
    Label,
    /// A reviewer.
    Reviewer,
}

/// A person of the roster, by their place in it. Means nothing without that roster.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Ord, PartialOrd, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PersonIndex(pub u16);

/// Where an identifier stands and why it is believed to be one. Never the text itself.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// Bytes of the transcript's text, half-open, on character boundaries.
    pub span: Range<usize>,
    /// What it is.
    pub entity: EntityType,
    /// Whether it identifies alone.
    pub class: Class,
    /// How sure.
    pub tier: Tier,
    /// 0 to 100.
    pub confidence: u8,
    /// Who says so.
    pub layer: Layer,
    /// The rule's or list's id: `hk.hkid`, `roster.full`, `sweep`.
    pub rule: String,
    /// The person of the roster that it names, if the roster knows.
    pub person: Option<PersonIndex>,
    /// Generalisation ladder, nearest rung first, where a gazetteer knows one: estate → district → region.
    pub ladder: Vec<String>,
}

impl Finding {
    /// Whether the transform takes it out without asking.
    #[must_use]
    pub fn is_transformed(&self) -> bool {
        self.tier >= Tier::Probable
    }

    /// Whether it is a name that is found by likelihood, in which a model has a say where there is one.
    #[must_use]
    pub fn is_weighed(&self) -> bool {
        match self.layer {
            Layer::Model => true,
            Layer::Rule | Layer::Gazetteer | Layer::Sweep => {
                self.entity == EntityType::Person && self.tier != Tier::Certain
            }
            Layer::Roster | Layer::Label | Layer::Reviewer => false,
        }
    }

    /// Whether it is an alias of somebody in the roster, also if the alias is a word.
    #[must_use]
    pub fn is_rostered(&self) -> bool {
        self.person.is_some() || self.layer == Layer::Roster || self.rule.starts_with("roster.")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_back_as_types() {
        for it in EntityType::ALL {
            assert_eq!(it.name().parse(), Ok(*it));
        }
        assert_eq!("person".parse::<EntityType>(), Err(UnknownEntity));
    }
}
