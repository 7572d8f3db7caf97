"""Every mail once, whatever happens to the server, to us, or to both."""

from __future__ import annotations

import datetime as dt
import logging
import sqlite3
import threading
from pathlib import Path
from typing import Any, ClassVar

import pytest

from kb.core import DataError
from kb.db import Database
from kb.mail.line import Line, is_final, kind, sentence
from kb.mail.message import message
from kb.mail.sender import Mailer, Sent, pause
from kb.mail_url import MailServer, Security
from tests.mail.office import CERTIFICATE, SITE_NAME, START, Desk, Office, certified, knows, serving

NOTHING = Sent(sent=0, postponed=0, given_up=0)


def test_nothing_to_send_opens_no_line_and_writes_nothing(desk: Desk, server: MailServer) -> None:
    told: list[str] = []
    desk.database.listeners.append(lambda: told.append("saved"))
    assert desk.mailer(server, port=9).send_due() == NOTHING
    assert told == []


def test_mails_go_in_order_over_one_line(desk: Desk, office: Office, server: MailServer) -> None:
    for number in range(5):
        desk.queue(to=f"{number}@example.org")
    assert desk.mailer(server).send_due() == Sent(sent=5, postponed=0, given_up=0)
    assert office.readers == [f"{number}@example.org" for number in range(5)]
    assert len(office.sessions) == 1
    assert desk.rows() == []


def test_what_is_not_due_yet_stays(desk: Desk, office: Office, server: MailServer) -> None:
    desk.clock.move(minutes=1)
    desk.queue()
    desk.clock.move(minutes=-1)
    mailer = desk.mailer(server)
    assert mailer.send_due() == NOTHING
    desk.clock.move(minutes=1)
    assert mailer.send_due().sent == 1
    assert len(office.received) == 1


def test_it_stops_between_two_mails(desk: Desk, office: Office, server: MailServer) -> None:
    for _ in range(3):
        desk.queue()
    mailer = desk.mailer(server)
    assert mailer.send_due(lambda: len(office.received) == 2).sent == 2
    assert len(desk.waiting) == 1
    assert mailer.send_due(lambda: True) == NOTHING
    assert mailer.send_due().sent == 1


class TestServerDown:
    def test_all_wait_and_go_once_it_is_up(self, desk: Desk, office: Office) -> None:
        with serving(Office()) as down:
            pass
        desk.queue()
        desk.queue(to="els@example.org")
        mailer = desk.mailer(down)
        assert mailer.send_due() == Sent(sent=0, postponed=2, given_up=0)
        assert [letter.tries for letter in desk.waiting] == [1, 1]
        assert {letter.next_try_at for letter in desk.waiting} == {START + dt.timedelta(minutes=1)}
        assert all("can't be reached" in letter.last_error for letter in desk.waiting)
        with serving(office, down.port):
            assert mailer.send_due() == NOTHING
            desk.clock.move(minutes=1)
            assert mailer.send_due().sent == 2
        assert office.readers == ["jan@example.org", "els@example.org"]
        assert desk.rows() == []

    def test_it_waits_longer_and_longer_and_gives_up_after_three_days(self, desk: Desk) -> None:
        with serving(Office()) as down:
            pass
        desk.queue(text="https://kb.example.org/reset/geheim")
        mailer = desk.mailer(down)
        pauses = []
        while mailer.send_due() == Sent(sent=0, postponed=1, given_up=0):
            pauses.append((desk.waiting[0].next_try_at - desk.clock()) / dt.timedelta(minutes=1))
            assert mailer.send_due() == NOTHING
            desk.clock.moment = desk.waiting[0].next_try_at
        assert pauses[:10] == [1, 2, 4, 8, 16, 32, 64, 128, 256, 360]
        assert set(pauses[10:]) == {360}
        assert dt.timedelta(days=3) <= desk.clock() - START < dt.timedelta(days=3, hours=6)
        assert desk.waiting == ()
        (letter,) = desk.failed
        assert letter.failed_at == desk.clock()
        assert "can't be reached" in letter.last_error
        assert "geheim" not in desk.rows()[0].text
        desk.clock.move(days=365)
        assert mailer.send_due() == NOTHING

    def test_a_line_that_breaks_loses_nothing(self, desk: Desk, office: Office, server: MailServer) -> None:
        """The server hangs up between two mails: the next one goes over a new line."""
        desk.queue()
        desk.queue(to="els@example.org")
        mailer = desk.mailer(server)
        line = Line(server)
        line.open()
        first = mailer._claim()
        assert first
        assert mailer._send(line, first) == "sent"
        assert line._smtp
        assert line._smtp.sock
        line._smtp.sock.close()
        line.open()
        second = mailer._claim()
        assert second
        assert mailer._send(line, second) == "sent"
        line.close()
        assert office.readers == ["jan@example.org", "els@example.org"]

    def test_a_line_that_was_never_opened_sends_nothing(
        self, desk: Desk, office: Office, server: MailServer
    ) -> None:
        desk.queue()
        mailer = desk.mailer(server)
        row = mailer._claim()
        assert row
        assert mailer._send(Line(server), row) == "postponed"
        assert office.received == []

    def test_no_pause_is_too_long_to_count(self) -> None:
        assert pause(10_000) == dt.timedelta(hours=6)


class TestRefused:
    @pytest.mark.parametrize(
        "answer", ["550 5.1.1 No such user jan@example.org", "553 Not allowed", "552 5.2.2 Full"]
    )
    def test_for_good_it_is_given_up_and_the_others_are_sent(
        self, desk: Desk, office: Office, server: MailServer, answer: str
    ) -> None:
        office.answers["jan@example.org"] = answer
        desk.queue(to="els@example.org")
        desk.queue(text="https://kb.example.org/reset/geheim")
        desk.queue(to="piet@example.org")
        assert desk.mailer(server).send_due() == Sent(sent=2, postponed=0, given_up=1)
        assert office.readers == ["els@example.org", "piet@example.org"]
        (letter,) = desk.failed
        assert letter.to_address == "jan@example.org"
        assert letter.last_error == f"The mail server answered: {answer}"
        assert desk.rows()[0].text == ""

    @pytest.mark.parametrize(
        "answer",
        [
            "450 4.2.0 Try again later",
            "421 Busy",
            "554 5.7.1 Relay access denied",
            "530 Authentication required",
        ],
    )
    def test_for_now_it_is_put_off(self, desk: Desk, office: Office, server: MailServer, answer: str) -> None:
        office.answers["jan@example.org"] = answer
        desk.queue()
        desk.queue(to="els@example.org")
        mailer = desk.mailer(server)
        assert mailer.send_due() == Sent(sent=1, postponed=1, given_up=0)
        assert desk.waiting[0].last_error == f"The mail server answered: {answer}"
        office.answers.clear()
        desk.clock.move(minutes=1)
        assert mailer.send_due().sent == 1
        assert office.readers == ["els@example.org", "jan@example.org"]

    def test_a_sender_that_is_refused_is_for_the_administrator_to_mend(
        self, desk: Desk, office: Office, server: MailServer
    ) -> None:
        office.sender_answer = "550 5.1.8 We don't know you"
        desk.queue()
        mailer = desk.mailer(server)
        assert mailer.send_due() == Sent(sent=0, postponed=1, given_up=0)
        office.sender_answer = "250 OK"
        desk.clock.move(minutes=1)
        assert mailer.send_due().sent == 1

    @pytest.mark.parametrize(
        ("answer", "what"),
        [
            ("554 5.6.0 What is this", Sent(0, 0, given_up=1)),
            ("451 Later", Sent(0, postponed=1, given_up=0)),
            ("554 5.7.26 Unauthenticated mail", Sent(0, postponed=1, given_up=0)),
        ],
    )
    def test_after_it_was_read(
        self, desk: Desk, office: Office, server: MailServer, answer: str, what: Sent
    ) -> None:
        office.data_answer = answer
        desk.queue()
        assert desk.mailer(server).send_due() == what

    def test_an_answer_of_many_lines_and_signs_is_kept_as_one_short_one(
        self, desk: Desk, office: Office, server: MailServer
    ) -> None:
        office.answers["jan@example.org"] = "450-een\r\n450-twee\x1b[31m\r\n450 " + "x" * 400
        desk.queue()
        desk.mailer(server).send_due()
        error = desk.waiting[0].last_error
        assert error.startswith("The mail server answered: 450 een twee[31m xxx")
        assert error.isprintable()
        assert len(error) == 300

    def test_what_was_given_up_is_forgotten_after_a_month(
        self, desk: Desk, office: Office, server: MailServer
    ) -> None:
        office.answers["jan@example.org"] = "550 No such user"
        desk.queue()
        mailer = desk.mailer(server)
        mailer.send_due()
        desk.clock.move(days=29)
        mailer.send_due()
        assert len(desk.failed) == 1
        desk.clock.move(days=1)
        assert mailer.send_due() == NOTHING
        assert desk.rows() == []


class TestOnce:
    def test_killed_between_claiming_and_sending(
        self, desk: Desk, office: Office, server: MailServer
    ) -> None:
        desk.queue()
        assert desk.mailer(server)._claim()  # and then the process was gone
        mailer = desk.mailer(server)
        assert mailer.send_due() == NOTHING
        desk.clock.move(minutes=15)
        assert mailer.send_due().sent == 1
        desk.clock.move(days=1)
        assert mailer.send_due() == NOTHING
        assert len(office.received) == 1

    def test_killed_between_sending_and_deleting_it_is_the_same_mail_once_more(
        self, desk: Desk, office: Office, server: MailServer
    ) -> None:
        desk.queue()
        mailer, line = desk.mailer(server), Line(server)
        row = mailer._claim()
        assert row
        line.open()
        line.send(message(row, server, SITE_NAME), row.to_address)  # and then the process was gone
        line.close()
        desk.clock.move(minutes=15)
        assert desk.mailer(server).send_due().sent == 1
        desk.clock.move(minutes=15)
        assert desk.mailer(server).send_due() == NOTHING
        assert office.mail(0)["Message-ID"] == office.mail(1)["Message-ID"]
        assert office.mail(0)["Date"] == office.mail(1)["Date"]

    @pytest.mark.sqlite
    def test_a_database_that_was_busy_when_it_was_taken(
        self, desk: Desk, office: Office, server: MailServer, tmp_path: Path
    ) -> None:
        desk.queue()
        mailer = desk.mailer(server)
        other = sqlite3.connect(
            tmp_path / "mail" / "kb.sqlite3", check_same_thread=False, isolation_level=None
        )

        def hold() -> None:
            other.execute("BEGIN IMMEDIATE")

        office.taking = hold
        desk.database.engine.dispose()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("kb.backends.BUSY_TIMEOUT_MS", 10)
            with pytest.raises(DataError):
                mailer.send_due()
            desk.database.engine.dispose()
        other.execute("ROLLBACK")
        other.close()
        assert len(desk.rows()) == 1
        desk.clock.move(hours=1)
        assert mailer.send_due() == NOTHING
        assert desk.rows() == []
        assert len(office.received) == 1

    def test_two_at_once(self, desk: Desk, office: Office, server: MailServer) -> None:
        """Each with its own connections to the database, as two processes have."""
        everyone = [f"{number}@example.org" for number in range(30)]
        for one in everyone:
            desk.queue(to=one)
        start, counts = threading.Barrier(3), list[Sent]()

        def send() -> None:
            database = Database(desk.database.engine.url.render_as_string(hide_password=False))
            start.wait()
            counts.append(Mailer(database, server, SITE_NAME, desk.clock).send_due())
            database.close()

        threads = [threading.Thread(target=send) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(office.readers) == sorted(everyone)
        assert sum(count.sent for count in counts) == len(everyone)
        assert len(counts) == 3
        assert desk.rows() == []

    def test_one_that_took_too_long_does_not_undo_what_another_did(
        self, desk: Desk, office: Office, server: MailServer
    ) -> None:
        office.answers["jan@example.org"] = "450 Later"
        desk.queue()
        slow, line = desk.mailer(server), Line(server)
        row = slow._claim()
        assert row
        desk.clock.move(minutes=15)
        quick = desk.mailer(server)
        assert quick._claim()
        (before,) = desk.waiting
        line.open()
        assert slow._send(line, row) == "postponed"
        line.close()
        assert desk.waiting == (before,)


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning")
class TestLogin:
    OPTIONS: ClassVar[dict[str, Any]] = {
        "auth_required": True,
        "auth_require_tls": False,
        "authenticator": knows("kb", "geheim"),
    }

    def test_the_right_password(self, desk: Desk, office: Office) -> None:
        with serving(office, **self.OPTIONS) as server:
            desk.queue()
            assert desk.mailer(server, user="kb", password="geheim").send_due().sent == 1  # noqa: S106 - made up
        assert len(office.received) == 1

    def test_a_wrong_one(self, desk: Desk, office: Office, caplog: pytest.LogCaptureFixture) -> None:
        with serving(office, **self.OPTIONS) as server:
            desk.queue()
            mailer = desk.mailer(server, user="kb", password="hunter2")  # noqa: S106 - made up
            assert mailer.send_due() == Sent(sent=0, postponed=1, given_up=0)
        (letter,) = desk.waiting
        assert (
            letter.last_error == "The mail server does not accept the user and password of KB_MAIL_URL (535)."
        )
        assert "hunter2" not in caplog.text
        assert "SMTPAuthenticationError 535" in caplog.text
        assert office.received == []

    def test_none_where_one_is_needed(self, desk: Desk, office: Office) -> None:
        with serving(office, **self.OPTIONS) as server:
            desk.queue()
            assert desk.mailer(server).send_due() == Sent(sent=0, postponed=1, given_up=0)
        assert "530" in desk.waiting[0].last_error

    def test_one_where_none_can_be_given(self, desk: Desk, office: Office, server: MailServer) -> None:
        desk.queue()
        mailer = desk.mailer(server, user="kb", password="geheim")  # noqa: S106 - made up
        assert mailer.send_due() == Sent(sent=0, postponed=1, given_up=0)
        assert "SMTP AUTH extension not supported" in desk.waiting[0].last_error
        assert office.received == []


class TestPrivate:
    def test_nothing_is_said_to_a_server_that_can_not_keep_it_private(
        self, desk: Desk, office: Office, caplog: pytest.LogCaptureFixture
    ) -> None:
        overheard: list[bytes] = []

        def hear(*given: Any) -> Any:
            overheard.append(given[-1].password)

        with serving(office, auth_require_tls=False, authenticator=hear) as server:
            desk.queue()
            mailer = desk.mailer(server, security=Security.STARTTLS, user="kb", password="geheim")  # noqa: S106 - made up
            assert mailer.send_due() == Sent(sent=0, postponed=1, given_up=0)
        assert office.sessions == []
        assert overheard == []
        (letter,) = desk.waiting
        assert letter.last_error == "The mail server does not offer STARTTLS, so nothing was sent to it."
        assert "NoStartTlsError" in caplog.text

    def test_starttls(self, desk: Desk, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
        options: dict[str, Any] = {"tls_context": certified(), "require_starttls": True}
        with serving(office, **options, authenticator=knows("kb", "geheim"), auth_required=True) as server:
            desk.queue()
            mailer = desk.mailer(server, security=Security.STARTTLS, user="kb", password="geheim")  # noqa: S106 - made up
            assert mailer.send_due().sent == 1
        assert len(office.received) == 1

    def test_private_from_the_first_byte(
        self, desk: Desk, office: Office, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
        with serving(office, ssl_context=certified()) as server:
            desk.queue()
            assert desk.mailer(server, security=Security.TLS).send_due().sent == 1
        assert len(office.received) == 1

    @pytest.mark.parametrize(
        ("security", "option"), [(Security.STARTTLS, "tls_context"), (Security.TLS, "ssl_context")]
    )
    def test_a_certificate_that_nobody_vouches_for(
        self, desk: Desk, office: Office, security: Security, option: str
    ) -> None:
        options: dict[str, Any] = {option: certified()}
        with serving(office, **options) as server:
            desk.queue()
            assert desk.mailer(server, security=security).send_due() == Sent(0, postponed=1, given_up=0)
        assert "certificate is not trusted: self" in desk.waiting[0].last_error
        assert office.received == []


class TestLog:
    def test_trust_59_no_address_and_no_text(
        self, desk: Desk, office: Office, server: MailServer, caplog: pytest.LogCaptureFixture
    ) -> None:
        office.answers = {
            "jan@example.org": "550-5.1.1 <jan@example.org>\r\n550 unknown",
            "els@example.org": "450 els@example.org waits",
        }
        for name in ("jan", "els", "piet"):
            desk.queue(to=f"{name}@example.org", subject="Onderwerp", text="geheim")
        with caplog.at_level(logging.DEBUG, "kb"):
            desk.mailer(server).send_due()
        assert [record.getMessage() for record in caplog.records if record.name.startswith("kb")] == [
            "Mail 1 is given up after try 1: SMTPRecipientsRefused 550",
            "Mail 2 is postponed after try 1: SMTPRecipientsRefused 450",
        ]

    def test_nor_when_the_server_is_down(self, desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
        with serving(Office()) as down:
            pass
        desk.queue()
        desk.mailer(down).send_due()
        said = [record.getMessage() for record in caplog.records if record.name.startswith("kb")]
        assert said == ["The mail server can't be used, 1 mails were put off: ConnectionRefusedError"]


def test_an_error_of_ours_is_told_too() -> None:
    error = ValueError("a line is too long")
    assert sentence(error) == "The mail can't be made: a line is too long."
    assert kind(error) == "ValueError"
    assert not is_final(error)
