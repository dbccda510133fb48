"""The profile engine and the official validator judge alike: broken rules one by one, and seeded mutants.

The forms of the two corrected invariants are those of the packages here, as the official validator holds them.
``MEDCOM_BU_FULL=1`` judges thousands of mutants; otherwise a few of each example.
"""

from __future__ import annotations

import functools
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import pytest

from medcom_bu.fhir.model.data import Number
from medcom_bu.fhir.profiles.corrections import InvariantEdition
from medcom_bu.fhir.profiles.packages import Definitions, Library, load_all
from medcom_bu.fhir.profiles.walk import check
from medcom_bu.issues import Issue, Severity
from tests.support.fhir_breaks import CASCADES_4_0, CASES, broken
from tests.support.fhir_breaks import GUIDES as BROKEN
from tests.support.fhir_message import Node
from tests.support.fhir_mutants import Mutant, mutants, slim
from tests.support.java_oracle import PROFILES, Finding, JavaOracle, with_official
from tests.support.oracle import oracle
from tests.support.profile_oracle import GUIDES, definitions, examples_of

VALIDATORS = {
    "carecommunication-5.0.2": "CC-5.0.2",
    "testscripts-5.0.2": "CC-5.0.2",
    "carecommunication-4.0.3": "CC-4.0.3",
    "acknowledgement-2.0.3": "ACK-2.0.3",
}
HOSPITAL = "hospitalnotification-3.0.2"  # a guide that is not shipped: judged with its packages
SEED = int(os.environ.get("MEDCOM_BU_SEED", "0"))
COUNT = 170 if os.environ.get("MEDCOM_BU_FULL") == "1" else 2  # of each of the 42 examples

# What only the official validator says: its message id and where, and why the engine does not. On purpose:
NOT_OURS = {
    ("Terminology_TX_NoValid_12 of HL7", ""): "HL7's terminology is in no package here: reported as not checked",
    ("Terminology_PassThrough_TX_Message of HL7", ""): "the same",
}
# What the engine has still to learn: removed from here one by one.
OPEN = {
    ("Terminology_PassThrough_TX_Message", r"\.language$"): "a language is a code of BCP 47",
    ("Type_Specific_Checks_DT_UUID_Valid", r""): "after urn:uuid: stands a UUID in lower case",
    ("Type_Specific_Checks_DT_Identifier_System", r"\.identifier\[\d+\]"): "an identifier's system is absolute",
    ("Type_Specific_Checks_DT_Base64_Valid", r"\.data$"): "base64 has whole groups of four",
}
# What only the engine says, on purpose: its code and where, and why the official validator does not.
NOT_THEIRS = {
    ("profile.empty", r""): "it looks over empty lists of primitives and elements with an id alone (ele-1)",
    ("profile.type", r"^Bundle\.entry\[\d+\]\.resource$"): "it judges by a profile of another type as far as that goes",
    ("profile.primitive", r"\.meta\.profile\[\d+\]$"): "it looks over a blank canonical",
    ("profile.code", r"\.class$"): "it looks over a Coding that lacks its system or its code under a required binding",
}
# The same where one of the changes ends so: the codes.
NOT_THEIRS_AFTER = {
    " as ' '": ({"profile.primitive"}, "it looks over a primitive of white space alone"),
    "empty profile": (
        {"profile.invariant"},
        "it looks over an empty list, which rules ask into",
    ),
    "version": (
        {"profile.reference-type", "profile.missing", "profile.slice-missing"},
        "it does not judge by a profile in a version that is not at hand; the engine takes the one it has and says so",
    ),
}

# Invariants that say that a header conforms: they follow from every fault in it, and the engine folds them.
CONFORMANCE = {"CC-5.0.2": set[str](), "CC-4.0.3": CASCADES_4_0, "ACK-2.0.3": {"medcom-acknowledgement-2"}}
# Errors that only follow from others: who refers or conforms to what is broken.
CASCADES = {
    *("Reference_REF_CantMatchChoice", "medcom-messaging-1", "medcom-careCommunication-1"),
    *("medcom-careCommunication-3", "medcom-acknowledgement-2"),
}


@pytest.fixture(scope="module")
def java() -> JavaOracle:
    return with_official([*sorted(set(VALIDATORS.values())), "HN-3.0.2"])


def judged(folder: str, text: str) -> tuple[Issue, ...]:
    """The engine's errors, by the official packages."""
    plain = json.loads(text, parse_float=Number, parse_int=Number)
    issues = check(plain, definitions(*GUIDES[folder]), InvariantEdition.PACKAGED)
    return tuple(issue for issue in issues if issue.severity is Severity.ERROR)


FOLDED = {"value[x]:valueContactPoint": "the rules of a ContactPoint are not asked of a value that is none"}


@pytest.mark.parametrize(("version", "rule"), CASES)
def test_the_engine_says_which_invariant_is_broken(version: str, rule: str) -> None:
    path, breaks = BROKEN[version]
    message = slim(json.loads((oracle("examples/fhir") / path).read_bytes()))
    errors = judged(path.partition("/")[0], json.dumps(broken(message, rule, breaks)))
    keys = {str(dict(issue.params)["key"]) for issue in errors if issue.code == "profile.invariant"}
    expected = {id_.replace("CONTAINED_ORPHAN_DOM3", "dom-3") for id_ in breaks[rule][1]}
    follows = CONFORMANCE[version]
    assert errors != ()
    assert keys - follows == {key for key in expected if "_" not in key} - follows or rule in FOLDED


@dataclass(frozen=True)
class Disagreement:
    """One mutant that one judge accepts and the other does not, with what the latter says."""

    mutant: str
    changes: tuple[str, ...]
    engine: tuple[tuple[str, str], ...]
    validator: tuple[tuple[str, str], ...]

    @property
    def is_explained(self) -> bool:
        """Whether all that is said is listed as said by one judge alone."""
        theirs = [(id_, path) for id_, path in self.validator if id_.rpartition("#")[2] not in CASCADES]
        after = [
            codes for end, (codes, _) in NOT_THEIRS_AFTER.items() if any(one.endswith(end) for one in self.changes)
        ]
        ours = [(code, path) for code, path in self.engine if not any(code in codes for codes in after)]
        return is_listed(theirs, NOT_OURS | OPEN) and is_listed(ours, NOT_THEIRS)


def is_listed(said: Iterable[tuple[str, str]], listed: Mapping[tuple[str, str], str]) -> bool:
    return all(any(id_ == one and re.search(place, path) for one, place in listed) for id_, path in said)


def named(finding: Finding) -> str:
    """What an error of the official validator goes by: its id, or its text; and whether it is of HL7's terminology."""
    of_hl7 = finding.id.startswith("Terminology") and "http://terminology.hl7.org/CodeSystem/" in finding.text
    return f"{finding.id or finding.text}{' of HL7' if of_hl7 else ''}"


def compared(java: JavaOracle, folder: str, mutant: Mutant) -> Disagreement | None:
    engine = judged(folder, mutant.text)
    verdict = java.judge(VALIDATORS.get(folder, "HN-3.0.2"), mutant.text)
    if verdict.valid == (not engine):
        return None
    said = tuple((issue.code, issue.path) for issue in engine)
    theirs = tuple((named(finding), finding.location) for finding in verdict.errors)
    return Disagreement(mutant.name, mutant.changes, said, theirs)


def sources(folder: str) -> Iterator[tuple[str, Node]]:
    if folder == HOSPITAL:
        for name, data in examples_of("medcom.fhir.dk.hospitalnotification-3.0.2"):
            yield f"{folder}/{name}", json.loads(data)
        return
    for path in sorted(oracle(f"examples/fhir/{folder}").rglob("*.json")):
        yield f"{folder}/{path.name}", json.loads(path.read_bytes())


@pytest.mark.parametrize("folder", [*VALIDATORS, HOSPITAL])
def test_mutants_get_the_same_verdict(java: JavaOracle, folder: str) -> None:
    found = [
        disagreement
        for name, bundle in sources(folder)
        for mutant in mutants(name, bundle, COUNT, SEED)
        if (disagreement := compared(java, folder, mutant)) and not disagreement.is_explained
    ]
    assert found == []


@functools.cache
def shipped(folder: str) -> Definitions:
    """Our own definitions of what a folder of examples holds."""
    return Library(load_all(PROFILES)).definitions(*GUIDES[folder])


def both(folder: str, mutant: Mutant) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """The errors by our own definitions and by the official packages.

    Left out: Encounter.class, whose official value set asks HL7's code system, which is not at hand.
    """
    plain = json.loads(mutant.text, parse_float=Number, parse_int=Number)
    own, theirs = (
        {
            (issue.code, issue.path)
            for issue in check(plain, by, InvariantEdition.PACKAGED)
            if issue.severity is Severity.ERROR
        }
        for by in (shipped(folder), definitions(*GUIDES[folder]))
    )

    def kept(errors: set[tuple[str, str]]) -> set[tuple[str, str]]:
        return {(code, path) for code, path in errors if code != "profile.code" or not path.endswith(".class")}

    return kept(own), kept(theirs)


@pytest.mark.slow
@pytest.mark.parametrize("folder", VALIDATORS)
def test_our_definitions_and_the_official_ones_give_the_same_errors(folder: str) -> None:
    for name, bundle in sources(folder):
        for mutant in mutants(name, bundle, 2 * COUNT, SEED + 1):
            own, theirs = both(folder, mutant)
            assert own == theirs, (mutant.name, mutant.changes)
