"""The supervisor, with real programs that die in every way."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from core import supervision
from core.supervision import LEASH, Program, Supervisor
from tests.processes import PATIENCE_S, is_alive, wait_for

# Far longer than any patience: what is found to have ended was ended.
SLEEP = "import time; time.sleep(900)"
IGNORE_TERM = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(900)"
)
PARENT_OF_ORPHAN = (
    "import subprocess, sys, time; child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(900)']); "
    "print('child', child.pid, flush=True); time.sleep(900)"
)


class Lines(list):
    """What the supervisor said."""

    def numbers_after(self, word):
        return [int(line.split()[-1]) for line in list(self) if f"| {word}" in line]


@pytest.fixture
def lines():
    return Lines()


@pytest.fixture
def supervise(lines):
    """Run programs under a supervisor in another thread; whatever happens, they are gone afterwards."""
    running = []

    def start(*codes, grace_s=5.0):
        programs = [
            Program(f"p{n}", [sys.executable, "-c", code], os.environ, lines.append) for n, code in enumerate(codes)
        ]
        supervisor = Supervisor(programs, grace_s=grace_s)
        thread = threading.Thread(target=supervisor.run)
        thread.start()
        running.append((supervisor, thread))
        wait_for(lambda: all(program.started_at for program in programs))  # some end at once, between two looks
        return supervisor, thread

    yield start
    for supervisor, thread in running:
        supervisor.stop()
        supervisor.stop()
        thread.join(timeout=PATIENCE_S)
        assert not thread.is_alive()


def test_output_is_passed_on_with_the_name_in_front(supervise, lines):
    supervise("print('hello'); import sys; print('trouble', file=sys.stderr)")
    wait_for(lambda: "p0     | hello" in lines and "p0     | trouble" in lines)


def test_output_that_is_no_text_is_passed_on_all_the_same(supervise, lines):
    supervise(r"import sys; sys.stdout.buffer.write(b'caf\xe9\n'); sys.stdout.flush(); " + SLEEP)
    wait_for(lambda: any("| caf" in line for line in lines))


def test_program_that_was_killed_is_started_again(supervise, lines):
    supervisor, _ = supervise(SLEEP)
    (program,) = supervisor.programs
    first = program.process
    os.kill(first.pid, signal.SIGKILL)
    wait_for(lambda: program.process not in {None, first})
    assert program.is_running()
    assert "p0 ended (killed by SIGKILL); starting it again in 0.5 s" in lines


def test_program_that_keeps_dying_waits_longer_each_time(supervise, lines):
    supervise("raise SystemExit(3)")
    wait_for(lambda: sum("ended" in line for line in lines) >= 3)
    delays_s = [float(line.split()[-2]) for line in list(lines) if "ended (exit status 3)" in line]
    assert delays_s[:3] == [0.5, 1.0, 2.0]


def test_delay_never_passes_its_limit():
    said = []
    program = Program("p", ["x"], {}, said.append, delay_s=supervision.LONGEST_DELAY_S)
    program.process = subprocess.Popen([sys.executable, "-c", ""], process_group=0)
    program.process.wait()
    program.tend(program.started_at)
    assert program.delay_s == supervision.LONGEST_DELAY_S


def test_program_that_ran_for_long_starts_its_delays_anew():
    program = Program("p", ["x"], {}, lambda line: None, delay_s=16)
    program.process = subprocess.Popen([sys.executable, "-c", ""], process_group=0)
    program.process.wait()
    program.tend(program.started_at + supervision.SETTLED_S + 1)
    assert program.delay_s == 2 * supervision.FIRST_DELAY_S


def test_what_a_killed_program_left_behind_is_killed_before_the_restart(supervise, lines):
    supervisor, _ = supervise(PARENT_OF_ORPHAN)
    wait_for(lambda: lines.numbers_after("child"))
    (orphan,) = lines.numbers_after("child")
    os.kill(supervisor.programs[0].process.pid, signal.SIGKILL)
    wait_for(lambda: not is_alive(orphan))
    wait_for(lambda: len(lines.numbers_after("child")) == 2)


def test_stop_ends_every_program_and_what_it_started(supervise, lines):
    supervisor, thread = supervise(SLEEP, PARENT_OF_ORPHAN)
    wait_for(lambda: lines.numbers_after("child"))
    pids = [program.process.pid for program in supervisor.programs] + lines.numbers_after("child")
    supervisor.stop()
    thread.join(timeout=PATIENCE_S)
    assert not thread.is_alive()
    wait_for(lambda: [pid for pid in pids if is_alive(pid)] == [])


def test_stop_waits_no_longer_than_the_grace(supervise, lines):
    supervisor, thread = supervise(IGNORE_TERM, grace_s=0.5)
    wait_for(lambda: "p0     | up" in lines)
    started = time.monotonic()
    supervisor.stop()
    thread.join(timeout=PATIENCE_S)
    assert not thread.is_alive()
    assert time.monotonic() - started > 0.4
    assert not is_alive(supervisor.programs[0].process.pid)


def test_stop_asked_twice_does_not_wait(supervise, lines):
    supervisor, thread = supervise(IGNORE_TERM, grace_s=900)
    wait_for(lambda: "p0     | up" in lines)
    supervisor.stop()
    supervisor.stop()
    thread.join(timeout=PATIENCE_S)
    assert not thread.is_alive()


def test_program_ends_when_its_supervisor_is_killed():
    code = (
        "import os, sys, time; from core.supervision import Program; "
        f"p = Program('p', [sys.executable, '-c', {SLEEP!r}], os.environ, print); p.start(); "
        "print(p.process.pid, flush=True); time.sleep(900)"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    child = int(parent.stdout.readline())
    assert is_alive(child)
    parent.kill()
    parent.communicate()
    wait_for(lambda: not is_alive(child))


def test_leash_refuses_when_the_starter_is_already_gone():
    run = subprocess.run([sys.executable, str(LEASH), "1", "/bin/true"], check=False)
    assert run.returncode == 1
