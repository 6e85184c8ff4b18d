"""Names and words that the talk is filled with: from the packages of `training/lists`, the tool's lists and `names.toml`.

    python3 -m talk.pools          writes target/tagger/pools.json (sources are downloaded as `training/lists` does)

Each name is for training or for measuring by a hash of its own (`turns.held_out`), whatever list it is from.
"""

import collections
import csv
import json
import pathlib
import re
import sys
import tomllib
import unicodedata

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parent.parent.parent
CACHE = ROOT / "target" / "tagger" / "pools.json"
LISTS = ROOT / "training" / "lists"
RULES = ROOT / "rules"

FAKER = {
    "western": ["en_US", "en_GB", "en_IE", "en_NZ"],
    "european": ["de_DE", "fr_FR", "it_IT", "es_ES", "es_MX", "pt_PT", "pl_PL", "nl_NL", "sv_SE", "no_NO", "da_DK", "fi_FI", "cs_CZ", "hr_HR", "ro_RO", "hu_HU", "sl_SI"],
    "south-asian": ["en_IN"],
    "indonesian": ["id_ID"],
    "vietnamese": ["vi_VN"],
    "african": ["en_KE", "sw", "ha_NG", "ig_NG", "yo_NG", "tw_GH", "zu_ZA"],
    "turkic": ["tr_TR", "az_AZ", "uz_UZ"],
    "thai": ["en_TH"],
    "muslim": ["en_PK", "fr_DZ"],
}
LATIN = re.compile(r"^[A-Z\u00c0-\u00de\u0100-\u017f\u1ea0-\u1ef8][a-z\u00df-\u00ff\u0100-\u024f\u1ea0-\u1ef9'A-Z-]{1,14}$")
HAN = re.compile(r"^[\u4e00-\u9fff]+$")
HAN_PLACES, HAN_WORDS = ("ns",), ("n", "v", "a", "d", "vn", "i", "l")


def own(path):
    return [it for it in (RULES / path).read_text(encoding="utf-8").splitlines() if it and not it.startswith("#")]


def column(path):
    return [row[0] for row in csv.reader(own(path))]


def latin(words):
    return sorted({unicodedata.normalize("NFC", it) for it in words if LATIN.match(it)})


def han(words):
    return sorted({it for it in words if HAN.match(it)})


def given_and_last(open_, readers):
    given = collections.defaultdict(lambda: collections.defaultdict(list))
    last = collections.defaultdict(list)
    for culture, locales in FAKER.items():
        for locale in locales:
            lists = readers.python_lists(open_("faker-py").text(f"faker/providers/person/{locale}/__init__.py"))
            for name, words in lists.items():
                if name.startswith("first_names"):
                    gender = "f" if "female" in name else "m" if "male" in name else "u"
                    given[culture][gender] += words
                elif name.startswith(("last_names", "unisex_last")):
                    last[culture] += words
    own_names = tomllib.loads((HERE / "names.toml").read_text(encoding="utf-8"))
    sounds, things = own_names.pop("sounds"), own_names.pop("things")["all"].split()
    for culture, its in own_names.items():
        for gender in "fm":
            given[culture][gender] += its[gender].split()
        last[culture] += its.get("last", "").split()
    japanese = open_("japanese")
    for gender, kind in (("f", "woman"), ("m", "man")):
        rows = csv.reader(japanese.text(f"japanese_personal_name_dataset/dataset/first_name_{kind}_org.csv").splitlines())
        given["japanese"][gender] += [row[1].capitalize() for row in rows if len(row) > 4]
    rows = csv.reader(japanese.text("japanese_personal_name_dataset/dataset/last_name_org.csv").splitlines())
    last["japanese"] += [row[3].capitalize() for row in rows][:1500]
    births = readers.births(open_("us-babies").bytes("package/sqlite/us-name-data.sqlite.zip")[0][1])
    given["wide"]["u"] += [name.capitalize() for name, n in births.items() if n >= 300]
    return given, last, {g: sounds[g].split() for g in "fm"}, things


def chinese(open_, readers, to_traditional):
    """Given names of Mainland and Taiwan with their gender, words, places."""
    out = {"f": [], "m": []}
    data = json.loads(open_("mimesis").text("mimesis/datasets/zh/person.json"))
    taiwan = readers.python_lists(open_("faker-py").text("faker/providers/person/zh_TW/__init__.py"))
    for gender, kind in (("f", "female"), ("m", "male")):
        out[gender] = [to_traditional(it) for it in data["names"][kind]] + taiwan[f"first_names_{kind}"]
    words, places, whole, bearing = [], [], [], set()
    for line in open_("jieba").text("jieba/dict.txt").splitlines():
        word, count, tag = line.split(" ")
        if not HAN.match(word) or not 2 <= len(word) <= 4:
            continue
        if tag.startswith(("nr", "ns", "nt", "nz")):
            bearing.add(to_traditional(word))
        if tag == "nr" and len(word) == 3:
            whole.append(to_traditional(word))
        elif tag in HAN_WORDS and int(count) >= 30:
            words.append(to_traditional(word))
        elif tag in HAN_PLACES and int(count) >= 20:
            places.append(to_traditional(word))
    return out, words, places, whole, bearing


def build():
    sys.path.insert(0, str(LISTS))
    import archives
    import han as han_lists
    import readers

    sources, opened = archives.sources(), {}

    def open_(id):
        return opened.setdefault(id, None) or opened.update({id: archives.Archive(sources[id])}) or opened[id]

    scripts = han_lists.Scripts(open_)
    traditional = lambda text: scripts.local(scripts.traditional(text))
    given, last, sounds, things = given_and_last(open_, readers)
    han_given, words, places, whole, bearing_zh = chinese(open_, readers, traditional)
    for gender in "fm":
        han_given[gender] += given["han"][gender]
    del given["han"], last["han"]
    common = own("hk/lists/surnames-han-common.txt")
    last_names = {traditional(it) for it in common}
    cities = [row for row in csv.reader(own("en/lists/places-world.csv"))]
    out = {
        "given": {culture: {g: latin(its) for g, its in genders.items()} for culture, genders in given.items()},
        "last": {culture: latin(its) for culture, its in last.items() if its},
        "han-given": {g: sorted({traditional(it) for it in han(its) if len(it) <= 2}) for g, its in han_given.items()},
        "han-given-whole": sorted({it[1:] for it in whole if it[0] in last_names and HAN.match(it)}),
        "han-sounds": sounds,
        "han-things": things,
        "han-last": sorted({traditional(it) for it in common}),
        "han-last-rare": sorted({traditional(it) for it in own("hk/lists/surnames-han.txt")}),
        "han-char": sorted({traditional(it) for it in own("hk/lists/given-han-chars.txt")}),
        "rom-last": own("hk/lists/surnames-rom.txt"),
        "rom-syllable": own("hk/lists/syllables-rom.txt"),
        "pinyin-last": own("hk/lists/pinyin-surnames.txt"),
        "pinyin-syllable": own("hk/lists/pinyin-given.txt"),
        "given-words": own("en/lists/given-words.txt"),
        "drug-en": own("en/lists/medicines.txt"),
        "drug-zh": han(own("hk/lists/medicines-zh.txt")),
        "people-en": [it.capitalize() for it in own("en/lists/peoples.txt")],
        "occ-en": [it for it in own("en/lists/occupations.txt")],
        "occ-zh": han(traditional(it) for it in own("hk/lists/occupations-zh.txt")),
        "nick-stop": own("hk/lists/stop-nick-zh.txt"),
        "world-en": [row[0] for row in cities if row[0].isascii()],
        "word-zh": sorted(set(words)),
        "place-zh": sorted(set(places)),
    }
    lexicon = readers.parse_json(open_("rime-cantonese").text("pycantonese/data/rime_cantonese/chars_to_jyutping.json"))
    namesakes = bearing_zh | {it for its in out["han-given"].values() for it in its} | set(out["place-zh"]) | set(out["han-last-rare"])
    out["word-yue"] = sorted({it for it in map(traditional, lexicon) if HAN.match(it) and 2 <= len(it) <= 4} - namesakes)
    for key, files in {"place": ("areas", "estates", "streets", "districts", "far-places"), "org": ("organisations", "services")}.items():
        terms = [it for file in files for it in column(f"hk/lists/{file}.csv")]
        out[f"{key}-en"] = [it for it in terms if it.isascii()]
        out[f"{key}-hk"] = sorted({traditional(it) for it in terms if any(HAN.match(c) for c in it)})
    like = {traditional(it) for name in ("stop-zh", "stop-nick-zh", "words-yue") for it in own(f"hk/lists/{name}.txt")}
    out["look-zh"] = sorted({it for it in like if len(it) > 1} - bearing_zh - set(out["place-zh"]) - set(out["place-hk"]) - set(out["org-hk"]))
    frequent = open_("english-frequency").text("symspellpy/frequency_dictionary_en_82_765.txt").splitlines()
    named = [*out["given"]["wide"]["u"], *out["rom-last"], *out["world-en"], *out["place-en"], *out["people-en"], *out["org-en"], *column("en/lists/places-world-words.csv")]
    named += [it for name in ("western", "hk", "muslim", "south-asian") for g in out["given"][name].values() for it in g]
    named += [it for its in out["last"].values() for it in its]
    bearing = {part.lower() for it in named for part in it.split()}
    out["word-en"] = [word for word in (it.split(" ")[0] for it in frequent[:12_000]) if len(word) > 2 and word not in bearing]
    out["look-en"] = sorted({it for name in ("not-names", "stop-en") for it in own(f"en/lists/{name}.txt")} - bearing)
    dictionary = {it.split(" ")[0] for it in frequent[:25_000]}
    out["given"]["wide"]["u"] = [it for it in out["given"]["wide"]["u"] if it.lower() not in dictionary]
    out["simplified"] = {it: other for it, (other, *_) in scripts.back.items() if len(it) == 1 and it != other}
    CACHE.parent.mkdir(parents=True, exist_ok=True)
    CACHE.write_text(json.dumps(out, ensure_ascii=False), encoding="utf-8")
    return out


def load():
    if not CACHE.exists():
        build()
    return json.loads(CACHE.read_text(encoding="utf-8"))


if __name__ == "__main__":
    made = build()
    size = lambda it: sum(map(size, it.values())) if isinstance(it, dict) else len(it) if isinstance(it, list) else 1
    for name, it in made.items():
        print(f"{name:16} {size(it):7}")
