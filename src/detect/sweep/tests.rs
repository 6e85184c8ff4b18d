//! What a found name is known again by, and what only looks like it.

use super::*;
use crate::{
    config::Language,
    rules::{Engine, PackSource},
};

fn engine() -> Engine {
    let packs = PackSource::built_in_names().into_iter().map(PackSource::built_in);
    Engine::compile(&packs.collect::<Option<Vec<_>>>().unwrap(), &[Language::En, Language::Yue]).unwrap()
}

thread_local! {
    static ENGINE: Engine = engine();
}

/// What is found in a text by a certain name, `?` behind what is only possible.
fn found(name: &str, text: &str) -> Vec<String> {
    ENGINE.with(|engine| {
        let mut names = Names::default();
        names.add(View::of(name).folded(), Tier::Certain, engine.dictionary());
        let view = View::of(text);
        let mut all = names.finish().map(|it| it.find(&view)).unwrap_or_default();
        all.sort_by_key(|it| it.range.start);
        let mark = |it: &Again| if it.tier == Tier::Possible { "?" } else { "" };
        all.iter().map(|it| format!("{}{}", &view.text()[it.range.clone()], mark(it))).collect()
    })
}

#[track_caller]
fn check(name: &str, text: &str, want: &[&str]) {
    assert_eq!(found(name, text), want, "{name} in {text}");
}

#[test]
fn a_latin_name_is_known_by_its_parts_however_it_is_cased() {
    check(
        "Fatima Rahmani",
        "so fatima said RAHMANI, Rahmani Fatima",
        &["fatima", "RAHMANI", "Rahmani", "Fatima"],
    );
    check("Fatima", "fatima's son and Fatimas son and FATIMA’S", &["fatima", "Fatimas", "FATIMA"]);
    check("Ada Quillfeather", "ada and quillfeathers", &["ada", "quillfeathers"]);
    let text = "Anne Marie, annemarie and Anne-Marie Quill";
    check("Anne-Marie Quill", text, &["Anne Marie", "annemarie", "Anne-Marie Quill"]);
}

#[test]
fn a_word_is_a_name_only_where_it_is_written_as_one() {
    let cased = "Yes.\nI asked Marsh.\nThat was a marsh.\nOver the marsh.";
    check("Quillon Marsh", cased, &["Marsh", "marsh?", "marsh?"]);
    check("Quillon Marsh", "i asked quillon marsh and marsh", &["quillon marsh", "marsh"]);
    check("Quillon Marsh", "So.\nI told uncle marsh.\nYes.", &["marsh"]);
    check("Grace Okafor", "By the grace of God, Grace.", &[]);
    check("Will May", "well i will go in may", &[]);
    check("Hope", "i hope so", &[]);
    check("Mark", "Marks out of ten. It marks a change.\nGood marks.\nSee?", &[]);
}

#[test]
fn a_romanised_name_is_known_with_and_without_hyphen_and_apart() {
    let text = "Chan Wing Yan, Wing-yan, wing yan, Wingyan Chan, CHAN, Wing Yan";
    check(
        "Chan Wing-yan",
        text,
        &["Chan Wing Yan", "Wing-yan", "wing yan", "Wingyan Chan", "CHAN, Wing Yan"],
    );
    check("Wing Yan", "Wing-yan and wingyan", &["Wing-yan", "wingyan"]);
    // Neither a syllable alone, nor two words of talk, nor a joined name that is a word.
    check("Lee Wai Ting", "Waiting on a wing. I was waiting.\nYes.", &[]);
    check("Kwok Wing", "on a wing", &[]);
    check("David Chan Tai Man", "david chan, Tai Man", &["david chan", "Tai Man"]);
}

#[test]
fn a_han_name_is_known_as_people_are_called() {
    check("黎曉彤", "曉彤話阿彤去咗，彤姐同彤仔，彤", &["曉彤", "阿彤", "彤姐", "彤仔"]);
    check("黎曉彤", "黎晓彤说晓彤", &["黎晓彤", "晓彤"]);
    check("陈国华", "陳國華同國華", &["陳國華", "國華"]);
    // Words around it make it none.
    check("陳國家", "國家嘅事，家姐話", &[]);
    check("林作文", "作文仔細啲", &["作文?"]);
}

#[test]
fn a_han_name_is_known_in_latin_letters() {
    check("陳大文", "then chan tai man came", &["chan tai man"]);
    check(
        "陳大文",
        "Tai Man Chan; Chan Tai-man, Chan Taiman",
        &["Tai Man Chan", "Chan Tai-man", "Chan Taiman"],
    );
    check("陳大文", "Tai Man said", &["Tai Man?"]);
    check("陈大文", "chan tai man", &["chan tai man"]);
    check("何文", "ho man", &["ho man?"]);
    check("蘇文", "so man, so", &[]);
    check("陳大文", "wong tai sin, chan, tai, man to man. Chan Siu Man", &[]);
}

#[test]
fn a_romanised_name_is_known_in_han() {
    check("Chan Tai Man", "我識陳大文，同陳太文", &["陳大文", "陳太文"]);
    check("Tai-man Chan", "陈大文", &["陈大文"]);
    check("Chan Tai Man", "陳生同陳大明", &[]);
    check("Grace Chan", "陳大文", &[]);
}

#[test]
fn spellings_that_join_over_a_turn_are_none() {
    check("陳大文", "so i met chan\ntai man", &["tai man?"]);
}
