"""Invariants that were published with a wrong expression, and the expression that HL7's validator runs instead.

FHIRPath made clear after R4 that a function of text on nothing gives nothing, so that of a Reference without reference
``reference.startsWith('#').not()`` no longer holds. Source: org.hl7.fhir.validation 6.7, FHIRPathExpressionFixer; those
of its cases that R4 resources which are in messages can meet.
"""

from __future__ import annotations

_BY_KEY = {
    "txt-2": "htmlChecks2()",
    "dom-6": "(%rootResource != $this) or text.`div`.exists()",
}
_CONTAINED = "reference.substring(1).trace('url') in %rootResource.contained.id.trace('ids')"
_REF_1 = f"reference.startsWith('#').not() or ({_CONTAINED})"
_BDL_8 = "fullUrl.contains('/_history/').not()"
_CON_3_STATUS = (
    "verificationStatus.coding.where(system='http://terminology.hl7.org/CodeSystem/condition-ver-status'"
    " and code = 'entered-in-error').exists()"
)
_BY_EXPRESSION = {
    "probability is decimal implies (probability as decimal) <= 100": (
        "(probability.exists() and (probability is decimal)) implies ((probability as decimal) <= 100)"
    ),
    "enableWhen.count() > 2 implies enableBehavior.exists()": "enableWhen.count() >= 2 implies enableBehavior.exists()",
    "($this as dateTime).toString().length() >= 8": (  # vs-1, which a Period would break, against its own words
        "($this is dateTime) implies (($this as dateTime).toString().length() >= 8)"
    ),
    "operator = 'exists' implies (answer is Boolean)": "operator = 'exists' implies (answer is boolean)",
    "targetProfile.exists() implies (type = 'Reference' or type = 'canonical')": (
        "targetProfile.exists() implies (type = 'Reference' or type = 'canonical'"
        " or type.memberOf('http://hl7.org/fhir/ValueSet/resource-types'))"
    ),
    _REF_1: f"reference.exists() implies (reference = '#' or ({_REF_1}))",
    _BDL_8: f"fullUrl.exists() implies {_BDL_8}",
    "name.matches('[A-Z]([A-Za-z0-9_]){0,254}')": "name.exists() implies name.matches('^[A-Z]([A-Za-z0-9_]){0,254}$')",
    f"clinicalStatus.exists() or {_CON_3_STATUS} or category.select($this='problem-list-item').empty()": (
        f"({_CON_3_STATUS} and category.coding.exists(system='http://terminology.hl7.org/CodeSystem/condition-category'"
        " and code ='problem-list-item').empty()) implies (clinicalStatus.exists())"
    ),
    "offset.empty() or (when.exists() and ((when in ('C' | 'CM' | 'CD' | 'CV')).not()))": (
        "offset.empty() or (when.exists() and when.select($this in ('C' | 'CM' | 'CD' | 'CV')).allFalse())"
    ),
}


def corrected(key: str, expression: str) -> str:
    """The expression to run for the invariant ``key`` that is published as ``expression``; mostly itself.

    >>> corrected("txt-2", "htmlChecks()")
    'htmlChecks2()'

    """
    return _BY_KEY.get(key) or _BY_EXPRESSION.get(expression, expression)
