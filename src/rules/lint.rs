//! What the linter refuses in a rule, beyond its shape. Each entry comes from a failure of a known tool.

use super::schema::{Lookup, Rule, RuleClass, Status};
use crate::view::is_han;

/// The longest id of a rule.
pub(super) const MAX_RULE_ID_BYTES: usize = 64;

/// What is wrong with a rule, if anything.
pub(super) fn rule(rule: &Rule) -> Result<(), &'static str> {
    if !is_rule_id(&rule.id) {
        return Err("an id is 1 to 64 of a-z, 0-9, dot and hyphen");
    }
    if rule.title.trim().is_empty() || rule.why.trim().is_empty() {
        return Err("title and why say something");
    }
    if rule.status == Status::Retired {
        return Ok(());
    }
    let ways = [!rule.patterns.is_empty(), rule.list.is_some(), rule.finder.is_some()];
    if ways.iter().filter(|it| **it).count() != 1 {
        return Err("a rule has either patterns or a list or a finder");
    }
    let keep = rule.class == RuleClass::Keep;
    if keep == rule.entity.is_some() {
        return Err("a keep rule has no entity, every other rule has one");
    }
    if keep == rule.confidence.is_some() || keep && rule.threshold.is_some() {
        return Err("a keep rule has no confidence, every other rule has one");
    }
    let share = |it: Option<f64>| it.is_none_or(|it| (0.0..=1.0).contains(&it));
    let invalid = rule.on_invalid.as_ref().and_then(|it| it.confidence);
    if !share(rule.confidence) || !share(rule.threshold) || !share(invalid) {
        return Err("confidence and threshold are numbers from 0 to 1");
    }
    if rule.on_invalid.is_some() && rule.validator.is_none() {
        return Err("on_invalid needs a validator");
    }
    if rule.need_near && rule.near.is_none() {
        return Err("need_near needs near");
    }
    let signs = |all: &Option<super::schema::OneOrMany<super::schema::Near>>, sign: f64| {
        all.as_ref().is_none_or(|all| {
            all.as_slice().iter().all(|it| {
                it.add * sign >= 0.0 && it.within > 0 && (it.list.is_some() || !it.words.is_empty())
            })
        })
    };
    if !signs(&rule.near, 1.0) || !signs(&rule.not_near, -1.0) {
        return Err("near adds, not_near takes away, both have words and a distance");
    }
    if rule.must_match.is_empty() {
        return Err("there is no must_match");
    }
    if rule.must_not_match.is_empty() {
        return Err("there is no must_not_match");
    }
    if rule.must_not_match.iter().any(|it| it.get_ref().because.trim().is_empty()) {
        return Err("a must_not_match says because of what");
    }
    if rule.id.starts_with("hk.")
        && !rule.must_match.iter().any(|it| beside_han(&it.get_ref().text, &it.get_ref().find))
    {
        return Err("a Hong Kong rule has a must_match in or directly beside Han text");
    }
    rule.patterns.iter().try_for_each(|it| pattern(it.get_ref()))
}

/// What is wrong with a lookup, if anything; `weighed` if its list has weights.
pub(super) const fn lookup(lookup: &Lookup, weighed: bool) -> Result<(), &'static str> {
    if lookup.min > 0 && !weighed {
        return Err("min asks for weights, which only a .fst list has");
    }
    Ok(())
}

/// Whether it can stand in reports and settings.
pub(crate) fn is_rule_id(id: &str) -> bool {
    (1..=MAX_RULE_ID_BYTES).contains(&id.len())
        && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'-'))
}

/// Look-around does not exist in this syntax; what remains is what does not do what it seems to.
pub(super) fn pattern(pattern: &str) -> Result<(), &'static str> {
    for around in ["(?=", "(?!", "(?<=", "(?<!"] {
        if pattern.contains(around) {
            return Err("look-around does not exist here: use bound, near or forbid");
        }
    }
    let rest = ["(?-u:\\b)", "(?-u:\\w)", "(?-u:\\w+)", "(?-u:\\w*)"]
        .iter()
        .fold(pattern.to_owned(), |rest, it| rest.replace(it, ""));
    let mut signs = rest.chars();
    while let Some(sign) = signs.next() {
        if sign == '\\' {
            match signs.next() {
                Some('b' | 'B') => return Err("\\b fails beside Han text: use bound or (?-u:\\b)"),
                Some('w' | 'W') => {
                    return Err("\\w takes Han characters too: write the letters, or (?-u:\\w)");
                }
                Some(_) | None => {}
            }
        }
    }
    Ok(())
}

fn beside_han(text: &str, find: &str) -> bool {
    let Some(at) = text.find(find) else { return false };
    let before = text.get(..at).and_then(|it| it.chars().next_back());
    let after = text.get(at.saturating_add(find.len())..).and_then(|it| it.chars().next());
    find.chars()
        .chain(before)
        .chain(after)
        .any(|it| is_han(it) || matches!(it, '\u{3000}'..='\u{303F}' | '\u{FF00}'..='\u{FFEF}'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fails_beside_han_is_refused() {
        for bad in [r"\bHKID", r"\w+@", r"a(?=b)", r"(?<!x)y", r"\\\b", r"(?-u:\b)x\B"] {
            assert!(pattern(bad).is_err(), "{bad}");
        }
        for good in [r"(?-u:\b)HKID(?-u:\b)", r"\\b", r"[a-z]+", r"(?P<v>\d)", r"(?-u:\w+)@"] {
            assert!(pattern(good).is_ok(), "{good}");
        }
    }

    #[test]
    fn beside_han_means_directly() {
        assert!(beside_han("電話91234567呀", "91234567"));
        assert!(beside_han("I live in 沙田 now", "沙田"));
        assert!(!beside_han("電話 is 91234567 now", "91234567"));
    }

    #[test]
    fn ids_are_plain() {
        assert!(is_rule_id("hk.hkid-2") && is_rule_id(&"a".repeat(MAX_RULE_ID_BYTES)));
        assert!(!is_rule_id("") && !is_rule_id("HK") && !is_rule_id("陳") && !is_rule_id("a b"));
        assert!(!is_rule_id(&"a".repeat(MAX_RULE_ID_BYTES + 1)));
    }
}
