//! Layers (ISO 32000-2, 8.11): which are off when the file is opened.

use std::collections::BTreeSet;

use super::{
    Error,
    file::File,
    lexer::{Dict, Object},
};

/// The most layers that a file may have.
const MAX_LAYERS: usize = 16_384;

/// The layers that are off, by the numbers of their objects.
#[derive(Debug, Default)]
pub(super) struct Layers(BTreeSet<u32>);

impl Layers {
    pub(super) fn read(file: &File<'_>, root: &Dict) -> Result<Self, Error> {
        let Some(all) = file.dict(root.get(b"OCProperties".as_slice()))? else { return Ok(Self::default()) };
        let numbers = |object: Option<&Object>| -> Result<BTreeSet<u32>, Error> {
            let Object::Array(all) = file.resolved(object)? else { return Ok(BTreeSet::new()) };
            if all.len() > MAX_LAYERS {
                return Err(Error::TooMuch);
            }
            Ok(all
                .iter()
                .filter_map(|it| if let Object::Reference(n) = it { Some(*n) } else { None })
                .collect())
        };
        let shown = file.dict(all.get(b"D".as_slice()))?.unwrap_or_default();
        let mut off = numbers(shown.get(b"OFF".as_slice()))?;
        if file.resolved(shown.get(b"BaseState".as_slice()))?.name() == Some(b"OFF") {
            let on = numbers(shown.get(b"ON".as_slice()))?;
            off.extend(numbers(all.get(b"OCGs".as_slice()))?.difference(&on));
        }
        Ok(Self(off))
    }

    /// Whether what belongs to a layer, or to several of them, is not shown.
    pub(super) fn hide(&self, file: &File<'_>, object: &Object) -> Result<bool, Error> {
        if self.0.is_empty() {
            return Ok(false);
        }
        if let Object::Reference(n) = object
            && self.0.contains(n)
        {
            return Ok(true);
        }
        let Some(dict) = file.dict(Some(object))? else { return Ok(false) };
        // An expression is not evaluated: what it may hide is read.
        if file.resolved(dict.get(b"Type".as_slice()))?.name() != Some(b"OCMD")
            || dict.contains_key(b"VE".as_slice())
        {
            return Ok(false);
        }
        let Some(groups) = dict.get(b"OCGs".as_slice()) else { return Ok(false) };
        let groups = file.resolve(groups)?.into_array().unwrap_or_else(|| vec![groups.clone()]);
        let is_off = |it: &Object| matches!(it, Object::Reference(n) if self.0.contains(n));
        let (off, on) = (groups.iter().any(is_off), groups.iter().any(|it| !is_off(it)));
        let policy = file.resolved(dict.get(b"P".as_slice()))?;
        Ok(!groups.is_empty()
            && match policy.name() {
                Some(b"AllOn") => off,
                Some(b"AnyOff") => !off,
                Some(b"AllOff") => on,
                _ => !on,
            })
    }
}
