"""What another resource asks of this one, which nothing here judges and so is named: answers, and figures of a measure.

Source: FHIR R4, QuestionnaireResponse.questionnaire, MeasureReport.measure; HL7's validator judges by both.
"""

from __future__ import annotations

from collections.abc import Iterator

from medcom_bu.fhir.model.r4 import R4
from medcom_bu.fhir.profiles.check_source import CheckSource
from medcom_bu.fhir.profiles.extended import NotJudged
from medcom_bu.fhir.profiles.scope import Check

_ASKING = {"QuestionnaireResponse.questionnaire": "a questionnaire", "MeasureReport.measure": "a measure"}
"""The element that names what asks something -> what that is."""


def make_answers(source: CheckSource) -> Iterator[Check]:
    """For each element that names what asks something of the resource."""
    for layer in source.layers if source.type == "canonical" else ():
        if layer.id in _ASKING and layer.profile.startswith(R4):
            yield NotJudged(layer.rule, _ASKING[layer.id])
