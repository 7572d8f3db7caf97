"""Puts the pieces of a Word file's text into the content of a draft, by the headings they stand under.

A heading opens a group: what stands under deeper headings belongs to it, until one as high comes. Under "Uitdagingen" each
deeper heading is a challenge; under "Lessen" each is a lesson; "Oorzaak" only means something while a challenge is open.
Whatever finds no place goes to the story with its heading, in the order of the document.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from kb.cases.content import Content, empty_content
from kb.cases.word_file.challenges import Challenges
from kb.cases.word_file.headings import FACTS, PARTS
from kb.cases.word_file.lines import Line, Piece, is_intro, lesson, lines_of, moment, source
from kb.cases.word_file.outline import Section, outline
from kb.cases.word_file.rest import add_people, language_of, set_fact
from kb.markup import plain, shortened

EXCERPT = 160
"""Characters of what was placed that the author gets to see."""


MUCH = 1000
"""Characters of a text that are looked at for that."""


class Placed(NamedTuple):
    """Where a part of the file went: its heading as it stood, a word of the sections, and how its text begins."""

    heading: str
    where: str
    excerpt: str


@dataclass(frozen=True)
class WordFile:
    """What was found in a Word file. `left_out` counts what could not come along, by its kind (images, comments …)."""

    content: Content
    placed: tuple[Placed, ...]
    left_out: Mapping[str, int]


@dataclass
class _Group:
    """A heading that still holds: its section word, its level, and the challenge that is open under it."""

    word: str
    level: int
    row: Content | None = None


@dataclass
class _Story:
    """The story as it grows: headings with their level, and texts."""

    parts: list[tuple[int, str]] = field(default_factory=list)

    def markdown(self) -> str:
        highest = min((level for level, _ in self.parts if level), default=1)
        lines = [
            f"{'#' * min(6, level - highest + 2)} {text}" if level else text for level, text in self.parts
        ]
        return "\n\n".join(lines)


def sorted_out(found: Mapping[str, Any]) -> WordFile:
    """Return what `reading.pieces_of` found, as the content of a draft."""
    title, sections = outline(found["pieces"], found["title"])
    sorter = _Sorter(sections)
    if title:
        sorter.placed.append(Placed("", "title", shortened(title, EXCERPT)))
    for at, section in enumerate(sections):
        sorter.take(section, sections[at + 1 :])
    sorter.add_notes(found["notes"])
    content = {**sorter.content, "title": title, "story": sorter.story.markdown()}
    return WordFile(content, tuple(sorter.placed), dict(found["left_out"]))


class _Sorter:
    """Walks through the sections once."""

    def __init__(self, sections: Sequence[Section]) -> None:
        words = " ".join(piece["plain"] for section in sections for piece in section.pieces)
        self.content = empty_content(language_of(words))
        self.story = _Story()
        self.placed: list[Placed] = []
        self.groups: list[_Group] = []
        self.challenges = Challenges(self._add_lesson)
        self.content["challenges"] = self.challenges.rows
        self.section = Section()
        self._in_story = False
        self._with_lesson: Section | None = None

    def take(self, section: Section, after: Sequence[Section]) -> None:
        """Put one section where it belongs; `after` are those that follow."""
        self.section, self._in_story = section, False
        about = section.topic
        if not section.heading:
            self._opening(section.pieces)
            return
        self._close(section)
        top = self.groups[-1] if self.groups else None
        row = next((group.row for group in reversed(self.groups) if group.row), None)
        if about is None:
            self._plain_heading(section, top)
        elif about.word in PARTS and row is not None:
            self._fill(row, section.pieces, about.word, about.rest)
        elif about.word == "challenge":
            self._challenge(section, after)
        elif about.word == "lesson":
            self.groups.append(_Group("lesson", section.level, row))
            self._lessons(section.pieces, row["key"] if row else "", about.rest)
        elif about.word in _TAKERS:
            self.groups.append(_Group(about.word, section.level))
            self._take_as(about.word, section)
        elif about.word not in FACTS or not self._fact(about.word, section):
            self._to_story(section.pieces)

    def add_notes(self, notes: Sequence[str]) -> None:
        """Put the foot and end notes at the end of the story, with the numbers they have in the text."""
        if notes:
            heading = "Noten" if self.content["language"] == "nl" else "Notes"
            highest = min((level for level, _ in self.story.parts if level), default=1)
            self.story.parts.append((highest, heading))
            self.story.parts.append(
                (0, "\n".join(f"{n}. {' '.join(text.split())}" for n, text in enumerate(notes, 1)))
            )
            self.placed.append(Placed(heading, "story", shortened(plain(notes[0]), EXCERPT)))

    def _close(self, section: Section) -> None:
        """End the groups that this heading ends. A part of a challenge may stand as high as the challenge itself."""
        is_part = section.topic is not None and section.topic.word in PARTS
        while self.groups:
            top = self.groups[-1]
            if top.level < section.level or (
                is_part and top.row and top.word == "challenge" and top.level == section.level
            ):
                return
            self.groups.pop()

    def _plain_heading(self, section: Section, top: _Group | None) -> None:
        """Take a heading that says nothing by itself: it belongs to the group it stands in."""
        if top is None:
            self._to_story(section.pieces)
        elif top.word == "challenge" and top.row is None:
            row = self.challenges.begin(section.heading)
            self._note("challenge", section.heading)
            self.groups.append(_Group("challenge", section.level, row))
            self._fill(row, section.pieces, "cause")
        elif top.word == "challenge" and top.row is not None:
            if not top.row["title"]:
                top.row["title"] = section.heading
                self._fill(top.row, section.pieces, "cause")
            else:
                self._fill(top.row, section.pieces, "cause", f"**{section.heading}**")
        elif top.word == "lesson":
            text = "\n\n".join(piece["text"] for piece in section.pieces)
            self._add_lesson(Line(section.heading, section.heading), top.row["key"] if top.row else "")
            self.content["lessons"][-1]["explanation"] = text
        elif top.word == "timeline" and moment(Line("", section.heading))["date"]:
            row = moment(Line("", section.heading))
            texts = [row["what"], *(piece["plain"] for piece in section.pieces)]
            self.content["timeline"].append({**row, "what": " ".join(text for text in texts if text)})
            self._note("timeline", " ".join(texts))
        else:
            self._take_as(top.word, section)

    def _challenge(self, section: Section, after: Sequence[Section]) -> None:
        about = section.topic
        if about and about.many:
            self.groups.append(_Group("challenge", section.level))
            follows = after[0] if after else Section()
            if follows.level > section.level and (follows.topic is None or follows.topic.word == "challenge"):
                self._to_story(section.pieces)  # it leads up to the challenges under their own headings
            else:
                self._to_story(self.challenges.from_pieces(section.pieces, self._note))
                self.groups[-1].row = self.challenges.rows[-1] if len(self.challenges.rows) == 1 else None
            return
        row = self.challenges.begin(about.rest if about else "")
        self.groups.append(_Group("challenge", section.level, row))
        if row["title"]:
            self._note("challenge", row["title"])
        self._fill(row, section.pieces, "cause")

    def _fill(self, row: Content, pieces: Sequence[Piece], part: str, first: str = "") -> None:
        if first:
            row[part] = f"{row[part]}\n\n{first}".strip()
            self._note(f"challenge.{part}", first)
        self.challenges.fill(row, pieces, self._note, part)

    def _lessons(self, pieces: Sequence[Piece], challenge: str, first: str = "") -> None:
        """Make lessons of list items; without a list, of paragraphs. Words in bold begin one that goes on after them."""
        if first:
            self._add_lesson(Line(first, first), challenge)
        lists = any(piece["kind"] == "list" for piece in pieces)
        bold = any(line.bold for piece in pieces if piece["kind"] == "paragraph" for line in lines_of(piece))
        for piece in pieces:
            if piece["kind"] == "table":
                self._to_story([piece])
            elif (first or bold) and self._goes_on(piece):
                row = self.content["lessons"][-1]
                row["explanation"] = f"{row['explanation']}\n\n{piece['text']}".strip()
            else:
                for line in lines_of(piece):
                    if piece["kind"] == "list" or (not is_intro(line) and (bold or not lists)):
                        self._add_lesson(line, challenge)
                    else:
                        self._to_story([{**piece, "text": line.text, "plain": line.plain}])

    def _goes_on(self, piece: Piece) -> bool:
        """Tell whether a piece explains the lesson before it, which began with words in bold."""
        begun = self.section is self._with_lesson
        return begun and not Line(piece["text"], piece["plain"]).bold

    def _add_lesson(self, line: Line, challenge: str) -> None:
        rows = self.content["lessons"]
        rows.append(lesson(f"n{len(rows) + 1}", line, challenge))
        self._with_lesson = self.section
        self._note("lesson", rows[-1]["statement"])

    def _opening(self, pieces: Sequence[Piece]) -> None:
        """Take what stands before the first heading: lines such as "Gemeente: Duiven", and the story's beginning."""
        for piece in pieces:
            if piece["kind"] == "table":
                lines = list(_label_rows(piece))
                if len(lines) < len(piece["rows"]):
                    self._to_story([piece])
                    continue
                kept = [line for line in lines if not self._labelled(line)]
                self._to_story(
                    [{**piece, "kind": "paragraph", "text": k.text, "plain": k.plain} for k in kept]
                )
            else:
                lines = list(lines_of(piece))
                kept = [line for line in lines if not self._labelled(line)]
                if len(kept) == len(lines):
                    self._to_story([piece])
                else:
                    self._to_story([{**piece, "text": line.text, "plain": line.plain} for line in kept])

    def _labelled(self, line: Line) -> bool:
        """Put a line with a label in its place; tell whether it has one."""
        labelled = line.label()
        if labelled is None or not labelled[1].text:
            return False
        about, rest = labelled
        if about.word in FACTS:
            told = set_fact(self.content, about.word, rest.plain)
            if told:
                self._note(about.word, rest.plain)
            return told
        if about.word in {"authors", "topics", "methods", "summary"}:
            piece = {"kind": "paragraph", "text": rest.text, "plain": rest.plain, "links": rest.links}
            self._take_as(about.word, Section(self.section.heading, 0, about._replace(rest=""), [piece]))
            return True
        return False

    def _fact(self, word: str, section: Section) -> bool:
        told = len(section.pieces) == 1 and set_fact(self.content, word, section.pieces[0]["plain"])
        if told:
            self._note(word, section.pieces[0]["plain"])
        return told

    def _take_as(self, word: str, section: Section) -> None:
        """Put each line of a section where the word says; what does not fit there goes to the story."""
        if section.topic and section.topic.rest:
            rest = section.topic.rest
            section.pieces.insert(0, {"kind": "paragraph", "text": rest, "plain": rest, "links": ()})
        for piece in section.pieces:
            if piece["kind"] == "table" and word in {"timeline", "source"}:
                for cells in piece["rows"]:
                    texts = [cell["plain"] for cell in cells if cell["plain"]]
                    links = tuple(link for cell in cells for link in cell["links"])
                    self._row(word, Line(" – ".join(texts), " – ".join(texts), links))
            elif piece["kind"] == "table" or (
                word in {"timeline", "source"} and is_intro(Line("", piece["plain"]))
            ):
                self._to_story([piece])
            else:
                lines = list(lines_of(piece))
                left = [line for line in lines if not self._row(word, line)]
                self._to_story(
                    [{**piece, "kind": "paragraph", "text": line.text, "plain": line.plain} for line in left]
                )

    def _row(self, word: str, line: Line) -> bool:
        """Put one line in its place; tell whether it fits there."""
        content = self.content
        fits = True
        if word == "summary":
            content["summary"] = f"{content['summary']}\n\n{line.plain}".strip()
        elif word == "timeline":
            content["timeline"].append(moment(line))
        elif word == "source":
            content["sources"].append(source(line))
        elif word in {"topics", "methods"}:
            content[word] = ", ".join(filter(None, (content[word], line.plain.rstrip("."))))
        else:
            fits = add_people(content, word, line)
        if fits:
            self._note(word, line.plain)
        return fits

    def _to_story(self, pieces: Sequence[Piece]) -> None:
        """Add pieces to the story, under the heading of their section."""
        own = self.section.topic is None or self.section.topic.word in {*PARTS, *FACTS, "status"}
        if self.section.heading and not self._in_story and (pieces or own):
            self.story.parts.append((self.section.level, self.section.heading))
            self._in_story = True
            self._note("story", pieces[0]["plain"] if pieces else "")
        elif pieces:
            self._note("story", pieces[0]["plain"])
        self.story.parts += [(0, piece["text"]) for piece in pieces]

    def _note(self, where: str, text: str) -> None:
        """Remember where a text went; what follows it there needs no second note."""
        place = Placed(self.section.heading, where, shortened(plain(text[:MUCH]), EXCERPT))
        last = self.placed[-1] if self.placed else None
        if where == "lesson" or last is None or (last.heading, last.where) != (place.heading, where):
            self.placed.append(place)


def _label_rows(table: Piece) -> Iterator[Line]:
    """Yield the rows of a table as lines with a label, those that are ("Gemeente | Duiven")."""
    for cells in table["rows"]:
        first, last = cells[:1], cells[1:]
        if first and len(last) == 1:
            label, value = first[0]["plain"].rstrip(": "), last[0]
            line = Line(f"{label}: {value['text']}", f"{label}: {value['plain']}", tuple(value["links"]))
            if line.label():
                yield line


_TAKERS = frozenset(
    {"summary", "timeline", "source", "topics", "methods", "authors", "partners", "participants"}
)
