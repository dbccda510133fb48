"""The page and the text of a VANSEnvelope: what is inside first, and every text of the envelope once, as a text."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

import medcom_bu
from medcom_bu.cli import main
from medcom_bu.envelopes import vans
from medcom_bu.messages.envelopes import VansEnvelope
from medcom_bu.rendering.page import as_page
from medcom_bu.rendering.text import as_text
from medcom_bu.testing import strategies
from medcom_bu.testing.letters import letter_samples
from tests.support.hostile import HOSTILE, filled_envelope
from tests.support.pages import texts_shown
from tests.support.paths import changed
from tests.support.views import article_of, marked, outline, said, section_of, shown, texts_in, to_show

LETTER = letter_samples()["XDIS91/XD9134L"]
SENT = vans.wrap(LETTER, service_tags=[("MCM:STATISTIC", "manual")])
OPAQUE = vans.wrap(b"%PDF-1.4", sender="5790000121526", receiver="5790000121526", name="Vejledning")
ANSWERS = {
    "positive": vans.positive(SENT),
    "negative": vans.negative(SENT, "Ukendt type", "17"),
    "vans": vans.vans_negative(SENT, "Ukendt modtager"),
}
Capture = pytest.CaptureFixture[str]


def expected(envelope: VansEnvelope) -> Counter[str]:
    """Every text that is in an envelope, but for what is told in our own words: yes or no, when it was sent."""
    transport = getattr(envelope.meta_information, "transport", None)
    told = [transport.transform_message] if transport is not None else []
    told = [text for text in told if text in ("true", "false", "0", "1")]
    if envelope.sent is not None:
        told.append(envelope.sent_date_time)
    found = Counter(marked(text) for text in texts_in(envelope) if text.strip() not in ("", "_"))
    return found - Counter(told)


@given(strategies.envelopes())
def test_every_text_of_an_envelope_is_shown_once(envelope: VansEnvelope) -> None:
    assert shown(envelope) == expected(envelope)


@pytest.mark.parametrize("name", letter_samples())
def test_the_letters_come_first(name: str) -> None:
    envelope = vans.wrap(letter_samples()[name])
    assert shown(envelope) == to_show(letter_samples()[name]) + expected(envelope)
    assert outline(envelope) == [*outline(letter_samples()[name]), "  VANS-kuvert"]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("envelope", [SENT, OPAQUE, *ANSWERS.values()])
def test_hostile_texts_are_texts(envelope: VansEnvelope, text: str) -> None:
    odd = filled_envelope(envelope, text)
    of_letters = to_show(LETTER) if envelope is SENT else Counter()
    found = shown(odd)
    assert found == expected(odd) + of_letters == texts_shown(as_page(odd))
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
    titles = ["Kvittering for VANS-kuvert", "  Resultat", "  Besvaret meddelelse", "  VANS-kuvert"]
    assert outline(ANSWERS[name]) == titles
    reasons = {
        "positive": [],
        "negative": ["Fejlkode", "17", "Fejltekst", "Ukendt type"],
        "vans": ["Fejltekst", "Ukendt modtager"],
    }
    assert said(section_of(ANSWERS[name], "Resultat")) == ["Resultat", result, *reasons[name]]


def test_what_is_not_shown_says_so() -> None:
    assert outline(OPAQUE) == ["VANS-kuvert", "  Indhold", "  VANS-kuvert"]
    assert said(section_of(OPAQUE, "Indhold")) == ["Indhold", "Kuvertens meddelelse vises ikke her."]
    told = said(section_of(OPAQUE, "VANS-kuvert"))
    rows = dict(zip(told[1::2], told[2::2], strict=True))
    assert rows["Må omformes undervejs"] == "Nej"
    assert rows["Oplyst størrelse"] == "8 byte"
    top = said(article_of(OPAQUE).top)
    assert top[:4] == ["Fra", "5790000121526 · Lokationsnummer", "Til", "5790000121526 · Lokationsnummer"]
    assert re.fullmatch(r"\d\d[.]\d\d[.]\d{4} kl[.] \d\d[.]\d\d", top[5])


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
    for number in ("'5790000121526'", "'MCM:XDIS91'", f"'{SENT.envelope_identifier}'"):
        assert number in hidden
    assert "  sender_id.type = EAN (Location number (GLN))" in hidden
    danish = as_text(SENT, lang="da")
    assert "  sender_id.type = EAN (Lokationsnummer)" in danish
    assert re.search(r"^  content\.data = <fil på \d+ byte>$", danish, re.MULTILINE)
    assert "characters>" not in danish
    assert " tegn>" in danish
    with pytest.raises(ValueError, match="lang is one of en, da"):
        as_text(SENT, lang="fr")
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
    assert page.read_text("utf-8") == as_page(medcom_bu.read(path.read_bytes()))
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
