"""The quick reading of FHIR makes what the slower one does, and the messages that it is for take it.

``tests/robustness/quick_paths.py`` compares as many more inputs as one wants.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

import medcom_bu
from medcom_bu.declare.base import fields
from medcom_bu.declare.fhir import Structure
from medcom_bu.fhir import quick
from medcom_bu.fhir.model import data as json_data
from medcom_bu.fhir.model import shape
from medcom_bu.fhir.model.data import load_json
from medcom_bu.limits import LIMITS
from medcom_bu.values.fhir_resources import RESOURCES
from medcom_bu.values.fhir_types import xml_events
from tests.robustness.quick_paths import changed, compare, compare_written
from tests.support.fhir_codec import official_bundles, plain_sample
from tests.support.fhir_mutants import DIVS, mutants
from tests.support.oracle import oracle

JSON_READERS = pytest.mark.parametrize("reader", ["orjson", "stdlib"])
SLOW_ONES = {
    "Bundle-eb26be85-fdb7-454d-a980-95cba6d1745b": "another event",
    "CareCommunication_Ex_receive_Tek-G_new_replacementCPR": "an element without a field",
}
"""The official examples that the quick reading leaves to the other, and why."""


@pytest.fixture
def without(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Take orjson away, or ask for it."""

    def choose(reader: str) -> None:
        if reader == "stdlib":
            monkeypatch.setattr(json_data, "orjson", None)
        elif vars(json_data)["orjson"] is None:
            pytest.skip("orjson is not installed")

    return choose


@pytest.mark.oracle
@JSON_READERS
def test_official_messages_take_it_in_json(without: Callable[[str], None], reader: str) -> None:
    without(reader)
    left = [path.stem for path in official_bundles() if not compare(path.read_bytes())]
    assert (set(left), len(left), len(official_bundles())) == (set(SLOW_ONES), 3, 79)


@pytest.mark.oracle
def test_official_messages_take_it_in_xml() -> None:
    found = [path for path in oracle("examples/fhir").rglob("*.xml") if "expected" not in path.parts]
    left = [path.stem for path in found if not compare(path.read_bytes())]
    assert (left, len(found)) == (["Bundle-eb26be85-fdb7-454d-a980-95cba6d1745b"], 39)


@JSON_READERS
def test_changed_data_is_read_alike(without: Callable[[str], None], reader: str) -> None:
    without(reader)
    taken = sum(map(compare, changed("sample", plain_sample(), 60)))
    assert 10 < taken < 50  # the quick way is taken and left


def test_changed_data_is_written_alike() -> None:
    taken = sum(compare_written(load_json(one.text.encode()).message) for one in mutants("sample", plain_sample(), 60))
    assert 10 < taken < 50


UNUSUAL: dict[str, Any] = {
    "no resource": {"type": "message"},
    "no type": {"resourceType": "Identifier", "value": "x"},
    "empty list": {"resourceType": "Bundle", "meta": {"profile": []}},
    "empty list of objects": {"resourceType": "Bundle", "entry": []},
    "list of nothing": {"resourceType": "Bundle", "meta": {"profile": ["x", None]}},
    "list for one": {"resourceType": "Bundle", "type": ["x"]},
    "one for a list": {"resourceType": "Bundle", "entry": {"fullUrl": "x"}},
    "object for a text": {"resourceType": "Bundle", "type": {"a": "x"}},
    "text for an object": {"resourceType": "Bundle", "meta": "x"},
    "text for a resource": {"resourceType": "Bundle", "entry": [{"resource": "x"}]},
    "order": {"resourceType": "Bundle", "type": "message", "id": "x"},
    "unknown": {"resourceType": "Bundle", "x": "y"},
    "beside a primitive": {"resourceType": "Bundle", "type": "message", "_type": {"id": "x"}},
    "leftovers": {"resourceType": "Bundle", "{#}": "x", "{@}y": "z"},
}


@pytest.mark.parametrize("name", UNUSUAL)
def test_what_is_unusual_is_written_by_the_other(name: str) -> None:
    assert not compare_written(UNUSUAL[name])


@pytest.mark.parametrize("value", ["", "<&>\"'\t\n\0", "\ud83e", True, False, json_data.Number("1.50")])
def test_any_primitive_is_written_the_quick_way(value: Any) -> None:
    identifier = {"id": value, "extension": [{"url": value, "valueString": value}], "value": value, "period": {}}
    assert compare_written({"resourceType": "Bundle", "identifier": identifier, "type": value})


@pytest.mark.oracle
def test_official_messages_are_written_the_quick_way() -> None:
    found = [load_json(path.read_bytes()).message for path in official_bundles()]
    assert (sum(map(compare_written, found)), len(found)) == (78, 79)  # one has its properties in another order


CHANGES: dict[str, Callable[[Any], Any]] = {
    "nothing": lambda _: None,
    "no type": lambda bundle: bundle.pop("type"),
    "empty text": lambda bundle: bundle.update(timestamp=""),
    "number for text": lambda bundle: bundle.update(timestamp=7),
    "unknown property": lambda bundle: bundle.update(x="y"),
    "extended primitive": lambda bundle: bundle.update(_type={"id": "a"}),
    "no such resource": lambda bundle: bundle["entry"][0]["resource"].update(resourceType="Patientx"),
    "resource without a class": lambda bundle: bundle["entry"].append({"resource": {"resourceType": "Basic"}}),
    "empty resource": lambda bundle: bundle["entry"].append({"resource": {"resourceType": "Patient"}}),
    "empty entry": lambda bundle: bundle["entry"].append({}),
    "empty list": lambda bundle: bundle.update(entry=[]),
    "no list": lambda bundle: bundle.update(entry={}),
    "another event": lambda bundle: bundle["entry"][0]["resource"]["eventCoding"].update(code="empty-message"),
    "no header": lambda bundle: bundle["entry"].pop(0),
    "address twice": lambda bundle: bundle["entry"].append(bundle["entry"][1]),
}


@JSON_READERS
@pytest.mark.parametrize("change", CHANGES)
def test_what_is_not_usual_is_left_to_the_other(without: Callable[[str], None], reader: str, change: str) -> None:
    without(reader)
    bundle = plain_sample()
    CHANGES[change](bundle)
    assert compare(json.dumps(bundle).encode()) == (change == "nothing")


@JSON_READERS
@pytest.mark.parametrize("layout", [{}, {"indent": 2}, {"indent": 3}, {"separators": (",", ":")}])
def test_any_layout_of_json_is_usual(without: Callable[[str], None], reader: str, layout: Any) -> None:
    without(reader)
    assert compare(json.dumps(plain_sample(), ensure_ascii=False, **layout).encode() + b"\n")


@JSON_READERS
@pytest.mark.parametrize(
    ("old", "new", "is_usual"),
    [
        (b'"type":"message"', b'"type":"message","type":"message"', False),
        (b'"type":"message"', b'"\\u0074ype":"message"', True),
        (b'"type":"message"', b'"type":"\\ud83e"', False),
        (b'"type":"message"', b'"type":NaN', False),
        (b'"type":"message"', b'"type":"message"}', False),
        (b'"type":"message"', b'"type":"\xff"', False),
    ],
)
def test_what_json_may_hide_is_seen(
    without: Callable[[str], None], reader: str, old: bytes, new: bytes, is_usual: bool
) -> None:
    without(reader)
    data = json.dumps(plain_sample(), separators=(",", ":")).encode()
    assert data.count(old) == 1
    assert compare(data.replace(old, new)) == is_usual


@JSON_READERS
@pytest.mark.parametrize(
    ("size", "is_usual"), [("5", True), ("0", True), ("-0", False), ("5.0", False), ("1e3", False), ("9" * 30, True)]
)
def test_a_number_keeps_its_text(without: Callable[[str], None], reader: str, size: str, is_usual: bool) -> None:
    without(reader)
    data = json.dumps(plain_sample(), separators=(",", ":")).encode()
    assert compare(data.replace(b'"contentType":', b'"size":%s,"contentType":' % size.encode(), 1)) == is_usual


def test_smaller_limits_are_counted() -> None:
    data = json.dumps(plain_sample()).encode()
    for name in ("depth", "names", "text"):
        limits = medcom_bu.Limits(**{name: 5})
        assert quick.usual_json(data, limits) is None
        assert not medcom_bu.validate(data, limits=limits).ok


def test_nothing_usual_comes_near_the_limits() -> None:
    """As deep as the tables go, and as many names as they have."""
    names = {name for cls in _structures() for name in (field.name for field in fields(cls).values())}
    assert len(names) < LIMITS.names // 10
    assert 2 * _levels(medcom_bu.CareCommunicationMessage, ()) < LIMITS.depth // 2


def _structures() -> set[type]:
    found: set[type] = {medcom_bu.CareCommunicationMessage, *RESOURCES.values()}
    while more := set[type]().union(*map(_inner, found)) - found:
        found |= more
    return found


def _inner(cls: type) -> set[type]:
    return {field.type for field in fields(cls).values() if issubclass(field.type, Structure)}


def _levels(cls: type, owners: tuple[type, ...]) -> int:
    below = _inner(cls) - set(owners[-1:]) | (set(RESOURCES.values()) if cls.__name__ == "BundleEntry" else set())
    return 1 + max((_levels(each, (*owners, cls)) for each in below), default=0)


ALL_SIGNS = "".join(map(chr, (*range(0xD800), *range(0xE000, 0x11000))))
WRITTEN: dict[str, Any] = {
    "every sign": {ALL_SIGNS[at:]: ALL_SIGNS[:at] for at in (0, 128, 256)},
    "every kind": [{}, [], "", None, True, False, {"": [[]]}],
    "numbers": [json_data.Number(text) for text in ("0", "-0", "1.50", "1e-7", "1E+400", "9" * 40)],
    "half a character": {"a": "x\ud83e", "\udc00": 1 and "y"},
    "deep": json.loads('{"a":[' * 150 + "]}" * 150),
}


@pytest.mark.parametrize("name", WRITTEN)
def test_json_is_written_alike(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    written = json_data.dump_json(WRITTEN[name])
    for quicker in ("orjson", "_ENCODER"):
        monkeypatch.setattr(json_data, quicker, None)
        assert written == json_data.dump_json(WRITTEN[name])


DEEP = '<div xmlns="http://www.w3.org/1999/xhtml">%s</div>'


@pytest.mark.parametrize("depth", [1, 63, 64, 126, 127, 128])
@pytest.mark.parametrize(
    "part", ["<b>%s</b>", "<br/><b>%s</b>", "<b>%s</b><br/>", "<b>%s</b><i>x</i>", "<!----><b>%s</b>"]
)
def test_a_narrative_is_a_div_as_its_events_say(part: str, depth: int) -> None:
    text = "%s"
    for _ in range(depth):
        text = text % part
    for div in (DEEP % (text % ""), DEEP % (text % "<br/>"), DEEP % (text % "x")[:-1], *DIVS):
        events = xml_events(div, LIMITS.depth) or [("", None)]
        assert shape.is_div(div) == (events[0][0] == "http://www.w3.org/1999/xhtml div")
