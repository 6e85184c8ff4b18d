//! Reads a `tokenizer.json` as Hugging Face's `tokenizers` write it, as far as token classifiers need it: `WordPiece`
//! after BERT's normaliser, and byte-level BPE. What is written there and not known here is refused, not passed over.
//!
//! Only what a unit is read as comes from the file. Where units begin and end is ours, by bytes of the text itself, so
//! that no normaliser can move a finding.

mod byte_level;
mod classes;
mod word_piece;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use self::{byte_level::ByteLevel, word_piece::WordPiece};
use super::pieces::{Cut, PieceId};

/// What of a `tokenizer.json` is not understood.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Unread {
    /// It is not of the form.
    Form,
    /// Unigram, as of `SentencePiece`.
    Unigram,
    /// Another kind of model.
    Kind,
    /// What is done to a text before it is cut.
    Normaliser,
    /// How a text is cut into words.
    Words,
    /// Which tokens open and close a text.
    Ends,
    /// A piece that the others are made of is not in the vocabulary.
    Vocabulary,
}

impl std::fmt::Display for Unread {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Form => "it is not of the form of a tokenizer.json",
            Self::Unigram => "its model is Unigram (SentencePiece), which is not read yet",
            Self::Kind => "its model is neither WordPiece nor byte-level BPE",
            Self::Normaliser => "its normalizer is not the one that goes with its model",
            Self::Words => "its pre_tokenizer is not the one that goes with its model",
            Self::Ends => "its post_processor does not put one token before a text and one after it",
            Self::Vocabulary => "its vocabulary lacks a piece that it needs",
        })
    }
}

/// A tokeniser, ready to cut.
pub(super) struct Tokeniser {
    pub(super) cut: Box<dyn Cut>,
    /// The token that stands before a text.
    pub(super) start: PieceId,
    /// The one that stands after it.
    pub(super) end: PieceId,
}

#[derive(Deserialize)]
struct Written {
    normalizer: Option<Normalizer>,
    pre_tokenizer: Option<PreTokenizer>,
    post_processor: Option<PostProcessor>,
    model: Model,
}

#[derive(Deserialize)]
#[serde(tag = "type")]
enum Normalizer {
    #[serde(rename = "BertNormalizer")]
    Bert(BertNormalizer),
    #[serde(other)]
    Other,
}

/// As it is written, of the normaliser that all models of BERT's family share.
#[derive(Clone, Copy, Debug, Deserialize)]
struct BertNormalizer {
    clean_text: bool,
    handle_chinese_chars: bool,
    strip_accents: Option<bool>,
    lowercase: bool,
}

#[derive(Deserialize)]
#[serde(tag = "type")]
enum PreTokenizer {
    #[serde(rename = "BertPreTokenizer")]
    Bert,
    ByteLevel {
        add_prefix_space: bool,
        use_regex: Option<bool>,
    },
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
#[serde(tag = "type")]
enum PostProcessor {
    #[serde(rename = "TemplateProcessing")]
    Template { single: Vec<Part>, special_tokens: BTreeMap<String, Special> },
    #[serde(rename = "BertProcessing", alias = "RobertaProcessing")]
    Pair { cls: (String, PieceId), sep: (String, PieceId) },
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
enum Part {
    SpecialToken { id: String },
    Sequence {},
}

#[derive(Deserialize)]
struct Special {
    ids: Vec<PieceId>,
}

#[derive(Deserialize)]
#[serde(tag = "type")]
enum Model {
    WordPiece {
        vocab: BTreeMap<String, PieceId>,
        unk_token: String,
        continuing_subword_prefix: String,
        max_input_chars_per_word: usize,
    },
    #[serde(rename = "BPE")]
    Bpe {
        vocab: BTreeMap<String, PieceId>,
        merges: Vec<Merge>,
        continuing_subword_prefix: Option<String>,
        end_of_word_suffix: Option<String>,
        #[serde(default)]
        byte_fallback: bool,
        #[serde(default)]
        ignore_merges: bool,
    },
    Unigram {},
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Merge {
    Pair(String, String),
    Line(String),
}

impl Merge {
    fn parts(&self) -> Option<(&str, &str)> {
        match self {
            Self::Pair(a, b) => Some((a, b)),
            Self::Line(it) => it.split_once(' '),
        }
    }
}

impl Tokeniser {
    pub(super) fn read(json: &[u8]) -> Result<Self, Unread> {
        let Written { normalizer, pre_tokenizer, post_processor, model } =
            serde_json::from_slice(json).map_err(|_| Unread::Form)?;
        let cut: Box<dyn Cut> = match model {
            Model::WordPiece { vocab, unk_token, continuing_subword_prefix, max_input_chars_per_word } => {
                let Some(Normalizer::Bert(normalizer)) = normalizer else { return Err(Unread::Normaliser) };
                let Some(PreTokenizer::Bert) = pre_tokenizer else { return Err(Unread::Words) };
                let unknown = *vocab.get(&unk_token).ok_or(Unread::Vocabulary)?;
                let longest = max_input_chars_per_word.min(word_piece::MAX_WORD_CHARS);
                let cut = WordPiece::new(vocab, unknown, &continuing_subword_prefix, longest, normalizer);
                Box::new(cut.ok_or(Unread::Form)?)
            }
            Model::Bpe {
                vocab,
                merges,
                continuing_subword_prefix,
                end_of_word_suffix,
                byte_fallback,
                ignore_merges,
            } => {
                let marked = [continuing_subword_prefix, end_of_word_suffix];
                if byte_fallback || ignore_merges || marked.iter().flatten().any(|it| !it.is_empty()) {
                    return Err(Unread::Kind);
                }
                if normalizer.is_some() {
                    return Err(Unread::Normaliser);
                }
                let Some(PreTokenizer::ByteLevel { add_prefix_space, use_regex: None | Some(true) }) =
                    pre_tokenizer
                else {
                    return Err(Unread::Words);
                };
                let merges: Option<Vec<_>> = merges.iter().map(Merge::parts).collect();
                let cut = ByteLevel::new(&vocab, &merges.ok_or(Unread::Form)?, add_prefix_space);
                Box::new(cut.ok_or(Unread::Vocabulary)?)
            }
            Model::Unigram {} => return Err(Unread::Unigram),
            Model::Other => return Err(Unread::Kind),
        };
        let (start, end) = post_processor.and_then(PostProcessor::ends).ok_or(Unread::Ends)?;
        Ok(Self { cut, start, end })
    }
}

impl PostProcessor {
    /// The token before a text and the one after it.
    fn ends(self) -> Option<(PieceId, PieceId)> {
        match self {
            Self::Template { single, special_tokens } => {
                let [Part::SpecialToken { id: first }, Part::Sequence {}, Part::SpecialToken { id: last }] =
                    single.as_slice()
                else {
                    return None;
                };
                let id = |it: &String| match special_tokens.get(it)?.ids.as_slice() {
                    [id] => Some(*id),
                    _ => None,
                };
                Some((id(first)?, id(last)?))
            }
            Self::Pair { cls, sep } => Some((cls.1, sep.1)),
            Self::Other => None,
        }
    }
}

#[cfg(test)]
mod tests;
