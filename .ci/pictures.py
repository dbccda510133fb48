"""The pictures of the Danish guides, ``python .ci/pictures.py``: pages of the library, made as the guides say.

Chromium and chromedriver take them. Run it again when a page looks otherwise.
"""

from __future__ import annotations

import base64
import contextlib
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from medcom_bu import cli  # noqa: E402
from tests.support.browser import Browser, opened  # noqa: E402

WIDTH, SCALE = 760, 1.5
HEIGHTS = {"henvisning": 1212, "svar": 780, "rapport": 900}
"""How much of each page is shown at most."""
COMMANDS = (
    "generate --cases 2 --seed sag -o sager --lang da",
    "show sager/case-00001/07-referral.xml --html henvisning.html --lang da",
    "show sager/case-00002/03-reply.json --html svar.html --lang da",
    "demo demo --lang da",
)
UNITS = "gln,name,takes\n5790001348120,Eksempel Lægehus,XDIS91\n"
REPORT = "validate demo/referral.xml --directory enheder.csv --lang da --format html"


def take(browser: Browser, page: Path, most: int) -> bytes:
    """The top of a page as PNG, no longer than what is on it."""
    browser.show(page)
    height = min(most, int(browser.run("return document.body.getBoundingClientRect().bottom")) + 16)
    clip = {"x": 0, "y": 0, "width": WIDTH, "height": height, "scale": SCALE}
    shot = browser.cdp("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip=clip)
    return base64.b64decode(shot["data"])


def main() -> None:
    """Makes the pages in a folder of their own, and the pictures in docs/da."""
    with tempfile.TemporaryDirectory() as name, contextlib.chdir(name), opened(Path(name, "profile")) as browser:
        for command in COMMANDS:
            cli.main(command.split())
        Path("enheder.csv").write_text(UNITS, encoding="utf-8")
        with open("rapport.html", "w", encoding="utf-8") as file, contextlib.redirect_stdout(file):
            cli.main(REPORT.split())
        with browser.width(WIDTH):
            for page, most in HEIGHTS.items():
                picture = take(browser, Path(name, f"{page}.html"), most)
                (ROOT / "docs" / "da" / f"{page}.png").write_bytes(picture)


if __name__ == "__main__":
    main()
