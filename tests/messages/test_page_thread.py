"""CareCommunications as a reader has them: one thread, each segment once, the newest first, text before its files."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import medcom_bu
from medcom_bu import CareCommunicationBuilder, CareCommunicationMessage, Directory, as_page
from medcom_bu.envelopes import vans
from medcom_bu.exchange import accept, refuse
from medcom_bu.rendering.page import options_of
from medcom_bu.rendering.page_options import PageOptions
from medcom_bu.rendering.text import as_text
from medcom_bu.rendering.view import NoticeKind, Post
from medcom_bu.rendering.viewing import view_of
from medcom_bu.testing.letters import letter_samples
from medcom_bu.testing.sets import fhir_samples
from medcom_bu.values.fhir_resources import Communication
from medcom_bu.wire import to_fhir, validate
from tests.support.hostile import HOSTILE
from tests.support.ids_and_clock import counted
from tests.support.threads import CITIZEN, CLINIC, SCHOOL, parallel_replies, thread
from tests.support.views import article_of, contents, outline, said, section_of


def posts(given: Any, **options: Any) -> list[Post]:
    [article] = view_of(given, PageOptions(**options)).articles
    return [part for part in article.body if isinstance(part, Post)]


def texts(given: Any) -> list[list[str]]:
    return [said(post.texts) for post in posts(given)]


# --- one message --------------------------------------------------------------------------------------------------


def test_the_newest_stands_first_and_its_text_before_its_files() -> None:
    """VEN-10."""
    new, old = posts(thread())
    assert said(new.author) == ["Ida Mose, Pædagog · Eksempel Lægehus"]
    assert said(old.author) == ["Ida Mose, Pædagog · Eksempel Skole"]
    assert [said(post.sent) for post in (new, old)] == [["05.05.2026 kl. 09.30"], ["04.05.2026 kl. 09.30"]]  # Danish
    assert [said(post.texts) for post in (new, old)] == [["Den anden."], ["Den første."]]
    assert [[file.name for file in post.files] for post in (new, old)] == [["Vejledning"], ["Vurdering"]]
    page = as_page(thread())
    places = [page.index(text) for text in ("Den anden.", "Vejledning", "Den første.", "Vurdering")]
    assert places == sorted(places)


def test_what_a_reader_must_see() -> None:
    article = article_of(thread())
    assert article.title == "Korrespondance"
    assert article.marks == ("Svar",)
    assert said(article.patient) == ["Lonni Test Lauridsen", "CPR-nummer", "020160-9995", "66 år"]
    assert said(article.top) == [
        *("Fra", "Eksempel Lægehus", "Til", "Eksempel Skole", "Sendt", "05.05.2026 kl. 09.30"),
        *("Emne", "Emne", "Kategori", "Sundhedspleje"),
    ]
    assert said(section_of(thread(), "Afsender")) == [
        *("Afsender", "Lokationsnummer", "5790001348120", "SOR", "953741000016009"),
    ]
    new, old = posts(thread())
    assert said(new.rows) == ["Svar på", "Ida Mose, 04.05.2026 kl. 09.30", "Telefon", "12345678"]
    assert said(old.rows) == ["Telefon", "12345678"]


def test_files_are_named_with_type_and_size() -> None:
    [post] = posts(fhir_samples()["CareCommunication/5.0"])
    assert [said(file) for file in post.files] == [
        ["Vurdering", "PDF", "33 byte"],
        ["Vejledning", "Link", "https://example.org/vejledning"],
    ]
    _, old = posts(thread())
    assert [said(file)[:3] for file in old.files] == [
        ["Vurdering", "PDF", "Ikke sendt med igen: filen ligger i den tidligere meddelelse"],
    ]


@pytest.mark.parametrize(("priority", "notices"), [("asap", ["Prioritet: Hurtigst muligt"]), ("routine", [])])
def test_an_urgent_message_says_so_first(priority: str, notices: list[str]) -> None:
    article = article_of(thread(category="regarding-referral", priority=priority))
    assert [said(one)[0] for one in article.notices] == notices
    assert ("Prioritet" in said(article.top)) == (priority == "routine")


def test_a_unit_without_a_name_has_that_of_the_directory() -> None:
    """Certification 3.2.1.11."""
    nameless = thread()
    data = re.sub(rb',"name":"Eksempel (Skole|L\xc3\xa6gehus)"', b"", to_fhir(nameless))
    message = medcom_bu.read(data).message
    directory = Directory.from_rows(
        [{"sor": "265161000016000", "name": "Skolen"}, {"sor": "953741000016009", "name": "Klinikken"}]
    )
    [article] = view_of(message, PageOptions(directory=directory)).articles
    assert said(article.top)[:4] == [
        *("Fra", "Klinikken (navn fra adresseregister)", "Til", "Skolen (navn fra adresseregister)"),
    ]
    assert "Ida Mose, Pædagog · Skolen (navn fra adresseregister)" in said(article)
    assert said(article_of(message).top)[:4] == ["Fra", "SOR 953741000016009", "Til", "SOR 265161000016000"]
    assert [said(post.author) for post in posts(message)] == [
        ["Ida Mose, Pædagog · SOR 953741000016009"],
        ["Ida Mose, Pædagog · SOR 265161000016000"],
    ]


def test_the_role_is_told_by_its_name_in_the_terminology() -> None:
    """VEN-26."""
    author = medcom_bu.Author(given="Ida", family="Mose", role_code="speciallaege", telephone="12345678")
    ids = counted(datetime(2026, 5, 4, 7, 30, tzinfo=UTC), timedelta(hours=1))
    builder = CareCommunicationBuilder.new(
        sender=SCHOOL, receiver=CLINIC, patient=CITIZEN, category="healthcare", ids=ids
    )
    [post] = posts(builder.write("Hej", author=author).build())
    assert said(post.author) == ["Ida Mose, Speciallæge · Eksempel Skole"]


# --- several messages of a thread ---------------------------------------------------------------------------------


def test_the_messages_of_a_thread_are_one_article_with_each_segment_once() -> None:
    """Certification 3.2.4, 3.2.6: whichever comes first."""
    first, one, other = parallel_replies()
    for given in ([first, one, other], [other, one, first], [one, first, other]):
        assert texts(given) == [["Nej."], ["Ja."], ["Spørgsmål."]]
        *_, old = posts(given)
        assert [file.content is not None for file in old.files] == [True]  # from the message that brought it
    assert texts(one) == [["Ja."], ["Spørgsmål."]]
    assert texts([one, one]) == [["Ja."], ["Spørgsmål."]]


def test_parallel_replies_are_shown_as_such() -> None:
    """Certification 3.2.4.2: which message each answers."""
    marks = [post.marks for post in posts(parallel_replies())]
    assert marks == [("Parallelt svar",), ("Parallelt svar",), ("Ny meddelelse",)]
    new, middle, old = posts(parallel_replies())
    assert said(new.rows)[:2] == said(middle.rows)[:2] == ["Svar på", "Ida Mose, 04.05.2026 kl. 09.30"]
    assert "Svar på" not in said(old.rows)
    first, one, _ = parallel_replies()
    assert [post.marks for post in posts([first, one])] == [("Svar",), ("Ny meddelelse",)]


def test_at_equal_times_the_initiator_stands_first() -> None:
    """Certification 3.2.4.3."""
    first, one, _ = parallel_replies()
    same_time = to_fhir(one).replace(b"T08:30:00", b"T07:30:00")
    message = medcom_bu.read(same_time).message
    assert texts(message) == [["Spørgsmål."], ["Ja."]]
    assert texts([first, message]) == [["Spørgsmål."], ["Ja."]]


def test_what_is_unread_is_marked() -> None:
    first, one, other = parallel_replies()
    of_first = next(segment.identifier for segment in first.segments)
    assert of_first is not None
    assert other.header is not None
    assert other.header.id is not None
    for unread in ((other,), (other.header.id,)):
        page = as_page([first, one, other], unread=unread)
        assert page.count(">Ulæst</span>") == 1
        assert page.index(">Ulæst<") < page.index("Nej.") < page.index("Ja.")
    page = as_page([first, one, other], unread=[of_first])
    assert page.index("Ja.") < page.index(">Ulæst<") < page.index("Spørgsmål.")
    assert ">Ulæst<" not in as_page([first, one, other])


def test_any_message_can_be_unread() -> None:
    letter = letter_samples()["XDIS91/XD9134L"]
    envelope, answer = vans.wrap(letter), accept(thread())
    parsed = medcom_bu.read(medcom_bu.to_xml(letter))
    for given, unread in ((letter, letter), (envelope, envelope), (answer, answer), (parsed, parsed)):
        [article] = view_of(given, options_of(None, None, [unread])).articles
        assert article.marks[:1] == ("Ulæst",)
        [article] = view_of(given, options_of(None, None, [thread()])).articles
        assert "Ulæst" not in article.marks


def other_citizen(message: CareCommunicationMessage) -> CareCommunicationMessage:
    data = to_fhir(message).replace(b"0201609995", b"2509479989").replace(b"Lauridsen", b"Andersen")
    found = medcom_bu.read(data).message
    assert isinstance(found, CareCommunicationMessage)
    return found


def test_a_thread_is_never_merged_with_that_of_another_citizen() -> None:
    """Certification, fixtures CPR-1 to CPR-3: the identifier of a thread alone does not tell."""
    first, one, _ = parallel_replies()
    view = view_of([first, other_citizen(one)])
    assert [said(article.patient)[2] for article in view.articles] == ["020160-9995", "250947-9989"]
    for article in view.articles:
        assert [notice.kind for notice in article.notices] == [NoticeKind.OTHER_PATIENT]
    assert article_of([first, one]).notices == ()
    assert len(view_of([first, one.replace(entry=())]).articles) == 2


def test_a_changed_segment_stands_there_beside_the_first() -> None:
    first, one, _ = parallel_replies()
    changed = medcom_bu.read(to_fhir(one).replace("Spørgsmål.".encode(), b"Noget andet.")).message
    assert Counter(text for post in texts([first, changed]) for text in post) == Counter(
        ["Ja.", "Noget andet.", "Spørgsmål."]
    )


# --- acknowledgements, envelopes, what is wrong -------------------------------------------------------------------


def test_an_acknowledgement_says_what_came_of_it() -> None:
    """VEN-26: in Danish."""
    message = thread()
    assert said(section_of(accept(message), "Resultat")) == ["Resultat", "Modtaget og gyldig"]
    assert said(section_of(refuse(message, reason="Borgeren er ukendt her"), "Resultat")) == [
        *("Resultat", "Fejl i meddelelsen", "Begrundelse"),
        *("Fejl: En forretningsregel er ikke overholdt", "Borgeren er ukendt her"),
    ]
    wrong = message.replace(timestamp="i går")
    told = said(section_of(refuse(wrong, reason=validate(wrong)), "Resultat"))
    assert told[:3] == ["Resultat", "Fejl i meddelelsen", "Begrundelse"]
    assert told[3:5] == ["Fejl: Forkert opbygning", "teksten har ikke form som instant"]
    assert told[-2:] == ["Sted", "timestamp"]


def test_what_is_wrong_is_shown_with_the_words_of_the_report() -> None:
    """VEN-26: certification 3.2.8.2."""
    parsed = medcom_bu.read(to_fhir(thread(category="regarding-referral")).replace(b"regarding-referral", b"hjemme"))
    article = article_of(parsed)
    assert article.verdict is not None
    assert article.verdict.is_wrong
    errors = [issue.text("da") for issue in parsed.report if issue.severity == "error"]
    assert [remark.text for remark in article.verdict.remarks if remark.is_error] == errors != []
    page = as_page(parsed)
    assert page.index("Meddelelsen er ikke gyldig") < page.index("Den anden.")
    right = as_page(medcom_bu.read(to_fhir(thread())))
    assert "Meddelelsen er ikke gyldig" not in right
    assert "Meddelelsen er kontrolleret og gyldig" in right
    assert "kontrolleret" not in as_page(thread())


def test_what_cannot_be_read_says_so() -> None:
    view = view_of(medcom_bu.read(b"<x/>"))
    [article] = view.articles
    assert article.title == "Meddelelse der ikke kan læses"
    assert article.verdict is not None
    assert article.verdict.is_wrong
    assert contents(view) == []


def test_an_envelope_shows_the_thread_inside() -> None:
    headings = outline(vans.wrap(to_fhir(thread())))
    assert headings[0] == "Korrespondance"
    assert headings[-1] == "  VANS-kuvert"


def test_a_message_of_another_guide_is_shown_whole() -> None:
    """A generic page: who, what, and every text."""
    data = to_fhir(thread()).replace(b"care-communication-message", b"homecareobservation-message")
    message = medcom_bu.read(data).message
    assert isinstance(message, medcom_bu.OtherFhirMessage)
    article = article_of(message)
    assert [notice.kind for notice in article.notices] == [NoticeKind.NOT_READ]
    assert said(article.patient)[:3] == ["Lonni Test Lauridsen", "CPR-nummer", "020160-9995"]
    assert said(article.top)[:4] == ["Fra", "Eksempel Lægehus", "Til", "Eksempel Skole"]
    for text in ("Den anden.", "Den første.", "Sundhedspleje", "paedagog", "12345678", "https://example.org/a?b=c"):
        assert text in " ".join(said(article)), text


# --- hostile ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [text for text in HOSTILE if text.strip()])
def test_hostile_content_is_harmless(text: str) -> None:
    clean = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", "", text) or "x"
    page = as_page(thread(clean, topic=clean))
    assert "<script" not in page.lower()
    assert "javascript:" not in re.sub("<bdi>.*?</bdi>", "", page, flags=re.DOTALL).lower()
    assert page.count("<article ") == page.count("</article>") == 1


def test_nothing_there_is_no_traceback() -> None:
    empty = CareCommunicationMessage()
    assert "Ikke angivet" in as_page(empty)
    assert as_text(empty) == "CareCommunicationMessage"
    held = thread()
    torn = held.replace(entry=tuple(e for e in held.entry if isinstance(e.resource, Communication)))
    assert texts(torn) == [["Den anden."], ["Den første."]]


def test_the_text_form_is_masked_unless_asked() -> None:
    message = thread()
    masked, revealed = as_text(message), as_text(message, reveal=True)
    for part in ("Lauridsen", "0201609995", "Den første.", "Vurdering"):
        assert part not in masked
        assert part in revealed
