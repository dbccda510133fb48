"""HL7's own test cases of validators, R4 part: each judged by ours, beside the recorded verdict of HL7's validator.

A case is judged by the profiles that its resource claims, and once more by the profile that the case names, which then
stands among the claims. The definitions of a case are a package in memory, given beside the official one of R4.

Where HL7's validator says that a claimed profile was not checked and finds no error, its verdict is that: not checked.
Verdicts that were recorded for R5 alone are left out. Some cases run with a setting of HL7's validator: one makes a
warning an error, and is followed; one that has nothing like it here is refused by name.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs

from medcom_bu.fhir.model.data import dump_json, load_json, root_name
from medcom_bu.fhir.model.shape import check_resource
from medcom_bu.fhir.profiles import catalogue, catalogue_of_parts
from medcom_bu.fhir.profiles.definition_tree import BadDefinition
from medcom_bu.fhir.profiles.judge import judge
from medcom_bu.fhir.profiles.packages import Definition, Definitions, Package, load, shipped
from medcom_bu.fhir.xml.read import load_xml
from medcom_bu.issues import Issue, Layer, Report, Severity, Verdict
from tests.support.oracle import oracle

R4_CORE = "reference/fhir/hl7.fhir.r4.core-4.0.1-rebuilt.tgz"
_LAYERS = (Layer.SYNTAX, Layer.SCHEMA, Layer.PROFILE)


@attrs.frozen
class Judged:
    """One resource, judged by its claims or by the profile that its case names; both verdicts."""

    name: str
    ours: Verdict
    theirs: Verdict
    issues: tuple[Issue, ...]
    outcome: tuple[str, ...]
    """The errors that the official validator recorded, as ``path: text``."""
    refused: str = ""
    """Why a definition cannot be judged by."""

    @property
    def codes(self) -> tuple[str, ...]:
        """Our errors, or where there is none what we did not check, by their codes."""
        wanted = {Severity.ERROR} if self.ours is Verdict.INVALID else {Severity.ERROR, Severity.WARNING}
        return tuple(sorted({issue.code for issue in self.issues if issue.severity in wanted}))


def cases() -> Iterator[Judged]:
    """Every case, by its claims, then by its profile."""
    folder = oracle("reference/fhir-test-cases")
    for case in json.loads((folder / "manifest.json").read_text("utf-8"))["test-cases"]:
        content = folder / "validator" / case["file"]
        if not content.exists():
            continue
        given = [*case.get("profiles", ()), *case.get("supporting", ())]
        if _has_verdict(case):
            yield _judged(case, case["name"], content, given, None)
        profile = case.get("profile", {})
        if _has_verdict(profile):
            source = profile["source"]
            given += [*profile.get("supporting", ()), *([] if "://" in source else [source])]
            yield _judged(case | profile, f"{case['name']} profile", content, given, source)


def _outcomes() -> Path:
    return oracle("reference/fhir-test-cases/validator/outcomes")


def _has_verdict(recorded: dict[str, Any]) -> bool:
    """Whether a verdict is recorded, for R4, and available."""
    outcome = recorded.get("java")
    is_file = isinstance(outcome, str) and not outcome.startswith(_OF_R5) and (_outcomes() / outcome).exists()
    return isinstance(outcome, dict) or is_file


_OF_R5 = "java/R5."
_NOT_HERE = (("examples", False), ("validateContains", "IGNORE"))
"""The settings that change a verdict and have nothing like them here."""
_STRICTER = {"noHtmlInMarkdown": catalogue_of_parts.MARKDOWN_HTML}
"""The settings that make an error of what is a warning -> this warning."""


def _judged(case: dict[str, Any], name: str, content: Path, given: list[str], source: str | None) -> Judged:
    """One case, or one with its profile, under its settings."""
    said = list(_said(case["java"]))
    errors = tuple(text for severity, text in said if severity in ("error", "fatal"))
    is_told = any(_NO_PROFILE in text for _, text in said)
    theirs = Verdict.INVALID if errors else Verdict.NOT_CHECKED if is_told else Verdict.VALID
    for setting, value in _NOT_HERE:
        if case.get(setting) == value:
            return Judged(name, Verdict.NOT_CHECKED, theirs, (), errors, f"the setting {setting}")
    try:
        report = _report(content, given, source)
    except BadDefinition as refused:
        return Judged(name, Verdict.NOT_CHECKED, theirs, (), errors, str(refused))
    stricter = {kind for setting, kind in _STRICTER.items() if case.get(setting)}
    ours = Verdict.INVALID if any(issue.kind in stricter for issue in report.issues) else report.verdict
    return Judged(name, ours, theirs, report.issues, errors)


_NO_PROFILE = "has not been checked because"


def _said(recorded: Any) -> Iterator[tuple[str, str]]:
    """A recorded outcome, which is in the manifest or in a file, or is only a count: severity, ``path: text``."""
    if isinstance(recorded, str):
        recorded = {"outcome": json.loads((_outcomes() / recorded).read_text("utf-8"))}
    yield from [("error", "?")] * recorded.get("errorCount", 0)
    for issue in recorded.get("outcome", {}).get("issue", ()):
        yield issue["severity"], f"{', '.join(issue.get('expression', ()))}: {issue['details']['text']}"


def _report(content: Path, given: list[str], source: str | None) -> Report:
    """Our verdict, of the layers syntax and profile."""
    read = _read(content)
    if type(read.message) is not dict or any(issue.severity is Severity.ERROR for issue in read.issues):
        return Report.from_issues(read.issues, (Layer.SYNTAX,), _LAYERS)
    resource = read.message
    if source is not None:
        canonical = source if "://" in source else _definition(source)["url"]
        meta = resource.get("meta") or {}
        resource = {**resource, "meta": {**meta, "profile": [*(meta.get("profile") or ()), canonical]}}
    shape: list[Issue] = []
    check_resource(resource, root_name(resource), shape)
    issues, _ = judge(resource, guide=_guide(tuple(dict.fromkeys(given))))
    issues = tuple(issue for issue in issues if issue.kind is not catalogue.NO_PROFILE)
    return Report.from_issues((*read.issues, *shape, *issues), _LAYERS, _LAYERS)


@functools.cache
def _guide(given: tuple[str, ...]) -> Definitions:
    """The definitions of a case, as one package in memory beside that of R4."""
    held = {(one["resourceType"], one["url"]): one for one in map(_definition, given)}
    package = Package("case", "1.0.0", {"hl7.fhir.r4.core": "4.0.1"}, held)
    return shipped().with_given((package, r4_core())).definitions("case", "1.0.0")


@functools.cache
def r4_core() -> Package:
    """The official package of R4."""
    return load(oracle(R4_CORE))


@functools.cache
def _definition(name: str) -> Definition:
    """A definition as a package holds it: its numbers are Python's."""
    read = _read(oracle("reference/fhir-test-cases/validator") / name)
    text = dump_json(read.message)
    if read.message["url"].startswith("urn:oid:"):  # of these some are not OIDs, which nothing may claim
        text = text.replace(b'"urn:oid:', b'"http://example.org/')
    plain: dict[str, Any] = json.loads(text)
    return plain


def _read(path: Path) -> Any:
    data = path.read_bytes()
    is_xml = data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")
    return (load_xml if is_xml else load_json)(data)
