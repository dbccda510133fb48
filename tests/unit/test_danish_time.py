"""Danish time: the zone of the database, and the rule that stands in for it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

import medcom_bu
from medcom_bu import danish_time

ZONE = ZoneInfo("Europe/Copenhagen")
ENDS = [datetime.min, datetime.max]
EARTH = [timezone(timedelta(hours=hours)) for hours in (-14, -1, 0, 1, 14)]


def moments() -> Iterator[datetime]:
    """Every half hour of the days on which the clocks may change, and of two others, from 1996 to 2037."""
    for year in range(1996, 2038):
        for month, days in ((1, (1,)), (3, range(24, 32)), (7, (15,)), (10, range(24, 32))):
            for day in days:
                yield from (datetime(year, month, day, hour, minute) for hour in range(24) for minute in (0, 30))


@pytest.mark.slow
def test_the_rule_says_what_the_database_says() -> None:
    rule = danish_time.EuropeanRule()
    for moment in moments():
        for fold in (0, 1):
            own, known = (moment.replace(tzinfo=zone, fold=fold) for zone in (rule, ZONE))
            assert (own.utcoffset(), own.dst(), own.tzname()) == (known.utcoffset(), known.dst(), known.tzname()), own
        own, known = (moment.replace(tzinfo=UTC).astimezone(zone) for zone in (rule, ZONE))
        assert (own.replace(tzinfo=None), own.fold) == (known.replace(tzinfo=None), known.fold), moment


@pytest.mark.parametrize("moment", ENDS)
def test_the_rule_knows_an_offset_at_the_ends_of_the_calendar(moment: datetime) -> None:
    assert moment.replace(tzinfo=danish_time.EuropeanRule()).utcoffset() == timedelta(hours=1)


@pytest.mark.parametrize("zone", EARTH)
@pytest.mark.parametrize("moment", ENDS)
def test_a_moment_that_danish_time_cannot_reach_is_none(moment: datetime, zone: timezone) -> None:
    reached = danish_time.local(moment.replace(tzinfo=zone))
    assert reached is None or abs(reached - moment) <= timedelta(hours=16)


def test_a_moment_with_a_zone_becomes_danish_and_one_without_is() -> None:
    summer = datetime(2026, 7, 1, 22, 30)
    assert danish_time.local(summer.replace(tzinfo=UTC)) == datetime(2026, 7, 2, 0, 30)
    assert danish_time.local(summer) == summer
    assert danish_time.aware(summer).utcoffset() == timedelta(hours=2)
    assert danish_time.aware(summer.replace(tzinfo=UTC)).utcoffset() == timedelta()
    assert danish_time.local(datetime.max.replace(tzinfo=UTC)) is None


def python(code: str, **environment: str) -> str:
    """What a fresh interpreter prints that has no time zone database of the system."""
    root = str(Path(medcom_bu.__file__).parent.parent)
    return subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONTZPATH": "", "PYTHONPATH": root, **environment},
        capture_output=True,
        text=True,
        check=True,
        encoding="utf-8",
    ).stdout.strip()


@pytest.mark.parametrize(("without", "name"), [("", "ZoneInfo"), ("sys.modules['tzdata'] = None; ", "EuropeanRule")])
def test_danish_time_needs_no_database_of_the_system(without: str, name: str) -> None:
    code = (
        f"import sys; {without}from medcom_bu import danish_time as d; print(type(d.zone()).__name__, d.now().tzname())"
    )
    kind, told = python(code).split()
    assert (kind, told in ("CET", "CEST")) == (name, True)


def test_nothing_else_names_the_zone() -> None:
    root = Path(medcom_bu.__file__).parent
    naming = [path.name for path in root.rglob("*.py") if "zoneinfo" in path.read_text(encoding="utf-8").lower()]
    assert naming == ["danish_time.py"]
