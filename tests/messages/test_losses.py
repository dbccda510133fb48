"""Every loss in a message that has it and in one that does not, and that writing never fails for one."""

from __future__ import annotations

import io
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import medcom_bu
from medcom_bu.declare.oioxml import Unexpected
from medcom_bu.envelopes import vans
from medcom_bu.issues import Kind
from medcom_bu.messages.crossing import versions_of
from medcom_bu.messages.emessage import Emessage, LocalElements
from medcom_bu.oioxml import losses as oioxml_losses
from medcom_bu.testing import strategies
from medcom_bu.testing.letters import letter_samples
from medcom_bu.values.text import Style, Styled
from tests.support.clean_letters import FILES, OLD_FILES, OLD_REFERRAL, PAIR, REFERRAL, UUID, WRAPPED
from tests.support.issues import found
from tests.support.paths import changed, holes
from tests.support.texts import formatted

L = "letters[0]"
CAVE = f"{L}.relevant_clinical_information.cave"
EPISODES, DESCRIPTION = f"{L}.letter.episode_of_care", f"{L}.referral.refer.diagnose_description_code"
TYPE = f"{EPISODES}[0].episode_of_care_type"
STATUS, NAME = f"{L}.additional_information.referral_status", f"{L}.patient.person_surname_name"
OBJECT = f"{L}.binary_object[0].object_identifier"
DEMANDED = ("street_name", "district_name", "post_code_identifier", "medical_speciality_code")
BARE = changed(FILES, {f"{L}.sender.{name}": None for name in (*DEMANDED, "unit_name", "suburb_name")})
TO_OLD = [
    ("loss.xml-element", f"{L}.additional_information.hospital_choice"),
    ("loss.xml-element", TYPE),
    ("loss.xml-element", DESCRIPTION),
]
TO_NEW = [("loss.xml-default", TYPE), ("loss.xml-default", DESCRIPTION)]
WITHOUT_COURSE = changed(OLD_REFERRAL, {f"{L}.letter.episode_of_care_identifier": None})
MAIL, ATTACHMENT, RECEIPT = (letter_samples()[name] for name in ("XDIS91/XD9134L", "XBIN02/XB0210X", "XCTL02/XC0230Q"))
FIRST, SECOND = [("loss.xml-letter", "letters[0]")], [("loss.xml-letter", "letters[1]")]
LOCAL = LocalElements(0, f'<Local_Elements xmlns="{OLD_FILES.namespace}">x</Local_Elements>')
CASES: dict[str, tuple[Emessage, str | None, list[tuple[str, str]]]] = {
    "a referral as it is": (REFERRAL, None, []),
    "a referral in its own version": (REFERRAL, "XH0131R", []),
    "a referral in the older version": (REFERRAL, "XH0130R", TO_OLD),
    "an older referral in the newer version": (OLD_REFERRAL, "XH0131R", TO_NEW),
    "an older referral in its own version": (OLD_REFERRAL, "XH0130R", []),
    "nothing that the older version lacks": (
        changed(REFERRAL, {EPISODES: (), DESCRIPTION: None, f"{L}.additional_information.hospital_choice": None}),
        "XH0130R",
        [],
    ),
    "what is missing already": (
        changed(REFERRAL, {EPISODES: (), DESCRIPTION: None}),
        None,
        [("loss.xml-demand", EPISODES), ("loss.xml-demand", DESCRIPTION)],
    ),
    "a code that the older version lacks": (
        changed(REFERRAL, {STATUS: "hjemmet"}),
        "XH0130R",
        sorted([*TO_OLD, ("loss.xml-code", STATUS)]),
    ),
    "that code in its own version": (changed(REFERRAL, {STATUS: "hjemmet"}), None, []),
    "that code in the older version": (
        changed(OLD_REFERRAL, {STATUS: "hjemmet"}),
        None,
        [("loss.xml-code", STATUS)],
    ),
    "an older referral without a course number in the newer version": (
        WITHOUT_COURSE,
        "H0131R",
        [("loss.xml-default", DESCRIPTION), ("loss.xml-demand", EPISODES)],
    ),
    "a UUID with hyphens, for which the older version has no room": (FILES, "XB0130X", []),
    "an identifier for which the older version has no room": (
        changed(FILES, {OBJECT: "x" * 36}),
        "XB0130X",
        [("loss.xml-code", OBJECT)],
    ),
    "a UUID without the hyphens that the newer version wants": (OLD_FILES, "XB0131X", []),
    "an identifier that is not a UUID in the newer version": (
        changed(OLD_FILES, {OBJECT: "1"}),
        "XB0131X",
        [("loss.xml-code", OBJECT)],
    ),
    "a UUID without hyphens in its own version": (
        changed(FILES, {OBJECT: UUID.replace("-", "")}),
        None,
        [("loss.xml-code", OBJECT)],
    ),
    "a short identifier in the older version": (changed(FILES, {OBJECT: "1"}), "XB0130X", []),
    "a UUID with hyphens in the newer version": (changed(OLD_FILES, {OBJECT: UUID}), "XB0131X", []),
    "a sender without address in the older version": (
        changed(BARE, {OBJECT: "1"}),
        "XB0130X",
        [("loss.xml-demand", f"{L}.sender.{name}") for name in sorted(DEMANDED)],
    ),
    "a sender without address": (BARE, None, []),
    "a letter that the namespace of the version lacks": (
        changed(PAIR, {"letters[1].binary_object[0].object_identifier": UUID}),
        "XB0131X",
        [("loss.xml-letter", L)],
    ),
    "a referral among correspondence": (MAIL.replace(letters=(*MAIL.letters, *OLD_REFERRAL.letters)), None, SECOND),
    "correspondence among referrals": (
        OLD_REFERRAL.replace(letters=(*MAIL.letters, *OLD_REFERRAL.letters, *MAIL.letters)),
        None,
        [("loss.xml-letter", "letters[0]"), ("loss.xml-letter", "letters[2]")],
    ),
    "a newer referral in the namespace of the older": (
        REFERRAL.replace(namespace=OLD_REFERRAL.namespace),
        None,
        sorted([*FIRST, *TO_OLD]),
    ),
    "an older referral in the namespace of the newer": (
        OLD_REFERRAL.replace(namespace=REFERRAL.namespace),
        None,
        [("loss.xml-default", TYPE), ("loss.xml-letter", L)],
    ),
    "files of two versions": (FILES.replace(letters=(*FILES.letters, *OLD_FILES.letters)), None, SECOND),
    "files of two versions in the older namespace": (
        OLD_FILES.replace(letters=(*FILES.letters, *OLD_FILES.letters)),
        None,
        FIRST,
    ),
    "files of two versions, all in one": (
        FILES.replace(letters=(*FILES.letters, *OLD_FILES.letters)),
        "XB0130X",
        [],
    ),
    "files of three versions, all in the newest": (
        FILES.replace(letters=(*FILES.letters, *OLD_FILES.letters, *ATTACHMENT.letters)),
        "B0210X",
        [],
    ),
    "a receipt among files": (FILES.replace(letters=(*FILES.letters, *RECEIPT.letters)), None, SECOND),
    "a receipt among older files": (OLD_FILES.replace(letters=(*OLD_FILES.letters, *RECEIPT.letters)), None, []),
    "a stranger, and a fault behind it": (
        changed(
            OLD_FILES.replace(letters=(*MAIL.letters, *OLD_FILES.letters)),
            {"letters[1].sender.organisation_name": "x" * 36},
        ),
        None,
        [("loss.xml-code", "letters[1].sender.organisation_name"), ("loss.xml-letter", L)],
    ),
    "a namespace that is none": (
        REFERRAL.replace(namespace="urn:x"),
        None,
        [*FIRST, ("loss.xml-refused", "namespace")],
    ),
    "a version code that is none": (
        changed(REFERRAL, {f"{L}.letter.version_code": "XH9999R"}),
        None,
        [("loss.xml-code", f"{L}.letter.version_code")],
    ),
    "no letters": (REFERRAL.replace(letters=()), None, [("loss.xml-demand", "letters")]),
    "no envelope": (changed(REFERRAL, {"envelope": None}), None, [("loss.xml-demand", "envelope")]),
    "nothing at all": (
        Emessage(envelope=None, letters=(), namespace=REFERRAL.namespace),  # type: ignore[arg-type]
        None,
        [("loss.xml-demand", "envelope"), ("loss.xml-demand", "letters")],
    ),
    "a name that is too long": (changed(REFERRAL, {NAME: "x" * 71}), None, [("loss.xml-code", NAME)]),
    "an empty name": (changed(REFERRAL, {NAME: ""}), None, [("loss.xml-code", NAME)]),
    "no name": (changed(REFERRAL, {NAME: None}), None, [("loss.xml-demand", NAME)]),
    "a code of no list": (changed(REFERRAL, {STATUS: "x"}), None, [("loss.xml-code", STATUS)]),
    "no such day": (
        changed(REFERRAL, {"envelope.sent.date": "2026-02-30"}),
        None,
        [("loss.xml-code", "envelope.sent.date")],
    ),
    "too many references": (
        changed(REFERRAL, {f"{L}.reference": REFERRAL.letters[0].reference * 11}),
        None,
        [("loss.xml-refused", f"{L}.reference[10]")],
    ),
    "a style in a style": (
        changed(REFERRAL, {CAVE: formatted(Styled(Style.BOLD, (Styled(Style.BOLD, ("a",)),)))}),
        None,
        [("loss.xml-refused", CAVE)],
    ),
    "a private extension in another namespace": (
        changed(OLD_FILES, {"local_elements": (LOCAL,)}),
        "XB0131X",
        [("loss.xml-refused", "/")],
    ),
    "a private extension": (changed(OLD_FILES, {"local_elements": (LOCAL,)}), None, []),
    "a private extension behind no letter": (
        changed(OLD_FILES, {"local_elements": (LOCAL, attrs.evolve(LOCAL, after=7))}),
        None,
        [("loss.xml-form", "local_elements[1]"), ("loss.xml-refused", "/")],
    ),
    "a private extension behind a stranger": (
        MAIL.replace(
            letters=(*OLD_FILES.letters, *MAIL.letters),
            local_elements=(attrs.evolve(LOCAL, xml=LOCAL.xml.replace(OLD_FILES.namespace, MAIL.namespace)),),
        ),
        None,
        FIRST,
    ),
    "an element that was kept": (
        changed(REFERRAL, {f"{L}.patient.unexpected": (Unexpected("element", 0, "*", "<Navn/>"),)}),
        None,
        [("loss.xml-refused", f"{L}.patient")],
    ),
    "two letters of one namespace": (PAIR, "XB0130X", []),
    "a control character": (changed(REFERRAL, {NAME: "a\x01b"}), None, [("loss.xml-character", NAME)]),
    "the last two of the plane, half a pair": (
        changed(REFERRAL, {CAVE: formatted("\ufffe", Styled(Style.BOLD, ("\ud800",)))}),
        None,
        [("loss.xml-character", CAVE)],
    ),
    "a segment kept from EDIFACT": (
        changed(REFERRAL, {f"{L}.unexpected": (Unexpected("segment", 7, "ABC", "ABC+1'"),)}),
        None,
        [("loss.xml-segment", f"{L}.unexpected[0]")],
    ),
    "segments kept from EDIFACT beside the letters": (
        changed(REFERRAL, {"unexpected": (Unexpected("segment", 7, "ABC", "ABC+1'"),)}),
        None,
        [("loss.xml-segment", "unexpected[0]")],
    ),
    "what XML can hold": (
        changed(REFERRAL, {NAME: "\t\n\r \x7f\x85\ud7ff\ue000\ufffd\U00010000\U0010ffff"}),
        None,
        [],
    ),
    "a control character in the envelope": (
        changed(REFERRAL, {"envelope.identifier": "a\x00"}),
        None,
        [("loss.xml-character", "envelope.identifier")],
    ),
}


def lost(message: Any, version: str | None = None) -> list[tuple[str, str]]:
    return sorted((loss.code, loss.path) for loss in medcom_bu.losses(message, "xml", version=version))


@pytest.mark.parametrize("name", CASES)
def test_exactly_what_is_lost(name: str) -> None:
    message, version, expected = CASES[name]
    assert lost(message, version) == expected


@pytest.mark.parametrize("encoding", ["ISO-8859-1", "UTF-8", "US-ASCII"])
@pytest.mark.parametrize("name", CASES)
def test_writing_never_fails_for_a_loss(name: str, encoding: str) -> None:
    message, version, _ = CASES[name]
    file = io.BytesIO()
    medcom_bu.write_xml(message, file, version=version, encoding=encoding)
    assert file.getvalue() == medcom_bu.to_xml(message, version=version, encoding=encoding)
    assert medcom_bu.read(file.getvalue()).message is not None


REFUSED = {"loss.xml-code", "loss.xml-demand", "loss.xml-letter", "loss.xml-refused"}


@pytest.mark.parametrize("name", CASES)
def test_the_schema_refuses_what_was_announced_and_no_more(name: str) -> None:
    """A loss says what is refused, and nothing else is: the property that makes losses worth reading."""
    message, version, expected = CASES[name]
    report = medcom_bu.validate(medcom_bu.to_xml(message, version=version), layers=["syntax", "schema"])
    assert report.ok == (not REFUSED & {code for code, _ in expected})


@pytest.mark.parametrize("name", letter_samples())
def test_a_sample_loses_nothing_in_its_own_version(name: str) -> None:
    message, version = letter_samples()[name], name.partition("/")[2]
    assert lost(message) == lost(message, version) == []
    assert medcom_bu.parse(medcom_bu.to_xml(message, version=version)) == message


def test_what_arrives_in_the_other_version() -> None:
    """What is written is what was there, less the losses, in the version that was asked for."""
    arrived: Any = medcom_bu.parse(medcom_bu.to_xml(REFERRAL, version="XH0130R"))
    number = REFERRAL.letters[0].letter.episode_of_care[0].episode_of_care_identifier
    gone = {f"{L}.additional_information.hospital_choice": None, DESCRIPTION: None, EPISODES: ()}
    there = {f"{L}.letter.version_code": "XH0130R", f"{L}.letter.episode_of_care_identifier": number}
    kept = changed(REFERRAL, gone | there)
    assert arrived.letters == kept.letters
    assert arrived.namespace == OLD_REFERRAL.namespace


def test_a_character_that_xml_lacks_is_replaced() -> None:
    arrived: Any = medcom_bu.parse(medcom_bu.to_xml(changed(REFERRAL, {NAME: "a\x01b"})))
    assert arrived.letters[0].patient.person_surname_name == "a\ufffdb"


META = "content.meta_information"


@pytest.mark.parametrize(
    "path",
    [
        *("sender_id.text", f"{META}.document.name", f"{META}.document.version"),
        *(f"{META}.transport.service_tag[0].name", f"{META}.transport.service_tag[0].text"),
    ],
)
def test_an_envelope_of_the_network(path: str) -> None:
    tagged = vans.wrap(REFERRAL, service_tags=[("navn", "tekst")])
    assert lost(tagged) == lost(tagged, "1.0.4") == []
    odd = changed(tagged, {path: "a\x01b\ufffe"})
    (loss,) = medcom_bu.losses(odd, "xml")
    assert (loss.code, loss.path, dict(loss.params)) == ("loss.xml-character", path, {"count": 2})
    assert medcom_bu.read(medcom_bu.to_xml(odd)).message == changed(tagged, {path: "a\ufffdb\ufffd"})


@pytest.mark.parametrize(
    ("path", "hole", "code"),
    [
        ("sender_id", None, "loss.xml-demand"),
        ("envelope_identifier", "1", "loss.xml-code"),
        ("sent_date_time", "", "loss.xml-code"),
        (f"{META}.document.size_in_bytes", "x", "loss.xml-code"),
        ("namespace", "urn:x", "loss.xml-refused"),
    ],
)
def test_an_envelope_that_a_receiver_refuses(path: str, hole: Any, code: str) -> None:
    torn = changed(WRAPPED, {path: hole})
    assert lost(torn) == [(code, path)]
    assert not medcom_bu.validate(medcom_bu.to_xml(torn), layers=["syntax", "schema"]).ok


def test_an_envelope_has_one_version() -> None:
    older = WRAPPED.replace(namespace=WRAPPED.namespace.replace("1.0.4", "1.0.3"))
    assert medcom_bu.parse(medcom_bu.to_xml(older, version="1.0.4")) == WRAPPED
    assert b"1.0.3" in medcom_bu.to_xml(older)
    for work in (medcom_bu.to_xml, lambda message, version: medcom_bu.losses(message, "xml", version=version)):
        with pytest.raises(medcom_bu.InvalidMessage) as caught:
            work(WRAPPED, version="1.0.3")
        assert found(caught.value.report) == [("version.unknown", "namespace")]


@pytest.mark.parametrize("version", ["XH0132R", "XB0131X", ""])
def test_a_version_that_no_letter_has(version: str) -> None:
    with pytest.raises(medcom_bu.InvalidMessage) as caught:
        medcom_bu.losses(REFERRAL, "xml", version=version)
    assert found(caught.value.report) == [("version.unknown", L)]
    (issue,) = caught.value.report
    assert issue.hint == "versions of HospitalReferral: XH0131R, XH0130R"
    assert issue.hint_text("da") == "versioner af HospitalReferral: XH0131R, XH0130R"


@pytest.mark.parametrize("version", ["XH0132R", "XB0131X", ""])
def test_a_version_that_no_letter_has_is_not_written(version: str) -> None:
    with pytest.raises(medcom_bu.InvalidMessage) as caught:
        medcom_bu.to_xml(REFERRAL, version=version)
    assert found(caught.value.report) == [("version.unknown", L)]


def test_what_is_kept_in_what_has_no_place_is_named() -> None:
    course = (
        REFERRAL.letters[0]
        .letter.episode_of_care[0]
        .replace(unexpected=(Unexpected("element", 0, "x", "<x/>"), Unexpected("attribute", -1, "y", 'y="1"')))
    )
    message = changed(REFERRAL, {f"{L}.letter.episode_of_care": (course,)})
    place = f"{L}.letter.episode_of_care[0]"
    for to, kind in (("xml", "loss.xml-element"), ("edifact", "loss.edifact-kept")):
        told = {(loss.code, loss.path) for loss in medcom_bu.losses(message, to, version="XH0130R")}
        assert {loss for loss in told if "unexpected" in loss[1]} == {
            (kind, f"{place}.unexpected[0]"),
            (kind, f"{place}.unexpected[1]"),
        }


def test_a_segment_beside_an_envelope_is_named_at_its_path() -> None:
    envelope = WRAPPED.replace(unexpected=(Unexpected("segment", 0, "UNB", "UNB'"),))
    told = medcom_bu.losses(envelope, "xml")
    assert [(loss.code, loss.path) for loss in told] == [("loss.xml-segment", "unexpected[0]")]


def test_without_a_letter_there_is_no_version() -> None:
    empty = REFERRAL.replace(letters=())
    for work in (medcom_bu.to_xml, lambda message, version: medcom_bu.losses(message, "xml", version=version)):
        with pytest.raises(medcom_bu.InvalidMessage) as caught:
            work(empty, version="XH0130R")
        assert found(caught.value.report) == [("version.no-letter", "letters")]


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [("latin-1", "ISO-8859-1"), ("utf8", "UTF-8"), ("cp1252", "windows-1252"), ("ASCII", "US-ASCII")],
)
def test_an_encoding_by_another_name(encoding: str, declared: str) -> None:
    data = medcom_bu.to_xml(REFERRAL, encoding=encoding)
    assert data.startswith(b'<?xml version="1.0" encoding="%b"?>\n<Emessage ' % declared.encode())
    assert medcom_bu.parse(data) == REFERRAL


@pytest.mark.parametrize("encoding", ["UTF-16", "utf-32", "utf-8-sig", "cp037", "klingon", ""])
def test_an_encoding_that_is_not_written(encoding: str) -> None:
    file = io.BytesIO()
    with pytest.raises(ValueError, match="encoding is one of ISO-8859-1, UTF-8, windows-1252, US-ASCII"):
        medcom_bu.write_xml(REFERRAL, file, encoding=encoding)
    assert file.getvalue() == b""


def test_a_loss_in_danish() -> None:
    (loss,) = medcom_bu.losses(changed(OLD_REFERRAL, {STATUS: "hjemmet"}), "xml")
    assert loss.message == "XH0130R does not have this value of ReferralStatus"
    assert loss.text("da") == "XH0130R kender ikke denne værdi af ReferralStatus"


def test_every_kind_is_shown() -> None:
    declared = {item.code for item in vars(oioxml_losses).values() if isinstance(item, Kind)}
    assert {code for _, _, expected in CASES.values() for code, _ in expected} == declared


def test_letters_of_several_types_in_one_interchange() -> None:
    """EDIFACT may hold them; in XML each letter that does not belong is named, and nothing of it is left out."""
    data = medcom_bu.to_edifact(
        OLD_REFERRAL.replace(letters=(*OLD_REFERRAL.letters, *MAIL.letters, *OLD_FILES.letters))
    )
    message: Any = medcom_bu.parse(data)
    assert len(message.letters) == 3
    assert lost(message) == SECOND
    written = medcom_bu.to_xml(message)
    assert not medcom_bu.validate(written).ok
    assert b"<ClinicalEmail>" in written
    for letter in message.letters:
        alone = Emessage(envelope=message.envelope, letters=(letter,))
        assert lost(alone) == []
        assert medcom_bu.parse(medcom_bu.to_xml(alone)) == alone


@pytest.mark.slow
@pytest.mark.parametrize("kind", letter_samples())
def test_what_is_written_is_accepted_or_a_loss_says_that_it_is_not(kind: str) -> None:
    """In every version that a letter can be written in, with every field as the declaration allows it in its own."""

    @given(strategies.messages(kind), st.data())
    @settings(max_examples=15)
    def holds(message: Any, source: st.DataObject) -> None:
        codes = [version.code for version in versions_of(type(message.letters[0]))]
        version = source.draw(st.none() | st.sampled_from(codes))
        declared = lost(message, version)
        report = medcom_bu.validate(medcom_bu.to_xml(message, version=version), layers=["syntax", "schema"])
        assert report.ok == (not REFUSED & {code for code, _ in declared})
        if version in (None, message.letters[0].letter.version_code):
            assert declared == []

    holds()


@pytest.mark.slow
@pytest.mark.parametrize("kind", letter_samples())
def test_a_letter_with_a_hole_is_refused_as_announced(kind: str) -> None:
    message = letter_samples()[kind]
    for path, hole in [*holes(message.envelope, "envelope"), *holes(message.letters[0], L)]:
        try:
            torn = changed(message, {path: hole})
        except TypeError:
            continue
        report = medcom_bu.validate(medcom_bu.to_xml(torn), layers=["syntax", "schema"])
        assert report.ok == (not REFUSED & {code for code, _ in lost(torn)}), (path, hole)
