//! Flags what is almost a name of the roster. A possible finding and never more: it waits for a reviewer.

use super::{Context, frequent, person};
use crate::{
    entity::{Finding, Layer, Tier},
    roster::{
        near::{NearKind, sound},
        squeeze::Squeezed,
        words,
    },
    rules::{Dictionary, Engine},
    view::View,
};

/// What is almost a name in a view.
pub(super) fn find(view: &View, squeezed: &Squeezed, context: &Context<'_>) -> Vec<Finding> {
    let is_word = |word: &str| is_word(context.engine, word);
    let hits = context.roster.near().find(squeezed, view.folded(), &is_word);
    let finding = |hit: crate::roster::near::NearHit| {
        let mut it = person(view.source(hit.range), Tier::Possible, Layer::Roster, hit.kind.rule());
        it.confidence = hit.kind.confidence();
        it.person = (!hit.shared).then_some(hit.person);
        it
    };
    // "Mandy, how are you" names no Mandy Ho.
    let talk = |hit: &crate::roster::near::NearHit| {
        hit.kind == NearKind::FullMisspelling
            && view.folded().get(hit.range.clone()).is_some_and(|it| {
                let words: Vec<_> =
                    it.split(|c: char| !c.is_alphanumeric()).filter(|it| !it.is_empty()).collect();
                words.len() < 3 && words.into_iter().any(frequent::is_common)
            })
    };
    hits.into_iter().filter(|it| !talk(it)).map(finding).collect()
}

/// Whether a finding was made here.
pub(super) fn is_near(it: &Finding) -> bool {
    [NearKind::Homophone, NearKind::Misspelling].iter().any(|kind| kind.rule() == it.rule)
}

/// Whether a folded word is one of the language, and no misspelled name.
pub(super) fn is_word(engine: &Engine, word: &str) -> bool {
    is_word_of(engine.dictionary(), word)
}

/// The same, without the rules.
pub(super) fn is_word_of(dictionary: &Dictionary, word: &str) -> bool {
    frequent::is_common(word)
        || dictionary.is_stop_word(word)
        || words::is_common(word)
        || words::is_beside_a_name(word)
}

/// Whether a dictionary has a folded word, besides: a name may be such a one, too.
pub(super) fn is_known_word(dictionary: &Dictionary, word: &str) -> bool {
    is_word_of(dictionary, word) || dictionary.has(word)
}

/// The same, or two Han characters that make a word.
pub(super) fn is_known_in_any_script(dictionary: &Dictionary, word: &str) -> bool {
    is_known_word(dictionary, word) || sound::is_word_of_two(word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        config::{Bars, Columns, Language},
        detect::{Participants, scan},
        id::JobId,
        item::ItemKind,
        parse::{self, Hint},
        roster::{Roster, matcher::Matcher},
        rules::PackSource,
    };

    const ALL: [&str; 3] = ["core", "en", "hk"];

    /// What is flagged as almost a name, and what is taken out for another reason.
    fn searched(packs: &[&str], roster: &str, ending: &str, text: &str) -> [Vec<String>; 2] {
        let packs: Vec<_> = packs.iter().filter_map(|it| PackSource::built_in(it)).collect();
        let engine = Engine::compile(&packs, &[]).unwrap();
        let roster = Roster::from_csv(roster.as_bytes()).unwrap();
        let matcher = Matcher::new(&roster.alias_table()).unwrap();
        let participants = Participants::default();
        let languages = [Language::En, Language::Yue];
        let context = Context {
            engine: &engine,
            roster: &matcher,
            languages: &languages,
            participants: &participants,
            model: None,
            bars: Bars::default(),
            columns: &Columns::default(),
        };
        let hint = Hint::of(ending.to_owned(), ItemKind::Transcript);
        let raw = parse::parse(JobId::from_bytes([1; 16]), text.as_bytes(), &hint).unwrap();
        let text = raw.text().expose();
        let found = scan(text, raw.layout(), &context).unwrap().findings;
        assert!(found.iter().filter(|it| is_near(it)).all(|it| it.tier == Tier::Possible));
        let shown = |it: &Finding| text[it.span.clone()].to_owned();
        let taken = |it: &&Finding| it.is_transformed() && it.layer != Layer::Label;
        [
            found.iter().filter(|it| is_near(it)).map(shown).collect(),
            found.iter().filter(taken).map(shown).collect(),
        ]
    }

    const INVENTED: &str = include_str!("../roster/near/invented.csv");

    #[test]
    fn no_word_of_the_samples_is_taken_for_a_misspelled_name() {
        let own = include_str!("../sample/roster.csv");
        for (ending, text) in [
            ("md", include_str!("../sample/d01_notes.md")),
            ("txt", include_str!("../sample/d01_pir_interview.txt")),
            ("txt", include_str!("../sample/d01_psw_interview.txt")),
            ("vtt", include_str!("../sample/d01_session.vtt")),
            ("txt", include_str!("../sample/d02_pir_interview.txt")),
            ("txt", include_str!("../sample/d02_psw_interview.txt")),
            ("srt", include_str!("../sample/d02_session.srt")),
        ] {
            for roster in [own, INVENTED] {
                assert_eq!(searched(&ALL, roster, ending, text)[0], Vec::<String>::new());
            }
        }
    }

    #[test]
    fn work_is_not_york_and_grade_is_not_grace() {
        let roster = "code,role,group,unit,name,aliases,relation,consent,never_match\n\
            PSW-01,PSW,D01,,Grace Yorke; Peter Brian,Will,,team,Graice\n";
        let text = "I: so at work the grade of my brain was well, by a meter\nP: Graice and Gracce Yorkee\n";
        assert_eq!(searched(&["core"], roster, "txt", text)[0], ["Gracce", "Yorkee"]);
        // Where a dictionary is enabled, both are words that it does not have.
        assert_eq!(searched(&ALL, roster, "txt", text)[1], ["Graice", "Gracce Yorkee"]);
    }

    #[test]
    fn a_word_of_talk_after_a_name_is_no_wrong_surname() {
        let roster = "code,role,group,unit,name,aliases,relation,consent,never_match\n\
            PSW-01,PSW,D01,,Mandy Ho; Mandy,,,team,\n";
        let text = "I: So Mandy, how did the week go?\nP: Fine.\n";
        assert_eq!(searched(&ALL, roster, "txt", text)[0], Vec::<String>::new());
    }

    #[test]
    fn nothing_is_left_of_a_name_that_is_misspelled_in_part() {
        let text = "I: hello\nP: so then i saw cheung wing szi\n";
        let [flagged, taken] = searched(&ALL, INVENTED, "txt", text);
        assert_eq!((flagged, taken.join(" ")), (vec![], "cheung wing szi".to_owned()));
    }
}
