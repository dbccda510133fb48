"""LET-8: an XBIN01 has at most 100 MB, counted on the file and not on what is in it (MEDBIN, pages 9 and 18)."""

from __future__ import annotations

import io
from typing import Any

import pytest

import medcom_bu
from medcom_bu import BinaryLetterBuilder
from medcom_bu.issues import Layer, Outcome, Severity
from medcom_bu.oioxml import size
from medcom_bu.values.base64 import Base64, Base64Layout
from tests.support.clean_letters import ACCEPTED, FILES, MAIL
from tests.support.issues import found
from tests.support.letter_builders import PDF, binary, correspondence, referral
from tests.support.paths import changed

CODE = "attachment.letter-too-large"
PLACE, XPATH = "letters[0].binary_object", "/Emessage/BinaryLetter/BinaryObject"


def of_content(content: Base64) -> Any:
    """A binary letter whose file has that content, of which nothing else is said."""
    at = "letters[0].binary_object[0]"
    return changed(
        FILES,
        {f"{at}.object_base64_encoded": content, f"{at}.original_object_size": str(len(content.content or b""))},
    )


def test_the_limit() -> None:
    assert size.LIMIT == 100_000_000


@pytest.mark.parametrize("layout", [Base64Layout(), Base64Layout(width=0), Base64Layout(width=4, separator="\r\n")])
def test_the_bytes_of_the_file_count(layout: Base64Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    """One byte more than allowed is an error, of the value as of its bytes."""
    message = of_content(Base64(b"%PDF-" + b"x" * 3000, layout=layout))
    data = medcom_bu.to_xml(message)
    for limit, is_too_large in ((len(data), False), (len(data) - 1, True)):
        monkeypatch.setattr(size, "LIMIT", limit)
        for judged, path in ((message, PLACE), (data, XPATH), (io.BytesIO(data), XPATH)):
            report = medcom_bu.validate(judged)
            assert found(report) == ([(CODE, path)] if is_too_large else [])
            assert report.layers[Layer.RULE] is (Outcome.FAILED if is_too_large else Outcome.PASSED)
            assert report.layers[Layer.SCHEMA] is Outcome.PASSED
        assert found(medcom_bu.validate(data, layers=("syntax", "schema"))) == []


def test_a_receiver_takes_what_came(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its files could be taken out, so it is not a ground for a negative receipt (MEDBIN, page 9)."""
    data = medcom_bu.to_xml(of_content(Base64(b"%PDF-" + b"x" * 3000)))
    monkeypatch.setattr(size, "LIMIT", len(data) - 1)
    for report in (medcom_bu.read(data).report, medcom_bu.validate(data, receiving=True)):
        (issue,) = report
        assert (issue.code, issue.path, issue.severity) == ("received.too-large", XPATH, Severity.WARNING)
        assert report.ok
        assert not medcom_bu.validate(data).ok


def test_what_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """The hint names the sum of the files."""
    monkeypatch.setattr(size, "LIMIT", 3000)
    data = medcom_bu.to_xml(of_content(Base64(b"%PDF-" + b"x" * 3000)))
    (issue,) = medcom_bu.validate(data)
    assert issue.severity is Severity.ERROR
    assert issue.message == f"the binary letter has {len(data)} bytes; at most 3000 (100 MB) are allowed"
    assert issue.hint.startswith("send the files, 3005 bytes in total, in several binary letters")
    assert issue.hint_text("da").startswith("send filerne, i alt 3005 byte, i flere binærbreve")


def test_other_rules_are_told_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(size, "LIMIT", 1000)
    wrong = of_content(Base64(b"x" * 1000))
    expected = [("attachment.content-type", f"{PLACE}[0].object_base64_encoded"), (CODE, PLACE)]
    assert found(medcom_bu.validate(wrong)) == expected


def test_letters_without_files_have_no_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(size, "LIMIT", 10)
    for message in (MAIL, ACCEPTED):
        assert found(medcom_bu.validate(message)) == found(medcom_bu.validate(medcom_bu.to_xml(message))) == []


def test_a_file_that_does_not_decode_counts_as_its_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(size, "LIMIT", 1000)
    message = changed(FILES, {f"{PLACE}[0].object_base64_encoded": Base64.decode("!" * 1000)})
    expected = [(CODE, PLACE), ("attachment.base64", f"{PLACE}[0].object_base64_encoded")]
    assert sorted(found(medcom_bu.validate(message))) == sorted(expected)


@pytest.mark.parametrize("make", [binary, referral, correspondence])
def test_building_refuses_it(make: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once, in the builder's words; the letter that refers to the files may be of any size."""
    title: Any = {} if make is binary else {"title": "Bilag"}

    def made() -> Any:
        return make().attach(PDF + b"x" * 3000, **title).attach(PDF + b"y" * 3000, **title)

    files = made().build().messages[-1]
    whole = len(medcom_bu.to_xml(files))
    monkeypatch.setattr(size, "LIMIT", whole)
    assert len(made().build().messages) == (1 if isinstance(made(), BinaryLetterBuilder) else 2)
    monkeypatch.setattr(size, "LIMIT", whole - 1)
    with pytest.raises(medcom_bu.InvalidMessage) as raised:
        made().build()
    (issue,) = raised.value.report
    assert (issue.code, issue.path, dict(issue.params)["files"]) == (CODE, "attach()", 2 * (len(PDF) + 3000))
