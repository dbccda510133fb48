"""How a rule is declared, and the sources that rules name."""

from __future__ import annotations

from medcom_bu.issues import Kind, Layer, Severity, Text

ERROR, WARNING, INFORMATION = Severity.ERROR, Severity.WARNING, Severity.INFORMATION

CPR_OFFICE = (
    "CPR-kontoret, structure of the CPR number; numbers without valid check digit are issued since 1 October 2007"
)
SCHEMA_NOTE = "MedCom XML schemas; what they leave open"
PRACTICE = "practice of certified systems, 2026"
CONVERTER = "MedCom's converter between XML and EDIFACT, 2.0.14"
REFUSED_TYPE = "MedCom, governance of messaging: an end system refuses a type that it does not take"
KEPT = (
    "it is kept, and written out unchanged; a receiver rejects it, unless another of its systems accepts it",
    "indholdet bevares og skrives igen som det kom; en modtager afviser det, medmindre et andet system tager imod det",
)
"""What becomes of a letter or message of a type that is not read here."""
BINARY_LETTERS = "Den gode XML MEDBIN, 2020"
CORRESPONDENCE = "Den gode XML korrespondance, 2020"
DISCHARGE_LETTERS = "Den gode kiropraktorepikrise, 2015"


def rule(
    code: str,
    severity: Severity,
    message: tuple[str, str],
    hint: tuple[str, str],
    source: str,
    *,
    unchecked: bool = False,
) -> Kind:
    """A kind of the rule layer; texts are (English, Danish)."""
    return Kind(code, severity, Layer.RULE, Text(*message), Text(*hint), source, unchecked)
