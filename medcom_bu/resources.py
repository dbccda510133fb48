"""Where the data folders ``xsd/`` and ``profiles/`` are: inside an installed wheel, or beside the package."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent
_SHIPPED = _PACKAGE / "_data"


def folder(name: str) -> Path:
    """The data folder ``name`` (``"xsd"`` or ``"profiles"``).

    Raises FileNotFoundError where it is not on disk, as in a zip or in a frozen program without its data.
    """
    for place in (_SHIPPED / name, _PACKAGE.parent / name):
        if place.is_dir():
            return place
    raise FileNotFoundError(
        f"medcom_bu has no data folder {name!r} on disk: it does not run from a zip, so unpack or install it; "
        "PyInstaller takes the data along with --collect-data medcom_bu"
    )
