"""FHIR messages in and out, as JSON and XML: CareCommunication 5.0 and 4.0, Acknowledgement 2.0."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any, BinaryIO

from medcom_bu.errors import InvalidMessage
from medcom_bu.fhir import kinds
from medcom_bu.fhir.data import Plain, dump_json, load_json, root_name, shown_name
from medcom_bu.fhir.paths import to_attribute, to_fhirpath
from medcom_bu.fhir.shape import check_resource
from medcom_bu.fhir.values import to_plain, to_value
from medcom_bu.issues import Issue, Layer, Reading, Report
from medcom_bu.messages.acknowledgement import AcknowledgementMessage
from medcom_bu.messages.care_communication import DEFINITIONS, VERSIONS, CareCommunicationMessage
from medcom_bu.messages.other_fhir import OtherFhirMessage
from medcom_bu.values.fhir_codes import Event
from medcom_bu.values.fhir_resources import Entry, MessageHeader
from medcom_bu.values.structures import rests

LAYERS = (Layer.SYNTAX, Layer.SCHEMA, Layer.PROFILE, Layer.RULE)
"""What can be asked of a FHIR message; the last two are not the codec's."""

FhirMessage = CareCommunicationMessage | AcknowledgementMessage | OtherFhirMessage

_MESSAGES: Mapping[str, type[FhirMessage]] = {
    Event.CARE_COMMUNICATION: CareCommunicationMessage,
    Event.ACKNOWLEDGEMENT: AcknowledgementMessage,
}

_OTHER_VERSIONS = ("2.0",)


def read(data: bytes | BinaryIO) -> Reading[FhirMessage]:
    """Read bytes, or a binary file. Never raises for bad input.

    Issues: those of ``fhir.kinds``, at FHIRPath. ``Reading.message`` is None where the bytes hold no message that is
    known.
    """
    whole = data if isinstance(data, bytes) else data.read()
    loaded = load_json(whole)
    if loaded.message is None and loaded.failed:
        return Reading(None, loaded.issues, (Layer.SYNTAX,))
    message, found = _message(loaded.message)
    locate = str if message is None else functools.partial(to_fhirpath, message)
    return Reading(message, (*loaded.issues, *found), (Layer.SYNTAX, Layer.SCHEMA), locate)


def judge(message: FhirMessage) -> Reading[FhirMessage]:
    """Judge the data that would be sent, and say where in the value: the issues are at attribute paths."""
    _, found = _message(to_plain(message))
    return Reading(
        message,
        tuple(issue.moved(to_attribute(message, issue.path)) for issue in found),
        (Layer.SYNTAX, Layer.SCHEMA),
    )


def _message(plain: Plain) -> tuple[FhirMessage | None, list[Issue]]:
    found: list[Issue] = []
    path = root_name(plain)
    check_resource(plain, path, found)
    if type(plain) is not dict:
        return None, found
    if plain.get("resourceType") != "Bundle":
        return None, [*found, kinds.NOT_A_BUNDLE.at(path)]
    header = _header(plain, found)
    _check_full_urls(plain, found)
    if header is None:
        return None, found
    event = header.get("eventCoding")
    code = event.get("code") if type(event) is dict else None
    cls = _MESSAGES.get(code, OtherFhirMessage) if type(code) is str else OtherFhirMessage
    if cls is OtherFhirMessage:
        kind = kinds.EVENT_OTHER if code in Event._value2member_map_ else kinds.EVENT
        found.append(kind.at("Bundle.entry[0].resource.event", known=", ".join(_MESSAGES)))
    message: FhirMessage = to_value(cls, {key: item for key, item in plain.items() if key != "resourceType"})
    found += _kept(message, found)
    return message, found


def _kept(message: FhirMessage, found: list[Issue]) -> list[Issue]:
    """What is kept without a field; not where something is wrong with it."""
    wrong = {issue.path.rpartition("[")[0] if issue.path.endswith("]") else issue.path for issue in found}
    kept = []
    for owner, name in rests(message):
        path = f"{to_fhirpath(message, owner)}.{shown_name(name)}"
        if path.replace("._", ".") not in wrong:
            kept.append(kinds.KEPT.at(path, name=shown_name(name)))
    return kept


def _resources(bundle: Plain) -> list[tuple[int, dict[str, Plain]]]:
    entries = bundle.get("entry")
    found = []
    for index, entry in enumerate(entries if type(entries) is list else ()):
        resource = entry.get("resource") if type(entry) is dict else None
        if type(resource) is dict:
            found.append((index, resource))
    return found


def _header(bundle: Plain, found: list[Issue]) -> dict[str, Plain] | None:
    """The MessageHeader, wherever it is."""
    held = _resources(bundle)
    header = next(((at, item) for at, item in held if item.get("resourceType") == "MessageHeader"), None)
    if header is None or header[0] != 0:
        found.append(kinds.NO_HEADER.at("Bundle.entry[0]"))
    return None if header is None else header[1]


def _check_full_urls(bundle: Plain, found: list[Issue]) -> None:
    seen: set[Any] = set()
    entries = bundle.get("entry")
    for index, entry in enumerate(entries if type(entries) is list else ()):
        url = entry.get("fullUrl") if type(entry) is dict else None
        if type(url) is str and url in seen:
            found.append(kinds.FULL_URL_DUPLICATE.at(f"Bundle.entry[{index}].fullUrl"))
        elif type(url) is str:
            seen.add(url)


def write(message: FhirMessage, file: Any, form: str = "json", version: str | None = None) -> None:
    """Write the message to a binary file. ``form`` is ``"json"``.

    Raises InvalidMessage where the message has no such version.
    """
    plain = to_plain(message if version is None else in_version(message, version))
    if form != "json":
        raise ValueError('FHIR is written as "json" or "xml"')
    file.write(dump_json(plain))


def in_version(message: FhirMessage, version: str) -> FhirMessage:
    """The message in a version of its standard: the definition in its header says which.

    Raises InvalidMessage where there is no such version.
    """
    known = VERSIONS if isinstance(message, CareCommunicationMessage) else _OTHER_VERSIONS
    if version not in known:
        issue = kinds.VERSION.at("header.definition", expected=", ".join(known))
        raise InvalidMessage(Report.of([issue], [Layer.SCHEMA], LAYERS))
    if not isinstance(message, CareCommunicationMessage) or message.version == version:
        return message
    entries = tuple(_redefined(entry, DEFINITIONS[version]) for entry in message.entry)
    return message.replace(entry=entries)


def _redefined(entry: Entry, definition: str) -> Entry:
    if not isinstance(entry.resource, MessageHeader):
        return entry
    return entry.replace(resource=entry.resource.replace(definition=definition))
