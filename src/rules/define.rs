//! What a pattern says by name: `<<name>>` for a definition of its file, `<<list:name>>` for any term of a list.
//! Both are put in before anything is checked, so that the linter and the engine see whole patterns.

use std::{collections::BTreeMap, sync::Arc};

use super::list::List;

/// Definitions may name others, so deep at most.
const MAX_DEPTH: usize = 4;
/// The longest pattern that may come of it.
const MAX_EXPANDED_BYTES: usize = 256 * 1024;

/// A pattern with every name in it replaced. What stands for a name is a group of its own.
///
/// # Errors
///
/// Says what is wrong: a name without end, an unknown one, one that leads back to itself.
pub(super) fn expanded(
    pattern: &str,
    definitions: &BTreeMap<String, String>,
    lists: &BTreeMap<String, Arc<List>>,
) -> Result<String, &'static str> {
    let mut text = pattern.to_owned();
    for _ in 0..MAX_DEPTH {
        if !text.contains("<<") {
            return Ok(text);
        }
        text = once(&text, definitions, lists)?;
        if text.len() > MAX_EXPANDED_BYTES {
            return Err("the pattern is too long with its definitions put in");
        }
    }
    if text.contains("<<") { Err("definitions name each other too deep") } else { Ok(text) }
}

/// A pattern with the definitions of its file put in where it names any; what it cannot find stays as it is.
pub(super) fn put_in(pattern: &str, definitions: &BTreeMap<String, String>) -> String {
    let mut text = pattern.to_owned();
    for _ in 0..MAX_DEPTH {
        for (name, part) in definitions {
            text = text.replace(&format!("<<{name}>>"), &format!("(?:{part})"));
        }
    }
    text
}

fn once(
    text: &str,
    definitions: &BTreeMap<String, String>,
    lists: &BTreeMap<String, Arc<List>>,
) -> Result<String, &'static str> {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("<<") {
        let (name, after) = after.split_once(">>").ok_or("a definition's name has no >>")?;
        out.push_str(before);
        out.push_str("(?:");
        match name.strip_prefix("list:") {
            Some(name) => {
                let list = lists.get(name).ok_or("a pattern names a list that is not there")?;
                out.push_str(&any_of(list));
            }
            None => {
                out.push_str(definitions.get(name).ok_or("a pattern names what the file does not define")?);
            }
        }
        out.push(')');
        rest = after;
    }
    out.push_str(rest);
    Ok(out)
}

/// A pattern for any term, the longest first.
fn any_of(list: &List) -> String {
    let single = |it: &&str| it.chars().count() == 1;
    let terms = list.terms();
    let shown: Vec<&str> = terms.iter().map(|it| it.shown.as_str()).collect();
    let mut longer: Vec<&str> = shown.iter().copied().filter(|it| !single(it)).collect();
    longer.sort_by_key(|it| (usize::MAX.saturating_sub(it.len()), *it));
    let mut parts: Vec<String> = longer.into_iter().map(regex_syntax::escape).collect();
    let class: String = shown.into_iter().filter(single).map(regex_syntax::escape).collect();
    if !class.is_empty() {
        parts.push(format!("[{class}]"));
    }
    parts.join("|")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &str, want: Result<&str, &str>) {
        let definitions = [("name", "[A-Z][a-z]+"), ("full", "<<name>> <<name>>"), ("loop", "<<loop>>x")];
        let definitions = definitions.into_iter().map(|(a, b)| (a.to_owned(), b.to_owned())).collect();
        let list = List::parse("# source: ours; licence: MIT\n王\n歐陽\n李\n", false).unwrap();
        let lists = [("surnames".to_owned(), Arc::new(list))].into();
        let got = expanded(pattern, &definitions, &lists);
        assert_eq!(got.as_deref().map_err(|it| *it), want);
    }

    #[test]
    fn names_are_replaced_by_what_they_stand_for() {
        check("Dr <<name>>", Ok("Dr (?:[A-Z][a-z]+)"));
        check("<<full>>!", Ok("(?:(?:[A-Z][a-z]+) (?:[A-Z][a-z]+))!"));
        check("阿<<list:surnames>>", Ok("阿(?:歐陽|[王李])"));
        check("a < b", Ok("a < b"));
    }

    #[test]
    fn what_no_one_defines_is_refused() {
        check("<<nobody>>", Err("a pattern names what the file does not define"));
        check("<<list:nobody>>", Err("a pattern names a list that is not there"));
        check("<<name", Err("a definition's name has no >>"));
        assert!(expanded("<<a>>", &[("a".into(), "<<a>>".into())].into(), &BTreeMap::new()).is_err());
    }
}
