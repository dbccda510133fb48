"""The page and the text of a VANSEnvelope: what is inside first, and every text of the envelope once, as a text."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

import medcom_bu
from medcom_bu.cli import main
from medcom_bu.declare.oioxml import Value
from medcom_bu.envelopes import vans
from medcom_bu.messages.envelopes import VansEnvelope
from medcom_bu.rendering.page import as_page
from medcom_bu.rendering.text import as_text
from medcom_bu.testing import strategies
from medcom_bu.testing.letters import letter_samples
from tests.support.hostile import HOSTILE, filled_envelope
from tests.support.html import count_at, text_at, texts_at, texts_of
from tests.support.pages import outline, text_to_show, texts_shown, texts_to_show
from tests.support.paths import changed

LETTER = letter_samples()["XDIS91/XD9134L"]
SENT = vans.wrap(LETTER, service_tags=[("MCM:STATISTIC", "manual")])
OPAQUE = vans.wrap(b"%PDF-1.4", sender="5790000121526", receiver="5790000121526", name="Vejledning")
ANSWERS = {
    "positive": vans.positive(SENT),
    "negative": vans.negative(SENT, "Ukendt type", "17"),
    "vans": vans.vans_negative(SENT, "Ukendt modtager"),
}
Capture = pytest.CaptureFixture[str]


def texts(value: Any) -> list[str]:
    """Every text that stands in a value, however deep, but for its namespace and what is not a text."""
    if isinstance(value, tuple):
        return [text for item in value for text in texts(item)]
    if isinstance(value, Value):
        held = {name: item for name, item in value.__dict__.items() if name != "namespace"}
        if held.get("transform_message") in ("true", "false", "0", "1"):
            del held["transform_message"]  # yes or no, in our own words
        return [text for item in held.values() for text in texts(item)]
    return [text_to_show(value)] if isinstance(value, str) else []


def expected(envelope: VansEnvelope) -> Counter[str]:
    return Counter(filter(None, texts(envelope)))


@given(strategies.envelopes())
def test_every_text_of_an_envelope_is_shown_once(envelope: VansEnvelope) -> None:
    assert texts_shown(as_page(envelope)) == expected(envelope)


@pytest.mark.parametrize("name", letter_samples())
def test_the_letters_come_first(name: str) -> None:
    envelope = vans.wrap(letter_samples()[name])
    page = as_page(envelope)
    assert texts_shown(page) == texts_to_show(letter_samples()[name]) + expected(envelope)
    assert outline(envelope) == [*outline(letter_samples()[name]), "h2 VANS-kuvert"]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("envelope", [SENT, OPAQUE, *ANSWERS.values()])
def test_hostile_texts_are_texts(envelope: VansEnvelope, text: str) -> None:
    odd = filled_envelope(envelope, text)
    of_letters = texts_to_show(LETTER) if envelope is SENT else Counter()
    found = texts_shown(as_page(odd))
    assert found == expected(odd) + of_letters
    assert found[text] > 10


@pytest.mark.parametrize(
    ("name", "result"),
    [
        ("positive", "Modtaget: meddelelsen er kommet frem og kan læses."),
        ("negative", "Afvist: modtageren kan ikke tage imod meddelelsen."),
        ("vans", "Afvist: netværket (VANS) har ikke leveret meddelelsen til modtageren."),
    ],
)
def test_a_receipt_says_first_what_became_of_the_message(name: str, result: str) -> None:
    titles = [f"{tag} Kvittering for VANS-kuvert" for tag in ("title", "h1")]
    assert outline(ANSWERS[name]) == [*titles, "h2 Resultat", "h2 Besvaret meddelelse", "h2 VANS-kuvert"]
    page = as_page(ANSWERS[name])
    assert text_at(page, "//p[@class='lead']") == result
    reason = text_at(page, "//article/section[1]/dl")
    assert (
        reason
        == {"positive": "", "negative": "Fejlkode17FejltekstUkendt type", "vans": "FejltekstUkendt modtager"}[name]
    )


def test_what_is_not_shown_says_so() -> None:
    titles = [f"{tag} VANS-kuvert" for tag in ("title", "h1")]
    assert outline(OPAQUE) == [*titles, "h2 Indhold", "h2 VANS-kuvert"]
    page = as_page(OPAQUE)
    assert text_at(page, "//article/section/p") == "Kuvertens meddelelse vises ikke her."
    rows = dict(zip(texts_at(page, "//dt/text()"), [text for _, text in texts_of(page, "dd")], strict=False))
    assert rows["Kuvertens afsender"] == "5790000121526 · Lokationsnummer"
    assert rows["Må omformes undervejs"] == "Nej"
    assert rows["Oplyst størrelse"] == "8 byte"
    assert count_at(page, "//dl//dl") == 0


@pytest.mark.parametrize(
    "inside",
    [
        *("", "<Receipt/>", "<Message><Data>!</Data></Message>", '<Message a="tekst"><X>ukendt</X></Message>'),
        '<SenderID b="tekst">ukendt</SenderID>',
    ],
)
def test_what_is_broken_is_shown_as_far_as_it_goes(inside: str) -> None:
    data = f'<VANSEnvelope xmlns="urn:oio:medcom:vans-envelope:1.0.4">{inside}</VANSEnvelope>'.encode()
    message: Any = medcom_bu.read(data).message
    page, text = as_page(message), as_text(message, reveal=True)
    for word in ("tekst", "ukendt"):
        assert (word in page) == (word in text) == (word.encode() in data)


def test_the_text_masks_what_the_page_shows() -> None:
    hidden, open_text = as_text(SENT), as_text(SENT, reveal=True)
    for secret in ("0201609995", "Testesen", "service_tag[0].text = manual"):
        assert secret not in hidden
    for shown in ("'5790000121526'", "'MCM:XDIS91'", f"'{SENT.envelope_identifier}'"):
        assert shown in hidden
    assert "  sender_id.type = EAN (Location number (GLN))" in hidden
    assert "  content.meta_information.transport.service_tag[0].text = manual" in open_text
    assert open_text.endswith(as_text(LETTER, reveal=True))
    assert hidden.count("namespace:") == 2


def test_the_command_line_shows_an_envelope(tmp_path: Path, capsys: Capture) -> None:
    path, page = tmp_path / "kuvert.xml", tmp_path / "side.html"
    path.write_bytes(medcom_bu.to_xml(SENT))
    assert main(["show", str(path)]) == 0
    out = capsys.readouterr().out
    assert out.startswith(as_text(medcom_bu.parse(path.read_bytes())))
    assert "\nvalid\n" in out
    assert main(["show", "--html", str(page), str(path)]) == 0
    assert page.read_text("utf-8") == as_page(SENT)
    capsys.readouterr()
    path.write_bytes(medcom_bu.to_xml(vans.wrap(medcom_bu.to_xml(LETTER).replace(b"XD9134L", b"XD9133L"))))
    assert main(["show", str(path)]) == 1
    assert "error xml.fixed /VANSEnvelope/Message/Data//Emessage/" in capsys.readouterr().out
    path.write_bytes(medcom_bu.to_xml(ANSWERS["negative"]))
    assert main(["show", "--reveal", str(path)]) == 0
    out = capsys.readouterr().out
    assert "content.outcome.error.description = Ukendt type" in out
    path.write_bytes(medcom_bu.to_xml(OPAQUE))
    assert main(["show", str(path)]) == 3
    assert "vans.content-not-checked" in capsys.readouterr().out


def test_a_change_is_seen() -> None:
    """The comparison above would not see one thing for another."""
    assert expected(changed(OPAQUE, {"sender_id.text": "x"})) != expected(OPAQUE)
