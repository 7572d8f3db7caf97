"""The rows of the matrix: for whom each address answers."""

from __future__ import annotations

from dataclasses import dataclass, field

READERS = (
    "anonymous",
    "disabled",
    "practitioner",
    "author",
    "writer",
    "lead",
    "other_lead",
    "editor",
    "administrator",
)
"""`writer` is an author who writes on the case, `author` one who does not; `lead` leads the session, `other_lead` another."""
STATES = ("published", "draft", "submitted", "returned", "withdrawn", "archived", "edited")
"""Of the case; `edited` is a published one with a draft beside it."""
EVENT_STATES = tuple(f"session-{status}" for status in ("draft", "announced", "open", "closed", "archived"))
"""Of the session."""
ANYBODY = frozenset(READERS)
SIGNED_IN = ANYBODY - {"anonymous", "disabled"}
EDITORS = frozenset({"editor", "administrator"})
SEERS = EDITORS | {"writer"}
BEGINNERS = EDITORS | {"author", "writer"}
ADMINISTRATOR = frozenset({"administrator"})
SESSION_LEADS = frozenset({"lead", "other_lead", "administrator"})
LEADS = frozenset({"lead", "administrator"})
NOBODY: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Row:
    """For whom an address answers: always, and when the case is public. To others what it hides is not there.

    `of_a_case`: it is tried with a case in every state; `of_an_event`: with a session in every state. `values`: what a place in the address stands for, where its name
    does not say. `form`: what is sent. `finds_nothing`: what is asked for is not there, for nobody. `leads_on`: who has not
    done the step before is sent to the sign-in page, which is no refusal here. `not_in`: states in which there is no such thing, for nobody.
    `gives_back`: who was signed out meanwhile gets what he typed back, with a 403 that is the same for every case.
    `is_known`: that there is such a thing is no secret, so who may not do this may be told.
    """

    always: frozenset[str]
    when_public: frozenset[str] = NOBODY
    of_a_case: bool = False
    of_an_event: bool = False
    values: dict[str, str] = field(default_factory=dict)
    form: dict[str, str] = field(default_factory=dict)
    finds_nothing: bool = False
    leads_on: bool = False
    not_in: frozenset[str] = NOBODY
    gives_back: bool = False
    is_known: bool = False

    def lets_in(self, reader: str, state: str) -> bool:
        """Tell whether the address answers this reader for a case in this state."""
        public = state in {"published", "edited", *EVENT_STATES[1:]}
        if state in self.not_in:
            return False
        return reader in self.always or (public and reader in self.when_public)


def to(*readers: frozenset[str], **more: object) -> Row:
    """Return a row for these readers, whatever the case."""
    return Row(frozenset().union(*readers), **more)  # type: ignore[arg-type]  # the fields of Row


def of_case(always: frozenset[str], when_public: frozenset[str] = NOBODY, **more: object) -> Row:
    """Return a row of an address that is about a case."""
    return Row(always, when_public, of_a_case=True, **more)  # type: ignore[arg-type]  # the fields of Row


def of_event(always: frozenset[str], when_public: frozenset[str] = NOBODY, **more: object) -> Row:
    """Return a row of an address that is about a session."""
    return Row(always, when_public, of_an_event=True, **more)  # type: ignore[arg-type]  # the fields of Row


READING = {
    "api.search GET": to(ANYBODY),
    "metrics.show GET": to(NOBODY),
    "pages.about GET": to(ANYBODY),
    "pages.cases GET": to(ANYBODY),
    "pages.healthz GET": to(ANYBODY),
    "pages.home GET": to(ANYBODY),
    "pages.patterns GET": to(ANYBODY),
    "pages.readyz GET": to(ANYBODY),
    "pages.search GET": to(ANYBODY),
    "pages.suggest GET": to(ANYBODY),
    "pages.theme GET": to(ANYBODY, values={"slug": "inclusion"}),
    "static GET": to(ANYBODY),
    "cases.show GET": of_case(NOBODY, ANYBODY),
    "cases.lesson GET": of_case(NOBODY, ANYBODY),
    "cases.recognise POST": of_case(NOBODY, SIGNED_IN, values={"kind": "recognised"}),
    "cases.take_back POST": of_case(NOBODY, SIGNED_IN, values={"kind": "recognised"}),
}
SIGNING_IN = {
    "accounts.login GET": to(ANYBODY),
    "accounts.sign_in POST": to(ANYBODY),
    "accounts.code GET": to(ANYBODY, leads_on=True),
    "accounts.give_code POST": to(ANYBODY, leads_on=True),
    "accounts.logout POST": to(ANYBODY),
    "accounts.open_welcome GET": to(ANYBODY, finds_nothing=True),
    "accounts.welcome GET": to(ANYBODY, finds_nothing=True),
    "accounts.begin POST": to(ANYBODY, finds_nothing=True),
    "accounts.reset GET": to(ANYBODY),
    "accounts.ask_reset POST": to(ANYBODY),
    "accounts.open_reset GET": to(ANYBODY, finds_nothing=True),
    "accounts.new_password_page GET": to(ANYBODY, finds_nothing=True),
    "accounts.set_new_password POST": to(ANYBODY, finds_nothing=True),
}
ACCOUNT = {
    f"accounts.{name}": to(SIGNED_IN)
    for name in (
        "account GET",
        "change POST",
        "password GET",
        "change_password POST",
        "data GET",
        "download POST",
        "delete GET",
        "delete_account POST",
        "end_login POST",
        "end_others POST",
        "two_step GET",
        "begin_two_step POST",
        "confirm_two_step POST",
        "renew_codes POST",
        "switch_off_two_step POST",
    )
}
A_PERSON = {"number": "person"}
A_THEME = {"slug": "inclusion", "what": "up"}
A_TAG = {"number": "tag", "into": "other_tag"}
ADMIN = {
    **{
        f"admin.{name}": to(ADMINISTRATOR)
        for name in (
            "overview GET",
            "check_index POST",
            "forget_mail POST",
            "cases GET",
            "log GET",
            "export_log GET",
            "people GET",
            "new_person GET",
            "invite POST",
            "themes GET",
            "new_theme GET",
            "add_theme POST",
            "tags GET",
            "search GET",
            "search_words GET",
            "change_search_words POST",
        )
    },
    **{
        f"admin.{name}": to(ADMINISTRATOR, values=A_PERSON)
        for name in (
            "person GET",
            "change_roles POST",
            "disable POST",
            "enable POST",
            "sign_out POST",
            "new_link POST",
        )
    },
    **{
        f"admin.{name}": to(ADMINISTRATOR, values=A_THEME)
        for name in ("theme GET", "change_theme POST", "arrange_theme POST")
    },
    **{
        f"admin.{name}": to(ADMINISTRATOR, values=A_TAG)
        for name in ("tag GET", "change_tag POST", "delete_tag POST", "merge_tags GET", "do_merge_tags POST")
    },
}
EDITOR = {
    "editor.my_cases GET": to(SIGNED_IN),
    "editor.new GET": to(BEGINNERS),
    "editor.begin POST": to(BEGINNERS),
    "editor.preview_text POST": to(SIGNED_IN),
    "editor.edit GET": of_case(SEERS),
    "editor.save POST": of_case(SEERS, gives_back=True),
    "editor.preview GET": of_case(SEERS),
    "attachments.show GET": of_case(SEERS, ANYBODY, finds_nothing=False),
}
A_REMARK = {"number": "remark"}
MOVES = {
    # Who may not make a move is told so, once he may see the case at all; what can't be done now is said with 409.
    "submit": SEERS,
    "take-back": SEERS,
    "return": EDITORS,
    "publish": EDITORS,
    "withdraw": EDITORS,
    "archive": EDITORS,
    "reopen": EDITORS,
    "give-up": SEERS,
}
NO_DRAFT = frozenset({"published", "withdrawn", "archived"})
REVIEW = {
    "review.queue GET": to(EDITORS),
    "review.assign POST": of_case(EDITORS),
    "review.show GET": of_case(SEERS),
    "review.remark POST": of_case(EDITORS, form={"field": "summary", "text": "Wie?"}),
    "review.answer POST": of_case(SEERS, values=A_REMARK, form={"answer": "An."}),
    "review.resolve POST": of_case(EDITORS, values=A_REMARK),
    "review.reopen_remark POST": of_case(EDITORS, values=A_REMARK),
    **{
        f"review.confirm GET/{move}": of_case(MOVES[move], values={"move": move})
        for move in ("withdraw", "archive", "reopen", "give-up")
    },
    **{
        f"review.make POST/{move}": of_case(readers, values={"move": move}, form={"reason": "Omdat."})
        for move, readers in MOVES.items()
        if move != "give-up"
    },
    "review.make POST/give-up": of_case(SEERS, values={"move": "give-up"}, not_in=NO_DRAFT),
}
NO_VERSION = frozenset({"draft"})
HISTORY = {
    "history.show GET": of_case(SEERS, ANYBODY),
    "history.version GET": of_case(SEERS, ANYBODY, not_in=NO_VERSION),
    "history.bibtex GET": of_case(SEERS, ANYBODY, not_in=NO_VERSION),
    "history.ris GET": of_case(SEERS, ANYBODY, not_in=NO_VERSION),
    "history.compare GET": of_case(SEERS, ANYBODY, values={"from": "1", "to": "1"}, not_in=NO_VERSION),
    "history.restore POST": of_case(SEERS, not_in=NO_VERSION),
    "history.check_on POST": of_case(SEERS),
    "history.share POST": of_case(SEERS),
    "history.end_share POST": of_case(SEERS, values={"number": "link"}),
    "history.shared GET": to(ANYBODY, finds_nothing=True),
    "history.shared_attachment GET": to(ANYBODY, finds_nothing=True),
}
A_NAME = {"number": "named"}
CONSENT = {
    "consent.people GET": of_case(SEERS),
    "consent.add POST": of_case(SEERS),
    "consent.nobody POST": of_case(SEERS),
    "consent.change GET": of_case(SEERS, values=A_NAME),
    "consent.save POST": of_case(SEERS, values=A_NAME),
    "consent.remove POST": of_case(SEERS, values=A_NAME),
    "consent.withdraw GET": of_case(SEERS, values=A_NAME),
    "consent.take_out POST": of_case(SEERS, values=A_NAME),
}

EVENTS = {
    "events.index GET": to(ANYBODY),
    "events.series GET": to(ANYBODY, values={"slug": "reeks"}),
    "events.new GET": to(SESSION_LEADS),
    "events.begin POST": to(SESSION_LEADS),
    "events.show GET": of_event(LEADS, ANYBODY),
    "events.event_calendar GET": of_event(LEADS, ANYBODY),
    "events.series_calendar GET": to(ANYBODY, values={"slug": "reeks"}),
    "events.calendar GET": to(ANYBODY),
    "api.event GET": of_event(NOBODY, ANYBODY),
    "events.edit GET": of_event(LEADS),
    "events.save POST": of_event(LEADS),
    "events.move POST": of_event(LEADS, values={"status": "closed"}),
    "events.cancel POST": of_event(LEADS),
    "events.add_lead POST": of_event(LEADS),
    "events.remove_lead POST": of_event(LEADS, values={"person": "lead"}),
    "events.delete POST": of_event(LEADS),
}
ONE_SIGNUP = {"number": "signup", "what": "there"}
REGISTRATION = {
    "registration.sign_up GET": of_event(NOBODY, ANYBODY),
    "registration.enter POST": of_event(NOBODY, ANYBODY),
    "registration.entered GET": of_event(NOBODY, ANYBODY),
    "registration.cancel GET": to(ANYBODY, finds_nothing=True),
    "registration.leave POST": to(ANYBODY, finds_nothing=True),
    "registration.participants GET": of_event(LEADS),
    "registration.add POST": of_event(LEADS),
    "registration.change POST": of_event(LEADS, values=ONE_SIGNUP),
    "registration.export GET": of_event(LEADS),
    "registration.badges GET": of_event(LEADS),
    "registration.rooms GET": of_event(LEADS),
    "registration.divide POST": of_event(LEADS),
}
# Of a board that is there once a session opened. A participant is not signed in: what one may do there, and on no other
# board, is in tests/events/test_board_pages.py.
NO_BOARD = frozenset({"session-draft", "session-announced"})
BOARD = {
    "board.code GET": to(ANYBODY),
    "board.type_code POST": to(ANYBODY),
    "board.join GET": to(ANYBODY, values={"code": "XXXXXX"}),
    "board.take_part POST": to(ANYBODY, values={"code": "XXXXXX"}),
    "board.show GET": of_event(ANYBODY, not_in=NO_BOARD),
    "board.updates GET": of_event(LEADS, not_in=NO_BOARD, is_known=True),
    "board.screen GET": of_event(LEADS, not_in=NO_BOARD),
    "board.qr GET": of_event(LEADS, not_in=NO_BOARD),
    "board.write POST": of_event(NOBODY, is_known=True),
    "board.change POST": of_event(NOBODY, is_known=True, values={"number": "note"}),
    "board.withdraw POST": of_event(NOBODY, is_known=True, values={"number": "note"}),
    "board.vote POST": of_event(NOBODY, is_known=True, values={"number": "note"}),
    "board.introduce POST": of_event(NOBODY, is_known=True),
    "board.arrange POST": of_event(LEADS, not_in=NO_BOARD, values={"number": "note", "what": "pin"}),
    "board.move POST": of_event(LEADS, not_in=NO_BOARD, values={"number": "note"}),
    "board.merge POST": of_event(LEADS, not_in=NO_BOARD, values={"number": "note"}),
    "board.column POST": of_event(LEADS, not_in=NO_BOARD, values={"what": "lock"}),
    "board.settle POST": of_event(LEADS, not_in=NO_BOARD, form={"keep_days": "30"}),
    "board.close POST": of_event(LEADS, not_in=NO_BOARD, values={"what": "close"}),
}
# Who wrote a case of the session may harvest too: tests/events/test_harvest.py.
ONE_HARVESTED = {"number": "harvested"}
HARVEST = {
    "harvest.show GET": of_event(LEADS),
    "harvest.make POST": of_event(LEADS),
    "harvest.edit GET": of_event(LEADS, values=ONE_HARVESTED),
    "harvest.change POST": of_event(LEADS, values=ONE_HARVESTED),
    "harvest.settle POST": of_event(LEADS, values={**ONE_HARVESTED, "what": "take-back"}),
    "harvest.report GET": of_event(LEADS),
    "harvest.report_file GET": of_event(LEADS, values={"kind": "json"}),
}
ROWS: dict[str, Row] = {
    **READING,
    **SIGNING_IN,
    **ACCOUNT,
    **ADMIN,
    **EDITOR,
    **REVIEW,
    **HISTORY,
    **CONSENT,
    **EVENTS,
    **BOARD,
    **REGISTRATION,
    **HARVEST,
}
"""By endpoint and method; what stands behind a slash tells rows of one address apart."""
