"""Text from outside becomes a number in one place, which never raises, and wherever such text is met."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import medcom_bu
from medcom_bu.cli import main
from medcom_bu.fhir import fhirpath
from medcom_bu.fhir.profiles.packages import Library, Package, shipped
from medcom_bu.messages.envelopes import VansDocument
from medcom_bu.numerals import exact, integer, is_digits, version_numbers, whole
from medcom_bu.testing.sets import fhir_samples
from tests.support.modules import ROOT, code_of, of_each_module

DIGITS = (
    "²",
    "٣",
    "５",
    "๕",
    "①",
    "𝟝",
    "৫",
    "5_0",
    "9" * 5000,
    "-1",
    "+1",
    " 5",
    "5 ",
    "\ud800",
    "",
    "½",
    "0x5",
    "1e5",
)
"""What is a digit or a number to Python somewhere, and none of a version."""


@given(st.text() | st.text("0123456789eE+-._ ²٣"))
def test_no_text_raises(text: str) -> None:
    for read in (whole, integer, exact):
        assert read(text) is None or text.isascii()


def test_what_is_read() -> None:
    assert [whole(text) for text in ("0", "007", "1" * 18)] == [0, 7, int("1" * 18)]
    assert [whole(text) for text in (*DIGITS, None, 5, "1" * 19)] == [None] * (len(DIGITS) + 3)
    assert [integer(text) for text in (" +5\n", "-0005", "5")] == [5, -5, 5]
    assert [integer(text) for text in ("5\u00a0", "- 5", "+-5", "²", None)] == [None] * 5
    assert [exact(text) for text in ("-1.50", "1e3", "+2")] == [Decimal("-1.50"), Decimal(1000), Decimal(2)]
    assert [exact(text) for text in ("NaN", "Infinity", "1.", "٣", "1e9999999999", "1" * 1001)] == [None] * 6
    assert [text for text in DIGITS if is_digits(text)] == ["9" * 5000]


def test_versions_of_any_text() -> None:
    assert version_numbers("4.0.1-ballot") == version_numbers("4.0.1") == (4, 0, 1)
    assert version_numbers("4.0.x") == (4, 0)
    assert [version_numbers(f"5.{text}.1") for text in DIGITS] == [(5,)] * len(DIGITS)
    assert version_numbers(".".join("1" * 100_000)) == (1,) * 8


CARE = medcom_bu.to_fhir(fhir_samples()["CareCommunication/5.0"])


def addresses(node: Any) -> Iterator[tuple[Any, Any]]:
    """Every place of a message that holds an address which may carry a version."""
    pairs = list(node.items()) if isinstance(node, dict) else list(enumerate(node)) if isinstance(node, list) else []
    for key, item in pairs:
        if isinstance(item, str) and item.startswith(("http", "urn:")):
            yield node, key
        else:
            yield from addresses(item)


@pytest.mark.slow
@pytest.mark.parametrize("bar", ["|5.", "|", "|5.0."])
def test_a_version_of_any_text_behind_any_address(bar: str) -> None:
    """SEC-1."""
    plain = json.loads(CARE)
    places = list(addresses(plain))
    assert len(places) > 40
    for number, (holder, key) in enumerate(places):
        before = holder[key]
        holder[key] = before.partition("|")[0] + bar + DIGITS[number % len(DIGITS)]
        data = json.dumps(plain).encode()
        assert medcom_bu.read(data).report == medcom_bu.validate(data, receiving=True)
        holder[key] = before


@pytest.mark.parametrize("digits", DIGITS)
@pytest.mark.parametrize("bar", ["|5.", "|", "|5.0."])
def test_a_version_of_any_text_in_the_header(bar: str, digits: str) -> None:
    plain = json.loads(CARE)
    header = plain["entry"][0]["resource"]
    for holder, key in ((header, "definition"), (header["meta"]["profile"], 0), (plain["meta"]["profile"], 0)):
        holder[key] = holder[key].partition("|")[0] + bar + digits
        medcom_bu.validate(json.dumps(plain).encode())


@pytest.mark.parametrize("digits", DIGITS)
def test_packages_and_their_versions(digits: str, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    library = Library((*shipped().packages, Package("p", digits, {"hl7.fhir.dk.core": digits}, {})))
    assert library.get("p", "1.0") is None
    assert library.definitions("p", digits).missing == (f"hl7.fhir.dk.core#{digits}",)
    assert library.get("hl7.fhir.dk.core", digits) is None
    file = tmp_path / "care.json"
    file.write_bytes(CARE)
    if digits != "\ud800":  # pytest's terminal cannot take it, others write it escaped
        assert main(["profiles", "check", "--package", f"hl7.fhir.dk.core#{digits}", str(file)]) != 0
    assert "Traceback" not in capsys.readouterr().err


def test_numbers_in_expressions_are_of_a_bounded_length() -> None:
    for expression in ("1" * 5000, "1." + "1" * 5000, "a[" + "9" * 5000 + "]"):
        with pytest.raises(fhirpath.FhirPathError):
            fhirpath.compile(expression)


@pytest.mark.parametrize("digits", DIGITS)
def test_declared_sizes(digits: str) -> None:
    size = VansDocument(format="XML", name="x", size_in_bytes=digits).size
    assert size == {"-1": -1, "+1": 1, " 5": 5, "5 ": 5}.get(digits)


CONVERTING = {
    "numerals.py",
    "issues.py",  # of a count of its own
    "binary_files.py",  # of what a file counts
    "values/identifiers.py",  # of numbers that have their form
    "oioxml/source.py",  # of a character reference of at most seven digits
    "declare/facets.py",  # of dates that have their form
    "edifact/envelope.py",  # of dates that have their form
    "fhir/fhirpath/nodes.py",  # of moments that have their form
    "fhir/fhirpath/operators.py",  # arithmetic on numbers, as the four that follow
    "fhir/fhirpath/conversions.py",
    "fhir/fhirpath/digits.py",
    "fhir/fhirpath/quantities.py",
    "fhir/fhirpath/reckoning.py",
    "fhir/profiles/constants.py",
    "fhir/fhirpath/moments.py",  # of moments that have their form
    "fhir/fhirpath/functions.py",  # of true and false
    "fhir/fhirpath/parser.py",  # of an escape of four hexadecimal digits
    "fhir/fhirpath/patterns.py",  # of the counts of a pattern
    "fhir/profiles/primitives.py",  # of our own vocabulary
    "rules/fhir_narratives.py",  # of dates that have their form
    "second_opinion/places.py",  # of paths that have their form
    "certification/faults/changes.py",  # of our own paths
    "edifact/interchange.py",  # of our own paths, as all that follow
    "builders/care_problems.py",
    "oioxml/paths.py",
    "oioxml/losses.py",
    "fhir/model/paths.py",
    "fhir/profiles/judgements.py",
}
"""Who may call ``int``, ``float`` or ``Decimal``: who asks of a text whether it is digits does so by ``numerals``."""


@of_each_module
def test_text_becomes_a_number_in_one_place(module: str) -> None:
    called = {ast.unparse(node.func) for node in ast.walk(code_of(module)) if isinstance(node, ast.Call)}
    if not module.startswith("testing/") and module not in CONVERTING:
        assert not called & {"int", "float", "Decimal"}
    if module != "numerals.py":
        assert not {name.rpartition(".")[2] for name in called} & {"isdigit", "isdecimal", "isnumeric"}
    assert (ROOT / module).exists()
