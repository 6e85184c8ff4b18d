"""Writes the whole study: talk in every format, roster, tables, gold, and who is who.

    python3 training/study/generate.py --out DIR --seed 7 --pairs 10

The same seed and number of pairs give the same bytes. Python 3.11 and its standard library; see README.md.
"""

import argparse
import collections
import json
import pathlib
import sys

import files
import phrases
import records
from lives import PAIRS, Study
from paper import STUDY
from writers import FORMATS


def made(seed=7, pairs=10):
    """Everything: path and bytes of each file, and the rows of gold."""
    study = Study(seed, pairs)
    contents, rows = {}, []
    for plan, paper in files.Shelf(study).all():
        contents[plan.file] = FORMATS[plan.format].write(paper)
        rows.append(row(plan, paper))
    for path, content in records.tables(study):
        contents[path] = content
    for ending in ("csv", "xlsx"):
        rows.append(table_row(study, ending))
    for life in study.lives:
        path = f"intake/{STUDY}/{life.group}/{folder(life)}/{files.WAVES[0]}/consent/signed.pdf"
        contents[path], names = records.consent(life)
        rows.append(consent_row(life, path, names))
    contents["people.json"] = dumped(people(study, rows))
    contents["lives.json"] = dumped({it.code: dict(facts_of(it)) for it in study.lives})
    contents["gold.jsonl"] = jsonl(rows)
    contents["eval.jsonl"] = jsonl(eval_row(it) for it in rows if it["format"] in FORMATS)
    return contents, rows


def folder(life):
    """Several of one role in a group have folders by code."""
    return life.code if life.group == files.GROUP else life.role


def row(plan, paper):
    timed = FORMATS[plan.format].timed
    return {
        "file": plan.file,
        "kind": plan.activity,
        "group": plan.group,
        "wave": plan.wave,
        "scene": plan.scene(),
        "version": plan.version,
        "lang": plan.lang,
        "script": plan.script,
        "style": plan.style,
        "format": plan.format,
        "encoding": paper.encoding,
        "turns": [it.row(timed) for it in paper.turns],
        "outside": paper.outside,
    }


def eval_row(row_):
    """A transcript as one text, a turn a line, as `vouchsafe eval` reads gold."""
    text, spans, negatives = "", [], []
    for turn in row_["turns"]:
        spans += [moved(it, len(text)) | {"in_label": True} for it in turn.get("label_spans", [])]
        text += f"{turn['label']}: " if turn["label"] else ""
        spans += [moved(it, len(text)) for it in turn["spans"]]
        negatives += [moved(it, len(text)) for it in turn["hard_negatives"]]
        text += f"{turn['text']}\n"
    lang = "en" if row_["lang"] == "en" else "zh"
    head = {"id": row_["file"], "lang": lang, "style": row_["style"], "format": row_["format"]}
    return head | {"text": text, "spans": spans, "hard_negatives": negatives}


def moved(mark, by):
    return mark | {"start": mark["start"] + by, "end": mark["end"] + by}


def plain_row(path, kind, group, format_, turns, outside):
    return {
        "file": path,
        "kind": kind,
        "group": group,
        "wave": "",
        "scene": "",
        "version": "",
        "lang": "en",
        "script": "Hant",
        "style": "clean",
        "format": format_,
        "encoding": "utf-8",
        "turns": turns,
        "outside": outside,
    }


def table_row(study, ending):
    author = study.team[0]
    outside = []
    if ending == "xlsx":
        name = author.ways["en"]["full"][0][1]
        outside.append(
            {"where": "creator", "text": name, "type": "PERSON", "identifier_class": "direct", "entity_id": author.id}
        )
    path = f"tables/demographics.{ending}"
    return plain_row(path, "demographics", "", f"table-{ending}", list(records.table_turns(study)), outside)


def consent_row(life, path, names):
    outside = [
        {"where": "page", "text": it, "type": "PERSON", "identifier_class": "direct", "entity_id": life.code}
        for it in names
    ]
    return plain_row(path, "consent", life.group, "consent-pdf", [], outside)


def people(study, rows):
    """Every person with all forms that some file uses, and those that a recogniser made of them."""
    known = {}
    for life in study.lives:
        known[life.code] = life.human, "participant", [life.group]
        for key, human in life.people.items():
            known.setdefault(human.id, (human, key, [] if key == "supervisor" else [life.group]))
    for human in study.team:
        known[human.id] = human, "researcher", []
    used, heard = collections.defaultdict(set), collections.defaultdict(set)
    for entity, text, misheard in mentions(rows):
        (heard if misheard else used)[entity].add(text)
    found = {}
    for id, (human, relation, groups) in sorted(known.items()):
        found[id] = {
            "relation": relation,
            "groups": groups,
            "gender": human.gender,
            "culture": human.culture,
            "name": records.canonical(human),
            "forms": sorted(used[id]),
            "misheard": sorted(heard[id]),
        }
    return found


def facts_of(life):
    """What is true of a participant, and of those they know: all ways to say it."""
    known = {"": life.facts} | {f"{key}.": human.facts for key, human in life.people.items()}
    for whose, facts in known.items():
        for key, it in facts.items():
            more = [way for ways in it.other.values() for some in ways.values() for way in some]
            said = {lang: sorted({value for _, value in [*it.ways[lang], *more]}) for lang in ("en", "zh")}
            yield f"{whose}{key}", {"type": it.type, "entity_id": it.entity} | said


def mentions(rows):
    """Entity and words of every mention of a person, and whether a recogniser misheard it."""
    for row_ in rows:
        for turn in row_["turns"]:
            for text, spans in ((turn["text"], turn["spans"]), (turn["label"], turn.get("label_spans", []))):
                for it in spans:
                    if it["type"] == "PERSON":
                        yield it["entity_id"], text[it["start"] : it["end"]], "misheard" in it
        yield from ((it["entity_id"], it["text"], False) for it in row_["outside"] if it["type"] == "PERSON")


def jsonl(rows):
    return "".join(json.dumps(it, ensure_ascii=False) + "\n" for it in rows).encode("utf-8")


def dumped(value):
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def counts(rows):
    """How many of what, as lines of a table."""
    found = {
        it: collections.Counter()
        for it in ("files by format", "files by kind", "files by language and style", "spans by type")
    }
    for it in rows:
        found["files by format"][it["format"]] += 1
        found["files by kind"][it["kind"]] += 1
        found["files by language and style"][f"{it['lang']} {it['script']} {it['style']}"] += 1
        for span in (span for turn in it["turns"] for span in turn["spans"]):
            found["spans by type"][f"{span['type']} ({span['identifier_class']})"] += 1
    for name, counter in found.items():
        yield name
        yield from (f"   {key:<32} {counter[key]}" for key in sorted(counter))
    turns = [turn for it in rows for turn in it["turns"]]
    labels = sum("label_spans" in it for it in turns)
    negatives = sum(len(it["hard_negatives"]) for it in turns)
    outside = sum(len(it["outside"]) for it in rows)
    yield f"{len(rows)} files, {len(turns)} turns, {labels} of them with a name for a label"
    yield f"{negatives} hard negatives, {outside} names outside of turns"


def write(out, contents):
    for path, content in contents.items():
        place = pathlib.Path(out, path)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)


def arguments():
    it = argparse.ArgumentParser(description="Writes a whole made-up study with every identifier marked.")
    it.add_argument("--out", help="the folder to write into; what lies there is overwritten")
    it.add_argument("--seed", type=int, default=7)
    it.add_argument("--pairs", type=int, default=len(PAIRS), help="how many pairs, 1 to 10")
    it.add_argument("--check", action="store_true", help="count what was made")
    it.add_argument("--lint", action="store_true", help="check the lines of talk/ and make nothing")
    return it.parse_args()


def main():
    asked = arguments()
    if asked.lint:
        sys.exit("\n".join(phrases.problems()))
    if not 1 <= asked.pairs <= len(PAIRS):
        sys.exit(f"from 1 to {len(PAIRS)} pairs")
    contents, rows = made(asked.seed, asked.pairs)
    if asked.out:
        write(asked.out, contents)
    if asked.check or not asked.out:
        print("\n".join(counts(rows)))


if __name__ == "__main__":
    main()
