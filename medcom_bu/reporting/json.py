"""Reports as JSON: a list with one object a file, its name and its report. Its schema is ``report.schema.json``."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator

from medcom_bu.reporting.judged import Judged, Look, json_text


def as_json(judged: Iterable[Judged], look: Look) -> Iterator[str]:
    """The list, an item as soon as its file is judged."""
    between = "["
    for name, report, _ in judged:
        yield f"{between}\n{textwrap.indent(json_text({'file': name, **report.to_dict(look.lang)}), '  ')}"
        between = ","
    yield "[]\n" if between == "[" else "\n]\n"
