"""From a Word file to the content of a draft.

The file comes from anywhere, so it is checked (`archive`), read by mammoth in a process of its own with little to spend
(`reading` starts it, `convert` is it), and only then are the pieces of text put where their headings say (`sorting`).
Nothing of the text gets lost: what no heading claims is the story, and what can't come along is counted.
"""

from __future__ import annotations

from kb.cases.word_file.archive import clean_copy
from kb.cases.word_file.reading import pieces_of
from kb.cases.word_file.sorting import Placed, WordFile, sorted_out

__all__ = ["Placed", "WordFile", "read_word"]


def read_word(data: bytes) -> WordFile:
    """Return what stands in a Word file (.docx), as the content of a draft, with where each part of it went.

    Raises:
        Refusal: it is no Word file, it is damaged or has a password, or reading it takes too much.

    """
    return sorted_out(pieces_of(clean_copy(data)))
