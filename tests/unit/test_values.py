"""Values: formatted text, base64, moments, code lists, references, and what every declared class promises."""

from __future__ import annotations

import binascii
import copy
import pickle
from datetime import datetime
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import medcom_bu
from medcom_bu.declare.oioxml import Unexpected
from medcom_bu.envelopes import vans
from medcom_bu.messages.binary_letter import BinaryLetter, BinaryObject
from medcom_bu.messages.emessage import Consignment, Emessage, LocalElements
from medcom_bu.messages.envelopes import EndPoint, ServiceTag
from medcom_bu.messages.headers import Envelope
from medcom_bu.messages.hospital_referral import AdditionalInformation, ReferralPatient
from medcom_bu.rendering.text import as_text
from medcom_bu.testing.letters import letter_samples
from medcom_bu.values import base64, codes
from medcom_bu.values.base64 import Base64, Base64Decoder, Base64Layout, decoded
from medcom_bu.values.characters import with_line_feeds
from medcom_bu.values.codes import IdentifierCode, ObjectCode, ObjectExtensionCode, Priority, ReferralStatus
from medcom_bu.values.identifiers import Cpr, ReplacementCpr
from medcom_bu.values.parties import BinaryReference, PatientRecordExtract, Person, Receiver, Reference, Sender, Url
from medcom_bu.values.text import FormattedText, Mark, RawMarkup, Style, Styled
from medcom_bu.values.timestamps import DateAndTime

SAMPLES = letter_samples()
EACH = pytest.mark.parametrize("message", SAMPLES.values(), ids=list(SAMPLES))
XML_TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")) | st.sampled_from("\t\n\r  "))
ENVELOPE = vans.wrap(SAMPLES["XDIS91/XD9134L"])
PERSON = Person(identifier=Cpr("0201609996"), person_surname_name="Lauridsen", person_given_name="Lonni Test")

# --- formatted text --------------------------------------------------------------------------------------------------


@given(XML_TEXT)
def test_fixed_text_comes_back_in_one_style(text: str) -> None:
    made = FormattedText.fixed(text)
    assert made.plain() == "\n".join(line.expandtabs() for line in FormattedText.from_plain(text).plain().split("\n"))
    assert [node.style for node in made.nodes if isinstance(node, Styled)] == [Style.FIXED_FONT] * bool(text)


@pytest.mark.parametrize("text", [None, b"x", FormattedText(("x",))])
def test_fixed_text_is_made_of_text(text: Any) -> None:
    with pytest.raises(TypeError, match="text takes str"):
        FormattedText.fixed(text)


@given(XML_TEXT)
def test_plain_text_comes_back(text: str) -> None:
    made = FormattedText.from_plain(text)
    assert made.plain() == with_line_feeds(text)
    assert FormattedText.coerce(text) == made
    assert all(type(node) is not str or len(node.splitlines()) == 1 for node in made.nodes)


@given(XML_TEXT)
def test_plain_text_comes_back_by_way_of_the_wire(text: str) -> None:
    message = SAMPLES["XDIS91/XD9134L"]
    letter: Any = message.letters[0]
    part = letter.clinical_information[0].replace(text01=FormattedText.from_plain(text))
    sent = message.replace(letters=(letter.replace(clinical_information=(part,)),))
    for encoding in ("ISO-8859-1", "UTF-8"):
        came: Any = medcom_bu.parse(medcom_bu.to_xml(sent, encoding=encoding), Emessage).letters[0]
        assert came.clinical_information[0].text01.plain() == with_line_feeds(text)


@pytest.mark.parametrize(
    ("nodes", "plain"),
    [
        (("one\n   two",), "one two"),
        (("\n  one\n",), "one"),
        (("one", Mark.BREAK, "\n  two"), "one\ntwo"),
        (("a", Mark.SPACE, Mark.SPACE, "b"), "a  b"),
        ((Styled(Style.FIXED_FONT, ("a", Styled(Style.BOLD, ("b", Mark.BREAK)))), "c"), "ab\nc"),
        ((RawMarkup("<br/>"), "x"), "x"),
        (("Break",), "Break"),
        ((), ""),
    ],
)
def test_line_feeds_of_the_source_mean_nothing(nodes: Any, plain: str) -> None:
    assert FormattedText(nodes).plain() == plain


_WORDS = st.sampled_from(["", "", "a", " ", "b c", "\n", "\r", "ø", "]]>", "&", "<", Url("d"), Priority.ELECTIVE])
_SIMPLE = st.lists(_WORDS | st.sampled_from(list(Mark)), max_size=6)


def _styled(styles: list[Style], inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.builds(Styled, st.sampled_from(styles), inner | inner.map(tuple))


_STYLES: list[Style] = [style for style in Style if style is not Style.FIXED_FONT]
_LINES = st.lists(_WORDS | st.sampled_from(list(Mark)) | _styled(_STYLES, _SIMPLE), max_size=6)
HAND_MADE = st.lists(
    _WORDS | st.sampled_from(list(Mark)) | _styled(_STYLES, _SIMPLE) | _styled([Style.FIXED_FONT], _LINES), max_size=6
)


@given(HAND_MADE)
@example(["a", "b"])
@example([""])
@example(["", Mark.BREAK, "", "", Styled(Style.BOLD, ("", "")), "", "x", ""])
@example([Styled(Style.FIXED_FONT, (Styled(Style.BOLD, ("a", "", "b")), "", "c", "d"))])
def test_equal_texts_are_equal(nodes: list[Any]) -> None:
    """Whatever it was put together from, a text is what the wire gives back."""
    text = FormattedText(tuple(nodes))
    assert text == FormattedText(nodes) == FormattedText(text.nodes)
    assert hash(text) == hash(FormattedText(nodes))
    message = SAMPLES["XREF01/XH0131R"]
    letter: Any = message.letters[0]
    part = letter.relevant_clinical_information.replace(anamnesis=text)
    sent = message.replace(letters=(letter.replace(relevant_clinical_information=part),))
    for encoding in ("ISO-8859-1", "UTF-8"):
        assert medcom_bu.parse(medcom_bu.to_xml(sent, encoding=encoding)) == sent
    assert medcom_bu.losses(sent, "xml") == ()


def test_texts_side_by_side_are_one() -> None:
    assert FormattedText(("a", "b")).nodes == ("ab",)
    assert FormattedText(("",)) == FormattedText()
    assert Styled(Style.BOLD, ("", "a", "b")) == Styled(Style.BOLD, ["ab"])
    assert FormattedText(("a", RawMarkup("<x/>"), "", RawMarkup("<x/>"), "b", "c")).nodes == (
        *("a", RawMarkup("<x/>")),
        *(RawMarkup("<x/>"), "bc"),
    )
    assert [type(node) for node in FormattedText((Url("a"), Mark.SPACE, Priority.ACUTE)).nodes] == [str, Mark, str]
    assert FormattedText(["a"]).cut(5) == (FormattedText(("a",)), FormattedText())


@pytest.mark.parametrize(
    ("make", "error"),
    [
        *((lambda bad=bad: FormattedText(bad), TypeError) for bad in ("abc", None, 5, {"a"}, (5,), (("a",),), (b"a",))),
        *((lambda bad=bad: Styled(Style.BOLD, bad), TypeError) for bad in ("abc", None, (5,), (None,))),
        (lambda: Styled("Bold", ("a",)), TypeError),  # type: ignore[arg-type]
        (lambda: RawMarkup(None), TypeError),  # type: ignore[arg-type]
        *((lambda bad=bad: Base64(bad), TypeError) for bad in ("QUJD", 5, [65])),
        (lambda: Base64(b"abc", b"YWJj"), TypeError),  # type: ignore[arg-type]
        (lambda: Base64(b"abc", layout=76), TypeError),  # type: ignore[arg-type]
        *((lambda bad=bad: Base64(b"abc", bad), ValueError) for bad in ("", "XXXX", "YWJ", "YWJk", "YWJj=", "ø")),
        *((lambda bad=bad: Base64(None, bad), ValueError) for bad in (None, "", "YWJj", " YWJj\n")),
        *((lambda bad=bad: Base64Layout(separator=bad), ValueError) for bad in ("zz", "-", "=", "\n.", "\xa0", "\x0b")),
        *((lambda bad=bad: Base64Layout(before=bad), ValueError) for bad in ("A", "AAAA", "\u2028")),
        *((lambda bad=bad: Base64Layout(after=bad), ValueError) for bad in ("A", "AAAA", "\x0c")),
        *((lambda bad=bad: Base64Layout(width=bad), ValueError) for bad in (-1, -4)),
        *((lambda bad=bad: Base64Layout(width=bad), TypeError) for bad in ("4", 4.0, None)),
        *((lambda bad=bad: EndPoint(text=bad, type="EAN"), TypeError) for bad in (5, b"5790000121526")),
        *((lambda bad=bad: EndPoint(text="1", type=bad), TypeError) for bad in (5, b"EAN", ("EAN",))),
        *((lambda bad=bad: ServiceTag(name="a", text=bad), TypeError) for bad in (b"x", 5)),
        *(
            (lambda bad=bad, name=name: SAMPLES["XDIS91/XD9134L"].replace(**{name: bad}), TypeError)
            for name in ("namespace", "letters", "local_elements", "unexpected")
            for bad in (None, 5, "x" if name != "namespace" else b"x", ("x",))
        ),
        *((lambda bad=bad: ENVELOPE.replace(namespace=bad), TypeError) for bad in (None, 5, b"x")),
        *((lambda bad=bad: Consignment(bad), TypeError) for bad in (None, "x", (5,), SAMPLES["XDIS91/XD9134L"])),
        *((lambda bad=bad: LocalElements(*bad), TypeError) for bad in ((None, "<x/>"), ("0", "<x/>"), (0, b"<x/>"))),
        (lambda: Unexpected("comment", 0, "x", "y"), ValueError),  # type: ignore[arg-type]
        *(
            (lambda bad=bad: Unexpected("text", *bad), TypeError)
            for bad in (("0", "", "x"), (0, None, "x"), (0, "", None))
        ),
    ],
)
def test_what_nothing_could_handle_is_refused_when_it_is_made(make: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        make()


BLANK = st.text(" \t\r\n", max_size=3)


@given(st.binary(max_size=40), st.builds(Base64Layout, st.integers(0, 20), BLANK, BLANK, BLANK))
def test_every_layout_gives_the_content_back(content: bytes, layout: Base64Layout) -> None:
    made = Base64(content, layout=layout)
    assert Base64.decode(b"".join(made.encoded()).decode()) == made
    letter: Any = SAMPLES["XBIN01/XB0131X"].letters[0]
    item = letter.binary_object[0].replace(object_base64_encoded=made)
    sent = SAMPLES["XBIN01/XB0131X"].replace(letters=(letter.replace(binary_object=(item,)),))
    assert medcom_bu.parse(medcom_bu.to_xml(sent)) == sent


PIECES = (b"QUJD", b"QUJD\n", b"QUJDQUJD\n", b"QQ==", b"QR==", b"\n", b"\r\n", b" ", b"=", b"A", b".")


@given(st.lists(st.sampled_from(PIECES), max_size=6))
def test_base64_at_hand_is_decoded_as_in_pieces(pieces: list[bytes]) -> None:
    decoder = Base64Decoder()
    decoder.feed(b"".join(pieces))
    assert decoded(b"".join(pieces)) == decoder.finish()


@given(st.text("QUJD= \n\r.", max_size=12))
def test_every_text_of_base64_is_kept(text: str) -> None:
    came = Base64.decode(text)
    assert came == Base64(came.content, text)
    assert Base64.decode(b"".join(came.encoded()).decode()) == came


def test_formatted_text_is_masked_and_true_when_it_holds_something() -> None:
    text = FormattedText((Styled(Style.BOLD, ("hemmeligt",)), RawMarkup("<x>hemmeligt</x>"), "a"))
    assert "hemmeligt" not in repr(text) + str(text) + repr(text.nodes[:2])
    assert repr(text) == "<FormattedText of 10 characters>"
    assert text
    assert not FormattedText()
    assert FormattedText.coerce(None) is None  # type: ignore[arg-type] # a converter meets what is wrong too
    assert FormattedText.coerce(text) is text


# --- base64 ----------------------------------------------------------------------------------------------------------

BLANKS = st.text(st.sampled_from(" \t\n"), max_size=4)
LAYOUTS = st.builds(
    Base64Layout, st.sampled_from([0, 64, 76, 4, 77, 3]), st.sampled_from(["\n", "\n  ", " ", "\t\n"]), BLANKS, BLANKS
)


@given(st.binary(max_size=500), LAYOUTS)
def test_every_layout_decodes_and_comes_back(content: bytes, layout: Base64Layout) -> None:
    text = b"".join(Base64(content, None, layout).encoded()).decode()
    again = Base64.decode(text)
    assert again.content == content
    assert b"".join(again.encoded()).decode() == text


def with_or_without(monkeypatch: pytest.MonkeyPatch, is_fast: bool) -> None:
    """Take pybase64 away, or ask for it."""
    if not is_fast:
        monkeypatch.setattr("medcom_bu.values.base64.pybase64", None)
    elif vars(base64)["pybase64"] is None:
        pytest.skip("the extra fast is not installed")


@pytest.mark.parametrize("is_fast", [True, False])
def test_both_ways_of_base64_are_the_same(is_fast: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    with_or_without(monkeypatch, is_fast)
    content = bytes(range(256)) * 3000
    for layout in (Base64Layout(), Base64Layout(0), Base64Layout(64, "\r\n", " ", "\n"), Base64Layout(7, " ")):
        text = b"".join(Base64(content, None, layout).encoded())
        assert binascii.a2b_base64(text) == content
        assert Base64.decode(text.decode()).content == content
        assert text == b"".join(Base64.decode(text.decode()).encoded())


@given(st.binary(max_size=120), st.data())
def test_odd_white_space_is_kept_byte_for_byte(content: bytes, data: st.DataObject) -> None:
    bare = b"".join(Base64(content, None, Base64Layout(0)).encoded()).decode()
    text = "".join(data.draw(st.text(st.sampled_from(" \t\n\r"), max_size=2)) + sign for sign in bare)
    again = Base64.decode(text)
    assert again.content == content
    assert b"".join(again.encoded()).decode() == text


@pytest.mark.parametrize(
    "text", ["abc", "ab=c", "QUJD=", "QUI=QUJD", "QQ==QQ==", "Q-J_", "ø", "a&b<c>", "QR==x", "====", "QUJD===="]
)
@pytest.mark.parametrize("is_fast", [True, False])
def test_broken_text_is_kept_as_text(text: str, is_fast: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    with_or_without(monkeypatch, is_fast)
    broken = Base64.decode(text)
    assert (broken.content, broken.text) == (None, text)
    assert broken == Base64(None, text) != Base64(None, text + "!")
    assert hash(broken) == hash(Base64(None, text))
    assert repr(broken) == f"<Base64 that does not decode, {len(text)} characters>"


@pytest.mark.parametrize(
    ("wire", "content", "written"),
    [
        ("a&amp;b&lt;", None, "a&amp;b&lt;"),
        ("QUJD&#13;\nQUJD", b"ABCABC", "QUJD&#13;\nQUJD"),
        ("<![CDATA[QUJD]]>", b"ABC", "QUJD"),
        ("QUJD<!-- x -->QUJD", b"ABCABC", "QUJDQUJD"),
        (" QU\nJD <![CDATA[QUJD]]>\n", b"ABCABC", " QU\nJD QUJD\n"),
        ("QU&#74;D", b"ABC", "QUJD"),
        ("QUJD<?x?>QUJD", b"ABCABC", "QUJDQUJD"),
        ("", b"", ""),
    ],
)
def test_unusual_base64_on_the_wire(wire: str, content: bytes | None, written: str) -> None:
    before, _, rest = medcom_bu.to_xml(SAMPLES["XBIN01/XB0131X"]).decode("latin-1").partition("<Object_Base64Encoded>")
    after = rest.partition("</Object_Base64Encoded>")[2]
    message: Any = medcom_bu.parse(
        f"{before}<Object_Base64Encoded>{wire}</Object_Base64Encoded>{after}".encode("latin-1")
    )
    assert message.letters[0].binary_object[0].content == content
    again = medcom_bu.to_xml(message)
    assert f"<Object_Base64Encoded>{written}</Object_Base64Encoded>".encode() in again
    assert medcom_bu.parse(again) == message


def test_equality_of_content_is_by_content() -> None:
    one = Base64.decode("QUJD")
    assert one == Base64(b"ABC") == Base64(b"ABC", None, Base64Layout(64))
    assert hash(one) == hash(Base64(b"ABC"))
    assert one != b"ABC"
    assert repr(one) == "<Base64 of 3 bytes>"
    assert Base64.coerce(b"ABC") == one
    with pytest.raises(TypeError):
        Base64("ABC")  # type: ignore[arg-type]


# --- moments and codes -----------------------------------------------------------------------------------------------


@given(st.datetimes())
@example(datetime(33, 4, 3, 15, 0))
def test_a_moment_is_kept_to_the_minute(moment: datetime) -> None:
    assert DateAndTime.at(moment).moment == moment.replace(second=0, microsecond=0)


@pytest.mark.parametrize(
    ("date", "time"), [("2026-02-30", "09:30"), ("2026-05-04", "24:00"), ("", ""), ("12026-05-04", "09:30")]
)
def test_what_is_no_moment(date: str, time: str) -> None:
    assert DateAndTime(date=date, time=time).moment is None


def test_code_lists_know_their_versions() -> None:
    assert ReferralStatus.AT_HOME.known_in("XH0131R")
    assert not ReferralStatus.AT_HOME.known_in("XH0130R")
    assert Priority.ELECTIVE.known_in("XH0130R")
    assert IdentifierCode.COUNTY.known_in("XD9134L")
    assert not IdentifierCode.COUNTY.known_in("XH0130R")
    for kind in vars(codes).values():
        if isinstance(kind, type) and issubclass(kind, codes.CodeList):
            assert all(code.english and code == code.value for code in kind)


def test_a_known_code_becomes_its_member_and_an_unknown_one_stays_text() -> None:
    known, unknown = AdditionalInformation(priority="elektiv"), AdditionalInformation(priority="straks")
    assert known.priority is Priority.ELECTIVE
    assert (type(unknown.priority), unknown.priority) == (str, "straks")
    assert "straks" not in repr(unknown)
    assert "ELECTIVE" in repr(known)


# --- references ------------------------------------------------------------------------------------------------------


def test_a_reference_points_to_one_of_three_things() -> None:
    pointer = BinaryReference(
        object_identifier="x",
        object_code=ObjectCode.TEXT_FILE,
        object_extension_code=ObjectExtensionCode.PDF,
        original_object_size="1",
    )
    for target in (Url("https://example.invalid/"), PatientRecordExtract(), pointer):
        assert Reference(ref_description="bilag", target=target).target is target
    assert PatientRecordExtract() == "true"
    with pytest.raises(TypeError, match=r"Reference.target takes BinaryReference or PatientRecordExtract or Url"):
        Reference(ref_description="bilag", target="https://example.invalid/")  # type: ignore[arg-type]


@pytest.mark.parametrize("text", [" true", "true\n", "\t true "])
def test_blanks_around_true_are_kept(text: str) -> None:
    message = SAMPLES["XDIS91/XD9134L"]
    letter: Any = message.letters[0]
    reference = Reference(ref_description="SUP", target=PatientRecordExtract(text))
    sent = message.replace(letters=(letter.replace(reference=(reference,)),))
    assert medcom_bu.parse(medcom_bu.to_xml(sent)) == sent


# --- what every declared class promises ------------------------------------------------------------------------------


@EACH
def test_values_are_equal_by_value_and_can_be_copied(message: Emessage) -> None:
    for again in (copy.copy(message), copy.deepcopy(message), pickle.loads(pickle.dumps(message)), message.replace()):
        assert again == message
        assert hash(again) == hash(message)
        assert repr(again) == repr(message)
    assert message != message.replace(namespace="urn:other")
    assert message != message.letters[0]
    assert message.letters[0] != message


@EACH
def test_values_never_change(message: Emessage) -> None:
    for value in (message, message.envelope, message.letters[0]):
        with pytest.raises(AttributeError):
            value.unexpected = ()  # type: ignore[misc]
        with pytest.raises(AttributeError):
            del value.unexpected


@EACH
def test_values_are_masked(message: Emessage) -> None:
    shown = repr(message) + str(message)
    for text in ("0201609995", "0504909995", "Testesen", "Prøvevej", "Ængstelig", "bilag"):
        assert text not in shown


@EACH
def test_what_support_needs_is_shown(message: Emessage) -> None:
    """Numbers of messages and units, versions, dates, organisations: they say nothing of a person."""
    assert message.envelope is not None
    letter: Any = message.letters[0]
    needed = [message.envelope.identifier, message.envelope.sent.date, letter.letter.version_code]
    needed += [letter.receiver.ean_identifier, letter.letter.identifier]
    needed += [name] if (name := getattr(letter.sender, "organisation_name", None)) else []
    for shown in (repr(message.envelope) + repr(letter), as_text(message)):
        for text in needed:
            assert repr(text) in shown


@pytest.mark.parametrize(
    "text",
    ["0201609995", "020160-9995", "nr 0201609995", "A0201609995", "0703921VJ5", "070392-1VJ5", "Test Testesen", "Ø1"],
)
def test_what_may_be_a_person_is_shown_in_no_field(text: str) -> None:
    sender = Sender(ean_identifier=text, identifier=text, identifier_code="x", organisation_name="020160-9995 " + text)
    assert text not in repr(sender)


@pytest.mark.parametrize("text", ["5790000121526", "XD9134L", "2026-05-04", "8f7b0a52-3b55-4d41-9b9f-2c1f0b8f4e11"])
def test_what_is_a_number_is_shown_in_an_open_field(text: str) -> None:
    sender = Sender(ean_identifier=text, identifier="1", identifier_code="x", organisation_name="x")
    assert f"ean_identifier={text!r}" in repr(sender)
    assert text not in repr(PERSON.replace(person_surname_name=text))


def test_constructors_check_types_and_nothing_else() -> None:
    assert Person(identifier=Cpr("wrong"), person_surname_name="").person_surname_name == ""
    assert PERSON.replace(person_surname_name=None).person_surname_name is None  # a value can hold what is wrong
    wrong: list[tuple[Any, dict[str, Any], str]] = [
        (PERSON, {"identifier": "0201609996"}, "Person.identifier takes Cpr or ReplacementCpr, not str"),
        (PERSON, {"person_surname_name": 7}, "Person.person_surname_name takes str, not int"),
        (SAMPLES["XREF01/XH0131R"].letters[0], {"reference": PERSON}, "reference takes a tuple, not Person"),
        (SAMPLES["XREF01/XH0131R"].letters[0], {"reference": (PERSON,)}, "reference takes Reference, not Person"),
        (
            SAMPLES["XREF01/XH0131R"],
            {"letters": (PERSON,)},
            "Emessage.letters takes letters",
        ),
        (SAMPLES["XREF01/XH0131R"], {"envelope": PERSON}, "Emessage.envelope takes Envelope, not Person"),
    ]
    for value, changes, text in wrong:
        with pytest.raises(TypeError) as raised:
            value.replace(**changes)
        assert text in str(raised.value)
        assert "0201609996" not in str(raised.value)
    with pytest.raises(TypeError):
        Envelope()  # type: ignore[call-arg]


def test_comfort_of_constructors() -> None:
    letter: Any = SAMPLES["XREF01/XH0131R"].letters[0]
    assert letter.replace(reference=list(letter.reference)) == letter
    made = AdditionalInformation(supplementary="a\nb")  # type: ignore[arg-type]
    assert made.supplementary == FormattedText(("a", Mark.BREAK, "b"))
    held: Any = SAMPLES["XBIN01/XB0131X"].letters[0]
    item: BinaryObject = held.binary_object[0].replace(object_base64_encoded=b"ABC")
    assert item.content == b"ABC"


def test_accessors_of_a_person_and_a_unit() -> None:
    assert PERSON.civil_registration_number == Cpr("0201609996")
    assert PERSON.alternative_identifier is None
    other = PERSON.replace(identifier=ReplacementCpr("0703921VJ5"))
    assert (other.civil_registration_number, other.alternative_identifier) == (None, ReplacementCpr("0703921VJ5"))
    assert other != PERSON
    assert Person(identifier=Cpr("0703921VJ5"), person_surname_name="x") != Person(
        identifier=ReplacementCpr("0703921VJ5"), person_surname_name="x"
    )
    unit = Receiver(
        ean_identifier="_", identifier="_", identifier_code="sorkode", organisation_name="_", department_name="Afdeling"
    )
    assert unit.name == "Afdeling"
    assert unit.organisation_name == "_"


def test_a_subclass_is_another_value() -> None:
    patient = ReferralPatient(**{name: getattr(PERSON, name) for name in ("identifier", "person_surname_name")})
    assert patient != PERSON.replace(person_given_name=None)


def test_a_patient_with_more_fields_is_no_subject_of_an_attachment() -> None:
    """The element has no place for them: they would be lost on the wire without a word."""
    patient = ReferralPatient(identifier=None, person_surname_name="Testesen")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"BinaryLetter\.subject takes Person or SystemInformation"):
        BinaryLetter(letter=None, sender=None, receiver=None, subject=patient)  # type: ignore[arg-type]
