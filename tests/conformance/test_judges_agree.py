"""The profile engine and the official validator judge alike: broken rules one by one, and seeded mutants.

The forms of the two corrected invariants are those of the packages here, as the official validator holds them.
``MEDCOM_BU_FULL=1`` judges thousands of mutants; otherwise a few of each example.
"""

from __future__ import annotations

import functools
import json
import os
from concurrent.futures import ThreadPoolExecutor

import pytest

from medcom_bu.fhir.model.data import Number
from medcom_bu.fhir.profiles.corrections import InvariantEdition
from medcom_bu.fhir.profiles.packages import Definitions, Library, load_all
from medcom_bu.fhir.profiles.walk import check
from medcom_bu.issues import Issue, Severity
from tests.support import FULL
from tests.support.fhir_breaks import CASCADES_4_0, CASES, broken
from tests.support.fhir_breaks import GUIDES as BROKEN
from tests.support.fhir_mutants import Mutant, mutants, slim
from tests.support.java_oracle import PROFILES, JavaOracle, with_official
from tests.support.judge_comparison import NOT_SHIPPED, VALIDATORS, compared, sources, told
from tests.support.oracle import oracle
from tests.support.profile_oracle import GUIDES, definitions

SEED = int(os.environ.get("MEDCOM_BU_SEED", "0"))
COUNT = 170 if FULL else 2  # of each of the 51 examples

# Invariants that say that a header conforms: they follow from every fault in it, and the engine folds them.
CONFORMANCE = {"CC-5.0.2": set[str](), "CC-4.0.3": CASCADES_4_0, "ACK-2.0.3": {"medcom-acknowledgement-2"}}


@pytest.fixture(scope="module")
def java() -> JavaOracle:
    return with_official(sorted(set(VALIDATORS.values())))


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


@pytest.mark.parametrize("folder", VALIDATORS)
def test_mutants_get_the_same_verdict_for_the_same_root_causes(java: JavaOracle, folder: str) -> None:
    """But for the known differences, which have one home: ``medcom_bu.second_opinion.differences``."""
    with ThreadPoolExecutor(1) as pool:
        unexplained = [
            (mutant.name, mutant.changes, [told(one) for one in each.unexplained])
            for name, bundle in sources(folder)
            for mutant in mutants(name, bundle, COUNT, SEED)
            if (each := compared(java, pool, folder, mutant.name, mutant.changes, mutant.text.encode())).unexplained
        ]
    assert unexplained == []


@functools.cache
def shipped(folder: str) -> Definitions:
    """Our own definitions of what a folder of examples holds."""
    return Library(load_all(PROFILES)).definitions(*GUIDES[folder])


def both(folder: str, mutant: Mutant) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """The errors by our own definitions and by the official packages.

    Left out: Encounter.class, whose official value set asks HL7's code system, which is not available.
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
@pytest.mark.parametrize("folder", [folder for folder in VALIDATORS if folder not in NOT_SHIPPED])
def test_our_definitions_and_the_official_ones_give_the_same_errors(folder: str) -> None:
    for name, bundle in sources(folder):
        for mutant in mutants(name, bundle, 2 * COUNT, SEED + 1):
            own, theirs = both(folder, mutant)
            assert own == theirs, (mutant.name, mutant.changes)
