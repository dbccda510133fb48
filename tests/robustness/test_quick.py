"""The readers by table give what the reader that explains gives: on sound messages, and on some that were changed."""

from __future__ import annotations

import pytest

from tests.robustness.bases import OIOXML, SBDH, VANS, bases
from tests.robustness.quick import compare
from tests.robustness.shards import input_of

INPUTS = 20
WITH_HINT = b' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="urn:x x.xsd">'


@pytest.mark.parametrize("wire", [OIOXML, VANS, SBDH])
def test_what_is_read_by_table_is_what_the_explaining_reader_reads(wire: str) -> None:
    sound = list(bases(wire).values())
    start = sound[0].index(b">", sound[0].index(b"<", 5))
    hinted = sound[0][:start] + WITH_HINT + sound[0][start + 1 :]
    seen = compare([*sound, hinted, *(input_of(f"{wire}/quick/{number}").data for number in range(INPUTS))])
    assert seen["by table"] > len(sound) // 2
    assert seen["explained"]
