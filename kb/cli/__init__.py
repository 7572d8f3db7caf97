"""The `kb` command: what an operator does. It calls the same services as the pages.

Every command says on standard error which data folder it uses. Exit 0: done; 1: failed, with one clear line; 2: wrong
usage. What a command answers goes to standard output, everything else to standard error, so that answers can be piped.
"""

from kb.cli import serve, cases, search, people, upkeep  # noqa: I001 - help and docs list the commands in this order
from kb.cli.base import main

__all__ = ["cases", "main", "people", "search", "serve", "upkeep"]
