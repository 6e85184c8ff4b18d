//! The settings as written: the shape of both files. What the values mean is `check`'s business.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

pub(super) type Text = Spanned<String>;
pub(super) type Number = Spanned<i64>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StationFile {
    pub(super) station: StationTable,
    #[serde(default)]
    pub(super) directories: DirectoriesTable,
    #[serde(default)]
    pub(super) timing: TimingTable,
    #[serde(default)]
    pub(super) limits: LimitsTable,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StationTable {
    pub(super) id: Text,
    #[serde(default)]
    pub(super) require_witness: bool,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DirectoriesTable {
    pub(super) root: Option<Text>,
    pub(super) intake: Option<Text>,
    pub(super) studies: Option<Text>,
    pub(super) stewards: Option<Text>,
    pub(super) station: Option<Text>,
    pub(super) claimed: Option<Text>,
    pub(super) outbox: Option<Text>,
    pub(super) objects: Option<Text>,
    pub(super) keystore: Option<Text>,
    pub(super) log: Option<Text>,
    pub(super) review: Option<Text>,
    pub(super) release: Option<Text>,
    pub(super) credentials: Option<Text>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TimingTable {
    pub(super) settle: Option<Text>,
    pub(super) media_settle: Option<Text>,
    pub(super) rescan: Option<Text>,
    pub(super) sidecar_grace: Option<Text>,
    pub(super) receipt_keep: Option<Text>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LimitsTable {
    pub(super) transcript: Option<Text>,
    pub(super) recording: Option<Text>,
    pub(super) keep_free: Option<Text>,
    pub(super) workers: Option<Number>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StudyFile {
    pub(super) study: StudyTable,
    pub(super) ethics: EthicsTable,
    #[serde(default)]
    pub(super) actions: BTreeMap<Text, Text>,
    #[serde(default)]
    pub(super) detail: DetailTable,
    #[serde(default)]
    pub(super) columns: BTreeMap<Text, Text>,
    #[serde(default)]
    pub(super) names: NamesTable,
    #[serde(default)]
    pub(super) population: PopulationTable,
    #[serde(default)]
    pub(super) submitters: SubmittersTable,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StudyTable {
    pub(super) id: Text,
    pub(super) languages: Spanned<Vec<Text>>,
    pub(super) language_versions: Option<Spanned<Vec<Text>>>,
    pub(super) roster: Text,
    pub(super) packs: Spanned<Vec<Text>>,
    pub(super) stewards: Spanned<Vec<Text>>,
    pub(super) gate: Option<Text>,
    pub(super) profiles: Option<Spanned<Vec<Text>>>,
    #[serde(default)]
    pub(super) waves: Vec<Text>,
    pub(super) file_pattern: Option<Text>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EthicsTable {
    pub(super) approval: Text,
    pub(super) approval_until: Spanned<toml::value::Datetime>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DetailTable {
    pub(super) rungs: Option<Number>,
    pub(super) age_years: Option<Number>,
    #[serde(default)]
    pub(super) keep_weekday: bool,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NamesTable {
    pub(super) finder: Option<Text>,
    pub(super) certain: Option<Number>,
    pub(super) probable: Option<Number>,
    pub(super) quasi: Option<Number>,
    pub(super) possible: Option<Number>,
    pub(super) asked: Option<Number>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PopulationTable {
    pub(super) size: Option<Number>,
    pub(super) threshold: Option<Number>,
    pub(super) groups: Option<Number>,
    #[serde(default)]
    pub(super) roles: BTreeMap<Text, Number>,
    #[serde(default)]
    pub(super) units: BTreeMap<Text, Number>,
    #[serde(default)]
    pub(super) shares: BTreeMap<Text, BTreeMap<Text, Spanned<f64>>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SubmittersTable {
    #[serde(default)]
    pub(super) owners: BTreeMap<Text, Text>,
    #[serde(default)]
    pub(super) folders: BTreeMap<Text, Text>,
}
