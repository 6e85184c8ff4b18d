//! The packs that are built in, file by file. The table is written by
//! `VOUCHSAFE_BLESS=1 cargo test --lib rules::embedded`, which refreshes each `PACK.toml` too.

/// Name, and path and text of each file.
type Pack = (&'static str, &'static [(&'static str, &'static str)]);

#[rustfmt::skip]
pub(super) const PACKS: &[Pack] = &[
    ("core", &[
        ("10-direct/handles.toml", include_str!("../../rules/core/10-direct/handles.toml")),
        ("10-direct/internet.toml", include_str!("../../rules/core/10-direct/internet.toml")),
        ("10-direct/network.toml", include_str!("../../rules/core/10-direct/network.toml")),
        ("10-direct/numbers.toml", include_str!("../../rules/core/10-direct/numbers.toml")),
        ("PACK.toml", include_str!("../../rules/core/PACK.toml")),
    ]),
    ("en", &[
        ("00-keep/clinical.toml", include_str!("../../rules/en/00-keep/clinical.toml")),
        ("10-direct/address.toml", include_str!("../../rules/en/10-direct/address.toml")),
        ("10-direct/identity.toml", include_str!("../../rules/en/10-direct/identity.toml")),
        ("10-direct/phone.toml", include_str!("../../rules/en/10-direct/phone.toml")),
        ("20-names/forms.toml", include_str!("../../rules/en/20-names/forms.toml")),
        ("30-places/organisations.toml", include_str!("../../rules/en/30-places/organisations.toml")),
        ("40-time/ages.toml", include_str!("../../rules/en/40-time/ages.toml")),
        ("40-time/dates.toml", include_str!("../../rules/en/40-time/dates.toml")),
        ("50-quasi/people.toml", include_str!("../../rules/en/50-quasi/people.toml")),
        ("PACK.toml", include_str!("../../rules/en/PACK.toml")),
        ("lists/given-en.txt", include_str!("../../rules/en/lists/given-en.txt")),
        ("lists/given-lower.txt", include_str!("../../rules/en/lists/given-lower.txt")),
        ("lists/given-words.txt", include_str!("../../rules/en/lists/given-words.txt")),
        ("lists/medicines.txt", include_str!("../../rules/en/lists/medicines.txt")),
        ("lists/names-latin.txt", include_str!("../../rules/en/lists/names-latin.txt")),
        ("lists/plain-places.txt", include_str!("../../rules/en/lists/plain-places.txt")),
        ("lists/stop-en.txt", include_str!("../../rules/en/lists/stop-en.txt")),
        ("lists/surnames-clear.txt", include_str!("../../rules/en/lists/surnames-clear.txt")),
        ("lists/surnames-en.txt", include_str!("../../rules/en/lists/surnames-en.txt")),
        ("lists/surnames-particles.txt", include_str!("../../rules/en/lists/surnames-particles.txt")),
    ]),
    ("hk", &[
        ("00-keep/clinical.toml", include_str!("../../rules/hk/00-keep/clinical.toml")),
        ("10-direct/address.toml", include_str!("../../rules/hk/10-direct/address.toml")),
        ("10-direct/identity.toml", include_str!("../../rules/hk/10-direct/identity.toml")),
        ("10-direct/phone.toml", include_str!("../../rules/hk/10-direct/phone.toml")),
        ("20-names/han.toml", include_str!("../../rules/hk/20-names/han.toml")),
        ("20-names/romanised.toml", include_str!("../../rules/hk/20-names/romanised.toml")),
        ("30-places/gazetteer.toml", include_str!("../../rules/hk/30-places/gazetteer.toml")),
        ("40-time/ages.toml", include_str!("../../rules/hk/40-time/ages.toml")),
        ("40-time/dates.toml", include_str!("../../rules/hk/40-time/dates.toml")),
        ("50-quasi/people.toml", include_str!("../../rules/hk/50-quasi/people.toml")),
        ("PACK.toml", include_str!("../../rules/hk/PACK.toml")),
        ("lists/areas-cased.csv", include_str!("../../rules/hk/lists/areas-cased.csv")),
        ("lists/areas.csv", include_str!("../../rules/hk/lists/areas.csv")),
        ("lists/districts.csv", include_str!("../../rules/hk/lists/districts.csv")),
        ("lists/estates.csv", include_str!("../../rules/hk/lists/estates.csv")),
        ("lists/far-places.csv", include_str!("../../rules/hk/lists/far-places.csv")),
        ("lists/given-han-chars.txt", include_str!("../../rules/hk/lists/given-han-chars.txt")),
        ("lists/given-han.txt", include_str!("../../rules/hk/lists/given-han.txt")),
        ("lists/medicines-zh.txt", include_str!("../../rules/hk/lists/medicines-zh.txt")),
        ("lists/organisations-cased.csv", include_str!("../../rules/hk/lists/organisations-cased.csv")),
        ("lists/organisations.csv", include_str!("../../rules/hk/lists/organisations.csv")),
        ("lists/pinyin-given.txt", include_str!("../../rules/hk/lists/pinyin-given.txt")),
        ("lists/pinyin-surnames.txt", include_str!("../../rules/hk/lists/pinyin-surnames.txt")),
        ("lists/rungs-hk.csv", include_str!("../../rules/hk/lists/rungs-hk.csv")),
        ("lists/services.csv", include_str!("../../rules/hk/lists/services.csv")),
        ("lists/stop-nick-zh.txt", include_str!("../../rules/hk/lists/stop-nick-zh.txt")),
        ("lists/stop-rom.txt", include_str!("../../rules/hk/lists/stop-rom.txt")),
        ("lists/stop-tail.txt", include_str!("../../rules/hk/lists/stop-tail.txt")),
        ("lists/stop-zh.txt", include_str!("../../rules/hk/lists/stop-zh.txt")),
        ("lists/streets.csv", include_str!("../../rules/hk/lists/streets.csv")),
        ("lists/surnames-han-common.txt", include_str!("../../rules/hk/lists/surnames-han-common.txt")),
        ("lists/surnames-han.txt", include_str!("../../rules/hk/lists/surnames-han.txt")),
        ("lists/surnames-rom-bare.txt", include_str!("../../rules/hk/lists/surnames-rom-bare.txt")),
        ("lists/surnames-rom-clear.txt", include_str!("../../rules/hk/lists/surnames-rom-clear.txt")),
        ("lists/surnames-rom.txt", include_str!("../../rules/hk/lists/surnames-rom.txt")),
        ("lists/syllables-rom-clear.txt", include_str!("../../rules/hk/lists/syllables-rom-clear.txt")),
        ("lists/syllables-rom.txt", include_str!("../../rules/hk/lists/syllables-rom.txt")),
    ]),
];

#[cfg(test)]
mod tests {
    use std::{collections::BTreeMap, fmt::Write as _, fs, path::PathBuf};

    use crate::rules::{Engine, PackSource, pack, pack_digests};

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
            for it in source.files.iter().map(|it| &it.path).filter(|it| !it.starts_with("site/")) {
                writeln!(table, "        (\"{it}\", include_str!(\"../../rules/{name}/{it}\")),").unwrap();
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
