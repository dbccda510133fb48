"""What a builder says of what is wrong: each cause once, in the builder's own words, at its parameter or method.

A builder checks what it was given; then the message is made and judged as any other. What the judges say is brought
home by a table, from the path in the message to the parameter that filled it, and told in the words of the table
:data:`_RETOLD`. It is left out where the builder has told of that parameter already, or of a part of it. What no
parameter filled follows from what is told, and is reported only where nothing else is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from medcom_bu.errors import InvalidMessage
from medcom_bu.issues import Issue, Kind, Layer, Outcome, Report, Severity, Text
from medcom_bu.values.codes import CodeList

Place = Callable[[str], str | None]
"""Brings a path in the message home: the parameter that filled it; None where none did."""

_SOURCE = "MedCom standards; what a builder asks for"


def problem(code: str, message: tuple[str, str], hint: tuple[str, str], source: str = _SOURCE) -> Kind:
    """A kind of what a builder refuses; texts are (English, Danish)."""
    return Kind(f"builder.{code}", Severity.ERROR, Layer.RULE, Text(*message), Text(*hint), source)


MISSING = problem("missing", ("{field} is not given", "{field} er ikke angivet"), ("give {wanted}", "angiv {wanted}"))
NOT_CALLED = problem(
    "not-called", ("{field} has not been called", "{field} er ikke kaldt"), ("call {wanted}", "kald {wanted}")
)
EMPTY = problem(
    "empty",
    ("{field} is empty or blank", "{field} er tom eller består af blanktegn"),
    ("fill it in", "udfyld den"),
)
LINK = problem(
    "link",
    ("{field} is not the address of a web page", "{field} fører ikke til en webside"),
    ("write an address with http or https", "skriv en adresse med http eller https"),
)
CODE = problem(
    "code",
    ("{field} is not one of the allowed codes", "{field} er ikke en af de tilladte koder"),
    ("{nearest}give one of {expected}", "{nearest}angiv en af {expected}"),
)
FORM = problem(
    "form",
    ("{field} is not written as {expected}", "{field} er ikke skrevet som {expected}"),
    ("write it as {expected}", "skriv den som {expected}"),
)
TOO_LONG = problem(
    "too-long",
    ("{field} has {length} characters; at most {max} are allowed", "{field} har {length} tegn, højst {max} er tilladt"),
    ("shorten it to {max} characters", "forkort til {max} tegn"),
)
TOO_MANY = problem(
    "too-many",
    ("there are too many of {field}: at most {max} are allowed", "{field}: der er for mange, højst {max} er tilladt"),
    ("send the rest in another message", "send resten i en meddelelse for sig"),
)
EITHER = problem(
    "either",
    ("{field} and {other} are both given", "{field} og {other} er begge angivet"),
    ("give only one: the message has room for one", "angiv én af dem: der er kun plads til én"),
)
NOT_IN_VERSION = problem(
    "not-in-version",
    ("{field} has no place in version {version}", "{field} har ingen plads i version {version}"),
    ("leave it out, or use another version", "udelad den, eller lav en anden version"),
)
NO_FILE = problem(
    "reference-without-file",
    ("{field} refers to a file that is not available", "{field} henviser til en fil der ikke er til stede"),
    (
        "forward the Consignment of the letter and its binary letters, or attach the file",
        "videresend en Consignment med brevet og dets binærbreve, eller vedhæft filen",
    ),
)

_RETOLD: Mapping[str, Kind] = {
    "xml.element-missing": MISSING,
    "fhir.missing": MISSING,
    "profile.missing": MISSING,
    "xml.text-empty": EMPTY,
    "fhir.empty": EMPTY,
    "xml.code": CODE,
    "xml.code-version": CODE,
    "xml.pattern": FORM,
    "xml.older-schema": FORM,
    "fhir.form": FORM,
    "xml.text-too-long": TOO_LONG,
    "xml.element-repeated": TOO_MANY,
    "reference.unmatched": NO_FILE,
}
"""What is found in the message -> what the builder says of it."""

_SAID_OF_THE_WHOLE = ("fhir.missing", "profile.missing")
"""What is found at the path of that which lacks a part; the parameter ``name`` is the part."""


def bring_home(path: str, table: Mapping[str, str], *, keep_rest: bool = True) -> str | None:
    """The parameter whose place in the message is the longest beginning of a path, and what follows of the path."""
    for start in sorted(table, key=len, reverse=True):
        rest = path.removeprefix(start)
        if path.startswith(start) and rest[:1] in ("", ".", "["):
            return table[start] + (rest if keep_rest else "")
    return None


def check_given(values: Mapping[str, object], wanted: Mapping[str, str | Text]) -> Iterator[Issue]:
    """Whether the parameters that a message cannot do without are given; ``wanted`` says of each what to give."""
    for field, what in wanted.items():
        if values[field] is None:
            yield MISSING.issue(field, field=field, wanted=what)


def check_code(codes: type[CodeList], code: str | None, field: str, version: str) -> Iterator[Issue]:
    """Whether a code, where one is given, is of its list."""
    member = codes.get(code)
    if code is not None and not (isinstance(member, codes) and member.known_in(version)):
        yield CODE.issue(
            field, field=field, nearest=codes.nearest(code, version), expected=", ".join(known_codes(codes, version))
        )


def known_codes(codes: type[CodeList], version: str) -> list[str]:
    """The codes of a list that a version knows."""
    return [code for code in codes if code.known_in(version)]


def raise_for(own: Iterable[Issue], found: Report, rules: Iterable[Issue], place: Place) -> None:
    """Raise one InvalidMessage with all errors, each told once; do nothing where there is none.

    ``own`` is what the builder says, ``found`` and ``rules`` what the judges of the message say. The rules, which know
    more than the schemas and profiles, speak first.
    """
    own = list(own)
    spoilt = {issue.path for issue in own if issue.kind is not EMPTY}  # what was cleaned of all it had is not empty too
    ours = [issue for issue in own if issue.kind is not EMPTY or issue.path not in spoilt]
    told = {issue.path for issue in ours}
    stray: list[Issue] = []
    for issue in sorted((*rules, *found), key=lambda one: one.layer is not Layer.RULE):
        if issue.severity is not Severity.ERROR:
            continue
        part = f".{dict(issue.params)['name']}" if issue.code in _SAID_OF_THE_WHOLE else ""
        where = place(issue.path + part)
        if where is None:
            stray.append(issue)
        elif not any(_is_within(path, where) for path in told):
            told.add(where)
            ours.append(_retold(issue, where))
    issues = ours or stray
    if issues:
        failed = {issue.layer: Outcome.FAILED for issue in issues}
        raise InvalidMessage(Report(Report.from_issues(issues, (), ()).issues, {**found.layers, **failed}))


def _is_within(path: str, whole: str) -> bool:
    return path.startswith(whole) and path[len(whole) :][:1] in ("", ".", "[")


def _retold(issue: Issue, where: str) -> Issue:
    kind = _RETOLD.get(issue.code)
    if kind is None:
        return issue.at(where)
    params = {"wanted": where, "nearest": "", **dict(issue.params)}
    if issue.code == "fhir.form":
        params["expected"] = params["form"]
    return kind.issue(where, **{**params, "field": where})
