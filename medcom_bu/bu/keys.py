"""The fields of a referral to child and adolescent psychiatry: the one table that parameters, layout and reading share.

MedCom's referral has no element for consent, custody, interpreter, school or risk: they are headed blocks of its texts.
The order of the table is the order in the letter. Risk, consent and custody come first: a reader who opens the first
screen alone sees them.

Source: the regions' public pages on referrals to child and adolescent psychiatry, 2015-2024 (see :mod:`.regions`).
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping

import attrs

from medcom_bu.arguments import Words
from medcom_bu.frozen import FrozenDict

HOVEDSTADEN, SJAELLAND, SYDDANMARK = "Region Hovedstaden", "Region Sjælland", "Region Syddanmark"
_SHORT = {"H": HOVEDSTADEN, "Sj": SJAELLAND, "Syd": SYDDANMARK}


class TextField(Words):
    """The texts of the referral, each by its attribute."""

    REASON = "clinical_reason"
    STORY = "anamnesis"
    FINDINGS = "examination"
    MEDICINE = "actual_medicine"
    CAVE = "cave"


class Demand(Words):
    """How a region asks for a field."""

    REQUIRED = "required"
    RECOMMENDED = "recommended"


@attrs.frozen
class Key:
    """One field of the referral to child and adolescent psychiatry.

    ``name``: the parameter of :class:`BupReferralBuilder`.
    ``heading``: what a Danish reader sees above it.
    ``takes``: what it holds, in English.
    ``asked``: how each region asks for it, by the name of the region.
    ``text_field``: the text of the letter that it goes to.
    ``is_first``: whether it concerns safety, consent or custody: it is shortened last.
    ``element``: the element that holds a coded value; text that has no room there is a headed block.
    ``also``: other headings by which a letter that came may name it.
    """

    name: str
    heading: str
    takes: str
    asked: Mapping[str, Demand]
    text_field: TextField = TextField.STORY
    is_first: bool = False
    element: str = ""
    also: tuple[str, ...] = ()

    @property
    def has_heading(self) -> bool:
        """Whether the text is one block of several; else it has an element for itself, whose label is its heading."""
        return self.text_field in HEADED


HEADED = (TextField.STORY, TextField.FINDINGS)
"""The texts that are made of headed blocks."""


def _asked(by: str) -> Mapping[str, Demand]:
    """``"H (Sj)"``: Hovedstaden requires it, Sjælland recommends it."""
    return FrozenDict(
        {
            _SHORT[region.strip("()")]: Demand.RECOMMENDED if region.startswith("(") else Demand.REQUIRED
            for region in by.split()
        }
    )


def _first(name: str, heading: str, takes: str, by: str = "", also: tuple[str, ...] = ()) -> Key:
    return Key(name, heading, takes, _asked(by), is_first=True, also=also)


def _story(name: str, heading: str, takes: str, by: str = "", also: tuple[str, ...] = (), element: str = "") -> Key:
    return Key(name, heading, takes, _asked(by), also=also, element=element)


def _findings(name: str, heading: str, takes: str, by: str = "", also: tuple[str, ...] = ()) -> Key:
    return Key(name, heading, takes, _asked(by), TextField.FINDINGS, also=also)


_ALL = "H Sj Syd"
_CONTACT = "a :class:`Contact`, several, or text"

KEYS = (
    Key("reason", "Henvisningsårsag", "text: what is suspected, what is wanted, and any danger; five lines of 69 "
        "characters stand alone, more goes on in the anamnesis", _asked(_ALL), TextField.REASON, is_first=True,
        also=("Problemstilling",)),
    _first("suicide_risk", "Selvmordsrisiko", "text: thoughts, plans, attempts, who keeps watch; say so where there is "
           "none", "H Syd", also=("Selvmordstanker",)),
    _first("self_harm", "Selvskade", "text", "H Syd"),
    _first("risk_behaviour", "Risikoadfærd", "text", "H Syd"),
    _first("custody_holders", "Forældremyndighedsindehavere", "a :class:`CustodyHolder`, several, or text; the first "
           "value is the letter's relative too", _ALL, also=("Forældremyndighed", "Forældremyndighedsindehaver")),
    _first("custody_holders_agree", "Enighed mellem forældremyndighedsindehavere", "True, False, or text", "H (Sj)"),
    _first("consent", "Samtykke", "a :class:`Consent`, several, or text", _ALL),
    _first("guardian", "Værge", _CONTACT, "Sj Syd"),
    _first("parents_contact", "Forældrenes kontaktoplysninger", _CONTACT, _ALL),
    _first("interpreter", "Tolk", "an :class:`Interpreter`, or text", "H Syd", also=("Tolkebehov",)),
    _story("severity", "Sværhedsgrad", "text: Syddanmark has five grades, Hovedstaden GAPD", "(H) (Syd)"),
    _story("referral_diagnosis", "Henvisningsdiagnose", "a :class:`MainDiagnosis`, such as :data:`OBSERVATION` or "
           "what :func:`suspected` gives, or text: of at most 70 characters it is the diagnosis without a code, longer "
           "a block", _ALL, element="diagnosis"),
    _story("additional_diagnoses", "Bidiagnoser", "several of :class:`Diagnosis`, or text: at most five lines of at "
           "most 70 characters are diagnoses without codes, else a block", "Sj Syd", element="additional_diagnoses"),
    _story("current_symptoms", "Aktuelle symptomer", "text", _ALL),
    _story("functioning", "Funktionsniveau", "text: school, daily tasks, hygiene, leisure", "(Sj) Syd",
           also=("Trivsel",)),
    _story("developmental_history", "Udvikling og anamnese", "text", _ALL, also=("Udvikling",)),
    _story("family_situation", "Familieforhold", "text", _ALL),
    _story("school_or_daycare", "Skole eller dagtilbud", "a :class:`School`, or text", _ALL,
           also=("Skole", "Skole/institution", "Dagtilbud")),
    _story("social_network", "Socialt netværk", "text", _ALL),
    _story("social_measures", "Sociale foranstaltninger og handleplaner", "text", _ALL,
           also=("Sociale forhold", "Handleplaner")),
    _story("previous_psychiatric_contact", "Tidligere kontakt med psykiatri eller psykolog", "text", _ALL,
           also=("Tidligere psykiatrisk kontakt",)),
    _story("previous_efforts", "Tidligere indsatser", "text: of the municipality and PPR", "H Sj"),
    _story("misuse", "Misbrug", "True, False, or text", "H Syd"),
    _story("caseworker", "Sagsbehandler", _CONTACT, "H"),
    _story("school_psychologist", "Skolepsykolog", _CONTACT, "H"),
    _story("other_professionals", "Andre fagpersoner", _CONTACT, "H"),
    _story("family_doctor", "Egen læge", "an :class:`AnswerCCReceiver`, who gets a copy of the answer, or text",
           element="answer_cc_receiver"),
    _story("transport", "Befordring", "a :class:`Transport` or its code, or text", "Syd", element="transport",
           also=("Transport",)),
    _story("attachments_consented", "Bilag vedlagt med samtykke", "True, False, or text", "H"),
    _findings("cognitive_tests", "Kognitive vurderinger", "text: the result; attach the report", _ALL),
    _findings("ppr_assessment", "Pædagogisk-psykologisk vurdering", "text: the conclusion; attach the report", "H Sj",
              also=("PPV", "PPR-vurdering")),
    _findings("school_statement", "Skoleudtalelse", "text: the conclusion; attach the statement", "H Sj"),
    _findings("child_welfare_assessment", "Børnefaglig undersøgelse", "text: the conclusion; attach it", "H Sj"),
    _findings("somatic_status", "Somatisk status", "text; with an eating disorder height, weight, growth curve",
              "H Syd"),
    Key("medication", "Aktuel medicin", "several of :class:`Medication`, an empty list where there is none, or text",
        _asked("H Syd"), TextField.MEDICINE, is_first=True),
    Key("allergies", "Kendt allergi", "text; say so where there is none", _asked("Syd"), TextField.CAVE, is_first=True),
)  # fmt: skip
"""Every field, in the order in which a letter has it."""

BY_NAME = {key.name: key for key in KEYS}

PARTS = {
    "patient.street_name": ("Patientens adresse", _asked(_ALL)),
    "patient.telephone_subscriber": ("Patientens telefon", _asked(_ALL)),
    "sender.telephone_subscriber_identifier": ("Henvisers telefon", _asked("H (Sj) Syd")),
    "sender.street_name": ("Henvisers adresse", _asked("H (Sj) Syd")),
    "sender.referrer.person_title": ("Henvisers stilling", _asked("H (Sj) Syd")),
}
"""What the regions ask for of patient and sender, where the letter can do without: path -> heading, by whom."""


def documentation() -> str:
    """A paragraph for each field, as the builder's docstring has it."""
    told = (f"``{key.name}`` ({key.heading}): {key.takes}. Asked for by: {_regions(key)}." for key in KEYS)
    return "\n".join(textwrap.fill(line, 116, break_on_hyphens=False) for line in told)


def _regions(key: Key) -> str:
    names = [
        region + (" (recommended)" if demand is Demand.RECOMMENDED else "") for region, demand in key.asked.items()
    ]
    return ", ".join(names) or "no region whose pages were read"
