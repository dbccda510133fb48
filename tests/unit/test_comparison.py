"""Assertions about messages: what fails, where it says the difference is, what it shows and what it does not."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import medcom_bu
from medcom_bu import FormattedText
from medcom_bu.declare.fhir import Rest
from medcom_bu.envelopes import vans
from medcom_bu.testing import assert_same_message, assert_valid, factories, strategies
from medcom_bu.testing.assertions import MOST_DIFFERENCES
from medcom_bu.testing.letters import letter_samples
from medcom_bu.values.text import Mark, Style, Styled
from tests.support.paths import changed
from tests.support.typed import acknowledgement, care_communication

MAIL: Any = factories.correspondence().messages[0]
CARE = factories.care_communication(files={"Plan": b"%PDF-1.4\nbilag\n"})
TEXT, NUMBER = "letters[0].clinical_information[0].text01", "letters[0].patient.identifier"
PAYLOAD = "entry[2].resource.payload"
SIGNED = "04.05.2026 Petra Prøve, psykolog"
SECRETS = ("Hansen", "Peter", "0703921VJ5", "Kære", "Kaere", "vurdering", "Opfølgning", "hemmelig")


def told(a: Any, b: Any, **options: Any) -> list[str]:
    """The lines in which two messages differ, without the first; none where they are the same."""
    try:
        assert_same_message(a, b, **options)
    except AssertionError as error:
        first, *lines = str(error).splitlines()
        assert first == "the messages differ:"
        if not options.get("reveal"):
            assert lines.pop() == "(reveal=True shows the texts)"
            assert not [secret for secret in SECRETS if secret in str(error)]
        return lines
    return []


# --- the same -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", letter_samples())
def test_a_message_is_the_same_as_itself_and_as_its_bytes_and_as_no_other(name: str, tmp_path: Path) -> None:
    found = letter_samples()
    message: Any = found.pop(name)
    is_letter = name.startswith("X")
    data = medcom_bu.to_xml(message) if is_letter else medcom_bu.to_fhir(message)
    (path := tmp_path / "message").write_bytes(data)
    for same in (message, data, bytearray(data), path):
        assert_same_message(message, same)
        assert_same_message(same, message)
    assert_same_message(io.BytesIO(data), io.BytesIO(data))
    for other in found.values():
        assert told(message, other)


def test_a_letter_a_part_and_a_consignment_are_compared() -> None:
    letter, consignment = MAIL.letters[0], factories.referral(files={"Plan": b"%PDF-1.4\n"})
    assert_same_message(letter, letter)
    assert_same_message(consignment, consignment)
    assert told(letter, letter.replace(patient=None)) == ["  patient: EmailPatient != None"]
    assert told(consignment, factories.referral(files={"Plan": b"%PDF-1.5\n"})) == [
        "  messages[1].letters[0].binary_object[0].object_base64_encoded: files of 9 and 9 bytes, the same up to byte 7"
    ]
    assert told(consignment, medcom_bu.Consignment(consignment.messages[:1])) == [
        "  messages[1]: only in the first: Emessage"
    ]


def test_a_moment_in_utc_is_the_same_in_both_its_forms() -> None:
    """VEN-33: fhir.resources writes Z for +00:00."""
    utc = CARE.replace(timestamp="2026-05-04T07:30:59+00:00")
    through = type(utc).from_bundle(utc.bundle())
    assert through != utc
    assert_same_message(utc, through)
    assert_same_message(utc, utc.replace(timestamp="2026-05-04T07:30:59Z"))
    for other in ("2026-05-04T07:30:58Z", "2026-05-04T09:30:59+02:00", "2026-05-04T07:30:59", "Z", ""):
        assert told(utc, utc.replace(timestamp=other)), other
    assert told(utc.replace(timestamp="Z"), utc.replace(timestamp="+00:00"))


# --- differences --------------------------------------------------------------------------------------------------


CASES: dict[str, tuple[dict[str, Any], list[str], list[str]]] = {
    "a short text": (
        {"letters[0].patient.person_surname_name": "Jensen"},
        ["  letters[0].patient.person_surname_name: texts of 6 and 6 characters, the same up to character 0"],
        ["  letters[0].patient.person_surname_name: 'Hansen' != 'Jensen'"],
    ),
    "a number": (
        {NUMBER: medcom_bu.Cpr("0201609995")},
        [f"  {NUMBER}: ReplacementCpr(******-****) != Cpr(******-****)"],
        [f"  {NUMBER}: ReplacementCpr('0703921VJ5') != Cpr('0201609995')"],
    ),
    "a line of a text": (
        {TEXT: FormattedText.from_plain(f"Kære læge\nHermed hemmeligheder.\n{SIGNED}")},
        [f"  {TEXT}: texts of 66 and 64 characters, the same up to character 17"],
        [
            f"  {TEXT}: texts that differ (- first, + second):",
            "      @@ -1,3 +1,3 @@",
            "       Kære læge",
            "      -Hermed vores vurdering.",
            "      +Hermed hemmeligheder.",
            f"       {SIGNED}",
        ],
    ),
    "the look of a text": (
        {
            TEXT: FormattedText(
                ("Kære læge", Mark.BREAK, Styled(Style.BOLD, ("Hermed vores vurdering.",)), Mark.BREAK, SIGNED)
            )
        },
        [f"  {TEXT}: the same text, formatted otherwise"],
        [
            f"  {TEXT}: the same text, formatted otherwise (- first, + second):",
            f"      -'Kære læge<Break/>Hermed vores vurdering.<Break/>{SIGNED}'",
            f"      +'Kære læge<Break/><Bold>Hermed vores vurdering.</Bold><Break/>{SIGNED}'",
        ],
    ),
    "what says nothing of a person": (
        {"letters[0].letter.identifier": "BREV0000000002", "letters[0].receiver.organisation_name": "Andre"},
        [
            "  letters[0].letter.identifier: 'NUMMER00000001' != 'BREV0000000002'",
            "  letters[0].receiver.organisation_name: 'Eksempel Region' != 'Andre'",
        ],
        [
            "  letters[0].letter.identifier: 'NUMMER00000001' != 'BREV0000000002'",
            "  letters[0].receiver.organisation_name: 'Eksempel Region' != 'Andre'",
        ],
    ),
    "a number of a person where none belongs": (
        {"letters[0].letter.identifier": "0703921VJ5"},
        ["  letters[0].letter.identifier: texts of 14 and 10 characters, the same up to character 0"],
        ["  letters[0].letter.identifier: 'NUMMER00000001' != '0703921VJ5'"],
    ),
    "a code": (
        {"letters[0].letter.status_code": medcom_bu.StatusCode.CORRECTED},
        ["  letters[0].letter.status_code: NEW != CORRECTED"],
        ["  letters[0].letter.status_code: NEW != CORRECTED"],
    ),
    "something that is absent": (
        {"letters[0].additional_information": None, "letters[0].sender.department_name": None},
        [
            "  letters[0].sender.department_name: 'Børn og Unge' != None",
            "  letters[0].additional_information: EmailInformation != None",
        ],
        [
            "  letters[0].sender.department_name: 'Børn og Unge' != None",
            "  letters[0].additional_information: EmailInformation != None",
        ],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_difference_is_told_with_its_path_and_shown_only_where_it_is_asked_for(name: str) -> None:
    """VEN-9."""
    changes, masked, revealed = CASES[name]
    other = changed(MAIL, changes)
    assert told(MAIL, other) == masked
    assert told(MAIL, other, reveal=True) == revealed
    assert told(other, MAIL)


def test_two_fhir_messages_are_compared_place_by_place() -> None:
    """VEN-9: it was one line of 12,000 characters, without a path."""
    other = factories.care_communication(text="Kære læge\nHemmeligt.", files={"Skema": b"%PDF-1.4\nandet\n"})
    narrative = "entry[2].resource.text.div"
    masked = told(CARE, other, up_to=[narrative])
    assert masked == [
        f"  {PAYLOAD}[0].content_string: texts of 33 and 20 characters, the same up to character 12",
        f"  {PAYLOAD}[1].content_attachment.data: files of 15 and 15 bytes, the same up to byte 9",
        f"  {PAYLOAD}[1].content_attachment.title: texts of 4 and 5 characters, the same up to character 0",
    ]
    assert told(CARE, other, up_to=[narrative], reveal=True)[2:4] == [
        "       Kære læge",
        "      -Hermed vores vurdering.",
    ]
    assert [line.partition(": ")[0] for line in told(CARE, other)] == [
        f"  {narrative}",
        *(line.partition(": ")[0] for line in masked),
    ]
    assert told(CARE, acknowledgement()) == ["  message: CareCommunicationMessage != AcknowledgementMessage"]


def test_what_is_kept_without_a_field_is_compared_by_name() -> None:
    one = CARE.replace(
        rest=Rest({"language": "da", "contained": {"a": "x"}, "link": {"url": [1, {"id": "x"}]}, "Hansen": "x"})
    )
    other = CARE.replace(
        rest=Rest({"language": "en", "link": {"url": [1, {"id": None}, 2]}, "Peter": "x", "signature": ["x"]})
    )
    assert told(one, other) == [
        "  rest.language: texts of 2 and 2 characters, the same up to character 0",
        "  rest.contained: only in the first: <dict of 1>",
        "  rest.link.url[1].id: <1 characters> != None",
        "  rest.link.url[2]: only in the second: <code>",
        "  rest.?: only in the first: <1 characters>",
        "  rest.?: only in the second: <1 characters>",
        "  rest.signature: only in the second: <list of 1>",
    ]
    assert told(one, other, reveal=True)[1] == "  rest.contained: only in the first: {'a': 'x'}"


def test_an_item_that_one_message_has_more_is_told_alone() -> None:
    communication: Any = CARE.communication
    first = communication.payload[0]
    more: Any = changed(CARE, {PAYLOAD: (first.replace(content_string="hemmelig"), *communication.payload)})
    assert told(CARE, more) == [f"  {PAYLOAD}[0]: only in the second: Payload"]
    assert told(more, CARE) == [f"  {PAYLOAD}[0]: only in the first: Payload"]


def test_a_text_cannot_act_on_the_terminal() -> None:
    name = "letters[0].patient.person_surname_name"
    assert told(changed(MAIL, {name: "x\x1b[31m" * 40}), changed(MAIL, {name: "y\n\x1b[0m" * 40}), reveal=True) == [
        f"  {name}: texts that differ (- first, + second):",
        "      @@ -1 +1,41 @@",
        "      -" + "x<U+001B>[31m" * 40,
        "      +y",
        *["      +<U+001B>[0my"] * 39,
        "      +<U+001B>[0m",
    ]
    assert told(changed(MAIL, {name: "\x1b[31m"}), MAIL, reveal=True) == [f"  {name}: '\\x1b[31m' != 'Hansen'"]


def test_many_differences_are_counted() -> None:
    part = MAIL.letters[0].clinical_information[0]
    several, more = (
        changed(MAIL, {"letters[0].clinical_information": (part.replace(text01=text),) * 103}) for text in "ab"
    )
    lines = told(several, more)
    assert len(lines) == MOST_DIFFERENCES + 1
    assert lines[-1] == "  and in 3 more places"


# --- up to --------------------------------------------------------------------------------------------------------


def test_what_writing_loses_is_allowed_and_nothing_beside_it() -> None:
    lossy: Any = letter_samples()["XREF01/XH0130R"]
    data = medcom_bu.to_edifact(lossy)
    losses = medcom_bu.losses(lossy, "edifact")
    assert_same_message(lossy, data, up_to=losses)
    assert len(told(lossy, data)) > 3
    for number, loss in enumerate(losses):
        if loss.code != "loss.edifact-limit":
            others = [other for other in losses if other.path != loss.path]
            assert len(told(lossy, data, up_to=others)) == 1, number
    other = changed(lossy, {"letters[0].patient.person_given_name": "Petra"})
    assert told(other, data, up_to=losses) == [
        "  letters[0].patient.person_given_name: texts of 5 and 4 characters, the same up to character 0"
    ]


def test_what_is_missing_whole_is_allowed_where_all_of_it_is() -> None:
    missing = changed(MAIL, {"letters[0].additional_information": None})
    path = "letters[0].additional_information"
    assert told(MAIL, missing, up_to=[f"{path}.subject"]) == []
    assert told(missing, MAIL, up_to=[f"{path}.subject"]) == []
    for not_enough in ([f"{path}.priority"], ["letters[0].additional"], [""], ["/"], ["letters[1]"]):
        assert told(MAIL, missing, up_to=not_enough) == [f"  {path}: EmailInformation != None"], not_enough
    both = changed(MAIL, {f"{path}.priority": medcom_bu.CorrespondencePriority.ROUTINE})
    assert told(both, missing, up_to=[f"{path}.subject"]) != []
    assert told(both, missing, up_to=[f"{path}.subject", f"{path}.priority"]) == []
    assert told(MAIL, missing, up_to=["letters[0]"]) == []


@settings(max_examples=20, deadline=None)
@given(strategies.messages(), st.sampled_from(["xml", "edifact"]))
def test_generated_letters_are_the_same_up_to_their_losses(message: Any, to: str) -> None:
    try:
        losses = medcom_bu.losses(message, to)
    except medcom_bu.InvalidMessage:  # no known layout
        return
    data = medcom_bu.to_xml(message) if to == "xml" else medcom_bu.to_edifact(message)
    arrived: Any = medcom_bu.read(data).message
    kept = [f"letters[{number}].unexpected" for number in range(len(message.letters))]
    assert_same_message(message, arrived, up_to=(*losses, "local_elements", *kept))


# --- valid --------------------------------------------------------------------------------------------------------


def test_what_is_not_valid_fails_with_the_report() -> None:
    broken = medcom_bu.to_xml(MAIL).replace(b"nytbrev", b"nyt")
    with pytest.raises(AssertionError) as raised:
        assert_valid(broken)
    text = medcom_bu.validate(broken).text()
    assert "xml.code" in text
    assert str(raised.value) == f"{text}\nthe layer rule did not run"


def test_what_was_not_checked_fails_and_names_the_layer() -> None:
    sealed = vans.wrap(b"MSH|^~", sender="5790000121526", receiver="5790000121526", name="Oversigt", format="HL7")
    report = medcom_bu.validate(sealed)
    assert report.ok
    with pytest.raises(AssertionError) as raised:
        assert_valid(sealed)
    assert str(raised.value) == f"{report.text()}\nthe layer schema did not run\nthe layer rule did not run"
    assert "not everything was checked" in str(raised.value)


def test_a_consignment_without_its_attachment_fails() -> None:
    consignment = factories.referral(files={"Plan": b"%PDF-1.4\n"})
    assert_valid(consignment)
    with pytest.raises(AssertionError, match=r"reference\.unmatched"):
        assert_valid(medcom_bu.Consignment(consignment.messages[:1]))


WRONG: list[tuple[Any, str]] = [
    (
        "0703921VJ5",
        "takes a message, bytes, a path or a binary file, not str: open the file in binary mode, or give its Path",
    ),
    (None, "takes a message, bytes, a path or a binary file, not NoneType"),
    (5, "takes a message, bytes, a path or a binary file, not int"),
    ([MAIL], "takes a message, bytes, a path or a binary file, not list"),
    (
        medcom_bu.read(medcom_bu.to_xml(MAIL)),
        "takes a message, not Parsed: give its .message, or the bytes that were read",
    ),
]


@pytest.mark.parametrize(("value", "said"), WRONG, ids=lambda value: type(value).__name__)
def test_a_wrong_kind_of_argument_is_named_and_never_quoted(value: Any, said: str) -> None:
    calls: list[tuple[Callable[[], None], str]] = [
        (lambda: assert_valid(value), "assert_valid"),
        (lambda: assert_same_message(value, MAIL), "assert_same_message"),
        (lambda: assert_same_message(MAIL, value), "assert_same_message"),
    ]
    for call, name in calls:
        with pytest.raises(TypeError) as raised:
            call()
        assert str(raised.value) == f"{name} {said}"


def test_other_wrong_arguments() -> None:
    with pytest.raises(TypeError) as raised:
        assert_valid(MAIL.letters[0])
    assert str(raised.value) == "assert_valid takes a message, not ClinicalEmail: give the message that it is part of"
    for wrong, came in ((5, "int"), ("x", "str"), ([5], "list of int")):
        with pytest.raises(TypeError, match=rf"up_to takes Iterable of Loss or str, not {came}$"):
            assert_same_message(MAIL, MAIL, up_to=wrong)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"reveal takes bool, not str$"):
        assert_same_message(MAIL, MAIL, reveal="x")  # type: ignore[arg-type]
    with pytest.raises(medcom_bu.UnknownFormat):
        assert_same_message(MAIL, b"")
    with pytest.raises(medcom_bu.InvalidMessage):
        assert_same_message(medcom_bu.to_fhir(care_communication())[:-9], MAIL)
