"""What checks are made of: the registry, and short ways to say what was found."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import attrs

from medcom_bu.certification.model.results import Conclusion, Finding
from medcom_bu.certification.model.scenes import Taken
from medcom_bu.declare.base import NUMBERS
from medcom_bu.issues import Text

CheckFunction = Callable[..., Iterable[Finding]]


@attrs.frozen
class RegisteredCheck:
    """A check by its name, what it asks for in a sentence, and the function that gives the findings."""

    name: str
    says: Text
    find: CheckFunction


CHECKS: dict[str, RegisteredCheck] = {}
"""All checks by their names. A function enters it by :func:`named`."""


def named(name: str, en: str, da: str) -> Callable[[CheckFunction], CheckFunction]:
    """Put a check into the registry. ``en`` and ``da`` say what must be so.

    The function takes the scene and the stage that is looked at, and its own parameters by name; it gives findings.
    Raises ValueError for a name that is taken.
    """

    def enter(find: CheckFunction) -> CheckFunction:
        if name in CHECKS:
            raise ValueError(f"there is a check {name} already")
        CHECKS[name] = RegisteredCheck(name, Text(en, da), find)
        return find

    return enter


ABSENT = Text("absent", "ingen")
PRESENT = Text("present", "til stede")
AS_ASKED = Text("as in the task", "som i opgaven")
DIFFERENT = Text("different", "forskellig")
NOTHING = Text("no message", "ingen meddelelse")
UNREADABLE = Text("a message that cannot be read", "en meddelelse der ikke kan læses")


def told(value: object) -> Text:
    """A value as a finding may hold it: codes and numbers as they are, of other text the length alone."""
    if isinstance(value, Text):
        return value
    if not value and not isinstance(value, bool | int):
        return ABSENT
    if isinstance(value, bool | int):
        return Text(str(value), str(value))
    if isinstance(value, list | tuple | set | frozenset):
        parts = [told(each) for each in (sorted(value, key=str) if isinstance(value, set | frozenset) else value)]
        return Text(", ".join(part.en for part in parts), ", ".join(part.da for part in parts))
    text = str(value)
    if NUMBERS.shows(text):
        return Text(text, text)
    return Text(f"<{len(text)} characters>", f"<{len(text)} tegn>")


def is_same(expected: object, found: object, *, rule: str, path: str, private: bool = False) -> Finding:
    """Whether two are equal. ``private`` says of a person's data only whether they are."""
    is_equal = expected == found
    if private:
        shown, came = AS_ASKED, AS_ASKED if is_equal else (DIFFERENT if found else ABSENT)
    else:
        shown, came = told(expected), told(found)
    return Finding(
        conclusion=Conclusion.PASSED if is_equal else Conclusion.FAILED,
        expected=shown,
        found=came,
        rule=rule,
        path=path,
    )


def is_so(condition: bool, expected: object, found: object, *, rule: str, path: str) -> Finding:
    """Whether a condition holds, with what was expected and what was found."""
    conclusion = Conclusion.PASSED if condition else Conclusion.FAILED
    return Finding(conclusion=conclusion, expected=told(expected), found=told(found), rule=rule, path=path)


def is_present(condition: bool, *, rule: str, path: str, otherwise: Text = ABSENT) -> Finding:
    """Whether something is there; ``otherwise`` is what is found where it is not."""
    return is_so(condition, PRESENT, PRESENT if condition else otherwise, rule=rule, path=path)


def for_a_person(en: str, da: str) -> Finding:
    """What a person must look at."""
    return Finding(conclusion=Conclusion.TO_BE_JUDGED, expected=Text(en, da))


def message_of(stage: Taken, kind: type[Any], rule: str) -> tuple[Any, list[Finding]]:
    """The first message of a kind that the system gave in a stage; where there is none, what is to be said of that."""
    found = next((each.message for each in stage.gave if isinstance(each.message, kind)), None)
    if found is not None:
        return found, []
    came = UNREADABLE if stage.gave else NOTHING
    expected = Text(kind.__name__, kind.__name__)
    return None, [Finding(conclusion=Conclusion.FAILED, expected=expected, found=came, rule=rule, path="/")]
