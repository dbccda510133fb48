"""A field for a time shows in a log what is a time, and no run of digits in which the number of a person may stand."""

from __future__ import annotations

import pytest

from medcom_bu.declare.base import TIMES


@pytest.mark.parametrize(
    ("text", "is_shown"),
    [
        ("2026-05-04", True),
        ("2026-05-04T09:30:25.123456789+02:00", True),
        ("2026-05-04T09:30:251248999659+00:00", False),
        ("2026-05-04T09:30:25.2512489996+00:00", False),
    ],
)
def test_what_is_no_time_is_not_shown(text: str, is_shown: bool) -> None:
    assert TIMES.shows(text) is is_shown
