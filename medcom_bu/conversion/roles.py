"""What the role of an author is called in Danish: the display of its code, which a message may leave out."""

from __future__ import annotations

from collections.abc import Mapping

from medcom_bu.fhir.profiles.packages import shipped
from medcom_bu.numerals import version_numbers
from medcom_bu.once import once
from medcom_bu.values.fhir_codes import AUTHORISED_ROLES, ROLES
from medcom_bu.values.fhir_resources import PractitionerRole


def role_words(role: PractitionerRole | None) -> str:
    """A role in words: its display and its text, else what MedCom's lists call its code, or the code."""
    concept = role.code[0] if role is not None and role.code else None
    if concept is None:
        return ""
    coding = concept.coding[0] if concept.coding else None
    if coding is None or coding.display or concept.text:
        told = (coding.display if coding is not None else None, concept.text)
        return ", ".join(dict.fromkeys(filter(None, told)))
    code = coding.code or ""
    return _displays(coding.system).get(code, code) if coding.system in (ROLES, AUTHORISED_ROLES) else code


@once
def _displays(system: str) -> Mapping[str, str]:
    """Code -> display, by the newest definition of the list that is available."""
    packages = [package for package in shipped().packages if ("CodeSystem", system) in package.definitions]
    newest = max(packages, key=lambda package: version_numbers(package.version))
    return {each["code"]: each["display"] for each in newest.definitions["CodeSystem", system]["concept"]}
