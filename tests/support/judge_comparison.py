"""One message judged by the engine and by HL7's validator, and what each says alone without a known reason."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from medcom_bu import Layer, Report, Severity, validate
from medcom_bu.fhir.model.data import load_json
from medcom_bu.fhir.profiles.corrections import InvariantEdition
from medcom_bu.fhir.profiles.guide import choose_guide
from medcom_bu.fhir.profiles.judge import judge
from medcom_bu.fhir.profiles.packages import shipped
from medcom_bu.fhir.xml.read import load_xml
from medcom_bu.issues import Outcome
from medcom_bu.profiles import SecondOpinion, second_opinion
from medcom_bu.second_opinion import DIFFERENCES, OnlyOurs, OnlyTheirs
from tests.support.fhir_message import Node
from tests.support.java_oracle import JavaOracle
from tests.support.oracle import oracle
from tests.support.profile_oracle import GUIDES, definitions, examples_of

VALIDATORS = {
    "carecommunication-5.0.2": "CC-5.0.2",
    "testscripts-5.0.2": "CC-5.0.2",
    "carecommunication-4.0.3": "CC-4.0.3",
    "acknowledgement-2.0.3": "ACK-2.0.3",
    "hospitalnotification-3.0.2": "HN-3.0.2",
    "homecareobservation-1.2.1": "HCO-1.2.1",
}
"""Folder of examples -> the validator, by the official packages, that judges mutants of them."""

NOT_SHIPPED = {
    "hospitalnotification-3.0.2": "medcom.fhir.dk.hospitalnotification-3.0.2",
    "homecareobservation-1.2.1": "medcom.fhir.dk.homecareobservation-1.2.1",
}
"""The guides that the library does not ship: the official package has the examples, and judges them."""
OF_NO_VERSION = "acknowledgement-2.0.3"
"""Here one claims profiles of messaging alone, in no version: it is judged by the one that the other validator has."""
SHARED = ("medcom.fhir.dk.messaging", "2.1.0")

AFTER = {" as ' '": "blank-primitive", "empty profile": "empty"}
"""How a change ends -> the known difference that only the change tells: an issue alone does not."""
NAMES = {row.name for row in DIFFERENCES}
CRASHED = "crash"


def sources(folder: str) -> Iterator[tuple[str, Node]]:
    """The JSON examples of a folder, or of a package, each with its name."""
    if folder in NOT_SHIPPED:
        yield from ((f"{folder}/{name}", json.loads(data)) for name, data in examples_of(NOT_SHIPPED[folder]))
        return
    for path in sorted(oracle(f"examples/fhir/{folder}").rglob("*.json")):
        yield f"{folder}/{path.name}", json.loads(path.read_bytes())


def engine_report(data: bytes, folder: str = "") -> Report:
    """Our verdict on shape and profiles, by the definitions that are shipped, else by the packages of the folder.

    The invariants that MedCom corrected are in the forms of the packages, as the official validator has them; rules
    of our own are left out.
    """
    shape = validate(data, layers=(Layer.SYNTAX, Layer.SCHEMA))
    if shape.layers[Layer.SYNTAX] is Outcome.FAILED:
        return Report.from_issues(shape, (Layer.SYNTAX,), (Layer.SYNTAX, Layer.SCHEMA, Layer.PROFILE))
    plain = (load_xml if data.startswith(b"<") else load_json)(data).message
    guide = definitions(*GUIDES[folder]) if folder in NOT_SHIPPED else None
    if folder == OF_NO_VERSION and isinstance(plain, dict):
        chosen = choose_guide(plain, shipped())
        guide = shipped().definitions(*SHARED) if chosen is not None and chosen.root.name == SHARED[0] else None
    packaged = InvariantEdition.PACKAGED
    issues, is_judged = judge(plain, guide=guide, edition=packaged) if isinstance(plain, dict) else ((), False)
    ran = (Layer.SYNTAX, Layer.SCHEMA, *((Layer.PROFILE,) if is_judged else ()))
    return Report.from_issues((*shape, *issues), ran, (Layer.SYNTAX, Layer.SCHEMA, Layer.PROFILE))


@dataclass(frozen=True)
class Compared:
    """Both verdicts on one message; ``opinion`` is None where the official validator broke on it."""

    name: str
    changes: tuple[str, ...]
    data: bytes
    report: Report
    opinion: SecondOpinion | None

    @property
    def same_verdict(self) -> bool:
        return self.opinion is None or self.opinion.same_verdict

    @property
    def unexplained(self) -> tuple[OnlyOurs | OnlyTheirs, ...]:
        """The errors of one judge alone, but for those that the change explains."""
        alone = self.opinion.unexplained if self.opinion else ()
        explained = {AFTER[end] for end in AFTER for change in self.changes if change.endswith(end)}
        return tuple(one for one in alone if not (explained and isinstance(one, OnlyOurs)))

    @property
    def reasons(self) -> Counter[str]:
        """Why errors stand alone, and how those of the official validator that do not were matched."""
        if self.opinion is None:
            return Counter({CRASHED: 1})
        matched = {pair.theirs.number: f"agreed by {pair.by}" for pair in self.opinion.agreed if is_error(pair.theirs)}
        return Counter(matched.values()) + Counter(map(reason_of, self.alone))

    @property
    def alone(self) -> Iterator[OnlyOurs | OnlyTheirs]:
        """The errors that one judge has alone."""
        opinion = self.opinion
        if opinion is not None:
            yield from (one for one in opinion.only_ours if is_error(one.issue))
            yield from (one for one in opinion.only_theirs if is_error(one.finding))

    def to_dict(self) -> dict[str, object]:
        """The case as a line of JSON."""
        return {
            "name": self.name,
            "changes": self.changes,
            "same_verdict": self.same_verdict,
            "unexplained": [told(one) for one in self.unexplained],
            "ours": sorted({f"{one.code} {one.path}" for one in self.report if is_error(one)}),
            "theirs": [f"{one.id} {one.path}: {one.reveal()}" for one in self.opinion.findings if is_error(one)]
            if self.opinion
            else [CRASHED],
            "text": self.data.decode("utf-8", "replace"),
        }


def is_error(one: object) -> bool:
    return getattr(one, "severity", None) is Severity.ERROR


def reason_of(one: OnlyOurs | OnlyTheirs) -> str:
    """A word for why an error is alone."""
    who = "ours" if isinstance(one, OnlyOurs) else "theirs"
    if one.known:
        return f"only {who}: {one.known.name}"
    if one.follows:
        return f"only {who}: follows from another, or occurs next to one that both report"
    if isinstance(one, OnlyTheirs) and one.stopped:
        return "only theirs: an earlier layer stopped us"
    return f"only {who}: no reason"


def told(one: OnlyOurs | OnlyTheirs) -> str:
    """One error as a line."""
    if isinstance(one, OnlyOurs):
        return f"ours: {one.issue.code} {dict(one.issue.params).get('key', '')} {one.issue.path}"
    return f"theirs: {one.finding.id} {one.finding.path}"


def compared(
    java: JavaOracle, pool: ThreadPoolExecutor, folder: str, name: str, changes: Iterable[str], data: bytes
) -> Compared:
    """Both verdicts; the JVM judges while we do."""
    waiting = pool.submit(java.outcome, VALIDATORS[folder], data.decode("utf-8"))
    report = engine_report(data, folder)
    outcome = waiting.result()
    opinion = None if outcome is None else second_opinion(report, outcome.encode())
    return Compared(name, tuple(changes), data, report, opinion)
