//! Word documents (ECMA-376): a paragraph a turn, its number in the margin of the text, lines numbered. No properties,
//! no author.

use super::{Copy, text::head};
use crate::render::{docx, escape};

const HEAD: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>"#;
/// Every line is numbered from the first page to the last.
const LINES: &str = r#"<w:lnNumType w:countBy="1" w:distance="360" w:restart="continuous"/>"#;
const PARAGRAPH: &str = r#"<w:pPr><w:tabs><w:tab w:val="left" w:pos="720"/></w:tabs><w:spacing w:after="120"/><w:ind w:left="720" w:hanging="720"/></w:pPr>"#;
const PLAIN: &str = r#"<w:rPr><w:sz w:val="22"/></w:rPr>"#;
const BOLD: &str = r#"<w:rPr><w:b/><w:sz w:val="22"/></w:rPr>"#;
const SMALL: &str = r#"<w:rPr><w:color w:val="666666"/><w:sz w:val="18"/></w:rPr>"#;

/// The file.
#[must_use]
pub fn write(copy: &Copy) -> Vec<u8> {
    let mut body = HEAD.to_owned();
    for turn in &copy.turns {
        body.push_str("<w:p>");
        body.push_str(PARAGRAPH);
        run(&turn.counted(), SMALL, &mut body);
        body.push_str("<w:r><w:tab/></w:r>");
        run(&head(turn), BOLD, &mut body);
        run(&turn.text, PLAIN, &mut body);
        body.push_str("</w:p>");
    }
    body.extend(["<w:sectPr>", docx::PAGE, LINES, "</w:sectPr></w:body></w:document>"]);
    docx::document(&body)
}

/// Text in one look; line feeds are breaks, tabs tabs.
fn run(text: &str, look: &str, body: &mut String) {
    if text.is_empty() {
        return;
    }
    body.push_str("<w:r>");
    body.push_str(look);
    for (n, line) in text.split('\n').enumerate() {
        if n > 0 {
            body.push_str("<w:br/>");
        }
        for (n, part) in line.split('\t').enumerate() {
            if n > 0 {
                body.push_str("<w:tab/>");
            }
            body.push_str(r#"<w:t xml:space="preserve">"#);
            escape(part, body);
            body.push_str("</w:t>");
        }
    }
    body.push_str("</w:r>");
}
