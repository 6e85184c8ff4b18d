use proptest::prelude::*;

use super::*;
use crate::{
    id::JobId,
    item::ItemKind,
    parse::{self, Hint},
};

/// The text that is read of the file that is made of a text.
pub(super) fn again(format: Format, held: &str) -> Result<String, parse::Error> {
    let file = file(format, held);
    let hint = Hint::of(format.extension().to_owned(), ItemKind::Transcript);
    let raw = parse::parse(JobId::from_bytes([7; 16]), &file, &hint)?;
    assert_eq!(raw.layout().format, format);
    // EXPOSE: made up here.
    Ok(raw.text().expose().clone())
}

mod hidden_rows;
mod turns;

/// Formats that are held as paragraphs and written again.
const PROSE: &[Format] = &[Format::Docx, Format::Odt, Format::OTranscribe];

#[test]
fn no_tag_stands_between_letters() {
    let xml = b"<?xml?><w:p><w:t>Dai</w:t><w:t>sy</w:t><w:br/>Quill</w:p><w:p>x";
    assert_eq!(bare(xml), b"Daisy\nQuill\nx");
}

#[test]
fn the_same_text_gives_the_same_bytes() {
    for format in PROSE {
        assert_eq!(file(*format, "P: so\n"), file(*format, "P: so\n"));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn documents_are_read_back_as_they_were_held(
        lines in proptest::collection::vec("(P: |PSW\\t|\\[00:01:02\\] )?[ -~\u{e9}\u{4e00}-\u{4e20}\u{2028}\t\u{ad}\u{200b}\u{1f600}]{0,24}", 1..12)
    ) {
        let held = lines.iter().flat_map(|it| [it, "\n"]).collect::<String>();
        for format in PROSE {
            match again(*format, &held) {
                Ok(text) => prop_assert_eq!(&text, &held),
                Err(error) => prop_assert_eq!(error, parse::Error::Empty),
            }
        }
    }
}
