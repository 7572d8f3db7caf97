"""What arrives at a real server is what was meant, and nothing can be smuggled into it."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from kb.mail.sender import Sent
from kb.mail_url import MailServer
from tests.mail.office import SITE_NAME, START, Desk, Office

HEADERS = {
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    "MIME-Version",
    "Content-Type",
    "Content-Transfer-Encoding",
}


def test_the_headers(desk: Desk, office: Office, server: MailServer) -> None:
    desk.queue(to="jan@example.org", subject="Welkom bij de Praktijkbank")
    assert desk.mailer(server).send_due() == Sent(sent=1, postponed=0, given_up=0)
    assert desk.rows() == []
    (envelope,) = office.received
    assert envelope.mail_from == "no-reply@kb.example.org"
    assert envelope.rcpt_tos == ["jan@example.org"]
    mail = office.mail()
    assert set(mail.keys()) == HEADERS
    assert len(mail.keys()) == len(HEADERS)
    assert mail["From"] == "Praktijkbank <no-reply@kb.example.org>"
    assert mail["To"] == "jan@example.org"
    assert mail["Subject"] == "Welkom bij de Praktijkbank"
    assert mail["Date"].datetime == START
    assert re.fullmatch(r"<[\w.]+@kb\.example\.org>", mail["Message-ID"])
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content_type() == "text/plain"
    assert mail.get_content_charset() == "utf-8"


def test_every_mail_has_an_id_of_its_own(desk: Desk, office: Office, server: MailServer) -> None:
    desk.queue()
    desk.mailer(server).send_due()  # the outbox is empty again before the next ones
    desk.queue()
    desk.queue()
    desk.mailer(server).send_due()
    assert len({office.mail(number)["Message-ID"] for number in range(3)}) == 3


DUTCH = "Beste Renée en Zoë,\n\n€ 5 voor één idee — ’s middags, “coöperatie”.\nGroet, Łukasz 🌳\n"


def test_dutch_letters(desk: Desk, office: Office, server: MailServer) -> None:
    subject = (
        "Één reactie — café ’t Hoekje vraagt € 5 voor coördinatie van de wijkontwikkelingsplannen 🌳 " * 2
    )
    desk.queue(subject=subject, text=DUTCH)
    desk.mailer(server, sender_name="Kennis & café, Ede").send_due()
    assert office.mail()["Subject"] == subject.strip()
    assert office.mail()["From"].addresses[0].display_name == "Kennis & café, Ede"
    assert office.text() == DUTCH


def test_it_travels_in_seven_bits_and_short_lines(desk: Desk, office: Office, server: MailServer) -> None:
    text = "één " * 1000 + "\n" + "x" * 3000 + "\nhttps://kb.example.org/" + "a" * 300 + "\n"
    desk.queue(text=text, subject="ë" * 200)
    desk.mailer(server).send_due()
    assert office.bytes().isascii()
    lines = office.bytes().split(b"\r\n")
    assert max(len(line) for line in lines) <= 78
    assert not [line for line in lines if b"\n" in line or b"\r" in line]
    assert office.text() == text
    assert office.mail()["Subject"] == "ë" * 200


@pytest.mark.parametrize(
    "text",
    [
        "een\n.\ntwee\n",
        ".\n",
        "..\n...\n.een\n",
        "een\n.\n.\nMAIL FROM:<a@example.org>\nRCPT TO:<b@example.org>\nDATA\n",
        "een\r\n.\r\nQUIT\r\n",
        "\n\n\neen\n\n\n",
        "From hier tot daar\n spaties \n\t\n=3D =\n",
        "",
    ],
)
def test_a_text_arrives_as_it_was_and_never_ends_the_mail(
    desk: Desk, office: Office, server: MailServer, text: str
) -> None:
    desk.queue(text=text)
    desk.queue(to="piet@example.org", text="daarna")
    assert desk.mailer(server).send_due().sent == 2
    assert len(office.received) == 2
    expected = text.replace("\r\n", "\n")
    assert office.text(0) == (expected if expected.endswith("\n") else expected + "\n")
    assert office.text(1) == "daarna\n"


ATTACKS = [
    "Welkom\r\nBcc: piet@example.org",
    "Welkom\nBcc: piet@example.org",
    "Welkom\rBcc: piet@example.org",
    "Welkom\r\n\r\n<b>een andere tekst</b>",
    "Welkom\x0bBcc: piet@example.org",
    "Welkom\u2028Bcc: piet@example.org",
    "=?utf-8?q?Welkom=0D=0ABcc:_piet@example.org?=",
    "=?utf-8?b?V2Vsa29tDQpCY2M6IHBpZXRAZXhhbXBsZS5vcmc=?=",
    "é =?utf-8?q?=0ABcc:_piet@example.org?= " * 4,
    "%0D%0ABcc: piet@example.org",
]


@pytest.mark.parametrize("subject", ATTACKS)
def test_trust_11_no_header_comes_in_through_the_subject(
    desk: Desk, office: Office, server: MailServer, subject: str
) -> None:
    desk.queue(subject=subject)
    assert desk.mailer(server).send_due().sent == 1
    assert office.readers == ["jan@example.org"]
    mail = office.mail()
    assert set(mail.keys()) == HEADERS
    assert not re.search(rb"^Bcc:", office.bytes(), re.MULTILINE | re.IGNORECASE)
    assert len(mail["Subject"].splitlines()) == 1
    assert office.text() == "Dag Jan,\n\nTot ziens.\n"


@pytest.mark.parametrize("subject", ATTACKS)
def test_nor_through_a_row_that_was_written_past_the_queue(
    desk: Desk, office: Office, server: MailServer, subject: str
) -> None:
    desk.queue()
    (row,) = desk.rows()
    with desk.database.transaction() as session:
        session.merge(row).subject = subject
    desk.mailer(server).send_due()
    for envelope in office.received:
        assert envelope.rcpt_tos == ["jan@example.org"]
        assert not re.search(rb"^Bcc:", office.bytes(), re.MULTILINE | re.IGNORECASE)
        assert set(office.mail().keys()) == HEADERS


def test_nor_through_an_address_that_was_written_past_the_queue(
    desk: Desk, office: Office, server: MailServer
) -> None:
    desk.queue()
    desk.queue(to="els@example.org")
    (row, _) = desk.rows()
    with desk.database.transaction() as session:
        session.merge(row).to_address = "jan@example.org>\r\nRCPT TO:<piet@example.org"
    assert desk.mailer(server).send_due() == Sent(sent=1, postponed=1, given_up=0)
    assert office.readers == ["els@example.org"]
    assert desk.waiting[0].last_error


@pytest.mark.parametrize("text", ["{{7*7}} {% raw %} %(name)s", "<script>alert(1)</script>"])
def test_trust_1_and_13_what_people_typed_stays_plain_text(
    desk: Desk, office: Office, server: MailServer, text: str
) -> None:
    desk.queue(subject=text, text=text)
    desk.mailer(server, sender_name=text.replace("<", "").replace(">", "")).send_due()
    assert office.mail()["Subject"] == text
    assert office.text() == text + "\n"
    assert office.mail().get_content_type() == "text/plain"


def test_a_sender_without_name_has_the_name_of_the_site(
    desk: Desk, office: Office, server: MailServer
) -> None:
    desk.queue()
    desk.mailer(server, sender_name="").send_due()
    assert office.mail()["From"] == f"{SITE_NAME} <no-reply@kb.example.org>"


@pytest.mark.parametrize(
    ("address", "envelope"),
    [
        ("jan@café.example", "jan@xn--caf-dma.example"),
        ("jan.@example.org", "jan.@example.org"),
        ("o'neill+kb@example.org", "o'neill+kb@example.org"),
        ("rené@example.org", "rené@example.org"),
    ],
)
def test_unusual_addresses(
    desk: Desk, office: Office, server: MailServer, address: str, envelope: str
) -> None:
    desk.queue(to=address)
    assert desk.mailer(server).send_due().sent == 1
    assert office.readers == [envelope]


def test_the_date_has_the_zone(desk: Desk, office: Office, server: MailServer) -> None:
    desk.queue()
    desk.clock.move(hours=2)
    desk.mailer(server).send_due()
    assert office.mail()["Date"].datetime.utcoffset() == dt.timedelta(0)
    assert b"Date: Tue, 24 Nov 2026 09:30:00 +0000" in office.bytes()
