//! The codes of other readers' copies.

use crate::{
    item::{Place, Profile},
    registry::{Drawing, Error},
    roster::Roster,
    transform::profile::Named,
};

/// The numbers of codes: of four digits, and once these are used up, of five and of six.
const NUMBERS: [(u32, u32); 3] = [(1000, 9000), (10_000, 90_000), (100_000, 900_000)];

/// Within what a code stands for the same person: all that the same people say, or for insiders one session's talk.
pub(super) fn space(profile: Profile, place: &Place, ordinal: u32) -> String {
    match profile {
        Profile::Team => String::new(),
        Profile::External => {
            place.voice.codes().iter().map(ToString::to_string).collect::<Vec<_>>().join("+")
        }
        Profile::InsiderSafe => format!("{}#{ordinal}", place.slot_in(None)),
    }
}

/// Which of the items a copy is that have one name but for the number: two folders may hold one person's talk. For
/// insiders every item has a name of its own.
pub(super) fn number(
    draws: &mut Drawing<'_>,
    profile: Profile,
    alias: &str,
    place: &Place,
    ordinal: u32,
) -> Result<u32, Error> {
    if profile != Profile::External {
        return Ok(1);
    }
    let alike = format!("{}_{}_{}", alias, place.wave, place.activity.folder());
    draws.numbered(&alike, &format!("{}#{ordinal}", place.slot_in(None)))
}

/// The code of somebody or something in a space: drawn once, and nobody else's anywhere under this profile.
pub(super) fn draw(
    draws: &mut Drawing<'_>,
    profile: Profile,
    space: &str,
    who: &Named,
    roster: &Roster,
) -> Result<String, Error> {
    let (kind, owner) = match who {
        Named::Coded(code) => {
            let rostered = code.parse().ok().and_then(|it| roster.find(&it));
            let noun = || code.rsplit_once('-').map_or(code.as_str(), |it| it.0).to_owned();
            (rostered.map_or_else(noun, |(_, it)| it.role().to_string()), code.clone())
        }
        Named::Surrogate(entity, value) => (entity.noun().to_owned(), format!("{entity}\0{value}")),
    };
    let owner = format!("{space}\0{owner}");
    let code = |least: u32, n| format!("{kind}-{}", least.saturating_add(n));
    for (least, count) in NUMBERS {
        let pool = format!("{}/{kind}/{least}", profile.name());
        // A real one would be taken for that person's.
        let is_free = |n| code(least, n).parse().ok().and_then(|it| roster.find(&it)).is_none();
        if let Some(n) = draws.lone(&pool, &owner, count, is_free)? {
            return Ok(code(least, n));
        }
    }
    Err(Error::Exhausted)
}
