//! Web pages (HTML): what a browser without scripts would show, paragraph by paragraph. Tolerant as browsers are: every
//! page means something.
//!
//! Not read: the head, scripts, styles, comments, attributes, pictures, frames, templates, choices of forms, and what an
//! element itself says is hidden. What only a style sheet hides is read.

mod entities;
mod tokens;

use encoding_rs::{BIG5, Encoding, GB18030, GBK, REPLACEMENT, UTF_8, UTF_16BE, UTF_16LE};

use self::tokens::{Tag, Token, Tokens};
use super::{Error, decode, prose::Pages, rows::LINE};
use crate::transcript::{LeftOut, MAX_TRANSCRIPT_BYTES, Omission};

/// The most tags of a page, and how deep elements may stand in each other.
const MAX_TAGS: usize = 999_999;
const MAX_DEPTH: usize = 256;
/// Where a page says what it is in: browsers look at the first 1024 bytes; some programs write more before it.
const HEAD_BYTES: usize = 4096;

/// The paragraphs, a line each; a row of a table is one, its cells apart by tabs.
pub(super) fn read(bytes: &[u8], left_out: &mut LeftOut) -> Result<String, Error> {
    let page = decoded(bytes)?;
    if !page.contains('<') || page.starts_with("{\\rtf") || page.starts_with("%PDF") {
        return Err(Error::Mismatch);
    }
    paragraphs(&page, left_out)
}

/// The same of a page that is text already.
pub(super) fn paragraphs(page: &str, left_out: &mut LeftOut) -> Result<String, Error> {
    let mut reader = Reader::default();
    for (n, token) in Tokens::new(page).enumerate() {
        if n > 8 * MAX_TAGS || reader.tags > MAX_TAGS {
            return Err(Error::TooMuch);
        }
        match token {
            Token::Start(it) => reader.start(&it)?,
            Token::End(it) => reader.end(&it)?,
            Token::Text(it) => reader.text(it, false),
            Token::Raw(it) => reader.text(it, true),
            Token::Character(it) => reader.character(it),
            Token::Lost => return Err(Error::LostCharacters),
        }
    }
    reader.pop_to(0)?;
    reader.flush()?;
    *left_out += &reader.left_out;
    reader.pages.finish()
}

/// What the page says that it is in, if what it is in can be that.
fn decoded(bytes: &[u8]) -> Result<String, Error> {
    if bytes.len() > MAX_TRANSCRIPT_BYTES {
        return Err(Error::TooLong);
    }
    let said = match declared(bytes) {
        Some(label) if Encoding::for_bom(bytes).is_none() => {
            Some(Encoding::for_label(&label).ok_or(Error::Encoding)?)
        }
        _ => None,
    };
    let said = match said {
        Some(it) if it == REPLACEMENT => return Err(Error::Encoding),
        Some(it) if it == UTF_16LE || it == UTF_16BE => Some(UTF_8),
        Some(it) if it == GBK => Some(GB18030),
        it => it,
    };
    let Some(said) = said.filter(|_| !bytes.is_ascii()) else { return Ok(decode::decode(bytes)?.0) };
    let is_utf_8 = std::str::from_utf8(bytes).is_ok();
    if said == UTF_8 || bytes.contains(&0) {
        let (text, found) = decode::decode(bytes)?;
        return if found == UTF_8.name() || found.starts_with("UTF-16") {
            Ok(text)
        } else {
            Err(Error::Encoding)
        };
    }
    if is_utf_8 && said != BIG5 && said != GB18030
        || decode::decode(bytes).is_ok_and(|it| it.1 != said.name())
    {
        // A browser would show other words than whoever looks at the bytes.
        return Err(Error::Encoding);
    }
    let text = said.decode_without_bom_handling_and_without_replacement(bytes).ok_or(Error::Encoding)?;
    if text.len() > MAX_TRANSCRIPT_BYTES { Err(Error::TooLong) } else { Ok(text.into_owned()) }
}

/// The label in the first `<meta` that has one.
fn declared(bytes: &[u8]) -> Option<Vec<u8>> {
    let head = bytes.get(..HEAD_BYTES.min(bytes.len()))?.to_ascii_lowercase();
    let find = |from: &[u8], what: &[u8]| from.windows(what.len()).position(|it| it == what);
    let mut rest = head.as_slice();
    while let Some(at) = find(rest, b"<meta") {
        rest = rest.get(at..)?;
        let end = rest.iter().position(|it| *it == b'>').unwrap_or(rest.len());
        let (tag, after) = rest.split_at(end);
        if let Some(at) = find(tag, b"charset") {
            let is_part = |it: &u8| it.is_ascii_alphanumeric() || matches!(it, b'-' | b'_' | b':' | b'.');
            let label =
                tag.get(at..)?.iter().skip(7).skip_while(|it| !is_part(it)).take_while(|it| is_part(it));
            return Some(label.copied().collect());
        }
        rest = after;
    }
    None
}

/// Elements that end a paragraph where they begin and where they end.
#[rustfmt::skip]
const BLOCKS: &[&str] = &[
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog", "dir", "div",
    "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header",
    "hgroup", "hr", "html", "legend", "li", "listing", "main", "menu", "nav", "ol", "p", "plaintext", "pre", "search",
    "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul", "xmp",
];

/// Elements that have no end.
const VOID: &[&str] = &[
    "area", "base", "basefont", "bgsound", "br", "col", "embed", "frame", "hr", "image", "img", "input",
    "keygen", "link", "meta", "param", "source", "track", "wbr",
];

/// Elements whose content is not shown, or no text.
const UNREAD: &[&str] = &[
    "template",
    "object",
    "applet",
    "svg",
    "audio",
    "video",
    "canvas",
    "select",
    "datalist",
    "annotation",
    "annotation-xml",
    "rp",
    "colgroup",
];

/// Elements that end where their end stands, whatever stands in them.
const FORMATTING: &[&str] =
    &["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"];

const TABLE: &[&str] = &["table", "caption", "tbody", "thead", "tfoot", "tr", "td", "th"];

/// What no end of another element reaches through.
const BARRIERS: &[&str] = &["td", "th", "caption", "table", "template", "object"];

#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a property of an element of its own")]
struct Open {
    name: String,
    hidden: bool,
    pre: bool,
    /// After it a blank is due: it is a stamp.
    stamp: bool,
    /// Of a row or a cell: whether it is one of the pages.
    shown: bool,
}

#[derive(Debug, Default)]
struct Reader {
    pages: Pages,
    stack: Vec<Open>,
    hidden: usize,
    pre: usize,
    tags: usize,
    /// The paragraph that is open.
    said: String,
    begun: bool,
    blank: bool,
    left_out: LeftOut,
    /// Whether what hides has not hidden a text yet.
    hides: bool,
}

impl Reader {
    fn text(&mut self, text: &str, raw: bool) {
        if self.hidden > 0 {
            if self.hides && !text.trim().is_empty() {
                self.hides = false;
                self.left_out.add(Omission::HiddenText);
            }
            return;
        }
        // The line end after the tag is none of the text.
        let first = text.strip_prefix("\r\n").or_else(|| text.strip_prefix('\n'));
        let text = first.filter(|_| self.pre > 0 && !self.begun).unwrap_or(text);
        for it in text.chars() {
            match it {
                '\n' if raw || self.pre > 0 => self.character(LINE),
                '\r' if raw || self.pre > 0 => {}
                it if raw || self.pre > 0 => self.character(it),
                ' ' | '\t' | '\n' | '\r' | '\u{c}' => self.blank |= self.begun && !self.said.ends_with(LINE),
                it => self.character(it),
            }
        }
    }

    /// A character that stands as it is, blank or not.
    fn character(&mut self, it: char) {
        if self.hidden > 0 {
            return;
        }
        // A blank that is due before one that stands is that one.
        if std::mem::take(&mut self.blank) && !it.is_whitespace() {
            self.said.push(' ');
        }
        self.begun = true;
        self.said.push(it);
    }

    /// The paragraph ends. The last line break in it only makes room for it.
    fn flush(&mut self) -> Result<(), Error> {
        self.blank = false;
        let mut said = std::mem::take(&mut self.said);
        if std::mem::take(&mut self.begun) {
            if said.ends_with(LINE) {
                said.pop();
            }
            self.pages.paragraph(&said)?;
        }
        Ok(())
    }

    /// Where the last of these stands, with none of those after it.
    fn find(&self, of: &[&str], not_through: &[&str]) -> Option<usize> {
        let at = self
            .stack
            .iter()
            .rposition(|it| of.contains(&it.name.as_str()) || not_through.contains(&it.name.as_str()))?;
        self.stack.get(at).filter(|it| of.contains(&it.name.as_str())).map(|_| at)
    }

    fn close(&mut self, of: &[&str], not_through: &[&str]) -> Result<(), Error> {
        self.find(of, not_through).map_or(Ok(()), |at| self.pop_to(at))
    }

    fn start(&mut self, tag: &Tag) -> Result<(), Error> {
        self.tags = self.tags.saturating_add(1);
        let name = tag.name.as_str();
        let block = BLOCKS.contains(&name);
        if self.hidden == 0
            && let Some(it) = omission(name)
        {
            self.left_out.add(it);
        }
        if let Some(at) = self.find(&["svg", "math"], &[])
            && (block || FORMATTING.contains(&name) || name == "span" || name == "br")
        {
            // A picture or a formula holds no such thing: it was not closed.
            self.pop_to(at)?;
        }
        if block && !TABLE.get(1..).is_some_and(|it| it.contains(&name)) {
            self.close(&["p"], BARRIERS)?;
        }
        match name {
            "html" | "head" | "body" => {
                // There is one of each; what a second says of itself is said of the first.
                let hidden = name != "head" && is_hidden(tag);
                if hidden && self.find(&[name], &[]).is_none() {
                    return self.push(tag);
                }
                return Ok(());
            }
            "li" => self.close(&["li"], &["ul", "ol", "menu", "dir", "td", "th", "table"])?,
            "dd" | "dt" => self.close(&["dd", "dt"], &["dl", "td", "th", "table"])?,
            "option" | "optgroup" => self.close(&["option"], BARRIERS)?,
            "tr" | "tbody" | "thead" | "tfoot" | "caption" => {
                if self.find(&["table"], &["template"]).is_none() {
                    return Ok(());
                }
                self.close(&["td", "th", "caption"], &["table"])?;
                self.close(&["tr"], &["table"])?;
                if name != "tr" {
                    self.close(&["tbody", "thead", "tfoot"], &["table"])?;
                }
            }
            "td" | "th" => {
                if self.find(&["table"], &["template"]).is_none() {
                    return Ok(());
                }
                self.close(&["td", "th", "caption"], &["table"])?;
                if self.find(&["tr"], &["table"]).is_none() {
                    self.push(&Tag::named("tr"))?;
                }
            }
            "br" => {
                self.blank = false;
                self.character(LINE);
            }
            _ => {}
        }
        let foreign =
            tag.is_closed && (matches!(name, "svg" | "math") || self.find(&["svg", "math"], &[]).is_some());
        if VOID.contains(&name) || foreign {
            if block {
                self.flush()?;
            }
            return Ok(());
        }
        self.push(tag)
    }

    fn push(&mut self, tag: &Tag) -> Result<(), Error> {
        let name = tag.name.as_str();
        let hidden = is_hidden(tag);
        if self.hidden == 0 {
            self.hides = hidden && !UNREAD.contains(&name);
        }
        // What is not shown parts nothing.
        if BLOCKS.contains(&name) && !hidden && self.hidden == 0 {
            self.flush()?;
        }
        let class = tag.get("class").unwrap_or_default();
        let open = Open {
            name: tag.name.clone(),
            hidden,
            pre: matches!(name, "pre" | "listing"),
            stamp: name == "span" && class.split_whitespace().any(|it| it == "timestamp"),
            shown: self.hidden == 0 && !hidden && matches!(name, "tr" | "td" | "th"),
        };
        if open.shown {
            if name == "tr" { self.pages.open_row() } else { self.pages.open_cell() }
        }
        if open.stamp {
            self.blank |= self.begun && !self.said.ends_with(char::is_whitespace);
        }
        self.hidden = self.hidden.saturating_add(usize::from(open.hidden));
        self.pre = self.pre.saturating_add(usize::from(open.pre));
        self.stack.push(open);
        if self.stack.len() > MAX_DEPTH { Err(Error::TooMuch) } else { Ok(()) }
    }

    fn end(&mut self, name: &str) -> Result<(), Error> {
        self.tags = self.tags.saturating_add(1);
        match name {
            "br" => {
                self.blank = false;
                self.character(LINE);
            }
            "html" | "body" => {}
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                self.close(&["h1", "h2", "h3", "h4", "h5", "h6"], BARRIERS)?;
            }
            _ if FORMATTING.contains(&name) => {
                if let Some(at) = self.find(&[name], BARRIERS) {
                    let open = self.stack.remove(at);
                    self.closed(&open)?;
                }
            }
            _ if TABLE.contains(&name) => {
                let own = if name == "table" { &["template"][..] } else { &["table", "template"] };
                self.close(&[name], own)?;
            }
            "p" if self.find(&["p"], BARRIERS).is_none() => self.flush()?,
            _ if BLOCKS.contains(&name) || UNREAD.contains(&name) => self.close(&[name], BARRIERS)?,
            _ => {
                // What is neither ends only inside of what is.
                let blocks: Vec<&str> = BLOCKS.iter().chain(BARRIERS).copied().collect();
                self.close(&[name], &blocks)?;
            }
        }
        Ok(())
    }

    /// Ends what began from there on. What hides by its formatting goes on hiding: it has not ended.
    fn pop_to(&mut self, at: usize) -> Result<(), Error> {
        let mut go_on = Vec::new();
        while self.stack.len() > at {
            let Some(open) = self.stack.pop() else { break };
            let last = self.stack.len() == at;
            self.closed(&open)?;
            if BARRIERS.contains(&open.name.as_str()) {
                go_on.clear();
            } else if !last && open.hidden && FORMATTING.contains(&open.name.as_str()) {
                go_on.push(open);
            }
        }
        for open in go_on.into_iter().rev() {
            self.hidden = self.hidden.saturating_add(1);
            self.stack.push(open);
        }
        Ok(())
    }

    fn closed(&mut self, open: &Open) -> Result<(), Error> {
        if BLOCKS.contains(&open.name.as_str()) && self.hidden == 0 {
            self.flush()?;
        }
        if open.stamp {
            self.blank |= self.begun && self.hidden == 0;
        }
        self.hidden = self.hidden.saturating_sub(usize::from(open.hidden));
        self.pre = self.pre.saturating_sub(usize::from(open.pre));
        if open.shown {
            if open.name == "tr" { self.pages.close_row(true) } else { self.pages.close_cell() }
        }
        Ok(())
    }
}

/// What an element is that is shown and no text.
fn omission(name: &str) -> Option<Omission> {
    match name {
        "img" | "image" => Some(Omission::Pictures),
        "svg" | "canvas" => Some(Omission::Drawings),
        "object" | "applet" | "embed" | "iframe" | "audio" | "video" => Some(Omission::Objects),
        _ => None,
    }
}

/// Whether an element says of itself that it is not shown, or is of a kind that is not.
fn is_hidden(tag: &Tag) -> bool {
    const HIDING: &[&str] = &[
        "display:none",
        "visibility:hidden",
        "visibility:collapse",
        "content-visibility:hidden",
        "mso-hide:all",
        "font-size:0",
        "opacity:0",
    ];
    let mut style = tag.get("style").unwrap_or_default().to_ascii_lowercase();
    while let Some(at) = style.find("/*") {
        let end = style.get(at..).and_then(|it| it.find("*/")).and_then(|it| it.checked_add(2));
        let end = end.and_then(|it| it.checked_add(at)).unwrap_or(style.len());
        style.replace_range(at..end, "");
    }
    style.retain(|it| !it.is_whitespace());
    let declared = style.split(';').any(|it| {
        let it = it.strip_suffix("!important").unwrap_or(it);
        HIDING.contains(&it)
            || matches!(it, "font-size:0px" | "font-size:0pt" | "font-size:0em" | "opacity:0%")
    });
    declared
        || UNREAD.contains(&tag.name.as_str())
        || tag.get("hidden").is_some()
        || tag.get("popover").is_some()
        || tag.name == "dialog" && tag.get("open").is_none()
}

#[cfg(test)]
mod tests;
