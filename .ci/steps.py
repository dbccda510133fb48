"""Everything that must hold before a change lands: ``python .ci/steps.py [STEP...]``, on any system; no name runs all.

readme   README's two commands on a fresh copy: the demo, and the tests as a plain pytest has them, over the cores
rest     the tests that a plain pytest leaves out
examples the examples of the docs, with the frameworks that README's command does without
lint     ruff, its format, types by mypy
types    the examples of each page and of docs/examples by mypy and pyright; every public type is known
site     the documentation as a site; a link that leads nowhere is an error
wheel    wheel and sdist, equal when they are built again from the sdist; the wheel alone, with no checkout beside it:
         its commands, some of its tests, its SBOM; all of it is left in dist/

A missing oracle is a failure here. The steps share one copy, which is removed at the end, with its bytecode.
"""

from __future__ import annotations

import doctest
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

SOURCE = Path(__file__).resolve().parent.parent
WINDOWS = os.name == "nt"
BIN = "Scripts" if WINDOWS else "bin"
SETTINGS = {"MEDCOM_BU_REQUIRE_ORACLES": "1", "MEDCOM_BU_SHARED": str(SOURCE.parent / "shared")}

REQUIRED = "MEDCOM_BU_REQUIRE_ORACLES"
OF_THE_WHEEL = (
    *(f"tests/messages/test_{name}.py" for name in ("round_trip", "bup_referral", "exchange", "conversion")),
    "tests/docs/test_danish_guides.py",
    "docs/da",
)
"""Some of the tests, and the Danish guides, for the wheel alone; ``.ci/matrix wheel`` runs all that read no source."""
CERTIFY = ["certify", "demo", "--medcom", "acknowledgement", "-o", "certified"]
OVER_CORES = ("-n", "auto", "--dist", "worksteal")
"""pytest in a process for each core, each with a JVM of its own (1 GB) where it comes to a test that asks one."""


def run(*command: str | Path, cwd: Path, **settings: str) -> None:
    """A command, which must end well; ``settings`` are of its environment."""
    print("==", *command, flush=True)
    subprocess.run([str(part) for part in command], cwd=cwd, check=True, env=os.environ | settings)


def tool(folder: Path, name: str, venv: str = ".venv") -> Path:
    """A program of a virtual environment in the folder."""
    return folder / venv / BIN / (f"{name}.exe" if WINDOWS else name)


def install(copy: Path, extra: str) -> None:
    """An environment with the copy and one of its extras."""
    if not tool(copy, "python").exists():
        run(sys.executable, "-m", "venv", ".venv", cwd=copy)
    run(tool(copy, "python"), "-m", "pip", "install", "-q", "-e", f".[{extra}]", cwd=copy)


def fill(copy: Path) -> None:
    """What git holds or would take up."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    for name in subprocess.run(listed, cwd=SOURCE, check=True, capture_output=True).stdout.decode().split("\0"):
        if name and (SOURCE / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(SOURCE / name, copy / name)


def readme(copy: Path) -> None:
    text = (copy / "README.md").read_text(encoding="utf-8")
    demo, tests = re.findall(r"^```sh\n(.+)\n```$", text, re.MULTILINE)[:2]
    for command in (demo, " ".join((tests, *OVER_CORES))):
        print("==", command, flush=True)
        subprocess.run(of_this_system(command), cwd=copy, check=True, shell=True, env=os.environ | without_frameworks())


def without_frameworks() -> dict[str, str]:
    """README's command installs no web frameworks, so that their absence is no failure."""
    return {REQUIRED: "files"} if os.environ[REQUIRED] == "1" else {}


def of_this_system(command: str) -> str:
    """README's commands are a shell's; on Windows they have other quotes and folders."""
    if not WINDOWS:
        return command
    return command.replace("'", '"').replace(".venv/bin/", ".venv\\Scripts\\").replace("python3", f'"{sys.executable}"')


def rest(copy: Path) -> None:
    install(copy, "test")
    start = "from tests.support import java_oracle; java_oracle.start()"
    java = subprocess.run(
        [tool(copy, "python"), "-c", start], cwd=copy, capture_output=True, text=True, encoding="utf-8"
    )
    if java.returncode:
        print("== the Java oracle does not run, its tests are skipped:", *java.stderr.splitlines()[-3:], sep="\n")
    run(tool(copy, "python"), "-m", "pytest", "-m", "slow or java", *OVER_CORES, cwd=copy)


def examples(copy: Path) -> None:
    install(copy, "dev")
    run(tool(copy, "python"), "-m", "pytest", "tests/docs/test_examples.py", "tests/docs/test_portal.py", cwd=copy)


def lint(copy: Path) -> None:
    install(copy, "dev")
    run(tool(copy, "ruff"), "check", ".", cwd=copy)
    run(tool(copy, "ruff"), "format", "--check", ".", cwd=copy)
    run(tool(copy, "mypy"), cwd=copy)


def types(copy: Path) -> None:
    install(copy, "dev")
    path = os.pathsep.join((str(tool(copy, "python").parent), os.environ["PATH"]))  # where pyright looks for packages
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:  # lint has nothing to say of what is there
        pages = Path(folder)
        for page in (copy / "README.md", *sorted((copy / "docs").rglob("*.md"))):
            found = doctest.DocTestParser().get_examples(page.read_text(encoding="utf-8"))
            module = "_".join(page.relative_to(copy).with_suffix(".py").parts).replace("-", "_")
            (pages / module).write_text("".join(example.source for example in found), encoding="utf-8")
        run(tool(copy, "mypy"), "--strict", *sorted(pages.iterdir()), cwd=copy)
        run(tool(copy, "pyright"), pages, copy / "docs" / "examples", cwd=copy, PATH=path)
        run(tool(copy, "pyright"), "--verifytypes", "medcom_bu", "--ignoreexternal", cwd=pages, PATH=path)


def site(copy: Path) -> None:
    install(copy, "site")
    run(tool(copy, "python"), ".ci/site.py", cwd=copy)


def unpacked(built: Path, folder: Path) -> Path:
    """The sdist, in another folder, with other rights and of another day."""
    (sdist,) = built.glob("*.tar.gz")
    shutil.unpack_archive(sdist, folder)
    for file in folder.rglob("*"):
        if file.is_file():
            file.chmod(0o700 if file.stat().st_mode & 0o100 else 0o600)  # a sdist tells programs from other files
            os.utime(file, (2_000_000_000, 2_000_000_000))
    (tree,) = folder.iterdir()
    return tree


def wheel(copy: Path) -> None:
    install(copy, "release")
    alone = copy / "alone"
    builds = [alone / "dist", alone / "again"]
    run(tool(copy, "python"), "-m", "build", "-o", builds[0], copy, cwd=copy)
    with tempfile.TemporaryDirectory(prefix="else where ", ignore_cleanup_errors=True) as folder:
        run(tool(copy, "python"), "-m", "build", "-o", builds[1], unpacked(builds[0], Path(folder)), cwd=copy)
    first, second = ({file.name: file.read_bytes() for file in build.iterdir()} for build in builds)
    if first != second:
        sys.exit("two builds differ")
    (built,) = builds[0].glob("*.whl")
    top = {name.partition("/")[0] for name in zipfile.ZipFile(built).namelist()}
    if {name for name in top if not name.endswith(".dist-info")} != {"medcom_bu"}:
        sys.exit(f"the wheel holds {', '.join(sorted(top))}")
    run(sys.executable, "-m", "venv", "--without-pip", ".venv", cwd=alone)
    python = tool(alone, "python")
    run(tool(copy, "python"), "-m", "pip", "--python", python, "install", "-q", built, cwd=alone)
    for arguments in (["--version"], ["demo", "demo"], ["validate", "demo"], CERTIFY):
        run(tool(alone, "medcom-bu"), *arguments, cwd=alone)
    bill = ("-o", builds[0] / f"{built.stem}.cdx.json", "--output-reproducible", "--pyproject", copy / "pyproject.toml")
    run(tool(copy, "cyclonedx-py"), "environment", python, *bill, cwd=alone)
    run(tool(copy, "python"), "-m", "pip", "--python", python, "install", "-q", f"{built}[test]", cwd=alone)
    shutil.copytree(copy / "tests", alone / "tests")
    for name in ("pyproject.toml", "README.md", "docs", "profiles", "xsd"):
        (shutil.copytree if (copy / name).is_dir() else shutil.copy2)(copy / name, alone / name)
    run(python, "-m", "pytest", *OF_THE_WHEEL, cwd=alone)
    shutil.rmtree(SOURCE / "dist", ignore_errors=True)
    shutil.copytree(builds[0], SOURCE / "dist")


STEPS = {
    "readme": readme,
    "rest": rest,
    "examples": examples,
    "lint": lint,
    "types": types,
    "site": site,
    "wheel": wheel,
}


def main(names: list[str]) -> int:
    unknown = [name for name in names if name not in STEPS]
    if unknown:
        print(f"no such step: {', '.join(unknown)}; there are {', '.join(STEPS)}", file=sys.stderr)
        return 2
    os.environ.update({name: os.environ.get(name, value) for name, value in SETTINGS.items()})
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # hundreds of processes would compile the same files
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        fill(Path(folder))
        for name in names or STEPS:
            print(f"== {name}", flush=True)
            try:
                STEPS[name](Path(folder))
            except subprocess.CalledProcessError as failed:
                print(f"== {name} failed with {failed.returncode}", file=sys.stderr)
                return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
