//! Participants who speak in an item and whom its place does not name: the other one of the pair in an interview, somebody
//! of another pair in a group. Consent is denied by default, so theirs is asked too, as soon as their labels are read.

use super::{Fate, Judged, Recorded, Seen, reason};
use crate::{
    id::Code,
    item::Profile,
    roster::{Roster, speaker::Speaker},
    secret::Sensitive,
    transcript::Role,
};

/// Notes an item's guests. One without the consent of each is sealed as it was dropped, and goes no further.
pub(super) fn ask(roster: &Roster, mut seen: Seen) -> Result<Seen, Box<Judged>> {
    let guests = of(roster, &seen);
    let allowed = roster.all_allow(&guests, seen.read.place.activity, Profile::Team);
    seen.read.item.facts.guests = guests;
    if allowed {
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
    let is_guest = |it: &Code| {
        !place.voice.codes().contains(it) && roster.find(it).is_some_and(|(_, it)| it.is_participant())
    };
    let mut guests: Vec<Code> = speak.filter(is_guest).collect();
    guests.sort();
    guests.dedup();
    guests
}
