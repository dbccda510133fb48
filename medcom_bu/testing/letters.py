"""One complete, valid message of each letter and version, made from the declarations: every element occurs.

The persons are of the national test list; the numbers of organisations are MedCom's published examples.
"""

from __future__ import annotations

from typing import Any

from medcom_bu.declare.base import fields
from medcom_bu.declare.oioxml import (
    Binary,
    Choice,
    Codes,
    Date,
    Element,
    Fixed,
    Flag,
    Formatted,
    PositiveInteger,
    String,
    Time,
    Value,
    Version,
    Wrapped,
    elements,
    leaf_type,
)
from medcom_bu.messages.emessage import Emessage
from medcom_bu.messages.headers import Envelope
from medcom_bu.messages.letters import letters, spec_of, version_in
from medcom_bu.values.base64 import Base64
from medcom_bu.values.codes import AcknowledgementCode, IdentifierCode, ObjectCode, ObjectExtensionCode
from medcom_bu.values.text import FormattedText, Mark, Style, Styled

CONTENT = b"%PDF-1.4\n% et bilag uden indhold\n"
_UUID = "5f0c3b1e-7a52-4d6a-9a3e-0c1d2e3f4a5b"
_TEXTS = {
    "EANIdentifier": "5790000121526",
    "OriginalEnvelopeIdentifier": "KUVERT00000001",
    "OriginalLetterIdentifier": "BREV0000000001",
    "OriginalVersionCode": "XH0131R",
    "OrganisationName": "Eksempel Kommune",
    "DepartmentName": "Børn og Unge",
    "UnitName": "Let behandlingstilbud",
    "StreetName": "Prøvevej 1",
    "SuburbName": "Prøveby",
    "DistrictName": "Eksempelstad",
    "PostCodeIdentifier": "9999",
    "TelephoneSubscriberIdentifier": "00000000",
    "EmailIdentifier": "test@example.invalid",
    "CivilRegistrationNumber": "0201609995",
    "AlternativeIdentifier": "0703921VJ5",
    "PersonIdentifier": "0504909995",
    "PersonSurnameName": "Testesen",
    "PersonGivenName": "Test",
    "PersonName": "Test Psykolog",
    "PersonTitle": "Psykolog",
    "OccupancyText": "Skoleelev",
    "EpisodeOfCareType": "FORLOEBSNUMMER",
    "EpisodeOfCareIdentifier": "0123456789abcdef0123456789abcdef",
    "DiagnoseCode": "DZ032",
    "DiagnoseText": "Observation pga. mistanke om psykisk sygdom",
    "RefDescription": "Pædagogisk psykologisk vurdering",
    "URL": "https://example.invalid/bilag",
    "Subject": "Opfølgning",
    "Contents": "Systemdata",
}
_RICH = FormattedText(
    (
        "Ængstelig i skolen",
        Mark.BREAK,
        Mark.SPACE,
        Styled(Style.BOLD, ("vigtigt", Mark.BREAK)),
        Styled(Style.FIXED_FONT, ("a", Mark.SPACE, Styled(Style.ITALIC, ("b",)))),
        " & <mere>",
    )
)
_LETTER = FormattedText((*_RICH.nodes, Mark.BREAK, "04.05.2026 Test Psykolog, psykolog"))
_PLAIN = FormattedText(("Afvist", Mark.BREAK, "se bilag"))


def letter_samples() -> dict[str, Emessage]:
    """The messages by type and version, such as ``"XREF01/XH0131R"``, in the order of the letters."""
    return {
        f"{version.type_code}/{version.code}": complete(cls, version)
        for cls in letters()
        for version in spec_of(cls).versions
    }


def complete(cls: type[Value], version: Version, alternative: int = 0) -> Emessage:
    """A message with one letter that has every element of its version; of choices, the one with that number."""
    letter: Any = _value(cls, version, alternative)
    envelope: Any = _value(Envelope, version_in(cls, version.namespace), alternative)
    receipt = version.type_code.startswith("XCTL")
    code = AcknowledgementCode.NOT_WANTED if receipt else AcknowledgementCode.WANTED
    return Emessage(
        envelope=envelope.replace(identifier="KUVERT00000001", acknowledgement_code=code), letters=(letter,)
    )


def _value(cls: type[Value], version: Version, alternative: int) -> Value:
    values: dict[str, Any] = {}
    for name, declared in fields(cls).items():
        options = [element for element in elements(declared) if element.exists_in(version.code)]
        if options:
            chosen = options[alternative % len(options)] if isinstance(declared, Choice) else options[0]
            value = _item(chosen, version, alternative)
            values[name] = (value,) if isinstance(declared, Element) and declared.max != 1 else value
    return cls(**values)


def _item(element: Element, version: Version, alternative: int) -> Any:
    if isinstance(element.type, type):
        return _value(element.type, version, alternative)
    text = _leaf(element, leaf_type(element.type, version.code), version)
    return element.type.wrapper(text) if isinstance(element.type, Wrapped) else text


def _leaf(element: Element, leaf: Any, version: Version) -> Any:
    if isinstance(leaf, Fixed):
        return getattr(version, leaf.attribute)
    if isinstance(leaf, Codes):
        codes = [code for code in leaf.codes if code.known_in(version.code)]
        return _PREFERRED.get(leaf.codes, codes[0])
    if isinstance(leaf, String):
        return _string(element, leaf, version)
    if element.name == "Text01":
        return _LETTER
    return _OTHERS[type(leaf)](leaf)


def _string(element: Element, leaf: String, version: Version) -> str:
    if element.name == "Identifier":
        return "BREV0000000001" if leaf.max == 14 else _TEXTS["EANIdentifier"]
    if element.name == "ObjectIdentifier":
        return _UUID if leaf.pattern else _UUID.replace("-", "")
    if element.name == "StatisticalCode":
        return version.type_code
    text = _TEXTS.get(element.name)
    return (element.danish or element.name).ljust(leaf.min, ".")[: leaf.max] if text is None else text


_PREFERRED: dict[Any, Any] = {
    IdentifierCode: IdentifierCode.LOCATION_NUMBER,
    ObjectCode: ObjectCode.VECTOR_GRAPHICS,
    ObjectExtensionCode: ObjectExtensionCode.PDF,
}
_OTHERS: dict[type, Any] = {
    Date: lambda _: "2026-05-04",
    Time: lambda _: "09:30",
    PositiveInteger: lambda _: str(len(CONTENT)),
    Flag: lambda _: "true",
    Binary: lambda _: Base64(CONTENT),
    Formatted: lambda leaf: _PLAIN if leaf.simple else _RICH,
}
