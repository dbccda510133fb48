"""There and back: a generated message equals the original but for the losses and the made-up values that are named.

The long form (``-m slow``) has hundreds of each way; with ``MEDCOM_BU_FULL=1``, 5,000.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medcom_bu import CareCommunicationMessage, Consignment, Conversion, Emessage, convert, validate
from medcom_bu.conversion.notes import Notes
from medcom_bu.conversion.times import to_instant
from medcom_bu.declare.oioxml import walk
from medcom_bu.issues import Severity
from medcom_bu.messages.clinical_email import ClinicalEmail, ClinicalInformation
from medcom_bu.testing import frozen, strategies
from medcom_bu.testing.value_strategies import TEST_CPR
from medcom_bu.values.codes import IdentifierCode
from medcom_bu.values.identifiers import Cpr
from medcom_bu.values.parties import PLACEHOLDER, Reference, Url
from medcom_bu.values.text import FormattedText
from medcom_bu.values.timestamps import DateAndTime
from tests.support import FULL
from tests.support.conversion_judges import errors_of_validator, official_validator, refused_by_schema
from tests.support.conversions import DIRECTORY, RECEIVER_GLN, RECEIVER_SOR, SENDER_GLN, SENDER_SOR, care, codes
from tests.support.java_oracle import JavaOracle
from tests.support.paths import value_at
from tests.support.typed import of_type

MANY = 5_000 if FULL else 300

# --- letters ---------------------------------------------------------------------------------------------------------


def _convertible(parts: tuple[Any, ...]) -> Consignment[ClinicalEmail]:
    """A consignment of which nothing is refused: real numbers, times that exist, a surname, a text, links."""
    consignment, number, moments = parts
    first, *carriers = consignment.messages
    own = _known(first.letters[0])
    texts = [part for part in own.clinical_information if part.text01 is not None]
    own = own.replace(
        letter=own.letter.replace(authorisation=moments[0]),
        patient=own.patient.replace(identifier=number, person_surname_name=f"x{own.patient.person_surname_name[1:]}"),
        clinical_information=(ClinicalInformation(text01=FormattedText.from_plain("Kære")), *texts[:3]),
        reference=tuple(map(_linked, own.reference)),
    )
    messages = [first.replace(letters=(own,), envelope=first.envelope.replace(sent=moments[1]))]
    for carrier in carriers:
        letter = _known(carrier.letters[0])
        names = (own.patient.person_surname_name, own.patient.person_given_name)
        subject = letter.subject.replace(identifier=number, person_surname_name=names[0], person_given_name=names[1])
        messages.append(carrier.replace(letters=(letter.replace(subject=subject),)))
    return Consignment(tuple(messages))


def _known(letter: Any) -> Any:
    sender = _party(letter.sender, SENDER_GLN, SENDER_SOR)
    return letter.replace(sender=sender, receiver=_party(letter.receiver, RECEIVER_GLN, RECEIVER_SOR))


def _party(party: Any, gln: str, sor: str) -> Any:
    number = sor if party.identifier_code == IdentifierCode.SOR_CODE else party.identifier
    return party.replace(ean_identifier=gln, identifier=number)


def _linked(reference: Reference) -> Reference:
    return reference.replace(target=Url("https://example.org/x")) if isinstance(reference.target, Url) else reference


def _with_one_letter(message: Emessage) -> Emessage:
    return message.replace(letters=message.letters[:1], local_elements=())


def _exists(when: DateAndTime) -> bool:
    return to_instant(when, "", "", Notes()) is not None


_MOMENTS = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30)).map(DateAndTime.at).filter(_exists)
_NUMBERS = st.sampled_from(TEST_CPR).map(Cpr) | strategies.replacement_numbers()
_ALONE: st.SearchStrategy[Consignment[Any]] = strategies.messages("XDIS91/XD9134L").map(
    lambda message: Consignment((_with_one_letter(message),))
)
_CARRYING = strategies.consignments().filter(lambda each: isinstance(each.messages[0].letters[0], ClinicalEmail))
LETTERS = st.tuples(_ALONE | _CARRYING, _NUMBERS, st.tuples(_MOMENTS, _MOMENTS)).map(_convertible)

_LETTERS_OF: Mapping[str, tuple[str, ...]] = {
    "made-up.telephone": ("sender.telephone_subscriber_identifier",),
    "made-up.unit-number": ("sender.identifier", "receiver.identifier"),
    "made-up.unit-name": ("sender.organisation_name", "receiver.organisation_name"),
}
"""What is made up on the way to FHIR comes back in a letter that did not have it."""


def unexplained(sent: Consignment[Any], there: Conversion, back: Conversion) -> set[str]:
    """The paths in which the letter that came back differs, and which no loss and nothing made up names."""
    own, came = of_type(Emessage, sent.messages[0]), of_type(Emessage, back.messages[0])
    told = {loss.path.removeprefix("messages[0].") for loss in there.losses}
    told |= {made.path.removeprefix("messages[0].") for made in back.made_up}
    told |= {f"letters[0].{path}" for made in there.made_up for path in _LETTERS_OF.get(made.code, ())}
    titled = {made.code for made in there.made_up} & {"made-up.file-title"}
    told |= {f"letters[0].reference[{n}].ref_description" for n in _untitled(own) if titled}
    told |= {path.replace("identifier_code", "identifier") for path in told}  # a SOR code stands for the other number
    before, after = _leaves(own, told), _leaves(came, set())
    differing = {path for path in {*before, *after} if before.get(path) != after.get(path)}
    return {path for path in differing if not any(_is_within(path, each) for each in told)}


def _untitled(message: Emessage) -> list[int]:
    """Where references stand that have no title: FHIR demands one, which is made up and comes back."""
    references = of_type(ClinicalEmail, message.letters[0]).reference
    return [n for n, reference in enumerate(references) if reference.ref_description == PLACEHOLDER]


def _is_within(path: str, whole: str) -> bool:
    return path == whole or path.startswith((f"{whole}.", f"{whole}["))


def _leaves(message: Emessage, told: set[str]) -> dict[str, Any]:
    """Path -> what is there, but for placeholders; of references only those that are carried, in their order."""
    letter: Any = message.letters[0]
    kept = [each for n, each in enumerate(letter.reference) if f"letters[0].reference[{n}]" not in _wholes(told)]
    whole = message.replace(letters=(letter.replace(reference=tuple(kept)),))
    leaves = {f"letters[0].{path}": content for path, _, content in walk(of_type(ClinicalEmail, whole.letters[0]))}
    leaves |= {f"envelope.{path}": content for path, _, content in walk(message.envelope)}
    return {path: _bare(path, content) for path, content in leaves.items() if content != PLACEHOLDER}


def _wholes(told: set[str]) -> set[str]:
    """References that are lost as a whole: those to the record extract too."""
    return {path.removesuffix(".target") for path in told if path.startswith("letters[0].reference")}


def _bare(path: str, content: Any) -> Any:
    is_number = path.endswith(("object_identifier", "episode_of_care_identifier"))
    return content.lower().replace("-", "") if is_number else content


def _contents(messages: Sequence[Any]) -> list[bytes | None]:
    return [file.content for message in messages[1:] for file in message.letters[0].binary_object]


def check_letter(sent: Consignment[Any], *, validates: bool) -> None:
    there = convert(sent, "fhir", directory=DIRECTORY, ids=frozen())
    back = convert(care(there), "xml", ids=frozen(first=5001))
    assert unexplained(sent, there, back) == set()
    assert _contents(back.messages) == _contents(sent.messages)
    _paths_are_there(sent, there)
    _paths_are_there(care(there), back)
    if validates:
        knowingly = {"profile.missing", "profile.code"} if {"missing-file", "file-type"} & _named(there) else set()
        assert _errors(care(there)) <= knowingly
        assert [_errors(each) for each in back.messages] == [set() for _ in back.messages]


def _named(conversion: Conversion) -> set[str]:
    return {code for code, _ in codes(conversion)}


def _errors(message: Any) -> set[str]:
    return {issue.code for issue in validate(message) if issue.severity is Severity.ERROR}


def _paths_are_there(source: Any, conversion: Conversion) -> None:
    """What is lost is at its path in the original, what is made up at its path in the result."""
    for loss in conversion.losses:
        if ".rest" not in loss.path:
            assert value_at(source, loss.path) not in (None, ())
    for made in conversion.made_up:
        assert value_at(conversion, made.path) not in (None, ()), made


@settings(max_examples=25)
@given(LETTERS)
def test_letters_there_and_back(sent: Consignment[ClinicalEmail]) -> None:
    check_letter(sent, validates=True)


@pytest.mark.slow
@settings(max_examples=MANY)
@given(LETTERS)
def test_many_letters_there_and_back(sent: Consignment[ClinicalEmail]) -> None:
    check_letter(sent, validates=False)


@pytest.fixture(scope="module")
def java() -> JavaOracle:
    return official_validator()


@pytest.mark.slow
@settings(max_examples=200 if FULL else 60)
@given(LETTERS, st.sampled_from(["json", "xml"]))
def test_the_official_validator_accepts_what_letters_become(
    java: JavaOracle, sent: Consignment[ClinicalEmail], form: str
) -> None:
    there = convert(sent, "fhir", directory=DIRECTORY, ids=frozen())
    knowingly = {"missing-file", "file-type"} & _named(there)
    assert knowingly or errors_of_validator(java, care(there), form) == set()


# --- FHIR ------------------------------------------------------------------------------------------------------------

_FACTS: Mapping[str, tuple[Any, set[str]]] = {
    "timestamp": (lambda m: m.timestamp, {"seconds-and-zone"}),
    "sender": (lambda m: (m.sender.gln, m.sender.sor), set()),
    "receiver": (lambda m: (m.receiver.gln, m.receiver.sor), set()),
    "sender's name": (lambda m: m.sender.name, {"name-cut"}),
    "receiver's name": (lambda m: m.receiver.name, {"name-cut"}),
    "number": (lambda m: m.patient.number, set()),
    "surname": (lambda m: m.patient.name[0].family, {"name-cut"}),
    "given names": (lambda m: m.patient.name[0].given, {"given-names", "name-cut"}),
    "category": (lambda m: m.category, {"category"}),
    "topic": (lambda m: m.topic, {"made-up.subject"}),
    "priority": (lambda m: m.priority, {"priority-as-words", "priority-routine", "priority"}),
    "episodes": (lambda m: [_value(each) for each in m.episode_of_care], {"further-episode"}),
    "systems": (lambda m: [each.system for each in m.episode_of_care], {"episode-system", "further-episode"}),
    "thread": (lambda m: m.communication_identifier, {"thread"}),
    "activity": (lambda m: m.activity, {"activity-as-words"}),
    "history": (lambda m: len(m.provenances), {"earlier-provenance"}),
    "version": (lambda m: m.version, {"definition"}),
    "specific parties": (lambda m: (_is(m.specific_sender), _is(m.specific_recipient)), {"specific-party"}),
    "texts": (lambda m: [each.text for each in m.segments if each.attachment is None], {"made-up.text"}),
    "files": (lambda m: [_file(each) for each in m.segments if _has_data(each)], {"file-identifier", "title-cut"}),
    "named files": (lambda m: [each.identifier for each in m.segments if _is_named(each)], {"file-only-named"}),
    "links": (lambda m: [_link(each) for each in m.segments if _link(each)], {"reference-in-text", "title-cut"}),
}
"""What a message says, and what must be named where it comes back otherwise."""


def _value(identifier: Any) -> str:
    return str(identifier.value).removeprefix("urn:uuid:")


def _is(party: Any) -> bool:
    return party is not None


def _has_data(segment: Any) -> bool:
    return segment.attachment is not None and segment.attachment.data is not None


def _is_named(segment: Any) -> bool:
    return segment.attachment is not None and segment.attachment.data is None and segment.attachment.url is None


def _file(segment: Any) -> tuple[Any, ...]:
    attachment = segment.attachment
    return segment.identifier, attachment.title, attachment.content_type, attachment.data.content


def _link(segment: Any) -> tuple[Any, ...] | None:
    return (segment.attachment.title, segment.attachment.url) if segment.attachment and segment.attachment.url else None


def check_message(sent: CareCommunicationMessage, *, validates: bool) -> None:
    there = convert(sent, "xml", ids=frozen(first=5001))
    first, *carriers = (of_type(Emessage, each) for each in there.messages)
    back = convert(first, "fhir", attachments=carriers, ids=frozen(first=6001))
    named = _named(there) | _named(back)
    differing = {fact for fact, (told, _) in _FACTS.items() if told(sent) != told(care(back))}
    assert {fact for fact in differing if not _FACTS[fact][1] & named} == set()
    _paths_are_there(sent, there)
    _texts_survive(sent, first)
    if validates:
        assert [_errors(each) for each in there.messages] == [set() for _ in there.messages]
        assert _errors(care(back)) == set()


def _texts_survive(sent: CareCommunicationMessage, letter: Emessage) -> None:
    """Nothing that a clinician wrote disappears, whoever wrote it in the thread."""
    whole = "".join(part.text01.plain() for part in of_type(ClinicalEmail, letter.letters[0]).clinical_information)
    for segment in sent.segments:
        words = FormattedText.from_plain(segment.text or "").plain()
        assert words in whole
        assert segment.text is None or segment.author_name in whole


@settings(max_examples=15)
@given(strategies.care_communications())
def test_messages_there_and_back(sent: CareCommunicationMessage) -> None:
    check_message(sent, validates=True)


@settings(max_examples=15)
@given(strategies.care_communications())
def test_the_official_schemas_accept_what_messages_become(sent: CareCommunicationMessage) -> None:
    there = convert(sent, "xml", ids=frozen(first=5001))
    assert [refused_by_schema(each) for each in there.messages] == [set() for _ in there.messages]


@pytest.mark.slow
@settings(max_examples=MANY)
@given(strategies.care_communications())
def test_many_messages_there_and_back(sent: CareCommunicationMessage) -> None:
    check_message(sent, validates=False)
