"""The search engine on Whoosh: Whoosh keeps the index, the snapshot does the arithmetic.

On disk, in the index folder:

    current          the name of the generation that answers
    g-<random>/      a generation: one Whoosh index, made by a rebuild and then updated in place
    lock             held by whoever writes, whatever the generation

A rebuild fills a new generation aside and then moves the pointer `current`, which is one atomic rename. All of it is
derived from the database: delete the folder, run `kb search rebuild`, and nothing is lost. For that reason it is never
backed up, and never taken from elsewhere (Whoosh's files are pickles).

What Whoosh does here: segments, deletions, and one table of contents that a commit replaces at once (`kb.search.codec` says how
a segment stands on disk). What it is known for and kept clear of: a searcher shared by threads returns wrong hits, and
`refresh()` shows old versions of documents, so no searcher exists and `kb.search.snapshot` does its work on arrays that never
change; a second writer fails at once, so nobody opens one without holding our lock; its merging stalls one update in
five and leaves a large segment alone for good, so an update merges nothing and `tidy` does it when there is time.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from itertools import chain, islice
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session
from whoosh import fields
from whoosh.codec.whoosh3 import W3Segment
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC, FileIndex
from whoosh.util.filelock import try_for

from kb.core import DataError
from kb.search.analysis import VERSION as ANALYSIS_VERSION
from kb.search.codec import ID, Writer
from kb.search.engine import FIELD_WEIGHTS, Entry, Matches, Request
from kb.search.languages import LANGUAGES, OTHER
from kb.search.segments import PostingCache, WhooshSegment
from kb.search.snapshot import Snapshot
from kb.search.words import Words

FORMAT = f"7.{ANALYSIS_VERSION}"
"""Written into each generation. An index of another format is made anew, never read."""

LOCK_TIMEOUT_S = 60.0
SEGMENT_DOCUMENTS = 20_000
"""How many documents a rebuild gathers in memory before it writes them."""
SEGMENTS = 8
"""With more segments than so many, the smallest are merged when there is time; with twice as many, at once."""
TICK_NS = 2_000_000_000
"""How exact the times of files are at worst, on any file system."""
Glance = tuple[tuple[int, int], ...]
_NAME = re.compile(r"g-[0-9a-f]{16}")
NO_INDEX = "There is no search index that this program can read; `kb search rebuild` makes one."


def _schema() -> fields.Schema:
    words = {f"{part}_{language}": fields.ID() for part in FIELD_WEIGHTS for language in (*LANGUAGES, OTHER)}
    return fields.Schema(**{ID: fields.ID()}, **words)


class WhooshEngine:
    """The engine over one index folder, which is made when it is first written."""

    joins = False

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._pointing = folder / "current"
        self._snapshot: Snapshot | None = None
        self._words: Words | None = None
        self._glanced: tuple[Glance, Snapshot] | None = None
        self._opening = threading.Lock()
        self._cache = PostingCache()

    def ready(self) -> None:
        """Open the index, or raise DataError when there is none to read."""
        self._newest()

    def label(self) -> str:
        """Return the label of the generation that answers, or raise DataError when there is none."""
        return self._label(self._pointer())

    def looking(self) -> AbstractContextManager[None]:
        """Do nothing: each question is answered from files that are open."""
        return nullcontext()

    def search(self, request: Request) -> Matches:
        """Answer a request from the newest state of the index, or from the one before while that is being opened."""
        return self._newest(patient=False).search(request)

    def vocabulary(self) -> Words:
        """Return the words of that state."""
        snapshot = self._newest(patient=False)
        words = self._words
        if words is None or words.snapshot is not snapshot:
            words = self._words = Words(snapshot)
        return words

    def state(self, _shown: int) -> object:
        """Return the snapshot of the newest state, or the one before while that is being opened.

        Where the folders are as they were when it was looked up, it is not looked up again.
        """
        glance, known = self._glance(), self._glanced
        if glance and known and known[0] == glance:
            return known[1]
        snapshot = self._newest(patient=False)
        if glance and snapshot.version == self._version():  # else the newest one is still being opened
            self._glanced = glance, snapshot
        return snapshot

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

    def is_alone(self, session: Session) -> bool:  # noqa: ARG002 - the index is no part of the database
        """Say no: who makes the index anew is known by its lock."""
        return False

    def update(
        self,
        changed: Iterable[tuple[str, str]],
        entries: Iterable[Entry],
        session: Session | None = None,  # noqa: ARG002 - the index is no part of the database
    ) -> None:
        """Drop what is under the `changed` keys and add the entries, in one commit."""
        index = self._index(self._current())
        _write(index, changed, entries, _crowded if len(_segments(index)) > 2 * SEGMENTS else _nonempty)

    def rebuild(self, entries: Iterable[Entry], label: str = "") -> None:
        """Fill a new generation aside and switch to it; the one before is kept for those who still read it."""
        before = self._pointer()
        name = f"g-{secrets.token_hex(8)}"
        folder = self._folder / name
        folder.mkdir(parents=True)
        try:
            storage = FileStorage(str(folder))
            TOC.create(storage, _schema())
            waiting = iter(entries)
            for first in waiting:
                some = chain([first], islice(waiting, SEGMENT_DOCUMENTS - 1))
                _write(FileIndex(storage), (), some, _nonempty)
            (folder / "format").write_text(f"{FORMAT}\n{label}", encoding="ascii")
            self._point_to(name)
        except BaseException:
            if self._pointer() != name:
                shutil.rmtree(folder, ignore_errors=True)
            raise
        for old in self._folder.glob("g-*"):
            if old.name not in {name, before}:
                shutil.rmtree(old, ignore_errors=True)

    def untidy(self) -> bool:
        """Return whether there are many small segments, or one of which most was deleted."""
        return bool(_to_merge(_segments(self._index(self._current()))))

    def tidy(self) -> None:
        """Merge small segments when there are many, and write anew those of which most was deleted."""
        _write(self._index(self._current()), (), (), _crowded)

    def fingerprints(self) -> dict[tuple[str, str], str]:
        """Return the fingerprint of every document in the index."""
        found: dict[tuple[str, str], str] = {}
        for part in self._newest().parts:
            segment, dead = cast("WhooshSegment", part.segment), set(part.gone.tolist())
            rows = zip(segment.kinds, segment.keys, segment.prints, strict=True)
            found |= {(kind, key): mark for at, (kind, key, mark) in enumerate(rows) if at not in dead}
        return found

    def bytes_on_disk(self) -> int:
        """Return how many bytes the files take."""
        size = 0
        for folder, _folders, names in os.walk(self._folder):
            for name in names:
                with suppress(OSError):  # it was replaced just now
                    size += (Path(folder) / name).stat().st_size
        return size

    def close(self) -> None:
        """Let go of all files."""
        with self._opening:
            self._snapshot = self._words = self._glanced = None

    def _newest(self, *, patient: bool = True) -> Snapshot:
        """Return a snapshot of the index as it is now; the same one for as long as nothing is written.

        Opening a new one takes time. Who is not patient gets the one before while another thread does that.
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
        name, _ = version
        self._label(name)
        snapshot = self._snapshot
        if snapshot and (snapshot.version == version or (self._opening.locked() and not patient)):
            return snapshot
        with self._opening:
            snapshot = self._snapshot
            if snapshot is None or snapshot.version != version:
                index = self._index(self._folder / name)
                snapshot = self._snapshot = Snapshot(version, self._held(index, snapshot))
        return snapshot

    def _held(
        self, index: FileIndex, before: Snapshot | None
    ) -> Iterator[tuple[WhooshSegment, NDArray[np.int64]]]:
        """Yield the segments of the index with what was deleted of each; those that were open already are taken over."""
        opened = (part.segment for part in before.parts) if before else ()
        known = {it.name: it for it in opened if isinstance(it, WhooshSegment)}
        for found in _segments(index):
            segment = known.get(found.segment_id()) or WhooshSegment(index.storage, found, self._cache)
            yield segment, np.array(sorted(found.deleted_docs()), np.int64)

    def _glance(self) -> Glance | None:
        """Return what is another one after each write, by when the folders changed; None when that does not tell.

        Two writes may be so close that the clock of files gives both the same time, so a time counts once it is past.
        """
        snapshot = self._snapshot
        if snapshot is None:
            return None
        try:
            folders = os.stat(self._folder), os.stat(f"{self._folder}/{snapshot.version[0]}")  # noqa: PTH116 - a path of pathlib takes longer to make than this
        except OSError:
            return None
        if time.time_ns() - max(it.st_mtime_ns for it in folders) < TICK_NS:
            return None
        return tuple((it.st_ino, it.st_mtime_ns) for it in folders)

    def _version(self) -> tuple[str, int]:
        """Return what changes with every write: the generation's name, and the number of its last commit."""
        name = self._pointer()
        storage = FileStorage(f"{self._folder}/{name}")
        return name, TOC._latest_generation(storage, "MAIN")  # noqa: SLF001 - Whoosh has no public name for it

    def _index(self, folder: Path) -> FileIndex:
        return FileIndex(FileStorage(str(folder)))

    def _current(self) -> Path:
        """Return the folder of the generation that answers. Raises DataError when there is none to read."""
        name = self._pointer()
        self._label(name)
        return self._folder / name

    def _label(self, name: str) -> str:
        """Return the label of a generation. Raises DataError when it is none of this format."""
        try:
            made_by = Path(f"{self._folder}/{name}/format").read_text(encoding="ascii") if name else ""
        except (OSError, ValueError):
            made_by = ""
        made_by, _, label = made_by.partition("\n")
        if made_by != FORMAT:
            raise DataError(NO_INDEX)
        return label

    def _pointer(self) -> str:
        """Return the name of the generation that answers; empty when none is named, or something else."""
        with suppress(OSError, ValueError):
            name = self._pointing.read_text(encoding="ascii").strip()
            return name if _NAME.fullmatch(name) else ""
        return ""

    def _point_to(self, name: str) -> None:
        aside = self._folder / "current.new"
        with aside.open("w", encoding="ascii") as file:
            file.write(name + "\n")
            file.flush()
            os.fsync(file.fileno())
        aside.replace(self._pointing)


def _segments(index: FileIndex) -> list[W3Segment]:
    found: list[W3Segment] = TOC.read(index.storage, index.indexname).segments
    return found


def _write(
    index: FileIndex,
    changed: Iterable[tuple[str, str]],
    entries: Iterable[Entry],
    merge: Callable[[Writer, list[W3Segment]], list[W3Segment]],
) -> None:
    writer = Writer(index)
    try:
        for kind, key in changed:
            writer.drop(kind, key)
        for entry in entries:
            writer.add(entry)
        writer.commit(mergetype=merge)
    except BaseException:
        with suppress(Exception):
            writer.cancel()  # takes its temporary files away
        raise


def _nonempty(_writer: Writer, segments: list[W3Segment]) -> list[W3Segment]:
    """Merge nothing; a segment of which all was deleted goes."""
    return [segment for segment in segments if segment.doc_count()]


def _crowded(writer: Writer, segments: list[W3Segment]) -> list[W3Segment]:
    """Merge what `_to_merge` says."""
    merged = _to_merge(segments)
    for segment in merged:
        writer.take(segment)
    return _nonempty(writer, [segment for segment in segments if segment not in merged])


def _to_merge(segments: list[W3Segment]) -> list[W3Segment]:
    """Return those of which most was deleted, and when there are many the smallest.

    From the smallest on, each is taken that is no larger than all before it together: so what is merged at least doubles,
    and a document is written anew as often as the index doubled since, not each time that something was saved.
    """
    wasteful = [it for it in segments if 2 * it.deleted_count() > it.doc_count_all()]
    if len(segments) <= SEGMENTS:
        return wasteful
    small: list[W3Segment] = []
    together = 0
    for segment in sorted(segments, key=lambda it: it.doc_count()):
        if len(small) > 1 and segment.doc_count() > together:
            break
        small.append(segment)
        together += segment.doc_count()
    return [it for it in segments if it in wasteful or it in small]
