"""What engines that are not ours say of a message: libxml2 and xmlschema of letters, fhir.resources of FHIR."""

from __future__ import annotations

from medcom_bu import wire
from medcom_bu.certification.model.results import Evidence
from medcom_bu.exchange.identity import open_unjudged
from medcom_bu.issues import Layer, Outcome
from medcom_bu.oioxml.second_engine import accepts
from medcom_bu.values.fhir_resources import Bundle

_SAYS = {True: "accepted", False: "refused"}


def second_readings(evidence: Evidence) -> dict[str, str]:
    """Engine -> ``accepted``, ``refused`` or ``not run``, for those that read a message of this kind."""
    message = open_unjudged(evidence.data).message
    if isinstance(message, Bundle):
        return {"fhir.resources": _SAYS[_is_read_by_fhir_resources(message)]}
    if message is None or evidence.suffix != "xml":
        return {}
    schema = wire.validate(evidence.data, layers=("syntax", "schema")).layers.get(Layer.SCHEMA)
    first = "not run" if schema in (None, Outcome.NOT_RUN) else _SAYS[schema is Outcome.PASSED]
    return {"libxml2": first, "xmlschema": _SAYS[accepts(evidence.data)]}


def _is_read_by_fhir_resources(message: Bundle) -> bool:
    try:
        message.bundle()
    except (TypeError, ValueError):
        return False
    return True
