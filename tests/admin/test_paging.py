"""A list a page at a time."""

from __future__ import annotations

import pytest

from kb.admin.paging import MOST_PAGES, Paging, with_parameters


@pytest.mark.parametrize(
    ("text", "page"),
    [("", 1), ("3", 3), ("0", 1), ("-2", 1), ("x", 1), ("³", 1), ("9" * 8, MOST_PAGES), ("9" * 400, 1)],
)
def test_nonsense_is_the_first_page(text: str, page: int) -> None:
    assert Paging.read(text).page == page


def test_the_ways_on_keep_what_was_chosen() -> None:
    view = Paging(2).view(160, "/list", [("q", "a b&c"), ("kind", "")])
    assert view.previous_url == "/list?q=a+b%26c"
    assert view.next_url == "/list?q=a+b%26c&page=3"
    assert [(label, current) for label, _url, current in view.links] == [
        ("1", False),
        ("2", True),
        ("3", False),
        ("4", False),
    ]


def test_a_long_list_has_gaps() -> None:
    assert [label for label, _url, _current in Paging(6).view(1000, "/", []).links] == [
        "1",
        "…",
        "5",
        "6",
        "7",
        "…",
        "20",
    ]


def test_behind_the_end_there_is_a_way_back() -> None:
    view = Paging(50).view(60, "/list", [])
    assert view.previous_url == "/list?page=2"
    assert view.next_url is None


def test_one_page_has_no_ways_on() -> None:
    view = Paging(1).view(3, "/list", [])
    assert (view.previous_url, view.next_url, len(view.links)) == (None, None, 1)


def test_empty_parameters_are_left_out() -> None:
    assert with_parameters("/a", [("q", ""), ("b", "1")]) == "/a?b=1"
    assert with_parameters("/a", []) == "/a"
