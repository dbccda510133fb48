"""The schema says of a message with thin texts what it says of the message."""

from __future__ import annotations

from typing import Any

import pytest

import medcom_bu
from medcom_bu.oioxml import reading
from medcom_bu.oioxml.thinning import thinned
from medcom_bu.testing.letters import letter_samples
from medcom_bu.values.text import FormattedText, Mark, RawMarkup, Style, Styled, TextNode
from tests.support.paths import changed

RAW = RawMarkup("<blink>x</blink>")
TEXTS: dict[str, tuple[TextNode, ...]] = {
    "plain": ("a", Mark.BREAK, "b", Mark.SPACE, "c", Mark.BREAK),
    "empty": (),
    "blank": (" ", Mark.BREAK, "  ", Mark.BREAK),
    "styles": (
        "a",
        Styled(Style.BOLD, ("b",)),
        "c",
        Styled(Style.BOLD, ("d", Mark.BREAK, "e")),
        Styled(Style.BOLD, ()),
    ),
    "fixed": (Styled(Style.FIXED_FONT, ("a", Styled(Style.BOLD, ("b",)), Styled(Style.BOLD, ("c",)))),),
    "styles in styles": (Styled(Style.BOLD, (Styled(Style.BOLD, ("a",)),)), Styled(Style.BOLD, ("a",))) * 2,
    "kept": (RAW, "a", RAW, Styled(Style.BOLD, (RAW,)), RAW),
    "characters": ("a\x01", Mark.BREAK, "\ud800", Mark.BREAK, "<&>"),
}
PLACES = {
    "XDIS91/XD9134L": "letters[0].clinical_information[0].text01",
    "XREF01/XH0131R": "letters[0].relevant_clinical_information.cave",
    "XCTL02/XC0230Q": "letters[0].original_emessage.refuse_text",
}


@pytest.mark.parametrize("name", PLACES)
@pytest.mark.parametrize("text", TEXTS)
def test_the_verdict_is_the_same(name: str, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    message: Any = changed(letter_samples()[name], {PLACES[name]: FormattedText(TEXTS[text])})
    for value in (message, changed(message, {"letters[0].letter.identifier": None})):
        told = reading.judge(value).issues
        with monkeypatch.context() as patch:
            patch.setattr(reading, "_MUCH", 0)
            assert reading.judge(value).issues == told


def test_a_long_text_is_thin() -> None:
    value: Any = changed(
        letter_samples()["XDIS91/XD9134L"], {PLACES["XDIS91/XD9134L"]: FormattedText(("a", Mark.BREAK) * 1000)}
    )
    assert len(medcom_bu.to_xml(thinned(value))) < len(medcom_bu.to_xml(value)) - 7000
