"""ehmiSBDH: addresses, numbers and scopes. Nothing here looks into the payload.

The official examples break most of this, so that it is a warning.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from medcom_bu.issues import Issue
from medcom_bu.messages.standard_business_document import (
    DOCUMENT_IDS,
    GLN_PREFIX,
    DocumentIdentification,
    Partner,
    ScopeType,
    StandardBusinessDocument,
)
from medcom_bu.rules.catalogue import WARNING, rule
from medcom_bu.rules.envelopes import EMPTY, UUID, UUID_FORM, check_length
from medcom_bu.rules.identifiers import GLN_CHECK
from medcom_bu.values.identifiers import Gln

_SOURCE = "MedCom, dk-ehmi-sbdh 2.0.1"

ADDRESS = rule(
    "sbdh.address",
    WARNING,
    ("the address is not 0088: and a location number", "adressen er ikke 0088: og et lokationsnummer"),
    ("write 0088: and the 13 digits of the location number", "skriv 0088: og lokationsnummerets 13 cifre"),
    _SOURCE,
)
AUTHORITY_MISSING = rule(
    "sbdh.authority",
    WARNING,
    ("the address lacks its attribute Authority", "adressen mangler sin attribut Authority"),
    ('write Authority="iso6523-actorid-upis"', 'skriv Authority="iso6523-actorid-upis"'),
    _SOURCE,
)
SCOPE_MISSING = rule(
    "sbdh.scope-missing",
    WARNING,
    ("the scope {element} is missing", "oplysningen {element} mangler"),
    ("add a Scope of that Type", "tilføj en Scope af den Type"),
    _SOURCE,
)
SCOPE_TWICE = rule(
    "sbdh.scope-repeated",
    WARNING,
    ("the scope {element} occurs more than once", "oplysningen {element} står mere end én gang"),
    ("write it once: a receiver reads one of them", "skriv den én gang: en modtager læser én af dem"),
    _SOURCE,
)
DOCUMENT_ID = rule(
    "sbdh.document-id",
    WARNING,
    ("DOCUMENTID is not that of the Standard and its TypeVersion", "DOCUMENTID er ikke standardens og versionens"),
    ("write {expected}", "skriv {expected}"),
    _SOURCE,
)
PROCESS = rule(
    "sbdh.process-id",
    WARNING,
    ("PROCESSID is not {expected}", "PROCESSID er ikke {expected}"),
    ("write {expected}", "skriv {expected}"),
    _SOURCE,
)

PROCESS_ID = "urn:ehmi:sdn-emergence"
"""The one process that MedCom names."""

_ALWAYS = (
    ScopeType.DOCUMENT_ID,
    ScopeType.PROCESS_ID,
    ScopeType.SENDER_ID,
    ScopeType.RECEIVER_ID,
    ScopeType.MESSAGE_IDENTIFIER,
    ScopeType.MESSAGE_ENVELOPE_IDENTIFIER,
    ScopeType.STATISTICAL_INFORMATION,
)
_ADDRESS = re.compile(GLN_PREFIX + "[0-9]{13}")
_HEADER = "standard_business_document_header"
_SCOPES = f"{_HEADER}.business_scope"


def check(envelope: StandardBusinessDocument) -> Iterator[Issue]:
    """What the rules say of one envelope, apart from what its payload is."""
    header = envelope.standard_business_document_header
    if header is None:
        return
    for name, partner in (("sender", header.sender), ("receiver", header.receiver)):
        yield from _check_partner(partner, f"{_HEADER}.{name}.identifier")
    own = header.document_identification
    if own is not None and not UUID_FORM.fullmatch((own.instance_identifier or "").strip()):
        yield UUID.issue(f"{_HEADER}.document_identification.instance_identifier")
    yield from _check_scopes(envelope, own)
    payload = envelope.payload
    if payload is not None:
        if not payload:
            yield EMPTY.issue(envelope.data_path)
        yield from check_length(payload, envelope.data_path)


def _check_partner(partner: Partner | None, path: str) -> Iterator[Issue]:
    address = partner.identifier if partner is not None else None
    if address is None:
        return
    if not _ADDRESS.fullmatch((address.text or "").strip()):
        yield ADDRESS.issue(path)
    elif not Gln.is_valid(address.number or ""):
        yield GLN_CHECK.issue(path)
    if address.authority is None:
        yield AUTHORITY_MISSING.issue(path)


def _check_scopes(envelope: StandardBusinessDocument, own: DocumentIdentification | None) -> Iterator[Issue]:
    types = [scope.type for scope in envelope.scopes]
    for wanted in _ALWAYS:
        if wanted not in types:
            yield SCOPE_MISSING.issue(_SCOPES, element=str(wanted))
    for number, scope in enumerate(envelope.scopes):
        path = f"{_SCOPES}.scope[{number}]"
        if isinstance(scope.type, ScopeType) and scope.type in types[:number]:
            yield SCOPE_TWICE.issue(path, element=str(scope.type))
        value = (scope.instance_identifier or "").strip()
        expected = DOCUMENT_IDS.get((own.standard, own.type_version)) if own is not None else None
        if scope.type == ScopeType.DOCUMENT_ID and expected is not None and value != expected:
            yield DOCUMENT_ID.issue(f"{path}.instance_identifier", expected=expected)
        if scope.type == ScopeType.PROCESS_ID and value != PROCESS_ID:
            yield PROCESS.issue(f"{path}.instance_identifier", expected=PROCESS_ID)
