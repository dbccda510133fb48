"""A system that is not Python: the same calls as files in two folders. Reads and writes those files.

The kit writes a call into the folder ``calls``, named by its number (``000001.json``); the system writes what it gives
into the folder ``answers``, under the same name. A file is written beside its place and renamed: what has its name is
whole.
"""

from __future__ import annotations

import base64
import binascii
import json
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from medcom_bu.certification.model.system import NotSupported
from medcom_bu.certification.model.tasks import Task

_PAUSE = 0.01


class BridgeBroken(Exception):
    """What a system wrote is not an answer. Its text names the file and what is wrong."""


class FolderSystem:
    """A system behind a folder that has, or gets, the folders ``calls`` and ``answers``.

    ``wait`` is called between two looks, with seconds.
    """

    def __init__(self, folder: str | Path, wait: Callable[[float], None] = time.sleep) -> None:
        self._calls, self._answers = Path(folder) / "calls", Path(folder) / "answers"
        self._wait = wait
        self._number = 0
        for each in (self._calls, self._answers):
            each.mkdir(parents=True, exist_ok=True)
            for old in each.glob("*.json"):
                old.unlink()

    def send(self, task: Task) -> Sequence[bytes]:
        """``{"call": "send", "task": {...}}``. Raises BridgeBroken and NotSupported."""
        return self._messages("send", task=task.to_dict())

    def receive(self, data: bytes) -> Sequence[bytes]:
        """``{"call": "receive", "data": base64}``. Raises BridgeBroken and NotSupported."""
        return self._messages("receive", data=base64.b64encode(data).decode())

    def tick(self, now: datetime) -> Sequence[bytes]:
        """``{"call": "tick", "now": "2026-05-04T09:30:00+02:00"}``; what has no clock answers with no messages.

        Raises BridgeBroken and NotSupported.
        """
        return self._messages("tick", now=now.isoformat())

    def convert(self, messages: Sequence[bytes], to: str) -> Sequence[bytes]:
        """``{"call": "convert", "messages": [base64, ...], "to": "oioxml"}``. Raises BridgeBroken and NotSupported."""
        return self._messages("convert", messages=[base64.b64encode(each).decode() for each in messages], to=to)

    def display(self, message_id: str) -> Mapping[str, Any] | None:
        """``{"call": "display", "id": "..."}``, answered by ``{"display": {...}}``. Raises NotSupported."""
        shown: Mapping[str, Any] | None = self._call("display", id=message_id).get("display")
        return shown

    def reset(self) -> None:
        """``{"call": "reset"}``. Raises BridgeBroken and NotSupported."""
        self._call("reset")

    def _messages(self, call: str, **parameters: object) -> Sequence[bytes]:
        given = self._call(call, **parameters).get("messages", [])
        try:
            return [base64.b64decode(each, validate=True) for each in given]
        except (binascii.Error, TypeError, ValueError):
            raise BridgeBroken(f"{self._number:06}.json: messages is a list of base64") from None

    def _call(self, call: str, **parameters: object) -> Mapping[str, Any]:
        """The answer to a call: the driver of the kit limits how long it may take. Raises as the methods say."""
        self._number += 1
        name = f"{self._number:06}.json"
        beside = self._calls / f"{name}.part"
        beside.write_text(json.dumps({"call": call, **parameters}, ensure_ascii=False), encoding="utf-8")
        beside.replace(self._calls / name)
        answer = self._answers / name
        while not answer.exists():
            self._wait(_PAUSE)
        try:
            given = json.loads(answer.read_text(encoding="utf-8"))
        except ValueError:
            raise BridgeBroken(f"{name}: it is no JSON") from None
        if not isinstance(given, dict):
            raise BridgeBroken(f"{name}: it is no object")
        if given.get("unsupported"):
            raise NotSupported(call)
        if "error" in given:
            raise BridgeBroken(f"{name}: the system reports an error")
        return given
