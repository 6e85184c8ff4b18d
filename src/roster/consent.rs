//! What a participant has agreed to, by material and release profile. Default deny.
//!
//! Whether somebody has withdrawn is not told here: a withdrawal is an act of its own.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::item::{Activity, Profile};

/// How far consent reaches. Each step includes those before it.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Ord, PartialOrd, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Reach {
    /// No consent on record. What arrives is sealed all the same, so that nothing is lost, and never released.
    #[default]
    None,
    /// Kept in the archive, not released.
    Archive,
    /// Released to the study's team.
    Team,
    /// Released to others too.
    External,
}

/// A participant's consent: one reach for everything, or one for each material.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Consent {
    everything: Reach,
    materials: BTreeMap<Activity, Reach>,
}

/// A consent cell that says nothing we know.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct UnknownConsent;

impl Consent {
    /// Whether the material may go out under that profile.
    #[must_use]
    pub fn allows(&self, activity: Activity, profile: Profile) -> bool {
        let needed = match profile {
            Profile::Team | Profile::InsiderSafe => Reach::Team,
            Profile::External => Reach::External,
        };
        self.reach(activity) >= needed
    }

    /// How far consent reaches for one material.
    #[must_use]
    pub fn reach(&self, activity: Activity) -> Reach {
        self.materials.get(&activity).copied().unwrap_or(self.everything)
    }

    /// Whether nothing has been agreed to at all.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.everything == Reach::None && self.materials.values().all(|it| *it == Reach::None)
    }

    /// Reads a cell: `team`, or `interview=team; session=archive`. An empty cell is no consent.
    pub(super) fn parse(cell: &str) -> Result<Self, UnknownConsent> {
        let mut consent = Self::default();
        for (n, part) in cell.split([';', '；']).map(str::trim).filter(|it| !it.is_empty()).enumerate() {
            match part.split_once(['=', '＝']) {
                Some((material, reach)) => {
                    let material = material_of(material.trim()).ok_or(UnknownConsent)?;
                    let reach = reach_of(reach.trim()).ok_or(UnknownConsent)?;
                    if consent.materials.insert(material, reach).is_some() {
                        return Err(UnknownConsent);
                    }
                }
                None if n == 0 => consent.everything = reach_of(part).ok_or(UnknownConsent)?,
                None => return Err(UnknownConsent),
            }
        }
        Ok(consent)
    }

    /// The cell in one spelling; for the roster's digest.
    pub(super) fn canonical(&self) -> String {
        let mut cell = format!("{:?}", self.everything);
        for (material, reach) in &self.materials {
            cell.extend([";", material.folder(), "=", &format!("{reach:?}")]);
        }
        cell
    }
}

fn reach_of(word: &str) -> Option<Reach> {
    Some(match word.to_lowercase().as_str() {
        "none" | "no" | "不同意" | "無" => Reach::None,
        "archive" | "只存檔" | "存檔" => Reach::Archive,
        "team" | "團隊" => Reach::Team,
        "external" | "對外" | "公開" => Reach::External,
        _ => return None,
    })
}

fn material_of(word: &str) -> Option<Activity> {
    Activity::from_folder(word).or(match word {
        "訪談" | "訪問" => Some(Activity::Interview),
        "會談" | "面談" | "節數" => Some(Activity::Session),
        "焦點小組" => Some(Activity::Focusgroup),
        "筆記" | "田野筆記" => Some(Activity::Notes),
        "錄音" => Some(Activity::Recording),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(cell: &str, activity: Activity, team: bool, external: bool) {
        let consent = Consent::parse(cell).unwrap();
        assert_eq!(consent.allows(activity, Profile::Team), team, "{cell}");
        assert_eq!(consent.allows(activity, Profile::External), external, "{cell}");
    }

    #[test]
    fn what_is_not_agreed_to_is_denied() {
        check("", Activity::Interview, false, false);
        check("none", Activity::Interview, false, false);
        check("archive", Activity::Interview, false, false);
        check("Team", Activity::Interview, true, false);
        check("external", Activity::Session, true, true);
        check("interview=team; session=archive", Activity::Interview, true, false);
        check("interview=team; session=archive", Activity::Session, false, false);
        check("interview=team; session=archive", Activity::Notes, false, false);
        check("team；會談＝存檔", Activity::Session, false, false);
        check("team；會談＝存檔", Activity::Interview, true, false);
    }

    #[test]
    fn words_that_say_nothing_are_refused() {
        for cell in
            ["yes", "interview", "team; team", "interview=yes", "lunch=team", "interview=team;interview=none"]
        {
            assert_eq!(Consent::parse(cell), Err(UnknownConsent), "{cell}");
        }
    }
}
