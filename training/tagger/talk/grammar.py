"""The grammar of the talk: sections of lines with alternatives, other sections and slots.

    @turn.person          a section; those that start with `turn.` are templates of whole turns
    <open> {p} rang me [last night|twice|].
                          `[a|b|]` one of these, the last is nothing; `<open>` a line of the section `open`;
                          `{p}` a slot, which `slots.py` fills

A template is one line of a `turn.` section. Its own text decides by a hash whether it is for training or for measuring.
Lines of other sections are for both. `#` starts a comment line; `\\@` a line that begins with @; `5*` at the start of a line gives it five chances.
"""

import collections
import pathlib
import re

import turns

PART = re.compile(r"\[|\]|\||<[a-z.\-]+>|\{[A-Za-z0-9.]+\}|[^\[\]|<{]+")
CHANCES = re.compile(r"^(\d+)\*\s*")


def held_out(line):
    """One template of six is for measuring only."""
    return turns.share(line, 6) == 0


class Grammar:
    def __init__(self, paths):
        self.sections = collections.defaultdict(list)
        for path in paths:
            section = None
            for line in pathlib.Path(path).read_text(encoding="utf-8").splitlines():
                if line.startswith("@"):
                    section = line[1:].strip()
                elif line.strip() and not line.startswith("#"):
                    self.sections[section] += self.entry(line.strip().removeprefix("\\"))
        self.pools = {(name, held): self.pool(name, held) for name in self.sections for held in (False, True)}

    def entry(self, line):
        found = CHANCES.match(line)
        line = line[found.end() :] if found else line
        return [(line, parsed(line))] * (int(found[1]) if found else 1)

    def pool(self, name, held):
        all_lines = self.sections[name]
        if not name.startswith("turn."):
            return [it for _, it in all_lines]
        return [it for line, it in all_lines if held_out(line) == held]

    def kinds(self):
        return sorted(it for it in self.sections if it.startswith("turn."))

    def says(self, rng, name, held, fill):
        """Parts `(text, type)` of a line of a section; `fill(slot)` gives those of a slot."""
        return self.walk(rng, rng.choice(self.pools[name, held]), held, fill)

    def walk(self, rng, node, held, fill):
        kind, value = node
        if kind == "text":
            return [(value, None)]
        if kind == "slot":
            return fill(value)
        if kind == "section":
            return self.says(rng, value, held, fill)
        if kind == "any":
            return self.walk(rng, rng.choice(value), held, fill)
        return [part for it in value for part in self.walk(rng, it, held, fill)]

    def check(self, slots):
        """What is wrong with the lines, as texts."""
        for name, lines in self.sections.items():
            for line, node in lines:
                for kind, value in leaves(node):
                    if kind == "section" and value not in self.sections:
                        yield f"{name}: no section <{value}>: {line}"
                    if kind == "slot" and not slots(value):
                        yield f"{name}: no slot {{{value}}}: {line}"


def leaves(node):
    kind, value = node
    if kind in ("any", "all"):
        for it in value:
            yield from leaves(it)
    else:
        yield node


def parsed(line):
    tokens = PART.findall(line)
    if "".join(tokens) != line:
        raise SystemExit(f"cannot read the line {line}")
    node, rest = sequence(tokens, 0, False)
    if rest != len(tokens):
        raise SystemExit(f"a bracket too many: {line}")
    return node


def sequence(tokens, at, inside):
    parts = []
    while at < len(tokens):
        it = tokens[at]
        if inside and it in "|]":
            break
        if it == "[":
            options, at = [], at + 1
            while True:
                option, at = sequence(tokens, at, True)
                options.append(option)
                if at >= len(tokens):
                    raise SystemExit(f"a bracket stays open: {''.join(tokens)}")
                at += 1
                if tokens[at - 1] == "]":
                    break
            parts.append(("any", options))
            continue
        if it in "|]":
            return ("all", parts), at
        if it[0] == "<":
            parts.append(("section", it[1:-1]))
        elif it[0] == "{":
            parts.append(("slot", it[1:-1]))
        else:
            parts.append(("text", it))
        at += 1
    return ("all", parts), at
