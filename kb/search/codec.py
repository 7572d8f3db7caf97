"""How the index stands on disk: Whoosh's segments and table of contents, with arrays in them instead of pickles.

Whoosh decides what an index is: immutable segments, deletions beside them, one table of contents that is replaced at once by
a commit, files that nothing names any more taken away. What its own codec writes in a segment takes seven microseconds for
every word of every document, and must be read back a number at a time. Here a word's postings are two arrays, the numbers
of the documents and how often each holds the word; all else of the documents is a file of columns. So an index is made in a
fifth of the time, opened at once and read by numpy as it is.
"""

from __future__ import annotations

import struct
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.base import PerDocumentWriter
from whoosh.codec.whoosh3 import W3Codec, W3FieldWriter, W3Segment, W3TermsReader
from whoosh.fields import Schema
from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex
from whoosh.system import pack_ushort
from whoosh.writing import SegmentWriter

from kb.search import signature
from kb.search.analysis import Word
from kb.search.columns import Columns, packed, write
from kb.search.documents import FACETS
from kb.search.engine import Entry
from kb.search.facets import Several

EXTENSION: Final = ".kbc"
ID: Final = "id"
_NUMBER, _OFTEN = np.dtype("<u4"), np.dtype("<u2")
_MOST: Final = 65_535
_PLACE: Final = struct.Struct("<QI")  # where a word's postings begin, and how many there are
_FACET, _FORMS, _SPELLINGS, _STEMS = "facet ", "forms ", "spellings ", "stems "
_TYPES: Final = {"moment": "d", "recognised": "d", "group": "H", "group often": "B"}

Numbers = NDArray[np.uint32]
Often = NDArray[np.uint16]


class _Numbered(dict[str, int]):
    """Words with a number for each, given when it is first asked for."""

    def __missing__(self, word: str) -> int:
        number = self[word] = len(self)
        return number


class _Field:
    """The postings of one field, in the order in which they come: the word's number, the document, and how often."""

    def __init__(self) -> None:
        self.words = _Numbered()
        self.of = array("I")
        self.numbers = array("I")
        self.often = array("H")


class Postings:
    """Which documents hold which words, gathered in memory until the segment is written; what Whoosh calls a pool."""

    def __init__(self) -> None:
        self._fields: dict[str, _Field] = {}

    def add(self, field: str, number: int, counts: Mapping[str, int]) -> None:
        """Say how often a document, by its number, holds each of these words. Numbers come in rising order."""
        held = self._field(field)
        words = held.words
        held.of.extend([words[text] for text in counts])
        held.numbers.extend([number] * len(counts))
        held.often.extend([min(often, _MOST) for often in counts.values()])

    def take(self, field: str, text: str, numbers: Numbers, often: Often) -> None:
        """Add the documents of another segment that hold a word."""
        held = self._field(field)
        held.of.extend([held.words[text]] * len(numbers))
        held.numbers.frombytes(numbers.astype(np.uint32).tobytes())
        held.often.frombytes(often.astype(np.uint16).tobytes())

    def iter_postings(self) -> Iterator[tuple[str, bytes, Numbers, Often]]:
        """Yield each field's words with their documents, in the order in which Whoosh keeps them."""
        for name in sorted(self._fields):
            held = self._fields[name]
            of = np.array(held.of)
            order = np.argsort(of, kind="stable")  # of one word, the documents stay in order
            numbers, often = np.array(held.numbers, _NUMBER)[order], np.array(held.often, _OFTEN)[order]
            ends = np.cumsum(np.bincount(of, minlength=len(held.words))).tolist()
            for encoded, word in sorted((text.encode(), word) for text, word in held.words.items()):
                inside = slice(ends[word - 1] if word else 0, ends[word])
                yield name, encoded, numbers[inside], often[inside]

    def cleanup(self) -> None:
        """Forget all."""
        self._fields.clear()

    def _field(self, name: str) -> _Field:
        held = self._fields.get(name)
        if held is None:
            held = self._fields[name] = _Field()
        return held


class Documents:
    """The columns of a segment's documents, gathered in memory until it is written.

    What a document has several of (values of facets, groups of letters, pairs of words) stands behind one another, with a
    column of where each document's end.
    """

    def __init__(self) -> None:
        self.size = 0
        self._names: tuple[list[str], list[str], list[str]] = ([], [], [])
        self._values: dict[str, dict[str, int]] = {name: {} for name in ("kind", *FACETS)}
        self._forms: dict[str, dict[str, Word]] = {}
        self._taken_forms: dict[str, dict[str, set[str]]] = {}
        self._taken_spellings: dict[str, set[str]] = {}
        self._arrays: dict[str, array[Any]] = {}

    def add(self, entry: Entry) -> None:
        """Add a document."""
        document = entry.document
        for held, name in zip(self._names, (document.kind, document.key, document.fingerprint), strict=True):
            held.append(name)
        for language, forms in entry.forms.items():
            self._forms.setdefault(language, {}).update(forms)
        groups, often = signature.groups(word for words in entry.spellings.values() for word in words)
        self._array("moment").append(document.moment)
        self._array("recognised").append(document.recognised)
        self._array("groups").append(int(often.sum()))
        self._array("group often").frombytes(often.tobytes())
        self._many("group", groups)
        self._many("pair", np.unique(_pairs(entry)))
        for name, known in self._values.items():
            values = (document.kind,) if name == "kind" else document.facets.get(name, ())
            places = [known.setdefault(value, len(known)) for value in dict.fromkeys(values)]
            self._array(_FACET + name).extend(places)
            self._array(f"{_FACET}{name} counts").append(len(places))
        for field, stems in entry.words.items():
            self._lengths(field).append(len(stems))
        self.size += 1

    def take(self, columns: Columns, kept: NDArray[np.bool_]) -> None:
        """Add those documents of another segment that are kept."""
        numbers = np.flatnonzero(kept).tolist()
        for held, names in zip(self._names, columns.value("documents"), strict=True):
            held += [names[number] for number in numbers]
        for name in columns.named(_STEMS):
            language = name.removeprefix(_STEMS)
            spellings = columns.value(_SPELLINGS + language)
            self._taken_spellings.setdefault(language, set()).update(spellings)
            forms = self._taken_forms.setdefault(language, {})
            several = Several.ending(columns[_FORMS + language], columns[f"{_FORMS}{language} ends"])
            for stem, start, end in zip(columns.value(name), several.starts, several.ends, strict=True):
                forms.setdefault(stem, set()).update(spellings[at] for at in several.values[start:end])
        for name in ("moment", "recognised", "groups"):
            self._array(name).frombytes(columns[name][kept].tobytes())
        for name in ("group", "pair"):
            self._take_many(name, columns, kept)
        inside = np.repeat(kept, np.diff(columns["group ends"], prepend=0))
        self._array("group often").frombytes(columns["group often"][inside].tobytes())
        for name, known in self._values.items():
            theirs = columns.value(f"{_FACET}{name} values")
            places = np.array([known.setdefault(value, len(known)) for value in theirs], np.uint32)
            self._take_many(_FACET + name, columns, kept, places)
        for name in columns.named("length "):
            self._lengths(name.removeprefix("length ")).frombytes(columns[name][kept].tobytes())
        self.size += len(numbers)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return the columns, as `kb.search.columns` writes them."""
        found = {
            "documents": packed(self._names),
            **{f"{_FACET}{name} values": packed(list(known)) for name, known in self._values.items()},
            **self._words(),
        }
        for name, held in self._arrays.items():
            if name.startswith("length "):
                self._lengths(name.removeprefix("length "))
            values = np.array(held)
            if name.endswith(" counts"):
                found[name.replace(" counts", " ends")] = np.cumsum(values, dtype=np.uint32)
            else:
                found[name] = values
        return found

    def _words(self) -> dict[str, NDArray[Any]]:
        """Return the columns of words: as they are written, parts of compounds too, and which have each stem, by their place."""
        found: dict[str, NDArray[Any]] = {}
        for language in {**self._forms, **self._taken_forms}:
            forms, spellings = self._taken_forms.get(language, {}), self._taken_spellings.get(language, set())
            for spelled, word in self._forms.get(language, {}).items():
                spellings.add(spelled)
                spellings.update(part.text for part in word.parts)
                for stem in (word.stem, *(part.stem for part in word.parts)):
                    forms.setdefault(stem, set()).add(spelled)
            places = {spelled: at for at, spelled in enumerate(sorted(spellings))}
            several = [sorted(map(places.__getitem__, forms[stem])) for stem in sorted(forms)]
            found[_SPELLINGS + language] = packed(list(places))
            found[_STEMS + language] = packed(sorted(forms))
            found[_FORMS + language] = np.array([at for some in several for at in some], np.uint32)
            found[f"{_FORMS}{language} ends"] = np.cumsum([len(some) for some in several], dtype=np.uint32)
        return found

    def _array(self, name: str) -> array[Any]:
        held = self._arrays.get(name)
        if held is None:
            held = self._arrays[name] = array(_TYPES.get(name, "I"))
        return held

    def _many(self, name: str, values: NDArray[Any]) -> None:
        self._array(name).frombytes(values.tobytes())
        self._array(f"{name} counts").append(len(values))

    def _take_many(
        self, name: str, columns: Columns, kept: NDArray[np.bool_], places: NDArray[np.uint32] | None = None
    ) -> None:
        """Add what the documents that are kept have several of, with the new `places` of the values."""
        counts = np.diff(columns[f"{name} ends"], prepend=0)
        values = columns[name][np.repeat(kept, counts)]
        self._array(name).frombytes((values if places is None else places[values]).tobytes())
        self._array(f"{name} counts").frombytes(counts[kept].astype(np.uint32).tobytes())

    def _lengths(self, field: str) -> array[Any]:
        """Return the lengths of a field of all documents so far; 0 where one doesn't have it."""
        held = self._array(f"length {field}")
        held.extend([0] * (self.size - len(held)))
        return held


def _pairs(entry: Entry) -> signature.Pairs:
    """Return the pairs of neighbours in each of a document's texts; two texts are no neighbours."""
    whole = [stems for field, stems in entry.words.items() if field.partition("_")[0] in {"title", "body"}]
    return np.concatenate([np.zeros(0, np.uint32), *map(signature.pairs, whole)])


class _DocumentWriter(PerDocumentWriter):
    """Writes the columns of a segment when Whoosh closes it."""

    def __init__(self, storage: FileStorage, segment: W3Segment) -> None:
        self.documents = Documents()
        self._path = _columns_path(storage, segment)
        self.is_closed = False

    def close(self) -> None:
        if self.documents.size:
            write(self._path, self.documents.arrays())
        self.is_closed = True


class _WordWriter(W3FieldWriter):
    """Writes words in Whoosh's table of terms, and their postings as arrays."""

    def add_postings(
        self, schema: Schema, _lengths: None, items: Iterable[tuple[str, bytes, Numbers, Often]]
    ) -> None:
        """Write all postings of a segment, in the order of fields and words."""
        field = None
        for name, text, numbers, often in items:
            if name != field:
                field = name
                self.start_field(name, schema[name])
            place = _PLACE.pack(self._postfile.tell(), len(numbers))
            self._postfile.write(numbers.tobytes() + often.tobytes())
            self._tindex.add(pack_ushort(self._fieldid) + text, place)


class Terms(W3TermsReader):
    """Reads a segment's words. Not safe in several threads: who shares one holds a lock."""

    def postings(self, field: str, text: str) -> tuple[Numbers, Often]:
        """Return the numbers of the documents that hold a word, in order, and how often each does; deleted ones too."""
        try:
            start, count = _PLACE.unpack(self._tindex[self._keycoder(field, text.encode())])
        except KeyError:
            return np.zeros(0, _NUMBER), np.zeros(0, _OFTEN)
        data = bytes(self._postfile.get(start, count * (_NUMBER.itemsize + _OFTEN.itemsize)))
        return np.frombuffer(data, _NUMBER, count), np.frombuffer(
            data, _OFTEN, count, count * _NUMBER.itemsize
        )


class Codec(W3Codec):
    """Whoosh's codec, with arrays."""

    length_stats = False  # a segment's lengths are in its columns

    def per_document_writer(self, storage: FileStorage, segment: W3Segment) -> _DocumentWriter:
        """Return the writer of a new segment's documents."""
        return _DocumentWriter(storage, segment)

    def field_writer(self, storage: FileStorage, segment: W3Segment) -> _WordWriter:
        """Return the writer of a new segment's words."""
        return _WordWriter(self, storage, segment)

    def terms_reader(self, storage: FileStorage, segment: W3Segment) -> Terms:
        """Return the words of a segment."""
        name = segment.make_filename(self.TERMS_EXT)
        return Terms(
            self,
            storage.open_file(name),
            storage.file_length(name),
            segment.open_file(storage, self.POSTS_EXT),
        )


class Writer(SegmentWriter):
    """Writes one more segment, and says which documents of the others are deleted."""

    def __init__(self, index: FileIndex) -> None:
        # Our own lock is held; Whoosh's would stay taken where a full disk makes its cancel() fail too.
        super().__init__(index, codec=Codec(), compound=False, _lk=False)
        self._added: bool
        self.pool = Postings()
        self._words = [self.codec.terms_reader(self.storage, segment) for segment in self.segments]

    def drop(self, kind: str, key: str) -> None:
        """Delete a document from the segments that were written before."""
        for segment, words in zip(self.segments, self._words, strict=True):
            for number in words.postings(ID, f"{kind}:{key}")[0].tolist():
                segment.delete_document(number)

    def add(self, entry: Entry) -> None:
        """Add a document to the new segment."""
        document, number = entry.document, self.docnum
        self.pool.add(ID, number, {f"{document.kind}:{document.key}": 1})
        for field, stems in entry.words.items():
            self.pool.add(field, number, Counter(stems))
        self.perdocwriter.documents.add(entry)
        self._grew(1)

    def take(self, segment: W3Segment) -> None:
        """Write what is left of another segment into the new one."""
        kept = np.ones(segment.doc_count_all(), bool)
        kept[list(segment.deleted_docs())] = False
        renumbered = (np.cumsum(kept) - 1 + self.docnum).astype(np.uint32)
        words = self._words[self.segments.index(segment)]
        for field, text in words.terms():
            numbers, often = words.postings(field, text.decode())
            here = kept[numbers]
            if here.any():
                self.pool.take(field, text.decode(), renumbered[numbers[here]], often[here])
        self.perdocwriter.documents.take(columns_of(self.storage, segment), kept)
        self._grew(int(kept.sum()))

    def _grew(self, count: int) -> None:
        self.docnum += count
        self._added = self._added or count > 0

    def _finish(self) -> None:
        for words in self._words:
            words.close()
        super()._finish()


def columns_of(storage: FileStorage, segment: W3Segment) -> Columns:
    """Return the columns of a segment. Raises OSError or ValueError when they can't be read."""
    return Columns(_columns_path(storage, segment))


def _columns_path(storage: FileStorage, segment: W3Segment) -> Path:
    return Path(storage.folder, segment.make_filename(EXTENSION))
