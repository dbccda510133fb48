"""The documentation as a site, in ``site/``: ``python .ci/site.py`` with the extra ``site``. Nothing is fetched.

The pages are those of ``docs/``. Made here are the reference of every public name, from its docstring and signature,
and the pages that the library knows by heart: the fields of each message and the cases of the certification kit.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests import regenerate  # noqa: E402
from tests.support import reference  # noqa: E402

OF_THE_ROOT = ("CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md")


def fill(place: Path) -> list[str]:
    """The pages; gives the names of those of the API."""
    shutil.copytree(ROOT / "docs", place, ignore=shutil.ignore_patterns("__pycache__"))
    for name in OF_THE_ROOT:
        shutil.copy2(ROOT / name, place / name)
    for page in place.glob("**/*.md"):
        text = page.read_text(encoding="utf-8")
        above = "../" * (len(page.relative_to(place).parts) - 1)  # to the folder of the pages, where the root is too
        page.write_text(text.replace(f"]({above}../", f"]({above}").replace("](docs/", "]("), encoding="utf-8")
    made = reference.pages(regenerate.rooms())
    for name, text in made.items():
        (place / name).parent.mkdir(exist_ok=True)
        (place / name).write_text(text, encoding="utf-8")
    return [name for name in made if name.startswith("api/")]


def main() -> int:
    """Builds; a link that leads nowhere is an error."""
    with tempfile.TemporaryDirectory() as folder:
        names = fill(Path(folder) / "docs")
        settings = (ROOT / ".ci" / "mkdocs.yml").read_text(encoding="utf-8")
        config = Path(folder) / "mkdocs.yml"
        config.write_text(settings.replace("API: API", f"API: [{', '.join(names)}]"), encoding="utf-8")
        command = [sys.executable, "-m", "zensical", "build", "--strict", "-f", str(config)]
        status = subprocess.run(command, cwd=folder, check=False).returncode
        if status == 0:
            shutil.copytree(Path(folder) / "site", ROOT / "site", dirs_exist_ok=True)
        return status


if __name__ == "__main__":
    sys.exit(main())
