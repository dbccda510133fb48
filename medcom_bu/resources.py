"""Where the data folders ``xsd/`` and ``profiles/`` are: inside an installed wheel, or beside the package."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent
_SHIPPED = _PACKAGE / "_data"


def folder(name: str) -> Path:
    """The data folder ``name`` (``"xsd"`` or ``"profiles"``).

    Raises FileNotFoundError when the installation is broken.
    """
    for place in (_SHIPPED / name, _PACKAGE.parent / name):
        if place.is_dir():
            return place
    raise FileNotFoundError(f"medcom_bu is installed without its data folder {name!r}")
