//! Holds the code to what docs and style say of it, where a machine can tell.
#![expect(
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "tests and their helpers fail by panicking, and are written to be read once"
)]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// The most lines that a file may have without its tests. Aim at 400.
const MAX_LINES: usize = 500;

/// Names that say nothing about what is in a file.
const EMPTY_NAMES: &[&str] = &["mod", "util", "utils", "common", "types", "helpers", "manager", "misc"];

#[test]
fn modules_use_only_what_stands_above_them() {
    let order = modules();
    assert!(order.len() > 20, "lib.rs lists {} modules", order.len());
    let rank = |name: &str| order.iter().position(|it| it == name);
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let Some(module) = module_of(&path).filter(|it| rank(it).is_some()) else { continue };
        for used in crate_paths(without_tests(&text)) {
            if rank(&used) > rank(&module) {
                wrong.push(format!("{}: `{module}` uses `{used}`, which stands below it", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn uses_are_read_in_groups_and_in_nested_groups() {
    let text = "use crate::{a::{b, c}, d, // e\n f::g as h};\nuse crate::i; fn x() -> crate::j::K { crate::l() }\n// crate::m\n";
    assert_eq!(crate_paths(text), ["a", "d", "f", "i", "j", "l"]);
}

#[test]
fn every_exposure_is_justified() {
    let mut calls = 0;
    for (path, text) in sources() {
        let lines: Vec<&str> = text.lines().collect();
        let end = without_tests(&text).lines().count();
        for (n, line) in lines.iter().enumerate().take(end) {
            if !line.contains(".expose(") || line.trim_start().starts_with("//") {
                continue;
            }
            calls += 1;
            let said = lines[n.saturating_sub(3)..=n].iter().any(|it| it.contains("// EXPOSE:"));
            assert!(said, "{}:{}: no `// EXPOSE:` comment above", path.display(), n + 1);
        }
    }
    assert!(calls > 0, "nothing was looked at");
}

#[test]
fn every_error_code_is_explained_and_every_explained_code_exists() {
    let in_code: BTreeSet<_> =
        sources().iter().flat_map(|(_, text)| quoted_codes(without_tests(text))).collect();
    let docs = fs::read_to_string("docs/errors.md").unwrap();
    let rows: Vec<_> = docs.lines().filter_map(|it| code_at(it.strip_prefix("| ")?)).collect();
    let in_docs: BTreeSet<_> = rows.iter().cloned().collect();
    assert_eq!(rows.len(), in_docs.len(), "a code is listed twice");
    assert!(rows.is_sorted(), "the codes are not in order");
    let missing: Vec<_> = in_code.difference(&in_docs).collect();
    let left_over: Vec<_> = in_docs.difference(&in_code).collect();
    assert!(missing.is_empty(), "not in docs/errors.md: {missing:?}");
    assert!(left_over.is_empty(), "in docs/errors.md only: {left_over:?}");
}

#[test]
fn files_are_short_named_and_say_what_they_are_for() {
    for (path, text) in sources() {
        let name = path.file_stem().unwrap().to_str().unwrap();
        assert!(!EMPTY_NAMES.contains(&name), "{}: says nothing", path.display());
        let lines = without_tests(&text).lines().count();
        assert!(lines <= MAX_LINES, "{}: {lines} lines without tests", path.display());
        assert!(text.starts_with("//!"), "{}: does not say what it is for", path.display());
    }
}

fn modules() -> Vec<String> {
    let lib = fs::read_to_string("src/lib.rs").unwrap();
    lib.lines()
        .filter_map(|it| it.trim_start_matches("pub ").strip_prefix("mod ")?.strip_suffix(';'))
        .map(str::to_owned)
        .collect()
}

/// All Rust files under `src`, with their text.
fn sources() -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut todo = vec![PathBuf::from("src")];
    while let Some(dir) = todo.pop() {
        for it in fs::read_dir(dir).unwrap() {
            let path = it.unwrap().path();
            if path.is_dir() {
                todo.push(path);
            } else if path.extension().is_some_and(|it| it == "rs")
                && path.file_stem().is_some_and(|it| it != "tests")
            {
                let text = fs::read_to_string(&path).unwrap();
                found.push((path, text));
            }
        }
    }
    found.sort();
    found
}

/// The module of `lib.rs` that a file belongs to.
fn module_of(path: &Path) -> Option<String> {
    let first = path.strip_prefix("src").ok()?.iter().next()?.to_str()?;
    Some(first.trim_end_matches(".rs").to_owned())
}

/// A file's text up to its unit tests, which stand last.
fn without_tests(text: &str) -> &str {
    text.split("#[cfg(test)]\nmod tests").next().unwrap()
}

/// The first segments of all `crate::…` paths, groups included.
fn crate_paths(text: &str) -> Vec<String> {
    let code: String =
        text.lines().map(|it| it.split("//").next().unwrap()).flat_map(|it| [it, "\n"]).collect();
    let mut found = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        if code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '$') {
            continue;
        }
        let rest = &code[at + "crate::".len()..];
        let Some(group) = rest.strip_prefix('{') else {
            found.push(identifier(rest));
            continue;
        };
        let (mut depth, mut starts) = (0, true);
        for (n, c) in group.char_indices() {
            match c {
                '}' if depth == 0 => break,
                '{' => depth += 1,
                '}' => depth -= 1,
                ',' if depth == 0 => starts = true,
                c if depth == 0 && starts && (c.is_alphabetic() || c == '_') => {
                    starts = false;
                    found.push(identifier(&group[n..]));
                }
                _ => {}
            }
        }
    }
    found
}

fn identifier(text: &str) -> String {
    text.chars().take_while(|it| it.is_alphanumeric() || *it == '_').collect()
}

/// Codes that stand alone in a string: `"SE-03"`.
fn quoted_codes(text: &str) -> Vec<String> {
    text.split('"').filter_map(|it| code_at(it).filter(|code| code == it)).collect()
}

/// The code that a text begins with.
fn code_at(text: &str) -> Option<String> {
    let code = text.get(..5)?;
    let &[a, b, b'-', c, d] = code.as_bytes() else { return None };
    let fits = a.is_ascii_uppercase() && b.is_ascii_uppercase() && c.is_ascii_digit() && d.is_ascii_digit();
    fits.then(|| code.to_owned())
}
