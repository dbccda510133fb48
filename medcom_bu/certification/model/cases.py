"""A certification case as data: what is done in which order, and what is checked of it. Read from one TOML file.

Source: MedCom's test protocols; each case names the one it follows, and its section.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from medcom_bu.arguments import Words
from medcom_bu.certification.model.results import Grade
from medcom_bu.issues import Text


class CaseRole(Words):
    """Which side of an exchange the system is on."""

    SENDER = "sender"
    RECEIVER = "receiver"
    CONVERTER = "converter"


class CaseArea(Words):
    """The groups of cases that ``--medcom`` chooses from."""

    CARE_COMMUNICATION = "carecommunication"
    CARE_COMMUNICATION_4 = "carecommunication-4.0"
    ACKNOWLEDGEMENT = "acknowledgement"
    REFERRAL = "referral"
    CORRESPONDENCE = "correspondence"
    RECEIPTS = "receipts"
    ENVELOPE = "envelope"
    CONVERSION = "conversion"
    GOVERNANCE = "governance"


class BadCase(ValueError):
    """A file of a case that does not say what a case says. Its text names the case and the key."""


@attrs.frozen(kw_only=True)
class CheckRow:
    """A check that is asked for: its name in the registry, its parameters, the protocol's step that it belongs to.

    ``severity`` is the grade where it fails, ``is_optional`` says that the protocol marks the step "if supported".
    """

    name: str
    step: str
    severity: Grade = Grade.F1
    is_optional: bool = False
    parameters: Mapping[str, Any] = attrs.field(factory=dict)


@attrs.frozen(kw_only=True)
class Stage:
    """One thing that happens in a case, and what is checked right after it.

    ``name`` is what checks and later stages call it. One of four is given: ``send`` is a task for the system,
    ``receive`` what it receives, and how that is made, ``convert`` what it converts, and into what, ``wait`` minutes
    that pass.
    """

    name: str
    send: Mapping[str, Any] | None = None
    receive: Mapping[str, Any] | None = None
    convert: Mapping[str, Any] | None = None
    wait: int | None = None
    checks: tuple[CheckRow, ...] = ()


@attrs.frozen(kw_only=True)
class CertificationCase:
    """A case: what is done in which order, and what is checked.

    ``id``: the name that ``--case`` chooses it by.
    ``title``: what it is about, in English and in Danish.
    ``area``: the group that ``--medcom`` chooses it by.
    ``role``: which side of the exchange the system is on.
    ``standard``: the standard under test, such as ``CareCommunication`` or ``XREF01``.
    ``version``: its version, such as ``5.0`` or ``XH0131R``.
    ``protocol``: the document that asks for it, or ``medcom_bu`` where the case is ours.
    ``section``: the section or step of the protocol.
    ``precondition``: what must hold before it begins, in English and in Danish; empty where nothing must.
    ``stages``: what happens, in order, each with its checks.
    ``is_ours``: whether no protocol of MedCom asks for it.
    ``is_optional``: whether a system may leave out what it asks for: that is then not run, instead of failed.
    ``variant_of``: the id of the case that it is the same as, in another version or area; empty where it is itself.
    """

    id: str
    title: Text
    area: CaseArea
    role: CaseRole
    standard: str
    version: str
    protocol: str
    section: str
    precondition: Text
    stages: tuple[Stage, ...]
    is_ours: bool = False
    is_optional: bool = False
    variant_of: str = ""


_CASE_KEYS = frozenset(
    {
        *("id", "area", "role", "standard", "version", "protocol", "section"),
        *("title", "precondition", "official", "optional", "words", "stages", "variants"),
    }
)
_STAGE_KEYS = frozenset({"name", "send", "receive", "convert", "wait", "checks"})


_VARIANT_KEYS = frozenset({"id", "area", "version", "protocol", "official", "words", "without"})


def read_cases(data: Mapping[str, Any], name: str) -> tuple[CertificationCase, ...]:
    """The case of a TOML document, and its variants. ``name`` is that of its file. Raises BadCase where it is none.

    A variant has keys of its own in place of those of the case, and leaves out the checks that ``without`` names.
    ``{version}`` in the texts of the stages is the version of the case, or of the variant; the texts of ``words`` are
    filled in likewise, by their names.
    """
    cases = [_read_case(data, name)]
    for variant in data.get("variants", ()):
        try:
            _only(variant, _VARIANT_KEYS)
        except BadCase as error:
            raise BadCase(f"{name}: {error}") from error
        changed = {key: content for key, content in variant.items() if key != "without"}
        case = _read_case({**data, **changed}, name)
        left_out = set(variant.get("without", ()))
        stages = tuple(
            attrs.evolve(stage, checks=tuple(row for row in stage.checks if row.name not in left_out))
            for stage in case.stages
        )
        cases.append(attrs.evolve(case, stages=stages, variant_of=data["id"]))
    return tuple(cases)


def _read_case(data: Mapping[str, Any], name: str) -> CertificationCase:
    try:
        _only(data, _CASE_KEYS)
        words = {"version": data["version"], **data.get("words", {})}
        case = CertificationCase(
            id=data["id"],
            title=Text(**data["title"]),
            area=CaseArea(data["area"]),
            role=CaseRole(data["role"]),
            standard=data["standard"],
            version=data["version"],
            protocol=data["protocol"],
            section=data["section"],
            precondition=Text(**data.get("precondition", {"en": "", "da": ""})),
            is_ours=not data["official"],
            is_optional=data.get("optional", False),
            stages=tuple(_stage(_filled(stage, words), data["section"]) for stage in data["stages"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise BadCase(f"{name}: {error}") from error
    if len({stage.name for stage in case.stages}) != len(case.stages) or not case.stages:
        raise BadCase(f"{name}: a case has stages, each with a name of its own")
    return case


def _filled(data: Any, words: Mapping[str, str]) -> Any:
    if isinstance(data, Mapping):
        return {key: _filled(content, words) for key, content in data.items()}
    if isinstance(data, list):
        return [_filled(each, words) for each in data]
    if isinstance(data, str):
        for name, text in words.items():
            data = data.replace(f"{{{name}}}", text)
    return data


def _stage(data: Mapping[str, Any], section: str) -> Stage:
    _only(data, _STAGE_KEYS)
    if len({"send", "receive", "convert", "wait"} & data.keys()) != 1:
        raise BadCase("a stage has one of send, receive, convert, wait")
    rows = tuple(_row(row, section) for row in data.get("checks", ()))
    return Stage(**{**data, "checks": rows})


def _row(data: Mapping[str, Any], section: str) -> CheckRow:
    parameters = {name: content for name, content in data.items() if name not in _ROW_KEYS}
    return CheckRow(
        name=data["check"],
        step=data.get("step", section),
        severity=Grade(data.get("grade", "F1")),
        is_optional=data.get("optional", False),
        parameters=parameters,
    )


_ROW_KEYS = frozenset({"check", "step", "grade", "optional"})


def _only(data: Mapping[str, Any], known: frozenset[str]) -> None:
    unknown = sorted(data.keys() - known)
    if unknown:
        raise BadCase(f"unknown: {', '.join(unknown)}")
