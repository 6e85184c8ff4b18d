//! Word documents (ECMA-376): a paragraph a line and nothing else. No properties, no styles, no author.

use super::{package::pack, xml::escape};
use crate::parse::rows::LINE;

const TYPES: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"#;
const RELATIONS: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>"#;
/// What every document of ours has beside its text.
pub(crate) const PACKAGE: [(&str, &[u8]); 2] =
    [("[Content_Types].xml", TYPES.as_bytes()), ("_rels/.rels", RELATIONS.as_bytes())];
const HEAD: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>"#;
const TAIL: &str = "<w:sectPr/></w:body></w:document>";

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
    body.push_str(TAIL);
    let [types, relations] = PACKAGE;
    pack(&[types, relations, ("word/document.xml", body.as_bytes())])
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
