"""How inputs are broken on purpose: each way has a name, and says what it does."""

from __future__ import annotations

import base64
import json
import re
import uuid
from collections.abc import Callable, Mapping
from typing import Any

import attrs

from medcom_bu.issues import Text


@attrs.frozen
class Break:
    """A way to break a message: what it does, and the bytes that it makes of others."""

    says: Text
    change: Callable[[bytes], bytes]


def edited(data: bytes, kind: str, edit: Callable[[dict[str, Any]], object]) -> bytes:
    """FHIR JSON with each resource of a kind edited in place; other bytes are given back as they are."""
    try:
        bundle = json.loads(data)
    except ValueError:
        return data
    if kind == "Bundle":
        edit(bundle)
    for entry in bundle.get("entry", ()):
        if entry["resource"]["resourceType"] == kind:
            edit(entry["resource"])
    return json.dumps(bundle, ensure_ascii=False).encode()


def without(kind: str, name: str) -> Callable[[bytes], bytes]:
    """An edit of FHIR JSON that takes a property away from each resource of a kind."""
    return lambda data: edited(data, kind, lambda resource: resource.pop(name, None))


def replaced(pattern: str, new: str) -> Callable[[bytes], bytes]:
    """An edit of text: the first match of a pattern becomes another text."""
    return lambda data: re.sub(pattern.encode(), new.encode(), data, count=1)


def _about_nothing_sent(data: bytes) -> bytes:
    found = re.search(rb'"response":\{"identifier":"([^"]+)"', data)
    return data.replace(found[1], str(uuid.uuid4()).encode()) if found else data


def _of_no_version(data: bytes) -> bytes:
    return data.replace(b"XH0131R", b"XH0199R").replace(b"D9134L", b"D9199L")


def _without_wish(data: bytes) -> bytes:
    return re.sub(rb"(UNB.[^']*)\+1'", rb"\1+0'", data.replace(b"pluspositivkvitt", b"minuspositivkvitt"), count=1)


def _with_noise(data: bytes) -> bytes:
    def noise(found: re.Match[bytes]) -> bytes:
        size = len(base64.b64decode(found[2]))
        return found[1] + base64.b64encode(bytes(251 - place % 89 for place in range(size)))

    return re.sub(rb"(<Object_Base64Encoded>)([^<]*)", noise, data, count=1)


BREAKS: Mapping[str, Break] = {
    "without-category": Break(
        Text("Communication.category is removed", "Communication.category er fjernet"),
        without("Communication", "category"),
    ),
    "without-text": Break(
        Text("a text segment has no content", "et tekstsegment har intet indhold"),
        lambda data: edited(data, "Communication", lambda each: each["payload"][0].pop("contentString", None)),
    ),
    "patient-misnamed": Break(
        Text("the element Patient has another name", "elementet Patient har et andet navn"),
        lambda data: data.replace(b"Patient>", b"Borger>"),
    ),
    "wrong-version": Break(
        Text("VersionCode is a value that does not exist", "VersionCode er en der ikke findes"),
        _of_no_version,
    ),
    "file-of-noise": Break(
        Text("no program can open the bytes of the file", "filen kan ikke åbnes af noget program"),
        _with_noise,
    ),
    "file-not-base64": Break(
        Text("the base64 of the file has invalid characters", "filens base64 har andre tegn"),
        replaced("<Object_Base64Encoded>....", "<Object_Base64Encoded>!?!?"),
    ),
    "unknown-code": Break(
        Text("a code of the citizen's status is not in the list", "koden for borgerens status er ikke på listen"),
        replaced(
            "<EpisodeOfCareStatusCode>[^<]*",
            "<EpisodeOfCareStatusCode>hjemme",
        ),
    ),
    "number-of-another-kind": Break(
        Text(
            "the sender has a provider number in place of a location number",
            "afsenderen har et ydernummer i stedet for et lokationsnummer",
        ),
        replaced(
            r"<Identifier>[^<]*(</Identifier>\s*<IdentifierCode>)[^<]*",
            r"<Identifier>999999\g<1>ydernummer",
        ),
    ),
    "time-unknown": Break(
        Text("the times of envelope and letter are 00:00", "klokkeslættene for kuvert og brev er 00:00"),
        lambda data: re.sub(rb"<Time>[^<]*", b"<Time>00:00", data),
    ),
    "sender-name-unknown": Break(
        Text("the name of the sender is _", "afsenderens navn er _"),
        replaced("<OrganisationName>[^<]*", "<OrganisationName>_"),
    ),
    "receipt-not-wanted": Break(
        Text("no positive receipt is requested", "der bedes ikke om positiv kvittering"),
        _without_wish,
    ),
    "wrong-version-receipt-not-wanted": Break(
        Text(
            "VersionCode does not exist, and no positive receipt is requested",
            "VersionCode findes ikke, og der bedes ikke om positiv kvittering",
        ),
        lambda data: _without_wish(_of_no_version(data)),
    ),
    "without-original-letter": Break(
        Text("OriginalLetter is removed", "OriginalLetter er fjernet"),
        lambda data: re.sub(rb"<OriginalLetter>.*</OriginalLetter>", b"", data, flags=re.DOTALL),
    ),
    "receipt-of-another": Break(
        Text(
            "the numbers of envelope and letter are those of another",
            "kuvertens og brevets numre er en anden meddelelses",
        ),
        lambda data: re.sub(rb"(<Original(Envelope|Letter)Identifier>)[^<]*", rb"\g<1>ANDET12345", data),
    ),
    "without-status": Break(
        Text("Communication.status is removed", "Communication.status er fjernet"),
        without("Communication", "status"),
    ),
    "without-provenance": Break(
        Text("all Provenances are removed", "alle Provenance-ressourcer er fjernet"),
        lambda data: edited(
            data,
            "Bundle",
            lambda each: each.update(
                entry=[one for one in each["entry"] if one["resource"]["resourceType"] != "Provenance"]
            ),
        ),
    ),
    "unknown-category": Break(
        Text("the category is a code that does not exist", "kategorien er en kode der ikke findes"),
        lambda data: edited(
            data, "Communication", lambda each: each["category"][0]["coding"][0].update(code="no-such-category")
        ),
    ),
    "forbidden-file-type": Break(
        Text("a file has a type that is not permitted", "en fil har en type der ikke er tilladt"),
        replaced('"contentType":"application/pdf"', '"contentType":"application/zip"'),
    ),
    "without-code": Break(
        Text("the answer has no code", "svaret har ingen kode"),
        lambda data: edited(data, "MessageHeader", lambda each: each["response"].pop("code", None)),
    ),
    "about-nothing-sent": Break(
        Text("the answer names a message that nobody sent", "svaret nævner en meddelelse som ingen har sendt"),
        _about_nothing_sent,
    ),
    "cut-off": Break(
        Text("the last tenth of the bytes is missing", "den sidste tiendedel af bytene mangler"),
        lambda data: data[: len(data) * 9 // 10],
    ),
}
"""The ways by the name that a case calls them."""
