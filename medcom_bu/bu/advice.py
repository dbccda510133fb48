"""What is said to whoever fills in a referral: kinds of advice, and the report that has them."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from medcom_bu.issues import Kind, Layer, Report, Severity, Text

_HEAD: Mapping[str, str] = {
    "en": "of the case, not of a message: {missing} missing, {errors} that build() refuses, other warnings: {others}",
    "da": "om sagen, ikke om en meddelelse: {missing} mangler, {errors} afvises af build(), andre advarsler: {others}",
}
_PARTLY = {"en": "not everything was checked; ", "da": "ikke alt er kontrolleret; "}
_MISSING = "bu.missing"


def advice_kind(
    code: str, severity: Severity, message: tuple[str, str], hint: tuple[str, str], source: str, unchecked: bool = False
) -> Kind:
    """A kind of issue of the rule layer; texts are English and Danish."""
    return Kind(f"bu.{code}", severity, Layer.RULE, Text(*message), Text(*hint), source, unchecked)


@attrs.frozen(repr=False)
class Advice(Report):
    """A report on a case. Its first line counts: what is complete or not is not a verdict on a message."""

    def _headline(self, lang: str) -> str:
        missing = sum(issue.code == _MISSING for issue in self.issues)
        errors = sum(issue.severity is Severity.ERROR for issue in self.issues)
        others = sum(issue.severity is Severity.WARNING for issue in self.issues) - missing
        head = _HEAD[lang].format(missing=missing, errors=errors, others=others)
        return head if self.complete else _PARTLY[lang] + head
