"""Makes what a release publishes, in ``dist/``: ``python .ci/release.py``. It tags and uploads nothing itself.

Runs every step of ``.ci/steps.py`` on the commit, writes the sums of wheel, sdist and SBOM, and says what is left for
the maintainer to do. ``python .ci/release.py wheel`` runs that step alone, where CI has run the others on this commit.
"""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys

import steps

INIT, LOCK = steps.SOURCE / "medcom_bu" / "__init__.py", steps.SOURCE / "tests" / "data.lock"
VERSIONS = ("__version__", "__data_version__")
SUMS = "SHA256SUMS"


def git(*arguments: str) -> str:
    command = ["git", *arguments]
    return subprocess.run(
        command, cwd=steps.SOURCE, check=True, capture_output=True, text=True, encoding="utf-8"
    ).stdout


def faults(version: str, data: str) -> list[str]:
    """What keeps the tree from being the release that it says it is; the tests hold its changelog to the version."""
    found = []
    if not re.fullmatch(r"[0-9]+\.[0-9]+\.[0-9]+", version):
        found.append(f"__version__ is {version}: a release has three numbers")
    if git("status", "--porcelain"):
        found.append("there are changes that are not committed")
    if git("tag", "--list", f"v{version}"):
        found.append(f"there is a tag v{version}: raise __version__")
    if LOCK.read_text(encoding="utf-8").split()[0] != data:
        found.append("tests/data.lock has another data version: python -m tests.data_release")
    return found


def main(names: list[str]) -> int:
    """Builds; the exit status is 1 where the tree is not ready, or a step fails."""
    source = INIT.read_text(encoding="utf-8")
    version, data = (re.findall(rf'^{name} = "(.+)"', source, re.MULTILINE)[0] for name in VERSIONS)
    if found := faults(version, data):
        print(*found, sep="\n", file=sys.stderr)
        return 1
    if status := steps.main([*dict.fromkeys((*names, "wheel"))] if names else []):
        return status
    built = sorted((steps.SOURCE / "dist").iterdir())
    lines = [f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in built]
    (steps.SOURCE / "dist" / SUMS).write_text("".join(lines), encoding="utf-8", newline="\n")
    print(*lines, sep="", end="")
    packages = " ".join(f"dist/{file.name}" for file in built if file.suffix in (".whl", ".gz"))
    print("To publish:", f"  git tag -a v{version} -m {version} && git push origin v{version}", sep="\n")
    print(f"  twine upload {packages}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
