"""FHIR messages in and out, as JSON and XML: CareCommunication 5.0 and 4.0, Acknowledgement 2.0."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, BinaryIO

import attrs

from medcom_bu.declare.fhir import has_rest, rests
from medcom_bu.errors import InvalidMessage
from medcom_bu.fhir.model import catalogue
from medcom_bu.fhir.model.data import Plain, dump_json, load_json, root_name, shown_name
from medcom_bu.fhir.model.gathered import Gathered
from medcom_bu.fhir.model.leftovers import is_leftover
from medcom_bu.fhir.model.paths import step_of, to_attribute, to_fhirpath
from medcom_bu.fhir.model.shape import check_resource
from medcom_bu.fhir.payloads import cut, lightened, pieces, restored
from medcom_bu.fhir.quick import usual_json, usual_message
from medcom_bu.fhir.values import to_plain, to_value
from medcom_bu.fhir.versions import LAYERS, MESSAGES, KnownFhirMessage, in_version
from medcom_bu.fhir.xml.read import load_xml
from medcom_bu.fhir.xml.write import dump_xml
from medcom_bu.issues import Issue, Layer, Loss, Reading, Report, Severity
from medcom_bu.limits import LIMITS, Limits
from medcom_bu.messages.other_fhir import OtherFhirMessage
from medcom_bu.positions import in_fhir_xml, in_json
from medcom_bu.stack import on_any_stack
from medcom_bu.values.fhir_codes import Event

if TYPE_CHECKING:
    from medcom_bu.fhir.profiles.packages import Library

__all__ = ["LAYERS", "judge", "losses", "read", "write"]


def read(data: bytes | BinaryIO, limits: Limits = LIMITS) -> Reading[KnownFhirMessage]:
    """Read bytes, or a binary file. Never raises for bad input.

    Issues: those of ``fhir.model.catalogue``, at FHIRPath. ``Reading.message`` is None where the bytes hold no message
    that is known.
    """
    start = 0 if isinstance(data, bytes) else data.tell()
    not_run: Reading[KnownFhirMessage] = Reading(None, (catalogue.STACK.issue("/"),), ())
    return on_any_stack(lambda: _read_from(data, start, limits), lambda: not_run)


def _read_from(data: bytes | BinaryIO, start: int, limits: Limits) -> Reading[KnownFhirMessage]:
    is_xml = _bytes_of(data, start, _HEAD).lstrip(_BEFORE).startswith(b"<")
    if not isinstance(data, bytes):
        data.seek(start)
    light, contents, gaps = cut(data, is_xml=is_xml)
    reading = _read(light, is_xml, limits)
    if contents:
        message = restored(reading.message, contents) if reading.message is not None else None
        if message is None:
            light, gaps = _bytes_of(data, start), ()
            reading = _read(light, is_xml, limits)
        else:
            reading = _reading(message, reading.issues)
    place_of = functools.partial(in_fhir_xml if is_xml else in_json, light, gaps=gaps)
    return attrs.evolve(reading, place_of=place_of)


def _bytes_of(data: bytes | BinaryIO, start: int, most: int = -1) -> bytes:
    """What is in bytes or a file from a place on, and no more than so much of it."""
    if isinstance(data, bytes):
        return data[:most] if most >= 0 else data
    data.seek(start)
    return data.read(most)


def _read(data: bytes, is_xml: bool, limits: Limits) -> Reading[KnownFhirMessage]:
    if not is_xml and (usual := usual_json(data, limits)) is not None:
        return _reading(usual, ())
    loaded = (load_xml if is_xml else load_json)(data, limits)
    if any(issue.layer is Layer.SYNTAX and issue.severity is Severity.ERROR for issue in loaded.issues):
        return Reading(None, loaded.issues, (Layer.SYNTAX,))
    if not loaded.issues and is_xml and (usual := usual_message(loaded.message)) is not None:
        return _reading(usual, ())
    issues = Gathered(limits.issues)
    issues += loaded.issues
    message = _message(loaded.message, issues)
    reading = _reading(message, issues.all())
    if message is None and type(loaded.message) is dict and loaded.message.get("type") != "message":
        return attrs.evolve(reading, judge_profiles=functools.partial(_judge_by_profiles, loaded.message))
    return reading


def _reading(message: KnownFhirMessage | None, issues: tuple[Issue, ...]) -> Reading[KnownFhirMessage]:
    """What was read of bytes: its issues are at FHIRPath."""
    ran = (Layer.SYNTAX, Layer.SCHEMA)
    if message is None:
        return Reading(None, issues, ran)
    return Reading(
        message, issues, ran, functools.partial(to_fhirpath, message), functools.partial(_check_profiles, message)
    )


_HEAD = 1 << 16
_BEFORE = b"\xef\xbb\xbf\xff\xfe \t\r\n\0"
"""What may come before the first sign: byte order marks, blanks, and zeros where the bytes are UTF-16."""


def judge(message: KnownFhirMessage) -> Reading[KnownFhirMessage]:
    """Judge the data that would be sent, and say where in the value: the issues are at attribute paths."""
    not_run: Reading[KnownFhirMessage] = Reading(message, (catalogue.STACK.issue("/"),), ())
    return on_any_stack(lambda: _judge(message), lambda: not_run)


def _judge(message: KnownFhirMessage) -> Reading[KnownFhirMessage]:
    plain = to_plain(lightened(message)[0])
    issues = Gathered(LIMITS.issues)
    _message(plain, issues)
    return Reading(
        message,
        _at_attributes(message, issues.all()),
        (Layer.SYNTAX, Layer.SCHEMA),
        judge_profiles=functools.partial(_check_profiles_of_value, message),
    )


def _at_attributes(message: KnownFhirMessage, issues: Iterable[Issue]) -> tuple[Issue, ...]:
    return tuple(issue.at(to_attribute(message, issue.path)) for issue in issues)


def _check_profiles_of_value(
    message: KnownFhirMessage, most: int, library: Library | None
) -> tuple[tuple[Issue, ...], bool]:
    issues, is_judged = _check_profiles(message, most, library)
    return _at_attributes(message, issues), is_judged


def _check_profiles(message: KnownFhirMessage, most: int, library: Library | None) -> tuple[tuple[Issue, ...], bool]:
    """What the profiles say of a message, at FHIRPath, and whether one of its own judged it."""
    return _judge_by_profiles(to_plain(lightened(message)[0]), most, library)  # no profile looks into a file


def _judge_by_profiles(
    resource: dict[str, Plain], most: int, library: Library | None
) -> tuple[tuple[Issue, ...], bool]:
    from medcom_bu.fhir.profiles.judge import judge, too_deep

    return on_any_stack(lambda: judge(resource, library, most=most), too_deep)


def _message(plain: Plain, issues: Gathered) -> KnownFhirMessage | None:
    path = root_name(plain)
    check_resource(plain, path, issues)
    if type(plain) is not dict:
        return None
    of_type = plain.get("resourceType")
    if of_type != "Bundle":
        if type(of_type) is str and of_type:  # else that is what is wrong, and it is said
            issues.append(catalogue.NOT_A_BUNDLE.issue(path))
        return None
    header = _header(plain, issues)
    _check_full_urls(plain, issues)
    if header is None:
        return None
    event = header.get("eventCoding")
    code = event.get("code") if type(event) is dict else None
    event_code = code if type(code) is str else ""
    cls = MESSAGES.get(event_code, OtherFhirMessage)
    if cls is OtherFhirMessage and not isinstance(Event.get(event_code), Event):
        issues.append(catalogue.EVENT.issue("Bundle.entry[0].resource.event", known=", ".join(MESSAGES)))
    message: KnownFhirMessage = to_value(cls, {key: value for key, value in plain.items() if key != "resourceType"})
    if has_rest(message):
        _say_what_is_kept(message, issues)
    return message


def _say_what_is_kept(message: KnownFhirMessage, issues: Gathered) -> None:
    """Name what is kept without a field; not where something is wrong with it."""
    wrong = {issue.path.rpartition("[")[0] if issue.path.endswith("]") else issue.path for issue in issues}
    for owner, name in rests(message):
        path = f"{to_fhirpath(message, owner)}.{step_of(shown_name(name))}"
        if path not in wrong and not is_leftover(name):
            issues.append(catalogue.KEPT.issue(path, name=shown_name(name)))


def _resources(bundle: Plain) -> list[tuple[int, dict[str, Plain]]]:
    entries = bundle.get("entry")
    resources = []
    for index, entry in enumerate(entries if type(entries) is list else ()):
        resource = entry.get("resource") if type(entry) is dict else None
        if type(resource) is dict:
            resources.append((index, resource))
    return resources


def _header(bundle: Plain, issues: list[Issue]) -> dict[str, Plain] | None:
    """The MessageHeader, wherever it is."""
    resources = _resources(bundle)
    header = next(
        ((at, resource) for at, resource in resources if resource.get("resourceType") == "MessageHeader"), None
    )
    if header is None or header[0] != 0:
        issues.append(catalogue.NO_HEADER.issue("Bundle.entry[0]"))
    return None if header is None else header[1]


def _check_full_urls(bundle: Plain, issues: list[Issue]) -> None:
    """An address occurs once for each version of its resource (bdl-7)."""
    seen: set[Any] = set()
    entries = bundle.get("entry")
    for index, entry in enumerate(entries if type(entries) is list else ()):
        url = entry.get("fullUrl") if type(entry) is dict else None
        if type(url) is not str:
            continue
        address = url, _version_of(entry.get("resource"))
        if address in seen:
            issues.append(catalogue.FULL_URL_DUPLICATE.issue(f"Bundle.entry[{index}].fullUrl"))
        seen.add(address)


def _version_of(resource: Plain) -> str | None:
    meta = resource.get("meta") if type(resource) is dict else None
    version = meta.get("versionId") if type(meta) is dict else None
    return version if type(version) is str else None


def write(message: KnownFhirMessage, file: BinaryIO, form: str = "json", version: str | None = None) -> None:
    """Write the message to a binary file. ``form`` is ``"json"`` or ``"xml"``.

    Raises InvalidMessage where the message has no such version.
    """
    if form not in _WRITERS:
        raise ValueError('FHIR is written as "json" or "xml"')
    light, contents = lightened(message if version is None else in_version(message, version))
    skeleton = on_any_stack(lambda: _WRITERS[form](to_plain(light)), lambda: None)
    if skeleton is None:
        raise InvalidMessage(Report.from_issues([catalogue.STACK.issue("/")], (), LAYERS))
    file.writelines(pieces(skeleton, contents, form))


_WRITERS = {"json": dump_json, "xml": dump_xml}


def losses(message: KnownFhirMessage, form: str = "json", version: str | None = None) -> tuple[Loss, ...]:
    """Every loss, in document order. Raises InvalidMessage where the message has no such version."""
    from medcom_bu.fhir.losses import losses as losses_of

    return losses_of(message, form, version)
