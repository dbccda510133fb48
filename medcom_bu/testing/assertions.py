"""Assertions that say what is wrong. No text or number of a message is shown, but the codes of the standards."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from medcom_bu import wire
from medcom_bu.arguments import check
from medcom_bu.declare.base import fields, masked
from medcom_bu.declare.fhir import Structure
from medcom_bu.declare.oioxml import Value


def assert_valid(data: Any) -> None:
    """Fail where ``validate`` finds an error, or where a layer that applies did not run.

    ``data`` is bytes, a binary file, a message or a consignment. Raises AssertionError, which shows the report.
    """
    __tracebackhide__ = True
    report = wire.validate(data)
    if not (report.ok and report.complete):
        raise AssertionError(report.text())


def assert_same_message(first: Any, second: Any) -> None:
    """Fail where two messages differ; each is a message or its bytes.

    Raises AssertionError, which names every field that differs.
    """
    __tracebackhide__ = True
    first_message, second_message = _message(first), _message(second)
    if first_message != second_message:
        raise AssertionError("\n".join(["the messages differ:", *differences(first_message, second_message)]))


def _message(data: Any) -> Any:
    if isinstance(data, bytes | bytearray | memoryview) or hasattr(data, "read"):
        return wire.parse(data)
    check("assert_same_message", data, Value | Structure)
    return data


def differences(one: Any, other: Any, path: str = "") -> Iterator[str]:
    """One line for each field in which two values differ, masked."""
    if one == other:
        return
    if isinstance(one, Value) and type(one) is type(other):
        for name in one.__dict__:
            yield from differences(one.__dict__[name], other.__dict__[name], f"{path}.{name}".lstrip("."))
    elif isinstance(one, tuple) and isinstance(other, tuple) and len(one) == len(other):
        for number, (left, right) in enumerate(zip(one, other, strict=True)):
            yield from differences(left, right, f"{path}[{number}]")
    else:
        yield f"  {path or 'message'}: {_shown(one)} != {_shown(other)}"


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return f"<{len(value)} items>"
    return type(value).__name__ if isinstance(value, Value) and fields(type(value)) else masked(value)
