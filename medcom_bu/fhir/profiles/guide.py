"""Which definitions serve a message: the guide that its profiles or its event name, in the version that it asks for.

A bundle does not say by which version of a guide it was made. What can tell: the versions behind the profiles that it
and its MessageHeader claim, and behind MessageHeader.definition (``...|5.0``). The first two numbers count. Where
none is named, FHIR leaves open which version is meant: the newest available is taken, as HL7's validator does.

Source: MedCom, governance of FHIR messaging; FHIR R4, MessageHeader.event and definition, Canonical URLs.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from medcom_bu.fhir.profiles.packages import Definition, Definitions, Library, Package
from medcom_bu.numerals import version_numbers


def choose_guide(bundle: dict[str, Any], library: Library) -> Definitions | None:
    """The definitions to judge a message by, or None where no package available knows it."""
    header = header_of(bundle)
    for claims in (claims_of(bundle), claims_of(header)):
        urls = {claim.partition("|")[0] for claim in claims}
        candidates = [package for package in library.packages if any(_defines(package, url) for url in urls)]
        if candidates:
            return _in_version(candidates, bundle, header, library)
    code = _event(header)
    candidates = [package for package in library.packages if code and code in _events(package)]
    return _in_version(candidates, bundle, header, library) if candidates else None


def bundle_profile(definitions: Definitions) -> str | None:
    """The canonical URL of the one Bundle profile of a guide."""
    urls = [
        profile["url"]
        for profile in definitions.root.definitions_of_kind("StructureDefinition")
        if profile.get("type") == "Bundle"
    ]
    return urls[0] if len(urls) == 1 else None


def header_of(bundle: dict[str, Any]) -> dict[str, Any]:
    """The MessageHeader that a message starts with; empty where there is none."""
    entries = bundle.get("entry")
    first = entries[0] if type(entries) is list and entries else None
    header = first.get("resource") if type(first) is dict else None
    return header if type(header) is dict and header.get("resourceType") == "MessageHeader" else {}


def is_message(resource: dict[str, Any]) -> bool:
    """Whether a resource is meant as a message: a Bundle that says so, or that begins with a MessageHeader."""
    return resource.get("resourceType") == "Bundle" and (resource.get("type") == "message" or bool(header_of(resource)))


def claims_of(resource: dict[str, Any]) -> list[str]:
    """The profiles that a resource claims."""
    meta = resource.get("meta")
    claims = meta.get("profile") if type(meta) is dict else None
    return [claim for claim in claims if type(claim) is str] if type(claims) is list else []


def _defines(package: Package, url: str) -> bool:
    return ("StructureDefinition", url) in package.definitions


def _in_version(
    packages: list[Package], bundle: dict[str, Any], header: dict[str, Any], library: Library
) -> Definitions:
    """The newest of some packages: of a version asked for, or else of the same first number, if there is one."""
    definition = header.get("definition")
    asked = [definition] if type(definition) is str else []
    versions = [claim.partition("|")[2] for claim in (*claims_of(bundle), *claims_of(header), *asked)]
    asked_versions = {number[:2] for number in map(version_numbers, versions) if len(number) > 1}
    fitting = [package for package in packages if version_numbers(package.version)[:2] in asked_versions]
    first_numbers = {numbers[:1] for numbers in asked_versions}
    near = [package for package in packages if version_numbers(package.version)[:1] in first_numbers]
    newest = max(fitting or near or packages, key=lambda package: version_numbers(package.version))
    return library.definitions(newest.name, newest.version)


def _event(header: dict[str, Any]) -> str | None:
    event = header.get("eventCoding")
    code = event.get("code") if type(event) is dict else None
    return code if type(code) is str else None


def _events(package: Package) -> set[str]:
    """The codes of the events that the MessageHeader profiles of a package stand for."""
    headers = [
        profile
        for profile in package.definitions_of_kind("StructureDefinition")
        if profile.get("type") == "MessageHeader"
    ]
    return {code for header in headers for code in _fixed_events(header)}


def _fixed_events(header: Definition) -> Iterator[str]:
    for element in (header.get("differential") or header.get("snapshot") or {}).get("element", ()):
        if str(element.get("path")).startswith("MessageHeader.event[x]"):
            coding = element.get("patternCoding") or element.get("fixedCoding") or {}
            codes = (element.get("patternCode"), element.get("fixedCode"), coding.get("code"))
            yield from (code for code in codes if type(code) is str)
