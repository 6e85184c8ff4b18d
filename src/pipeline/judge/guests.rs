//! Participants who speak in an item and whom its place does not name: the other one of the pair in an interview, somebody
//! of another pair in a group. Consent is denied by default, so theirs is asked too, as soon as their labels are read.

use super::{Coded, Fate, Judged, Recorded, Seen, reason};
use crate::{
    id::Code,
    item::{Place, Profile},
    roster::{Roster, speaker::Speaker},
    secret::Sensitive,
    transcript::Role,
};

/// Notes an item's guests. One without the consent of each is sealed as it was dropped, and goes no further.
pub(super) fn ask(roster: &Roster, seen: Seen) -> Result<Seen, Box<Judged>> {
    let guests = of(roster, &seen);
    note(roster, seen, guests)
}

/// The same of guests whom only the codes tell: the roster has their code of before beside their names.
pub(super) fn ask_coded(roster: &Roster, coded: Coded) -> Result<Coded, Box<Judged>> {
    let speak = coded.codes.labels.values().filter_map(|it| it.parse().ok());
    let guests = among(roster, &coded.seen.read.place, speak);
    let seen = note(roster, coded.seen, guests)?;
    Ok(Coded { seen, ..coded })
}

fn note(roster: &Roster, mut seen: Seen, guests: Vec<Code>) -> Result<Seen, Box<Judged>> {
    let known = &mut seen.read.item.facts.guests;
    known.extend(guests);
    known.sort();
    known.dedup();
    if roster.all_allow(known, seen.read.place.activity, Profile::Team) {
        return Ok(seen);
    }
    let Seen { read, detected, .. } = seen;
    // EXPOSE: the text is the bytes of the drop where those are not at hand; it is sealed.
    let text = || Sensitive::new(detected.text().expose().clone().into_bytes());
    let bytes = read.bytes.unwrap_or_else(text);
    let mut item = read.item;
    item.facts.verdict = Some(Recorded::Kept);
    item.facts.reason = Some(reason::NO_CONSENT.to_owned());
    Err(Box::new(Judged {
        claimed: item.claimed,
        study: item.study,
        facts: item.facts,
        fate: Fate::Keep(bytes),
    }))
}

/// The participants among codes, but for those whom the place names. In order, each once.
pub(in crate::pipeline) fn among(
    roster: &Roster,
    place: &Place,
    codes: impl Iterator<Item = Code>,
) -> Vec<Code> {
    let is_guest = |it: &Code| {
        !place.voice.codes().contains(it) && roster.find(it).is_some_and(|(_, it)| it.is_participant())
    };
    let mut guests: Vec<Code> = codes.filter(is_guest).collect();
    guests.sort();
    guests.dedup();
    guests
}

/// Their codes, in order.
fn of(roster: &Roster, seen: &Seen) -> Vec<Code> {
    let place = &seen.read.place;
    let speakers = roster.speakers(place);
    // EXPOSE: compared with the roster; codes go on.
    let text = seen.detected.text().expose();
    let labels = seen.detected.layout().pieces.iter().filter(|it| it.role == Role::Label);
    let mut labels: Vec<&str> = labels.filter_map(|it| text.get(it.range())).collect();
    labels.sort_unstable();
    labels.dedup();
    let speak = labels.into_iter().filter_map(|it| match speakers.of(it) {
        Speaker::Person(_, code) => Some(code),
        Speaker::Role | Speaker::Unknown => None,
    });
    among(roster, place, speak)
}
