"""The consignment of OIO-XML: an envelope and its letters, and the header that every letter has.

Source: MedCom's XML schemas, EMessage.xsd and LetterType, the same in every namespace but for what is marked.
"""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from medcom_bu.arguments import check_fields
from medcom_bu.declare.oioxml import Codes, Fixed, LetterSpec, String, Value, declaration, element
from medcom_bu.values.codes import AcknowledgementCode, StatusCode
from medcom_bu.values.parties import STRING_17, STRING_35
from medcom_bu.values.timestamps import DateAndTime

STRING_14 = String(1, 14)


@declaration
class Envelope(Value):
    """Transmission data. ``identifier`` is unique for the sender."""

    sent: DateAndTime = element("Sent", DateAndTime, danish="Afsendt")
    identifier: str = element("Identifier", STRING_14, danish="Kuvertnummer")
    acknowledgement_code: AcknowledgementCode | str = element(
        "AcknowledgementCode", Codes(AcknowledgementCode), danish="Positiv kvittering"
    )


EPISODE_OF_CARE_TYPE = "FORLOEBSNUMMER"
"""The kind of course number written where none is given. The standard's values are not public: agree on yours."""


@declaration
class EpisodeOfCare(Value):
    """A course of treatment. The values of its type are not in the public sources."""

    episode_of_care_type: str = element("EpisodeOfCareType", STRING_17, danish="Forløbstype")
    episode_of_care_identifier: str = element("EpisodeOfCareIdentifier", STRING_35, danish="Forløbsnummer")


@declaration
class LetterHeader(Value):
    """What every letter but a receipt begins with. ``identifier`` is unique for the sender."""

    identifier: str = element("Identifier", STRING_14, danish="Brevnummer")
    version_code: str = element("VersionCode", Fixed("code"), danish="Version")
    statistical_code: str = element("StatisticalCode", String(1, 8), danish="Statistikkode")
    authorisation: DateAndTime = element("Authorisation", DateAndTime, danish="Godkendt")
    type_code: str = element("TypeCode", Fixed("type_code"), danish="Brevtype")
    status_code: StatusCode | str = element("StatusCode", Codes(StatusCode), danish="Brevets status")
    episode_of_care: tuple[EpisodeOfCare, ...] = element(
        "EpisodeOfCare",
        EpisodeOfCare,
        default=(),
        max=None,
        versions=("XH0131R",),
        required_in=("XH0131R",),
        danish="Forløb",
    )
    episode_of_care_identifier: str | None = element(
        "EpisodeOfCareIdentifier", STRING_35, default=None, versions=("XH0130R", "XD9134L"), danish="Forløbsnummer"
    )


@attrs.frozen(field_transformer=check_fields)
class LocalElements:
    """A private extension, as the XML that came, standing after the letter number ``after`` (from 0)."""

    after: int
    xml: str = attrs.field(repr=False)


def _tuple(items: object) -> object:
    return tuple(items) if isinstance(items, list) else items


@declaration
class Emessage(Value):
    """An envelope with one or more letters.

    ``namespace`` says which schema the letters belong to; left out, it is that of the first letter's version.
    """

    envelope: Envelope = element("Envelope", Envelope, danish="Kuvert")
    letters: tuple[Value, ...] = attrs.field(converter=_tuple)
    local_elements: tuple[LocalElements, ...] = attrs.field(default=(), converter=_tuple)
    namespace: str = attrs.field(default=attrs.Factory(lambda self: _namespace(self.letters), takes_self=True))

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        if not all(isinstance(letter, Value) and type(letter).__letter__ for letter in self.letters):
            raise TypeError("Emessage.letters takes letters")

    def __repr__(self) -> str:
        return f"Emessage(envelope={self.envelope!r}, letters={self.letters!r})"


@attrs.frozen(field_transformer=check_fields)
class Consignment:
    """A letter and its attachments: separate messages that belong together, the letter first.

    They may not share an Emessage, since their versions have different namespaces.
    """

    messages: tuple[Emessage, ...] = attrs.field(converter=_tuple)

    def __iter__(self) -> Iterator[Emessage]:
        return iter(self.messages)

    def __len__(self) -> int:
        return len(self.messages)


def _namespace(letters: tuple[Value, ...]) -> str:
    first = letters[0] if letters else None
    spec = type(first).__letter__ if first is not None else None
    return namespace_of(spec, getattr(getattr(first, "letter", None), "version_code", None)) if spec else ""


def namespace_of(spec: LetterSpec, version_code: str | None) -> str:
    """The namespace of a letter's version, of its default version where the code is unknown."""
    namespaces = {version.code: version.namespace for version in spec.versions}
    return namespaces.get(version_code or "", spec.versions[0].namespace)
