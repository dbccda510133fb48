"""A real browser, chromium by chromedriver, and what axe-core finds on its page. It reaches this machine alone."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

DRIVER = shutil.which("chromedriver")
BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
needs_browser = pytest.mark.skipif(
    not (DRIVER and BROWSER) and os.environ.get("MEDCOM_BU_REQUIRE_BROWSER") != "1",
    reason="needs chromium and chromedriver",
)
WIDTH = 360
_PACKAGE = importlib.util.find_spec("axe_core_python")
AXE = Path(_PACKAGE.submodule_search_locations[0], "axe.min.js") if _PACKAGE is not None else None  # type: ignore[index]
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


class Browser:
    """A chromedriver session, over its HTTP interface."""

    def __init__(self, port: int, profile: Path) -> None:
        self._base = f"http://127.0.0.1:{port}/session"
        options = {"binary": BROWSER, "args": [*FLAGS, f"--user-data-dir={profile}"]}
        wanted = {"goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}
        opened = self.call("", {"capabilities": {"alwaysMatch": wanted}})
        self._base += f"/{opened['sessionId']}"
        self._resize(WIDTH)

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

    @contextlib.contextmanager
    def width(self, pixels: int) -> Iterator[None]:
        """The window as wide as that for a while."""
        self._resize(pixels)
        yield
        self._resize(WIDTH)

    def _resize(self, pixels: int) -> None:
        self.cdp("Emulation.setDeviceMetricsOverride", width=pixels, height=740, deviceScaleFactor=1, mobile=False)

    @contextlib.contextmanager
    def scheme(self, name: str) -> Iterator[None]:
        """Light or dark for a while."""
        self._media(name)
        yield
        self._media("light")

    def _media(self, scheme: str) -> None:
        self.cdp("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def press_tab(self) -> None:
        """The focus goes on to what is next."""
        for kind in ("keyDown", "keyUp"):
            self.cdp("Input.dispatchKeyEvent", type=kind, key="Tab", code="Tab", windowsVirtualKeyCode=9)

    def faults(self) -> list[tuple[str, str]]:
        """What axe-core finds against WCAG 2.2 A and AA or its best practices: rule and element."""
        assert AXE is not None
        rules = {"values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], "type": "tag"}
        self.run(f"{AXE.read_text('utf-8')}; window.axe = axe")
        script = f"const done = arguments[0]; axe.run(document, {{runOnly: {json.dumps(rules)}}}).then(r => done(r))"
        found = self.call("/execute/async", {"script": script, "args": []})
        return [(one["id"], node["html"][:100]) for one in found["violations"] for node in one["nodes"]]

    def messages(self) -> Any:
        return self.call("/se/log", {"type": "browser"})


@contextlib.contextmanager
def opened(profile: Path) -> Iterator[Browser]:
    """A browser with a profile of its own."""
    assert DRIVER
    assert BROWSER
    with subprocess.Popen([DRIVER, "--port=0"], stdout=subprocess.PIPE, text=True, encoding="utf-8") as driver:
        assert driver.stdout
        try:
            ports = (re.search(r"successfully on port (\d+)", line) for line in driver.stdout)
            port = next(int(found[1]) for found in ports if found)
            session = Browser(port, profile)
            yield session
            session.call("", method="DELETE")
        finally:
            driver.terminate()
