"""TRUST 15, 16 and 20 at the door: what may be attached is decided by the content."""

from __future__ import annotations

import pytest

from kb.cases.files import KINDS, kind_of
from kb.core import Refusal
from tests.cases.files import samples

GOOD = [
    ("foto.jpg", samples.image("JPEG"), "image/jpeg"),
    ("FOTO.JPEG", samples.image("JPEG"), "image/jpeg"),
    ("kaart.png", samples.image("PNG"), "image/png"),
    ("kaart.webp", samples.image("WEBP"), "image/webp"),
    ("kaart.gif", samples.image("GIF"), "image/gif"),
    ("plan.pdf", samples.PDF, "application/pdf"),
    ("plan", samples.PDF, "application/pdf"),
    ("gesprek.mp3", samples.MP3, "audio/mpeg"),
    ("gesprek.mp3", b"ID3\x03\x00\x00\x00\x00\x00\x0a" + bytes(10) + samples.MP3, "audio/mpeg"),
    ("gesprek.ogg", samples.OGG, "audio/ogg"),
    ("gesprek.wav", samples.wav(), "audio/wav"),
    ("gesprek.m4a", samples.M4A, "audio/mp4"),
    ("verslag.docx", samples.docx(), KINDS["Word"].media_type),
    ("lijst.xlsx", samples.xlsx(), KINDS["Excel"].media_type),
]


@pytest.mark.parametrize(("name", "data", "media_type"), GOOD, ids=[f"{n}-{m[-8:]}" for n, _, m in GOOD])
def test_what_may_be_attached(name: str, data: bytes, media_type: str) -> None:
    assert kind_of(data, name).media_type == media_type


@pytest.mark.parametrize(
    "data",
    [
        b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>',
        b"\xef\xbb\xbf<!DOCTYPE html><script>alert(1)</script>",
        b"<html><body>%PDF-1.4",
        b"\n%PDF-1.4 moved by a line end",
        b"<?xml version='1.0'?><a/>",
        b"MZ\x90\x00",
        b"#!/bin/sh\n",
        b"\x1f\x8b\x08\x00",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        b"Zomaar tekst",
        b"RIFF\x00\x00\x00\x00AVI LIST",
        b"OggS" + bytes(40) + b"\x80theora",
        samples.M4A.replace(b"soun", b"vide"),
        b"\xff\xfb\x90\x00<script>alert(1)</script>",
        b"ID3<script>alert(1)</script>",
        b"\x00",
        samples.zipped({"a.txt": "geen document"}),
        samples.zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<a/>"}),
        samples.zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": "<w/>"}),
        samples.zipped({"[Content_Types].xml": samples.TYPES.format(samples.WORD), "index.html": "<b>"}),
    ],
)
def test_15_anything_else_is_refused_whatever_its_name(data: bytes) -> None:
    for name in ("foto.jpg", "plan.pdf", "verslag.docx", "x.svg", "x.html", "x.mp3", "x"):
        with pytest.raises(Refusal, match="You can attach JPEG"):
            kind_of(data, name)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("foto.png", samples.image("JPEG")),
        ("plan.html", samples.PDF),
        ("plan.pdf.exe", samples.PDF),
        ("foto.svg", samples.image("PNG")),
        ("verslag.xlsx", samples.docx()),
        ("verslag.docm", samples.docx()),
        ("lijst.zip", samples.xlsx()),
        ("photo\u202egpj.exe", samples.image("JPEG")),
        ("foto.html\x00.jpg"[:9], samples.image("JPEG")),
    ],
)
def test_16_a_name_that_says_otherwise_is_refused(name: str, data: bytes) -> None:
    with pytest.raises(Refusal, match="its content is"):
        kind_of(data, name)


@pytest.mark.parametrize("tail", [b"<html><script>alert(1)</script>", samples.zipped({"x.html": "<b>"})])
def test_16_a_polyglot_is_only_ever_what_it_begins_as(tail: bytes) -> None:
    assert kind_of(samples.PDF + tail, "plan.pdf").media_type == "application/pdf"
    with pytest.raises(Refusal):
        kind_of(tail[:5] + samples.PDF, "plan.pdf")
    with pytest.raises(Refusal, match="its content is PDF"):
        kind_of(samples.PDF + samples.docx(), "plan.docx")


@pytest.mark.parametrize(
    "data",
    [
        samples.docx(**{"word/vbaProject.bin": b"x"}),
        samples.xlsx(**{"xl/vbaProject.bin": b"x"}),
        samples.xlsx(**{"xl/macrosheets/sheet1.xml": b"x"}),
        samples.docx(**{"word/activeX/activeX1.xml": b"x"}),
        samples.zipped(
            {
                "[Content_Types].xml": "<Types><x ContentType='application/vnd.ms-word.document.macroEnabled.main+xml'/></Types>",
                "word/document.xml": "<w/>",
            }
        ),
    ],
)
def test_macros_are_refused(data: bytes) -> None:
    with pytest.raises(Refusal, match="macros"):
        kind_of(data, "x")


def test_20_zips_that_blow_up_are_refused() -> None:
    with pytest.raises(Refusal, match="far too large"):
        kind_of(samples.docx(**{"word/media/a.bmp": bytes(30_000_000)}), "x.docx")
    with pytest.raises(Refusal, match="too many parts"):
        kind_of(samples.docx(**{f"word/{n}": b"" for n in range(6_000)}), "x.docx")
    with pytest.raises(Refusal, match="too many parts"):
        kind_of(b"PK\x03\x04" + b"PK\x01\x02" * 100_000, "x.docx")


def test_a_large_ordinary_document_is_not() -> None:
    text = "".join(f"<w:t>{n} is een getal</w:t>" for n in range(100_000))
    assert kind_of(samples.docx(**{"word/more.xml": text}), "x.docx").name == "Word"


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "word\\..\\x", "C:x"])
def test_17_parts_that_point_outside_are_refused(name: str) -> None:
    with pytest.raises(Refusal, match="not put together"):
        kind_of(samples.docx(**{name: b"x"}), "x.docx")


def test_damaged_and_empty_files_are_refused() -> None:
    with pytest.raises(Refusal, match="damaged"):
        kind_of(samples.docx()[:-30], "x.docx")
    with pytest.raises(Refusal, match="damaged"):
        kind_of(b"PK\x03\x04", "x.docx")
    with pytest.raises(Refusal, match="empty"):
        kind_of(b"", "x.docx")


def test_a_file_with_a_password_is_refused() -> None:
    data = bytearray(samples.docx())
    last = data.rindex(b"PK\x01\x02")
    data[last + 8] |= 1
    with pytest.raises(Refusal, match="password"):
        kind_of(bytes(data), "x.docx")
