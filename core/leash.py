"""Run a command that ends when the process that started it ends, even by SIGKILL.

    python core/leash.py PARENT_PID COMMAND...

A program of its own, with the standard library only: setting this between fork and exec of a process with threads is
not safe in Python, and the setting survives exec.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main(parent_pid: int, command: list[str]) -> None:
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent_pid:  # it ended before the line above
        raise SystemExit(1)
    os.execv(command[0], command)  # noqa: S606  # the command comes from our own supervisor


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
