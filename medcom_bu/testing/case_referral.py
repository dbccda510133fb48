"""The referral of a synthetic case, from three lines to more than a letter holds, and the files that go along."""

from __future__ import annotations

import struct
import zlib
from datetime import timedelta
from typing import Any

import attrs

from medcom_bu.bu import (
    OBSERVATION,
    BupReferralBuilder,
    Consent,
    Contact,
    CustodyHolder,
    Interpreter,
    Medication,
    School,
    suspected,
)
from medcom_bu.messages.emessage import Consignment
from medcom_bu.messages.hospital_referral import HospitalReferral
from medcom_bu.rendering.latin_pdf import latin_pdf
from medcom_bu.testing import case_texts as texts
from medcom_bu.testing.case_family import Child, Draw, Party
from medcom_bu.values.codes import RelationCode, StatusCode

LENGTHS = ("short", "usual", "long", "overflowing")
_WEEKS = {"short": 0, "usual": 0, "long": 12, "overflowing": 160}
_OF_AGE = 15
"""From this age on the young person consents."""

_SIDE = 24
"""Pixels of a side of the drawing."""


@attrs.frozen(repr=False)
class Draft:
    """What a referral is made of, so that a correction can be made of it too; ``files`` are titles and contents."""

    fields: dict[str, Any]
    files: dict[str, bytes]

    def build(self, status: StatusCode = StatusCode.NEW, **but: Any) -> Consignment[HospitalReferral]:
        """The referral, and the letter with its files."""
        builder = BupReferralBuilder(**{**self.fields, "status": status, **but})
        for title, content in self.files.items():
            builder.attach(content, title=title)
        return builder.build()


def draft(draw: Draw, child: Child, by: Party, to: Party, *, length: str, as_edifact: bool) -> Draft:
    """The referral of a case. ``length`` is one of :data:`LENGTHS`; EDIFACT has a layout for the earlier version."""
    on = draw.now.date()
    versions = ("XH0130R", "XB0130X") if as_edifact else ("XH0131R", "XB0131X")
    fields = {
        "sender": by.referring(),
        "receiver": to.receiver(),
        "patient": child.in_referral(),
        "region": to.name,
        "on": on,
        "version": versions[0],
        "attachments_as": versions[1],
        "ids": draw.ids,
        **_least(draw, child),
    }
    if length != "short":
        fields |= _usual(draw, child, by)
    diary = _diary(draw, child, _WEEKS[length])
    if diary:
        fields["school_statement"] = f"{fields['school_statement']}\n\n{texts.DIARY}:\n{diary}"
    return Draft(fields, _files(draw, child, length))


def _least(draw: Draw, child: Child) -> dict[str, Any]:
    """What the shortest referral has: the question, risk, custody and consent."""
    on = draw.now.date()
    gives_consent = child.age(on) >= _OF_AGE
    mother = CustodyHolder(
        given_name=draw.one(texts.MOTHERS),
        surname=child.family,
        relation=RelationCode.MOTHER,
        telephone="00000002",
        consents=True,
    )
    father = CustodyHolder(
        given_name=draw.one(texts.FATHERS), surname=child.family, relation=RelationCode.FATHER, consents=True
    )
    consent = Consent(
        by="den unge" if gives_consent else "forældremyndighedsindehaver", on=on - timedelta(days=1 + draw.below(20))
    )
    theme, has_two = child.theme, draw.below(2) == 0
    return {
        "reason": draw.one(theme.reasons),
        "suicide_risk": draw.one(texts.RISK),
        "custody_holders": [mother, father] if has_two else [mother],
        "custody_holders_agree": True if has_two else None,
        "consent": consent,
        "current_symptoms": child.say(draw.one(theme.symptoms)),
        "medication": [],
        "referral_diagnosis": suspected(theme.code) if theme.code and draw.below(2) else OBSERVATION,
    }


def _usual(draw: Draw, child: Child, by: Party) -> dict[str, Any]:
    """What a usual referral has besides."""
    theme = child.theme
    interpreter = Interpreter(needed=True, language="arabisk", who="forældrene") if draw.below(5) == 0 else None
    name, dose = draw.one(texts.MEDICINES)
    medicine = [Medication(name=name, dose=dose)] if draw.below(3) == 0 else []
    grade = max(0, child.age(draw.now.date()) - 6)
    school = School(
        name=draw.one(texts.SCHOOLS), grade=f"{grade}. klasse" if grade < 10 else "10. klasse", telephone="00000003"
    )
    return {
        "self_harm": draw.one(texts.SELF_HARM),
        "risk_behaviour": "Ingen.",
        "interpreter": interpreter or Interpreter(needed=False),
        "current_symptoms": child.say("\n".join(theme.symptoms)),
        "functioning": child.say(draw.one(theme.functioning)),
        "developmental_history": child.say(draw.one(texts.DEVELOPMENT)),
        "family_situation": child.say(draw.one(texts.FAMILY)),
        "school_or_daycare": school,
        "social_network": draw.one(texts.NETWORK),
        "social_measures": draw.one(texts.MEASURES),
        "previous_efforts": draw.one(texts.EFFORTS),
        "misuse": False,
        "school_psychologist": Contact(name=by.person, title=by.title, telephone="00000000"),
        "attachments_consented": True,
        "cognitive_tests": draw.one(theme.findings),
        "school_statement": draw.one(texts.SCHOOL_STATEMENTS),
        "somatic_status": draw.one(texts.SOMATIC),
        "medication": medicine,
        "allergies": draw.one(texts.ALLERGIES),
    }


def _diary(draw: Draw, child: Child, weeks: int) -> str:
    """The school's notes, week by week, the last of them before the referral."""
    first = draw.now.date() - timedelta(weeks=weeks)
    days = (first + timedelta(weeks=week) for week in range(weeks))
    return "\n".join(f"{day:%d.%m.%Y}: {child.say(draw.one(child.theme.observations))}" for day in days)


def _files(draw: Draw, child: Child, length: str) -> dict[str, bytes]:
    """The files of a referral: none to the shortest, else one or two reports and at times a drawing."""
    if length == "short":
        return {}
    titles = list(texts.TITLES_OF_FILES)
    chosen = [titles.pop(draw.below(len(titles))) for _ in range(1 + draw.below(2))]
    files = {title: report(draw, child, title) for title in chosen}
    return files | ({texts.DRAWING: drawing(draw)} if draw.below(2) else {})


def report(draw: Draw, child: Child, title: str) -> bytes:
    """A PDF about the child."""
    theme = child.theme
    paragraphs = [*theme.findings, *theme.functioning, draw.one(texts.SCHOOL_STATEMENTS)]
    return latin_pdf(title, [child.say(text) for text in paragraphs], patient=f"{child.given} {child.family}")


def drawing(draw: Draw) -> bytes:
    """A PNG: a few coloured stripes. It is not compressed, so that every zlib writes the same."""
    colours = [bytes(draw.below(256) for _ in range(3)) for _ in range(4)]
    rows = b"".join(b"\0" + colours[row * 4 // _SIDE] * _SIDE for row in range(_SIDE))
    header = struct.pack(">IIBBBBB", _SIDE, _SIDE, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 0)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )
