"""The search engine on Whoosh: Whoosh keeps the index, the snapshot does the arithmetic.

On disk, in the index folder:

    current          the name of the generation that answers
    g-<random>/      a generation: one Whoosh index, made by a rebuild and then updated in place
    lock             held by whoever writes, whatever the generation

A rebuild fills a new generation aside and then moves the pointer `current`, which is one atomic rename. All of it is
derived from the database: delete the folder, run `kb search rebuild`, and nothing is lost. For that reason it is never
backed up, and never taken from elsewhere (Whoosh's files are pickles).

What is known of Whoosh and heeded here: `compound=False` opens in milliseconds where the default copies a segment into
memory, but then a searcher shared by threads returns wrong hits: so no searcher exists, `kb.search.snapshot` decodes
postings under a lock into values that never change. `refresh()` shows old versions of documents: never called. A second
writer fails at once: nobody opens one without holding our lock. Its merging leaves a large segment alone for good, also
when all documents in it were deleted: `_merge` writes what is left of one anew.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from whoosh import fields
from whoosh.analysis import SpaceSeparatedTokenizer
from whoosh.codec.whoosh3 import W3Codec, W3Segment
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC, FileIndex
from whoosh.util.filelock import try_for
from whoosh.writing import MERGE_SMALL, OPTIMIZE, SegmentWriter

from kb.core import DataError
from kb.search.analysis import VERSION as ANALYSIS_VERSION
from kb.search.documents import Document
from kb.search.engine import Matches, Request
from kb.search.snapshot import FIELD_WEIGHTS, PostingCache, Snapshot, row_of
from kb.search.terms import LANGUAGES, OTHER, field_language, index_terms, part_terms

FORMAT = f"2.{ANALYSIS_VERSION}"
"""Written into each generation. An index of another format is made anew, never read."""

LOCK_TIMEOUT_S = 60.0
WRITER_MEMORY_MB = 128
_NAME = re.compile(r"g-[0-9a-f]{16}")
NO_INDEX = "There is no search index that this program can read; `kb search rebuild` makes one."


def _schema() -> fields.Schema:
    words = {
        f"{part}_{language}": fields.TEXT(analyzer=SpaceSeparatedTokenizer(), phrase=False)
        for part in FIELD_WEIGHTS
        for language in (*LANGUAGES, OTHER)
    }
    return fields.Schema(id=fields.ID(unique=True), row=fields.STORED, **words)


class WhooshEngine:
    """The engine over one index folder, which is made when it is first written."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._snapshot: Snapshot | None = None
        self._opening = threading.Lock()
        self._cache = PostingCache()

    def ready(self) -> None:
        """Open the index, or raise DataError when there is none to read."""
        self._newest()

    def search(self, request: Request) -> Matches:
        """Answer a request from the newest state of the index, or from the one before while that is being opened."""
        return self._newest(patient=False).search(request)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the lock for writing."""
        lock = FileStorage(str(self._folder)).lock("lock")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            free = try_for(lock.acquire, timeout=LOCK_TIMEOUT_S, delay=0.02)
        except OSError as error:
            raise DataError(f"The search index can't be written: {error.strerror}.") from None
        if not free:
            raise DataError(
                "Another process has been writing the search index for a minute; try again later."
            )
        try:
            yield
        finally:
            lock.release()

    def update(self, changed: Iterable[tuple[str, str]], documents: Iterable[Document]) -> None:
        """Drop what is under the `changed` keys and add the documents, in one commit."""
        self._write(self._index(self._current()), changed, documents)

    def rebuild(self, documents: Iterable[Document]) -> None:
        """Fill a new generation aside and switch to it; the one before is kept for those who still read it."""
        before = self._pointer()
        name = f"g-{secrets.token_hex(8)}"
        folder = self._folder / name
        folder.mkdir(parents=True)
        try:
            storage = FileStorage(str(folder))
            TOC.create(storage, _schema())
            self._write(FileIndex(storage), (), documents)
            (folder / "format").write_text(FORMAT, encoding="ascii")
            self._point_to(name)
        except BaseException:
            if self._pointer() != name:
                shutil.rmtree(folder, ignore_errors=True)
            raise
        for old in self._folder.glob("g-*"):
            if old.name not in {name, before}:
                shutil.rmtree(old, ignore_errors=True)

    def fingerprints(self) -> dict[tuple[str, str], str]:
        """Return the fingerprint of every document in the index."""
        return self._newest().fingerprints()

    def close(self) -> None:
        """Let go of all files."""
        with self._opening:
            self._snapshot = None

    def _newest(self, *, patient: bool = True) -> Snapshot:
        """Return a snapshot of the index as it is now; the same one for as long as nothing is written.

        Opening a new one takes a second for 50,000 documents in a new segment. Who is not patient gets the one before
        while another thread does that.
        """
        while True:
            version = self._version()
            try:
                return self._opened(version, patient=patient)
            except Exception as error:
                # Either its files are no index, or they were replaced while they were opened: then look again.
                if self._version() == version:
                    raise DataError(NO_INDEX) from error

    def _opened(self, version: tuple[str, int], *, patient: bool) -> Snapshot:
        folder = self._current()
        snapshot = self._snapshot
        if snapshot and (snapshot.version == version or (self._opening.locked() and not patient)):
            return snapshot
        with self._opening:
            snapshot = self._snapshot
            if snapshot is None or snapshot.version != version:
                reader = self._index(folder).reader()
                snapshot = self._snapshot = Snapshot(version, reader, snapshot, self._cache)
        return snapshot

    def _version(self) -> tuple[str, int]:
        """Return what changes with every write: the generation's name, and the number of its last commit."""
        name = self._pointer()
        storage = FileStorage(str(self._folder / name))
        return name, TOC._latest_generation(storage, "MAIN")  # noqa: SLF001 - Whoosh has no public name for it

    def _index(self, folder: Path) -> FileIndex:
        return FileIndex(FileStorage(str(folder)))

    def _current(self) -> Path:
        """Return the folder of the generation that answers. Raises DataError when there is none to read."""
        name = self._pointer()
        folder = self._folder / name
        try:
            made_by = (folder / "format").read_text(encoding="ascii") if name else ""
        except (OSError, ValueError):
            made_by = ""
        if made_by != FORMAT:
            raise DataError(NO_INDEX)
        return folder

    def _pointer(self) -> str:
        """Return the name of the generation that answers; empty when none is named, or something else."""
        with suppress(OSError, ValueError):
            name = (self._folder / "current").read_text(encoding="ascii").strip()
            return name if _NAME.fullmatch(name) else ""
        return ""

    def _point_to(self, name: str) -> None:
        aside = self._folder / "current.new"
        with aside.open("w", encoding="ascii") as file:
            file.write(name + "\n")
            file.flush()
            os.fsync(file.fileno())
        aside.replace(self._folder / "current")

    @staticmethod
    def _write(index: FileIndex, changed: Iterable[tuple[str, str]], documents: Iterable[Document]) -> None:
        writer = index.writer(
            limitmb=WRITER_MEMORY_MB,
            compound=False,
            codec=W3Codec(blocklimit=512, compression=0),
            _lk=False,  # ours is held; Whoosh's would stay taken where a full disk makes its cancel() fail too
        )
        try:
            for kind, key in changed:
                writer.delete_by_term("id", f"{kind}:{key}")
            for document in documents:
                writer.add_document(**_fields(document))
            writer.commit(mergetype=_merge)
        except BaseException:
            with suppress(Exception):
                writer.cancel()  # takes its temporary files away
            raise


def _fields(document: Document) -> dict[str, Any]:
    """Return a document as the fields of the index: its stems, and the row that the snapshot counts with."""
    found: dict[str, Any] = {"id": f"{document.kind}:{document.key}", "row": row_of(document)}
    words: dict[str, list[str]] = {}
    for text in document.texts:
        language = field_language(
            text.language
        )  # the same for two texts in languages that have no fields of their own
        words.setdefault(f"title_{language}", []).extend(index_terms(text.title, text.language))
        words.setdefault(f"body_{language}", []).extend(index_terms(text.body, text.language))
        words.setdefault(f"titleparts_{language}", []).extend(part_terms(text.title, text.language))
        words.setdefault(f"bodyparts_{language}", []).extend(part_terms(text.body, text.language))
    return found | {name: " ".join(stems) for name, stems in words.items() if stems}


def _merge(writer: SegmentWriter, segments: list[W3Segment]) -> list[W3Segment]:
    """Merge small segments as Whoosh does, drop empty ones, and write anew those of which most was deleted."""
    kept = []
    for segment in MERGE_SMALL(writer, [segment for segment in segments if segment.doc_count()]):
        if 2 * segment.deleted_count() > segment.doc_count_all():
            OPTIMIZE(writer, [segment])
        else:
            kept.append(segment)
    return kept
