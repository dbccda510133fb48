"""One message judged by the guide that it asks for: what the codec and ``medcom-bu profiles check`` ask for."""

from __future__ import annotations

from typing import Any

from medcom_bu.fhir.model.data import load_json
from medcom_bu.fhir.model.r4 import R4
from medcom_bu.fhir.profiles import catalogue
from medcom_bu.fhir.profiles.corrections import InvariantEdition
from medcom_bu.fhir.profiles.follow_ups import fold_follow_ups
from medcom_bu.fhir.profiles.guide import choose_guide, claims_of, is_message
from medcom_bu.fhir.profiles.packages import Definitions, Library, shipped
from medcom_bu.fhir.profiles.scope import Rule
from medcom_bu.fhir.profiles.walk import check
from medcom_bu.fhir.xml.read import load_xml
from medcom_bu.issues import Issue, Layer, Report, Severity
from medcom_bu.limits import LIMITS
from medcom_bu.stack import on_any_stack

_APPLIES = (Layer.SYNTAX, Layer.PROFILE)


def judge(
    bundle: dict[str, Any],
    library: Library | None = None,
    guide: Definitions | None = None,
    edition: InvariantEdition = InvariantEdition.CORRECTED,
    most: int = LIMITS.issues,
) -> tuple[tuple[Issue, ...], bool]:
    """The issues of a message, or another resource, as plain data, and whether a profile of its own judged it.

    ``guide`` is taken from ``library``, our own definitions where none is given, if it is not named: the one that the
    message asks for. A message of no guide available, or that names no profile of it, is not judged: the layer profile
    has not run. What is not a message is judged by the profiles that it claims, or else by R4.

    Raises:  BadDefinition where a definition of the guide cannot be judged by; never for those that are shipped.
    """
    library = library or shipped()
    chosen = guide or choose_guide(bundle, library)
    if chosen is None and not is_message(bundle):
        chosen = library.definitions("hl7.fhir.r4.core", "4.0.1")
    if chosen is None:
        return (Rule(f"{R4}Bundle", "Bundle").broken(catalogue.NO_PROFILE, "Bundle"),), False
    issues = fold_follow_ups(check(bundle, chosen, edition, most))
    if not is_message(bundle) and not claims_of(bundle):
        issues = tuple(issue for issue in issues if issue.kind is not catalogue.NO_PROFILE)  # R4 is what it asks for
    return issues, not any(issue.kind is catalogue.NO_PROFILE for issue in issues)


def too_deep() -> tuple[tuple[Issue, ...], bool]:
    """What is said of a message that the stack of the interpreter is too short for: nothing of it was judged."""
    return (Rule(f"{R4}Bundle", "Bundle").broken(catalogue.TOO_DEEP, "Bundle"),), False


def judged(
    data: bytes,
    library: Library,
    guide: Definitions | None = None,
    edition: InvariantEdition = InvariantEdition.CORRECTED,
) -> Report:
    """A report on FHIR JSON or XML, of the layers syntax and profile. Never raises for bad input.

    Raises:  BadDefinition as :func:`judge` does.
    """
    not_run = Report.from_issues(too_deep()[0], (), _APPLIES)
    return on_any_stack(lambda: _judged(data, library, guide, edition), lambda: not_run)


def _judged(data: bytes, library: Library, guide: Definitions | None, edition: InvariantEdition) -> Report:
    read = (load_xml if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") else load_json)(data)
    if type(read.message) is not dict or any(issue.severity is Severity.ERROR for issue in read.issues):
        return Report.from_issues(read.issues, (Layer.SYNTAX,), _APPLIES)
    issues, complete = judge(read.message, library, guide, edition)
    return Report.from_issues((*read.issues, *issues), _APPLIES if complete else (Layer.SYNTAX,), _APPLIES)
