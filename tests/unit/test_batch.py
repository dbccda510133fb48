"""Many files over several processes: order, the same verdicts, killed processes, rows."""

from __future__ import annotations

import io
import itertools
import json
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

import medcom_bu
from medcom_bu import Report, batch
from medcom_bu.testing import invalid
from tests.support.batch_work import POISON, doubled, doubled_unless_first, minus, refused_from_third


@pytest.fixture
def paths(tmp_path: Path) -> list[Path]:
    """Files of every kind: valid, invalid, no message, missing."""
    twins = invalid().values()
    contents = [*(twin.data for twin in twins), *(twin.valid for twin in twins), b"", b"no message"]
    made = [tmp_path / f"{number:03}" for number in range(len(contents))]
    for path, data in zip(made, contents, strict=True):
        path.write_bytes(data)
    return [*made, tmp_path / "missing"]


def _told(results: Any) -> list[tuple[str, Any]]:
    return [(path.name, report.to_dict()) for path, report in results]


def test_processes_say_what_one_says_in_the_same_order(paths: list[Path]) -> None:
    alone = _told(batch.validate(paths, jobs=1))
    assert _told(batch.validate(iter(paths), jobs=2)) == alone
    assert [name for name, _ in alone] == [path.name for path in paths]
    expected = [(path.name, medcom_bu.validate(path).to_dict()) for path in paths[:-1]]
    assert alone[:-1] == expected
    assert [issue["code"] for issue in alone[-1][1]["issues"]] == ["file.unreadable"]


def test_what_is_asked_for_goes_to_the_processes(paths: list[Path]) -> None:
    asked: dict[str, Any] = {"layers": iter(["syntax"]), "receiving": True}
    told = _told(batch.validate(paths[:3], jobs=2, **asked))
    assert told == [
        (path.name, medcom_bu.validate(path, layers=["syntax"], receiving=True).to_dict()) for path in paths[:3]
    ]


@pytest.mark.parametrize("place", [0, POISON, 39])
def test_a_killed_process_loses_no_other_result(place: int) -> None:
    """Wherever the one stands that ends its process, even twice."""
    items = list(range(100, 140))
    items[place] = POISON
    twice = [*items, POISON, *range(200, 300)]
    expected = [-POISON if number == POISON else 2 * number for number in twice]
    assert list(batch.spread(doubled, iter(twice), 2, minus)) == expected


def test_what_ended_one_process_by_chance_has_its_result(tmp_path: Path) -> None:
    items = [(number, tmp_path / "mark") for number in range(60)]
    assert list(batch.spread(doubled_unless_first, items, 2, lambda _: -1)) == [2 * number for number, _ in items]
    assert (tmp_path / "mark").exists()


def test_a_file_that_ends_its_process_twice_is_invalid() -> None:
    (report,) = batch.spread(doubled, [POISON], 2, batch.lost)
    assert isinstance(report, Report)
    assert [(issue.code, issue.path) for issue in report] == [("batch.worker-lost", "byte 0")]
    assert (report.ok, report.verdict) == (False, "invalid")


@pytest.mark.parametrize("jobs", [1, 2])
def test_what_is_raised_comes_behind_the_results_before_it(jobs: int) -> None:
    results = batch.spread(refused_from_third, range(-90, 90), jobs, minus)
    assert list(itertools.islice(results, 93)) == [2 * number for number in range(-90, 3)]
    with pytest.raises(ValueError, match=r"^no 3$"):
        next(results)


def test_few_items_are_taken_ahead() -> None:
    """Memory does not grow with the number of files."""
    taken = 0

    def numbers() -> Iterator[int]:
        nonlocal taken
        for number in itertools.count(1000):
            taken += 1
            yield number

    results = batch.spread(doubled, numbers(), 2, minus)
    assert list(itertools.islice(results, 100)) == [2 * number for number in range(1000, 1100)]
    assert taken < 400
    results.close()  # type: ignore[attr-defined]


@pytest.mark.parametrize("jobs", [0, -1])
def test_less_than_one_job_is_refused(jobs: int) -> None:
    with pytest.raises(ValueError, match=r"^jobs is at least 1$"):
        batch.validate([], jobs=jobs)


@pytest.mark.parametrize(
    ("given", "told"), [("a.xml", "str"), (b"<x/>", "bytes"), ([1], "list of int"), (None, "NoneType")]
)
def test_what_is_no_list_of_paths_is_refused(given: Any, told: str) -> None:
    with pytest.raises(TypeError, match=f"^batch.validate: paths takes .*, not {told}$"):
        batch.validate(given)


def test_json_lines_are_what_the_command_line_gives(paths: list[Path], tmp_path: Path) -> None:
    schema = json.loads(resources.files("medcom_bu.reporting").joinpath("report.schema.json").read_text("utf-8"))
    file = io.BytesIO()
    results = list(batch.validate(paths, jobs=1))
    assert batch.write_json_lines(results, file) == len(paths)
    lines = [json.loads(line) for line in file.getvalue().splitlines()]
    assert lines == [batch.row(path, report) for path, report in results]
    jsonschema = pytest.importorskip("jsonschema")
    jsonschema.validate(lines, schema)


def test_parquet_holds_the_same(paths: list[Path], tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    results: list[tuple[Path, Report]] = list(batch.validate(paths, jobs=1))
    target = tmp_path / "verdicts.parquet"
    assert batch.write_parquet(results, str(target)) == len(paths)
    columns = ("severity", "layer", "code", "path", "message", "hint", "source")
    expected = [batch.row(path, report) for path, report in results]
    for each in expected:
        each["issues"] = [{name: issue[name] for name in columns} for issue in each["issues"]]
    found = parquet.read_table(target).to_pylist()
    assert [{**each, "layers": dict(each["layers"])} for each in found] == expected
