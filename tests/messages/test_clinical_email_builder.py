"""The builder of correspondence: what it fills in, how long texts are cut, what a reply and a forward keep."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import medcom_bu
from medcom_bu.builders import BinaryLetterBuilder, ClinicalEmailBuilder, Consignment
from medcom_bu.builders.clinical_email import PARTS
from medcom_bu.messages.clinical_email import ClinicalEmail
from medcom_bu.messages.emessage import Emessage
from medcom_bu.testing.letters import letter_samples
from medcom_bu.values.codes import AcknowledgementCode, CorrespondencePriority, EpisodeOfCareStatusCode, ObjectCode
from medcom_bu.values.text import FormattedText, Mark, Style, Styled
from tests.support.ids_and_clock import counted
from tests.support.letter_builders import (
    CHILD,
    COURSE,
    DOCTOR,
    NOW,
    PATIENT,
    PDF,
    RECEIVER,
    WRITER,
    checked,
    correspondence,
    problems,
)


def letter_of(consignment: Consignment[Any]) -> ClinicalEmail:
    letter = consignment.messages[0].letters[0]
    assert isinstance(letter, ClinicalEmail)
    return letter


def texts_of(consignment: Consignment[Any]) -> list[str]:
    return [part.text01.plain() for part in letter_of(consignment).clinical_information]


def test_a_new_correspondence() -> None:
    builder = correspondence(
        text=("Første\ndel", FormattedText(("Anden ", Styled(Style.BOLD, ("del",))))),
        priority=CorrespondencePriority.HIGH,
        episode_of_care_identifier=COURSE,
    )
    builder.link("https://example.invalid", title="Vejledning")
    builder.refer_to_record(title="Journal")
    consignment = checked(builder.build())
    letter = letter_of(consignment)
    assert len(consignment) == 1
    assert consignment.messages[0].envelope.acknowledgement_code is AcknowledgementCode.WANTED
    assert (letter.letter.version_code, letter.letter.statistical_code) == ("XD9134L", "XDIS91")
    assert letter.letter.episode_of_care_identifier == COURSE
    assert texts_of(consignment) == ["Første\ndel", "Anden del"]
    assert letter.additional_information is not None
    assert letter.additional_information.priority is CorrespondencePriority.HIGH
    assert [reference.ref_description for reference in letter.reference] == ["Vejledning", "Journal"]


CLOSED = "04.05.2026 Petra Prøve, psykolog"


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ("Kære læge", [f"Kære læge\n{CLOSED}"]),
        ("Kære læge\n", [f"Kære læge\n{CLOSED}"]),
        (("En", "To"), ["En", f"To\n{CLOSED}"]),
        ((), [CLOSED]),
        (FormattedText.fixed("a  b"), [f"a  b\n{CLOSED}"]),
    ],
)
def test_the_closing_line(texts: Any, expected: list[str]) -> None:
    """LET-10 (a): date, name and title of the author end the text (korrespondance, pages 4, 11 and 21)."""
    signed = correspondence(text=texts).sign("Petra Prøve", title="psykolog").build()
    assert texts_of(checked(signed)) == expected
    assert "correspondence.closing-line" not in {issue.code for issue in medcom_bu.validate(signed)}
    if texts:
        unsigned = correspondence(text=texts).build()
        assert "correspondence.closing-line" in {issue.code for issue in medcom_bu.validate(unsigned)}


def test_the_closing_line_of_another_day_and_again() -> None:
    builder = (
        correspondence(text="a").sign("A", title="B").sign("Petra\nPrøve", title="psykolog", on=date(1999, 12, 31))
    )
    assert texts_of(builder.write("b").build()) == ["a", "b\n31.12.1999 Petra Prøve, psykolog"]
    assert "Petra" not in repr(builder) + repr(builder.signature)


def test_a_reply_is_signed_before_the_original_text() -> None:
    received = correspondence(text="Hvordan går det?").build()
    reply = ClinicalEmailBuilder.reply_to(received, text="Godt", ids=counted(NOW)).sign("Petra Prøve", title="psykolog")
    first, original = texts_of(reply.build())
    assert first == f"Godt\n{CLOSED}"
    assert original.startswith("Svar på korrespondance fra ")
    assert "correspondence.closing-line" not in {issue.code for issue in medcom_bu.validate(reply.build())}


@pytest.mark.parametrize(("time", "when"), [("09:30", "2026-05-04 kl. 09:30"), ("00:00", "2026-05-04")])
def test_a_time_that_is_not_known_is_not_told(time: str, when: str) -> None:
    """LET-6: 00:00 stands for a time that cannot be given (MEDBIN, pages 12-13; korrespondance, 16-17)."""
    letter = letter_of(correspondence(text="a").build())
    authorised = letter.letter.authorisation.replace(time=time)
    received = letter.replace(letter=letter.letter.replace(authorisation=authorised))
    _, original = texts_of(ClinicalEmailBuilder.reply_to(received, text="b", ids=counted(NOW)).build())
    assert original.splitlines()[0] == f"Svar på korrespondance fra {letter.sender.name} af {when}:"


def test_a_sender_without_a_speciality_is_not_classified() -> None:
    """LET-27: the speciality is filled in (MEDBIN, page 15; korrespondance, 18), as given or not classified."""
    without = WRITER.replace(medical_speciality_code=None)
    given = without.replace(medical_speciality_code="psykiatri_sygehus")
    for sender, code in ((without, "ikkeklassificeret"), (given, "psykiatri_sygehus")):
        built = correspondence(sender=sender).attach(PDF, title="Bilag").build()
        letters: list[Any] = [message.letters[0] for message in built]
        assert {letter.sender.medical_speciality_code for letter in letters} == {code}
        assert "letter.speciality" not in {issue.code for issue in medcom_bu.validate(built)}


@pytest.mark.parametrize(
    ("given", "is_urgent"),
    [({"priority": "høj_prioritet"}, True), ({"priority": "rutine"}, False), ({}, False), ({"subject": None}, False)],
)
def test_what_has_no_priority_is_routine(given: Any, is_urgent: bool) -> None:
    """LET-32, LET-44: page 20 of Den gode XML korrespondance."""
    assert letter_of(correspondence(**given).build()).is_urgent is is_urgent


@pytest.mark.parametrize(
    ("spelt", "is_urgent"), [("Høj_prioritet", True), ("hoej_prioritet", True), ("snarest", False)]
)
def test_a_priority_that_is_spelt_otherwise(spelt: str, is_urgent: bool) -> None:
    letter = letter_of(correspondence(priority="rutine").build())
    assert letter.additional_information is not None
    said = letter.additional_information.replace(priority=spelt)
    assert letter.replace(additional_information=said).is_urgent is is_urgent


def test_a_letter_without_subject_and_priority_has_no_empty_element() -> None:
    assert letter_of(checked(correspondence(subject=None).build())).additional_information is None


def test_an_attachment_travels_in_a_letter_of_its_own() -> None:
    builder = correspondence()
    (added,) = builder.attach(PDF, title="Vurdering").attachments
    letter, files = checked(builder.build())
    reference: Any = letter.letters[0]
    assert reference.reference[0].target.object_identifier == added.identifier.hex
    carried: Any = files.letters[0]
    assert carried.binary_object[0].object_identifier == str(added.identifier)
    assert carried.binary_object[0].content == PDF
    assert carried.subject.identifier == CHILD.identifier


def test_nothing_given_is_all_missing() -> None:
    missing = [("builder.missing", name) for name in ("sender", "receiver", "patient")]
    assert problems(ClinicalEmailBuilder()) == [*missing, ("builder.empty", "text")]


def test_every_problem_is_told_at_once() -> None:
    builder = correspondence(subject="x" * 71, priority="straks", text="x" * 2801, long_texts="refuse")
    builder.attach(b"", title="Tomt")
    assert problems(builder) == [
        ("builder.attachment-empty", "attachments[0]"),
        ("builder.text-too-long", "text[0]"),
        ("builder.code", "priority"),
        ("builder.too-long", "subject"),
    ]


# --- long texts ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("subject", "first"), [(None, 3150), ("Opfølgning", 2800)])
def test_a_text_is_cut_at_the_practice_limit(subject: str | None, first: int) -> None:
    assert texts_of(correspondence(subject=subject, text="x" * first).build()) == ["x" * first]
    parts = texts_of(checked(correspondence(subject=subject, text="x" * (first + 3151)).build()))
    assert [len(part) for part in parts] == [first, 3150, 1]
    refusing = correspondence(subject=subject, text=["x" * first, "x" * 3150], long_texts="refuse")
    assert len(texts_of(refusing.build())) == 2
    refusing.text = ["x" * (first + 1), "x" * 3151]
    assert problems(refusing) == [("builder.text-too-long", "text[0]"), ("builder.text-too-long", "text[1]")]
    with pytest.raises(medcom_bu.InvalidMessage) as raised:
        refusing.build()
    said = [issue.message for issue in raised.value.report if issue.code == "builder.text-too-long"]
    allowed = [(1, first + 1, first), (2, 3151, 3150)]
    assert said == [f"text {n} has {has} characters; at most {most} are allowed" for n, has, most in allowed]


def test_it_is_cut_after_a_line_else_after_a_word() -> None:
    parts = texts_of(correspondence(subject=None, text="a" * 2000 + "\n" + "b " * 1000).build())
    assert parts == ["a" * 2000 + "\n", "b " * 1000]
    parts = texts_of(correspondence(subject=None, text="a" * 10 + "\n" + "b" * 3000 + " " + "c" * 1000).build())
    assert parts == ["a" * 10 + "\n" + "b" * 3000 + " ", "c" * 1000]


def test_what_fills_more_than_ten_parts_is_refused() -> None:
    assert len(texts_of(correspondence(text="x" * 31_150).build())) == PARTS
    assert problems(correspondence(text="x" * 31_151)) == [("builder.texts-too-long", "text")]
    assert problems(correspondence(text=["x" * 3100] * 10)) == [("builder.texts-too-long", "text")]
    assert problems(correspondence(text=["x"] * 11)) == [("builder.texts-too-long", "text")]
    assert problems(correspondence(text=["x"] * 11, long_texts="refuse")) == [("builder.too-many", "text[10]")]


_LEAF = st.text("ab \n", min_size=1, max_size=9) | st.just(Mark.BREAK) | st.just(Mark.SPACE)
_STYLED = st.builds(lambda leaves: Styled(Style.BOLD, tuple(leaves)), st.lists(_LEAF, min_size=1, max_size=4))
_FIXED = st.builds(
    lambda leaves: Styled(Style.FIXED_FONT, tuple(leaves)), st.lists(_LEAF | _STYLED, min_size=1, max_size=4)
)
_TEXT = st.builds(lambda nodes: FormattedText(tuple(nodes)), st.lists(_LEAF | _STYLED | _FIXED, max_size=6))


def leaves(nodes: Any, style: tuple[Style, ...] = ()) -> list[tuple[Any, tuple[Style, ...]]]:
    """Every character and mark, with the styles around it."""
    found: list[tuple[Any, tuple[Style, ...]]] = []
    for node in nodes:
        if isinstance(node, Styled):
            found += leaves(node.nodes, (*style, node.style))
        else:
            found += [(node, style)] if isinstance(node, Mark) else [(character, style) for character in node]
    return found


@given(_TEXT, st.integers(1, 20))
def test_cutting_keeps_every_character_mark_and_style(text: FormattedText, limit: int) -> None:
    parts, rest = [], text
    while len(rest) > limit:
        part, rest = rest.cut(limit)
        assert 0 < len(part) <= limit
        parts.append(part)
    assert [leaf for part in [*parts, rest] for leaf in leaves(part.nodes)] == leaves(text.nodes)


# --- reply and forward -----------------------------------------------------------------------------------------------


def received() -> Consignment[Any]:
    builder = correspondence(text=["Første del", "Anden del"], episode_of_care_identifier=COURSE)
    builder.attach(PDF, title="Vurdering", code=ObjectCode.PICTURE)
    builder.link("https://example.invalid", title="Vejledning")
    return builder.build()


def test_a_reply_swaps_the_parties_and_keeps_the_rest() -> None:
    came = received()
    for source in (came, came.messages[0], letter_of(came)):
        builder = ClinicalEmailBuilder.reply_to(source, text="Tak", ids=counted(NOW))
        letter = letter_of(checked(builder.build()))
        assert letter.sender.ean_identifier == DOCTOR.ean_identifier
        assert letter.sender.name == DOCTOR.name
        assert letter.receiver.ean_identifier == WRITER.ean_identifier
        assert letter.receiver.name == WRITER.name
        assert letter.patient == CHILD
        assert letter.letter.episode_of_care_identifier == COURSE
        assert letter.additional_information is not None
        assert letter.additional_information.subject == "Opfølgning"
        assert letter.reference == ()
        assert [part.text01.plain() for part in letter.clinical_information] == [
            "Tak",
            "Svar på korrespondance fra Eksempel Kommune af 2026-05-04 kl. 09:30:\n"
            "Første del\nAnden del\n"
            "Henvisninger i den oprindelige korrespondance:\n- Vurdering\n- Vejledning",
        ]


def test_what_is_given_goes_before_what_is_carried_over() -> None:
    patient = CHILD.replace(episode_of_care_status_code=EpisodeOfCareStatusCode.INACTIVE)
    builder = ClinicalEmailBuilder.reply_to(received(), subject="Nyt emne", patient=patient, text="Tak")
    letter = letter_of(builder.build())
    assert letter.patient == patient
    assert letter.additional_information is not None
    assert letter.additional_information.subject == "Nyt emne"


def test_a_reply_to_a_receiver_without_a_name_asks_for_one() -> None:
    builder = correspondence(receiver=DOCTOR.replace(organisation_name=None))
    reply = ClinicalEmailBuilder.reply_to(builder.build(), text="Tak")
    assert problems(reply) == [("builder.missing", "sender.organisation_name")]


def test_a_reply_to_a_reply_keeps_all_there_is() -> None:
    first = ClinicalEmailBuilder.reply_to(received(), text="Svar 1").build()
    second = ClinicalEmailBuilder.reply_to(first, text="Svar 2").build()
    text = "\n".join(texts_of(second))
    assert [text.count(part) for part in ("Svar 2", "Svar 1", "Første del", "Anden del")] == [1, 1, 1, 1]
    assert letter_of(second).receiver.name == DOCTOR.name


def test_the_kept_text_keeps_its_formatting_and_is_cut_like_any_other() -> None:
    rich = FormattedText((Styled(Style.BOLD, ("y" * 3000,)), Mark.BREAK))
    reply = ClinicalEmailBuilder.reply_to(correspondence(text=[rich, rich]).build(), text="Tak")
    parts = letter_of(checked(reply.build())).clinical_information
    assert "".join(part.text01.plain() for part in parts).count("y") == 6000
    assert Styled(Style.BOLD, ("y" * 3000,)) in parts[2].text01.nodes
    reply.long_texts = "refuse"
    assert len(letter_of(reply.build()).clinical_information) == 3


def test_a_forward_takes_the_files_along() -> None:
    came = received()
    builder = ClinicalEmailBuilder.forward(came, receiver=RECEIVER, text="Til orientering", ids=counted(NOW))
    letter, files = checked(builder.build())
    forwarded: Any = letter.letters[0]
    assert forwarded.sender.name == DOCTOR.name
    assert forwarded.receiver == RECEIVER
    assert forwarded.patient == CHILD
    assert forwarded.letter.episode_of_care_identifier == COURSE
    assert [part.text01.plain() for part in forwarded.clinical_information] == [
        "Til orientering",
        "Videresendt korrespondance fra Eksempel Kommune af 2026-05-04 kl. 09:30:\nFørste del\nAnden del",
    ]
    assert [reference.ref_description for reference in forwarded.reference] == ["Vurdering", "Vejledning"]
    carried: Any = files.letters[0]
    assert carried.binary_object[0].content == PDF
    assert carried.binary_object[0].object_code == ObjectCode.PICTURE


def test_a_forward_takes_each_file_with_its_own_title() -> None:
    builder = correspondence()
    for number in range(3):
        builder.attach(PDF + bytes([number]), title=f"Bilag {number}")
    letter, files = checked(ClinicalEmailBuilder.forward(builder.build(), receiver=RECEIVER).build())
    titles: Any = letter.letters[0]
    carried: Any = files.letters[0]
    assert [reference.ref_description for reference in titles.reference] == ["Bilag 0", "Bilag 1", "Bilag 2"]
    assert [item.content for item in carried.binary_object] == [PDF + bytes([number]) for number in range(3)]


@pytest.mark.parametrize("room", [0, 1])
def test_the_kept_parts_are_joined_as_far_as_they_fit(room: int) -> None:
    heading = len("Svar på korrespondance fra Eksempel Kommune af 2026-05-04 kl. 09:30:\n")
    sent = correspondence(subject=None, text=["x" * (3150 - heading - 2 - room), "y"]).build()
    reply = ClinicalEmailBuilder.reply_to(sent, text="Tak")
    assert [len(text) for text in texts_of(reply.build())] == [3, 3150 - room]
    sent = correspondence(subject=None, text=["x" * (3150 - heading - 1), "y"]).build()
    assert [len(text) for text in texts_of(ClinicalEmailBuilder.reply_to(sent, text="Tak").build())] == [3, 3149, 1]


def test_a_word_is_no_line_break() -> None:
    sent = correspondence(text=["Break", FormattedText(("Break", Mark.BREAK)), FormattedText(), "slut"]).build()
    reply = ClinicalEmailBuilder.reply_to(sent, text="Tak").build()
    assert texts_of(reply)[1].split("\n", 1)[1] == "Break\nBreak\nslut"


def test_a_forward_without_the_file_says_so() -> None:
    builder = ClinicalEmailBuilder.forward(received().messages[0], receiver=RECEIVER)
    unmatched = ("builder.reference-without-file", "references[0].object_identifier")
    assert problems(builder) == [unmatched]
    assert problems(ClinicalEmailBuilder.forward(received().messages[0])) == [
        ("builder.missing", "receiver"),
        unmatched,
    ]
    assert problems(ClinicalEmailBuilder.forward(received())) == [("builder.missing", "receiver")]


def test_a_builder_shows_nothing_of_what_it_holds() -> None:
    shown = repr(correspondence(subject="Opfølgning", text="Kære læge"))
    assert shown == "<ClinicalEmailBuilder with 0 attachments>"


def test_only_a_correspondence_is_answered() -> None:
    files = BinaryLetterBuilder(sender=WRITER, receiver=RECEIVER, patient=PATIENT)
    files.attach(PDF)
    for answer in (ClinicalEmailBuilder.reply_to, ClinicalEmailBuilder.forward):
        with pytest.raises(ValueError, match="XDIS91"):
            answer(files.build())


def test_the_sample_with_every_element_is_answered() -> None:
    came = letter_samples()["XDIS91/XD9134L"]
    assert medcom_bu.validate(ClinicalEmailBuilder.reply_to(came, text="Tak").build()).ok


@given(st.data())
def test_what_is_damaged_is_answered_or_refused(data: st.DataObject) -> None:
    """A reply to, or a forward of, what could be read in part raises no other than InvalidMessage."""
    sent = medcom_bu.to_xml(letter_samples()["XDIS91/XD9134L"])
    at, length = data.draw(st.integers(0, len(sent))), data.draw(st.integers(0, 200))
    came = medcom_bu.read(sent[:at] + data.draw(st.binary(max_size=8)) + sent[at + length :]).message
    if not isinstance(came, Emessage) or not any(isinstance(letter, ClinicalEmail) for letter in came.letters):
        return
    for builder in (ClinicalEmailBuilder.reply_to(came, text="Tak"), ClinicalEmailBuilder.forward(came)):
        try:
            assert medcom_bu.validate(builder.build()).ok
        except medcom_bu.InvalidMessage as error:
            assert not error.report.ok


@pytest.mark.parametrize(
    "element", ["Letter", "Sender", "Receiver", "Patient", "AdditionalInformation", "ClinicalInformation"]
)
def test_what_lacks_a_part_is_answered_as_far_as_it_goes(element: str) -> None:
    sent = medcom_bu.to_xml(letter_samples()["XDIS91/XD9134L"])
    came: Any = medcom_bu.read(re.sub(rb"<%b>.*?</%b>" % ((element.encode(),) * 2), b"", sent, flags=re.DOTALL)).message
    reply = ClinicalEmailBuilder.reply_to(came, text="Tak")
    missing = {"Sender": ["receiver"], "Receiver": ["sender"], "Patient": ["patient"]}.get(element, [])
    if missing:
        assert problems(reply) == [("builder.missing", name) for name in missing]
    else:
        assert "Tak" in texts_of(reply.build())
