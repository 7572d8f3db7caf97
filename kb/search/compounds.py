"""Splitting Dutch compounds: wijkontwikkelplan -> wijk, ontwikkel, plan.

Dutch glues words together, so most of its compounds stand in no dictionary, and those that do are compounds all the same.
Which parts a word is made of is decided by how usual they are: a word is cut so that what it costs is least, where a part
costs the less the more usual and the longer it is, and each cut and linking letter (bewoner-s-huis) costs something. A
word that is usual itself must be cheaper in parts than whole.

What can be a part is in `dutch_parts.txt.gz`, which `tools/dutch_parts.py` makes of the word list of OpenTaal and of
wordfreq's counts; what these get wrong is in `dutch_exceptions.txt`. Their licences stand in `LICENCES.md` beside them.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Final

LEAST: Final = 6
"""Letters of the shortest word that is looked at, two parts of three."""
SHORTEST, LONGEST = 3, 24
"""Letters of a part."""
USUAL: Final = {3: 4.0, 4: 3.0, 5: 2.3}
RARE: Final = 1.6
"""How usual a part of so many letters must be at least (Zipf: 3 is once in a million words); a longer one: `RARE`."""
LINKS: Final = {"": 0.0, "s": 0.6, "e": 1.4, "en": 1.0, "n": 1.6}
"""What may stand behind a part to tie it to the next one, and what that costs."""
CUT: Final = 4.2
"""What a part costs by itself."""
WHOLE: Final = 2.2
"""What a word costs less when it is left whole."""
LETTER: Final = 0.18
"""What a part costs less for each of its letters."""
MOST: Final = 4
"""The most parts of a word."""
UNKNOWN: Final = 11.0
"""What a word that is not known costs whole, besides its letters."""
