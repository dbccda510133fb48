"""The road through DNHF: what is sent of a referral and why, what is lost, what to see to, the page to copy from."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

import pytest

import medcom_bu
from medcom_bu import Directory, Emessage, InvalidMessage, WireFormat, bu, layouts
from medcom_bu.bu.dnhf_points import POINTS, AppliesTo
from medcom_bu.bu.layout import NOT_TOLD
from medcom_bu.rendering.viewing import view_of
from medcom_bu.testing import frozen, samples
from tests.support.bup import CASE, FIRST_DAY, GLN, LAST_DAY, case, thin, told_otherwise
from tests.support.html import count_at, text_at, texts_at, texts_of
from tests.support.invented_layout import MINE
from tests.support.letter_builders import PDF
from tests.support.views import contents

OPEN = ("DNHF has not said", "ikke oplyst af DNHF")
ALWAYS = ["approval", "role", "access", "receiver"]
AS_XML, AS_EDIFACT = ["conversion", "layout"], ["characters"]
OF_FILES = ["attachment-type", "attachment-size", "attachment-upload", "attachment-unseen", "receipts"]
LOST_AS_H0130R = {
    ("loss.edifact-element", "letters[0].letter.episode_of_care[0].episode_of_care_type"),
    ("loss.edifact-element", "letters[0].referral.refer.diagnose_description_code"),
}
ENDS = "loss.edifact-text-end"


def with_file(**given: Any) -> Any:
    """The builder of the complete case with one attachment."""
    return case(**given).attach(PDF, title="WISC-V, rapport")


def sent(messages: tuple[bu.Outgoing, ...]) -> list[tuple[str, str]]:
    """The version and the wire of each message."""
    return [(each.version, each.wire) for each in messages]


def names(dispatch: bu.Dispatch) -> list[str]:
    """The points of a checklist."""
    return [point.name for point in dispatch.checklist]


def listing(takes: str, **days: str) -> Directory:
    """A directory in which the receiver takes some types."""
    return Directory.from_rows([{"gln": GLN, "takes": takes, **days}])


# --- what is sent ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("on", [LAST_DAY, FIRST_DAY], ids=str)
@pytest.mark.parametrize("region", bu.REGIONS, ids=lambda region: region.name)
def test_without_a_layout_xml_is_sent_for_the_vans_provider(region: bu.Region, on: date) -> None:
    dispatch = bu.for_dnhf(with_file(region=region, on=on))
    assert dispatch.on == on
    assert sent(dispatch.outgoing) == [("XH0131R", "oioxml"), ("XB0131X", "oioxml")]
    assert sent(dispatch.instead) == [("H0130R", "edifact"), ("B0131X", "edifact")]
    for each in (*dispatch.outgoing, *dispatch.instead):
        assert medcom_bu.detect(each.data) is each.wire
        assert medcom_bu.validate(each.data).ok
        assert each.data == each.data
    assert [medcom_bu.parse(each.data) for each in dispatch.outgoing] == list(dispatch.consignment)
    assert bu.fields_of(dispatch.consignment) == CASE


def test_losses_are_named_on_the_wire_that_has_them() -> None:
    dispatch = bu.for_dnhf(with_file())
    assert [each.losses for each in dispatch.outgoing] == [(), ()]
    referral, files = dispatch.instead
    assert {(loss.code, loss.path) for loss in referral.losses if loss.code != ENDS} == LOST_AS_H0130R
    assert {loss.path.rpartition(".")[2] for loss in referral.losses if loss.code == ENDS} == {
        "clinical_reason", "cave", "anamnesis", "examination", "actual_medicine",
    }  # fmt: skip
    assert files.losses == ()


def test_a_layout_of_ones_own_sends_edifact() -> None:
    dispatch = bu.for_dnhf(with_file(), layouts=MINE)
    assert sent(dispatch.outgoing) == [("H0131R", "edifact"), ("B0131X", "edifact")]
    assert dispatch.instead == ()
    referral, files = dispatch.outgoing
    assert b"UNH+" in referral.data
    assert b"+MEDREF:D:93A:UN:H0131R+" in referral.data
    assert referral.layout == MINE
    assert files.layout is None
    assert {loss.code for loss in referral.losses} == {ENDS}
    assert medcom_bu.validate(referral.data, layout=referral.layout).ok
    read = medcom_bu.parse(referral.data, Emessage, layout=MINE)
    assert told_otherwise(bu.fields_of(read), CASE) == set()
    assert bu.for_dnhf(with_file(), layouts=[MINE]).outgoing == dispatch.outgoing
    copied = medcom_bu.archive(referral.data, layout=referral.layout)
    assert (copied.data, copied.report.ok) == (referral.data, True)


def test_the_layout_of_another_version_is_written_and_said_to_be_open() -> None:
    dispatch = bu.for_dnhf(case(), layouts=layouts.H0130R)
    (referral,) = dispatch.outgoing
    assert (referral.version, referral.wire) == ("H0130R", WireFormat.EDIFACT)
    assert OPEN[0] in referral.why()
    assert OPEN[0] not in bu.for_dnhf(case(), layouts=MINE).outgoing[0].why()
    both = bu.for_dnhf(case(), layouts=[layouts.H0130R, MINE])
    assert sent(both.outgoing) == [("H0131R", "edifact")]


def test_files_without_a_layout_stay_xml_beside_a_referral_that_has_one() -> None:
    dispatch = bu.for_dnhf(with_file(attachments_as="XB0210X"), layouts=MINE)
    assert sent(dispatch.outgoing) == [("H0131R", "edifact"), ("XB0210X", "oioxml")]
    assert names(dispatch) == [*ALWAYS, *AS_XML, *AS_EDIFACT, *OF_FILES, "copy"]


def test_a_layout_of_the_attachment_alone_leaves_the_referral_xml() -> None:
    dispatch = bu.for_dnhf(with_file(), layouts=layouts.B0131X)
    assert sent(dispatch.outgoing) == [("XH0131R", "oioxml"), ("XB0131X", "oioxml")]


def test_a_guess_is_no_layout() -> None:
    with pytest.raises(ValueError, match=r"the layout of H0131R, B0210X is not known: give your own"):
        bu.for_dnhf(case(), layouts=[layouts.H0131R, MINE, layouts.B0210X])


# --- what carries the files ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("takes", "given", "version", "why"),
    [
        (None, {}, "XB0131X", "BIN01 is what DNHF sends on"),
        ("XREF01 XBIN01", {}, "XB0131X", "BIN01 is what DNHF sends on"),
        ("", {}, "XB0131X", "BIN01 is what DNHF sends on"),
        ("XREF01 XBIN02", {}, "XB0210X", "the directory says"),
        ("REF01/H0131R BIN02/B0210X BIN01/B0131X", {}, "XB0210X", "the directory says"),
        (None, {"attachments_as": "XB0210X"}, "XB0210X", "as attachments_as says"),
        ("XREF01 XBIN01 XBIN02", {"attachments_as": "XB0130X"}, "XB0130X", "as attachments_as says"),
    ],
)
def test_files_are_bin01_but_where_the_directory_or_the_builder_says_otherwise(
    takes: str | None, given: dict[str, Any], version: str, why: str
) -> None:
    directory = None if takes is None else listing(takes)
    for dispatch in (
        bu.for_dnhf(with_file(**given), directory=directory),
        bu.for_dnhf(with_file(**given, directory=directory)),
    ):
        files = dispatch.outgoing[1]
        assert files.version == version
        assert files.why().startswith(why)
        assert OPEN[0] in files.why()
        assert OPEN[1] in files.why("da")
        assert sent(dispatch.instead)[1] == ("B0131X", "edifact")
        assert medcom_bu.validate(dispatch.instead[1].data).ok


@pytest.mark.parametrize(("day", "version"), [(LAST_DAY, "XB0131X"), (FIRST_DAY, "XB0210X")], ids=str)
def test_the_directory_is_asked_on_the_day_that_the_referral_is_sent(day: date, version: str) -> None:
    rows = [
        {"gln": GLN, "takes": "XREF01 XBIN01", "valid_to": "2026-12-31"},
        {"gln": GLN, "takes": "XREF01 XBIN02", "valid_from": "2027-01-01"},
    ]
    builder = with_file(on=LAST_DAY, ids=frozen(datetime.combine(day, time(12))))
    assert bu.for_dnhf(builder, directory=Directory.from_rows(rows)).outgoing[1].version == version


def test_a_receiver_that_the_directory_has_not_is_a_problem() -> None:
    with pytest.raises(InvalidMessage) as caught:
        bu.for_dnhf(case(), directory=Directory.from_rows([{"gln": "5798000000007"}]))
    assert {issue.code for issue in caught.value.report} == {"directory.unknown-receiver"}


# --- the builder and the arguments -----------------------------------------------------------------------------------


def test_the_builder_stays_as_it_was() -> None:
    builder = with_file()
    bu.for_dnhf(builder, directory=listing("XREF01 XBIN02"))
    assert (builder.attachments_as, builder.directory, len(builder.attachments)) == ("XB0131X", None, 1)


def test_what_the_builder_refuses_is_refused() -> None:
    with pytest.raises(InvalidMessage) as caught:
        bu.for_dnhf(thin(receiver=None, patient=None))
    assert {issue.path for issue in caught.value.report} == {"receiver", "patient"}


def test_another_kind_of_argument_is_a_type_error() -> None:
    with pytest.raises(TypeError, match=r"for_dnhf.* takes BupReferralBuilder, not Consignment"):
        bu.for_dnhf(case().build())
    with pytest.raises(TypeError, match=r"copy_page.* takes HospitalReferral or Emessage or Consignment.*, not bytes"):
        bu.copy_page(b"")  # type: ignore[arg-type]


# --- the checklist ---------------------------------------------------------------------------------------------------


def test_the_checklist_is_about_what_is_sent() -> None:
    assert names(bu.for_dnhf(with_file())) == [point.name for point in POINTS]
    assert names(bu.for_dnhf(case())) == [*ALWAYS, *AS_XML, *AS_EDIFACT, "copy"]
    assert names(bu.for_dnhf(case(), layouts=MINE)) == [*ALWAYS, *AS_EDIFACT, "copy"]
    assert names(bu.for_dnhf(with_file(), layouts=MINE)) == [*ALWAYS, *AS_EDIFACT, *OF_FILES, "copy"]


@pytest.mark.parametrize("point", POINTS, ids=lambda point: point.name)
def test_an_open_point_says_so_in_both_languages_and_every_point_has_a_source(point: bu.Point) -> None:
    assert point.source
    assert point.text("da") != point.text("en")
    is_said = [mark in point.text(lang) for mark, lang in zip(OPEN, ("en", "da"), strict=True)]
    if point.is_open and point.name not in ("layout", "characters"):  # MedCom has to tell these
        assert is_said == [True, True]
    else:
        assert is_said == [False, False]


def test_authorities_bear_their_names_of_the_day() -> None:
    on = {day: bu.for_dnhf(case(on=day)).checklist for day in (LAST_DAY, FIRST_DAY)}
    asked = {day: [point.text("da") for point in points if point.name == "layout"] for day, points in on.items()}
    layout = (
        "Dokumenterne for REF01 H0131R og BIN02 B0210X er ikke offentlige: bed {} om dem. Et layout lavet efter dem "
        "angives som layouts=."
    )
    assert asked == {LAST_DAY: [layout.format("MedCom")], FIRST_DAY: [layout.format("Digital Sundhed Danmark")]}
    differ = {old.name for old, new in zip(*on.values(), strict=True) if old != new}
    assert differ == {"approval", "layout"}
    assert not any("{" in point.text(lang) for points in on.values() for point in points for lang in ("en", "da"))


def test_the_text_of_a_dispatch_names_all_of_it_and_nobody() -> None:
    dispatch = bu.for_dnhf(with_file(reason="Udredning – ønskes"))
    for lang, lost, other in (("da", "tabt", "ellers"), ("en", "lost", "else")):
        text = dispatch.text(lang)
        lines = text.splitlines()
        assert [line.partition(":")[0] for line in lines if not line.startswith((" ", "["))] == [
            "XH0131R oioxml", "XB0131X oioxml", f"{other} H0130R edifact", f"{other} B0131X edifact",
        ]  # fmt: skip
        told = [line for line in lines if line.startswith(f"    {lost}: ")]
        assert len(told) == len(dispatch.instead[0].losses)
        assert lines[-len(POINTS) :] == [f"[ ] {point.text(lang)} ({point.source})" for point in dispatch.checklist]
        shown = text + repr(dispatch) + repr(dispatch.outgoing)
        assert not any(name in shown for name in ("Testesen", "Alba", "150414", "Petra", "Udredning"))


def test_every_case_has_a_point() -> None:
    assert {point.applies_to for point in POINTS} == set(AppliesTo)
    assert len({point.name for point in POINTS}) == len(POINTS)


# --- the page to copy from -------------------------------------------------------------------------------------------


def headed(page: str) -> dict[str, list[str]]:
    """The texts to copy by the heading above them."""
    found: dict[str, list[str]] = {}
    heading = ""
    for tag, text in texts_of(page, "h2", "h3", "pre"):
        if tag == "pre":
            found.setdefault(heading, []).append(text)
        else:
            heading = text
    return found


def blocks_of(page: str) -> list[str]:
    """The texts to copy."""
    return [text for _, text in texts_of(page, "pre")]


def test_every_text_of_the_referral_is_a_block_to_copy() -> None:
    consignment = with_file(region="Region Syddanmark").build()
    letter = consignment.letter
    assert letter.relevant_clinical_information is not None
    assert letter.relevant_clinical_information.anamnesis is not None
    page = bu.copy_page(consignment)
    blocks = headed(page)
    assert blocks["Navn"] == ["Alba Testesen"]
    assert blocks["Erstatnings-CPR eller usikkert CPR-nummer"] == ["150414-7AA2"]
    assert blocks["Til"] == ["Eksempel Region, Børne- og Ungdomspsykiatri"]
    assert blocks["Cave"] == ["Ingen kendte"]
    assert blocks["Ønsket undersøgelse/behandling/problemstilling"] == [CASE["reason"]]
    (story,) = blocks["Anamnese"]
    assert story == letter.relevant_clinical_information.anamnesis.plain()
    headings = [key.heading for key in bu.KEYS if f"{key.heading}:" in story.split("\n")]
    assert headings == sorted(headings, key=lambda heading: story.index(f"{heading}:"))
    assert NOT_TOLD not in story
    assert texts_at(page, "//a[@download]/@download") == ["WISC-V, rapport.pdf"]


def test_the_page_holds_all_that_the_referrals_page_does() -> None:
    (message,) = case().build()
    copied = " ".join(text for _, text in texts_of(bu.copy_page(message), "h3", "pre", "dd"))
    shown = [text.strip() for text in contents(view_of(message)) if text.strip()]
    assert len(shown) > 30
    assert [text for text in shown if text not in copied] == []


@pytest.mark.parametrize("of", ["letter", "message", "consignment"])
def test_a_page_is_made_of_a_letter_a_message_and_a_consignment(of: str) -> None:
    consignment = with_file().build()
    given: Any = {"letter": consignment.letter, "message": consignment.messages[0], "consignment": consignment}[of]
    page = bu.copy_page(given)
    assert list(texts_of(page, "h1")) == [("h1", "Sygehushenvisning")]
    assert count_at(page, "//script") == 0
    assert count_at(page, "//a[@download]") == (of == "consignment")
    assert CASE["reason"] in blocks_of(page)
    assert "ikke oplyst af DNHF" in text_at(page, "//header//dd")


def test_a_block_is_plain_text_without_formatting() -> None:
    builder = thin(reason="<b>Udredning</b>\nØnskes & mere", self_harm="Ja.")
    page = bu.copy_page(builder.build())
    assert "<b>Udredning</b>\nØnskes & mere" in blocks_of(page)
    assert "Selvskade:\nJa." in blocks_of(page)
    assert count_at(page, "//pre//*[not(self::bdi)]") == 0
    assert ";user-select:all}" in text_at(page, "//style")


def test_what_is_not_given_or_not_understood_is_shown_and_not_copied() -> None:
    page = bu.copy_page(thin(reason="Udredning.").build())
    assert ("p", "Ikke angivet") in texts_of(page, "p")
    assert "Ikke angivet" not in blocks_of(page)


def test_what_holds_no_referral_is_refused() -> None:
    mail = samples()["XDIS91/XD9134L"]
    assert isinstance(mail, Emessage)
    with pytest.raises(ValueError, match=r"^there is no referral \(XREF01\) in what was given to copy_page$"):
        bu.copy_page(mail)
