"""What an attachment may be, how it is made ready, and where its bytes are kept.

`kind_of` looks at the content and believes neither the name nor the sender; `prepared` makes pictures anew, so that
nothing hides in them; `safe_name` is the name under which readers get the file; a `Shelf` keeps the bytes, and `shelf_for`
makes the one that the settings name.
"""

from __future__ import annotations

from pathlib import Path

from kb.cases.files.bucket import BucketShelf
from kb.cases.files.folder import FolderShelf
from kb.cases.files.kinds import KINDS, Kind, kind_of
from kb.cases.files.names import safe_name
from kb.cases.files.pictures import Prepared, prepared
from kb.cases.files.shelf import Shelf
from kb.uploads_url import Bucket

__all__ = ["KINDS", "Kind", "Prepared", "Shelf", "kind_of", "prepared", "safe_name", "shelf_for"]


def shelf_for(bucket: Bucket | None, folder: Path) -> Shelf:
    """Return the shelf in a bucket, or without one in a folder. Nothing is read or made yet.

    Raises:
        SettingError: a bucket needs a library that is not installed.

    """
    return BucketShelf(bucket) if bucket else FolderShelf(folder)
