"""The typed face of a FHIR message: the Bundle of fhir.resources (R4B), loaded when it is first asked for.

What that library rewrites on the way: ``+00:00`` becomes ``Z``, fractions of seconds get three or six digits, decimals
lose trailing zeros, blanks at the ends of texts go. It refuses what breaks R4.
"""

from __future__ import annotations

import importlib
from typing import Any, TypeVar

from medcom_bu.arguments import check
from medcom_bu.errors import InvalidMessage
from medcom_bu.fhir.model import catalogue
from medcom_bu.fhir.model.data import dump_json, load_json, shown_name
from medcom_bu.fhir.values import to_plain, to_value
from medcom_bu.issues import Layer, Reading, Report
from medcom_bu.values import fhir_resources

_B = TypeVar("_B", bound=fhir_resources.Bundle)


def to_typed(message: fhir_resources.Bundle) -> Any:
    """The message as a Bundle of fhir.resources.

    Raises InvalidMessage where fhir.resources refuses the data; its own error would show content of the message.
    """
    bundles: Any = importlib.import_module("fhir.resources.R4B.bundle")
    try:
        return bundles.Bundle.model_validate_json(dump_json(to_plain(message)))
    except Exception as error:  # KeyError, TypeError and others too, where something is not what it expects
        places: list[Any] = [detail["loc"] for detail in getattr(error, "errors", list)()]
    issues = [catalogue.TYPED.issue(".".join(["Bundle", *map(_step, place)])) for place in places] or [
        catalogue.TYPED.issue("Bundle")
    ]
    raise InvalidMessage(Report.from_issues(issues, [Layer.SCHEMA], [Layer.SCHEMA]))


def _step(place: Any) -> str:
    return shown_name(place) if isinstance(place, str) else str(place)


def from_typed(cls: type[_B], bundle: Any) -> _B:
    """A message of that class from a Bundle of fhir.resources.

    Raises InvalidMessage where the Bundle's own JSON cannot be read, TypeError for anything else.
    """
    bundles: Any = importlib.import_module("fhir.resources.R4B.bundle")
    check("bundle", bundle, bundles.Bundle)
    try:
        reading = load_json(bundle.model_dump_json(exclude_none=True).encode())
    except ValueError:  # half a character; the error holds the whole text
        reading = Reading(None, (catalogue.JSON_SURROGATE.issue("Bundle"),), ())
    plain = reading.message
    if type(plain) is not dict:
        raise InvalidMessage(Report.from_issues(reading.issues, [Layer.SYNTAX], [Layer.SYNTAX]))
    return to_value(cls, {key: value for key, value in plain.items() if key != "resourceType"})
