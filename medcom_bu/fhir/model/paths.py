"""Attribute paths (``entry[0].resource.event_coding``) to FHIRPath (``Bundle.entry[0].resource.event``), and back."""

from __future__ import annotations

import re
from typing import Any

from medcom_bu.declare.base import fields
from medcom_bu.declare.fhir import Structure
from medcom_bu.fhir.model.definitions import shape
from medcom_bu.once import once
from medcom_bu.values.fhir_resources import Bundle

_STEP = re.compile(r"([A-Za-z_]+)(\[\d+\])?")
_WITH_CHOICES = ("MessageHeader", "Communication.payload", "Patient", "Provenance", "Extension")


@once
def _choices() -> dict[str, str]:
    """JSON's name of a property with a type in it -> the element's own name."""
    return {field.name: field.choice for name in _WITH_CHOICES for field in shape(name).fields.values() if field.choice}


def step_of(name: str) -> str:
    """How FHIRPath calls what JSON calls ``name``; what goes with a primitive is called as the primitive is."""
    bare = name.removeprefix("_")
    return _choices().get(bare, bare)


def to_fhirpath(message: Bundle, path: str) -> str:
    """The FHIRPath of an attribute path; what lies in ``rest`` has the path of its owner."""
    steps = ["Bundle"]
    holder: Any = message
    for name, number in _STEP.findall(path):
        declared = fields(type(holder)).get(name) if isinstance(holder, Structure) else None
        if declared is None:
            break
        steps.append(step_of(declared.name) + number)
        holder = _held(holder, name, number)
    return ".".join(steps)


def to_attribute(message: Bundle, path: str) -> str:
    """The attribute path of a FHIRPath, as far as there are fields; ``/`` for the message itself."""
    steps: list[str] = []
    holder: Any = message
    for name, number in _STEP.findall(path.partition(".")[2]):
        field_name = _field(holder, name)
        if field_name is None:
            steps += ["rest"] if isinstance(holder, Structure) and name in holder.rest.names() else []
            break
        steps.append(field_name + number)
        holder = _held(holder, field_name, number)
    return ".".join(steps) or "/"


def _field(holder: Any, name: str) -> str | None:
    if not isinstance(holder, Structure):
        return None
    fitting = [
        field
        for field, declared in fields(type(holder)).items()
        if name in (declared.name, _choices().get(declared.name))
    ]
    return next((field for field in fitting if holder.__dict__[field]), fitting[0] if fitting else None)


def _held(holder: Structure, name: str, number: str) -> Any:
    content = holder.__dict__[name]
    if not number:
        return content
    index = int(number[1:-1])
    return content[index] if isinstance(content, tuple) and index < len(content) else None
