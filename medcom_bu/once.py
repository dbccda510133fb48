"""What is expensive to make is made once, however many threads ask for it first."""

from __future__ import annotations

import functools
import os
import threading
from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

_P = ParamSpec("_P")
_T = TypeVar("_T")

MAKING = threading.RLock()
"""Held by the one thread that makes something. One for all, so that what is made of other things cannot lock up.

Who holds it waits for no other thread and imports no module that makes things while it is imported.
"""

MAKING_CLASSES = threading.RLock()
"""Held while attrs makes a class, which takes no other lock: a module may do it while it is imported."""

if hasattr(os, "register_at_fork"):  # a child has no thread that would end what another was making
    for _lock in (MAKING_CLASSES, MAKING):  # the last is taken first, as where what is made is of such a class
        os.register_at_fork(before=_lock.acquire, after_in_parent=_lock.release, after_in_child=_lock.release)


def once(make: Callable[_P, _T]) -> Callable[_P, _T]:
    """``functools.cache``, except that other threads wait for what one is making. As quick where it is made."""
    cached = functools.cache(make)

    @functools.wraps(make)
    def one_at_a_time(*args: _P.args, **kwargs: _P.kwargs) -> _T:
        with MAKING:
            return cached(*args, **kwargs)  # type: ignore[arg-type]  # that they can be hashed is for functools to say

    return cast("Callable[_P, _T]", functools.cache(one_at_a_time))
