use std::ops::Range;

use serde::Deserialize;

use super::{pieces::PieceId, *};
use crate::entity::EntityType;

#[derive(Deserialize)]
struct PiecesCase {
    text: String,
    units: Vec<(usize, usize, Vec<PieceId>)>,
}

#[derive(Deserialize)]
struct TaggerCase {
    turns: Vec<String>,
    spans: Vec<Vec<(usize, usize, EntityType)>>,
    ids: Vec<Vec<PieceId>>,
}

fn cases<T: for<'d> Deserialize<'d>>(text: &str) -> Vec<T> {
    text.lines().map(|it| serde_json::from_str(it).unwrap()).collect()
}

#[test]
fn texts_are_cut_as_in_training() {
    let model = Model::embedded().unwrap();
    let cases: Vec<PiecesCase> = cases(include_str!("weights/pieces-cases.jsonl"));
    assert!(cases.len() >= 50);
    for case in cases {
        let got: Vec<_> = model
            .cut
            .units(&case.text)
            .into_iter()
            .map(|it| (it.range.start, it.range.end, it.ids))
            .collect();
        assert_eq!(got, case.units, "{}", case.text);
    }
}

#[test]
fn the_network_runs_and_finds_what_it_found_in_training() {
    let model = Model::embedded().unwrap();
    for case in cases::<TaggerCase>(include_str!("weights/tagger-cases.jsonl")) {
        let turns: Vec<&str> = case.turns.iter().map(String::as_str).collect();
        let units: Vec<_> = turns.iter().map(|it| model.cut.units(it)).collect();
        let ids: Vec<_> = windows::plan(&units, model.sizes).into_iter().map(|it| it.ids).collect();
        assert_eq!(ids, case.ids);
        let got: Vec<Vec<(Range<usize>, EntityType)>> = model
            .read(&turns)
            .unwrap()
            .into_iter()
            .map(|it| beliefs(&it, 0.5).into_iter().map(|it| (it.range, it.entity)).collect())
            .collect();
        let want: Vec<Vec<_>> =
            case.spans.iter().map(|it| it.iter().map(|(a, b, c)| (*a..*b, *c)).collect()).collect();
        assert_eq!(got, want, "{turns:?}");
    }
}

#[test]
fn every_unit_of_a_long_turn_is_judged_once() {
    let model = Model::embedded().unwrap();
    for turn in
        ["and then ".repeat(500), "字".repeat(1000), "a".repeat(3000), format!("{}x", "9 ".repeat(126))]
    {
        let units = vec![model.cut.units("one"), model.cut.units(&turn), Vec::new()];
        let windows = windows::plan(&units, model.sizes);
        let mut met = vec![0_usize; units[1].len()];
        for window in &windows {
            assert!(window.ids.len() <= 128, "{}", window.ids.len());
            for mark in window.marks.iter().filter(|it| it.turn == 1) {
                met[mark.unit] += 1;
            }
        }
        assert!(met.iter().all(|it| (1..=3).contains(it)));
        assert_eq!(model.read(&["one", &turn, ""]).unwrap().len(), 3);
    }
}

#[test]
fn what_stands_around_a_turn_of_no_letters_does_not_matter() {
    let model = Model::embedded().unwrap();
    assert_eq!(model.read(&[]).unwrap(), Vec::<Vec<Heard>>::new());
    assert_eq!(model.read(&["", "…", " \n"]).unwrap(), vec![Vec::new(); 3]);
}
