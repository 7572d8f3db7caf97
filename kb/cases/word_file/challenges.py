"""Fills challenges from what stands under their headings: cause, approach, outcome, and lessons that hang on them.

Text that says nothing of what it is goes with the cause: it tells what the matter was. Sub-headings that mean nothing to us
stay as bold words within the part they stand in.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kb.cases.content import Content, empty_row
from kb.cases.word_file.headings import PARTS, topic
from kb.cases.word_file.lines import LONGEST_LINE, Line, Piece, lines_of, split

_STATUS = {
    "overcome": "opgelost|overwonnen|gelukt|overcome|solved|resolved",
    "partly": "deels|gedeeltelijk|deels opgelost|deels overwonnen|partly|partially|partly overcome",
    "open": "open|niet opgelost|onopgelost|nog open|unsolved|unresolved",
}
_STATUSES = {word: status for status, words in _STATUS.items() for word in words.split("|")}

Note = Callable[[str, str], None]
"""Says where a text went: a word of the sections and the text."""
AddLesson = Callable[[Line, str], None]
"""Takes a lesson and the key of its challenge."""


class Challenges:
    """The challenges found so far; `add_lesson` takes the lessons that stand among them."""

    def __init__(self, add_lesson: AddLesson) -> None:
        self.rows: list[Content] = []
        self.add_lesson = add_lesson

    def begin(self, title: str) -> Content:
        """Return a new challenge."""
        row = {**empty_row("challenges", f"c{len(self.rows) + 1}"), "title": title}
        self.rows.append(row)
        return row

    def fill(self, row: Content, pieces: Sequence[Piece], note: Note, part: str = "cause") -> None:
        """Put the pieces into the parts of a challenge, beginning with `part`."""
        for piece in pieces:
            lines = list(lines_of(piece))
            if not any(self._says_part(line) for line in lines):
                self._first_title(row, part, piece, note)
                if row["title"] != piece["plain"] or piece["kind"] == "table":
                    self._append(row, part, self._whole(row, piece), note)
                continue
            for line in lines:
                part = self._line(row, line, part, note)

    def from_pieces(self, pieces: Sequence[Piece], note: Note) -> list[Piece]:
        """Make challenges of what stands under one heading for all of them; return what is none."""
        left: list[Piece] = []
        lists = any(piece["kind"] in {"list", "table"} for piece in pieces)
        row: Content | None = None
        for piece in pieces:
            if piece["kind"] == "table":
                left += [] if self._from_table(piece, note) else [piece]
                continue
            for line in lines_of(piece):
                if row is not None and self._says_part(line):
                    self._line(row, line, "cause", note)
                elif piece["kind"] == "list" or not lists:
                    row = self._from_line(line, note)
                else:
                    left.append({**piece, "text": line.text, "plain": line.plain})
        return left

    def _from_line(self, line: Line, note: Note) -> Content:
        title, more = split(line)
        row = self.begin(title)
        note("challenge", title)
        if more:
            self._append(row, "cause", more, note)
        return row

    def _from_table(self, piece: Piece, note: Note) -> bool:
        """Make challenges of the rows of a table whose first row names the parts; tell whether it was one."""
        head, *rows = piece["rows"]
        words = [about.word if (about := topic(cell["plain"])) else "" for cell in head]
        if "challenge" not in words or not set(PARTS) & set(words):
            return False
        for cells in rows:
            title = next(
                (c["plain"] for c, word in zip(cells, words, strict=False) if word == "challenge"), ""
            )
            row = self.begin(title)
            note("challenge", title)
            for at, cell in enumerate(cells):
                word = words[at] if at < len(words) else ""
                if word == "challenge" or not cell["text"]:
                    continue
                label = "" if word or at >= len(head) else f"{head[at]['plain']}: "
                self._placed(row, word or "cause", Line(label + cell["text"], cell["plain"]), note)
        return True

    def _says_part(self, line: Line) -> bool:
        labelled = line.label()
        return labelled is not None and labelled[0].word in {*PARTS, "lesson", "status", "challenge"}

    def _line(self, row: Content, line: Line, part: str, note: Note) -> str:
        """Put one line where its label says; return the part that what follows belongs to."""
        labelled = line.label()
        if labelled is None or not self._says_part(line):
            self._append(row, part, line.text, note)
            return part
        about, rest = labelled
        if about.word == "challenge" and (row["title"] or not rest.text or len(rest.plain) > LONGEST_LINE):
            self._append(row, "cause", line.text, note)
            return part
        self._placed(row, about.word, rest, note)
        return about.word if about.word in PARTS else part

    def _placed(self, row: Content, word: str, line: Line, note: Note) -> None:
        if word == "challenge":
            row["title"] = line.plain
            note("challenge", line.plain)
        elif word == "lesson":
            if line.text:
                self.add_lesson(line, row["key"])
        elif word == "status":
            status = _STATUSES.get(line.plain.lower().strip(" ."))
            row["status"] = status or ""
            if status is None:
                self._append(row, "outcome", line.text, note)
        else:
            self._append(row, word if word in PARTS else "cause", line.text, note)

    def _first_title(self, row: Content, part: str, piece: Piece, note: Note) -> None:
        """Take the title of a challenge that has none yet from its first line."""
        if not row["title"] and piece["kind"] != "table" and part == "cause":
            row["title"] = (
                split(Line(piece["text"], piece["plain"]))[0] if piece["kind"] == "paragraph" else ""
            )
            if row["title"]:
                note("challenge", row["title"])

    @staticmethod
    def _whole(row: Content, piece: Piece) -> str:
        """Return the text of a piece, without what became the title."""
        if piece["kind"] == "paragraph" and not row["cause"]:
            title, more = split(Line(piece["text"], piece["plain"]))
            if title == row["title"]:
                return more
        return str(piece["text"])

    @staticmethod
    def _append(row: Content, part: str, text: str, note: Note) -> None:
        if text:
            row[part] = f"{row[part]}\n\n{text}".strip()
            note(f"challenge.{part}", text)
