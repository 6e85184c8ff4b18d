"""Builds the lists of rules/*/lists that come from packages: downloads, tables, `vouchsafe lists import`.

    cargo build --release && python3 training/lists/build.py [NAME …]

The same sources give the same bytes. Python 3.11 and its standard library; see README.md.
"""

import csv
import json
import pathlib
import subprocess
import sys

import archives
import costs
import han
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

    def given_han(self):
        return han.given(self.names(), self.words_zh())

    def given_first(self):
        return han.characters(self.names(), 0)

    def given_second(self):
        return han.characters(self.names(), 1)

    def surnames_han(self):
        return han.surnames(self.open, self.names())

    def name_characters(self):
        return costs.table(self.open, self.names())

    def syllables(self):
        characters = {it: max(self.given_first().get(it, 0), self.given_second().get(it, 0)) for it in {*self.given_first(), *self.given_second()}}
        ours = [("hk/lists/syllables-rom.txt", False), ("hk/lists/syllables-rom-clear.txt", True)]
        return romanise.weighed(self.open, characters, self.english(), False, ours)

    def surnames_rom(self):
        characters = {it: weight for it, weight in self.surnames_han().items() if len(it) == 1}
        ours = [("hk/lists/surnames-rom.txt", False), *((it, True) for it in latin.CLEAR_SURNAMES[1:])]
        return romanise.weighed(self.open, characters, self.english(), True, ours)

    def given_pinyin(self):
        return romanise.pinyin(self.open, self.names(), self.english())

    def romanisations(self):
        return romanise.table(self.open)

    def jyutping(self):
        used = {it for word in self.words_zh() for it in word}
        used |= {*self.scripts().characters, *self.scripts().back, *self.surnames_han(), *self.given_first()}
        return romanise.packed(self.open, used)

    def places(self):
        ours = {it.partition(",")[0].lower() for path in OUR_PLACES for it in han.own(path)}
        found = places.gather(self.open, self.scripts())
        return places.split(found, self.words(), self.words_zh(), self.given(), self.surnames(), self.names(), ours)

    def clear_places(self):
        return places.rows(self.once("places", self.places)[0])

    def doubtful_places(self):
        return places.rows(self.once("places", self.places)[1])


OUR_PLACES = [f"hk/lists/{it}.csv" for it in ("areas", "areas-cased", "districts", "estates", "far-places", "streets")]

# List: pack, how it is made, whether its rows are ladders.
LISTS = {
    "given-wide": ("en", Build.given, False),
    "surnames-wide": ("en", Build.surnames, False),
    "words-en": ("en", Build.words, False),
    "words-zh": ("hk", Build.words_zh, False),
    "given-han-wide": ("hk", Build.given_han, False),
    "given-han-first": ("hk", Build.given_first, False),
    "given-han-second": ("hk", Build.given_second, False),
    "surnames-han-wide": ("hk", Build.surnames_han, False),
    "han-name-chars": ("hk", Build.name_characters, True),
    "jyutping": ("hk", Build.jyutping, False),
    "romanisations": ("hk", Build.romanisations, True),
    "syllables-rom-wide": ("hk", Build.syllables, False),
    "surnames-rom-wide": ("hk", Build.surnames_rom, False),
    "given-pinyin-wide": ("hk", Build.given_pinyin, False),
    "places-world": ("en", Build.clear_places, True),
    "places-world-words": ("en", Build.doubtful_places, True),
}


def write(build, name):
    """Builds a list; returns its line for the README."""
    pack, make, ladder = LISTS[name]
    rows = make(build)
    rows = sorted(rows.items() if isinstance(rows, dict) else rows)
    TABLES.mkdir(parents=True, exist_ok=True)
    table = TABLES / f"{name}.csv"
    with open(table, "w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
    feeding = [it for it in build.sources.values() if name in it["feeds"]]
    source = ", ".join(f"{it['credit']} [{it['package']} {it['version']}]" for it in feeding)
    licence = ", ".join(sorted({term for it in feeding for term in it["terms"]}))
    out = ROOT / "rules" / pack / "lists" / (name + (".csv" if ladder else ".fst"))
    command = [PROGRAM, "--json", "lists", "import", "csv", table, "--out", out, "--licence", licence]
    command += ["--source", f"built by training/lists from our own lists and from {source}", *["--ladder"] * ladder]
    said = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    line = f"| `{out.relative_to(ROOT)}` | {said['terms']:,} | {said['bytes']:,} | {', '.join(it['id'] for it in feeding)} | {licence} |"
    print(line, flush=True)
    return line


def write_readme(lines):
    readme = ROOT / "training" / "lists" / "README.md"
    head, rest = readme.read_text(encoding="utf-8").split("<!-- lists -->\n")[::2]
    table = ["| List | Terms | Bytes | From | Terms of use |", "|---|---:|---:|---|---|", *lines]
    readme.write_text("<!-- lists -->\n".join([head, "\n".join(table) + "\n", rest]), encoding="utf-8")


def write_notices(build):
    """Whose work the lists hold: names for all, and the words of licences that ask to go along."""
    parts = ["The lists in rules/*/lists that training/lists builds hold work of these people. What is asked of those who pass it\non follows; Apache-2.0 stands in LICENSE-APACHE, CC-BY-3.0, CC-BY-4.0 and Unicode-3.0 ask for the names here.\n"]
    for it in build.sources.values():
        parts.append(f"\n{'=' * 100}\n{it['credit']}\nPackage {it['package']} {it['version']} ({it['registry']}). {it['licence']}.\nIn: {', '.join(it['feeds'])}.\n")
        text = build.open(it["id"]).evidence().strip()
        if {"MIT", "BSD-2-Clause", "SCOWL"} & set(it["terms"]) and not it["evidence"].endswith(("PKG-INFO", "METADATA")):
            parts.append(f"\n{text}\n")
    (ROOT / "rules" / "NOTICE.txt").write_text("".join(parts), encoding="utf-8")


def main():
    names = sys.argv[1:] or list(LISTS)
    unknown = [it for it in names if it not in LISTS]
    if unknown:
        raise SystemExit(f"there is no list {unknown[0]}; there are {', '.join(LISTS)}")
    build = Build()
    lines = [write(build, name) for name in names]
    if len(lines) == len(LISTS):
        write_readme(lines)
        write_notices(build)


if __name__ == "__main__":
    main()
