"""The page in a browser: on a phone nothing scrolls sideways, on paper each page says whose it is, anyone can use it.

axe-core judges it by WCAG 2.2 A and AA, in light and in dark; the console stays silent.
"""

from __future__ import annotations

import base64
import io
import re
import time
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from medcom_bu import CareCommunicationBuilder, CareCommunicationMessage, as_page, bu, read, to_fhir, to_xml, validate
from medcom_bu.demo import example
from medcom_bu.envelopes import vans
from medcom_bu.exchange import accept, refuse
from medcom_bu.messages.emessage import Emessage
from medcom_bu.messages.hospital_referral import HospitalVisitation
from medcom_bu.testing.letters import letter_samples
from medcom_bu.testing.sets import fhir_samples
from medcom_bu.values.text import FormattedText, Mark, Style, Styled
from tests.support.browser import AXE, WIDTH, Browser, needs_browser, opened
from tests.support.bup import case
from tests.support.care_messages import IDA
from tests.support.hostile import HOSTILE, filled_envelope, hostile, hostile_letter, referral_with
from tests.support.ids_and_clock import counted
from tests.support.other_letters import DISCHARGE, EPICRISIS
from tests.support.threads import CITIZEN, CLINIC, SCHOOL, parallel_replies, thread

pytestmark = needs_browser


def note(style: Style, nodes: tuple[Any, ...] = ("Mange ord, og nogle til. " * 9, Mark.BREAK, "x" * 200)) -> Any:
    text = FormattedText((Styled(style, nodes),))
    return HospitalVisitation(information_code="ustruktureret", information=text)


def correspondence() -> Emessage:
    """A correspondence with every style, long words, escaped tags, and an empty text."""
    letter: Any = letter_samples()["XDIS91/XD9134L"].letters[0]
    rich = FormattedText(
        (
            *("Kære læge", Mark.BREAK, Mark.BREAK, "Vi har set barnet. ", Styled(Style.BOLD, ("Vigtigt: ",))),
            *(Styled(Style.ITALIC, ("ring inden fredag",)), Mark.BREAK, Styled(Style.CENTER, ("- - -",)), Mark.BREAK),
            Styled(Style.FIXED_FONT, ("WISC-V  98", Mark.BREAK, "SDQ    17", Mark.BREAK, "x" * 70)),
            *(Styled(Style.RIGHT, ("Venlig hilsen",)), "&lt;Break/&gt;<Bold>ikke fed</Bold>", "Speciallæge" * 10),
        )
    )
    parts = tuple(letter.clinical_information[0].replace(text01=text) for text in (rich, FormattedText(), rich))
    return letter_samples()["XDIS91/XD9134L"].replace(letters=(letter.replace(clinical_information=parts),))


def long_referral() -> Emessage:
    """A referral of ten thousand words, in lines and paragraphs."""
    letter: Any = referral_with().letters[0]
    text = FormattedText.from_plain("\n\n".join(["Barnet er uroligt og sover dårligt. " * 17] * 100))
    return referral_with(relevant_clinical_information=letter.relevant_clinical_information.replace(anamnesis=text))


def fifty_files() -> CareCommunicationMessage:
    """Fifty files, each with a name that would act if it were markup, or that hides what it is."""
    builder = CareCommunicationBuilder.new(
        sender=SCHOOL, receiver=CLINIC, patient=CITIZEN, category="healthcare", ids=counted()
    ).write("Se bilag.", author=IDA)
    for number in range(50):
        builder = builder.attach(
            b"%PDF-1.4\n" + bytes(number), title=f"{HOSTILE[number % len(HOSTILE)]}\u202efdp {number}"
        )
    return builder.build()


SENT = vans.wrap(correspondence(), service_tags=[("MCM:STATISTIC", "manual")])
PAGES: dict[str, Any] = {
    "correspondence": correspondence(),
    "envelope": SENT,
    "envelope-opaque": vans.wrap(b"x" * 2000, sender="5790000121526", receiver="5790000121526", name="x" * 255),
    "envelope-receipt": vans.negative(SENT, "Ukendt meddelelsestype. " * 20, "17"),
    "envelope-hostile": filled_envelope(vans.vans_negative(SENT, "Ukendt modtager"), HOSTILE[0] + "\u202e" + "x" * 70),
    "refusal": refuse(correspondence(), reason=validate(to_xml(correspondence()).replace(b"Subject>", b"Emne>"))),
    "referral": next(iter(example())),
    "consignment": example(),
    "invalid": read(to_xml(correspondence()).replace(b"Subject>", b"Emne>").replace(b">nytbrev<", b">Rettetbrev<")),
    "unreadable": read(b"<x/>"),
    "fhir-invalid": read(to_fhir(thread()).replace(b'"healthcare"', b'"hjemme"')),
    "fhir-refusal": refuse(thread(), reason="Ukendt borger " * 40),
    "fhir-acceptance": accept(thread()),
    "fhir-other": read(to_fhir(thread()).replace(b"care-communication-message", b"homecareobservation-message")),
    "thread-parallel": parallel_replies(),
    "other-letter": read(DISCHARGE),
    "other-edifact": read(EPICRISIS),
    "ten-thousand-words": long_referral(),
    "wide-table": referral_with(
        hospital_visitation=(note(Style.FIXED_FONT, ("| " + "celle | " * 300, Mark.BREAK) * 200),)
    ),
    "fifty-files": fifty_files(),
    **{kind.replace("/", "-"): message for kind, message in letter_samples().items()},
    **{f"hostile-{number}": hostile(text) for number, text in enumerate(HOSTILE)},
    **{
        f"{kind[:6]}-{name}": hostile_letter(kind, text)
        for kind in ("XDIS91/XD9134L", "XCTL02/XC0230Q")
        for name, text in {"hostile": HOSTILE[1] + "\u202e" + "x" * 70, "empty": ""}.items()
    },
    **{kind.replace("/", "-"): message for kind, message in fhir_samples().items()},
    **{
        f"thread-{number}": thread(text, topic=text)
        for number, text in enumerate((*HOSTILE, "abc \u202e \u05d0\u2066"))
    },
    "long-words": hostile("Speciallægehenvisningsprocedure" * 10),
    "kept-blanks": hostile(" " * 300 + "\u00a0" * 300 + "\t" * 300 + "x"),
    "marks-of-direction": hostile("abc \u202e 123 \u05d0\u05d1\u05d2 \u2066" * 9),
    "stacked-accents": hostile("Z" + "\u0301\u0323" * 100),
    "all-styles": referral_with(hospital_visitation=tuple(note(style) for style in Style)),
}


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with opened(tmp_path_factory.mktemp("profile")) as session:
        yield session


@pytest.fixture
def show(browser: Browser, tmp_path: Path) -> Callable[[str], None]:
    def write_and_show(page: str) -> None:
        path = tmp_path / "side.html"
        path.write_text(page, "utf-8", newline="")
        browser.show(path)

    return write_and_show


@pytest.mark.parametrize("name", PAGES)
def test_a_phone_shows_the_page_without_scrolling_sideways(
    name: str, browser: Browser, show: Callable[[str], None]
) -> None:
    show(as_page(PAGES[name]))
    width, inner = browser.run("const e = document.documentElement; return [e.scrollWidth, e.clientWidth]")
    assert width <= inner <= WIDTH
    assert browser.run("return document.fonts.size + performance.getEntriesByType('resource').length") == 0
    assert browser.messages() == []


def test_the_style_applies_and_the_console_is_heard(browser: Browser, show: Callable[[str], None]) -> None:
    page = as_page(PAGES["invalid"])
    show(page)
    assert browser.run("return getComputedStyle(document.querySelector('bdi')).unicodeBidi") == "isolate"
    assert browser.run("return getComputedStyle(document.querySelector('.wrong')).borderLeftWidth") == "10px"
    show(page.replace("<main>", "<main><script>document.title = 'x'</script><img src='http://127.0.0.1:9/x'>"))
    assert browser.run("return document.title") == "Korrespondance"
    assert len(browser.messages()) == 2


@pytest.mark.skipif(AXE is None, reason="needs axe-core-python")
def test_a_click_selects_the_whole_of_a_text_to_copy(browser: Browser, show: Callable[[str], None]) -> None:
    builder = case(current_symptoms="x" * 200 + "\n\nUro. " * 30)
    show(bu.copy_page(builder.build()))
    assert browser.faults() == []
    with browser.scheme("dark"):
        assert browser.faults() == []
    assert browser.run("return document.documentElement.scrollWidth") <= WIDTH
    texts = browser.run("return [...document.querySelectorAll('pre')].map(each => each.textContent)")
    assert len(texts) > 20
    for number, text in enumerate(texts):
        browser.run(f"document.querySelectorAll('pre')[{number}].scrollIntoView(); getSelection().removeAllRanges()")
        left, top = browser.run(
            f"const r = document.querySelectorAll('pre')[{number}].getBoundingClientRect(); return [r.left, r.top]"
        )
        for kind in ("mousePressed", "mouseReleased"):
            browser.cdp("Input.dispatchMouseEvent", type=kind, x=left + 15, y=top + 15, button="left", clickCount=1)
        assert browser.run("return getSelection().toString()").strip() == text.strip()


def test_a_table_of_seventy_columns_scrolls_by_itself(browser: Browser, show: Callable[[str], None]) -> None:
    """LET-9: on a phone; where there is room for it, all of it is seen, and no line of it is broken."""
    show(as_page(correspondence()))
    script = (
        "const e = document.querySelector('.fixed'); return [e.scrollWidth > e.clientWidth, e.tabIndex, e.innerText]"
    )
    scrolls, tab_index, text = browser.run(script)
    assert (scrolls, tab_index) == (True, 0)
    assert text == f"WISC-V  98\nSDQ    17\n{'x' * 70}"
    with browser.width(1200):
        assert browser.run(script)[0] is False
        lines = "const e = document.querySelector('.fixed'), r = document.createRange(); r.selectNodeContents(e); "
        assert browser.run(lines + "return new Set([...r.getClientRects()].map(b => Math.round(b.top))).size") == 3


@pytest.mark.parametrize("name", ["invalid", "thread-parallel", "consignment"])
def test_what_must_be_seen_is_seen_without_scrolling(name: str, browser: Browser, show: Callable[[str], None]) -> None:
    show(as_page(PAGES[name]))
    for seen in (".patient", ".notice", ".wrong"):
        tops = browser.run(f"return [...document.querySelectorAll('{seen}')].map(e => e.getBoundingClientRect().top)")
        assert all(top < 740 for top in tops[:1]), seen


@pytest.mark.parametrize(
    ("name", "titles"),
    [
        ("ten-thousand-words", {"Sygehushenvisning"}),
        ("consignment", {"Sygehushenvisning", "Brev med vedhæftede filer"}),
        ("thread-parallel", {"Korrespondance"}),
    ],
)
def test_every_printed_page_says_whose_it_is(
    name: str, titles: set[str], browser: Browser, show: Callable[[str], None]
) -> None:
    """VEN-27."""
    show(as_page(PAGES[name]))
    printed = browser.cdp("Page.printToPDF", preferCSSPageSize=True)["data"]
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(base64.b64decode(printed))).pages]
    assert len(pages) > (10 if name == "ten-thousand-words" else 1)
    whose = re.compile("(Test Testesen|Lonni Test Lauridsen) · CPR-nummer: 020160-9995 · .*")
    heads = [unicodedata.normalize("NFKC", head[0]).strip() if (head := whose.search(page)) else "" for page in pages]
    assert {head.rpartition(" · ")[2] for head in heads} == titles
    assert f"Side 2 af {len(pages)}" in " ".join(pages[1].split())


@pytest.mark.skipif(AXE is None, reason="needs axe-core-python")
@pytest.mark.parametrize("name", [name for name in PAGES if not re.search("hostile-[1-9]|thread-[1-9]", name)])
def test_axe_finds_nothing(name: str, browser: Browser, show: Callable[[str], None]) -> None:
    show(as_page(PAGES[name]))
    for scheme, width in (("light", WIDTH), ("dark", 1200)):
        with browser.width(width), browser.scheme(scheme):
            assert browser.faults() == []


@pytest.mark.skipif(AXE is None, reason="needs axe-core-python")
def test_axe_is_heard(browser: Browser, show: Callable[[str], None]) -> None:
    page = as_page(PAGES["referral"])
    show(page.replace(' lang="da"', "", 1).replace("<h1 ", "<img src='data:,'><h1 "))
    assert {rule for rule, _ in browser.faults()} >= {"html-has-lang", "image-alt"}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_focus_is_seen(scheme: str, browser: Browser, show: Callable[[str], None]) -> None:
    """WCAG 2.2, 2.4.7: each link and each table that scrolls, by the keyboard, in the order of reading."""
    show(as_page([*PAGES["consignment"], correspondence()]))
    with browser.scheme(scheme):
        stops = browser.run("return document.querySelectorAll('a[href],[tabindex]').length")
        assert stops > 3
        tops = []
        for _ in range(stops):
            browser.press_tab()
            style, width, top = browser.run(
                "const e = document.activeElement, s = getComputedStyle(e); "
                "return [s.outlineStyle, s.outlineWidth, e.getBoundingClientRect().top + scrollY]"
            )
            assert (style, width) == ("solid", "3px")
            tops.append(top)
        assert tops == sorted(tops)


def test_a_file_is_fetched_whole_under_a_safe_name(
    browser: Browser, show: Callable[[str], None], tmp_path: Path
) -> None:
    """VEN-25: with a name that would be markup, and one that hides what it is."""
    message = fifty_files()
    show(as_page(message))
    folder = tmp_path / "hentet"
    browser.cdp("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(folder))
    browser.run("document.querySelector('a[download]').click()")
    fetched = folder / "script_alert(1)_script_fdp 0.pdf"
    for _ in range(100):
        if fetched.exists():
            break
        time.sleep(0.05)
    assert [file.name for file in folder.iterdir()] == [fetched.name]
    assert fetched.read_bytes() == b"%PDF-1.4\n"
    assert browser.run("return document.title") == "Korrespondance"


def test_nothing_hostile_can_be_followed(browser: Browser, show: Callable[[str], None]) -> None:
    """Each link leads to where it says, or fetches a file; nothing else can be clicked."""
    for name in (name for name in PAGES if "hostile" in name or name == "fifty-files"):
        show(as_page(PAGES[name]))
        schemes = browser.run("return [...document.querySelectorAll('[href]')].map(e => e.protocol)")
        assert set(schemes) <= {"https:", "http:", "data:"}
        assert browser.run("return document.querySelectorAll('a[href^=\"data:\"]:not([download])').length") == 0
        assert (
            browser.run("return document.querySelectorAll('script,iframe,object,embed,form,input,button').length") == 0
        )
