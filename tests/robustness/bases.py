"""Sound messages on every wire, the same at every call: where mutants start and the corpus comes from."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import medcom_bu
from medcom_bu.builders import ClinicalEmailBuilder
from medcom_bu.builders.care_parts import organization
from medcom_bu.builders.threads import Author
from medcom_bu.envelopes import sbdh, vans
from medcom_bu.ids_and_clock import IdsAndClock
from medcom_bu.messages.emessage import Emessage, LocalElements
from medcom_bu.rendering.latin_pdf import latin_pdf
from medcom_bu.testing.letters import letter_samples
from medcom_bu.testing.sets import fhir_samples
from tests.support import other_letters
from tests.support.ids_and_clock import counted
from tests.support.typed import read_as

OIOXML, EDIFACT, VANS, SBDH, FHIR_JSON, FHIR_XML = WIRES = (
    *("oioxml", "edifact", "vans", "sbdh"),
    *("fhir-json", "fhir-xml"),
)


def fixed(first: int = 1) -> IdsAndClock:
    """Numbers, UUIDs and a clock that are the same at every call."""
    return counted(datetime(2026, 5, 4, 9, 30, 59, tzinfo=UTC), first=first)


@functools.cache
def letters() -> dict[str, Emessage]:
    """The samples, a reply and its attachment, two letters in one, one of another type, what is kept beside fields."""
    found = dict(letter_samples())
    email, referral = found["XDIS91/XD9134L"], found["XREF01/XH0131R"]
    builder = ClinicalEmailBuilder.reply_to(email, text="Tak.\nVi ses.", ids=fixed())
    builder.attach(latin_pdf("Vurdering", ["Alle oplysninger er opdigtede."]), title="Vurdering")
    found["reply"], found["its attachment"] = builder.build()
    local = f'<Local_Elements xmlns="{referral.namespace}"><x:a xmlns:x="urn:x" b="c">d</x:a></Local_Elements>'
    found["local elements"] = referral.replace(local_elements=(LocalElements(0, local),))
    kept = medcom_bu.to_xml(email).replace(b"<Subject>", b"<Egen a='b'>x<c/></Egen><Subject>", 1)
    found["kept elements"] = read_as(Emessage, kept)
    found["two letters"] = email.replace(letters=email.letters * 2)
    found["another type"] = read_as(Emessage, other_letters.DISCHARGE)
    return found


@functools.cache
def fhir_messages() -> dict[str, Any]:
    """The samples, a reply, a forward, and a message of another event."""
    found: dict[str, Any] = dict(fhir_samples())
    first = found["CareCommunication/5.0"]
    author = Author(given="Per", family="Prøve", telephone="00000000", role_code="paedagog")
    builder = medcom_bu.CareCommunicationBuilder
    found["reply"] = builder.reply_to(first, ids=fixed(100)).write("Tak.", author=author).build()
    away = organization("Eksempel Region", sor="265161000016000", gln="5790000121526")
    forward = builder.forward(found["reply"], earlier=[first], receiver=away, ids=fixed(200))
    found["forward"] = forward.write("Se her.", author=author).build()
    other = json.loads(medcom_bu.to_fhir(first))
    other["entry"][0]["resource"]["eventCoding"]["code"] = "hospital-notification-message"
    found["another event"] = medcom_bu.read(json.dumps(other).encode()).message
    return found


def edifact_letters() -> dict[str, bytes]:
    """Text and binary: letters, receipts, and an object of every byte."""
    found: dict[str, bytes] = {}
    for name, message in letters().items():
        version = "H0130R" if "XH0131R" in name or name == "local elements" else None
        try:
            found[name] = medcom_bu.to_edifact(message, version=version)
        except medcom_bu.InvalidMessage:  # its version has no known layout
            continue
    binary: Any = letter_samples()["XBIN01/XB0131X"]
    item = binary.letters[0].binary_object[0].replace(object_base64_encoded=bytes(range(256)) * 3)
    every = binary.replace(letters=(binary.letters[0].replace(binary_object=(item,)),))
    return found | {"every byte": medcom_bu.to_edifact(every), "another type": other_letters.EPICRISIS}


def envelopes() -> dict[str, Any]:
    """A payload of every wire, wrapped; and the receipts for one."""
    email, reply = letters()["XDIS91/XD9134L"], fhir_messages()["reply"]
    sent = vans.wrap(email, service_tags=[("a", "b")], ids=fixed())
    found = {
        "letter": sent,
        "edifact": vans.wrap(medcom_bu.to_edifact(email), ids=fixed()),
        "fhir json": vans.wrap(medcom_bu.to_fhir(reply), ids=fixed()),
        "fhir xml": vans.wrap(medcom_bu.to_fhir(fhir_messages()["Acknowledgement/2.0"], "xml"), ids=fixed()),
        "bytes": vans.wrap(bytes(range(256)), sender="5790000121526", receiver="5790000121526", name="x", ids=fixed()),
    }
    found["positive"] = vans.positive(sent, ids=fixed())
    found["negative"] = vans.negative(sent, "ukendt type", "1", ids=fixed())
    found["vans negative"] = vans.vans_negative(sent, "ukendt modtager", ids=fixed())
    return found


def business_documents() -> dict[str, Any]:
    """An Acknowledgement in an ehmiSBDH, as JSON and as XML; and the receipts for one."""
    answer = fhir_messages()["Acknowledgement/2.0"]
    sent = sbdh.wrap(answer, ids=fixed())
    return {
        "fhir json": sent,
        "fhir xml": sbdh.wrap(medcom_bu.to_fhir(answer, "xml"), wants_receipt=False, ids=fixed()),
        "positive": sbdh.positive(sent, ids=fixed()),
        "negative": sbdh.negative(sent, "ukendt type", ids=fixed()),
    }


@functools.cache
def bases(wire: str) -> dict[str, bytes]:
    """The messages of one wire, as bytes, by name."""
    if wire == EDIFACT:
        return edifact_letters()
    if wire in (FHIR_JSON, FHIR_XML):
        form = wire.removeprefix("fhir-")
        return {name: medcom_bu.to_fhir(message, form) for name, message in fhir_messages().items()}
    made: dict[str, Callable[[], dict[str, Any]]] = {OIOXML: letters, VANS: envelopes, SBDH: business_documents}
    return {
        f"{name}, {encoding}": medcom_bu.to_xml(message, encoding=encoding)
        for name, message in made[wire]().items()
        for encoding in ("ISO-8859-1", "UTF-8")
    }


def small(wire: str, data: bytes) -> bytes:
    """A FHIR message without narratives and addresses of profiles, which are most of it."""
    if wire == FHIR_XML:
        return re.sub(rb"<(meta|text)>.*?</\1>|\n\s*", b"", data, flags=re.DOTALL)
    return json.dumps(_slim(json.loads(data)), ensure_ascii=False).encode()


def _slim(item: Any) -> Any:
    if isinstance(item, dict):
        return {
            key: _slim(held)
            for key, held in item.items()
            if not (key == "meta" or (key == "text" and isinstance(held, dict)))
        }
    return [_slim(each) for each in item] if isinstance(item, list) else item
