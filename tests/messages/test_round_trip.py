"""Generated messages with every field of every version: valid, and the same after writing and reading."""

from __future__ import annotations

import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import medcom_bu
from medcom_bu.testing import strategies
from medcom_bu.testing.letters import letter_samples

KINDS = list(letter_samples())
ENCODINGS = ("ISO-8859-1", "UTF-8", "windows-1252")


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_written_is_read(kind: str) -> None:
    @given(strategies.messages(kind), st.sampled_from(ENCODINGS))
    def holds(message: Any, encoding: str) -> None:
        written = medcom_bu.to_xml(message, encoding=encoding)
        assert medcom_bu.parse(written) == message
        assert medcom_bu.parse(io.BytesIO(written)) == message
        assert medcom_bu.read(written).message == message
        assert medcom_bu.losses(message, "xml") == ()
        report = medcom_bu.validate(written)
        assert report.ok, report.text()
        assert report.complete

    holds()


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_a_value_is_judged_as_its_bytes_are(kind: str) -> None:
    @given(strategies.messages(kind))
    def holds(message: Any) -> None:
        of_bytes, of_value = medcom_bu.validate(medcom_bu.to_xml(message)), medcom_bu.validate(message)
        found = [issue.code for issue in of_bytes if issue.code != "xml.encoding-declaration"]
        assert [issue.code for issue in of_value] == found
        assert of_value.layers == of_bytes.layers

    holds()


@given(strategies.envelopes(), st.sampled_from(ENCODINGS))
def test_an_envelope_that_is_written_is_read(envelope: Any, encoding: str) -> None:
    written = medcom_bu.to_xml(envelope, encoding=encoding)
    assert medcom_bu.parse(written) == envelope
    assert medcom_bu.parse(io.BytesIO(written)) == envelope
    assert medcom_bu.read(written).message == envelope
    assert medcom_bu.losses(envelope, "xml") == ()
    of_bytes, of_value = medcom_bu.validate(written), medcom_bu.validate(envelope)
    assert of_bytes.ok, of_bytes.text()
    assert of_bytes.complete == (envelope.payload is None)  # nobody can judge random bytes
    assert [issue.code for issue in of_value] == [
        issue.code for issue in of_bytes if issue.code != "xml.encoding-declaration"
    ]
    assert of_value.layers == of_bytes.layers
