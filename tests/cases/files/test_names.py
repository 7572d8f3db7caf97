"""TRUST 17 and 18: a file's name can't lead out of a folder, break a header or read as what it is not."""

from __future__ import annotations

import pytest

from kb.cases.files import safe_name
from kb.cases.files.names import suffix


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Wijkplan 2017.pdf", "Wijkplan 2017.pdf"),
        ("Verslag v1.2", "Verslag v1.2.pdf"),
        ("één café – overzicht.PDF", "één café – overzicht.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("/etc/passwd", "passwd.pdf"),
        ("D:\\Mijn documenten\\plan.pdf", "plan.pdf"),
        ("..", "file.pdf"),
        ("", "file.pdf"),
        (".pdf", "file.pdf"),
        ("   ", "file.pdf"),
        ("\x00", "file.pdf"),
        ("plan\x00.php", "plan.pdf"),
        ("plan\r\nContent-Type: text/html\r\n\r\n<b>.pdf", "html b.pdf"),
        ('plan"; filename="x.html', "plan filename x.pdf"),
        ("photo\u202egpj.exe", "photogpj.pdf"),
        ("CON", "file CON.pdf"),
        ("nul.pdf", "file nul.pdf"),
        ("-rf", "rf.pdf"),
        (".htaccess", "htaccess.pdf"),
        ("a\ud800b.pdf", "ab.pdf"),
        ("plan\u200b\u2066.pdf", "plan.pdf"),
    ],
)
def test_17_18_a_hostile_name_becomes_a_readable_one(name: str, expected: str) -> None:
    assert safe_name(name, "pdf") == expected


def test_17_a_name_of_300_characters_is_cut_and_keeps_its_extension() -> None:
    name = safe_name("é" * 300 + ".docx", "docx")
    assert len(name) == 100
    assert name.endswith("é.docx")


def test_every_character_gives_a_harmless_name() -> None:
    for code in [*range(0x300), *range(0x2000, 0x2100), 0xFEFF, 0xD800, 0x1F600]:
        name = safe_name(f"a{chr(code)}b", "png")
        assert name.endswith(".png")
        assert not set('/\\"\r\n\0;<>') & set(name)
        assert name.isprintable()


def test_the_extension_a_name_says() -> None:
    assert suffix("Plan.PDF") == "pdf"
    assert suffix("plan.pdf . ") == "pdf"
    assert suffix("Verslag v1.2") == ""
    assert suffix("lied.mp3") == "mp3"
    assert suffix("x.html\u200b") == "html"
