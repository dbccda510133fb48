"""FHIR JSON to plain data and back: nothing converted, nothing lost, bad input an issue at a place."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medcom_bu.fhir.model.data import Number, dump_json, load_json
from medcom_bu.limits import LIMITS


def found_in_json(data: bytes) -> set[tuple[str, str]]:
    reading = load_json(data)
    return {(issue.code, issue.path) for issue in reading.issues}


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", {("json.cut", "line 1, column 1")}),
        (b'{"a":', {("json.cut", "line 1, column 6")}),
        (b'{"a" 1}', {("json.syntax", "line 1, column 6")}),
        (b'{"a":"\x01"}', {("json.syntax", "line 1, column 7")}),
        (b'{"a":1}\n{}', {("json.trailing", "line 2, column 1")}),
        (b'{"a":"\xe6"}', {("json.encoding", "byte 6")}),
        ('{"a":1}'.encode("utf-16-le"), {("json.encoding", "byte 0")}),
        (
            b'{"resourceType":"Bundle","total":NaN,"link":[-Infinity],"b":NaN}',
            {("json.constant", "Bundle.total"), ("json.constant", "Bundle.link[0]"), ("json.constant", "Bundle.?")},
        ),
        (b'{"resourceType":"Bundle","entry":[{"id":"x","id":"x"}]}', {("json.duplicate-key", "Bundle.entry[0].id")}),
        (b'{"a b":1,"a b":2}', {("json.duplicate-key", "$.?")}),
        (b'{"id":"\\ud83d"}', {("json.surrogate", "$.id")}),
        (b'{"\\uDFFF":1}', {("json.surrogate", "$.?")}),
        (b'[{"id":1,"id":1}]', {("json.duplicate-key", "$[0].id")}),
    ],
)
def test_bad_input_is_named_and_placed(data: bytes, expected: set[tuple[str, str]]) -> None:
    assert found_in_json(data) == expected
    assert load_json(data).message is None


def test_a_byte_order_mark_is_left_out_and_said() -> None:
    assert found_in_json(b'\xef\xbb\xbf{"a":1}') == {("json.bom", "byte 0")}
    assert load_json(b'\xef\xbb\xbf{"a":1}').message == {"a": "1"}


@pytest.mark.parametrize("depth", [LIMITS.depth + 1, 1000, 200_000])
@pytest.mark.parametrize(("opening", "closing"), [(b"[", b"]"), (b'{"a":', b"}")])
def test_nesting_is_limited(depth: int, opening: bytes, closing: bytes) -> None:
    assert {code for code, _ in found_in_json(opening * depth + b"1" + closing * depth)} == {"json.depth"}


def test_nesting_up_to_the_limit_is_read() -> None:
    assert found_in_json(b"[" * LIMITS.depth + b"]" * LIMITS.depth) == set()


def test_a_deep_text_with_doubled_keys_is_no_traceback() -> None:
    data = b'{"a":1,"a":' * 500 + b"1" + b"}" * 500
    assert {code for code, _ in found_in_json(data)} == {"json.depth"}


def test_whole_characters_in_escapes_are_read() -> None:
    assert load_json(b'{"a":"\\ud83d\\ude00"}').message == {"a": "\U0001f600"}


def test_numbers_keep_their_text() -> None:
    data = b'{"a":1.50,"b":-0,"c":1E+2,"d":123456789012345678901234567890}'
    plain = load_json(data).message
    assert isinstance(plain, dict)
    assert all(type(item) is Number for item in plain.values())
    assert dump_json(plain) == data


PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.text()
    | st.from_regex(r"-?(0|[1-9]\d{0,5})(\.\d{1,4})?", fullmatch=True).map(
        lambda text: Number(text.translate({code: "7" for code in map(ord, text) if code > 127}))
    ),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)


@given(PLAIN)
def test_round_trip(plain: Any) -> None:
    written = dump_json(plain)
    reading = load_json(written)
    assert (reading.message, reading.issues) == (plain, ())
    assert _kinds(reading.message) == _kinds(plain)
    json.loads(written)


def _kinds(plain: Any) -> Any:
    if isinstance(plain, dict):
        return {key: _kinds(item) for key, item in plain.items()}
    return [_kinds(item) for item in plain] if isinstance(plain, list) else type(plain)


@given(st.binary(max_size=60) | st.text(alphabet='{}[]":,\\ud8e1N', max_size=60).map(str.encode))
def test_anything_gives_data_or_issues(data: bytes) -> None:
    reading = load_json(data)
    if not reading.issues:
        assert load_json(dump_json(reading.message)).message == reading.message
