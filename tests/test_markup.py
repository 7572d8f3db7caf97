"""Markdown to clean HTML and to plain text: only the few tags, only safe links, and never slow."""

from __future__ import annotations

import re
import time

import pytest
from markdown_it import MarkdownIt
from markupsafe import Markup

from kb import markup
from kb.markup import ATTRIBUTES, TAGS, markdown, plain, shortened
from tests.tree import parse


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("", ""),
        (" \n\t", ""),
        ("Een *zin* en **nog** een.", "<p>Een <em>zin</em> en <strong>nog</strong> een.</p>"),
        ("Een\nregel", "<p>Een\nregel</p>"),
        ("a  \nb", "<p>a<br>\nb</p>"),
        ("een\n\ntwee", "<p>een</p>\n<p>twee</p>"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("3. a\n4. b", '<ol start="3">\n<li>a</li>\n<li>b</li>\n</ol>'),
        ("> zei hij", "<blockquote>\n<p>zei hij</p>\n</blockquote>"),
        ("`a<b`", "<p><code>a&lt;b</code></p>"),
        ("```python\na<b\n```", "<pre><code>a&lt;b\n</code></pre>"),
        ("~~weg~~", "<p><s>weg</s></p>"),
        ("---", "<hr>"),
        ("a & b < c", "<p>a &amp; b &lt; c</p>"),
        ("&lt;b&gt; &copy;", "<p>&lt;b&gt; ©</p>"),
        ("|a|b|\n|-|-|\n|1|2|", None),
    ],
)
def test_markdown_gives_these_tags(text: str, html: str | None) -> None:
    made = markdown(text)
    assert isinstance(made, Markup)
    if html is None:
        assert [cell.text for cell in parse(made).all("td")] == ["1", "2"]
    else:
        assert made.strip() == html


@pytest.mark.parametrize(("level", "tag"), [(1, "h3"), (2, "h3"), (3, "h4"), (4, "h5"), (5, "h6"), (6, "h6")])
def test_headings_begin_below_those_of_the_page(level: int, tag: str) -> None:
    assert markdown(f"{'#' * level} Kop").strip() == f"<{tag}>Kop</{tag}>"
    assert markdown("Kop\n===").strip() == "<h3>Kop</h3>"


@pytest.mark.parametrize(
    "url",
    [
        "https://x.example/a?b=1&c=2#d",
        "http://x.example",
        "mailto:a@x.example",
        "/cases/x",
        "#lessons",
        "//x.example",
    ],
)
def test_a_good_link_is_kept(url: str) -> None:
    link = parse(markdown(f"[tekst]({url})")).one("a")
    assert link["href"] == url
    assert {"noopener", "noreferrer", "nofollow"} <= set(link["rel"].split())
    assert link.text == "tekst"


def test_a_link_may_have_a_title_and_nothing_else() -> None:
    link = parse(markdown('[a](https://x.example "een \\"titel\\" <b>")')).one("a")
    assert set(link.attributes) == {"href", "title", "rel"}
    assert link["title"] == 'een "titel" <b>'
    assert parse(markdown("<https://x.example>")).one("a").text == "https://x.example"


NASTY_LINKS = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    " javascript:alert(1)",
    "java\tscript:alert(1)",
    "java\nscript:alert(1)",
    "java&#10;script:alert(1)",
    "java&Tab;script:alert(1)",
    "javascript&colon;alert(1)",
    "&#106;avascript:alert(1)",
    "&#x6A&#x61;vascript:alert(1)",
    "\\javascript:alert(1)",
    "javascript\\:alert(1)",
    "\x01javascript:alert(1)",
    "\u200bjavascript:alert(1)",
    "javascript:https://x.example",
    "javascript%3Aalert(1)",
    "vbscript:msgbox(1)",
    "VBSCRIPT:x",
    "data:text/html;base64,PHNjcmlwdD4=",
    "data:text/html,<script>alert(1)</script>",
    "data:image/svg+xml,<svg onload=alert(1)>",
    "data:image/png;base64,AAAA",
    "file:///etc/passwd",
    "ftp://x.example",
    "tel:1",
    "blob:https://x.example/1",
    "feed:javascript:alert(1)",
    "view-source:javascript:alert(1)",
    "jar:x!/y",
    "about:blank",
    "livescript:x",
    "mocha:x",
]
FORMS = [
    "[klik]({})",
    "[klik](<{}>)",
    '[klik]({} "titel")',
    "[klik][x]\n\n[x]: {}",
    "[klik][x]\n\n[x]: <{}> 'titel'",
    "<{}>",
    "![beeld]({})",
    "[![beeld]({0})]({0})",
    "<a href='{}'>klik</a>",
    "[klik]({}",
    "*[klik]({})*",
]


@pytest.mark.parametrize("url", NASTY_LINKS)
def test_trust_02_a_link_in_disguise_is_no_link(url: str) -> None:
    for form in FORMS:
        page = parse(markdown(form.format(url)))
        for link in page.all(href=None):
            target = re.sub(r"[\x00-\x20\u200b]", "", link["href"]).lower()
            # what has no scheme is a path on this site; an escaped colon makes no scheme
            scheme = re.match(r"[a-z][a-z0-9+.-]*(?=:)", target)
            assert scheme is None or scheme[0] in {"http", "https", "mailto"}, link["href"]
        assert not page.all(src=None)


@pytest.mark.parametrize(
    "text",
    [
        "![x](https://track.example/x.png)",
        "![x][y]\n\n[y]: https://track.example/x.png",
        '<img src="https://track.example/x.png">',
        "<picture><source srcset=https://track.example/x.png></picture>",
        "[![x](https://track.example/x.png)](https://ok.example)",
        '<svg><image href="https://track.example/x.png"/></svg>',
        "<video poster=https://track.example/x.png>",
        '<p style="background:url(https://track.example/x.png)">x</p>',
        '<link rel=stylesheet href="https://track.example/x.css">',
    ],
)
def test_trust_03_nothing_is_loaded_from_elsewhere(text: str) -> None:
    page = parse(markdown(text))
    loading = {"src", "srcset", "poster", "style", "background", "data", "xlink:href"}
    assert [element for element in page if loading & element.attributes.keys()] == []
    assert {element.tag for element in page} <= TAGS | {""}


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<b onmouseover=alert(1)>x</b>",
        "<p>\n<iframe src=x>\n</p>",
        "<!-- a --><style>p{}</style>",
        "<svg/onload=alert(1)>",
        "<math><mi//xlink:href='data:x,<script>'>",
        "</p></div></main><form action=//x>",
        "<details open ontoggle=alert(1)>",
        "`<script>`<script>x</script>",
        "a <b> c </b> d",
        "<![CDATA[<script>]]>",
        "<?php echo 1 ?>",
        "<noscript><p title='</noscript><script>'>",
    ],
)
def test_trust_04_raw_html_is_text(text: str) -> None:
    html = markdown(text)
    assert_clean(html)
    # all that was typed can be read, so nobody wonders where it went
    assert re.sub(r"[\s`]", "", parse(html).raw) == re.sub(r"[\s`]", "", text)


ATTACKS = [
    '<script>alert(1)</script><b onmouseover="x">x</b>',
    "![x](https://track.example/x.png) <img src=https://track.example/x.png>",
    "[a](javascript:alert(1)) <a href=javascript:alert(1)>b</a>",
    '<p style="color:red">x</p><iframe src=//x></iframe>',
]


@pytest.mark.parametrize("text", ATTACKS)
def test_either_layer_would_do_alone(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away first the cleaning and then what the reader refuses: each time the other one holds."""
    reader = markup._reader()
    assert_clean(reader.render(text))
    assert "javascript:" not in "".join(link["href"] for link in parse(reader.render(text)).all("a"))
    trusting = MarkdownIt("commonmark", {"html": True})
    monkeypatch.setattr(trusting, "validateLink", lambda _url: True)
    monkeypatch.setattr(markup, "_reader", lambda: trusting)
    assert_clean(markdown(text))
    assert not [link for link in parse(markdown(text)).all(href=None) if "javascript:" in link["href"]]


def assert_clean(html: str) -> None:
    for element in parse(html):
        assert element.tag in TAGS | {""}
        assert set(element.attributes) <= {"href", "title", "start", "rel"}


def test_trust_13_template_syntax_is_text() -> None:
    text = "{{ 7*7 }} {% raw %} ${7} #{7} {# a #}"
    assert markdown(text).strip() == f"<p>{text}</p>"
    assert plain(text.replace("*", "")) == text.replace("*", "")


def test_the_few_attributes_are_those_that_are_named() -> None:
    assert set(ATTRIBUTES) == {"a", "ol"}
    assert not TAGS & {"img", "script", "style", "iframe", "form", "input", "svg", "h1", "h2"}
    attributes = {
        name
        for element in parse(markdown('[a](/b "c")\n\n2. d\n\n```x y\n```'))
        for name in element.attributes
    }
    assert attributes == {"href", "title", "start", "rel"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ""),
        ("Een *zin* en **nog** een.", "Een zin en nog een."),
        ("__vet__ en _cursief_", "vet en cursief"),
        ("snake_case en 2_000 en a_b_c", "snake_case en 2_000 en a_b_c"),
        ("__init__ blijft over_", "init blijft over"),
        ("# Kop\n\nTekst", "Kop Tekst"),
        ("> zei\n> hij", "zei hij"),
        ("- a\n* b\n+ c\n1. d\n2) e", "a b c d e"),
        ("[tekst](https://x.example)", "tekst"),
        ('[tekst](https://x.example "titel")', "tekst"),
        ("![beeld](x.png) erbij", "beeld erbij"),
        ("`code` en ~~weg~~", "code en weg"),
        ("boven\n\n---\n\nonder", "boven onder"),
        ("a\n* * *\nb", "a b"),
        ("5 * 3 = 15", "5 3 = 15"),
        ("<b>blijft</b> & zo", "<b>blijft</b> & zo"),
        ("  veel \n\t wit  ", "veel wit"),
        ("2016-2027 en - streep", "2016-2027 en - streep"),
        ("[geen link] (zo)", "[geen link] (zo)"),
    ],
)
def test_plain_text_has_no_marks(text: str, words: str) -> None:
    assert plain(text) == words


@pytest.mark.parametrize(
    ("text", "length", "short"),
    [
        ("kort", 10, "kort"),
        ("precies tien", 12, "precies tien"),
        ("een twee drie vier", 12, "een twee…"),
        ("een twee, drie", 11, "een twee…"),
        ("aaaaaaaaaaaaaaaaaaaa", 10, "aaaaaaaaa…"),
        ("a bbbbbbbbbbbbbbbbbbbbbb", 12, "a bbbbbbbbb…"),
        ("zin een. zin twee", 12, "zin een…"),
        ("", 5, ""),
    ],
)
def test_a_text_is_cut_at_a_word(text: str, length: int, short: str) -> None:
    assert shortened(text, length) == short
    assert len(shortened(text, length)) <= length


LARGE = 200_000
BOMBS = {
    "[": "[" * LARGE,
    "![": "![" * (LARGE // 2),
    "]": "]" * LARGE,
    "*": "*" * LARGE,
    "_": "_" * LARGE,
    "_ in a word": "a" + "_" * LARGE + "a",
    "_ after words": "a_" * (LARGE // 2),
    ">": ">" * LARGE,
    "> >": "> " * (LARGE // 2),
    "- -": "- " * (LARGE // 2),
    "- - x": "- " * (LARGE // 2) + "x",
    "1. 1.": "1. " * (LARGE // 3),
    "#": "#" * LARGE,
    "`": "`" * LARGE,
    "` runs": " ".join("`" * number for number in range(1, 600)),
    "~": "~" * LARGE,
    "|": "|" * LARGE,
    "|-": "|-" * (LARGE // 2),
    "<": "<" * LARGE,
    "<a": "<a " * (LARGE // 3),
    "&": "&" * LARGE,
    "\\": "\\" * LARGE,
    "(": "[a](" + "(" * LARGE,
    "[](": "[](" * (LARGE // 3),
    "[a](b": '[a](b "' * (LARGE // 8),
    "*a_": "*a_ " * (LARGE // 4),
    "**a": "**a " * (LARGE // 4),
    "spaces": " " * LARGE + "x",
    "lines": "\n" * LARGE,
    "tabs": "\t" * LARGE,
    "quotes in quotes": "\n".join(">" * number + " a" for number in range(600)),
    "lists in lists": "\n".join("  " * number + "- a" for number in range(600)),
    "links in links": "[" * 1_000 + "](b)" * 1_000,
    "addresses": "[a]: " * (LARGE // 5),
}


@pytest.mark.parametrize("name", BOMBS)
def test_plain_is_never_slow(name: str) -> None:
    began = time.process_time()
    plain(BOMBS[name])
    assert time.process_time() - began < 1


@pytest.mark.parametrize("name", BOMBS)
def test_markdown_takes_time_with_the_length_of_a_text_and_no_more(name: str) -> None:
    """What takes twice as long per letter for twice as many letters would take minutes here."""
    began = time.process_time()
    html = markdown(BOMBS[name][: LARGE // 10])
    assert time.process_time() - began < 5
    parse(html)
