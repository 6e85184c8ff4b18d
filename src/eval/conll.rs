//! Texts as columns, a token a line, the tag in the last column: IOB, BIO, IOB2, BIOES and BILOU. Pure: a text in.
//!
//! Such files have no text, only tokens, so one is made: tokens with one blank between them, none between two that
//! are Han, and each sentence on a line of its own. Predictions by others have to be made on that text.

use std::collections::BTreeSet;

use super::{
    Gold, Span,
    classes::{Class, Classes, Unknown, is_type, script},
    error::ReadError,
};
use crate::view::is_han;

/// How a document starts in the files of the CoNLL-2003 task.
const DOCSTART: &str = "-DOCSTART-";

/// Reads all documents of a file. One without any mark of documents is one document.
///
/// # Errors
///
/// Names the line that is not as the format says, or the types that nobody sorted.
pub fn read(columns: &str, types: &Classes) -> Result<Vec<Gold>, ReadError> {
    let mut reader = Reader { types, ids: BTreeSet::new(), done: Vec::new(), doc: Doc::default() };
    let mut unknown = Unknown::default();
    for (line, written) in (1..).zip(columns.lines()) {
        match row(written) {
            Row::Blank => reader.doc.end_sentence(),
            Row::Remark => {}
            Row::Start(id) => {
                reader.finish()?;
                reader.doc = Doc { id, line, ..Doc::default() };
            }
            Row::Token { token, tag } => {
                let Some(tag) = tag else { return Err(ReadError::Columns(line)) };
                let tag = Tag::of(tag).ok_or(ReadError::Tag(line))?;
                if let Tag::Inside { name, .. } = tag
                    && types.of(name).is_none()
                {
                    unknown.add(name, line);
                }
                reader.doc.push(token, tag, line);
            }
        }
    }
    unknown.refuse()?;
    reader.finish()?;
    if reader.done.is_empty() { Err(ReadError::Nothing) } else { Ok(reader.done) }
}

enum Row<'l> {
    Blank,
    Remark,
    Start(Option<String>),
    Token { token: &'l str, tag: Option<&'l str> },
}

fn row(line: &str) -> Row<'_> {
    let line = line.trim_start_matches('\u{FEFF}');
    let mut columns = line.split_whitespace();
    let Some(token) = columns.next() else { return Row::Blank };
    let tag = columns.next_back();
    if token == DOCSTART {
        return Row::Start(None);
    }
    // A number sign may be a token too: then a tag stands last.
    if token.starts_with('#') && !line.contains('\t') && tag.and_then(Tag::of).is_none() {
        let id = line.strip_prefix("# newdoc").map(|it| it.trim_start().strip_prefix("id"));
        return match id {
            None => Row::Remark,
            Some(id) => {
                Row::Start(id.map(|it| it.trim_matches([' ', '=']).to_owned()).filter(|it| !it.is_empty()))
            }
        };
    }
    Row::Token { token, tag }
}

#[derive(Clone, Copy)]
enum Tag<'l> {
    Outside,
    /// A token of a mention; whether it begins one, and whether it ends one.
    Inside {
        begins: bool,
        ends: bool,
        name: &'l str,
    },
}

impl<'l> Tag<'l> {
    fn of(tag: &'l str) -> Option<Self> {
        if tag == "O" {
            return Some(Self::Outside);
        }
        let (at, name) = tag.split_once('-')?;
        let (begins, ends) = match at {
            "B" => (true, false),
            "I" => (false, false),
            "E" | "L" => (false, true),
            "S" | "U" => (true, true),
            _ => return None,
        };
        is_type(name).then_some(Self::Inside { begins, ends, name })
    }
}

/// A document in the making.
#[derive(Default)]
struct Doc {
    id: Option<String>,
    line: usize,
    text: String,
    chars: usize,
    /// Start, end and type of each mention.
    mentions: Vec<(usize, usize, String)>,
    /// Whether the last mention may go on.
    open: bool,
    /// Whether a line end stands between what is there and what comes.
    ended: bool,
}

impl Doc {
    fn end_sentence(&mut self) {
        self.open = false;
        self.ended = !self.text.is_empty();
    }

    fn push(&mut self, token: &str, tag: Tag<'_>, line: usize) {
        if self.line == 0 {
            self.line = line;
        }
        let han = |it: Option<char>| it.is_some_and(is_han);
        let gap = if std::mem::take(&mut self.ended) {
            "\n"
        } else if self.text.is_empty() || (han(self.text.chars().next_back()) && han(token.chars().next())) {
            ""
        } else {
            " "
        };
        self.text.push_str(gap);
        self.text.push_str(token);
        let start = self.chars.saturating_add(gap.len());
        self.chars = start.saturating_add(token.chars().count());
        match tag {
            Tag::Outside => self.open = false,
            Tag::Inside { begins, ends, name } => {
                match self.mentions.last_mut() {
                    Some(it) if self.open && !begins && it.2 == name => it.1 = self.chars,
                    Some(_) | None => self.mentions.push((start, self.chars, name.to_owned())),
                }
                self.open = !ends;
            }
        }
    }
}

struct Reader<'t> {
    types: &'t Classes,
    ids: BTreeSet<String>,
    done: Vec<Gold>,
    doc: Doc,
}

impl Reader<'_> {
    fn finish(&mut self) -> Result<(), ReadError> {
        let doc = std::mem::take(&mut self.doc);
        if doc.text.is_empty() {
            return Ok(());
        }
        let number = self.done.len().saturating_add(1);
        let id = doc.id.unwrap_or_else(|| format!("document-{number}"));
        if !self.ids.insert(id.clone()) {
            return Err(ReadError::Twice(doc.line));
        }
        let spans = doc.mentions.iter().filter_map(|(start, end, name)| {
            let class = self.types.of(name).filter(|it| *it != Class::Ignored)?;
            let words: String = doc.text.chars().skip(*start).take(end.saturating_sub(*start)).collect();
            Some(Span {
                start: *start,
                end: *end,
                r#type: name.clone(),
                identifier_class: class.name().to_owned(),
                entity_id: format!("{name} {}", words.to_lowercase()),
                in_label: false,
                parts: Vec::new(),
                is_person: Classes::is_person(name),
            })
        });
        self.done.push(Gold {
            id,
            lang: script(&doc.text).to_owned(),
            style: String::new(),
            spans: spans.collect(),
            text: doc.text,
            hard_negatives: Vec::new(),
        });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(columns: &str) -> Result<Vec<Gold>, ReadError> {
        super::read(columns, &Classes::new(&[], &[], &["MISC".into()]))
    }

    /// Each mention as its words and type.
    fn check(columns: &str, want: &[(&str, &str)]) {
        let gold = read(columns).unwrap();
        let told: Vec<_> = gold
            .iter()
            .flat_map(|doc| doc.spans.iter().map(move |it| (doc, it)))
            .map(|(doc, it)| {
                let words: String = doc.text.chars().skip(it.start).take(it.end - it.start).collect();
                (words, it.r#type.clone())
            })
            .collect();
        let want: Vec<_> = want.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        assert_eq!(told, want, "{columns:?}");
    }

    #[test]
    fn every_way_of_tagging_gives_the_same_mentions() {
        let want = [("Piers Quill", "PER"), ("Tamsin", "PER"), ("Fulmer", "LOC")];
        for tags in [
            ["B-PER", "I-PER", "B-PER", "O", "B-LOC"],
            ["I-PER", "I-PER", "B-PER", "O", "I-LOC"],
            ["B-PER", "E-PER", "S-PER", "O", "S-LOC"],
            ["B-PER", "L-PER", "U-PER", "O", "U-LOC"],
        ] {
            let tokens = ["Piers", "Quill", "Tamsin", "in", "Fulmer"];
            for between in ["\t", " NN I-NP ", " "] {
                let rows = tokens.iter().zip(tags).map(|(token, tag)| format!("{token}{between}{tag}\n"));
                check(&rows.collect::<String>(), &want);
            }
        }
    }

    proptest! {
        #[test]
        fn whatever_is_read_can_be_scored(columns in "([^ \t\n]{1,3}[ \t](O|[BIESLU]-(PER|LOC))\n|\n|.{0,9}\n|# newdoc id = [ab]\n){0,9}") {
            for gold in read(&columns).into_iter().flatten() {
                prop_assert!(gold.is_sound() && !gold.text.is_empty());
            }
        }
    }

    #[test]
    fn documents_and_sentences_are_parted() {
        let gold = read(concat!(
            "-DOCSTART- -X- -X- O\n\nHi O\nRoke B-PER\n\n\nRoke I-PER\n# O\n",
            "# newdoc id = talk 2\n# sent_id = 1\n佢\tO\n叫\tO\n阿\tB-PER\n明\tI-PER\nok\tO\n",
        ))
        .unwrap();
        let told: Vec<_> = gold
            .iter()
            .map(|it| (it.id.as_str(), it.text.as_str(), it.spans.len(), it.lang.as_str()))
            .collect();
        assert_eq!(
            told,
            [("document-1", "Hi Roke\nRoke #", 2, "latin"), ("talk 2", "佢叫阿明 ok", 1, "mixed")]
        );
        assert_eq!((gold[1].spans[0].start, gold[1].spans[0].end), (2, 4));
        check("Mons B-MISC\nRoke B-PER\n", &[("Roke", "PER")]);
    }

    #[test]
    fn what_is_wrong_is_told_by_its_line_and_not_by_its_words() {
        for (columns, want) in [
            ("Roke B-PER\nRoke\n", ReadError::Columns(2)),
            ("Roke\tTamsin\n", ReadError::Tag(1)),
            ("Roke X-PER\n", ReadError::Tag(1)),
            ("Roke B-Daisy_was_here_and_told_us_everything_about_it\n", ReadError::Tag(1)),
            ("\n\n", ReadError::Nothing),
            ("# newdoc id = a\nx O\n# newdoc id = a\ny O\n", ReadError::Twice(3)),
            ("Roke B-PET\n", ReadError::Types(vec![("PET".into(), 1)])),
        ] {
            let told = read(columns).unwrap_err();
            assert_eq!(told, want);
            assert!(!told.to_string().contains("Roke"));
        }
    }
}
