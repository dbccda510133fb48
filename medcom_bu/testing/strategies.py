"""Strategies of hypothesis for messages: every field, every code, every version.

What they make is valid: no error in any layer. Numbers of persons are never possible CPR numbers of living people:
their dates do not exist, or they are replacement numbers, or stand on the national test list.

>>> from hypothesis import given
>>> from medcom_bu import parse, to_xml
>>> @given(messages("XREF01/XH0131R"))
... def test_nothing_is_lost(message):
...     assert parse(to_xml(message)) == message
>>> test_nothing_is_lost()
"""

from __future__ import annotations

from medcom_bu.testing.care_strategies import acknowledgements, care_communications
from medcom_bu.testing.letter_strategies import consignments, letters, messages
from medcom_bu.testing.sbdh_strategies import business_documents
from medcom_bu.testing.value_strategies import cpr_numbers, formatted_texts, replacement_numbers
from medcom_bu.testing.vans_strategies import envelopes

__all__ = [
    "acknowledgements",
    "business_documents",
    "care_communications",
    "consignments",
    "cpr_numbers",
    "envelopes",
    "formatted_texts",
    "letters",
    "messages",
    "replacement_numbers",
]
