//! Carries what reviewers have decided about strings into items that have them, too.

use std::collections::BTreeMap;

use crate::{
    detect::{self, Scan},
    entity::{Finding, Layer, Tier},
    id::Digest,
    registry::Decision,
    roster::name_key::NameKey,
    transcript::Transcript,
    verify::decision_digest,
};

/// What a reviewer has decided about a string holds for it wherever it is not certain; to let it stand holds for
/// no alias of the roster: it may be a word there, and somebody's name here. Returns what is let stand.
pub(in crate::pipeline) fn carry<S>(
    names: &NameKey,
    decisions: &BTreeMap<Digest, Decision>,
    transcript: &Transcript<S>,
    scan: &mut Scan,
) -> Vec<Finding> {
    let mut let_stand = Vec::new();
    if decisions.is_empty() {
        return let_stand;
    }
    // EXPOSE: strings go into keyed digests.
    let text = transcript.text().expose();
    scan.findings.retain_mut(|finding| {
        if finding.tier == Tier::Certain {
            return true;
        }
        let string = text.get(finding.span.clone()).unwrap_or_default();
        match decisions.get(&decision_digest(names, finding.entity, string)) {
            Some(Decision::Keep) => {
                if !finding.is_rostered() {
                    let_stand.push(finding.clone());
                }
                finding.is_rostered()
            }
            Some(Decision::Redact) => {
                (finding.tier, finding.layer) = (Tier::Certain, Layer::Reviewer);
                true
            }
            None => true,
        }
    });
    // Two possible ones may overlap; transformed ones must not.
    detect::resolved(scan);
    let_stand
}
