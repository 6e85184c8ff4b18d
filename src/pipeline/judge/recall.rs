//! Names that other items of the group have told, in items where no rule sees them. In the daemon: the worker has no
//! key, and knows no other item.

use super::{Seen, carry, count};
use crate::{
    detect::recall,
    entity::{EntityType, Tier},
    pipeline::{Error, study::StudyLine},
    registry::{Registry, Scope},
    roster::name_key::NameKey,
    transform::mentions,
    verify::decision_digest,
};

/// Adds them to a batch of items, of which each is told what the others bring.
pub(super) fn recalled(
    registry: &mut Registry,
    study: &StudyLine,
    names: &NameKey,
    seen: Vec<Seen>,
) -> Result<Vec<Seen>, Error> {
    let mut own = Vec::with_capacity(seen.len());
    for it in &seen {
        let place = &it.read.place;
        let scope = Scope { study: place.study.clone(), group: place.group.clone() };
        let mentions = mentions(&it.detected, &study.roster.speakers(place), &study.rungs);
        let brought = registry.learn(&scope, mentions.names())?;
        own.push((scope, brought));
    }
    seen.into_iter()
        .zip(&own)
        .map(|(mut it, (scope, own))| {
            let mut found = recall::recall(&it.detected, &mut registry.others(scope, own), &study.words);
            // EXPOSE: into keyed digests.
            let text = it.detected.text().expose();
            for finding in &mut found {
                let name = text.get(finding.span.clone()).unwrap_or_default();
                // What somebody let stand is asked about again, whatever is known of it since.
                if study.decisions.contains_key(&decision_digest(names, EntityType::Person, name)) {
                    finding.tier = finding.tier.min(Tier::Probable);
                }
            }
            if found.is_empty() {
                return Ok(it);
            }
            let mut more = crate::detect::Scan { findings: found, uncovered: Vec::new(), weighed: false };
            it.let_stand.extend(carry(names, &study.decisions, &it.detected, &mut more));
            it.detected = recall::add(it.detected, more.findings).map_err(|_| Error::Report)?;
            it.read.item.facts.counts.clear();
            count(&mut it.read.item.facts, &it.detected.state().scan().findings);
            Ok(it)
        })
        .collect()
}
