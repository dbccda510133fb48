"""The check of arguments: what fits a hint, and what is said of what does not."""

from __future__ import annotations

import io
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO, Literal

import pytest

import medcom_bu
from medcom_bu import CareCommunicationMessage, Emessage, exchange
from medcom_bu.arguments import Content, as_bytes, check, check_arguments, check_word
from medcom_bu.envelopes import vans
from medcom_bu.rendering.page import as_page
from medcom_bu.rendering.text import as_text
from medcom_bu.testing.letters import letter_samples
from medcom_bu.values.text import Mark, Styled
from tests.support.typed import care_communication

FITS: list[tuple[Any, Any]] = [
    (str, "x"),
    (str, Mark.BREAK),
    (Any, object()),
    (None, None),
    (str | None, None),
    (int | str, 5),
    (Sequence[str], ["a"]),
    (Sequence[str], ("a", "b")),
    (Sequence[str], ()),
    (str | Sequence[str], "ab"),
    (Collection[str], {"a"}),
    (Iterable[str], iter([5])),
    (tuple[str | Styled, ...], ("a",)),
    (list[int], [1]),
    (Mapping[str, int], {5: "x"}),
    (Callable[[], str], str),
    (Literal["a", "b"], "c"),
    (BinaryIO, io.BytesIO()),
    (bytes | bytearray, bytearray()),
]
MISFITS: list[tuple[Any, Any, str]] = [
    (str, 5, "x takes str, not int"),
    (str, None, "x takes str, not NoneType"),
    (str | None, b"a", "x takes str or None, not bytes"),
    (int | str, [5], "x takes int or str, not list"),
    (Sequence[str], "ab", "x takes Sequence of str, not str"),
    (Sequence[str], b"ab", "x takes Sequence of str, not bytes"),
    (Sequence[str], {"a": "b"}, "x takes Sequence of str, not dict"),
    (Sequence[str], ["a", 5], "x takes Sequence of str, not list of int"),
    (Sequence[str | None], [None, 5.0], "x takes Sequence of str or None, not list of float"),
    (str | Sequence[str], [5], "x takes str or Sequence of str, not list of int"),
    (Collection[str], 5, "x takes Collection of str, not int"),
    (Iterable[str], {"a": 1}, "x takes Iterable of str, not dict"),
    (tuple[str, ...], ["a"], "x takes tuple of str, not list"),
    (Mapping[str, int], [1], "x takes Mapping of str, not list"),
    (Callable[[], str], "str", "x takes Callable, not str"),
    (Literal["a", "b"], 5, "x takes 'a' or 'b', not int"),
    (BinaryIO, "file", "x takes BinaryIO, not str"),
]


@pytest.mark.parametrize(("hint", "value"), FITS)
def test_what_fits(hint: Any, value: Any) -> None:
    check("x", value, hint)


@pytest.mark.parametrize(("hint", "value", "said"), MISFITS)
def test_what_does_not_fit(hint: Any, value: Any, said: str) -> None:
    with pytest.raises(TypeError) as raised:
        check("x", value, hint)
    assert str(raised.value) == said


def test_words_and_bytes() -> None:
    check_word("x", "a", ("a", "b"))
    with pytest.raises(ValueError, match=r"^x is one of a, b$"):
        check_word("x", "secret", ("a", "b"))
    with pytest.raises(TypeError, match=r"^x takes str, not int$"):
        check_word("x", 5, ("a", "b"))
    assert as_bytes("x", memoryview(b"abc")[::2]) == b"ac"
    with pytest.raises(
        TypeError, match=r"^x takes bytes or bytearray or memoryview, not str: read the file in binary mode$"
    ):
        as_bytes("x", "secret")


def test_a_function_keeps_its_face() -> None:
    @check_arguments
    def joined(first: str, *others: Any, last: str = "", **more: Any) -> str:
        """Some words."""
        return "".join([first, *others, last, *more])

    assert (joined.__name__, joined.__doc__) == ("joined", "Some words.")
    assert joined("a", "b", last="c", d=5) == "abcd"
    with pytest.raises(TypeError, match="takes str, not int"):
        joined(5)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="takes str, not int"):
        joined("a", last=5)  # type: ignore[arg-type]


LETTER = letter_samples()["XREF01/XH0131R"]
CARE = care_communication()
WRONG: dict[str, tuple[Callable[[Any], object], str]] = {
    "as_page": (as_page, "as_page takes a message, not "),
    "as_text": (as_text, "as_text takes a message, not "),
    "detect": (medcom_bu.detect, "detect takes bytes, a path or a binary file, not "),
    "version of to_xml": (lambda x: medcom_bu.to_xml(LETTER, version=x), "version takes str or None, not "),
    "version of to_edifact": (lambda x: medcom_bu.to_edifact(LETTER, version=x), "version takes str or None, not "),
    "version of to_fhir": (lambda x: medcom_bu.to_fhir(CARE, version=x), "version takes str or None, not "),
    "version of losses": (lambda x: medcom_bu.losses(LETTER, "xml", version=x), "version takes str or None, not "),
    "layout": (
        lambda x: medcom_bu.to_edifact(LETTER, layout=x),
        "layout takes Layout or Iterable of Layout or None, not ",
    ),
    "limits of parse": (lambda x: medcom_bu.parse(b"<x/>", limits=x), "limits takes Limits, not "),
    "limits of read": (lambda x: medcom_bu.read(b"<x/>", limits=x), "limits takes Limits, not "),
    "limits of validate": (lambda x: medcom_bu.validate(LETTER, limits=x), "limits takes Limits, not "),
    "vans.matches": (lambda x: vans.matches(vans.wrap(LETTER), x), "matches: receipt takes VansEnvelope, not "),
    "exchange.matches": (lambda x: exchange.matches(CARE, x), "matches takes a message, not "),
    "from_bundle": (CareCommunicationMessage.from_bundle, "bundle takes Bundle, not "),
}


@pytest.mark.parametrize("name", WRONG)
@pytest.mark.parametrize("value", [5, 5.5, object(), {"a": 1}], ids=lambda value: type(value).__name__)
def test_a_wrong_argument_is_named_and_never_shown(name: str, value: object) -> None:
    call, said = WRONG[name]
    with pytest.raises(TypeError) as raised:
        call(value)
    is_told_more = name in ("as_page", "as_text", "exchange.matches") and isinstance(value, dict)
    more = ": from_dict makes a message of what to_dict gave" if is_told_more else ""
    assert str(raised.value) == said + type(value).__name__ + more


@pytest.mark.parametrize(
    ("hint", "value", "said"),
    [
        (Content, "text", "not str: read the file in binary mode"),
        (Content, io.BytesIO(), "not BytesIO: give what its read() gives"),
        (Content, Path(), f"not {type(Path()).__name__}: give what its read_bytes() gives"),
        (Content, 5, "not int"),
        (Emessage | None, medcom_bu.read(b""), "not Parsed: give its .message"),
        (Emessage | None, "text", "not str"),
    ],
)
def test_what_to_give_instead_is_said_where_it_is_known(hint: Any, value: object, said: str) -> None:
    with pytest.raises(TypeError) as raised:
        check("x", value, hint)
    assert str(raised.value).partition(", ")[2] == said


def test_a_call_that_lacks_an_argument_is_named() -> None:
    with pytest.raises(TypeError, match=r"^ReferringBuilder\.attach: missing a required argument: 'title'$"):
        medcom_bu.HospitalReferralBuilder().attach(b"x")  # type: ignore[call-arg]


def test_a_text_is_no_message_and_no_bytes() -> None:
    for call in (as_page, as_text, medcom_bu.detect):
        with pytest.raises(TypeError, match=r"not str(: open the file in binary mode, or give its Path)?$"):
            call("0201609995")  # type: ignore[arg-type]
