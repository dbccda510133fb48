"""Calls under a stack that is nearly used up."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any


def below(frames: int, call: Callable[[], Any]) -> Any:
    """The answer of a call under so many frames of the interpreter."""
    return call() if frames <= 0 else below(frames - 1, call)


def depth_of_stack() -> int:
    """How many frames are in use."""
    frame: FrameType | None = sys._getframe()
    depth = 0
    while frame is not None:
        frame, depth = frame.f_back, depth + 1
    return depth
