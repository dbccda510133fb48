"""An official validator's verdicts beside ours: outcomes that a vendor got for evidence of a report. Reads files."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path, PurePath
from typing import Any

from medcom_bu import wire
from medcom_bu.certification.cases import select
from medcom_bu.certification.model.results import CaseResult, CheckResult, Conclusion, Evidence, Finding, Grade
from medcom_bu.certification.report.summary import SCHEMA, Summary
from medcom_bu.exchange.identity import open_unjudged
from medcom_bu.issues import Text
from medcom_bu.second_opinion import BadOutcome, SecondOpinion, second_opinion

_ENDINGS = (".outcome.json", ".outcome.xml")


class BadOpinion(ValueError):
    """A folder without a report, or an outcome of none of its evidence. Its text says which file, and why."""


def summary_in(folder: Path) -> tuple[Summary, str]:
    """The run that a folder reports on, and the language of that report.

    Raises BadOpinion for a folder without a report of this version, OSError where it cannot be read.
    """
    try:
        data = json.loads((folder / "report.json").read_bytes())
        if data["schema"] != SCHEMA:
            raise KeyError(SCHEMA)
        with zipfile.ZipFile(folder / "evidence.zip") as archive:
            results = [(select(ids=[each["id"]])[0], _result(each, archive)) for each in data["cases"]]
        return Summary(results, datetime.fromisoformat(data["made"])), data["lang"]
    except (FileNotFoundError, KeyError, TypeError, ValueError, zipfile.BadZipFile):
        raise BadOpinion(f"{folder.name} holds no report of this version") from None


def _result(data: Mapping[str, Any], archive: zipfile.ZipFile) -> CaseResult:
    evidence = tuple(
        Evidence(
            stage=each["stage"],
            is_from_system=each["from_system"],
            data=archive.read(each["file"]),
            suffix=PurePath(each["file"]).suffix[1:],
        )
        for each in data["evidence"]
    )
    return CaseResult(id=data["id"], checks=tuple(map(_check, data["checks"])), evidence=evidence)


def _check(data: Mapping[str, Any]) -> CheckResult:
    grade = data["grade"]
    return CheckResult(
        check=data["check"],
        step=data["step"],
        severity=Grade(grade) if data["outcome"] == Conclusion.FAILED else Grade.F1,
        findings=tuple(map(_finding, data["findings"])),
        is_optional=grade == Grade.NOT_RELEVANT,
    )


def _finding(data: Mapping[str, str]) -> Finding:
    texts = {name: Text(data[name], data[name]) for name in ("expected", "found")}
    return Finding(conclusion=Conclusion(data["outcome"]), rule=data["rule"], path=data["path"], **texts)


def read_opinions(summary: Summary, folder: Path) -> dict[str, SecondOpinion]:
    """Evidence -> our verdict beside that of another validator, for each outcome in a folder.

    ``CareCommunication_3.3.1_A_S.outcome.json`` is that on ``CareCommunication_3.3.1_A_S.json``. Raises BadOpinion for
    a file that is not an outcome of a FHIR message among the evidence, OSError where one cannot be read.
    """
    evidence = {PurePath(name).stem: (name, each) for _, each, name in summary.evidence()}
    found: dict[str, SecondOpinion] = {}
    for file in sorted(folder.iterdir()):
        ending = next((each for each in _ENDINGS if file.name.endswith(each)), None)
        if ending is None:
            continue
        if file.name.removesuffix(ending) not in evidence:
            raise BadOpinion(f"{file.name}: there is no evidence {file.name.removesuffix(ending)}")
        name, each = evidence[file.name.removesuffix(ending)]
        came = open_unjudged(each.data)
        data = came.envelope.payload or each.data if came.envelope is not None else each.data
        try:
            found[name] = second_opinion(wire.validate(data), file, message=data)
        except BadOutcome as error:
            raise BadOpinion(f"{file.name}: {error.text()}") from None
    return found
