"""The page in a browser, as wide as a phone: nothing scrolls sideways and the console stays silent."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from medcom_bu import to_xml, validate
from medcom_bu.demo import example
from medcom_bu.envelopes import vans
from medcom_bu.exchange import refuse
from medcom_bu.messages.emessage import Emessage
from medcom_bu.messages.hospital_referral import HospitalVisitation
from medcom_bu.rendering.page import as_page
from medcom_bu.testing.letters import letter_samples
from medcom_bu.testing.sets import fhir_samples
from medcom_bu.values.text import FormattedText, Mark, Style, Styled
from tests.support.hostile import HOSTILE, filled_envelope, hostile, hostile_letter, referral_with
from tests.support.threads import thread

DRIVER = shutil.which("chromedriver")
BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = pytest.mark.skipif(
    not (DRIVER and BROWSER) and os.environ.get("MEDCOM_BU_REQUIRE_BROWSER") != "1",
    reason="needs chromium and chromedriver",
)
WIDTH = 360
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)


def note(style: Style) -> HospitalVisitation:
    text = FormattedText((Styled(style, ("Mange ord, og nogle til. " * 9, Mark.BREAK, "x" * 200)),))
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


SENT = vans.wrap(correspondence(), service_tags=[("MCM:STATISTIC", "manual")])
PAGES = {
    "correspondence": correspondence(),
    "envelope": SENT,
    "envelope-opaque": vans.wrap(b"x" * 2000, sender="5790000121526", receiver="5790000121526", name="x" * 255),
    "envelope-receipt": vans.negative(SENT, "Ukendt meddelelsestype. " * 20, "17"),
    "envelope-hostile": filled_envelope(vans.vans_negative(SENT, "Ukendt modtager"), HOSTILE[0] + "\u202e" + "x" * 70),
    "refusal": refuse(correspondence(), reason=validate(to_xml(correspondence()).replace(b"Subject>", b"Emne>"))),
    "referral": next(iter(example())),
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


class Browser:
    """A chromedriver session, over its HTTP interface."""

    def __init__(self, port: int, profile: Path) -> None:
        self._base = f"http://127.0.0.1:{port}/session"
        options = {"binary": BROWSER, "args": [*FLAGS, f"--user-data-dir={profile}"]}
        wanted = {"goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}
        opened = self.call("", {"capabilities": {"alwaysMatch": wanted}})
        self._base += f"/{opened['sessionId']}"
        self.cdp("Emulation.setDeviceMetricsOverride", width=WIDTH, height=740, deviceScaleFactor=1, mobile=False)

    def call(self, path: str, body: Any = None, method: str = "POST") -> Any:
        data = json.dumps(body or {}).encode() if method == "POST" else None
        request = urllib.request.Request(self._base + path, data, {"Content-Type": "application/json"}, method=method)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=60) as answer:
            return json.load(answer)["value"]

    def cdp(self, command: str, **parameters: Any) -> Any:
        return self.call("/goog/cdp/execute", {"cmd": command, "params": parameters})

    def run(self, script: str) -> Any:
        return self.call("/execute/sync", {"script": script, "args": []})

    def show(self, page: Path) -> None:
        self.call("/url", {"url": page.as_uri()})

    def messages(self) -> Any:
        return self.call("/se/log", {"type": "browser"})


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    assert DRIVER
    assert BROWSER
    with subprocess.Popen([DRIVER, "--port=0"], stdout=subprocess.PIPE, text=True) as driver:
        assert driver.stdout
        try:
            ports = (re.search(r"successfully on port (\d+)", line) for line in driver.stdout)
            port = next(int(found[1]) for found in ports if found)
            session = Browser(port, tmp_path_factory.mktemp("profile"))
            yield session
            session.call("", method="DELETE")
        finally:
            driver.terminate()


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
    page = as_page(PAGES["referral"])
    show(page)
    assert browser.run("return getComputedStyle(document.querySelector('bdi')).unicodeBidi") == "isolate"
    assert browser.run("return getComputedStyle(document.querySelector('.cave')).borderLeftWidth") == "10px"
    show(page.replace("<main>", "<main><script>document.title = 'x'</script><img src='http://127.0.0.1:9/x'>"))
    assert browser.run("return document.title") == "Sygehushenvisning"
    assert len(browser.messages()) == 2
