"""A report in every format of the command line."""

from __future__ import annotations

import medcom_bu
from medcom_bu.reporting import FORMATS, Judged, Look


def reported(report: medcom_bu.Report, lang: str = "en", name: str = "file.xml") -> dict[str, str]:
    """The report on a file, by format."""
    look = Look(lang)
    return {form: "".join(write([Judged(name, report)], look)) for form, write in FORMATS.items()}
