"""Writes the report of a run into a folder."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

from medcom_bu.certification.report.junit import as_judged
from medcom_bu.certification.report.page import report_page
from medcom_bu.certification.report.summary import Summary
from medcom_bu.reporting import FORMATS, Look

_PICTURES = {".png", ".jpg", ".jpeg"}


def write_report(folder: Path, summary: Summary, *, lang: str = "en", screenshots: Path | None = None) -> None:
    """Write ``report.json``, ``report.html``, ``junit.xml`` and ``evidence.zip`` into a folder, which may be a new one.

    ``lang`` is ``"en"`` or ``"da"``. ``screenshots`` is a folder of pictures, named as the evidence is, which go into
    the zip. Raises OSError where something cannot be read or written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in report_files(summary, lang=lang, screenshots=screenshots):
        (folder / name).write_bytes(data)


def report_files(summary: Summary, *, lang: str = "en", screenshots: Path | None = None) -> Iterator[tuple[str, bytes]]:
    """The same files by their names. Raises OSError where a screenshot cannot be read."""
    yield "report.json", (json.dumps(summary.to_dict(lang), ensure_ascii=False, indent=2) + "\n").encode()
    yield "report.html", report_page(summary, lang).encode()
    yield "junit.xml", "".join(FORMATS["junit"](as_judged(summary), Look(lang=lang))).encode()
    yield "evidence.zip", _zipped(summary, screenshots)


def _zipped(summary: Summary, screenshots: Path | None) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for _, each, name in summary.evidence():
            archive.writestr(name, each.data)
        pictures = sorted(screenshots.iterdir()) if screenshots is not None else []
        for picture in pictures:
            if picture.suffix.lower() in _PICTURES:
                archive.writestr(picture.name, picture.read_bytes())
    return held.getvalue()
