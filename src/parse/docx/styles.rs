//! Styles, as far as they hide text (ECMA-376 part 1, 17.7).

use std::collections::BTreeMap;

use super::{
    super::{
        Error,
        xml::{self, Node},
    },
    is_on,
};

/// How long a chain of styles may be.
const MAX_CHAIN: usize = 64;

#[derive(Debug, Default)]
struct Style {
    based_on: String,
    hides: Option<bool>,
}

/// Which styles hide what is written in them.
#[derive(Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is one place where ECMA-376 lets text be hidden")]
pub(super) struct Styles {
    all: BTreeMap<(String, String), Style>,
    pub(super) hidden_by_default: bool,
    pub(super) default_paragraph: bool,
    pub(super) default_run: bool,
    pub(super) default_table: bool,
}

impl Styles {
    pub(super) fn read(xml: &[u8]) -> Result<Self, Error> {
        let mut styles = Self::default();
        let mut path: Vec<String> = Vec::new();
        let mut key = (String::new(), String::new());
        let mut defaults = Vec::new();
        xml::read(xml, |node| {
            match node {
                Node::Open(it) => {
                    let parent = path.iter().rev().map(String::as_str).collect::<Vec<_>>();
                    match (it.name.as_str(), parent.as_slice()) {
                        ("style", _) => {
                            let of = |key: &str| it.get(key).unwrap_or_default().to_owned();
                            key = (of("type"), of("styleId"));
                            if matches!(it.get("default"), Some("1" | "true" | "on")) {
                                defaults.push(key.clone());
                            }
                            styles.all.insert(key.clone(), Style::default());
                        }
                        ("basedOn", ["style", ..]) => {
                            if let Some(style) = styles.all.get_mut(&key) {
                                it.get("val").unwrap_or_default().clone_into(&mut style.based_on);
                            }
                        }
                        ("vanish", ["rPr", "style", ..]) => {
                            if let Some(style) = styles.all.get_mut(&key) {
                                style.hides = Some(is_on(&it));
                            }
                        }
                        ("vanish", ["rPr", "rPrDefault", ..]) => styles.hidden_by_default = is_on(&it),
                        _ => {}
                    }
                    path.push(it.name);
                }
                Node::Close(_) => drop(path.pop()),
                Node::Text(_) => {}
            }
            Ok(())
        })?;
        for (kind, id) in defaults {
            let hides = styles.hides(&kind, &id);
            match kind.as_str() {
                "paragraph" => styles.default_paragraph |= hides,
                "character" => styles.default_run |= hides,
                "table" => styles.default_table |= hides,
                _ => {}
            }
        }
        Ok(styles)
    }

    /// Whether a style or one that it is based on hides text.
    pub(super) fn hides(&self, kind: &str, id: &str) -> bool {
        let mut id = id;
        for _ in 0..MAX_CHAIN {
            let Some(style) = self.all.get(&(kind.to_owned(), id.to_owned())) else { return false };
            if let Some(hides) = style.hides {
                return hides;
            }
            id = &style.based_on;
        }
        false
    }
}
