"""The documentation as a site, in ``site/``: ``python .ci/site.py`` with the extra ``site``. Nothing is fetched.

The pages are those of ``docs/``; what stands around the Danish ones is Danish. Made here are the reference of every
public name, from its docstring and signature, and the pages that the library knows by heart: the fields of each message
and the cases of the certification kit.
"""

from __future__ import annotations

import re
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
DANISH = ("da", "certificering", "dnhf-spoergsmaal")
IN_DANISH = {"language: en": "language: da", "name: Dark": "name: Mørkt", "name: Light": "name: Lyst"}


def fill(place: Path) -> list[str]:
    """The pages; gives the names of those of the API."""
    shutil.copytree(ROOT / "docs", place, ignore=shutil.ignore_patterns("__pycache__"))
    for name in OF_THE_ROOT:
        shutil.copy2(ROOT / name, place / name)
    for page in place.glob("**/*.md"):
        text = page.read_text(encoding="utf-8")
        above = "../" * (len(page.relative_to(place).parts) - 1)  # to the folder of the pages, where the root is too
        text = text.replace(f"]({above}../", f"]({above}").replace("](docs/", "](")
        text = re.sub(r"`[^`\n]*`", lambda code: code[0].replace("\\|", "|"), text)  # the backslash would be shown
        page.write_text(text, encoding="utf-8")
    shutil.copy2(ROOT / ".ci" / "site.css", place / "site.css")
    made = reference.pages(regenerate.rooms())
    for name, text in made.items():
        (place / name).parent.mkdir(exist_ok=True)
        (place / name).write_text(text, encoding="utf-8")
    return [name for name in made if name.startswith("api/")]


def build(folder: Path, settings: str) -> Path:
    """The site of the pages in the folder. Raises CalledProcessError for a link that leads nowhere."""
    config = folder / "mkdocs.yml"
    config.write_text(settings, encoding="utf-8")
    subprocess.run([sys.executable, "-m", "zensical", "build", "--strict", "-f", str(config)], cwd=folder, check=True)
    for page in (folder / "site").glob("**/*.html"):
        text = re.sub(r"<table>.*?</table>", lambda table: fitted(table[0]), page.read_text("utf-8"), flags=re.DOTALL)
        page.write_text(text, encoding="utf-8")
    return folder / "site"


def fitted(table: str) -> str:
    """A table for narrow screens: each cell knows its heading, which site.css shows, and a long name may break."""
    headings = [
        re.sub(r"<.*?>", "", heading).replace('"', "&quot;") for heading in re.findall(r"<th>(.*?)</th>", table)
    ]

    def labelled(row: re.Match[str]) -> str:
        each = iter(headings)
        return re.sub("<td>", lambda _: f'<td data-label="{next(each, "")}">', row[0])

    table = re.sub(r"<tr>.*?</tr>", labelled, table, flags=re.DOTALL)
    return re.sub(r"<code>[^<]*", lambda code: re.sub(r"(?<=\w)([._|/]+)(?=\w)", r"\1<wbr>", code[0]), table)


def main() -> int:
    """Builds; a link that leads nowhere is an error."""
    with tempfile.TemporaryDirectory() as folder:
        names = fill(Path(folder) / "docs")
        settings = (ROOT / ".ci" / "mkdocs.yml").read_text(encoding="utf-8")
        rooms = ", ".join(f"{{{Path(name).stem.removeprefix('medcom_bu.')}: {name}}}" for name in names)
        settings = settings.replace("API: API", f"API: [{rooms}]")
        try:
            shutil.copytree(build(Path(folder), settings), ROOT / "site", dirs_exist_ok=True)
            for english, danish in IN_DANISH.items():
                settings = settings.replace(english, danish)
            again = build(Path(folder), settings)
        except subprocess.CalledProcessError as failed:
            return failed.returncode
        for name in DANISH:
            shutil.copytree(again / name, ROOT / "site" / name, dirs_exist_ok=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
