//! Styles, as far as they hide text or say which pages there are (ODF part 3, 16.2, 16.9 and 20.409).

use std::collections::{BTreeMap, BTreeSet};

use super::super::{
    Error,
    xml::{self, Element, Node},
};

/// How long a chain of styles may be.
const MAX_CHAIN: usize = 64;

#[derive(Debug, Default)]
struct Style {
    parent: String,
    hides: Option<bool>,
}

/// Which styles hide what is written in them, and which pages are used.
#[derive(Debug, Default)]
pub(super) struct Styles {
    all: BTreeMap<(String, String), Style>,
    pub(super) hidden_by_default: bool,
    /// Pages in order, each with the one that follows it.
    pages: Vec<(String, String)>,
    used: BTreeSet<String>,
}

impl Styles {
    /// Adds those of a part.
    pub(super) fn add(&mut self, xml: &[u8]) -> Result<(), Error> {
        let mut key = None;
        xml::read(xml, |node| {
            match node {
                Node::Open(it) => self.open(&it, &mut key),
                Node::Close(name) if name == "style" || name == "default-style" => key = None,
                Node::Close(_) | Node::Text(_) => {}
            }
            Ok(())
        })
    }

    fn open(&mut self, it: &Element, key: &mut Option<(String, String)>) {
        let of = |key: &str| it.get(key).unwrap_or_default().to_owned();
        match it.name.as_str() {
            "style" | "default-style" => {
                let name = (of("family"), of("name"));
                self.all.insert(name.clone(), Style { parent: of("parent-style-name"), hides: None });
                self.used.insert(of("master-page-name"));
                *key = Some(name);
            }
            "master-page" => self.pages.push((of("name"), of("next-style-name"))),
            "text-properties" | "table-properties" => {
                let Some(key) = key else { return };
                let hides = match it.get("display") {
                    Some("none" | "condition" | "false") => Some(true),
                    Some(_) => Some(false),
                    None => None,
                };
                if key.1.is_empty() {
                    self.hidden_by_default |= hides == Some(true) && key.0 == "paragraph";
                } else if hides.is_some()
                    && let Some(style) = self.all.get_mut(key)
                {
                    style.hides = hides;
                }
            }
            _ => {}
        }
    }

    /// Whether a style or one that it is made from hides text; none if none of them says.
    pub(super) fn hides(&self, family: &str, name: &str) -> Option<bool> {
        let mut name = name;
        for _ in 0..MAX_CHAIN {
            let style = self.all.get(&(family.to_owned(), name.to_owned())).filter(|_| !name.is_empty())?;
            if style.hides.is_some() {
                return style.hides;
            }
            name = &style.parent;
        }
        None
    }

    /// The pages that are printed: the first and `Standard`, those that a style asks for, and those that follow them.
    pub(super) fn printed(&self) -> BTreeSet<String> {
        let mut printed: BTreeSet<String> = self.used.clone();
        printed.insert("Standard".to_owned());
        printed.extend(self.pages.first().map(|it| it.0.clone()));
        loop {
            let next = self.pages.iter().filter(|it| printed.contains(&it.0) && !printed.contains(&it.1));
            let next: Vec<String> = next.map(|it| it.1.clone()).collect();
            if next.is_empty() {
                return printed;
            }
            printed.extend(next);
        }
    }
}
