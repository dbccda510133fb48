"""Values are values: everything public is copied, pickled and sent between processes, and comes back as it was."""

from __future__ import annotations

import copy
import enum
import functools
import multiprocessing
import pickle
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import pytest

import medcom_bu
from medcom_bu.errors import InvalidMessage
from medcom_bu.fhir.profiles.packages import shipped
from medcom_bu.issues import Report
from medcom_bu.testing.letters import letter_samples
from medcom_bu.testing.sets import fhir_samples
from tests.support.copies import pickled
from tests.support.every_value import classes, examples, exceptions

EXAMPLES = examples()
EACH = pytest.mark.parametrize("cls", EXAMPLES, ids=lambda cls: f"{cls.__module__}.{cls.__qualname__}")
START = pytest.mark.parametrize("start", ["fork", "spawn"])
COPIES: dict[str, Callable[[Any], Any]] = {
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    **{
        f"protocol {number}": functools.partial(pickled, protocol=number)
        for number in range(pickle.HIGHEST_PROTOCOL + 1)
    },
}


def test_there_is_an_example_of_every_class() -> None:
    without = {cls for cls in classes() if cls not in EXAMPLES and not issubclass(cls, enum.Enum)}
    assert without == set()


def same(one: Any, other: Any) -> bool:
    """Whether two values are equal; those without an equality of their own by what they hold."""
    if type(one) is not type(other):
        return False
    if isinstance(one, BaseException):
        return (str(one), one.args, vars(one)) == (str(other), other.args, vars(other))
    return bool(one == other) if has_content(one) else state(one) == state(other)


def has_content(value: Any) -> bool:
    """Whether values of the class are equal by what they hold."""
    own: Any = type(value).__eq__
    return own not in (object.__eq__, BaseException.__eq__)


def state(value: Any) -> list[Any]:
    return [getattr(value, field.name) for field in getattr(value, "__attrs_attrs__", ())]


@EACH
@pytest.mark.parametrize("how", COPIES)
def test_each_comes_back_equal(cls: type, how: str) -> None:
    value = EXAMPLES[cls]
    again = COPIES[how](value)
    assert same(again, value)
    if has_content(value) and type(value).__hash__ is not None:
        assert hash(again) == hash(value)


@pytest.mark.parametrize("how", COPIES)
def test_every_word_comes_back_as_itself(how: str) -> None:
    words = [word for cls in classes() if issubclass(cls, enum.Enum) for word in cls]
    assert len(words) > 100
    assert all(COPIES[how](word) is word for word in words)


def test_what_was_looked_at_can_still_be_copied() -> None:
    """What is worked out once and kept is not in the way."""
    report = medcom_bu.validate(medcom_bu.to_xml(letter_samples()["XREF01/XH0131R"]))
    hash(report)
    report.text("da")
    for message in (*letter_samples().values(), *fhir_samples().values()):
        for name in dir(message):
            if not name.startswith("_") and name not in ("bundle", "from_bundle"):
                getattr(message, name)
        assert all(make(message) == message for make in COPIES.values())
    assert all(make(report.layers) == report.layers for make in COPIES.values())


@pytest.mark.parametrize("how", COPIES)
def test_a_library_of_packages_comes_back_without_what_was_compiled(how: str) -> None:
    library = shipped()
    medcom_bu.validate(medcom_bu.to_fhir(fhir_samples()["CareCommunication/5.0"]))
    again = COPIES[how](library)
    labels = [package.label for package in library.packages]
    assert [package.label for package in again.packages] == labels
    guide = library.definitions("medcom.fhir.dk.carecommunication", "5.0.2")
    assert guide.compiled
    assert COPIES[how](guide).packages[0].definitions == guide.root.definitions


def test_the_fixture_can_be_sent(medcom_samples: Mapping[str, Any]) -> None:
    assert all(make(medcom_samples) == medcom_samples for make in COPIES.values())
    with pytest.raises(TypeError):
        medcom_samples["x"] = 1  # type: ignore[index]


# --- processes -------------------------------------------------------------------------------------------------------


def echo(value: Any) -> Any:
    return value


def throw(error: BaseException) -> None:
    raise error


def judged(data: bytes) -> Report:
    return medcom_bu.validate(data)


def parsed(data: bytes) -> Any:
    return medcom_bu.parse(data)


@pytest.mark.slow
@START
def test_other_processes_take_and_give_everything(start: str) -> None:
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context(start)) as pool:
        for value, again in zip(EXAMPLES.values(), pool.map(echo, EXAMPLES.values(), chunksize=50), strict=True):
            assert same(again, value)
        for error in exceptions().values():
            with pytest.raises(type(error)) as raised:
                pool.submit(throw, error).result()
            assert same(raised.value, error)


@pytest.mark.slow
@START
def test_other_processes_judge_and_refuse(start: str) -> None:
    good = medcom_bu.to_xml(letter_samples()["XREF01/XH0131R"])
    bad = good.replace(b"elektiv", b"hastig")
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context(start)) as pool:
        assert list(pool.map(judged, [good, bad])) == [medcom_bu.validate(good), medcom_bu.validate(bad)]
        assert pool.submit(parsed, good).result() == medcom_bu.parse(good)
        with pytest.raises(InvalidMessage) as raised:
            pool.submit(parsed, bad).result()
        with pytest.raises(InvalidMessage) as here:
            parsed(bad)
        assert raised.value.report == here.value.report
        assert raised.value.report.issues
