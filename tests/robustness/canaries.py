"""Canaries: names and numbers that nothing may tell, and all that the library tells of something."""

from __future__ import annotations

import json
import random
import re
import traceback
from collections.abc import Iterator
from typing import Any

import medcom_bu
from tests.robustness.mutators import mutant
from tests.support.reports import reported

CPR = ("0504909989", "2512489996", "0703921VJ5")
PIECES = sorted({number[at : at + 6] for number in CPR for at in range(5)})
LEAK = re.compile("|".join(["CANARY", *PIECES]))
NAME = "CANARYzz0504909989"


def said_by(report: Any) -> Iterator[str]:
    """All that a report says."""
    yield from (str(report), repr(report), report.text("da"))
    for lang in ("en", "da"):
        yield json.dumps(report.to_dict(lang), ensure_ascii=False)
        yield from reported(report, lang).values()
    for issue in report:
        yield from (str(issue), repr(issue), issue.hint, repr(issue.params), issue.path, issue.source)


def raised_by(call: Any) -> Iterator[str]:
    """What an exception says, with what it was caused by, and what is returned where none is raised."""
    try:
        result = call()
    except (medcom_bu.InvalidMessage, medcom_bu.UnknownFormat, AssertionError) as error:
        yield from (repr(error.__cause__), repr(error.__context__))
        yield from (str(error), repr(error), repr(error.args))
        yield "".join(traceback.format_exception(error))
        if isinstance(error, medcom_bu.InvalidMessage):
            yield from said_by(error.report)
    else:
        yield repr(result)
        if isinstance(result, tuple):
            for loss in result:
                yield from (str(loss), json.dumps(loss.to_dict("da")))


def damaged(r: random.Random, wire: str, bases: list[bytes]) -> bytes:
    """One of the bases, changed, but not put into an envelope, which has tests of its own."""
    data = mutant(r, wire, r.choice(bases)).data
    return data if b"<VANSEnvelope" not in data else damaged(r, wire, bases)
