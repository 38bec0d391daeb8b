"""How far the making of a document is, told to its job row: gathering, each section, the pages, the file, the seal."""

import html
from dataclasses import dataclass

from core.jobs import beat
from core.language import gettext
from core.models import Job

AFTER_SECTIONS = 4  # pages set, file written, sealed, stored


@dataclass
class Progress:
    """Every telling is a heartbeat too, so it raises JobCancelled and JobLost; see `core.jobs.beat`."""

    job: Job
    done: int = 0
    total: int = 0

    def begin(self, n_sections: int) -> None:
        self.total = 1 + n_sections + AFTER_SECTIONS
        beat(self.job, done=0, total=self.total, note=gettext("Gathering the result"))

    def gathered(self) -> None:
        self._step(gettext("Writing the sections"))

    def section(self, topic: str) -> None:
        said = gettext("Section “{topic}”").format(topic=html.unescape(topic)) if topic else None
        self._step(said)

    def child(self, phase: str, n_pages: int) -> None:
        """What the rendering process last said of itself."""
        notes = {
            "layout": gettext("Setting page {n}").format(n=n_pages),
            "write": gettext("Writing the file"),
        }
        reached = self.total - AFTER_SECTIONS + (phase == "write")
        self.done = max(self.done, reached)
        beat(self.job, done=self.done, note=notes.get(phase))

    def alive(self) -> None:
        beat(self.job)

    def sealing(self) -> None:
        self.done = self.total - 2
        beat(self.job, done=self.done, note=gettext("Sealing the file"))

    def storing(self) -> None:
        self._step(gettext("Storing the file"))

    def end(self, note: str) -> None:
        beat(self.job, done=self.total, note=note)

    def _step(self, note: str | None) -> None:
        self.done += 1
        beat(self.job, done=self.done, note=note)
