"""The version of the data, and what a release of data alone may change."""

from __future__ import annotations

import re
from datetime import date

import medcom_bu
from tests import data_release
from tests.support import ROOT
from tests.support.modules import needs_source


def test_data_that_changed_since_the_last_release_has_a_later_version() -> None:
    version, digest = data_release.LOCK.read_text(encoding="utf-8").split()
    assert date.fromisoformat(medcom_bu.__data_version__) >= date.fromisoformat(version)
    assert (medcom_bu.__data_version__ != version) == (data_release.digest() != digest), (
        "__data_version__ in medcom_bu/__init__.py is the day of the data: it changes when they do, and only then"
    )


def test_a_release_of_data_changes_no_code() -> None:
    changed = "medcom_bu/bu/regions.py\nmedcom_bu/wire.py\nCHANGELOG.md\nxsd/shared/codes.xsd\npyproject.toml\n"
    assert data_release.not_data(changed) == ["medcom_bu/wire.py", "pyproject.toml"]


@needs_source
def test_every_file_of_data_is_there() -> None:
    assert all(list(ROOT.glob(pattern)) for pattern in data_release.DATA)


def test_the_changelog_begins_with_the_version_and_the_day_of_a_release() -> None:
    first = re.search(r"^## (\S+) \((.+)\)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert first is not None
    version, _, unfinished = medcom_bu.__version__.partition(".dev")
    assert first[1] == version
    assert unfinished or date.fromisoformat(first[2])
