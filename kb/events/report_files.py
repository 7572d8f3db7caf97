"""The report of a session as files: a Word file to edit and send round, rows for a spreadsheet, and JSON for programs."""

from __future__ import annotations

import io
import re
from typing import Any

from docx import Document
from docx.document import Document as WordDocument
from docx.oxml.ns import qn
from flask_babel import gettext as _
from flask_babel import ngettext

from kb.core import now
from kb.events.harvest_page import HarvestedView, NoteRow
from kb.events.records import Record
from kb.events.report_page import ReportPage
from kb.spreadsheet import csv_text

_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
LANGUAGES = {"nl": "nl-NL", "en": "en-GB", "de": "de-DE", "fr": "fr-FR", "fy": "fy-NL"}


def report_csv(report: ReportPage) -> str:
    """Return the notes and the harvest as rows: of notes their question, group and text, of the harvest also what it is for."""
    head = [
        _("What"),
        _("Learning question"),
        _("Group"),
        _("Text"),
        _("Notes"),
        _("With us too"),
        _("Case"),
        _("Themes"),
        _("State"),
        _("Where or who"),
        _("By when"),
    ]
    rows: list[list[str]] = []

    def add(question: str, group: str, note: NoteRow) -> None:
        texts = "\n".join((note.text, *note.also))
        number = str(1 + len(note.also))
        rows.append([_("Note"), question, group, texts, number, str(note.votes), *[""] * 5])

    for question in report.questions:
        for group in question.groups:
            for note in group.notes:
                add(question.text, group.name, note)
        for note in question.loose:
            add(question.text, "", note)
    for one in report.harvest:
        themes = ", ".join(theme.name for theme in one.themes)
        who = one.place or one.owner
        case = one.case.label if one.case else ""
        state = one.state_label or (_("done") if one.done else "")
        numbers = (str(one.notes), str(one.votes))
        rows.append([one.name, one.question, "", one.text, *numbers, case, themes, state, who, one.due_iso])
    return csv_text(head, rows)


def report_json(report: ReportPage, record: Record) -> dict[str, Any]:
    """Return the report for programs; `record` is the session as its format has it, and `docs/` describes the rest."""
    return {
        "event": record,
        "made_at": now().isoformat(timespec="seconds"),
        "participants": report.participants,
        "questions": [
            {
                "question": question.text,
                "notes": [
                    *(_note(note, group.name) for group in question.groups for note in group.notes),
                    *(_note(note, None) for note in question.loose),
                ],
            }
            for question in report.questions
        ],
        "harvest": [
            {
                "kind": one.kind,
                "text": one.text,
                "question": one.question or None,
                "themes": [theme.slug for theme in one.themes],
                "case": one.case.url.rpartition("/")[2] if one.case else None,
                "state": one.state or None,
                "url": one.url or None,
                "notes": one.notes,
                "votes": one.votes,
                "place": one.place or None,
                "owner": one.owner or None,
                "due": one.due_iso or None,
                "done": one.done,
            }
            for one in report.harvest
        ],
    }


def _note(note: NoteRow, group: str | None) -> dict[str, Any]:
    return {
        "text": note.text,
        "also": list(note.also),
        "group": group,
        "room": note.room or None,
        "votes": note.votes,
        "example": note.example,
    }


def report_word(report: ReportPage) -> bytes:
    """Return the report as a Word file, with headings that make a table of contents and nothing that names a writer of notes."""
    return _WordReport(report).bytes()


class _WordReport:
    """Writes one report."""

    def __init__(self, report: ReportPage) -> None:
        self.report = report
        self.document: WordDocument = Document()
        self._say_language()

    def bytes(self) -> bytes:
        self._session()
        self._harvest()
        self._notes()
        out = io.BytesIO()
        self.document.save(out)
        return out.getvalue()

    def _session(self) -> None:
        event = self.report.event
        self.heading(event.title, 0)
        self.line(" · ".join(filter(None, (event.when, event.place))))
        if event.organisers:
            self.line(_("Organised by") + " " + ", ".join(one.label for one in event.organisers))
        self.line(self.report.says)
        if event.cases:
            self.heading(_("What it is about"))
        for case in event.cases:
            self.bullet(case.label, _("presented by %(names)s", names=case.note) if case.note else "")
        if event.programme:
            self.heading(_("Programme"))
            self.table([(part.time, _joined(part.title, part.speaker)) for part in event.programme])

    def _harvest(self) -> None:
        report = self.report
        for title, some in (
            (_("Lessons"), report.lessons),
            (_("Challenges"), report.challenges),
            (_("Recognitions"), report.recognitions),
            (_("Actions"), report.actions),
        ):
            if some:
                self.heading(title)
            for one in some:
                self.bullet(one.text, _more(one))

    def _notes(self) -> None:
        self.heading(_("What was said"))
        if self.report.emptied:
            self.line(_("The notes of this session were thrown away, as was said to who wrote them."))
        for question in self.report.questions:
            self.heading(f"{question.number}. {question.text}", 2)
            self.line(ngettext("%(num)s note", "%(num)s notes", question.count))
            for group in question.groups:
                self.heading(group.name, 3)
                for note in group.notes:
                    self.note(note)
            for note in question.loose:
                self.note(note)

    def heading(self, text: str, level: int = 1) -> None:
        self.document.add_heading(_clean(text), level)

    def line(self, text: str) -> None:
        if text:
            self.document.add_paragraph(_clean(text))

    def bullet(self, text: str, more: str = "") -> None:
        paragraph = self.document.add_paragraph(_clean(text), style="List Bullet")
        if more:
            paragraph.add_run(f" ({_clean(more)})").italic = True

    def note(self, note: NoteRow) -> None:
        more = " · ".join(
            filter(
                None,
                (note.room, f"▲ {note.votes}" if note.votes else "", _("example") if note.example else ""),
            )
        )
        self.bullet(" / ".join((note.text, *note.also)), more)

    def table(self, rows: list[tuple[str, str]]) -> None:
        table = self.document.add_table(rows=0, cols=2)
        table.style = "Light List"
        for left, right in rows:
            cells = table.add_row().cells
            cells[0].text, cells[1].text = _clean(left), _clean(right)

    def _say_language(self) -> None:
        """Say in which language the text is, for who has it read aloud or its spelling checked."""
        event = self.report.event
        self.document.core_properties.title = _clean(event.title)[:255]
        self.document.core_properties.author = ""
        code = LANGUAGES.get(event.language, event.language)
        self.document.core_properties.language = code
        for lang in self.document.styles.element.iter(qn("w:lang")):
            lang.set(qn("w:val"), code)


def _more(one: HarvestedView) -> str:
    done = _("done") if one.done else ""
    due = _("by %(date)s", date=one.due) if one.due else ""
    case = one.case.label if one.case else ""
    return " · ".join(filter(None, (one.place, one.owner, due, done, case, one.state_label, one.says)))


def _joined(title: str, more: str) -> str:
    return f"{title} ({more})" if more else title


def _clean(text: str) -> str:
    """Return a text without the signs that XML does not take."""
    return _NOT_XML.sub("", text)
