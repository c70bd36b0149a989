"""Files on whatever file system Hadoop knows, by Hadoop's own library in the driver."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from cleanpipe.errors import ArchiveError, InputError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:/")


def has_scheme(name: str) -> bool:
    """Whether this is a URI, such as hdfs://host/folder, and no path.

    >>> has_scheme("s3a://dumps/2024"), has_scheme("dumps/2024")
    (True, False)
    """
    return _SCHEME.match(name) is not None


def uri_of(name: str) -> str:
    """The URI of a path as Hadoop has it, which is the path as it is; and a URI as it is.

    >>> uri_of("/dumps/100 % sound")
    'file:///dumps/100 % sound'
    """
    return name if has_scheme(name) else f"file://{Path(name).absolute()}"


def literal(uri: str) -> str:
    """The URI of files that are to be read, where Spark would take it for a pattern.

    >>> literal("file:///dumps/[a]")
    'file:///dumps/\\\\[a\\\\]'
    """
    return re.sub(r"([\\*?\[\]{}])", r"\\\1", uri)


class Found(NamedTuple):
    """A file: its URI, the folder that it was found in, its path from there, its size in bytes, and when it was changed
    (in milliseconds)."""

    uri: str
    base: str
    name: str
    size: int
    changed: int


class Folder:
    """A folder by its URI. Names are those of files in it, or below it with "/" between the parts."""

    def __init__(self, spark: SparkSession, uri: str) -> None:
        self.uri = uri.rstrip("/")
        jvm: Any = spark.sparkContext._jvm
        self._jvm = jvm
        configuration = spark.sparkContext._jsc.hadoopConfiguration()
        self._files = self._path("").getFileSystem(configuration)

    def holds(self, uri: str) -> bool:
        """Whether a file, by the URI that Hadoop has for it, lies in the folder or below it."""
        ours = self._files.makeQualified(self._path("")).toString()
        return uri.startswith(f"{ours}/")

    def names(self) -> list[str]:
        """What lies in the folder, sorted; nothing where it isn't there."""
        path = self._path("")
        return sorted(item.getPath().getName() for item in self._files.listStatus(path)) if self.exists("") else []

    def exists(self, name: str) -> bool:
        return bool(self._files.exists(self._path(name)))

    def read(self, name: str) -> bytes | None:
        """The bytes of a file, None where it isn't there."""
        if not self.exists(name):
            return None
        stream = self._files.open(self._path(name))
        try:
            return bytes(self._jvm.org.apache.commons.io.IOUtils.toByteArray(stream))
        finally:
            stream.close()

    def write(self, name: str, data: bytes) -> None:
        """Puts a file in its place once it is whole."""
        beside = self._path(f"{name}.new")
        stream = self._files.create(beside, True)
        try:
            stream.write(bytearray(data))
        finally:
            stream.close()
        self.delete(name)
        if not self._files.rename(beside, self._path(name)):
            raise ArchiveError(f"{self.uri}/{name}: can't be put in its place; run again")

    def delete(self, name: str) -> None:
        """Removes a file, or a folder with all that is in it, where it is there."""
        self._files.delete(self._path(name), True)

    def _path(self, name: str) -> Any:
        return self._jvm.org.apache.hadoop.fs.Path(f"{self.uri}/{name}" if name else self.uri)


def found(spark: SparkSession, given: str) -> Iterator[Found]:
    """The files that a URI leads to: a file, all below a folder, or what a pattern matches. Hidden ones of a folder are
    left alone. Raises InputError where there is nothing."""
    jvm: Any = spark.sparkContext._jvm
    path = jvm.org.apache.hadoop.fs.Path(given)
    files = path.getFileSystem(spark.sparkContext._jsc.hadoopConfiguration())
    matches = list(files.globStatus(path) or ())
    if not matches:
        raise InputError(f"{given}: matches no file; check the spelling and the rights")
    for status in matches:
        base = status.getPath() if status.isDirectory() else status.getPath().getParent()
        if not status.isDirectory():
            yield _found(status, base)
            continue
        below = files.listFiles(base, True)
        while below.hasNext():
            item = _found(below.next(), base)
            if not any(part.startswith(".") for part in item.name.split("/")):
                yield item


def _found(status: Any, base: Any) -> Found:
    uri, folder = status.getPath().toString(), base.toString().rstrip("/")
    return Found(uri, folder, uri.removeprefix(folder).lstrip("/"), status.getLen(), status.getModificationTime())
