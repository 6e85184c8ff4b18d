"""Builds the lists that come from packages: downloads, tables, `vouchsafe lists import`; the notice and the README's table.

    cargo build --release && python3 training/lists/build.py [NAME …]

The same sources give the same bytes. Python 3.11 and its standard library; see README.md.
"""

import csv
import json
import pathlib
import subprocess
import sys
import tomllib

import archives
import costs
import han
import jyutping
import latin
import places
import romanise

ROOT = pathlib.Path(__file__).parent.parent.parent
TABLES = archives.CACHE / "tables"
PROGRAM = ROOT / "target" / "release" / "vouchsafe"


class Build:
    def __init__(self):
        self.sources = archives.sources()
        self.opened = {}
        self.made = {}

    def open(self, id):
        if id not in self.opened:
            self.opened[id] = archives.Archive(self.sources[id])
        return self.opened[id]

    def once(self, name, make):
        if name not in self.made:
            self.made[name] = make()
        return self.made[name]

    def english(self):
        return self.once("english", lambda: latin.english(self.open))

    def given(self):
        return self.once("given", lambda: latin.given(self.open, self.english()))

    def surnames(self):
        return self.once("surnames", lambda: latin.surnames(self.open, self.english()))

    def words(self):
        return self.once("words", lambda: latin.words(self.english(), self.given(), self.surnames()))

    def scripts(self):
        return self.once("scripts", lambda: han.Scripts(self.open))

    def names(self):
        return self.once("names", lambda: han.Names(self.open, self.scripts()))

    def words_zh(self):
        return self.once("words-zh", lambda: han.words(self.open, self.scripts(), self.names()))

    def name_characters(self):
        return costs.table(self.open, self.names())

    def syllables(self):
        first, second = (han.characters(self.names(), place) for place in (0, 1))
        characters = {it: max(first.get(it, 0), second.get(it, 0)) for it in {*first, *second}}
        ours = [("hk/lists/syllables-rom.txt", False), ("hk/lists/syllables-rom-clear.txt", True)]
        return romanise.weighed(self.open, characters, self.english(), False, ours)

    def surnames_rom(self):
        characters = {it: weight for it, weight in han.surnames(self.open, self.names()).items() if len(it) == 1}
        ours = [("hk/lists/surnames-rom.txt", False), *((it, True) for it in latin.CLEAR_SURNAMES[1:])]
        return romanise.weighed(self.open, characters, self.english(), True, ours)

    def given_pinyin(self):
        return romanise.pinyin(self.open, self.names(), self.english())

    def sounds(self):
        return jyutping.sounds(self.open)

    def pairs(self):
        return jyutping.words(self.open)

    def places(self):
        ours = {it.partition(",")[0].lower() for path in OUR_PLACES for it in han.own(path)}
        found = places.gather(self.open, self.scripts())
        return places.split(found, self.words(), self.words_zh(), self.given(), self.surnames(), self.names(), ours)

    def clear_places(self):
        return places.rows(self.once("places", self.places)[0])

    def doubtful_places(self):
        return places.rows(self.once("places", self.places)[1])


OUR_PLACES = [f"hk/lists/{it}.csv" for it in ("areas", "areas-cased", "districts", "estates", "far-places", "streets")]

# List: where it lies, how it is made; of those that no rule reads, which module does.
# A .csv has ladders, a .fst weights; a .txt is written as it is made.
LISTS = {
    "given-wide": ("rules/en/lists/given-wide.fst", Build.given),
    "surnames-wide": ("rules/en/lists/surnames-wide.fst", Build.surnames),
    "words-en": ("rules/en/lists/words-en.fst", Build.words),
    "places-world": ("rules/en/lists/places-world.csv", Build.clear_places),
    "places-world-words": ("rules/en/lists/places-world-words.csv", Build.doubtful_places),
    "words-zh": ("rules/hk/lists/words-zh.fst", Build.words_zh),
    "han-name-chars": ("rules/hk/lists/han-name-chars.csv", Build.name_characters),
    "syllables-rom-wide": ("rules/hk/lists/syllables-rom-wide.fst", Build.syllables),
    "surnames-rom-wide": ("rules/hk/lists/surnames-rom-wide.fst", Build.surnames_rom),
    "given-pinyin-wide": ("rules/hk/lists/given-pinyin-wide.fst", Build.given_pinyin),
    "near/jyutping": ("src/roster/near/jyutping.txt", Build.sounds, "src/roster/near/sound.rs"),
    "near/words-zh": ("src/roster/near/words-zh.txt", Build.pairs, "src/roster/near/sound.rs"),
}


def users(name):
    """The module or the rules that read a list. One that nothing reads is not built."""
    if LISTS[name][2:]:
        return f"`{LISTS[name][2]}`"
    found = []
    for file in sorted((ROOT / "rules").glob("*/*/*.toml")):
        rules = tomllib.loads(file.read_text(encoding="utf-8"))["rule"]
        found += [f"`{it['id']}`" for it in rules if name in named(it)]
    if not found:
        raise SystemExit(f"no rule names the list {name}")
    return ", ".join(found)


def named(rule):
    """The lists that a rule, or a part of it, names."""
    if isinstance(rule, dict):
        for key, it in rule.items():
            yield from ([it] if isinstance(it, str) else it) if key in ("list", "lists") else named(it)
    elif isinstance(rule, list):
        for it in rule:
            yield from named(it)


def write(build, name):
    """Builds a list; returns its line for the README."""
    path, make = LISTS[name][:2]
    out, used = ROOT / path, users(name)
    feeding = [it for it in build.sources.values() if name in it["feeds"]]
    licence = ", ".join(sorted({term for it in feeding for term in it["terms"]}))
    if out.suffix == ".txt":
        lines = make(build)
        out.write_text("".join(f"{it}\n" for it in lines), encoding="utf-8")
        terms = sum(not it.startswith("#") for it in lines)
    else:
        terms = imported(name, out, make(build), feeding, licence)
    whose = out.parts[-3] if out.is_relative_to(ROOT / "rules") else "roster"
    ids = ", ".join(it["id"] for it in feeding)
    line = f"| `{name}{out.suffix}` | {whose} | {terms:,} | {out.stat().st_size:,} | {ids} | {licence} | {used} |"
    print(line, flush=True)
    return line


def imported(name, out, rows, feeding, licence):
    """Has the program write a list of a pack; returns how many terms it has."""
    rows = sorted(rows.items() if isinstance(rows, dict) else rows)
    TABLES.mkdir(parents=True, exist_ok=True)
    table = TABLES / f"{name}.csv"
    with open(table, "w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
    source = ", ".join(f"{it['credit']} [{it['package']} {it['version']}]" for it in feeding)
    command = [PROGRAM, "--json", "lists", "import", "csv", table, "--out", out, "--licence", licence]
    command += ["--source", f"built by training/lists from our own lists and from {source}"]
    command += ["--ladder"] * (out.suffix == ".csv")
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)["terms"]


def write_readme(lines):
    readme = ROOT / "training" / "lists" / "README.md"
    head, rest = readme.read_text(encoding="utf-8").split("<!-- lists -->\n")[::2]
    table = ["| List | Pack | Terms | Bytes | From | Terms of use | Used by |", "|---|---|---:|---:|---|---|---|", *lines]
    readme.write_text("<!-- lists -->\n".join([head, "\n".join(table) + "\n", rest]), encoding="utf-8")


def write_notice(build):
    """Whose work the lists and the tagger hold: names for all, and the words of licences that ask to go along."""
    parts = [NOTICE]
    for it in build.sources.values():
        parts.append(f"\n{'=' * 100}\n{it['credit']}\nPackage {it['package']} {it['version']} ({it['registry']}). {it['licence']}.\nIn: {', '.join(it['feeds'])}.\n")
        archive = build.open(it["id"])
        if {"MIT", "BSD-2-Clause", "SCOWL"} & set(it["terms"]) and not it["evidence"].endswith(("PKG-INFO", "METADATA")):
            parts.append(f"\n{archive.said('evidence').strip()}\n")
        if "notice" in it:
            parts.append(f"\n{archive.said('notice').strip()}\n")
    parts.append((ROOT / "training" / "tagger" / "NOTICE.txt").read_text(encoding="utf-8"))
    (ROOT / "NOTICE.txt").write_text("".join(parts), encoding="utf-8")


NOTICE = """\
The lists that training/lists builds hold work of these people: those in rules/*/lists, and with near/ before their
names those in src/roster/near. All were selected from, weighed and written anew. What is asked of those who pass them
on follows; Apache-2.0 stands in LICENSE-APACHE; CC-BY-3.0 (https://creativecommons.org/licenses/by/3.0/), CC-BY-4.0
(https://creativecommons.org/licenses/by/4.0/) and Unicode-3.0 ask for the names here.
"""


def main():
    names = sys.argv[1:] or list(LISTS)
    unknown = [it for it in names if it not in LISTS]
    if unknown:
        raise SystemExit(f"there is no list {unknown[0]}; there are {', '.join(LISTS)}")
    build = Build()
    lines = [write(build, name) for name in names]
    if len(lines) == len(LISTS):
        write_readme(lines)
        write_notice(build)


if __name__ == "__main__":
    main()
