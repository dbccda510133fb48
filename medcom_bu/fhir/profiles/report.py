"""One message, from bytes to a report by profiles alone: what ``medcom-bu profiles check`` shows."""

from __future__ import annotations

from medcom_bu.fhir.data import load_json
from medcom_bu.fhir.profiles import kinds
from medcom_bu.fhir.profiles.choose import choose
from medcom_bu.fhir.profiles.compile import R4
from medcom_bu.fhir.profiles.forms import Forms
from medcom_bu.fhir.profiles.packages import Definitions, Library
from medcom_bu.fhir.profiles.run import check
from medcom_bu.fhir.profiles.tree import Rule
from medcom_bu.fhir.xml import load_xml
from medcom_bu.issues import Layer, Report, Severity

_APPLIES = (Layer.SYNTAX, Layer.PROFILE)


def judged(data: bytes, library: Library, guide: Definitions | None = None, forms: str = Forms.CORRECTED) -> Report:
    """Judge FHIR JSON or XML by a guide, or by the one that the message asks for. Never raises for bad input.

    A message of no guide at hand is not judged: the layer profile has not run.

    Raises:  BadDefinition where a definition of the guide cannot be judged by.
    """
    read = (load_xml if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") else load_json)(data)
    if type(read.message) is not dict or any(issue.severity is Severity.ERROR for issue in read.issues):
        return Report.of(read.issues, (Layer.SYNTAX,), _APPLIES)
    chosen = guide or choose(read.message, library)
    if chosen is None:
        unknown = Rule(f"{R4}Bundle", "Bundle").broken(kinds.NO_PROFILE, "Bundle")
        return Report.of((*read.issues, unknown), (Layer.SYNTAX,), _APPLIES)
    issues = check(read.message, chosen, Forms(forms))
    ran = _APPLIES if was_judged(issues) else (Layer.SYNTAX,)
    return Report.of((*read.issues, *issues), ran, _APPLIES)


def was_judged(issues: tuple[object, ...]) -> bool:
    """Whether a message was judged by a profile of its own, and not by R4 alone."""
    return not any(getattr(issue, "kind", None) is kinds.NO_PROFILE for issue in issues)
