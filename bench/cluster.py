"""A PostgreSQL of a benchmark's own, in a temporary folder and on a free port, which it may stop and start."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from bench.load import free_port

SHORT_S = 60.0


class Cluster:
    """Ends with this process. Its data are kept as an installation's are: nothing is switched off for speed."""

    def __init__(self) -> None:
        bin_ = subprocess.run(["pg_config", "--bindir"], check=True, capture_output=True, text=True)
        self.programs = Path(bin_.stdout.strip())
        # PostgreSQL refuses to run as root.
        self.user = pwd.getpwnam("postgres").pw_uid if os.geteuid() == 0 else None
        self.folder = Path(tempfile.mkdtemp(prefix="bench-postgres-"))
        if self.user:
            os.chown(self.folder, self.user, -1)
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None
        made = [str(self.programs / "initdb"), "-D", str(self.folder / "data"), "-U", "postgres", "-A", "trust"]
        subprocess.run(made, check=True, capture_output=True, user=self.user, cwd="/")

    @property
    def url(self) -> str:
        return f"postgres://postgres@127.0.0.1:{self.port}/postgres"

    def launch(self) -> None:
        listen = ["-h", "127.0.0.1", "-p", str(self.port), "-k", str(self.folder)]
        with (self.folder / "postgres.log").open("ab") as log:
            leash = ["setpriv", "--pdeathsig", "INT"]  # set anew after the change of user, which clears it
            if self.user:
                leash += ["--reuid", str(self.user), "--clear-groups"]
            command = [*leash, str(self.programs / "postgres"), "-D", str(self.folder / "data"), *listen]
            self.process = subprocess.Popen(command, stdout=log, stderr=log, cwd="/", start_new_session=True)

    def wait(self) -> None:
        """Until it answers."""
        ask = [str(self.programs / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        deadline = time.monotonic() + SHORT_S
        while subprocess.run(ask, check=False).returncode:
            if time.monotonic() > deadline:
                raise SystemExit(f"PostgreSQL did not come up; see {self.folder}.")
            time.sleep(0.1)

    def stop(self, number: signal.Signals = signal.SIGQUIT) -> None:
        """At once, as when the machine fails: SIGQUIT closes no connection and writes nothing down."""
        if self.process is not None:
            self.process.send_signal(number)
            self.process.wait()

    def remove(self) -> None:
        self.stop(signal.SIGINT)
        shutil.rmtree(self.folder)
