"""Making a referral to child and adolescent psychiatry from the fields of the regions' forms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Literal, Self, cast

import attrs

from medcom_bu.arguments import Content, check_arguments, check_fields, word_of
from medcom_bu.bu import missing, overflow
from medcom_bu.bu.coded import diagnoses, is_coded, main_diagnosis
from medcom_bu.bu.consent import consents
from medcom_bu.bu.keys import BY_NAME, KEYS, Demand, TextField, documentation
from medcom_bu.bu.layout import NOT_TOLD, Block, block
from medcom_bu.bu.overflow import Laid, Room
from medcom_bu.bu.problems import (
    CONTINUES,
    CUT,
    DOES_NOT_FIT,
    LONG_HINT,
    NO_ROOM,
    NOT_A_PDF,
    NOT_IN_PDF,
    at_home,
    heading_of,
)
from medcom_bu.bu.regions import Region, authority, day_of, region_named
from medcom_bu.bu.values import (
    Consent,
    Contact,
    CustodyHolder,
    Interpreter,
    Medication,
    School,
    text_of,
)
from medcom_bu.builders import HospitalReferralBuilder
from medcom_bu.builders.attachments import ReferringBuilder
from medcom_bu.builders.characters import Cleaner
from medcom_bu.errors import InvalidMessage
from medcom_bu.issues import Issue, Outcome, Report
from medcom_bu.messages.emessage import Consignment
from medcom_bu.messages.headers import EpisodeOfCare
from medcom_bu.messages.hospital_referral import (
    Diagnosis,
    HospitalReferral,
    MainDiagnosis,
    ReferralPatient,
)
from medcom_bu.rules.text import PRACTICE_LIMIT, TOO_LONG
from medcom_bu.values.characters import not_letter, with_line_feeds
from medcom_bu.values.codes import Priority, StatusCode, Transport
from medcom_bu.values.parties import AnswerCCReceiver, Receiver, ReferringSender

_ContactLike = Contact | Sequence[Contact] | str | None


def _known_region(_owner: Any, _field: Any, value: Region | str | None) -> None:
    if value is not None:
        region_named(value)


@attrs.define(kw_only=True, repr=False, field_transformer=check_fields)
class BupReferralBuilder(ReferringBuilder):
    """A referral to child and adolescent psychiatry, and the letter that carries its attachments.

    Each field of the regions' forms is a parameter, and each takes plain text; a line end becomes a line break. A blank
    text is as good as none. In brackets the heading that the clinician sees. All but the first three may be left out:
    what the region asks for and is not told is in :meth:`check`, and is named in the letter as not told.

    ``sender`` (Afsender, henviser): a :class:`ReferringSender` with the referrer's name. Required. The regions ask for
    title, address and direct telephone too, which :meth:`check` misses and :meth:`build` does not.
    ``receiver`` (Modtager): a :class:`Receiver`. Required.
    ``patient`` (Patient): a :class:`ReferralPatient`. Required; of address and telephone the same holds.
    {fields}
    ``region``: a :class:`Region`, its name or its code, whose form :meth:`check` asks about.
    ``on``: the day of authorisation, by which form and age are judged; the day of the clock by default.
    ``overflow``: what does not fit in the letter continues in a PDF that is attached, with ``"attach"``, the default;
    with ``"error"`` it is a problem.
    ``text_limit``: the most characters of each text of the letter, where the receiver has such a limit. By default the
    texts may take what an EDIFACT referral holds, about 250 lines in all; MedCom has published no limit. Of a text over
    :data:`PRACTICE_LIMIT`, that of correspondences, :meth:`check` and ``validate`` warn: give it here to stay below it.
    ``priority`` (Prioritet): a :class:`Priority`; ``elektiv`` by default. An acute matter goes by telephone.
    ``status`` (Brevets status): a :class:`StatusCode`; ``nytbrev`` by default, ``rettetbrev`` for a correction.
    ``episode_of_care`` and ``episode_of_care_identifier`` (Forløb): as in :class:`HospitalReferralBuilder`.
    ``version``: XH0131R, the default, or XH0130R.
    ``attachments_as``: the letter that carries the files: XB0131X, the default, XB0210X or XB0130X.
    ``acknowledgement_code`` (Positiv kvittering): ``pluspositivkvitt``, the default, or ``minuspositivkvitt``.
    ``ids`` makes numbers and times. A ``directory`` must know the receiver, and that it takes what is sent.

    Sources: the regions' public pages on referrals to child and adolescent psychiatry, 2015-2024; MedCom's XML schema
    HospitalReferral.
    """

    sender: ReferringSender | None = None
    receiver: Receiver | None = None
    patient: ReferralPatient | None = None
    reason: str | None = None
    suicide_risk: str | None = None
    self_harm: str | None = None
    risk_behaviour: str | None = None
    custody_holders: CustodyHolder | Sequence[CustodyHolder] | str | None = None
    custody_holders_agree: bool | str | None = None
    consent: Consent | Sequence[Consent] | str | None = None
    guardian: _ContactLike = None
    parents_contact: _ContactLike = None
    interpreter: Interpreter | str | None = None
    severity: str | None = None
    referral_diagnosis: MainDiagnosis | str | None = None
    additional_diagnoses: Sequence[Diagnosis] | str | None = None
    current_symptoms: str | None = None
    functioning: str | None = None
    developmental_history: str | None = None
    family_situation: str | None = None
    school_or_daycare: School | str | None = None
    social_network: str | None = None
    social_measures: str | None = None
    previous_psychiatric_contact: str | None = None
    previous_efforts: str | None = None
    misuse: bool | str | None = None
    caseworker: _ContactLike = None
    school_psychologist: _ContactLike = None
    other_professionals: _ContactLike = None
    family_doctor: AnswerCCReceiver | str | None = None
    transport: Transport | str | None = None
    attachments_consented: bool | str | None = None
    cognitive_tests: str | None = None
    ppr_assessment: str | None = None
    school_statement: str | None = None
    child_welfare_assessment: str | None = None
    somatic_status: str | None = None
    medication: Medication | Sequence[Medication] | str | None = None
    allergies: str | None = None
    region: Region | str | None = attrs.field(default=None, validator=_known_region)
    on: date | None = None
    overflow: Literal["attach", "error"] = attrs.field(default="attach", validator=word_of(("attach", "error")))
    text_limit: int | None = None
    priority: Priority | str | None = Priority.ELECTIVE
    status: StatusCode | str = StatusCode.NEW
    episode_of_care: EpisodeOfCare | Sequence[EpisodeOfCare] | None = None
    episode_of_care_identifier: str | None = None
    version: str = attrs.field(default="XH0131R", validator=word_of(("XH0131R", "XH0130R")))
    templates: list[int] = attrs.field(factory=list, init=False)

    @check_arguments
    def attach_template(self, pdf: Content, *, title: str = "Regionens henvisningsskabelon, udfyldt") -> Self:
        """Attach the region's own form, filled in: ``pdf`` is the bytes of a PDF, ``title`` what the reader sees.

        The title has 1 to 70 characters. The form does not replace the fields: a hospital may not see it.

        Raises TypeError for a content that is not bytes; what is wrong with the file, :meth:`build` says.
        """
        self.templates.append(len(self.attachments))
        return self.attach(pdf, title=title)

    def check(self) -> Report:
        """What the sender should know before :meth:`build`: warnings, in English and Danish.

        What the region asks for and is not told; consent and custody by the patient's age on the day of authorisation;
        acute matters; what continues in the attachment; a text over the practice limit, of which the letter will warn
        too; what else the region's pages say. Where no region is given, or its form was not read, the report is not
        complete. What :meth:`build` refuses of the texts and templates is an error here too; on the rest of the letter
        ``build`` alone has the verdict.
        """
        return missing.report(self._advice())

    def build(self) -> Consignment[HospitalReferral]:
        """The referral and, if there are attachments, the letter that carries them.

        Raises one InvalidMessage with all problems, each at the parameter that it came of.
        """
        texts, issues = self._texts()
        laid = self._laid(texts)
        issues += self._problems(laid)
        attached = b""
        if laid is not None and laid.over and self.overflow == "attach":
            attached, unshown = self._document(laid.over)
            issues += unshown
        referral = self._referral(laid, attached)
        try:
            consignment = referral.build()
        except InvalidMessage as error:
            issues += [at_home(issue) for issue in error.report]
        if issues:
            failed = {issue.layer: Outcome.FAILED for issue in issues}
            raise InvalidMessage(Report(Report.from_issues(issues, (), ()).issues, failed))
        return consignment

    def _day(self) -> date:
        return day_of(self.ids.moment() if self.on is None else self.on)

    def _fields(self) -> dict[str, Any]:
        return {key.name: getattr(self, key.name) for key in KEYS}

    def _advice(self) -> Iterator[Issue]:
        day, fields = self._day(), self._fields()
        if self.region is None:
            yield missing.NO_REGION.issue("region")
        else:
            named = region_named(self.region)
            yield from missing.lacking({**fields, "sender": self.sender, "patient": self.patient}, named, day)
            yield from missing.notes(named) if named.form and named.is_there(day) else ()
        yield from consents(fields, self.patient, day)
        yield from missing.urgency(self.priority)
        texts, issues = self._texts()
        laid = self._laid(texts)
        yield from (*issues, *self._problems(laid))
        for name, text in texts.items():
            if text.rstrip().endswith(overflow.POINTER):
                yield CUT.issue(name, field=heading_of(name))
        longest = max(map(len, laid.texts.values()), default=0) if laid else 0
        if longest > PRACTICE_LIMIT:
            yield attrs.evolve(TOO_LONG, hint=LONG_HINT).issue("text_limit", length=longest, limit=PRACTICE_LIMIT)
        for part in laid.over if laid and self.overflow == "attach" else ():
            yield CONTINUES.issue(part.name, field=heading_of(part.name))

    def _texts(self) -> tuple[dict[str, str], list[Issue]]:
        """The fields that are told in words, clean, and what cannot be sent. What an element holds is not there."""
        cleaner = Cleaner(not_letter())
        texts = {}
        for name, value in self._fields().items():
            text = text_of(name, value)
            if text.strip() and not is_coded(name, value):
                texts[name] = cleaner.lines(with_line_feeds(text), name)
        return {name: text for name, text in texts.items() if text.strip()}, cleaner.problems

    def _laid(self, texts: Mapping[str, str]) -> Laid | None:
        email = self.patient.email_identifier if self.patient else None
        room = Room(self.text_limit, len(self.references) + bool(email))
        blocks = list(self._blocks(texts))
        return overflow.lay_out(blocks, room) if blocks else Laid({})

    def _blocks(self, texts: Mapping[str, str]) -> Iterator[Block]:
        """The blocks of the letter; behind what comes first, the headings that the region requires and nobody fills."""
        not_told = list(self._not_told(texts))
        for key in KEYS:
            if not_told and not key.is_first and key.text_field is TextField.STORY:
                yield Block(NOT_TOLD, NOT_TOLD, ", ".join(not_told), TextField.STORY, is_first=True)
                not_told = []
            if key.name in texts:
                yield block(key, texts[key.name])

    def _not_told(self, texts: Mapping[str, str]) -> Iterator[str]:
        if self.region is None:
            return
        region, day = region_named(self.region), self._day()
        if not region.is_there(day) and region.successor is None:
            return
        for name, heading, demand in missing.demands(region_named(authority(region.name, day).name)):
            value = getattr(self, name, None)
            if demand is Demand.REQUIRED and name in BY_NAME and name not in texts and not is_coded(name, value):
                yield heading

    def _problems(self, laid: Laid | None) -> Iterator[Issue]:
        if laid is None and self.text_limit is not None:
            yield NO_ROOM.issue("text_limit", limit=self.text_limit)
        elif laid is not None and self.overflow == "error":
            for part in laid.over:
                yield DOES_NOT_FIT.issue(part.name, field=heading_of(part.name), length=len(part.text))
        for number in self.templates:
            if self.attachments[number].extension_code not in ("pdf", ""):
                yield NOT_A_PDF.issue(f"attachments[{number}]", number=number + 1)

    def _document(self, over: Sequence[Block]) -> tuple[bytes, list[Issue]]:
        """The PDF, or the fields whose characters it cannot show; a name that it cannot show is marked in it."""
        moment = self.ids.moment()
        try:
            return overflow.document(over, self.patient, moment), []
        except ValueError:
            unshown = [
                NOT_IN_PDF.issue(part.name, field=heading_of(part.name)) for part in over if not _is_shown(part, moment)
            ]
        return b"" if unshown else overflow.document(over, self.patient, moment, errors="mark"), unshown

    def _referral(self, laid: Laid | None, attached: bytes) -> HospitalReferralBuilder:
        """The builder of the letter, with the texts as they are laid out."""
        coded = {name: value for name, value in self._fields().items() if is_coded(name, value)}
        holders = (self.custody_holders,) if isinstance(self.custody_holders, CustodyHolder) else self.custody_holders
        first = next(iter(holders or ()), None)
        referral = HospitalReferralBuilder(
            sender=self.sender,
            receiver=self.receiver,
            patient=self.patient,
            relative=first.relative() if isinstance(first, CustodyHolder) else None,
            answer_cc_receiver=coded.get("family_doctor"),
            priority=self.priority,
            transport=coded.get("transport"),
            diagnosis=main_diagnosis(coded.get("referral_diagnosis")),
            additional_diagnoses=diagnoses(coded.get("additional_diagnoses")),
            episode_of_care=self.episode_of_care,
            episode_of_care_identifier=self.episode_of_care_identifier,
            status=self.status,
            version=self.version,
            attachments_as=self.attachments_as,
            acknowledgement_code=self.acknowledgement_code,
            ids=self.ids,
            directory=self.directory,
            supplementary=overflow.SUPPLEMENT if attached else None,
            **cast("dict[str, Any]", laid.texts if laid else {}),
        )
        referral.attachments, referral.references = [*self.attachments], [*self.references]
        return referral.attach(attached, title=overflow.ATTACHMENT_TITLE) if attached else referral


def _is_shown(part: Block, moment: datetime) -> bool:
    try:
        overflow.document([part], None, moment)
    except ValueError:
        return False
    return True


if BupReferralBuilder.__doc__:
    BupReferralBuilder.__doc__ = BupReferralBuilder.__doc__.replace("{fields}", documentation().replace("\n", "\n    "))
