//! The packs that are built in, file by file. The table is written by
//! `VOUCHSAFE_BLESS=1 cargo test --lib rules::embedded`, which refreshes each `PACK.toml` too.

use std::borrow::Cow::Borrowed;

use super::pack::Content;

/// Name, and path and content of each file.
type Pack = (&'static str, &'static [(&'static str, Content)]);

#[rustfmt::skip]
pub(super) const PACKS: &[Pack] = &[
    ("core", &[
        ("10-direct/handles.toml", Content::Text(Borrowed(include_str!("../../rules/core/10-direct/handles.toml")))),
        ("10-direct/internet.toml", Content::Text(Borrowed(include_str!("../../rules/core/10-direct/internet.toml")))),
        ("10-direct/network.toml", Content::Text(Borrowed(include_str!("../../rules/core/10-direct/network.toml")))),
        ("10-direct/numbers.toml", Content::Text(Borrowed(include_str!("../../rules/core/10-direct/numbers.toml")))),
        ("PACK.toml", Content::Text(Borrowed(include_str!("../../rules/core/PACK.toml")))),
        ("lists/no-hosts.txt", Content::Text(Borrowed(include_str!("../../rules/core/lists/no-hosts.txt")))),
    ]),
    ("en", &[
        ("00-keep/clinical.toml", Content::Text(Borrowed(include_str!("../../rules/en/00-keep/clinical.toml")))),
        ("10-direct/address.toml", Content::Text(Borrowed(include_str!("../../rules/en/10-direct/address.toml")))),
        ("10-direct/identity.toml", Content::Text(Borrowed(include_str!("../../rules/en/10-direct/identity.toml")))),
        ("10-direct/phone.toml", Content::Text(Borrowed(include_str!("../../rules/en/10-direct/phone.toml")))),
        ("10-direct/shapes.toml", Content::Text(Borrowed(include_str!("../../rules/en/10-direct/shapes.toml")))),
        ("20-names/forms.toml", Content::Text(Borrowed(include_str!("../../rules/en/20-names/forms.toml")))),
        ("20-names/position.toml", Content::Text(Borrowed(include_str!("../../rules/en/20-names/position.toml")))),
        ("20-names/unknown.toml", Content::Text(Borrowed(include_str!("../../rules/en/20-names/unknown.toml")))),
        ("30-places/named.toml", Content::Text(Borrowed(include_str!("../../rules/en/30-places/named.toml")))),
        ("30-places/organisations.toml", Content::Text(Borrowed(include_str!("../../rules/en/30-places/organisations.toml")))),
        ("40-time/ages.toml", Content::Text(Borrowed(include_str!("../../rules/en/40-time/ages.toml")))),
        ("40-time/dates.toml", Content::Text(Borrowed(include_str!("../../rules/en/40-time/dates.toml")))),
        ("50-quasi/people.toml", Content::Text(Borrowed(include_str!("../../rules/en/50-quasi/people.toml")))),
        ("PACK.toml", Content::Text(Borrowed(include_str!("../../rules/en/PACK.toml")))),
        ("lists/abbreviations.txt", Content::Text(Borrowed(include_str!("../../rules/en/lists/abbreviations.txt")))),
        ("lists/generic-en.txt", Content::Text(Borrowed(include_str!("../../rules/en/lists/generic-en.txt")))),
        ("lists/generic-street.txt", Content::Text(Borrowed(include_str!("../../rules/en/lists/generic-street.txt")))),
        ("lists/given-en.txt", Content::Text(Borrowed(include_str!("../../rules/en/lists/given-en.txt")))),
        ("lists/given-lower.txt", Content::Text(Borrowed(include_str!("../../rules/en/lists/given-lower.txt")))),
        ("lists/given-wide.fst", Content::Bytes(Borrowed(include_bytes!("../../rules/en/lists/given-wide.fst")))),
        ("lists/given-words.txt", Content::Text(Borrowed(include_str!("../../rules/en/lists/given-words.txt")))),
        ("lists/kin-en.txt", Content::Text(Borrowed(include_str!("../../rules/en/lists/kin-en.txt")))),
        ("lists/medicines.txt", Content::Text(Borrowed(include_str!("../../rules/en/lists/medicines.txt")))),
        ("lists/names-latin.txt", Content::Text(Borrowed(include_str!("../../rules/en/lists/names-latin.txt")))),
        ("lists/not-kin-en.txt", Content::Text(Borrowed(include_str!("../../rules/en/lists/not-kin-en.txt")))),
        ("lists/not-names.txt", Content::Text(Borrowed(include_str!("../../rules/en/lists/not-names.txt")))),
        ("lists/occupations.txt", Content::Text(Borrowed(include_str!("../../rules/en/lists/occupations.txt")))),
        ("lists/peoples.txt", Content::Text(Borrowed(include_str!("../../rules/en/lists/peoples.txt")))),
        ("lists/places-world-words.csv", Content::Text(Borrowed(include_str!("../../rules/en/lists/places-world-words.csv")))),
        ("lists/places-world.csv", Content::Text(Borrowed(include_str!("../../rules/en/lists/places-world.csv")))),
        ("lists/plain-places.txt", Content::Text(Borrowed(include_str!("../../rules/en/lists/plain-places.txt")))),
        ("lists/stop-address.txt", Content::Text(Borrowed(include_str!("../../rules/en/lists/stop-address.txt")))),
        ("lists/stop-en.txt", Content::Text(Borrowed(include_str!("../../rules/en/lists/stop-en.txt")))),
        ("lists/stop-plates.txt", Content::Text(Borrowed(include_str!("../../rules/en/lists/stop-plates.txt")))),
        ("lists/surnames-clear.txt", Content::Text(Borrowed(include_str!("../../rules/en/lists/surnames-clear.txt")))),
        ("lists/surnames-particles.txt", Content::Text(Borrowed(include_str!("../../rules/en/lists/surnames-particles.txt")))),
        ("lists/surnames-wide.fst", Content::Bytes(Borrowed(include_bytes!("../../rules/en/lists/surnames-wide.fst")))),
        ("lists/words-en.fst", Content::Bytes(Borrowed(include_bytes!("../../rules/en/lists/words-en.fst")))),
        ("lists/words-more.txt", Content::Text(Borrowed(include_str!("../../rules/en/lists/words-more.txt")))),
    ]),
    ("hk", &[
        ("00-keep/clinical.toml", Content::Text(Borrowed(include_str!("../../rules/hk/00-keep/clinical.toml")))),
        ("10-direct/address.toml", Content::Text(Borrowed(include_str!("../../rules/hk/10-direct/address.toml")))),
        ("10-direct/identity.toml", Content::Text(Borrowed(include_str!("../../rules/hk/10-direct/identity.toml")))),
        ("10-direct/phone.toml", Content::Text(Borrowed(include_str!("../../rules/hk/10-direct/phone.toml")))),
        ("20-names/bare.toml", Content::Text(Borrowed(include_str!("../../rules/hk/20-names/bare.toml")))),
        ("20-names/han.toml", Content::Text(Borrowed(include_str!("../../rules/hk/20-names/han.toml")))),
        ("20-names/romanised.toml", Content::Text(Borrowed(include_str!("../../rules/hk/20-names/romanised.toml")))),
        ("30-places/gazetteer.toml", Content::Text(Borrowed(include_str!("../../rules/hk/30-places/gazetteer.toml")))),
        ("30-places/named.toml", Content::Text(Borrowed(include_str!("../../rules/hk/30-places/named.toml")))),
        ("40-time/ages.toml", Content::Text(Borrowed(include_str!("../../rules/hk/40-time/ages.toml")))),
        ("40-time/dates.toml", Content::Text(Borrowed(include_str!("../../rules/hk/40-time/dates.toml")))),
        ("50-quasi/people.toml", Content::Text(Borrowed(include_str!("../../rules/hk/50-quasi/people.toml")))),
        ("PACK.toml", Content::Text(Borrowed(include_str!("../../rules/hk/PACK.toml")))),
        ("lists/areas-cased.csv", Content::Text(Borrowed(include_str!("../../rules/hk/lists/areas-cased.csv")))),
        ("lists/areas.csv", Content::Text(Borrowed(include_str!("../../rules/hk/lists/areas.csv")))),
        ("lists/districts.csv", Content::Text(Borrowed(include_str!("../../rules/hk/lists/districts.csv")))),
        ("lists/estates.csv", Content::Text(Borrowed(include_str!("../../rules/hk/lists/estates.csv")))),
        ("lists/far-places.csv", Content::Text(Borrowed(include_str!("../../rules/hk/lists/far-places.csv")))),
        ("lists/generic-zh.txt", Content::Text(Borrowed(include_str!("../../rules/hk/lists/generic-zh.txt")))),
        ("lists/given-han-chars.txt", Content::Text(Borrowed(include_str!("../../rules/hk/lists/given-han-chars.txt")))),
        ("lists/given-han.txt", Content::Text(Borrowed(include_str!("../../rules/hk/lists/given-han.txt")))),
        ("lists/given-pinyin-wide.fst", Content::Bytes(Borrowed(include_bytes!("../../rules/hk/lists/given-pinyin-wide.fst")))),
        ("lists/han-name-chars.csv", Content::Text(Borrowed(include_str!("../../rules/hk/lists/han-name-chars.csv")))),
        ("lists/kin-zh.txt", Content::Text(Borrowed(include_str!("../../rules/hk/lists/kin-zh.txt")))),
        ("lists/medicines-zh.txt", Content::Text(Borrowed(include_str!("../../rules/hk/lists/medicines-zh.txt")))),
        ("lists/not-kin-zh.txt", Content::Text(Borrowed(include_str!("../../rules/hk/lists/not-kin-zh.txt")))),
        ("lists/occupations-zh.txt", Content::Text(Borrowed(include_str!("../../rules/hk/lists/occupations-zh.txt")))),
        ("lists/organisations-cased.csv", Content::Text(Borrowed(include_str!("../../rules/hk/lists/organisations-cased.csv")))),
        ("lists/organisations.csv", Content::Text(Borrowed(include_str!("../../rules/hk/lists/organisations.csv")))),
        ("lists/pinyin-given.txt", Content::Text(Borrowed(include_str!("../../rules/hk/lists/pinyin-given.txt")))),
        ("lists/pinyin-surnames.txt", Content::Text(Borrowed(include_str!("../../rules/hk/lists/pinyin-surnames.txt")))),
        ("lists/rungs-hk.csv", Content::Text(Borrowed(include_str!("../../rules/hk/lists/rungs-hk.csv")))),
        ("lists/rungs-services.csv", Content::Text(Borrowed(include_str!("../../rules/hk/lists/rungs-services.csv")))),
        ("lists/services.csv", Content::Text(Borrowed(include_str!("../../rules/hk/lists/services.csv")))),
        ("lists/stop-nick-zh.txt", Content::Text(Borrowed(include_str!("../../rules/hk/lists/stop-nick-zh.txt")))),
        ("lists/stop-rom.txt", Content::Text(Borrowed(include_str!("../../rules/hk/lists/stop-rom.txt")))),
        ("lists/stop-tail.txt", Content::Text(Borrowed(include_str!("../../rules/hk/lists/stop-tail.txt")))),
        ("lists/stop-zh.txt", Content::Text(Borrowed(include_str!("../../rules/hk/lists/stop-zh.txt")))),
        ("lists/streets.csv", Content::Text(Borrowed(include_str!("../../rules/hk/lists/streets.csv")))),
        ("lists/surnames-han-bare.txt", Content::Text(Borrowed(include_str!("../../rules/hk/lists/surnames-han-bare.txt")))),
        ("lists/surnames-han-common.txt", Content::Text(Borrowed(include_str!("../../rules/hk/lists/surnames-han-common.txt")))),
        ("lists/surnames-han.txt", Content::Text(Borrowed(include_str!("../../rules/hk/lists/surnames-han.txt")))),
        ("lists/surnames-rom-bare.txt", Content::Text(Borrowed(include_str!("../../rules/hk/lists/surnames-rom-bare.txt")))),
        ("lists/surnames-rom-clear.txt", Content::Text(Borrowed(include_str!("../../rules/hk/lists/surnames-rom-clear.txt")))),
        ("lists/surnames-rom-wide.fst", Content::Bytes(Borrowed(include_bytes!("../../rules/hk/lists/surnames-rom-wide.fst")))),
        ("lists/surnames-rom.txt", Content::Text(Borrowed(include_str!("../../rules/hk/lists/surnames-rom.txt")))),
        ("lists/syllables-rom-clear.txt", Content::Text(Borrowed(include_str!("../../rules/hk/lists/syllables-rom-clear.txt")))),
        ("lists/syllables-rom-wide.fst", Content::Bytes(Borrowed(include_bytes!("../../rules/hk/lists/syllables-rom-wide.fst")))),
        ("lists/syllables-rom.txt", Content::Text(Borrowed(include_str!("../../rules/hk/lists/syllables-rom.txt")))),
        ("lists/words-yue.txt", Content::Text(Borrowed(include_str!("../../rules/hk/lists/words-yue.txt")))),
        ("lists/words-zh.fst", Content::Bytes(Borrowed(include_bytes!("../../rules/hk/lists/words-zh.fst")))),
    ]),
];

#[cfg(test)]
mod tests {
    use std::{collections::BTreeMap, fmt::Write as _, fs, path::PathBuf};

    use crate::rules::{Content, Engine, PackSource, pack, pack_digests};

    fn root() -> PathBuf {
        PathBuf::from(env!("CARGO_MANIFEST_DIR"))
    }

    fn folders() -> Vec<PathBuf> {
        let mut all: Vec<_> = fs::read_dir(root().join("rules"))
            .into_iter()
            .flatten()
            .map(|it| it.unwrap().path())
            .filter(|it| it.join(pack::MANIFEST).is_file())
            .collect();
        all.sort();
        all
    }

    /// Rewrites `PACK.toml`s and the table above, if asked to.
    #[expect(clippy::disallowed_methods, reason = "a test that writes this repository's own sources")]
    fn bless() {
        if std::env::var_os("VOUCHSAFE_BLESS").is_none() {
            return;
        }
        let mut table = String::new();
        for folder in folders() {
            let source = PackSource::from_directory(&folder).unwrap();
            let manifest = fs::read_to_string(folder.join(pack::MANIFEST)).unwrap();
            let head = manifest.split("[files]").next().unwrap().trim_end();
            let mut text = format!("{head}\n\n[files]\n");
            for (path, digest) in pack_digests(&source) {
                writeln!(text, "\"{path}\" = \"{digest}\"").unwrap();
            }
            fs::write(folder.join(pack::MANIFEST), text).unwrap();
            let name = &source.name;
            writeln!(table, "    (\"{name}\", &[").unwrap();
            for it in source.files.iter().filter(|it| !it.path.starts_with("site/")) {
                let file = format!("\"../../rules/{name}/{}\"", it.path);
                let content = match &it.content {
                    Content::Text(_) => format!("Content::Text(Borrowed(include_str!({file})))"),
                    Content::Bytes(_) => format!("Content::Bytes(Borrowed(include_bytes!({file})))"),
                };
                writeln!(table, "        (\"{}\", {content}),", it.path).unwrap();
            }
            table.push_str("    ]),\n");
        }
        let own = root().join("src/rules/embedded.rs");
        let text = fs::read_to_string(&own).unwrap();
        let open = "pub(super) const PACKS: &[Pack] = &[\n";
        let (before, rest) = text.split_once(open).unwrap();
        let rest = format!("\n{rest}");
        let (_, after) = rest.split_once("\n];").unwrap();
        fs::write(own, format!("{before}{open}{table}];{after}")).unwrap();
    }

    #[test]
    fn the_packs_in_the_tree_hold_all_their_examples() {
        bless();
        let packs: Vec<_> = folders().iter().map(|it| PackSource::from_directory(it).unwrap()).collect();
        if packs.is_empty() {
            return;
        }
        let faults: Vec<_> = Engine::faults(&packs).iter().map(ToString::to_string).collect();
        assert!(faults.is_empty(), "\n{}", faults.join("\n"));
    }

    #[test]
    fn every_file_of_the_tree_is_built_in_as_it_stands() {
        let on_disk: BTreeMap<_, _> = folders()
            .iter()
            .map(|it| PackSource::from_directory(it).unwrap())
            .map(|it| {
                (it.name.clone(), it.files.into_iter().filter(|it| !it.path.starts_with("site/")).collect())
            })
            .collect();
        let built_in: BTreeMap<String, Vec<_>> = PackSource::built_in_names()
            .into_iter()
            .map(|it| (it.to_owned(), PackSource::built_in(it).unwrap().files))
            .collect();
        assert!(on_disk == built_in, "run VOUCHSAFE_BLESS=1 cargo test --lib rules::embedded");
    }
}
