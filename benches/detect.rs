//! Prints how many megabytes of bilingual talk a core searches in a second: `cargo bench --bench detect`.
//! The talk is generated here; no data of anybody's.
use vouchsafe::{
    config::Language,
    detect::{self, Context, Participants},
    roster::matcher::{AliasTable, Matcher},
    rules::{Engine, PackSource},
    transcript::{Format, Layout, Piece, Role},
};

const TURNS: &[&str] = &[
    "so i was just sitting there you know and the voices got louder and i didn't know what to do",
    "Mm-hm. And what did you do then, if you don't mind me asking?",
    "我嗰陣真係好驚，瞓又瞓唔到，食又食唔落，成日覺得有人跟住我",
    "係呀，跟住我打咗電話畀 social worker，佢話不如返去覆診先",
    "Well, I took the medicine for about three months and then I stopped because it made me so tired.",
    "我朋友話你試吓行山囉，咪去咗兩次，都 okay 嘅",
    "Then my sister rang, and we talked for an hour or so about our mother and the old flat.",
    "嗯",
    "The group meets twice a week, it is on the second floor next to the kitchen.",
];

#[expect(clippy::expect_used, clippy::cast_precision_loss, reason = "a harness that prints a rate")]
fn main() {
    let packs: Vec<_> = PackSource::built_in_names().into_iter().filter_map(PackSource::built_in).collect();
    let engine = Engine::compile(&packs, &[]).expect("the built-in packs load");
    let roster = Matcher::new(&AliasTable::default()).expect("an empty roster is a roster");
    let participants = Participants::default();
    let languages = [Language::En, Language::Yue];
    let context =
        Context { engine: &engine, roster: &roster, languages: &languages, participants: &participants };
    let mut text = String::new();
    let mut pieces = Vec::new();
    for (turn, line) in (0_u32..).zip(TURNS.iter().cycle()) {
        if text.len() > 4_000_000 {
            break;
        }
        let start = text.len();
        text.push(if turn % 2 == 0 { 'I' } else { 'P' });
        pieces.push(Piece { start, end: text.len(), role: Role::Label, turn });
        text.push_str(": ");
        let start = text.len();
        text.push_str(line);
        if turn % 97 == 0 {
            text.push_str(" my number is 9321 0478");
        }
        pieces.push(Piece { start, end: text.len(), role: Role::Speech, turn });
        text.push('\n');
    }
    let layout = Layout { format: Format::Text, encoding: "UTF-8".into(), pieces };
    #[expect(clippy::disallowed_methods, reason = "a stopwatch is what this is")]
    let start = std::time::Instant::now();
    let scan = detect::scan(&text, &layout, &context);
    let seconds = start.elapsed().as_secs_f64();
    #[expect(clippy::disallowed_macros, clippy::print_stdout, reason = "its one output")]
    {
        std::println!(
            "{:.1} MB/s a core over {} bytes, {} findings, {} turns uncovered",
            text.len() as f64 / 1e6 / seconds,
            text.len(),
            scan.findings.len(),
            scan.uncovered.len()
        );
    }
}
