"""What an attachment may be, how it is made ready, and where its bytes are kept.

`kind_of` looks at the content and believes neither the name nor the sender; `prepared` makes pictures anew, so that
nothing hides in them; `safe_name` is the name under which readers get the file; `Shelf` keeps the bytes on disk.
"""

from __future__ import annotations

from kb.cases.files.kinds import KINDS, Kind, kind_of
from kb.cases.files.names import safe_name
from kb.cases.files.pictures import Prepared, prepared
from kb.cases.files.shelf import Shelf

__all__ = ["KINDS", "Kind", "Prepared", "Shelf", "kind_of", "prepared", "safe_name"]
