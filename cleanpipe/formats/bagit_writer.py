"""A BagIt bag (RFC 8493): a folder of files with their checksums, for deposit and transfer."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

from cleanpipe.errors import InputError, UsageError

DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
ALGORITHM = "sha512"


def write_bag(folder: Path, files: Mapping[str, Iterable[bytes]], about: Mapping[str, str]) -> None:
    """Writes a bag with these files as its payload into a folder that isn't there yet; it appears whole or not at all.

    `files` are pieces of bytes by name; `about` goes into `bag-info.txt`. Raises UsageError where the folder is there,
    InputError where it can't be written.
    """
    if os.path.lexists(folder):
        raise UsageError(f"{folder}: is there already; give a new folder to -o")
    beside = folder.with_name(f".{folder.name}.{secrets.token_hex(8)}")
    try:
        (beside / "data").mkdir(parents=True)
        payload = {f"data/{name}": _write(beside / "data" / name, chunks) for name, chunks in files.items()}
        oxum = f"{sum(size for _, size in payload.values())}.{len(payload)}"
        lines = {**about, "Payload-Oxum": oxum}
        tags = {
            "bagit.txt": DECLARATION,
            "bag-info.txt": "".join(f"{name}: {value}\n" for name, value in lines.items()).encode(),
            f"manifest-{ALGORITHM}.txt": _manifest({name: digest for name, (digest, _) in payload.items()}),
        }
        digests = {name: _write(beside / name, [data])[0] for name, data in tags.items()}
        _write(beside / f"tagmanifest-{ALGORITHM}.txt", [_manifest(digests)])
        beside.rename(folder)
    except BaseException as error:
        with contextlib.suppress(OSError):
            shutil.rmtree(beside)
        if isinstance(error, OSError):
            raise InputError(f"{folder}: can't be written ({error.strerror}); make room or mend the rights") from error
        raise


def _write(path: Path, chunks: Iterable[bytes]) -> tuple[str, int]:
    """Writes a file; its digest in hex, and its size."""
    digest, size = hashlib.new(ALGORITHM), 0
    with path.open("xb") as file:
        for chunk in chunks:
            digest.update(chunk)
            size += len(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    return digest.hexdigest(), size


def _manifest(digests: Mapping[str, str]) -> bytes:
    return "".join(f"{digest}  {name}\n" for name, digest in sorted(digests.items())).encode()
