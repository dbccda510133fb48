"""What a vendor begins with: a class that runs as it is, and says of everything that it is not supported yet."""

from __future__ import annotations

SKELETON_FILE = "medcom_system.py"

SKELETON = '''"""Our system, as the certification kit of medcom_bu sees it. See docs/certify.md.

pytest --medcom all --medcom-system=medcom_system:OurSystem --medcom-report=report
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from medcom_bu.certification import NotSupported, Task


class OurSystem:
    """Connects the kit with the system. Replace each NotSupported by what calls yours."""

    def reset(self) -> None:
        """Empty the system: each case begins with it."""

    def send(self, task: Task) -> Sequence[bytes]:
        """Send what a clinician would: the messages, as bytes, in the order in which they go out."""
        raise NotSupported(task.standard)

    def receive(self, data: bytes) -> Sequence[bytes]:
        """Take what came from the network: the answers, as bytes."""
        raise NotSupported("receive")

    def display(self, message_id: str) -> Mapping[str, Any] | None:
        """What a user sees of a message; None where nothing is shown. Leave it out, and a person judges."""
        raise NotSupported("display")

    def tick(self, now: datetime) -> Sequence[bytes]:
        """It is now this moment: what is sent because time has passed. Leave it out, and cases that wait do not run."""
        return []
'''
