#!/usr/bin/env python3
"""Opens a vouchsafe object without vouchsafe, from docs/format.md alone.

    open_object.py OBJECT OUTDIR --keystore DIR --rolling FILE --steward FILE
    open_object.py OBJECT OUTDIR --identity FILE [--identity FILE ...]

Needs Python 3.9, the package `cryptography` 50 or later, and the programs `zstd` and `tar`.
"""
import argparse, base64, glob, hashlib, hmac, json, os, subprocess, sys

from cryptography.cobblestone import Cobblestone256Decryptor
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, MLKEM768X25519PrivateKey, Suite
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


def identity(text):
    """The X-Wing private key in an age identity file: its first line that is no comment."""
    line = next(l for l in text.splitlines() if l.strip() and not l.startswith("#")).strip().lower()
    hrp, _, data = line.rpartition("1")
    assert hrp == "age-secret-key-pq-", "not an X-Wing identity"
    values = ["qpzry9x8gf2tvdw0s3jn54khce6mua7l".index(c) for c in data]
    check = 1
    for value in [ord(c) >> 5 for c in hrp] + [0] + [ord(c) & 31 for c in hrp] + values:
        top, check = check >> 25, (check & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate([0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3]):
            check ^= generator if top >> bit & 1 else 0
    assert check == 1, "bech32 checksum"
    bits = "".join(f"{value:05b}" for value in values[:-6])
    seed = bytes(int(bits[i:i + 8], 2) for i in range(0, len(bits) // 8 * 8, 8))
    assert len(seed) == 32
    expanded = hashlib.shake_256(seed).digest(96)
    return MLKEM768X25519PrivateKey(
        MLKEM768PrivateKey.from_seed_bytes(expanded[:64]), X25519PrivateKey.from_private_bytes(expanded[64:]))


def hkdf(key, salt, info):
    return HKDF(hashes.SHA256(), 32, salt, info).derive(key)


def open_age(file, identities):
    """Opens a binary age v1 file (age-encryption.org/v1)."""
    unpadded = lambda text: base64.b64decode(text + b"=" * (-len(text) % 4))
    end = file.index(b"\n---") + 4
    lines, stanzas = file[:end].split(b"\n")[:-1], []
    assert lines.pop(0) == b"age-encryption.org/v1"
    while lines:
        tag, *args = lines.pop(0).split(b" ")[1:]
        body = b""
        while True:
            line = lines.pop(0)
            body += line
            if len(line) < 64:
                break
        stanzas.append((tag, args, unpadded(body)))
    suite = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
    for tag, args, body in stanzas:
        for one in identities if tag == b"mlkem768x25519" else []:
            try:
                key = suite.decrypt(unpadded(args[0]) + body, one, b"age-encryption.org/mlkem768x25519")
            except Exception:
                continue
            line_end = file.index(b"\n", end)
            mac = hmac.new(hkdf(key, b"", b"header"), file[:end], hashlib.sha256).digest()
            assert hmac.compare_digest(mac, unpadded(file[end + 1:line_end])), "age header"
            nonce, payload = file[line_end + 1:line_end + 17], file[line_end + 17:]
            aead, out = ChaCha20Poly1305(hkdf(key, nonce, b"payload")), b""
            size = 65536 + 16
            for count, start in enumerate(range(0, len(payload), size)):
                last = start + size >= len(payload)
                out += aead.decrypt(count.to_bytes(11, "big") + bytes([last]), payload[start:start + size], None)
            return out
    sys.exit("none of the identities opens this age file")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("object"), parser.add_argument("outdir")
    for name in ["keystore", "rolling", "steward"]:
        parser.add_argument("--" + name)
    parser.add_argument("--identity", action="append", default=[])
    args = parser.parse_args()
    read = lambda path: open(path, encoding="utf-8").read()

    file = open(args.object, "rb").read()
    assert hashlib.sha256(file).hexdigest() + ".vso" == os.path.basename(args.object), "object id"
    assert file[:8] == b"VSAFE01\n", "magic"
    at, parts = 8, []
    for _ in range(2):
        size = int.from_bytes(file[at:at + 4], "big")
        parts.append(file[at + 4:at + 4 + size])
        at += 4 + size
    header, inner = json.loads(parts[0]), parts[1]
    assert json.dumps(header, sort_keys=True, separators=(",", ":")).encode() == parts[0], "canonical JSON"
    assert not header.get("crit"), "unknown extension"
    assert header["suite"] == "age-v1-mlkem768x25519+cobblestone-256" and header["compression"] == "zstd"

    identities = [identity(read(path)) for path in args.identity]
    for handle in header["keys"] if args.keystore else []:
        [path] = glob.glob(os.path.join(args.keystore, "*", handle + ".age"))
        sealed = open_age(open(path, "rb").read(), [identity(read(args.rolling))])
        identities.append(identity(open_age(sealed, [identity(read(args.steward))]).decode()))
    for _ in range(max(1, len(header["keys"]))):
        inner = open_age(inner, identities)
    assert len(inner) == 32, "data key"

    context = b"vouchsafe/object/v1\0" + hashlib.sha256(file[:at]).digest()
    body = Cobblestone256Decryptor(inner, context)
    plaintext = body.update(file[at:]) + body.finalize()
    tar = subprocess.run(["zstd", "-dc"], input=plaintext, stdout=subprocess.PIPE, check=True).stdout
    os.makedirs(args.outdir, exist_ok=True)
    subprocess.run(["tar", "-x", "-f", "-", "-C", args.outdir], input=tar, check=True)
    print(header["class"])


main()
