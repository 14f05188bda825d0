"""Where a control is killed: between its two steps, however slow or quick the machine is."""

import os
import time
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Between:
    """A worker says that it stands between two steps, and waits there to be killed."""

    sign: Path
    parent: int = field(default_factory=os.getpid)

    def stand(self) -> None:
        """In a worker: give the sign and stay. In the process that waits for it: go on."""
        if os.getpid() == self.parent:
            return
        self.sign.touch()
        time.sleep(60)

    def wait(self) -> None:
        """Until a worker stands there; the next one has to give its own sign.

        Raises AssertionError after a minute without one.
        """
        end = time.monotonic() + 60
        while not self.sign.exists():
            assert time.monotonic() < end, "no worker came between the two steps"
            time.sleep(0.005)
        self.sign.unlink()
