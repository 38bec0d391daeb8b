"""One rendering at a time, whoever waits for it heard meanwhile."""

import threading

import pytest

from reports.domain import turns
from reports.domain.turns import rendering_turn


@pytest.fixture(autouse=True)
def folder(settings, tmp_path, monkeypatch):
    settings.DATA_DIR = tmp_path / "not there yet"
    monkeypatch.setattr(turns, "LOOK_EVERY_S", 0.01)
    monkeypatch.setattr(turns, "TICK_S", 0.02)


def test_a_second_rendering_waits_until_the_first_has_ended():
    told, waiting = [], threading.Event()

    def second():
        with rendering_turn(waiting.set):
            told.append("second")

    with rendering_turn():
        thread = threading.Thread(target=second)
        thread.start()
        assert waiting.wait(timeout=30)
        told.append("first")
    thread.join(timeout=30)
    assert told == ["first", "second"]


def test_who_waits_can_be_stopped():
    class Stop(Exception):
        pass

    def tick():
        raise Stop

    with rendering_turn(), pytest.raises(Stop), rendering_turn(tick):
        pytest.fail("Two turns at once.")


def test_a_turn_ends_with_whoever_fails_in_it():
    with pytest.raises(ZeroDivisionError), rendering_turn():
        raise ZeroDivisionError
    with rendering_turn():
        pass
