"""The embedded broker, with real messages in a real file."""

import sqlite3

import pytest
from kombu import Connection
from kombu.transport import virtual

from config.celery import app
from core.embedded_queue import QUEUE, Transport, make_queue, purge_delivered
from tests.processes import PATIENCE_S


@pytest.fixture
def queue_url(tmp_path):
    return f"sqla+sqlite:///{tmp_path / 'queue.sqlite3'}"


@pytest.fixture
def queue(queue_url):
    with Connection(queue_url) as connection:
        yield connection.SimpleQueue("work")


def n_rows(url):
    with sqlite3.connect(url.removeprefix("sqla+sqlite:///")) as file:
        n = file.execute("SELECT count(*) FROM kombu_message").fetchone()[0]
    file.close()
    return n


def test_message_comes_out_once_and_in_order(queue):
    for n in range(3):
        queue.put({"n": n})
    assert [queue.get(timeout=PATIENCE_S).payload["n"] for _ in range(3)] == [0, 1, 2]
    with pytest.raises(queue.Empty):
        queue.get_nowait()


def test_waiting_message_is_seen_sooner_than_the_transports_own_second(queue, monkeypatch):
    class Paused(Exception):
        pass

    def pause(seconds):
        raise Paused(seconds)

    monkeypatch.setattr(virtual.base, "sleep", pause)
    with pytest.raises(Paused) as paused:
        queue.get(timeout=PATIENCE_S)
    assert 0 < paused.value.args[0] <= 0.25
    assert Transport.polling_interval == 0.25


def test_queue_made_beforehand_is_the_one_that_messages_go_through(queue_url):
    for _ in range(2):
        make_queue(queue_url)
    with sqlite3.connect(queue_url.removeprefix("sqla+sqlite:///")) as file:
        assert file.execute("SELECT name FROM kombu_queue").fetchall() == [(QUEUE,)]
    file.close()
    assert app.conf.task_default_queue == QUEUE
    with Connection(queue_url) as connection:
        connection.SimpleQueue(QUEUE).put("x")
        assert connection.SimpleQueue(QUEUE).get(timeout=PATIENCE_S).payload == "x"


def test_broker_of_its_own_gets_no_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    make_queue("redis://127.0.0.1:1/0")
    assert list(tmp_path.iterdir()) == []


def test_purge_delivered_keeps_what_still_waits(queue, queue_url):
    for n in range(3):
        queue.put({"n": n})
    queue.get(timeout=PATIENCE_S).ack()
    queue.get(timeout=PATIENCE_S).ack()
    assert n_rows(queue_url) == 3
    assert purge_delivered(queue_url) == 2
    assert n_rows(queue_url) == 1
    assert queue.get(timeout=PATIENCE_S).payload == {"n": 2}


def test_queue_file_stops_growing_when_purged(queue, queue_url, tmp_path):
    sizes = []
    for _ in range(4):
        for _ in range(50):
            queue.put("x" * 2000)
            queue.get(timeout=PATIENCE_S).ack()
        purge_delivered(queue_url)
        sizes.append((tmp_path / "queue.sqlite3").stat().st_size)
    assert sizes[3] <= sizes[0] * 1.2


@pytest.mark.parametrize("url", ["redis://127.0.0.1/0", "sqla+sqlite:////nowhere/queue.sqlite3"])
def test_purge_delivered_leaves_other_brokers_alone(url):
    assert purge_delivered(url) == 0
