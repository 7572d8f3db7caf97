"""TRUST 14, 19 to 23: a hostile Word file costs little, reads nothing and leads nowhere; and everybody gets one sentence."""

from __future__ import annotations

import contextlib
import json
import os
import random
import socket
import threading
import time
from pathlib import Path

import pytest

from kb.cases.word_file import archive, read_word, reading
from kb.cases.word_file.reading import pieces_of
from kb.core import Refusal
from kb.markup import markdown
from tests.cases.word_file.documents import (
    RELS,
    TYPES,
    W,
    document,
    h,
    li,
    link,
    p,
    parts,
    picture,
    table,
    title,
    word,
    zipped,
)

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def text_of(data: bytes) -> str:
    return json.dumps(read_word(data).content, ensure_ascii=False)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "empty"),
        (b"Zomaar tekst", "not a Word file"),
        (b"%PDF-1.4", "not a Word file"),
        (b"{\\rtf1 hallo}", "not a Word file"),
        (b"<html>hallo</html>", "not a Word file"),
        (OLE + bytes(2000) + "WordDocument".encode("utf-16-le"), "old kind"),
        (OLE + bytes(2000) + "EncryptedPackage".encode("utf-16-le"), "password"),
        (b"PK\x03\x04", "damaged"),
        (word(p("x"))[:-40], "damaged"),
        (word(p("x"))[: len(word(p("x"))) // 2], "damaged"),
        (
            zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<a/>"}),
            "not a Word file",
        ),
        (zipped({"[Content_Types].xml": TYPES, "_rels/.rels": RELS}), "not a Word file"),
        (zipped({"word/document.xml": document(p("x"))}), "not a Word file"),
        (zipped({**parts(p("x")), "[Content_Types].xml": "<Types/>"}), "not a Word file"),
        (zipped({**parts(p("x")), "word/document.xml": "<w:document"}), "can't be read"),
        (zipped({**parts(p("x")), "word/document.xml": b"\x00\x01\x02"}), "can't be read"),
        (zipped({**parts(p("x")), "word/document.xml": "<a/>"}), "can't be read"),
    ],
)
def test_what_is_no_word_file_is_refused_in_one_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(Refusal, match=sentence):
        read_word(data)


def test_a_flipped_byte_is_a_sentence_or_text_and_never_a_crash() -> None:
    whole = word(h(1, "Lessen"), li("Begin klein."), table(("a", "b")))
    chance = random.Random(7)  # noqa: S311 - the same damage each time
    for _ in range(25):
        data = bytearray(whole)
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        with contextlib.suppress(Refusal):
            read_word(bytes(data))


def test_19_a_bomb_of_50_kib_is_over_before_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_RATIO", 10_000)  # else it does not even get to the converter
    bomb = word(*[p(f"alinea {number}") for number in range(20_000)])
    assert 30_000 < len(bomb) < 100_000
    began = time.monotonic()
    with pytest.raises(Refusal, match="takes too long"):
        pieces_of(archive.clean_copy(bomb), seconds=1)
    assert time.monotonic() - began < 4
    for large in ("<w:p/>" * 320_000, p("tekst " * 300_000), "".join(p("x") for _ in range(25_000))):
        with pytest.raises(Refusal, match=r"too long|takes too long"):
            read_word(word(large))


def test_19_the_converter_and_its_children_are_ended_together(tmp_path: Path) -> None:
    child = tmp_path / "child"
    program = tmp_path / "program.py"
    program.write_text(
        "import pathlib, subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        f"pathlib.Path({str(child)!r}).write_text(str(child.pid))\n"
        "time.sleep(60)\n"
    )
    with pytest.raises(Refusal, match="takes too long"):
        pieces_of(b"", seconds=1.5, converter=program)
    number = int(child.read_text())
    for _ in range(100):
        status = Path(f"/proc/{number}/status")
        if not status.exists() or "zombie" in status.read_text():
            break
        time.sleep(0.02)
    else:
        pytest.fail("the child still runs")


@pytest.mark.parametrize(
    ("program", "sentence"),
    [
        ("import sys; sys.exit(3)", "can't be read"),
        ("print('no JSON')", "can't be read"),
        ("import os; os.kill(os.getpid(), 9)", "takes too long"),
        ("import os; os.kill(os.getpid(), 11)", "can't be read"),
        ("raise MemoryError", "can't be read"),
    ],
)
def test_a_converter_that_breaks_is_one_sentence(program: str, sentence: str, tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(program)
    with pytest.raises(Refusal, match=sentence):
        pieces_of(b"", converter=path)


def test_the_limits_of_the_converter_hold(tmp_path: Path) -> None:
    program = (
        "import runpy, sys, resource, json\n"
        f"convert = runpy.run_path({str(reading.CONVERTER)!r})\n"
        "convert['take_away_means']()\n"
        "try:\n    bytearray(3 * 1024 ** 3)\n    held = False\nexcept MemoryError:\n    held = True\n"
        "convert['shut_doors']()\n"
        "import socket, subprocess\nshut = 0\n"
        "for attempt in (lambda: socket.create_connection(('127.0.0.1', 9)), lambda: subprocess.Popen(['true']),\n"
        "                lambda: open('written', 'w')):\n"
        "    try:\n        attempt()\n    except PermissionError:\n        shut += 1\n"
        "print(json.dumps({'memory': held, 'cpu': resource.getrlimit(resource.RLIMIT_CPU)[0], 'shut': shut,\n"
        "                  'environment': 'SECRET_OF_OURS' in __import__('os').environ}))\n"
    )
    path = tmp_path / "program.py"
    path.write_text(program)
    os.environ["SECRET_OF_OURS"] = "x"
    try:
        found = pieces_of(b"", converter=path)
    finally:
        del os.environ["SECRET_OF_OURS"]
    assert found == {"memory": True, "cpu": 25, "shut": 3, "environment": False}


def test_only_a_few_are_read_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = tmp_path / "program.py"
    slow.write_text("import time; time.sleep(1); print('{}')")
    monkeypatch.setattr(reading, "SECONDS_IN_LINE", 0.1)
    busy = [threading.Thread(target=pieces_of, args=(b"",), kwargs={"converter": slow}) for _ in range(2)]
    for thread in busy:
        thread.start()
    time.sleep(0.3)
    with pytest.raises(Refusal, match="Other Word files"):
        pieces_of(b"", converter=slow)
    for thread in busy:
        thread.join()
    assert pieces_of(b"", converter=slow) == {}


def test_20_too_many_entries() -> None:
    more: dict[str, str | bytes] = {f"x{number}": b"" for number in range(6_000)}
    with pytest.raises(Refusal, match="too many parts"):
        read_word(word(p("x"), more=more))
    began = time.monotonic()
    with pytest.raises(Refusal, match="too many parts"):
        read_word(b"PK\x03\x04" + b"PK\x01\x02" * 100_000)
    assert time.monotonic() - began < 1


@pytest.mark.parametrize("size", [3_000_000, 60_000_000])
def test_20_a_part_that_grows_a_thousandfold(size: int) -> None:
    with pytest.raises(Refusal, match="far too large"):
        read_word(word(p("x"), more={"word/styles.xml": bytes(size)}))


def test_20_what_a_zip_says_of_itself_is_not_believed() -> None:
    data = bytearray(word(p("x"), more={"word/comments.xml": b"<a>" + bytes(5_000_000)}))
    at = data.rindex(b"PK\x01\x02", 0, data.rindex(b"word/comments.xml"))
    data[at + 24 : at + 28] = (10).to_bytes(4, "little")  # "ten bytes unpacked"
    with pytest.raises(Refusal, match=r"far too large|damaged"):
        read_word(bytes(data))


def test_20_zips_within_and_large_pictures_are_never_unpacked() -> None:
    inner = zipped({"bomb": bytes(10_000_000)})
    more: dict[str, str | bytes] = {"word/embeddings/x.zip": inner, "word/media/big.bmp": bytes(50_000_000)}
    began = time.monotonic()
    assert read_word(word(p("Gewone tekst."), more=more)).content["title"] == "Gewone tekst."
    assert time.monotonic() - began < 3


def test_17_names_that_lead_outside_are_never_written(tmp_path: Path) -> None:
    more: dict[str, str | bytes] = {f"../../{tmp_path.name}/x": b"x", "/word/../../y.xml": b"x"}
    assert "Gewone" in text_of(word(p("Gewone tekst"), more=more))
    assert list(tmp_path.iterdir()) == []


def test_two_parts_of_one_name_are_refused() -> None:
    data = word(p("x"), more={"word/documenu.xml": document(p("y"))}).replace(b"documenu", b"document")
    with pytest.raises(Refusal, match="damaged"):
        read_word(data)


LAUGHS = "<!DOCTYPE a [<!ENTITY l0 'ha'>" + "".join(
    f"<!ENTITY l{n} '{f'&l{n - 1};' * 10}'>" for n in range(1, 10)
)


@pytest.mark.parametrize(
    "dtd",
    [
        LAUGHS + "]>",
        "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>",
        "<!DOCTYPE a SYSTEM 'http://169.254.169.254/latest'>",
        "<!DOCTYPE a [<!ENTITY % x SYSTEM 'http://127.0.0.1:9/'> %x;]>",
        "<!DOCTYPE a>",
    ],
)
@pytest.mark.parametrize(
    "part", ["word/document.xml", "word/styles.xml", "docProps/core.xml", "[Content_Types].xml"]
)
def test_21_a_dtd_in_any_part_is_refused(dtd: str, part: str) -> None:
    body = f"{dtd}{document(p('<w:r><w:t>&x;&l9;</w:t></w:r>'))}<!--wordprocessingml.document.main+xml-->"
    for encoded in (body.encode(), ('<?xml version="1.0" encoding="UTF-16"?>' + body).encode("utf-16")):
        if part.startswith("[") and encoded[:1] != b"<":
            continue  # it must name the kind of file in plain sight
        began = time.monotonic()
        with pytest.raises(Refusal, match="DTD"):
            read_word(zipped({**parts(p("x")), part: encoded}))
        assert time.monotonic() - began < 2


def test_21_entities_without_a_dtd_are_an_error() -> None:
    with pytest.raises(Refusal, match="can't be read"):
        read_word(word("<w:p><w:r><w:t>&x;</w:t></w:r></w:p>"))


def test_22_a_linked_picture_is_never_fetched(tmp_path: Path) -> None:
    secret = tmp_path / "secret.png"
    secret.write_text("STAAT-GEHEIM")
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.3)
        here = f"http://127.0.0.1:{server.getsockname()[1]}/x.png"
        targets = {
            "r1": ("image", secret.as_uri()),
            "r2": ("image", here),
            "r3": ("image", "http://169.254.169.254/latest/meta-data"),
            "r4": ("attachedTemplate", here),
            "r5": ("hyperlink", secret.as_uri()),
        }
        data = word(
            p("Gewone tekst."),
            *[picture(key, "link") for key in ("r1", "r2", "r3")],
            p("Zie ", link("dit", "r5")),
            targets=targets,
        )
        found = read_word(data)
        with pytest.raises(TimeoutError):
            server.accept()
    told = json.dumps(found.content)
    assert found.left_out == {"images": 3, "links": 1}
    assert "Gewone tekst." in told
    assert not any(word in told for word in ("GEHEIM", "file:", "169.254", "127.0.0.1"))


def test_embedded_pictures_are_counted_and_not_opened() -> None:
    data = word(
        p("Tekst."),
        picture("r1"),
        picture("r2"),
        targets={"r1": ("image", "media/a.png"), "r2": ("image", "weg.png")},
    )
    assert read_word(data).left_out == {"images": 2}


@pytest.mark.parametrize(
    "target",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " javascript:alert(1)",
        "java\tscript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "file:///etc/passwd",
        "//evil.example/x",
        "ftp://x.nl/",
    ],
)
def test_23_links_that_may_not_be_lose_their_target(target: str) -> None:
    found = read_word(
        word(title("Casus"), p("Zie ", link("deze plek", "r1"), "."), targets={"r1": ("hyperlink", target)})
    )
    assert found.content["story"] == "Zie deze plek."
    assert found.left_out == {"links": 1}


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("https://x.nl/a_(b)?c=d&e=%20f", "https://x.nl/a_%28b%29?c=d&e=%20f"),
        ("mailto:jan@x.nl", "mailto:jan@x.nl"),
        ("HTTP://X.nl/a b", "HTTP://X.nl/a%20b"),
        ("http://x.nl/ x](javascript:alert(1))", "http://x.nl/%20x%5D%28javascript:alert%281%29%29"),
    ],
)
def test_23_ordinary_links_stay(target: str, expected: str) -> None:
    body = (title("Casus"), p("Zie ", link("deze plek", "r1"), "."))
    found = read_word(word(*body, targets={"r1": ("hyperlink", target)}))
    assert found.content["story"] == f"Zie [deze plek]({expected})."
    assert found.left_out == {}


@pytest.mark.parametrize(
    "typed",
    [
        ("[klik](javascript:alert(1))",),
        ("[klik]", "(javascript:alert(1))"),
        (
            "[klik]",
            "<w:r><w:rPr><w:i/></w:rPr><w:t xml:space='preserve'> </w:t></w:r>",
            "(javascript:alert(1))",
        ),
        ("\\[klik\\](javascript:alert(1))",),
        ("<javascript:alert(1)>",),
        ("[klik]: javascript:alert(1)",),
        ("<script>alert(1)</script>",),
        ("![x](file:///etc/passwd)",),
    ],
)
def test_23_what_is_typed_never_becomes_markup(typed: tuple[str, ...]) -> None:
    story = read_word(word(title("Casus"), p(*typed), p("[klik]"))).content["story"]
    html = markdown(story)
    assert "<a" not in html
    assert "<script" not in html
    assert "<img" not in html


def test_14_invisible_controls_are_left_out() -> None:
    found = read_word(word(h(1, "Casus \u202eexe"), p("a\u2066b\u00adc")))
    assert found.content["title"] == "Casus exe"
    assert found.content["story"] == "abc"


def test_deeply_nested_parts_are_refused() -> None:
    deep = "<w:tbl><w:tr><w:tc>" * 60 + p("x") + "</w:tc></w:tr></w:tbl>" * 60
    with pytest.raises(Refusal, match="can't be read"):
        read_word(word(deep))


def test_a_style_map_inside_the_file_has_no_say() -> None:
    told = {"mammoth/style-map": "p => script:fresh"}
    assert read_word(word(title("Casus"), p("Tekst."), more=told)).content["story"] == "Tekst."


def test_the_namespace_of_strict_files_is_read_too() -> None:
    strict = document(p("Strikte tekst")).replace(W, "http://purl.oclc.org/ooxml/wordprocessingml/main")
    assert "Strikte tekst" in text_of(word(more={"word/document.xml": strict}))
