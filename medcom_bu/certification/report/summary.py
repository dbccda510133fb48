"""What came of a whole run: counts, exit status, and all of it as data. ``report.schema.json`` describes the JSON."""

from __future__ import annotations

import importlib.metadata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import attrs
from lxml import etree

from medcom_bu.certification.checks import CHECKS
from medcom_bu.certification.model.cases import CertificationCase
from medcom_bu.certification.model.results import CaseResult, CheckResult, Conclusion, Evidence, Grade
from medcom_bu.certification.report.naming import evidence_names
from medcom_bu.certification.report.readings import second_readings
from medcom_bu.issues import Text

if TYPE_CHECKING:
    from medcom_bu.second_opinion import SecondOpinion

SCHEMA = "medcom_bu/certification/1"

DISCLAIMER = Text(
    "This is a self-test made with medcom_bu. It is not an approval, and not one from MedCom; an official "
    "validator's verdict is shown beside it.",
    "Dette er en selvtest lavet med medcom_bu. Den er ikke en godkendelse, og ikke MedComs; en officiel validators "
    "resultat står ved siden af den, ikke under den.",
)
ANSWERS = Text("the system returns bytes", "systemet vender tilbage med bytes")
_WORST = (Grade.F1, Grade.F2, Grade.F3, Grade.F4)


def says(check: CheckResult) -> Text:
    """What a check asks for, in a sentence."""
    return CHECKS[check.check].says if check.check in CHECKS else ANSWERS


def grade_of(result: CaseResult) -> Grade | None:
    """The worst grade of a case; None where a person must judge, or where it did not run."""
    grades = {check.grade for check in result.checks if check.conclusion is Conclusion.FAILED}
    if grades:
        return next(grade for grade in _WORST if grade in grades)
    open_checks = [check for check in result.checks if check.conclusion is not Conclusion.PASSED]
    if open_checks and all(check.grade is Grade.NOT_RELEVANT for check in open_checks):
        return Grade.NOT_RELEVANT
    return None if open_checks else Grade.OK


@attrs.frozen(repr=False)
class Summary:
    """The results of a run, in the order of the cases, and when it was made.

    ``opinions`` are verdicts of another validator beside ours, by the names of the evidence.
    """

    results: Sequence[tuple[CertificationCase, CaseResult]]
    made: datetime
    opinions: Mapping[str, SecondOpinion] = attrs.field(factory=dict)

    @property
    def counts(self) -> dict[Conclusion, int]:
        """How many cases came to what."""
        found = Counter(result.conclusion for _, result in self.results)
        return {conclusion: found[conclusion] for conclusion in Conclusion}

    @property
    def exit_status(self) -> int:
        """0 no case failed and none was not run, 1 a case failed, 3 none failed, some not run, or there was no case."""
        counts = self.counts
        if counts[Conclusion.FAILED]:
            return 1
        return 3 if counts[Conclusion.NOT_RUN] or not self.results else 0

    def evidence(self) -> Iterator[tuple[CertificationCase, Evidence, str]]:
        """All that went to and from the system, with the name that the protocol wants for it."""
        return evidence_names(self.results)

    def to_dict(self, lang: str = "en") -> dict[str, Any]:
        """The report as JSON-ready data in ``"en"`` or ``"da"``."""
        names: dict[str, list[dict[str, Any]]] = {}
        for case, each, name in self.evidence():
            own = {"file": name, "from_system": each.is_from_system, "stage": each.stage}
            readings = second_readings(each) if each.is_from_system else {}
            opinion = self.opinions.get(name)
            told = {"second_opinion": _opinion(opinion, lang)} if opinion is not None else {}
            names.setdefault(case.id, []).append({**own, **({"engines": readings} if readings else {}), **told})
        return {
            "schema": SCHEMA,
            "note": DISCLAIMER.render(lang, {}),
            "lang": lang,
            "made": self.made.isoformat(),
            "rule_sets": rule_sets(),
            "counts": {str(conclusion): count for conclusion, count in self.counts.items()},
            "cases": [_case(case, result, names.get(case.id, []), lang) for case, result in self.results],
        }


def _opinion(opinion: SecondOpinion, lang: str) -> dict[str, Any]:
    """Both verdicts, how many issues are agreed on, or of one alone, and the errors in words."""
    return {
        "ours": str(opinion.ours),
        "theirs": str(opinion.theirs),
        "same_verdict": opinion.same_verdict,
        "agreed": len(opinion.agreed),
        "only_ours": len(opinion.only_ours),
        "only_theirs": len(opinion.only_theirs),
        "told": [line for line in opinion.text(lang).splitlines() if line.strip()],
    }


def _case(case: CertificationCase, result: CaseResult, evidence: list[dict[str, Any]], lang: str) -> dict[str, Any]:
    grade = grade_of(result)
    return {
        "id": case.id,
        "title": case.title.render(lang, {}),
        "area": str(case.area),
        "role": str(case.role),
        "standard": case.standard,
        "version": case.version,
        "protocol": case.protocol,
        "section": case.section,
        "official": not case.is_ours,
        "optional": case.is_optional,
        "outcome": str(result.conclusion),
        "grade": None if grade is None else str(grade),
        "checks": [{**check.to_dict(lang), "says": says(check).render(lang, {})} for check in result.checks],
        "evidence": evidence,
    }


def rule_sets() -> dict[str, str]:
    """By which versions of which engines and definitions it was judged."""
    from medcom_bu import __data_version__, __version__
    from medcom_bu.fhir.profiles.packages import shipped

    versions = {name: importlib.metadata.version(name) for name in ("lxml", "xmlschema", "fhir.resources")}
    libxml2 = ".".join(map(str, etree.LIBXML_VERSION))
    packages = ", ".join(sorted(package.label for package in shipped().packages))
    return {"medcom_bu": __version__, "data": __data_version__, **versions, "libxml2": libxml2, "profiles": packages}
