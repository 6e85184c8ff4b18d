//! REFI-QDA projects (1.0): the texts of their sources, one below the other, each after a line `Source 1`. Written as a document.
//!
//! Not read, since it says who did what to whom: users, codes, notes, descriptions, cases, variables, sets, links, ids, days, and the names
//! of sources. A source that is no text (a picture, a recording, a PDF without its text) leaves a line that says so.

use super::{
    Error,
    container::Container,
    decode, docx,
    lines::Lines,
    prose,
    xml::{self, Element, Node},
};
use crate::transcript::{LeftOut, MAX_TRANSCRIPT_BYTES, Omission};

/// The most sources of a project, and the most texts of them.
const MAX_SOURCES: usize = 16_384;
const PROJECT: &str = "project.qde";
/// What stands before a path inside the container.
const INSIDE: &str = "internal://";

/// A source, as far as it is read.
#[derive(Debug, Default)]
struct Source {
    /// What it is, if it is no text.
    medium: Option<&'static str>,
    texts: Vec<Text>,
}

/// Where a text stands: as plain text, in the project itself, as a document.
#[derive(Debug, Default)]
struct Text {
    plain: Option<String>,
    content: Option<String>,
    rich: Option<String>,
}

/// The texts, a paragraph a line.
pub(super) fn read(bytes: &[u8], left_out: &mut LeftOut) -> Result<String, Error> {
    let mut container = Container::open(bytes)?;
    let project = container.member(PROJECT)?.ok_or(Error::Damaged)?;
    let sources = sources(&project, left_out)?;
    if !sources.iter().any(|it| !it.texts.is_empty()) {
        return Err(Error::NoText);
    }
    let mut held = String::new();
    // Line by line: a list of millions of short ones would take many times their bytes.
    let mut add = |line: &str| {
        held.push_str(&prose::text(vec![line.to_owned()])?);
        Ok(())
    };
    let mut left = MAX_TRANSCRIPT_BYTES;
    for (n, source) in (1_usize..).zip(&sources) {
        if n > 1 {
            add("")?;
        }
        match source.medium {
            Some(medium) if source.texts.is_empty() => {
                left_out.add(if medium == "picture" { Omission::Pictures } else { Omission::Sources });
                add(&format!("Source {n}: {medium}, not read"))?;
            }
            _ => add(&format!("Source {n}"))?,
        }
        for text in &source.texts {
            add("")?;
            let said = said(text, &mut container, left_out)?;
            left = left.checked_sub(said.len()).ok_or(Error::TooLong)?;
            for it in Lines::plain(&said) {
                add(it.text)?;
            }
        }
    }
    Ok(held)
}

/// The sources that a project lists, in order.
fn sources(project: &[u8], left_out: &mut LeftOut) -> Result<Vec<Source>, Error> {
    let mut sources: Vec<Source> = Vec::new();
    let (mut depth, mut inside, mut content) = (0_usize, None, None::<String>);
    let mut texts = 0_usize;
    xml::read(project, |node| {
        match node {
            Node::Open(it) => {
                depth = depth.saturating_add(1);
                match (it.name.as_str(), inside) {
                    ("Sources", None) => inside = Some(depth),
                    ("Note", None) => left_out.add(Omission::Notes),
                    (_, None) => {}
                    ("PlainTextContent", Some(_)) => content = Some(String::new()),
                    (name, Some(_)) => {
                        let medium = medium(name);
                        if name == "TextSource" || medium.is_some() {
                            sources.push(Source { medium, texts: Vec::new() });
                        }
                        // A recording has its transcripts inside, a PDF its text.
                        if matches!(name, "TextSource" | "Transcript" | "Representation")
                            && let Some(source) = sources.last_mut()
                        {
                            source.texts.push(Text::of(&it));
                            texts = texts.saturating_add(1);
                        }
                        if sources.len().max(texts) > MAX_SOURCES {
                            return Err(Error::TooMuch);
                        }
                    }
                }
            }
            Node::Text(it) => {
                if let Some(content) = &mut content {
                    content.push_str(&it);
                }
            }
            Node::Close(name) => {
                if inside == Some(depth) {
                    inside = None;
                }
                depth = depth.saturating_sub(1);
                if name == "PlainTextContent"
                    && let Some(text) = sources.last_mut().and_then(|it| it.texts.last_mut())
                {
                    text.content = content.take();
                }
            }
        }
        Ok(())
    })?;
    Ok(sources)
}

/// What a source is that is no text.
fn medium(name: &str) -> Option<&'static str> {
    match name {
        "PictureSource" => Some("picture"),
        "PDFSource" => Some("PDF"),
        "AudioSource" => Some("audio"),
        "VideoSource" => Some("video"),
        _ => None,
    }
}

impl Text {
    fn of(it: &Element) -> Self {
        let path = |name| it.get(name).filter(|it| !it.is_empty()).map(str::to_owned);
        Self { plain: path("plainTextPath"), content: None, rich: path("richTextPath") }
    }
}

/// What a text says. One that lies outside the file is an error: nothing is left out without a word.
fn said(text: &Text, container: &mut Container<'_>, left_out: &mut LeftOut) -> Result<String, Error> {
    if let Some(content) = &text.content {
        return Ok(content.clone());
    }
    if let Some(path) = &text.plain {
        return match decode::decode(&member(path, container)?) {
            Ok((text, _)) => Ok(text),
            Err(Error::Empty) => Ok(String::new()),
            Err(error) => Err(error),
        };
    }
    let path = text.rich.as_ref().ok_or(Error::Damaged)?;
    let document = member(path, container)?;
    docx::read_within(container, &document, left_out)
}

fn member(path: &str, container: &mut Container<'_>) -> Result<Vec<u8>, Error> {
    let name = path.strip_prefix(INSIDE).ok_or(Error::Damaged)?.trim_start_matches('/');
    let wanted = format!("sources/{name}");
    // Some programs write the folder large.
    let found = container.names().find(|it| it.eq_ignore_ascii_case(&wanted)).map(str::to_owned);
    container.member(&found.ok_or(Error::Damaged)?)?.ok_or(Error::Damaged)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        render::{self, pack},
        transcript::Format,
    };

    fn read(bytes: &[u8]) -> Result<String, Error> {
        super::read(bytes, &mut LeftOut::default())
    }

    fn project(sources: &str) -> String {
        format!(
            "<Project name='Mabel'><Users><User name='Otto'/></Users><CodeBook><Codes><Code name='Tamsin'/></Codes></CodeBook>\
             <Cases><Case name='Anna'/></Cases><Sources>{sources}</Sources><Notes><Note name='Ned' plainTextPath='internal://n.txt'>\
             <PlainTextContent>memo</PlainTextContent></Note></Notes><Description>Ada</Description></Project>"
        )
    }

    const SOURCES: &str = "<TextSource name='Daisy' plainTextPath='internal://a.txt' richTextPath='internal://a.docx'><Description>about</Description>\
        <PlainTextSelection name='sel'/></TextSource><AudioSource name='rec' path='internal://r.mp3'/>\
        <TextSource name='Dora' richTextPath='internal://b.docx'/><VideoSource><Transcript plainTextPath='internal://t.txt'/></VideoSource>\
        <TextSource><PlainTextContent>within\nit</PlainTextContent></TextSource><TextSource plainTextPath='internal://e.txt'/>";

    fn whole() -> Vec<u8> {
        let document = render::file(Format::Docx, "PIR: from Word\n").into_owned();
        pack(&[
            (PROJECT, project(SOURCES).as_bytes()),
            ("Sources/a.txt", "\u{FEFF}PSW: so\r\nPIR: yes\r\n".as_bytes()),
            ("sources/b.docx", &document),
            ("sources/t.txt", b"PSW: on tape\n"),
            ("sources/n.txt", b"a memo"),
            ("sources/e.txt", b""),
        ])
    }

    #[test]
    fn texts_of_sources_are_read_and_nothing_else() {
        let held = read(&whole()).unwrap();
        assert_eq!(
            held,
            "Source 1\n\nPSW: so\nPIR: yes\n\nSource 2: audio, not read\n\nSource 3\n\nPIR: from Word\n\nSource 4\n\nPSW: on tape\n\n\
             Source 5\n\nwithin\nit\n\nSource 6\n\n"
        );
        let written = render::file(Format::Docx, &held);
        assert_eq!(docx::read(&written, &mut LeftOut::default()).unwrap(), held);
    }

    #[test]
    fn what_is_left_out_is_counted() {
        let mut all = LeftOut::default();
        super::read(&whole(), &mut all).unwrap();
        assert_eq!(all.iter().collect::<Vec<_>>(), [(Omission::Notes, 1), (Omission::Sources, 1)]);
    }

    #[test]
    fn what_can_t_be_read_is_refused() {
        for (sources, want) in [
            ("<TextSource plainTextPath='internal://x.txt'/>", Error::Damaged),
            ("<TextSource plainTextPath='relative:///x.txt'/>", Error::Damaged),
            ("<TextSource/>", Error::Damaged),
            ("<PDFSource/><AudioSource/>", Error::NoText),
            ("", Error::NoText),
        ] {
            assert_eq!(read(&pack(&[(PROJECT, project(sources).as_bytes())])), Err(want), "{sources}");
        }
        for each in ["<TextSource plainTextPath='a'/>", "<PDFSource/>"] {
            let many = |count| read(&pack(&[(PROJECT, project(&each.repeat(count)).as_bytes())]));
            assert_eq!(many(MAX_SOURCES + 1), Err(Error::TooMuch));
            assert!(matches!(many(MAX_SOURCES), Err(Error::Damaged | Error::NoText)));
        }
        assert_eq!(read(&pack(&[("other", b"")])), Err(Error::Damaged));
        assert_eq!(read(&pack(&[(PROJECT, b"<!DOCTYPE a><a/>")])), Err(Error::Entities));
        assert_eq!(read(b"so we went"), Err(Error::Mismatch));
        // One member that many sources name is unpacked for each, and counted.
        let many = "<TextSource plainTextPath='internal://a.txt'/>".repeat(100);
        let long = "so we went home\n".repeat(65_536);
        let file = pack(&[(PROJECT, project(&many).as_bytes()), ("sources/a.txt", long.as_bytes())]);
        assert!(matches!(read(&file), Err(Error::TooMuch | Error::TooLong)));
        // So is what a document in it unpacks to, which the file itself does not tell.
        let blank = format!("<w:document><w:body>{}</w:body></w:document>", " ".repeat(4 << 20));
        let root =
            "<Relationships><Relationship Id='r' Type='x/officeDocument' Target='d.xml'/></Relationships>";
        let document = pack(&[("_rels/.rels", root.as_bytes()), ("d.xml", blank.as_bytes())]);
        let many = "<TextSource richTextPath='internal://a.docx'/>".repeat(100);
        let file = pack(&[(PROJECT, project(&many).as_bytes()), ("sources/a.docx", &document)]);
        assert_eq!(read(&file), Err(Error::TooMuch));
    }

    #[test]
    fn a_file_cut_off_anywhere_is_no_panic() {
        let file = whole();
        for n in 0..50 {
            assert!(read(&file[..file.len() * n / 50]).is_err());
        }
    }
}
