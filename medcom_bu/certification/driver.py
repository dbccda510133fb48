"""Calls a system on a thread of its own, and gives up where it does not return. Whatever it does, a call ends."""

from __future__ import annotations

import queue
import threading
import traceback
from collections.abc import Callable, Mapping
from pathlib import PurePath
from typing import Any

from medcom_bu.certification.model.system import Converting, Displaying, NotSupported, Ticking
from medcom_bu.issues import Text

_HUNG = Text("the system does not answer within {limit} seconds", "systemet svarer ikke inden for {limit} sekunder")
_RAISED = Text("the system raises {error} in {call} ({place})", "systemet kaster {error} i {call} ({place})")
_MISSING = Text("the system has no method {call}", "systemet har ingen metode {call}")
_GARBAGE = Text("{call} returns {came}, not a list of bytes", "{call} giver {came}, ikke en liste af bytes")
_NOT_SHOWABLE = Text(
    "display returns {came}, not a mapping or None", "display giver {came}, ikke en mapping eller None"
)
_NO_SYSTEM = Text("the system cannot be created: {error} ({place})", "systemet kan ikke oprettes: {error} ({place})")

System = Any
"""What :class:`MedcomSystem` describes, whatever its class."""


class CallFailed(Exception):
    """A call that did not return what it should. ``reason`` says why, in both languages, and no more."""

    def __init__(self, en: str, da: str) -> None:
        super().__init__(en, da)
        self.reason: Text = Text(en, da)


class CallNotSupported(Exception):
    """The system said that it does not support what it was asked for."""


class Driver:
    """One system, made on the thread on which all its methods are called.

    ``make`` makes the system: its class, or a function. A call may take ``limit`` seconds; after one that took longer
    the next call is to a new system on a new thread, since nobody can stop the old one.
    """

    def __init__(self, make: Callable[[], System], limit: float) -> None:
        self._make = make
        self._limit = limit
        self._calls: queue.SimpleQueue[_Call] | None = None
        self._system: System = None

    @property
    def has_clock(self) -> bool:
        """Whether the kit can set the clock of the system. Raises CallFailed where there is no system."""
        return isinstance(self._made(), Ticking)

    @property
    def has_display(self) -> bool:
        """Whether the system tells what its users see. Raises CallFailed where there is no system."""
        return isinstance(self._made(), Displaying)

    @property
    def has_converter(self) -> bool:
        """Whether the system converts. Raises CallFailed where there is no system."""
        return isinstance(self._made(), Converting)

    def messages(self, name: str, *arguments: object) -> tuple[bytes, ...]:
        """What a method gives to the network. Raises CallFailed and CallNotSupported."""
        gave = self._call(name, *arguments)
        if isinstance(gave, list | tuple) and all(isinstance(each, bytes | bytearray) for each in gave):
            return tuple(map(bytes, gave))
        raise _failure(_GARBAGE, call=name, came=_kind(gave))

    def display(self, number: str) -> Mapping[str, Any] | None:
        """What a user sees of a message. Raises CallFailed and CallNotSupported."""
        shown = self._call("display", number)
        if shown is None or isinstance(shown, Mapping):
            return shown
        raise _failure(_NOT_SHOWABLE, came=type(shown).__name__)

    def reset(self) -> None:
        """Empty the system. Raises CallFailed."""
        self._call("reset")

    def close(self) -> None:
        """No more calls: the thread ends when its current call is done."""
        if self._calls is not None:
            self._calls.put(None)  # type: ignore[arg-type]
        self._calls, self._system = None, None

    def _made(self) -> System:
        if self._calls is None:
            self._calls = queue.SimpleQueue()
            threading.Thread(target=_work, args=(self._calls,), name="medcom-system", daemon=True).start()
            self._system = self._answer(_Call(self._make, ()), "")
        return self._system

    def _call(self, name: str, *arguments: object) -> Any:
        system = self._made()
        if not callable(getattr(system, name, None)):
            raise _failure(_MISSING, call=name)
        return self._answer(_Call(lambda *given: getattr(system, name)(*given), arguments), name)

    def _answer(self, call: _Call, name: str) -> Any:
        assert self._calls is not None  # noqa: S101 - the two callers see to it
        self._calls.put(call)
        try:
            gave, error = call.answer.get(timeout=self._limit)
        except queue.Empty:
            self.close()
            raise _failure(_HUNG, limit=f"{self._limit:g}") from None
        if isinstance(error, NotSupported | NotImplementedError):
            raise CallNotSupported(name)
        if error is not None:
            if not name:
                self.close()
            text = _RAISED if name else _NO_SYSTEM
            raise _failure(text, error=type(error).__name__, call=name, place=_place(error))
        return gave


class _Call:
    """A function to be called on the thread of the system, and where its answer goes."""

    def __init__(self, function: Callable[..., Any], arguments: tuple[object, ...]) -> None:
        self.function = function
        self.arguments = arguments
        self.answer: queue.SimpleQueue[tuple[Any, BaseException | None]] = queue.SimpleQueue()


def _work(calls: queue.SimpleQueue[_Call | None]) -> None:
    while (call := calls.get()) is not None:
        try:
            call.answer.put((call.function(*call.arguments), None))
        except BaseException as error:  # a system that ends its process is a system that fails
            call.answer.put((None, error))


def _place(error: BaseException) -> str:
    """Where an exception was raised, by file and line: its text might hold a person's data."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{PurePath(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "?"


def _kind(gave: object) -> str:
    if isinstance(gave, list | tuple):
        return f"{type(gave).__name__}[{', '.join(sorted({type(each).__name__ for each in gave}))}]"
    return type(gave).__name__


def _failure(text: Text, **params: object) -> CallFailed:
    return CallFailed(text.render("en", params), text.render("da", params))
