"""Odd but valid: how systems that MedCom has approved write, each way by a name that a case calls it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Any

import attrs

from medcom_bu.certification.inputs.breaking import edited, without
from medcom_bu.issues import Text

_TIME = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d")
_IDENTIFIER = re.compile(rb"urn:uuid:([0-9a-f]{8}-[0-9a-f]{4}-)4([0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12})")


@attrs.frozen
class Variation:
    """A way to write: what is odd about it, and the bytes that it makes of others."""

    says: Text
    change: Callable[[bytes], bytes]


def _in_zone(zone: tzinfo, *, fraction: str = "", name: str = "") -> Callable[[bytes], bytes]:
    """Every time is the same instant in another zone, with these fractions; ``name`` stands for the offset."""

    def write(found: re.Match[bytes]) -> bytes:
        told = datetime.fromisoformat(found[0].decode()).astimezone(zone).isoformat()
        return f"{told[:19]}{fraction}{name or told[19:]}".encode()

    return lambda data: _TIME.sub(write, data)


def _prefixed_ids(data: bytes) -> bytes:
    """Ids of all resources but the header begin with a word: each is a FHIR id, none a UUID."""
    for entry in json.loads(data)["entry"]:
        number = entry["resource"]["id"].encode()
        if entry["resource"]["resourceType"] != "MessageHeader":
            data = data.replace(number, b"x." + number)
    return data


def _more_than_asked(data: bytes) -> bytes:
    """What the profiles neither ask for nor forbid."""
    told = {"telecom": [{"system": "phone", "value": "00000000", "use": "work"}]}
    for kind, more in (("Patient", {"gender": "other", **told}), ("Organization", told)):
        data = edited(data, kind, lambda each, more=more: each.update(more))  # type: ignore[misc]
    return data


def _with_creation(communication: dict[str, Any]) -> None:
    """Each file, not a link, was made when its segment was dated."""
    for payload in communication["payload"]:
        file = payload.get("contentAttachment", {})
        if "data" in file:
            dated = next(each for each in payload["extension"] if "valueDateTime" in each)
            file["creation"] = dated["valueDateTime"]


def _admitted(encounter: dict[str, Any]) -> None:
    encounter["status"] = "in-progress"
    encounter["class"].update(code="IMP")


VARIATIONS: Mapping[str, Variation] = {
    "times-in-z": Variation(
        Text("all times are in UTC, with a Z", "alle tidspunkter er i UTC, med et Z"), _in_zone(UTC, name="Z")
    ),
    "times-of-another-zone": Variation(
        Text("all times have the time zone of India", "alle tidspunkter er i indisk tid"),
        _in_zone(timezone(timedelta(hours=5, minutes=30))),
    ),
    "fractions-of-seconds": Variation(
        Text("seconds have seven digits of fractions, in UTC", "sekunder har syv decimaler, i UTC"),
        _in_zone(UTC, fraction=".1234567", name="Z"),
    ),
    "uuid-version-7": Variation(
        Text("identifiers are UUIDs of version 7", "identifikatorer er UUID version 7"),
        lambda data: _IDENTIFIER.sub(rb"urn:uuid:\g<1>7\2", data),
    ),
    "telephone-by-sms": Variation(
        Text("the citizen has a telephone number for text messages", "borgeren har et telefonnummer til sms"),
        lambda data: edited(
            data, "Patient", lambda each: each.update(telecom=[{"system": "sms", "value": "00000000"}])
        ),
    ),
    "ids-that-are-no-uuids": Variation(
        Text("ids of resources are no UUIDs", "ressourcers id er ikke UUID'er"), _prefixed_ids
    ),
    "without-organisation-names": Variation(
        Text("organisations have codes and no names", "organisationer har koder og intet navn"),
        without("Organization", "name"),
    ),
    "files-with-creation": Variation(
        Text("each file says when it was created", "hver fil oplyser hvornår den er lavet"),
        lambda data: edited(data, "Communication", _with_creation),
    ),
    "admitted": Variation(
        Text("the encounter is that of an admitted citizen", "kontakten er for en indlagt borger"),
        lambda data: edited(data, "Encounter", _admitted),
    ),
    "more-than-the-standard": Variation(
        Text(
            "the citizen's telephone number and gender, and the units' telephone numbers",
            "borgers telefon og køn, enhedernes telefon",
        ),
        _more_than_asked,
    ),
}
"""The ways by the name that a case calls them."""
