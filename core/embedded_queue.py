"""The embedded broker: kombu's SQLAlchemy transport on a SQLite file, asked four times a second instead of once.

kombu hands its transport options on to SQLAlchemy's `create_engine`, which refuses `polling_interval`; a class
attribute is the way left. `config.celery` lets the scheme "sqla" mean this class.
docs/decisions/embedded-broker.md says why this transport.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

from kombu import Connection
from kombu.transport.sqlalchemy import Transport as SqlAlchemyTransport

SCHEME = "sqla+sqlite:///"
QUEUE = "celery"  # Celery's own name for the one queue there is


class Transport(SqlAlchemyTransport):
    polling_interval = 0.25


def make_queue(broker_url: str) -> None:
    """Make the file, its tables and the queue, where they are missing.

    The transport does so when it is first used, but two processes at once stop each other: one of them finds the
    tables or the queue already there and ends.
    """
    if broker_url.startswith(SCHEME):
        with Connection(broker_url.removeprefix("sqla+"), transport=Transport) as connection:
            connection.SimpleQueue(QUEUE).close()


def purge_delivered(broker_url: str) -> int:
    """Delete the messages that were handed out, which the transport keeps for ever; returns how many.

    A message counts for nothing once it is handed out: whoever took it and died left a job row that the sweep finds.
    """
    if not broker_url.startswith(SCHEME):
        return 0
    path = Path(broker_url.removeprefix(SCHEME))
    if not path.exists():
        return 0
    with closing(sqlite3.connect(path, timeout=15)) as queue, queue:
        return queue.execute("DELETE FROM kombu_message WHERE visible = 0").rowcount
