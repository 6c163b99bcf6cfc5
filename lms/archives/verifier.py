"""Checks an archive (一期一档 ZIP) or a certificate anywhere: with Python alone, without the product, its database or a network.

    python3 verify.py lecture.zip
    python3 verify.py TEXT KEY

TEXT: of the QR code on a certificate. KEY: the issuer's public key, 64 hex digits, as in manifest.sig of its archives.

It says of every file whether its bytes are those of the manifest, whether the manifest and the receipts are signed, whether the
chain of the enterprise holds from its first entry to its last, whether the facts of this lecture are the ones committed to, and
whether the receipts agree with the chain. Ends with 1 when anything does not hold.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import sys
import zipfile
from collections.abc import Iterator
from typing import Any

MANIFEST, SIGNATURE, CHAIN, RECEIPTS = "manifest.json", "manifest.sig", "chain.jsonl", "receipts.jsonl"
SCRIPT = "verify.py"
WHOLE = "完整：清单、文件、记录链、收据都对得上"
MOST_BYTES = 2 * 1024**3  # unpacked, of all files together
PIECE = 1024 * 1024
GENESIS = "0" * 64

# Ed25519 (RFC 8032 §5.1): the curve, its order, a square root of -1 and the base point.
_P, _L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, -1, _P) % _P
_I = pow(2, (_P - 1) // 4, _P)
Point = tuple[int, int, int, int]


def check(path: str) -> list[str]:
    """What does not hold in an archive, a sentence each; empty when everything does."""
    try:
        with open(path, "rb") as file, zipfile.ZipFile(file) as archive:
            return list(_faults(archive))
    except FileNotFoundError:
        return ["没有这个文件"]
    except PermissionError:
        return ["没有权限读这个文件"]
    except Exception:  # a broken file makes a parser stumble in any way there is
        return ["不是完整的档案包：文件坏了，或者不是导出的档案"]


def _faults(archive: zipfile.ZipFile) -> Iterator[str]:
    if sum(info.file_size for info in archive.infolist()) > MOST_BYTES:
        yield "档案包解开后太大，没有检查"
        return
    raw = archive.read(MANIFEST)
    manifest = json.loads(raw)
    seal = json.loads(archive.read(SIGNATURE))
    if not signed(raw, seal["signature"], seal["key"]):
        yield "清单的签名不对：清单被改过"
    names = set(archive.namelist())
    for name, told in sorted(manifest["files"].items()):
        if name not in names:
            yield f"缺少文件：{name}"
        elif _sha256(archive, name) != told["sha256"]:
            yield f"文件被改过：{name}"
    for name in sorted(names - set(manifest["files"]) - {MANIFEST, SIGNATURE, SCRIPT}):
        yield f"多出清单里没有的文件：{name}"
    hashes: dict[int, str] = {}
    yield from _chain_faults(archive, manifest, hashes)
    known = {seal["key"], *manifest.get("keys", ())}  # an issuer that took a new key names its earlier ones
    for line in _lines(archive, RECEIPTS):
        receipt = json.loads(line)
        said = json.loads(receipt["statement"])
        if receipt["key"] not in known or not signed(receipt["statement"].encode(), receipt["signature"], receipt["key"]):
            yield f"{said['anchored_on']} 的收据签名不对"
        elif hashes.get(said["seq"]) != said["hash"]:
            yield f"记录链第 {said['seq']} 条和 {said['anchored_on']} 的收据不符：链被改写过"


def _chain_faults(archive: zipfile.ZipFile, manifest: dict[str, Any], hashes: dict[int, str]) -> Iterator[str]:
    """Every entry follows the one before, and a fact that is told is the one that was committed to."""
    before = GENESIS
    for line in _lines(archive, CHAIN):
        entry = json.loads(line)
        seq = len(hashes) + 1
        said = {
            "at": entry["at"], "digest": entry["digest"], "enterprise": manifest["enterprise"]["id"], "kind": entry["kind"],
            "previous": before, "seq": seq, "subject": entry["subject"],
        }  # fmt: skip
        if hashlib.sha256(_canonical(said)).hexdigest() != entry["hash"]:
            yield f"记录链从第 {seq} 条起对不上"
            return
        if "fact" in entry:
            committed = hashlib.sha256(bytes.fromhex(entry["salt"]) + entry["fact"].encode()).hexdigest()
            if committed != entry["digest"]:
                yield f"记录链第 {seq} 条的内容被改过"
        before = hashes[seq] = entry["hash"]
    if (len(hashes), before) != (manifest["chain"]["seq"], manifest["chain"]["hash"]):
        yield "记录链的结尾和清单不符"


def _canonical(said: dict[str, Any]) -> bytes:
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _lines(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    with archive.open(name) as file:
        yield from file


def _sha256(archive: zipfile.ZipFile, name: str) -> str:
    digest = hashlib.sha256()
    with archive.open(name) as file:
        while piece := file.read(PIECE):
            digest.update(piece)
    return digest.hexdigest()


def certificate(text: str, key: str) -> list[str] | None:
    """What the QR code of a certificate says: number, masked name, hours, score, day of issue, last valid day; None when the
    signature is not by this key. Source: lms/credentials/statements.py.
    """
    found = re.search(r"/verify/([A-Za-z0-9_-]{1,32})#([A-Za-z0-9_-]{1,600})$", text.strip())
    if found is None:
        return None
    code, statement = found.groups()
    raw = base64.urlsafe_b64decode(statement + "A" * (-len(statement) % 4))[: len(statement) * 3 // 4]
    said, signature = raw[:-64], raw[-64:]
    if base64.urlsafe_b64encode(raw).rstrip(b"=").decode() != statement:
        return None
    if not signed(f"anke-certificate\n{code}\n".encode() + said, signature.hex(), key):
        return None
    version, *fields = said.decode().split("\t")
    return fields if version == "1" else None


def signed(message: bytes, signature: str, key: str) -> bool:
    """Whether an Ed25519 signature (128 hex digits) is that of a message by a public key (64 hex digits)."""
    try:
        sealed, public = bytes.fromhex(signature), bytes.fromhex(key)
        if len(sealed) != 64 or len(public) != 32:
            return False
        owner, drawn = _point(public), _point(sealed[:32])
    except ValueError:
        return False
    scalar = int.from_bytes(sealed[32:], "little")
    if scalar >= _L:
        return False
    challenge = int.from_bytes(hashlib.sha512(sealed[:32] + public + message).digest(), "little") % _L
    left, right = _times(scalar, _BASE), _plus(drawn, _times(challenge, owner))
    return not ((left[0] * right[2] - right[0] * left[2]) % _P or (left[1] * right[2] - right[1] * left[2]) % _P)


def _x_of(y: int, odd: int) -> int:
    square = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * _I % _P
    if (x * x - square) % _P or (x == 0 and odd):
        raise ValueError("not a point")
    return _P - x if x % 2 != odd else x


def _point(text: bytes) -> Point:
    number = int.from_bytes(text, "little")
    y, odd = number & (2**255 - 1), number >> 255
    if y >= _P:
        raise ValueError("not a point")
    x = _x_of(y, odd)
    return x, y, 1, x * y % _P


def _plus(one: Point, other: Point) -> Point:
    a, b = (one[1] - one[0]) * (other[1] - other[0]), (one[1] + one[0]) * (other[1] + other[0])
    c, d = 2 * one[3] * other[3] * _D, 2 * one[2] * other[2]
    e, f, g, h = (b - a) % _P, (d - c) % _P, (d + c) % _P, (b + a) % _P
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _times(number: int, point: Point) -> Point:
    total: Point = (0, 1, 1, 0)
    while number:
        if number & 1:
            total = _plus(total, point)
        point, number = _plus(point, point), number >> 1
    return total


_Y = 4 * pow(5, -1, _P) % _P
_BASE: Point = (_x_of(_Y, 0), _Y, 1, _x_of(_Y, 0) * _Y % _P)


if __name__ == "__main__":
    if len(sys.argv) == 3:
        told = certificate(sys.argv[1], sys.argv[2])
        print("签名相符：" + "，".join(told) if told else "签名不符：码里的内容被改过，或者不是用这个公钥签的")
        sys.exit(0 if told else 1)
    if len(sys.argv) != 2:
        sys.exit("python3 verify.py FILE.zip\npython3 verify.py TEXT KEY")
    found = check(sys.argv[1])
    print("\n".join(found) or WHOLE)
    sys.exit(1 if found else 0)
