"""What is made from the code is as the code has it, and a code that is retired stays so."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

import medcom_bu
from medcom_bu.conversion.policy import CHOICES, Policy
from medcom_bu.conversion.table import RECEIPT_ROWS, ROWS, Fate
from medcom_bu.declare.oioxml import Value, Version
from medcom_bu.messages.letters import by_namespace, spec_of
from medcom_bu.oioxml.schemas import file_of
from tests import regenerate
from tests.support import ROOT

FILES = regenerate.files()


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_each_file_is_as_the_code_has_it(path: Path) -> None:
    is_as_made = path.exists() and path.read_bytes() == FILES[path]
    assert is_as_made, f"if the change is meant: {regenerate.COMMAND}"


LETTERS = [(cls, version) for letters in by_namespace().values() for cls, version in letters.values()]


@pytest.mark.parametrize(("cls", "version"), LETTERS, ids=[version.code for _, version in LETTERS])
def test_a_letter_gets_its_lines_in_the_schema_of_its_namespace(cls: type[Value], version: Version) -> None:
    schema = (ROOT / "xsd" / file_of(version.namespace)).read_text(encoding="utf-8")
    own = (f"{version.code}.xsd", spec_of(cls).element, version.code, version.type_code)
    without = "".join(line for line in schema.splitlines(True) if not any(f'"{name}"' in line for name in own))
    assert without != schema
    made = regenerate.with_letter(without, cls, version)
    assert sorted(made.splitlines()) == sorted(schema.splitlines())
    assert regenerate.with_letter(made, cls, version) == made


def test_the_page_of_fields_has_every_row_and_every_fate() -> None:
    page = FILES[ROOT / "docs" / "changeover-fields.md"].decode()
    numbers = [int(number) for number in re.findall(r"^\| (\d+) \|", page, re.MULTILINE)]
    assert numbers == [row.number for row in (*ROWS, *RECEIPT_ROWS)]
    legend = page.partition("| Fate |")[2].partition("\n\n")[0]
    assert re.findall(r"^\| ([a-z ]+) \|", legend, re.MULTILINE) == [str(fate) for fate in Fate]
    assert set(re.findall("`((?:loss|made-up)[.a-z0-9-]+)`", page)) <= regenerate.declared()


def test_the_page_of_the_changeover_has_every_choice_with_its_default_and_the_others() -> None:
    page = (ROOT / "docs" / "changeover.md").read_text(encoding="utf-8")
    rows = re.findall(
        r"^\| `([a-z_]+)` \| (?:`([a-z-]+)`|none).* \| (?:`([a-z0-9-]+)`|a FHIR).* \|$", page, re.MULTILINE
    )
    assert rows == [(name, *(words or ("", ""))) for name, words in CHOICES.items()]
    default = Policy()
    assert [words[first] if (words := CHOICES[name]) else None for name, first, _ in rows] == [
        getattr(default, name) for name in CHOICES
    ]


def test_nothing_else_is_in_the_corpus() -> None:
    corpus = ROOT / "tests" / "robustness" / "corpus"
    assert {path for path in corpus.rglob("*") if path.is_file()} <= set(FILES)


def test_a_retired_code_is_never_declared_again() -> None:
    again = sorted(regenerate.on_the_list() & regenerate.declared())
    assert not again, "retired codes (tests/codes.retired) are not used again: choose another"


def test_a_code_that_is_gone_is_retired() -> None:
    assert regenerate.retired(["a", "b", "c"], ["x"], ["a", "c", "d"]) == ["b", "x"]


def test_a_code_that_is_declared_again_stays_retired() -> None:
    assert regenerate.retired(["a", "x"], ["x"], ["a", "x"]) == ["x"]


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="the history is not here")
def test_every_code_that_was_ever_locked_is_declared_or_retired() -> None:
    command = ["git", "log", "--patch", "--format=", "--", "tests/codes.lock"]
    history = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True, encoding="utf-8").stdout
    removed = {line[1:].split()[0] for line in history.splitlines() if line[:1] == "-" and line[:3] != "---"}
    gone = removed - regenerate.declared() - regenerate.on_the_list()
    assert not gone, f"add them to tests/codes.retired: {sorted(gone)}"


def _is_vague(line: str) -> bool:
    """Whether a signature leaves open what a parameter takes. Plain data, as JSON has it, no type describes better."""
    return re.search(r"\bAny\b|~_|\w=None", _SETTLED.sub("", line)) is not None


_SETTLED = re.compile(r"(?:dict|Mapping)\[str, Any\]|(?:Parsed|Consignment|type)\[(?:typing\.)?Any\]|= Policy\([^)]*\)")
_FHIR_MESSAGES = ("AcknowledgementMessage", "CareCommunicationMessage", "OtherFhirMessage")
_OPEN = {
    **{f"{cls}.{name}": "that of Bundle" for cls in _FHIR_MESSAGES for name in ("bundle", "from_bundle")},
    "carecommunication.Bundle.bundle": "the Bundle of fhir.resources, which is loaded when it is asked for",
    "carecommunication.Bundle.from_bundle": "the same",
    "exchange.correct": "the parameters of the builder of each letter; overloads say which",
    "layouts.Codec": "whatever an attribute of a letter holds",
    "layouts.Layout": "the same",
    "layouts.Layout.bases": "the same",
    "layouts.table": "the same",
    "profiles.Package": "what a package.json and its definitions hold",
}
"""Where nothing better can be said, and why."""


def test_a_public_signature_says_what_it_takes() -> None:
    vague = [line.partition("(")[0].removeprefix("medcom_bu.") for line in regenerate.public_names() if _is_vague(line)]
    assert vague == list(_OPEN)


@pytest.mark.parametrize("signature", ["(a: Any)", "(a: 'dict[Any, Any]')", "(a: ~_T)", "(a=None)"])
def test_a_signature_that_leaves_it_open_is_found(signature: str) -> None:
    assert _is_vague(signature)


def test_every_public_name_is_there() -> None:
    for name in medcom_bu.__all__:
        assert getattr(medcom_bu, name) is not None
    assert set(medcom_bu.__all__) <= set(dir(medcom_bu))
    with pytest.raises(AttributeError):
        medcom_bu.no_such_name  # type: ignore[attr-defined] # noqa: B018 - type checkers refuse it too, or mypy warns here
