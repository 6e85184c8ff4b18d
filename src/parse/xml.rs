//! XML as a stream of what the formats need of it: elements by their local names, and text. Bounded; no entities of
//! the file's own, no external ones. Comments and instructions are passed over.

use encoding_rs::Encoding;
use quick_xml::{
    Reader, XmlVersion,
    events::{BytesStart, Event},
};

use super::{Error, decode};

/// The most elements of a document, and how deep they may stand in each other.
const MAX_ELEMENTS: usize = 999_999;
const MAX_DEPTH: usize = 256;

/// What comes next in a document.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Node {
    /// An element begins.
    Open(Element),
    /// The element that began last ends.
    Close(String),
    /// Text, with references resolved.
    Text(String),
}

/// An element: its name and attributes without prefixes.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Element {
    pub(super) name: String,
    attributes: Vec<(String, String)>,
}

impl Element {
    /// An attribute's value.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|it| it.0 == name).map(|it| it.1.as_str())
    }
}

/// Has `each` look at every node of a document, in order.
pub(super) fn read(bytes: &[u8], mut each: impl FnMut(Node) -> Result<(), Error>) -> Result<(), Error> {
    let (text, encoding) = decode::decode(bytes)?;
    let mut reader = Reader::from_str(&text);
    reader.config_mut().expand_empty_elements = true;
    let (mut elements, mut depth) = (0_usize, 0_usize);
    let mut run = String::new();
    loop {
        let event = reader.read_event().map_err(|_| Error::Damaged)?;
        if !run.is_empty() && matches!(event, Event::Start(_) | Event::End(_) | Event::Eof) {
            each(Node::Text(std::mem::take(&mut run)))?;
        }
        match event {
            Event::Start(start) => {
                (elements, depth) = (elements.saturating_add(1), depth.saturating_add(1));
                if elements > MAX_ELEMENTS || depth > MAX_DEPTH {
                    return Err(Error::TooMuch);
                }
                each(Node::Open(element(&start)?))?;
            }
            Event::End(end) => {
                depth = depth.saturating_sub(1);
                each(Node::Close(local(end.name().as_ref())))?;
            }
            Event::Text(it) => run.push_str(&it.xml10_content()),
            Event::CData(it) => run.push_str(&it.xml10_content()),
            Event::GeneralRef(it) => match it.resolve_char_ref() {
                Ok(Some(c)) => run.push(c),
                Ok(None) => run.push(predefined(&it)?),
                Err(_) => return Err(Error::Damaged),
            },
            Event::DocType(_) => return Err(Error::Entities),
            Event::Eof if depth == 0 && elements > 0 => return Ok(()),
            Event::Eof => return Err(Error::Damaged),
            Event::Decl(it) => match it.encoding() {
                Some(Ok(said)) => agree(&said, encoding, text.is_ascii())?,
                Some(Err(_)) => return Err(Error::Damaged),
                None => {}
            },
            Event::Comment(_) | Event::PI(_) | Event::Empty(_) => {}
        }
    }
}

fn element(start: &BytesStart<'_>) -> Result<Element, Error> {
    let mut attributes = Vec::new();
    for it in start.attributes() {
        let it = it.map_err(|_| Error::Damaged)?;
        let value = it.normalized_value(XmlVersion::Implicit1_0).map_err(|_| Error::Entities)?;
        attributes.push((local(it.key.as_ref()), value.into_owned()));
    }
    Ok(Element { name: local(start.name().as_ref()), attributes })
}

/// A name without its prefix. What names mean is told by where they stand; no format here uses one name for two things.
fn local(name: &str) -> String {
    name.rsplit(':').next().unwrap_or(name).to_owned()
}

/// What a file says that it is in must be what it was found to be in, or it would be read as other words elsewhere.
fn agree(said: &str, found: &str, is_ascii: bool) -> Result<(), Error> {
    let is_unicode = |it: &str| it.get(..4).is_some_and(|it| it.eq_ignore_ascii_case("utf-"));
    let said = Encoding::for_label(said.as_bytes()).map_or(said, |it| it.name());
    let same = said == found || said == "GBK" && found == "gb18030" || is_unicode(said) && is_unicode(found);
    if same || is_ascii { Ok(()) } else { Err(Error::Encoding) }
}

fn predefined(name: &str) -> Result<char, Error> {
    match name {
        "amp" => Ok('&'),
        "lt" => Ok('<'),
        "gt" => Ok('>'),
        "quot" => Ok('"'),
        "apos" => Ok('\''),
        _ => Err(Error::Entities),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nodes(xml: &str) -> Result<Vec<String>, Error> {
        let mut all = Vec::new();
        read(xml.as_bytes(), |it| {
            all.push(match it {
                Node::Open(it) => format!("<{}{}", it.name, it.get("val").unwrap_or_default()),
                Node::Close(it) => format!("/{it}"),
                Node::Text(it) => it,
            });
            Ok(())
        })?;
        Ok(all)
    }

    #[test]
    fn text_is_whole_however_it_is_written() {
        let xml = "<?xml version='1.0'?><!-- a --><w:p w:val='1&amp;2'>D<!-- b -->a&#x69;s<![CDATA[y & <Quill]]>&gt;<?x y?><b/></w:p>";
        assert_eq!(nodes(xml).unwrap(), ["<p1&2", "Daisy & <Quill>", "<b", "/b", "/p"]);
    }

    #[test]
    fn what_is_not_sound_is_refused() {
        for (xml, want) in [
            ("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", Error::Entities),
            ("<a>&b;</a>", Error::Entities),
            ("<a b='&c;'/>", Error::Entities),
            ("<a><b></a>", Error::Damaged),
            ("<a>", Error::Damaged),
            ("a", Error::Damaged),
            ("<?xml version='1.0' encoding='windows-1252'?><a>é</a>", Error::Encoding),
        ] {
            assert_eq!(nodes(xml), Err(want), "{xml}");
        }
        assert_eq!(nodes(&"<a>".repeat(MAX_DEPTH + 1)), Err(Error::TooMuch));
        assert_eq!(nodes(&format!("<a>{}</a>", "<b/>".repeat(1_000_000))), Err(Error::TooMuch));
    }
}
