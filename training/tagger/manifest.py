"""Checks that what is about to be trained on is what `manifest.toml` names."""

import hashlib
import pathlib
import tomllib

HERE = pathlib.Path(__file__).parent


def sources():
    return tomllib.loads((HERE / "manifest.toml").read_text(encoding="utf-8"))["source"]


def check(data, encoder):
    """Stops where a file's digest is not the manifest's."""
    for it in sources():
        path = pathlib.Path(encoder) if "package" in it else pathlib.Path(data) / it["data"]
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        if digest != it["sha256"]:
            raise SystemExit(f"{it.get('package') or it['data']}: sha-256 is {digest}, manifest.toml says {it['sha256']}")
