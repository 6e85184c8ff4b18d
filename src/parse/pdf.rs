//! PDF (ISO 32000-2) with a text layer: what is seen on its pages, as paragraphs.
//!
//! ```text
//! bytes ──file──▶ objects ──content──▶ glyphs and their places ──lines──▶ lines ──paragraphs──▶ text
//! ```
//!
//! Only what the pages of the newest version show is read: no properties, comments, outlines, attachments, scripts,
//! no layer that is off, nothing beyond the edge of a page and no earlier version. It is strict where other readers
//! repair: a table of objects that is wrong, and characters that no table names, are errors.

mod cmap;
mod columns;
mod content;
mod encodings;
mod file;
mod filters;
mod font;
mod layers;
mod lexer;
mod lines;
mod matrix;
mod paragraphs;

use std::{collections::BTreeSet, rc::Rc};

use self::{
    content::{Reader, Shows},
    file::File,
    font::Fonts,
    layers::Layers,
    lexer::{Dict, Object},
    matrix::Box,
};
use super::Error;
use crate::transcript::{LeftOut, Omission};

/// The most pages.
const MAX_PAGES: usize = 10_000;
/// The most lines.
const MAX_LINES: usize = 128 * 1024;
/// The most bytes of text.
const MAX_TEXT_BYTES: usize = 16 * 1024 * 1024;
/// The most objects that the nodes of the tree above a page may hold.
const MAX_HELD: usize = 128 * 1024;
/// How deep the tree of pages may be.
const MAX_DEPTH: usize = 48;
/// The most fields of a form.
const MAX_FIELDS: usize = 65_536;
/// The part of a page from which on a picture on it may be a scan of it.
const SCAN: f64 = 0.5;
/// The part of a page that lines can go to, at least: what ends before it was not broken off.
const REACH: f64 = 0.6;

/// The paragraphs, a line each.
pub(super) fn read(bytes: &[u8], left_out: &mut LeftOut) -> Result<String, Error> {
    let file = File::open(bytes)?;
    let root = file.root()?;
    // A folder of files shows a cover, and the files are what was meant; so it is with the older kind of form.
    let form = file.dict(root.get(b"AcroForm".as_slice()))?.unwrap_or_default();
    if root.contains_key(b"Collection".as_slice()) || form.contains_key(b"XFA".as_slice()) {
        return Err(Error::Parts);
    }
    let mut left = MAX_FIELDS;
    if is_filled(&file, form.get(b"Fields".as_slice()), 0, &mut left)? {
        return Err(Error::Parts);
    }
    let layers = Layers::read(&file, &root)?;
    let (mut fonts, mut operators) = (Fonts::new(), content::MAX_OPERATORS);
    let (mut all, mut lines, mut said) = (Vec::new(), 0_usize, 0_usize);
    let mut take = |page: Page| {
        *left_out += (Omission::Comments, remarks(&file, page.remarks.as_ref())?);
        let reader = Reader::new(&file, &layers, &mut fonts, &mut operators, page.sheet);
        let shows = reader.page(&page.contents, &page.resources)?;
        if shows.pictures > 0.0 {
            left_out.add(Omission::Pictures);
        }
        let page = lines::lines(seen(shows, page.sheet)?, page.sheet.part(REACH))?;
        lines = lines.saturating_add(page.len());
        said = page.iter().fold(said, |sum, it| sum.saturating_add(it.text.len()));
        if said > MAX_TEXT_BYTES {
            return Err(Error::TooLong);
        }
        if lines > MAX_LINES {
            return Err(Error::TooMuch);
        }
        all.push(page);
        Ok(())
    };
    let mut tree = Tree { file: &file, take: &mut take, seen: BTreeSet::new(), pages: 0, held: 0 };
    tree.node(root.get(b"Pages".as_slice()).ok_or(Error::Damaged)?, &Above::default(), 0)?;
    let names = file.dict(root.get(b"Names".as_slice()))?.unwrap_or_default();
    let has_files = names.contains_key(b"EmbeddedFiles".as_slice());
    if has_files {
        left_out.add(Omission::Objects);
    }
    if all.iter().all(Vec::is_empty) {
        return Err(if has_files { Error::Parts } else { Error::NoText });
    }
    super::prose::text(paragraphs::paragraphs(all))
}

/// What a reader sees of a page: what is drawn, or, of a scan, what was recognised on it.
fn seen(shows: Shows, sheet: Box) -> Result<Vec<content::Glyph>, Error> {
    let is_scan = shows.pictures >= SCAN * sheet.area() && shows.pictures > 0.0;
    let is_text = |it: &content::Glyph| it.text.as_deref().is_none_or(|it| !it.trim().is_empty());
    if is_scan && !shows.glyphs.iter().any(is_text) {
        return Err(Error::NoText);
    }
    let has_seen = shows.glyphs.iter().any(|it| it.is_seen && is_text(it));
    let mut glyphs = shows.glyphs;
    glyphs.retain(|it| it.is_seen || is_scan || !has_seen);
    Ok(glyphs)
}

/// How many remarks somebody has put on a page. Text that was typed over it is no remark, and not read either.
fn remarks(file: &File<'_>, annotations: Option<&Object>) -> Result<u64, Error> {
    let Object::Array(all) = file.resolved(annotations)? else { return Ok(0) };
    let mut count = 0_u64;
    for it in all.iter().take(MAX_FIELDS) {
        let Some(it) = file.dict(Some(it))? else { continue };
        let Object::Name(kind) = file.resolved(it.get(b"Subtype".as_slice()))? else { continue };
        match kind.as_slice() {
            b"FreeText" => return Err(Error::Parts),
            b"Link" | b"Widget" | b"Popup" => {}
            _ => count = count.saturating_add(1),
        }
    }
    Ok(count)
}

/// Whether somebody filled in a form: what they wrote is no part of the page.
fn is_filled(
    file: &File<'_>,
    fields: Option<&Object>,
    depth: usize,
    left: &mut usize,
) -> Result<bool, Error> {
    let Object::Array(fields) = file.resolved(fields)? else { return Ok(false) };
    if depth > MAX_DEPTH {
        return Err(Error::TooMuch);
    }
    for field in &fields {
        *left = left.checked_sub(1).ok_or(Error::TooMuch)?;
        let Some(field) = file.dict(Some(field))? else { continue };
        let is_said = match file.resolved(field.get(b"V".as_slice()))? {
            Object::String(it) => !it.is_empty() && it != b"\xFE\xFF",
            Object::Name(it) => it != b"Off" && !it.is_empty(),
            Object::Array(it) => !it.is_empty(),
            Object::Dict(_) | Object::Stream(..) | Object::Number(_) | Object::Bool(_) => true,
            Object::Null | Object::Reference(_) => false,
        };
        if is_said || is_filled(file, field.get(b"Kids".as_slice()), depth.saturating_add(1), left)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// A page, with what those above it say.
struct Page {
    contents: Object,
    resources: Rc<Dict>,
    /// What of the space is on it.
    sheet: Box,
    /// What lies over it.
    remarks: Option<Object>,
}

/// What a page has of those above it, unless it says it itself (7.7.3.4).
#[derive(Clone, Default)]
struct Above {
    resources: Rc<Dict>,
    media: Option<Box>,
    crop: Option<Box>,
}

/// The tree of pages.
struct Tree<'f, 'b> {
    file: &'f File<'b>,
    take: &'f mut dyn FnMut(Page) -> Result<(), Error>,
    seen: BTreeSet<u32>,
    pages: usize,
    held: usize,
}

impl Tree<'_, '_> {
    fn node(&mut self, object: &Object, above: &Above, depth: usize) -> Result<(), Error> {
        if depth > MAX_DEPTH || self.pages >= MAX_PAGES {
            return Err(Error::TooMuch);
        }
        if let Object::Reference(n) = object
            && !self.seen.insert(*n)
        {
            return Err(Error::Damaged);
        }
        let mut own = self.file.dict(Some(object))?.ok_or(Error::Damaged)?;
        let mut has = above.clone();
        if let Some(it) = self.file.dict(own.get(b"Resources".as_slice()))? {
            has.resources = Rc::new(it);
        }
        let corners = |key: &[u8]| Ok(self.file.numbers(own.get(key))?.and_then(|it| Box::of(&it)));
        has.media = corners(b"MediaBox")?.or(has.media);
        has.crop = corners(b"CropBox")?.or(has.crop);
        if let Some(kids) = own.get(b"Kids".as_slice()) {
            let Object::Array(kids) = self.file.resolve(kids)? else { return Err(Error::Damaged) };
            drop(own);
            let holds = kids.len().saturating_add(has.resources.values().map(Object::weight).sum());
            self.held = self.held.saturating_add(holds);
            if self.held > MAX_HELD {
                return Err(Error::TooMuch);
            }
            for kid in &kids {
                self.node(kid, &has, depth.saturating_add(1))?;
            }
            self.held = self.held.saturating_sub(holds);
            return Ok(());
        }
        let media = has.media.ok_or(Error::Damaged)?;
        let sheet = has.crop.map_or(media, |it| it.and(media));
        if sheet.area() <= 0.0 {
            return Err(Error::Damaged);
        }
        let contents = own.remove(b"Contents".as_slice()).unwrap_or(Object::Null);
        let remarks = own.remove(b"Annots".as_slice());
        self.pages = self.pages.saturating_add(1);
        (self.take)(Page { contents, resources: has.resources, sheet, remarks })
    }
}

#[cfg(test)]
mod tests;
