//! OpenDocument texts (ISO/IEC 26300): a paragraph a line and nothing else. No properties, no author, and the same few
//! words of style in every document, as in Word's.

use super::{package::pack, xml::escape};
use crate::parse::rows::LINE;

/// The most blanks that one element stands for.
const MAX_BLANKS: usize = 4096;
const TYPE: &str = "application/vnd.oasis.opendocument.text";
const MANIFEST: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3"><manifest:file-entry manifest:full-path="/" manifest:version="1.3" manifest:media-type="application/vnd.oasis.opendocument.text"/><manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/><manifest:file-entry manifest:full-path="styles.xml" manifest:media-type="text/xml"/></manifest:manifest>"#;
const STYLES: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<office:document-styles xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" office:version="1.3"><office:styles><style:default-style style:family="paragraph"><style:paragraph-properties fo:margin-bottom="6pt"/><style:text-properties fo:font-size="11pt" style:font-size-asian="11pt" fo:language="en" fo:country="GB" style:language-asian="zh" style:country-asian="HK"/></style:default-style></office:styles><office:automatic-styles><style:page-layout style:name="page"><style:page-layout-properties fo:page-width="210mm" fo:page-height="297mm" fo:margin="25mm"/></style:page-layout></office:automatic-styles><office:master-styles><style:master-page style:name="Standard" style:page-layout-name="page"/></office:master-styles></office:document-styles>"#;
const HEAD: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.3"><office:body><office:text>"#;
const TAIL: &str = "</office:text></office:body></office:document-content>";

pub(super) fn write(held: &str) -> Vec<u8> {
    let mut body = HEAD.to_owned();
    for line in held.lines() {
        body.push_str("<text:p>");
        paragraph(line, &mut body);
        body.push_str("</text:p>");
    }
    body.push_str(TAIL);
    pack(&[
        ("=mimetype", TYPE.as_bytes()),
        ("content.xml", body.as_bytes()),
        ("styles.xml", STYLES.as_bytes()),
        ("META-INF/manifest.xml", MANIFEST.as_bytes()),
    ])
}

/// A blank between two characters is written as it is; what white space rules would change is an element.
fn paragraph(line: &str, body: &mut String) {
    let mut said = false;
    let mut chars = line.chars().peekable();
    while let Some(it) = chars.next() {
        match it {
            '\t' => body.push_str("<text:tab/>"),
            LINE => body.push_str("<text:line-break/>"),
            ' ' => {
                let alone = said && !matches!(chars.peek(), None | Some(' ' | '\t' | &LINE));
                let mut count = 1_usize;
                while count < MAX_BLANKS && chars.next_if_eq(&' ').is_some() {
                    count = count.saturating_add(1);
                }
                match count {
                    1 if alone => body.push(' '),
                    1 => body.push_str("<text:s/>"),
                    _ => body.extend([r#"<text:s text:c=""#, &count.to_string(), r#""/>"#]),
                }
            }
            it => escape(it.encode_utf8(&mut [0; 4]), body),
        }
        said = !matches!(it, ' ' | '\t' | LINE);
    }
}
