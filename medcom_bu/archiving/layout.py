"""The files of a copy: what they are called, what the sidecar says of them, how all of it is written down.

``copy.json``, the sidecar, lists every other file by its digest and holds a digest of itself, so that a damaged part
can be told from a damaged list. ``SHA256SUMS`` lists all of them in the form of ``sha256sum --check``.

Source: RFC 8259 (JSON), FIPS 180-4 (SHA-256), GNU coreutils, sha256sum.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

SCHEMA = "medcom_bu/archive/1"
SIDECAR, SUMS = "copy.json", "SHA256SUMS"
SELF = "sha256_of_the_rest"
MESSAGE, PAGE, PDF, REPORT, ANSWERS = "message", "page.html", "page.pdf", "report.json", "answers"

_HASH, _MOMENT = r"[0-9a-f]{64}", r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T.*)?"
_FILE = r"(?:(?:message|answers/[0-9]{3,6})\.(?:xml|edi|json|bin)|page\.(?:html|pdf)|(?:report|copy)\.json)"
_LINE = re.compile(rf"({_HASH})  ({_FILE})\n")


def digest_of(content: bytes) -> str:
    """The SHA-256 of bytes, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def as_json(data: Any) -> bytes:
    """Data as JSON, always the same way: UTF-8, keys in their order, indented by two."""
    return (json.dumps(data, ensure_ascii=False, indent=2) + "\n").encode()


def sidecar_of(facts: Mapping[str, Any]) -> bytes:
    """The sidecar with its own digest, which is that of the sidecar without it."""
    return as_json({**facts, SELF: digest_of(as_json(facts))})


def read_sidecar(content: bytes) -> dict[str, Any] | None:
    """What the sidecar says; None where it is damaged: no JSON, of another form, or not what its digest says."""
    try:
        facts = json.loads(content)
        told = facts.pop(SELF)
        is_sound = facts["schema"] == SCHEMA and told == digest_of(as_json(facts)) and sidecar_of(facts) == content
        is_sound = is_sound and all(map(may_be_part, listed(facts)))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return facts if is_sound else None


def listed(facts: Mapping[str, Any]) -> dict[str, str]:
    """The digest of each file but the lists themselves, by its path, as the sidecar tells it."""
    files = [facts["message"], *facts["shown"], facts["report"], *facts["answers"]]
    return {str(file["file"]): str(file["sha256"]) for file in files}


def may_be_part(path: str) -> bool:
    """Whether a copy may have a part at this path: any other file name may tell of a person."""
    return path == SUMS or re.fullmatch(_FILE, path) is not None


def sums_of(digests: Mapping[str, str]) -> bytes:
    """The list for ``sha256sum --check``, by path."""
    return "".join(f"{digest}  {path}\n" for path, digest in sorted(digests.items())).encode()


def read_sums(content: bytes) -> dict[str, str]:
    """The digest of each file, as the list tells it; lines of another form are skipped."""
    return {path: digest for digest, path in _LINE.findall(content.decode("ascii", "replace"))}


def name_of(seal: str) -> str:
    """The name of a copy's folder: 40 digits of its seal in fives, so that nothing in it looks like a CPR number."""
    return "-".join(re.findall(".{5}", seal[:40]))


def schema() -> dict[str, Any]:
    """The JSON Schema, draft 2020-12, of the sidecar."""
    text, moment = {"type": "string"}, {"type": ["string", "null"], "pattern": f"^{_MOMENT}$"}
    file = {
        "file": {"type": "string", "pattern": f"^{_FILE}$", "description": "path within the folder"},
        "bytes": {"type": "integer", "minimum": 0},
        "sha256": _hash("SHA-256 of the file"),
    }
    numbers = {"sender": text, "identifier": text}
    wire = {"type": ["string", "null"], "description": "the format of the bytes, a value of WireFormat"}
    says = {"type": "array", "items": text, "description": "what the answer comes to: ok, transient-error, fatal-error"}
    envelope = _object({"identifier": text, "sender": text, "receiver": text})
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"The sidecar of a kept copy, {SCHEMA}",
        **_object(
            {
                "schema": {"const": SCHEMA},
                "direction": {"enum": ["sent", "received"]},
                "archived": moment | {"description": "when the copy was made, where the caller said so"},
                "sent": moment | {"description": "when the message was sent, as it tells it"},
                "keys": _array(_object(numbers), "number and sender of each letter, or of the FHIR message"),
                "sending": {"type": ["string", "null"], "description": "the number of the transmission"},
                "envelope": {
                    "anyOf": [envelope, {"type": "null"}],
                    "description": "the envelope around it",
                },
                "message": _object(file | {"wire": wire}),
                "shown": _array(_object(file), "the page and, where it was asked for, the PDF"),
                "report": _object(file),
                "answers": _array(_object(file | {"wire": wire, "says": says}), "the answers that came, in order"),
                SELF: _hash("SHA-256 of this file without this line and the comma before it"),
            }
        ),
    }


def _hash(description: str) -> dict[str, Any]:
    return {"type": "string", "pattern": f"^{_HASH}$", "description": description}


def _array(items: Mapping[str, Any], description: str) -> dict[str, Any]:
    return {"type": "array", "items": items, "description": description}


def _object(properties: Mapping[str, Any]) -> dict[str, Any]:
    names: Iterable[str] = properties
    return {"type": "object", "properties": properties, "required": [*names], "additionalProperties": False}
