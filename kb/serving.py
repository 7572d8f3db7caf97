"""Starting the knowledge base: making what is missing, then serving it until it is told to stop."""

from __future__ import annotations

import gc
import logging
import select
import signal
import socket
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from types import FrameType
from typing import NoReturn

import waitress
from flask import Flask

from kb import config, create_app
from kb import log as logs
from kb.accounts import sessions
from kb.accounts.services import links
from kb.caretaker import Caretaker
from kb.cases import letters
from kb.cases import transfer as cases
from kb.core import DataError, now
from kb.events import letters as session_letters
from kb.events import transfer as events
from kb.events.services import boards, registering
from kb.house import House
from kb.mail.postman import Postman
from kb.search.drainer import Drainer
from kb.search.tally import TallyWriter
from kb.worker import Worker

log = logging.getLogger(__name__)

THREADS = 4
CONNECTIONS = 900
"""How many browsers may keep a connection open: a room full of telephones that ask a board every few seconds.

Less than the 1,024 files that a process may usually have open: beyond those nothing can be read or written any more."""
SAMPLES_TO_COME = "samples-to-come"
"""A file that stands in the data folder from the making of the database until the sample cases are in it."""


def start(data: Path, host: str, port: int, *, samples: bool, say: Callable[[str], None]) -> None:
    """Prepare the data folder and serve it at host:port; `say` gets a line for each step, unless the log is for programs.

    Returns when the process gets SIGINT (Ctrl+C) or SIGTERM, after the answers that are under way.

    Raises:
        KbError: a setting is wrong, the data can't be used, or the port is taken; in one sentence.

    """
    signal.signal(signal.SIGTERM, _stop)
    # It warns whenever a request waits for a thread: with a board open, several times a second.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    config.make_data_folder(data)
    settings = config.with_host(config.read(data), host)
    logs.set_up(settings.log)
    if settings.log == "json":
        say = log.info
    with closing(_listen(host, port)) as listener, closing(House.open(settings)) as house:
        prepare(house, samples=samples, say=say)
        workers: list[Worker] = [Drainer(house.search)]
        if house.mailer:
            workers.append(Postman(house.mailer))
        house.database.listeners += [worker.wake for worker in workers]
        app = create_app(house)
        workers += [Caretaker(daily(house, app)), TallyWriter(house.teller, house.database)]
        server = waitress.create_server(
            app,
            sockets=[listener],
            threads=THREADS,
            connection_limit=CONNECTIONS,
            asyncore_use_poll=hasattr(select, "poll"),  # select() looks through all of them each time
            ident=None,
            # Forwarded headers are believed or not by KB_PROXIES, in the application.
            clear_untrusted_proxy_headers=False,
        )
        house.search.warm_up()
        gc.collect()
        gc.freeze()  # what is loaded now stays: looking through it for garbage takes a tenth of a second each time
        for worker in workers:
            worker.start()
        try:
            with suppress(KeyboardInterrupt):
                address = settings.base_url or f"http://{_name(host)}:{port}"
                say(f"{settings.site_name} is at {address}/ (stop with Ctrl+C)")
                welcome(house, address, say)
                server.run()
        finally:
            server.close()
            for worker in workers:
                worker.stop()


def prepare(house: House, *, samples: bool, say: Callable[[str], None]) -> None:
    """Make or upgrade the database, add the sample cases to a new one, and make the index or bring it up to date."""
    to_come = house.settings.data / SAMPLES_TO_COME
    if samples and house.database.is_new():
        to_come.touch()
    house.database.upgrade()
    if samples and to_come.exists():
        say(f"Sample cases added: {cases.import_samples(house.database)}")
        say(f"Sample sessions added: {events.import_samples(house.database)}")
    to_come.unlink(missing_ok=True)
    house.search.make_ready()


def daily(house: House, app: Flask) -> list[Callable[[], object]]:
    """Return what has to be done every day, or more often without harm."""

    def tidy() -> None:
        with house.database.transaction() as session:
            sessions.forget_expired(session)
        house.rates.forget_over()

    def remind() -> None:
        letters.send_reminders(app, now().date())

    def empty_boards() -> None:
        with house.database.transaction() as session:
            boards.empty_old(session)

    def forget_people() -> None:
        with house.database.transaction() as session:
            registering.forget(session, house.settings.registration_days)

    def remind_people() -> None:
        session_letters.send_reminders(app)

    return [tidy, remind, empty_boards, forget_people, remind_people]


def welcome(house: House, address: str, say: Callable[[str], None]) -> None:
    """Say the one-time link for the first administrator, as long as there is none. An earlier link stops working.

    Where the log is gathered it is not said, as many may read that.
    """
    with house.database.transaction() as session:
        token = links.first_link(session)
    if token and house.settings.log == "json":
        say(
            "There is no administrator yet. `kb user add EMAIL --role administrator` prints a link for the first."
        )
    elif token:
        say(
            f"There is no administrator yet. Become one, with a link that works once: {address}/welcome/{token}"
        )


def _stop(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def _listen(host: str, port: int) -> socket.socket:
    """Take the port. Who asks for a page before there is one waits for it."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listener = socket.socket(family, socket.SOCK_STREAM)
    except OSError as error:
        raise DataError(f"The address {host} can't be used: {error.strerror}.") from None
    except UnicodeError:
        raise DataError(f"The address {host} can't be used: it is too long.") from None
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen()  # only now the port is ours: two that have not listened yet may bind the same one
    except OSError as error:
        listener.close()
        raise DataError(
            f"Port {port} at {host} can't be used: {error.strerror}. Choose another with --port."
        ) from None
    return listener


def _name(host: str) -> str:
    """Return the host as it stands in an address that people can visit from this machine."""
    if host in config.EVERYWHERE:
        return "localhost"
    return f"[{host}]" if ":" in host else host
