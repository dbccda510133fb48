"""``medcom-bu validate --jobs``: several processes print what one prints, byte for byte; and what stops them."""

from __future__ import annotations

import functools
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from medcom_bu import batch, to_xml
from medcom_bu.cli import files, main
from medcom_bu.cli.sharing import jobs, shared
from medcom_bu.cli.ties import tied
from medcom_bu.demo import example
from medcom_bu.testing import invalid
from tests.support.batch_work import judged_unless_poison

posix = pytest.mark.skipif(os.name != "posix", reason="signals and pipes as POSIX has them")
COMMAND = [sys.executable, "-m", "medcom_bu", "validate"]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An attachment before its letter, broken messages of every wire, no message, a link to nothing."""
    folder = tmp_path_factory.mktemp("archive")
    for number, message in enumerate(reversed(example().messages)):
        (folder / f"{number}.xml").write_bytes(to_xml(message))
    for number, twin in enumerate(list(invalid().values())[::4]):
        (folder / f"{number:03}").write_bytes(twin.data)
    (folder / "empty").write_bytes(b"")
    (folder / "gone").symlink_to(folder / "nowhere")
    return folder


@pytest.mark.parametrize("options", [["--strict"], ["--layers", "syntax,schema", "--format", "json", "--receiving"]])
def test_several_processes_print_what_one_prints(
    options: list[str], archive: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    """A file that is named twice is told twice."""
    words = ["validate", str(archive), *map(str, sorted(archive.glob("0.*"))), *options]
    alone = main(words), capsysbinary.readouterr()
    assert (main([*words, "--jobs", "2"]), capsysbinary.readouterr()) == alone
    assert (alone[0], alone[1].err) == (1, b"")


def test_several_processes_find_what_belongs_together(archive: Path) -> None:
    paths = sorted(archive.iterdir())
    groups = tied(paths, 2)
    assert groups == tied(paths)
    assert {path.name for path in map(Path, groups)} == {"0.xml", "1.xml"}


@pytest.mark.slow
@posix
def test_what_one_process_alone_can_read_is_read_by_that_one(archive: Path) -> None:
    """Standard input, and pipes."""
    letter = archive / "1.xml"
    words = f"{' '.join(COMMAND)} --format json {{}} - <(cat {letter}) {archive}/00* /dev/fd/0"
    told = []
    for option in ("", "--jobs 2"):
        with letter.open("rb") as stdin:
            done = subprocess.run(["bash", "-c", words.format(option)], stdin=stdin, capture_output=True, check=False)
        told.append((done.returncode, done.stdout, done.stderr))
    assert told[0] == told[1]
    assert (told[0][0], told[0][1].count(b'"file"'), told[0][2]) == (1, 12, b"")


@pytest.mark.slow
@posix
@pytest.mark.parametrize("number", ["1", "2"])
def test_ctrl_c_ends_all_quietly(number: str, archive: Path, tmp_path: Path) -> None:
    """While it waits for a pipe that nobody writes to, and its processes for work."""
    os.mkfifo(tmp_path / "pipe")
    words = [*COMMAND, "--jobs", number, *map(str, sorted(archive.glob("00*"))), str(tmp_path / "pipe")]
    heard = functools.partial(signal.signal, signal.SIGINT, signal.default_int_handler)  # a shell's "&" has it ignored
    with subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True, preexec_fn=heard
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        os.killpg(process.pid, signal.SIGINT)
        try:
            assert process.communicate(timeout=300)[1] == b""
        finally:
            process.kill()
    assert process.returncode == 130


@pytest.mark.slow
@posix
def test_a_broken_pipe_ends_all_quietly(archive: Path) -> None:
    words = [*COMMAND, "--jobs", "2", *map(str, sorted(archive.glob("00*")))]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        assert process.stderr.read() == b""
    assert process.returncode == 141


def test_the_file_that_ends_its_process_is_named(tmp_path: Path) -> None:
    works: list[tuple[Path, ...]] = [(tmp_path / f"{number}.xml",) for number in range(40)]
    works[20:20] = [(tmp_path / "poison.xml", tmp_path / "beside.xml")]
    for work in works:
        for path in work:
            path.touch()
    results = shared(judged_unless_poison, works, 2, files._lost)
    told = {
        path.name: [issue.code for issue in report]
        for work, each in zip(works, results, strict=True)
        for path, (report, _) in zip(work, each, strict=True)
    }
    lost = {"poison.xml", "beside.xml"}
    assert told == {path.name: ["batch.worker-lost"] * (path.name in lost) for work in works for path in work}


@pytest.mark.parametrize("given", ["0", "-1", "", "two", "1.5", "²"])
def test_what_is_no_number_of_processes_is_refused(given: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match=r"^2$"):
        main(["validate", "x", f"--jobs={given}"])
    assert capsys.readouterr().err.endswith(f"argument --jobs: {given!r} is neither a number from 1 on nor auto\n")


def test_auto_is_one_for_each_core() -> None:
    assert jobs("auto") == batch.cores()
