"""Reads the formats that the sources have: Python and JavaScript literals, tries, tables. Runs none of it."""

import ast
import csv
import io
import json
import re
import sqlite3
import tempfile
import zipfile


def python_lists(text):
    """The lists and tables of words that a module's classes assign, by name, evaluated as literals only."""
    known = {}

    def value(node):
        if isinstance(node, ast.Constant):
            return node.value
        if isinstance(node, (ast.Tuple, ast.List, ast.Set)):
            return [value(it) for it in node.elts]
        if isinstance(node, ast.Dict):
            return [[value(k), value(v)] for k, v in zip(node.keys, node.values)]
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            return value(node.left) + value(node.right)
        if isinstance(node, ast.Name) and node.id in known:
            return known[node.id]
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and len(node.args) == 1:
            return value(node.args[0])
        raise ValueError

    for klass in ast.parse(text).body:
        for it in klass.body if isinstance(klass, ast.ClassDef) else []:
            if not isinstance(it, (ast.Assign, ast.AnnAssign)):
                continue
            target = it.targets[0] if isinstance(it, ast.Assign) else it.target
            if isinstance(target, ast.Name) and it.value is not None:
                try:
                    known[target.id] = value(it.value)
                except (ValueError, TypeError):
                    continue
    flat = {}
    for name, all in known.items():
        if isinstance(all, list):
            words = [it[0] if isinstance(it, list) and it else it for it in all]
            flat[name] = [it for it in words if isinstance(it, str)]
    return flat


def javascript_lists(text, key):
    """All words in the table that a minified module has under a key."""
    words = []
    for found in re.finditer(rf"\b{key}:\{{", text):
        depth, at = 1, found.end()
        while depth and at < len(text):
            depth += {"{": 1, "}": -1}.get(text[at], 0)
            if text[at] in "`'\"":
                at = text.index(text[at], at + 1)
            at += 1
        table = text[found.end() : at]
        for quoted in re.finditer(r"`([^`]*)`(?:\.split\(`(.)`\))?|'([^']*)'|\"([^\"]*)\"", table):
            if quoted[2]:
                words += quoted[1].split(quoted[2])
            else:
                words.append(quoted[1] or quoted[3] or quoted[4] or "")
    return [it for it in words if it and "{{" not in it and len(it) > 1]


def words_of_json(value):
    if isinstance(value, str):
        return [value]
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    return [word for it in children for word in words_of_json(it)]


def table(text):
    return list(csv.reader(io.StringIO(text)))


def births(zipped):
    """Given name to births since 1925, of a zipped SQLite file."""
    with tempfile.NamedTemporaryFile() as file:
        with zipfile.ZipFile(io.BytesIO(zipped)) as archive:
            [name] = archive.namelist()
            file.write(archive.read(name))
        file.flush()
        with sqlite3.connect(f"file:{file.name}?mode=ro", uri=True) as base:
            query = "SELECT name, SUM(births) FROM usNameData WHERE year >= 1925 GROUP BY name"
            return dict(base.execute(query).fetchall())


ONSETS = ["", *"b p m f d t n l g k ng gw kw w h z c s j".split()]
NUCLEI = "aa a e i o u".split()
RHYMES = "oe oen oeng oet oek eoi eon eot yu yun yut m ng".split()
CODAS = ["", *"i u m n ng p t k".split()]


def syllable(number):
    """Jyutping of a number of ToJyutping's: onset, rhyme, tone."""
    onset, rest = divmod(number, 402)
    rhyme, tone = divmod(rest, 6)
    name = RHYMES[rhyme - 54] if rhyme >= 54 else NUCLEI[rhyme // 9] + CODAS[rhyme % 9]
    return ONSETS[onset] + name + str(tone + 1)


def readings(text):
    """Word to its readings, the usual one first, of ToJyutping's trie."""
    out = {}
    at = 1
    path = [""]
    while path:
        word = path[-1]
        while ord(text[at]) >= 256:
            word += text[at]
            at += 1
        while ord(text[at]) < 123:
            syllables, characters = [], 0
            while characters < len(word):
                syllables.append(syllable((ord(text[at]) - 33) * 90 + ord(text[at + 1]) - 33))
                at += 2
                if text[at] == "~":  # The next syllable is of the same character.
                    at += 1
                else:
                    characters += 1
            out.setdefault(word, []).append(" ".join(syllables))
        if text[at] == "{":
            at += 1
            path.append(word)
        elif text[at] == "}":
            at += 1
            path.pop()
    return out


def dictionary(text):
    """OpenCC's: characters or words to what they may become, the usual one first."""
    out = {}
    for line in text.splitlines():
        if line and not line.startswith("#"):
            word, _, others = line.partition("\t")
            out[word] = others.split(" ")
    return out


def parse_json(text):
    return json.loads(text)
