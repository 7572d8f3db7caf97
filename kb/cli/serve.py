"""Serving the knowledge base."""

from __future__ import annotations

from pathlib import Path

import click

from kb.cli.base import main, with_data


@main.command()
@with_data
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="The port to listen at."
)
@click.option(
    "--samples/--no-samples", default=True, help="Whether a new knowledge base gets the sample cases."
)
def start(data: Path, host: str, port: int, samples: bool) -> None:
    """Make what is missing, then serve the knowledge base.

    The first time this makes the data folder, the secret key, the database, the sample cases and the index. Later
    starts keep everything.
    """
    from kb import serving

    serving.start(data, host, port, samples=samples, say=lambda text: click.echo(text, err=True))
