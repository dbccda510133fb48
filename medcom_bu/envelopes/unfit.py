"""Why an envelope cannot be made or opened, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from medcom_bu.issues import Text

NO_MESSAGE = Text("the envelope contains no message", "kuverten rummer ingen meddelelse")
_MISSING = Text("give the {what}: it cannot be read from the message", "angiv {what}: meddelelsen oplyser det ikke")


class Unfit(ValueError):
    """What is given makes no envelope, or is none that can be opened. ``str`` is the reason in English."""

    def __init__(self, reason: Text, params: Mapping[str, object] = {}) -> None:
        super().__init__(reason, params)
        self._reason, self._params = reason, params

    def text(self, lang: str = "en") -> str:
        """The reason in ``"en"`` or ``"da"``."""
        return self._reason.render(lang, self._params)

    def __str__(self) -> str:
        return self.text()


def missing(what: str) -> Any:
    """Raise ValueError: the caller must give what the message does not tell."""
    raise Unfit(_MISSING, {"what": what})
