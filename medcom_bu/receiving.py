"""The receiver's verdict: what MedCom's documents say shall be received is reported, and refuses nothing.

A code that its list lacks is taken for the default of the list, one that is spelt otherwise for what it says; a file
whose type or declared size is wrong is received when it can be taken out. The value keeps what came. The
content of an ehmiSBDH may be in the namespace that most official examples have. A letter or message of a type that
is not read here is refused. All else is as for a sender.

Source: Den gode XML MEDBIN, 2020, pages 9 and 20; Den gode XML korrespondance, 2020, page 23; Den gode
kiropraktorepikrise, 2015, page 31.
"""

from __future__ import annotations

from collections.abc import Callable

import attrs

from medcom_bu.declare.facets import TAKEN_FOR
from medcom_bu.issues import Issue, Kind, Layer, Severity, Text

_SOURCE = "Den gode XML MEDBIN, 2020, pages 9 and 20; Den gode XML korrespondance, 2020, page 23"


def _kind(
    code: str,
    layer: Layer,
    message: tuple[str, str],
    hint: tuple[str, str],
    *,
    severity: Severity = Severity.WARNING,
    source: str = _SOURCE,
) -> Kind:
    return Kind(f"received.{code}", severity, layer, Text(*message), Text(*hint), source)


CODE = _kind(
    "code",
    Layer.SCHEMA,
    (
        "{element} is not in this version's code list: it is treated as {taken_for}",
        "{element} har ikke en værdi fra listen i denne version: den opfattes som {taken_for}",
    ),
    (
        "show what was sent; inform the sender which values the list has",
        "vis det der blev sendt; gør afsenderen opmærksom på hvilke værdier listen har",
    ),
)
AS_IT_CAME = _kind(
    "file-type",
    Layer.SCHEMA,
    (
        "{element} is not in its code list: it is received unchanged",
        "{element} har ikke en værdi fra listen: den modtages som den kom",
    ),
    (
        "report a file that cannot be opened to the sender by letter or telephone, not by a negative receipt",
        "at en fil ikke kan åbnes, meddeles afsenderen ved brev eller telefon, ikke ved en negativ kvittering",
    ),
)
SIZE = _kind(
    "file-size",
    Layer.RULE,
    (
        "the declared size is not that of the content, {actual} bytes",
        "den angivne størrelse er ikke indholdets, {actual} bytes",
    ),
    ("check that the file is complete: it could be extracted", "kontrollér at filen er hel: den kunne pakkes ud"),
)

TOO_LARGE = _kind(
    "too-large",
    Layer.RULE,
    (
        "the binary letter has {size} bytes; at most {limit} (100 MB) should be sent",
        "binærbrevet fylder {size} byte; der bør højst sendes {limit} (100 MB)",
    ),
    (
        "the files, {files} bytes in total, could be extracted; inform the sender of the limit",
        "filerne, i alt {files} byte, kunne pakkes ud; gør afsenderen opmærksom på grænsen",
    ),
)
STATISTICS = _kind(
    "statistical-code",
    Layer.RULE,
    ("StatisticalCode is not {expected}", "StatisticalCode er ikke {expected}"),
    (
        "nothing needs to be done: only the network's statistics use it",
        "der skal ikke gøres noget: kun nettets statistik bruger den",
    ),
    severity=Severity.INFORMATION,
    source="Den gode XML MEDBIN, 2020, page 13; Den gode XML korrespondance, 2020, page 17; "
    "Den gode kiropraktorepikrise, 2015, page 20",
)

NAMESPACE = _kind(
    "namespace",
    Layer.SCHEMA,
    (
        "{element} is in another namespace than the schema requires: it is received anyway",
        "{element} står i et andet navnerum end skemaet forlanger: den modtages alligevel",
    ),
    (
        "nothing needs to be done: most official examples have it",
        "der skal ikke gøres noget: de fleste officielle eksempler har det",
    ),
    source="MedCom, dk-ehmi-sbdh 2.0.1, schema and examples",
)


def _code(issue: Issue) -> Issue:
    params = dict(issue.params)
    taken_for = params[TAKEN_FOR]
    element = params.get("element", "")
    if taken_for:
        return CODE.issue(issue.path, element=element, taken_for=taken_for)
    return AS_IT_CAME.issue(issue.path, element=element)


def _retold(kind: Kind) -> Callable[[Issue], Issue]:
    return lambda issue: kind.issue(issue.path, **dict(issue.params))


def _constant(issue: Issue) -> Issue:
    """Of what EDIFACT has to hold, the third element of UNH is the statistical code."""
    params = dict(issue.params)
    is_statistical = params.get("tag") == "UNH" and ", element 3," in issue.path
    return STATISTICS.issue(issue.path, expected=params["expected"]) if is_statistical else issue


def _refused(issue: Issue) -> Issue:
    """A type that is not read here: a sender is told so, a receiver who cannot show it refuses it."""
    return Issue(attrs.evolve(issue.kind, severity=Severity.ERROR), issue.path, issue.params)


_OF: dict[str, Callable[[Issue], Issue]] = {
    "attachment.size": _retold(SIZE),
    "attachment.letter-too-large": _retold(TOO_LARGE),
    "letter.statistical-code": _retold(STATISTICS),
    "xml.other-namespace": _retold(NAMESPACE),
    "edifact.constant": _constant,
    "letter.not-supported": _refused,
    "fhirmessage.not-supported": _refused,
}


def as_received(issue: Issue) -> Issue:
    """The issue as a receiver has it: what is to be received is a warning that says how it is taken."""
    if dict(issue.params).get(TAKEN_FOR) is not None:
        return _code(issue)
    return _OF[issue.code](issue) if issue.code in _OF else issue
