"""The texts of a message as the text of a letter: rows 31, 34, 49, 51 and 52 of the mapping, on the way back.

Nothing that a clinician wrote disappears: the new texts come first, then the earlier ones, newest first, each with its
author. Where MedCom gives no wording it is ours.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import attrs

from medcom_bu import danish_time
from medcom_bu.conversion import additions as made
from medcom_bu.conversion import losses as lost
from medcom_bu.conversion.citizens import further_numbers
from medcom_bu.conversion.files_to_letter import ConvertedFiles
from medcom_bu.conversion.notes import Notes, Origin
from medcom_bu.conversion.policy import Policy
from medcom_bu.conversion.roles import role_words
from medcom_bu.conversion.segments import Placed, Segments
from medcom_bu.messages.care_communication import CareCommunicationMessage
from medcom_bu.messages.clinical_email import ClinicalInformation
from medcom_bu.rules.text import PRACTICE_LIMIT
from medcom_bu.values.fhir_codes import Activity
from medcom_bu.values.fhir_resources import CareTeam, Organization, Practitioner, PractitionerRole
from medcom_bu.values.text import FormattedText

NOTES_OF_ACTIVITY = {Activity.REPLY: "Besvarelse", Activity.FORWARD: "Videresendelse"}
"""The first line of a reply and of a forward, which a letter cannot be."""

_MOST_PARTS = 10
_TEXT_PATH = "messages[0].letters[0].clinical_information"


@attrs.define
class TextOfLetter:
    """Puts the text together. ``telephone`` is the number that the sender of the letter has."""

    message: CareCommunicationMessage
    segments: Segments
    files: ConvertedFiles
    telephone: str | None
    notes: Notes

    def parts(self, policy: Policy) -> tuple[ClinicalInformation, ...]:
        """The text as the parts of a letter: one, or where the policy says so as many as its length asks for."""
        rest = FormattedText.from_plain(self._whole())
        texts: list[FormattedText] = []
        while policy.long_text == "split" and len(rest) > PRACTICE_LIMIT and len(texts) < _MOST_PARTS - 1:
            first, rest = rest.cut(PRACTICE_LIMIT)
            texts.append(first)
        return tuple(ClinicalInformation(text01=text) for text in (*texts, rest))

    def _whole(self) -> str:
        blocks = [self._current(), *self._parties(), *self.files.in_text]
        numbers = further_numbers(self.message.patient) if self.message.patient is not None else None
        if numbers is not None:
            blocks.append(numbers)
            self.notes.make(made.TEXT, _TEXT_PATH, Origin.MEDCOM_WORDS)
        blocks += map(self._earlier, self.segments.earlier)
        if self.files.only_named:
            titles = "".join(f"\n- {title}" for title in self.files.only_named)
            blocks.append(f"Filer i tidligere meddelelser, som ikke er vedhæftet:{titles}")
        whole = "\n\n".join(block for block in blocks if block)
        if whole != "\n\n".join(each.segment.text or "" for each in self.segments.current):
            self.notes.make(made.TEXT, _TEXT_PATH, Origin.OWN_WORDS)
        return whole

    def _current(self) -> str:
        own = self.message.provenance
        activity = self.message.activity
        note = next((words for each, words in NOTES_OF_ACTIVITY.items() if activity == each), None)
        if own is not None and own.activity is not None and activity != Activity.NEW:
            path = f"entry[{self.message.places[id(own)]}].resource.activity"
            if note is not None:
                self.notes.lose(lost.ACTIVITY, path)
            else:
                self.notes.lose(lost.ELEMENT, path, element="Provenance.activity")
        texts = "\n\n".join(self._signed(each) for each in self.segments.current)
        return f"{note}\n{texts}" if note is not None else texts

    def _signed(self, placed: Placed) -> str:
        """A text, with who wrote it."""
        segment = placed.segment
        lines = [segment.text or ""]
        if segment.author_name:
            lines.append(f"Forfatter: {segment.author_name}")
        if role := role_words(segment.author_role):
            lines.append(f"Stilling: {role}")
        if len(lines) > 1:
            self.notes.lose(lost.AUTHOR, f"{placed.path}.extension")
        if segment.contact and segment.contact != self.telephone:
            self.notes.lose(lost.CONTACT, f"{placed.path}.extension")
            lines.append(f"Telefon: {segment.contact}")
        return "\n".join(lines)

    def _earlier(self, placed: Placed) -> str:
        """An earlier text under its time and its organisation."""
        segment = placed.segment
        self.notes.lose(lost.SEGMENT_DATE, f"{placed.path}.extension")
        local = danish_time.local(segment.sent) if segment.sent is not None else None
        when = f" af {local:%d.%m}.{local.year:04} kl. {local:%H:%M}" if local is not None else ""
        if local is None and segment.date:
            when = f" af {segment.date}"
        unit = f" fra {segment.assigner.name}" if segment.assigner is not None and segment.assigner.name else ""
        return f"Tidligere meddelelse{when}{unit}:\n{self._signed(placed)}"

    def _parties(self) -> Iterator[str]:
        communication = self.message.communication
        if communication is None:
            return
        path = f"entry[{self.message.places[id(communication)]}].resource"
        for words, party, name in (
            ("Specifik afsender", self.message.specific_sender, "extension"),
            ("Specifik modtager", self.message.specific_recipient, "recipient"),
        ):
            if party is not None:
                self.notes.lose(lost.SPECIFIC, f"{path}.{name}")
                yield f"{words}: {self._called(party)}"

    def _called(self, party: PractitionerRole | CareTeam) -> str:
        """A role with its person, or a team with the organisation that it is of."""
        if isinstance(party, CareTeam):
            unit = self.message.resolve(next(iter(party.managing_organization), None), Organization)
            return _listed([party.name, unit.name if unit is not None else None])
        person = self.message.resolve(party.practitioner, Practitioner)
        return _listed([person.name[0].full if person is not None and person.name else None, role_words(party)])


def _listed(words: Sequence[str | None]) -> str:
    return ", ".join(filter(None, words))
