"""An archive as a file: an index, kept files, the chain, the receipts, a signed manifest and the script that checks it all."""

from __future__ import annotations

import hashlib
import json
import shutil
import zipfile
from collections.abc import Callable, Iterable, Mapping
from tempfile import TemporaryFile
from typing import Any, BinaryIO, cast
from uuid import UUID

from lms.archives import verifier
from lms.core.sheets import Column
from lms.core.storage import storage
from lms.core.uow import UnitOfWork
from lms.ledger import countersigning
from lms.ledger import queries as chains
from lms.ledger.keys import known_keys, signing_seed
from lms.ledger.receipts import seal, written
from lms.ledger.rules import GENESIS, Entry, Head, canonical
from lms.registry.models import Enterprise

INDEX = "index.xlsx"
WIDE = ("依据", "原因", "原来", "现在", "标题", "文件", "原件")


def packed(
    uow: UnitOfWork,
    enterprise_id: UUID,
    subject: Mapping[str, Any],
    index: bytes,
    kept: Iterable[tuple[str, str]],
    told_of: Callable[[Entry], bool],
) -> BinaryIO:
    """An archive as an open file on disk.

    subject: what it is of, for the manifest: format and more. kept: name in the archive and SHA-256 in the content store.
    told_of: whether an entry of the chain is there with its fact; the others are there without, so that it can be followed.
    """
    file = TemporaryFile()  # noqa: SIM115  # whoever sends it closes it
    told: dict[str, dict[str, object]] = {}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:

        def put(name: str, content: bytes) -> None:
            package.writestr(name, content)
            told[name] = {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}

        by_bureau = countersigning.of_enterprise(uow, enterprise_id)
        receipts = chains.receipts_of(uow, enterprise_id)  # before the head, and that before the chain: each may grow
        head = chains.head(uow, enterprise_id) or Head(0, GENESIS)
        put(INDEX, index)
        for name, sha256 in kept:
            with storage().open(sha256) as source, package.open(name, "w") as copy:
                shutil.copyfileobj(source, copy)
            told[name] = {"sha256": sha256, "size": package.getinfo(name).file_size}
        entries = (entry for entry in chains.entries(uow, enterprise_id) if entry.seq <= head.seq)
        put(verifier.CHAIN, "".join(f"{_line(entry, told_of(entry))}\n" for entry in entries).encode())
        put(
            verifier.RECEIPTS,
            "".join(f"{written(one, countersigned=by_bureau.get(one.statement))}\n" for one in receipts).encode(),
        )
        firm = uow.session.get_one(Enterprise, enterprise_id)
        manifest = canonical({
            **subject, "made_at": uow.now, "enterprise": {"id": firm.id, "name": firm.name, "uscc": firm.uscc},
            "chain": {"seq": head.seq, "hash": head.hash}, "files": told,
            "keys": known_keys(),
        })  # fmt: skip
        signature, key = seal(signing_seed(), manifest.encode())
        package.writestr(verifier.MANIFEST, manifest)
        package.writestr(verifier.SIGNATURE, json.dumps({"signature": signature, "key": key}))
        package.write(verifier.__file__, verifier.SCRIPT)
    file.seek(0)
    return cast(BinaryIO, file)


def columns(names: str) -> list[Column]:
    """Columns by their names, with a space between; wide ones for what is long."""
    return [Column(name, 40 if name in WIDE else 16) for name in names.split()]


def _line(entry: Entry, whole: bool) -> str:
    said = {"at": entry.recorded_at, "digest": entry.digest, "kind": entry.kind, "subject": entry.subject_id, "hash": entry.hash}
    return canonical(said | {"salt": entry.salt, "fact": entry.fact} if whole else said)
