"""Expressions and patterns of definitions from outside: they cost steps, and steps come to an end."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medcom_bu.fhir.fhirpath import MOST_STEPS, Env, Steps, TooManySteps, UnsupportedExpression, compile  # noqa: A004
from medcom_bu.fhir.fhirpath.patterns import SearchPattern, regular_expression
from tests.support.made_profiles import element, found_by_profiles, patient, profile

# --- patterns -----------------------------------------------------------------------------------------------------

FEW = 300_000
SLOW: dict[str, tuple[str, str]] = {
    "^(a+)+$": ("a" * 33, "a" * 33 + "!"),
    "^(a|a){30}$": ("a" * 30, "a" * 29),
    "^(a|aa)+$": ("a" * 40, "a" * 40 + "!"),
    "^(a*)*b": ("a" * 40 + "b", "a" * 40),
    "a*a*a*a*a*b": ("a" * 200 + "b", "a" * 200),
    "^((ab?)+c?)+$": ("ab" * 20, "ab" * 20 + "x"),
    r"^(\w+\s?)*$": ("word " * 10, "word " * 10 + "-"),
    r"^([a-z]+[.]?)+[@]([^\s]|[.])+$": ("a.b@c", "a" * 60),
    "^(a{1,30}){1,30}$": ("a" * 100, "a" * 100 + "!"),
    "(x+x+)+y": ("x" * 50 + "y", "x" * 50),
    r"^(.|\n)*z$": ("a\n" * 30 + "z\n", "a\n" * 30),
}
"""Patterns for which an engine that tries again takes for ever: what they fit, and what they do not."""


@pytest.mark.parametrize("pattern", SLOW)
def test_a_pattern_that_could_take_for_ever_takes_few_steps(pattern: str) -> None:
    fits, fits_not = SLOW[pattern]
    for text, expected in ((fits, True), (fits_not, False)):
        assert regular_expression(pattern).finds(text, Steps(FEW)) is expected


QUICK = ("^[0-9]{13}$", r"^[^\s]+$", "[A-Z]([A-Za-z0-9_]){0,254}", "^(?:(?!00)[0-9]{2})$", "^([0-9]){11,}$")


@pytest.mark.parametrize("pattern", QUICK)
def test_a_plain_pattern_is_left_to_python(pattern: str) -> None:
    assert regular_expression(pattern).automaton is None


@pytest.mark.parametrize("pattern", [r"^(\ba+)+$", "^(?=(a+)+)b", r"^(a+)+\1$", "(?<!x)(a|b*)*c", "^(a+)++(a+)+$"])
def test_a_pattern_that_has_no_bound_and_no_automaton_is_refused(pattern: str) -> None:
    with pytest.raises(UnsupportedExpression, match="no bound"):
        regular_expression(pattern)


@pytest.mark.parametrize("pattern", ["(" * 101 + ")" * 101, "(a{1,99}){1,99}{1,99}", "(a|b){9999}{999}"])
def test_a_pattern_that_is_too_large_is_refused(pattern: str) -> None:
    with pytest.raises(UnsupportedExpression):
        regular_expression(pattern)


def test_a_long_text_is_not_searched_in_more_ways_than_there_are_steps() -> None:
    pattern = regular_expression(r"a*b*c*d*\b!")
    assert pattern.finds("abcd !".replace(" ", ""), Steps(FEW))
    with pytest.raises(TooManySteps):
        pattern.finds("a" * 9_000, Steps())


ATOMS = st.sampled_from(["a", "b", "[ab]", "[^a]", ".", r"\.", r"\d", "[]a]", "{", "^", "$", "(?:ab)", "()"])
COUNTS = st.sampled_from(["*", "+", "?", "{2}", "{1,}", "{0,2}", "{,2}", "*?", "+?", "{1,2}?"])
PATTERNS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.builds("{}{}".format, inner, inner),
        st.builds("({}|{})".format, inner, inner),
        st.builds("({}){}".format, inner, COUNTS),
    ),
    max_leaves=6,
)


@settings(max_examples=500)
@given(PATTERNS, st.text("ab.1\n]{", max_size=8))
def test_an_automaton_finds_what_python_finds(pattern: str, text: str) -> None:
    made = regular_expression(pattern)
    if made.automaton is None:
        made = regular_expression(f"({pattern})|(z*)*zz")
        assert made.automaton is not None
    slow = SearchPattern(made.regex, (float("inf"), 0), made.automaton)
    assert slow.finds(text, Steps()) is (re.compile(pattern, re.ASCII | re.DOTALL).search(text) is not None)


# --- expressions --------------------------------------------------------------------------------------------------

NAMES = [{"family": "a", "given": ["b", "c"]}] * 3
WHOLE = "%resource"
HOSTILE = {
    "items of three ways": "name"
    + f".select({WHOLE}.name | {WHOLE}.name.given | {WHOLE}.name.family)" * 12
    + ".empty()",
    "items that grow": "name" + f".select({WHOLE}.name.given)" * 30 + ".empty()",
    "children of the whole": "name" + f".select({WHOLE}.children())" * 25 + ".empty()",
    "all below all": f"{WHOLE}.descendants()" + f".select({WHOLE}.descendants())" * 6 + ".isDistinct()",
}


@pytest.mark.parametrize("expression", HOSTILE.values(), ids=HOSTILE)
def test_an_expression_without_end_ends(expression: str) -> None:
    resource = patient(name=NAMES)
    env = Env(resource)
    with pytest.raises(TooManySteps, match="more steps"):
        compile(expression).holds(resource, env)
    with pytest.raises(TooManySteps):
        compile("name.where(true)").holds(resource, env)


GROWING = {
    "a text": "name.first().family" + ".select($this + $this).select($this & $this)" * 20 + ".exists()",
    "a number": "(2)" + ".select($this * $this)" * 30 + " > 1",
    "a product": "(1)" + ".select($this * 1000000000)" * 30 + " > 1",
}


@pytest.mark.parametrize("expression", GROWING.values(), ids=GROWING)
def test_what_grows_in_an_expression_stops_it(expression: str) -> None:
    resource = patient(name=NAMES)
    assert compile(expression).holds(resource, Env(resource)) is False


def test_an_invariant_that_takes_too_many_steps_is_named_as_not_checked() -> None:
    def judged(expression: str) -> list[tuple[str, str]]:
        rule = {"key": "x-1", "severity": "error", "expression": expression}
        return found_by_profiles(patient(name=NAMES), profile("Patient", element("Patient", constraint=[rule])))

    assert set(judged(HOSTILE["all below all"])) == {
        ("invariant-not-checked", "Patient"),
        ("invariant-not-checked", "Patient.text.div"),  # no steps are left for the rules of R4 either
    }
    assert judged("name.matches('^(a+)+$')") == [("invariant", "Patient")]
    assert judged(r"name.family.first().matches('^(\\ba+)+$')") == [("invariant-not-checked", "Patient")]
    assert judged("name.exists()") == []


def test_a_large_message_has_steps_for_each_of_its_entries() -> None:
    env = Env({}, steps=Steps(MOST_STEPS))
    assert compile("(1 | 2).exists()").holds({}, env)
    assert MOST_STEPS - 10 < env.steps.left < MOST_STEPS
