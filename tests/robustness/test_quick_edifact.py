"""What is read by code made of each row is what the reading that explains reads, and sound letters are read by it.

``tests/robustness/quick_edifact.py`` compares as many more inputs as one wants.
"""

from __future__ import annotations

import pickle

import attrs
import pytest

import medcom_bu
from medcom_bu.edifact.layout.codec import table
from medcom_bu.edifact.layout.letters import layouts
from medcom_bu.edifact.layout.notation import Layout
from medcom_bu.values.codes import Priority
from tests.robustness.bases import EDIFACT, bases
from tests.robustness.quick_edifact import compare, inputs, moved_rows
from tests.support.copies import pickled
from tests.support.oracle import oracle

INPUTS = 40
NAME = "XREF01/XH0130R"


def test_sound_letters_are_read_by_it() -> None:
    assert {name for name, data in bases(EDIFACT).items() if not compare(data)} == {"another type"}


@pytest.mark.parametrize("source", ["rows", "mutants"])
def test_changed_letters_are_read_alike(source: str) -> None:
    usual = sum(map(compare, inputs(source, "sample", INPUTS)))
    assert INPUTS // 20 < usual < INPUTS // 2  # it is taken and left


@pytest.mark.parametrize("name", [NAME, "XDIS91/XD9134L"])
def test_rows_that_are_left_out_doubled_and_moved_are_read_alike(name: str) -> None:
    taken = list(map(compare, moved_rows(bases(EDIFACT)[name])))
    assert len(taken) // 10 < sum(taken) < len(taken) * 2 // 3


@pytest.mark.oracle
def test_official_letters_are_read_by_it() -> None:
    found = sorted(oracle("examples/edifact/real").glob("*.edi"))
    assert {path.name for path in found if not compare(path.read_bytes())} == {"DIS91_3.edi"}  # a DIS90


def test_equal_layouts_are_read_and_written_by_their_own_codecs() -> None:
    """What is made of a layout is not that of one that is equal to it."""
    data = bases(EDIFACT)[NAME]
    own = table({Priority.ELECTIVE: "XX"})
    layout = attrs.evolve(_known(), codecs={"PRIORITY": own})
    message = medcom_bu.parse(data, layout=_known())
    other = data.replace(b"PTY+PRI+WA'", b"PTY+PRI+XX'")
    assert (layout, other != data) == (_known(), True)
    assert medcom_bu.parse(other, layout=layout) == message
    assert medcom_bu.to_edifact(message, layout=layout) == other  # type: ignore[arg-type]
    assert medcom_bu.to_edifact(message) == data  # type: ignore[arg-type]


def test_a_layout_that_was_used_is_one_in_another_process_too() -> None:
    data = bases(EDIFACT)[NAME]
    layout = attrs.evolve(_known())
    message = medcom_bu.parse(data, layout=layout)
    assert medcom_bu.to_edifact(message, layout=layout) == data  # type: ignore[arg-type]
    sent = pickled(layout, pickle.HIGHEST_PROTOCOL)
    assert medcom_bu.parse(data, layout=sent) == message
    assert medcom_bu.to_edifact(message, layout=sent) == data  # type: ignore[arg-type]


def _known() -> Layout:
    return next(layout for layout in layouts() if layout.code == "H0130R")
