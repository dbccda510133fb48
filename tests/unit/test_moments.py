"""Moments at the ends of the calendar, with any offset: pages, texts, statistics and judgement stand all of them."""

from __future__ import annotations

import itertools
import json
import re
from typing import Any

import pytest

import medcom_bu
from medcom_bu import CareCommunicationMessage
from medcom_bu.envelopes import vans
from medcom_bu.envelopes.statistics import count, record
from medcom_bu.rendering.page import as_page
from medcom_bu.rendering.text import as_text
from medcom_bu.testing.letters import letter_samples
from medcom_bu.testing.sets import fhir_samples
from tests.support.typed import read_as

CARE = json.loads(medcom_bu.to_fhir(fhir_samples()["CareCommunication/5.0"]))
LETTER = letter_samples()["XDIS91/XD9134L"]
DAYS = (
    "0001-01-01T00:00:00",
    "0001-01-01T23:59:59.999",
    "9999-12-31T00:00:00",
    "9999-12-31T23:59:59.999",
    "0999-03-04T05:06:07",
)
OFFSETS = ("Z", "+00:00", "-00:00", "+01:00", "-01:00", "+14:00", "-12:00", "-14:00", "+23:59", "-23:59", "+24:00", "")
MOMENTS = [day + offset for day, offset in itertools.product(DAYS, OFFSETS)] + [
    *(
        "10000-01-01T00:00:00Z",
        "0000-01-01T00:00:00Z",
        "-0001-01-01T00:00:00Z",
        "2026-01-01T24:00:00",
        "2016-12-31T23:59:60Z",
    ),
    *(
        "2026-02-30T00:00:00Z",
        "²026-01-01T00:00:00Z",
        "٢٠٢٦-01-01T00:00:00Z",
        "T",
        "9999-12-31",
        "9999",
        "2026-W01-1T00Z",
    ),
]


def with_moment(node: Any, moment: str) -> Any:
    """The message with a moment wherever one stands."""
    if isinstance(node, dict):
        return {key: with_moment(item, moment) for key, item in node.items()}
    if isinstance(node, list):
        return [with_moment(item, moment) for item in node]
    return moment if isinstance(node, str) and re.match(r"\d{4}-\d\d-\d\d(T|$)", node) else node


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_thread_is_shown_and_judged_whenever_it_was_written(moment: str) -> None:
    bundle = with_moment(CARE, moment)
    assert json.dumps(bundle).count(json.dumps(moment)) >= 3
    message = read_as(CareCommunicationMessage, json.dumps(bundle).encode())
    page, text = as_page(message), as_text(message, reveal=True)
    if moment.isascii():
        assert moment in text
        assert moment in page or re.search(r'<time datetime="[^"]+">[0-9]{2}\.[0-9]{2}\.[0-9]{4} kl\. ', page)
    if moment.startswith("9999-12-31T23:59:59.999Z"):
        assert moment in page  # Danish time would be in the year 10000: the text as it came


@pytest.mark.parametrize("moment", [*MOMENTS, "\ud800T"])
def test_an_envelope_is_counted_shown_and_judged_whenever_it_was_sent(moment: str) -> None:
    envelope = vans.wrap(LETTER).replace(sent_date_time=moment)
    (counted,) = count([record(envelope)], own=[])
    assert re.fullmatch("|[0-9]{4}-[0-9]{2}", counted.month)
    as_page(envelope)
    assert moment in as_text(envelope, reveal=True) or not moment.isascii()
    medcom_bu.validate(envelope)
    medcom_bu.read(medcom_bu.to_xml(envelope))


def test_a_month_has_four_digits_of_a_year() -> None:
    envelope = vans.wrap(LETTER).replace(sent_date_time="0999-03-04T05:06:07")
    (counted,) = count([record(envelope)], own=[])
    assert counted.month == "0999-03"
