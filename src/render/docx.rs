//! Word documents (ECMA-376): a paragraph a line and nothing else. No properties, no author, and the same few words
//! of style in every document: A4, 11 points, room after a paragraph, Han characters as they are printed in Hong Kong.

use super::{package::pack, xml::escape};
use crate::parse::rows::LINE;

const TYPES: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/><Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/></Types>"#;
const RELATIONS: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>"#;
const PARTS: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>"#;
/// Without a language programs choose a font of any that writes Han characters, and print another country's forms.
const STYLES: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:docDefaults><w:rPrDefault><w:rPr><w:sz w:val="22"/><w:szCs w:val="22"/><w:lang w:val="en-GB" w:eastAsia="zh-HK" w:bidi="ar-SA"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:spacing w:after="120"/></w:pPr></w:pPrDefault></w:docDefaults></w:styles>"#;
/// What says where the document is.
pub(crate) const ROOT: (&str, &[u8]) = ("_rels/.rels", RELATIONS.as_bytes());
pub(crate) const BODY: &str = "word/document.xml";
/// A4.
pub(crate) const PAGE: &str = r#"<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1440" w:right="1440" w:bottom="1440" w:left="1701" w:header="708" w:footer="708" w:gutter="0"/>"#;
const HEAD: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>"#;

/// A document around its main part.
pub(crate) fn document(xml: &str) -> Vec<u8> {
    pack(&[
        ("[Content_Types].xml", TYPES.as_bytes()),
        ROOT,
        (BODY, xml.as_bytes()),
        ("word/_rels/document.xml.rels", PARTS.as_bytes()),
        ("word/styles.xml", STYLES.as_bytes()),
    ])
}

pub(super) fn write(held: &str) -> Vec<u8> {
    let mut body = HEAD.to_owned();
    for line in held.lines() {
        body.push_str("<w:p>");
        if !line.is_empty() {
            body.push_str("<w:r>");
            line.split_inclusive(['\t', LINE]).for_each(|it| run(it, &mut body));
            body.push_str("</w:r>");
        }
        body.push_str("</w:p>");
    }
    body.extend(["<w:sectPr>", PAGE, "</w:sectPr></w:body></w:document>"]);
    document(&body)
}

/// Text up to a tab or the end of a line inside the paragraph.
fn run(text: &str, body: &mut String) {
    let (said, then) = match text.chars().next_back() {
        Some('\t') => (text.trim_end_matches('\t'), "<w:tab/>"),
        Some(LINE) => (text.trim_end_matches(LINE), "<w:br/>"),
        _ => (text, ""),
    };
    if !said.is_empty() {
        body.push_str(r#"<w:t xml:space="preserve">"#);
        escape(said, body);
        body.push_str("</w:t>");
    }
    body.push_str(then);
}
