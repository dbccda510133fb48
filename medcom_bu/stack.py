"""What is worked out level by level must not depend on how much of the interpreter's stack its caller has used."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

_T = TypeVar("_T")
_local = threading.local()


def on_own_stack(call: Callable[[], _T]) -> _T:
    """The result of a call in a thread of its own, whose stack is empty; at once where this is such a thread.

    What the call raises, this raises; RecursionError then says something of the call and nothing of its caller.
    """
    if getattr(_local, "is_own", False):
        return call()
    results: list[_T] = []
    errors: list[BaseException] = []

    def work() -> None:
        _local.is_own = True
        try:
            results.append(call())
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=work, daemon=True)
    try:
        thread.start()
    except RuntimeError:  # where there are no threads
        return call()
    thread.join()
    if errors:
        raise errors.pop()  # not kept here: its traceback holds this frame
    return results[0]


def on_any_stack(call: Callable[[], _T], otherwise: Callable[[], _T]) -> _T:
    """The result of a call; where the stack runs out, on a stack of its own; of ``otherwise`` where that runs out."""
    try:
        return call()
    except RecursionError:
        pass
    try:
        return on_own_stack(call)
    except RecursionError:
        return otherwise()
