"""The page and the text of FHIR messages: the thread newest first, files by name, type and size, nothing that acts."""

from __future__ import annotations

import re

import pytest

from medcom_bu import CareCommunicationMessage
from medcom_bu.envelopes import vans
from medcom_bu.exchange import accept, refuse
from medcom_bu.rendering.page import as_page
from medcom_bu.rendering.text import as_text
from medcom_bu.testing.sets import fhir_samples
from medcom_bu.values.fhir_resources import Communication
from medcom_bu.wire import to_fhir, validate
from tests.support.hostile import HOSTILE
from tests.support.threads import thread

TAGS = re.compile("<[^>]*>")


def shown(page: str) -> str:
    return TAGS.sub("\n", page[page.index("<body>") :])


def test_the_newest_segment_stands_first() -> None:
    text = shown(as_page(thread()))
    assert text.index("Den anden.") < text.index("Den første.")
    assert re.findall(r"(?:Tekst|Bilag), (?:\n)*[0-9.]+ kl. [0-9:]+", text.replace("Tekst, \n", "Tekst, "))
    assert "04.05.2026 kl. 09:30" in text  # Danish time
    assert text.index("05.05.2026") < text.index("04.05.2026")


def test_what_a_reader_must_see() -> None:
    text = shown(as_page(thread()))
    for part in ("Lonni Test Lauridsen", "020160-9995", "Sundhedspleje", "Emne", "Ida Mose", "paedagog", "12345678"):
        assert part in text, part
    for part in ("Eksempel Skole", "Eksempel Lægehus", "5790001348120", "953741000016009", "Svar"):
        assert part in text, part


def test_files_are_named_with_type_and_size() -> None:
    first = fhir_samples()["CareCommunication/5.0"]
    page = as_page(first)
    assert "Vurdering" in page
    assert "PDF" in shown(page)
    assert "33 byte" in shown(page)
    assert '<a href="https://example.org/vejledning" rel="noopener noreferrer nofollow">' in page
    assert "Ikke sendt med igen" in shown(as_page(thread()))
    assert "JVBERi0" not in page


def test_an_acknowledgement_says_what_came_of_it() -> None:
    message = thread()
    assert "Modtaget og gyldig" in shown(as_page(accept(message)))
    wrong = message.replace(timestamp="i går")
    text = shown(as_page(refuse(wrong, reason=validate(wrong))))
    assert "Fejl i meddelelsen" in text
    assert "timestamp" in text


def test_an_envelope_shows_the_thread_inside() -> None:
    page = as_page(vans.wrap(to_fhir(thread())))
    assert shown(page).index("Den anden.") < shown(page).index("VANS-kuvert" if "VANS-kuvert" in page else "Kuvert")


@pytest.mark.parametrize("text", [text for text in HOSTILE if text.strip()])
def test_hostile_content_is_harmless(text: str) -> None:
    clean = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", "", text) or "x"
    page = as_page(thread(clean, topic=clean))
    assert "<script" not in page.lower()
    assert "javascript:" not in re.sub("<bdi>.*?</bdi>", "", page, flags=re.DOTALL).lower()
    assert page.count("<article>") == page.count("</article>") == 1


def test_nothing_there_is_no_traceback() -> None:
    empty = CareCommunicationMessage()
    assert "Ikke angivet" in as_page(empty)
    assert as_text(empty) == "CareCommunicationMessage"
    held = thread()
    torn = held.replace(entry=tuple(e for e in held.entry if isinstance(e.resource, Communication)))
    assert "Den anden." in as_page(torn)


def test_the_text_form_is_masked_unless_asked() -> None:
    message = thread()
    masked, revealed = as_text(message), as_text(message, reveal=True)
    for part in ("Lauridsen", "0201609995", "Den første.", "Vurdering"):
        assert part not in masked
        assert part in revealed
