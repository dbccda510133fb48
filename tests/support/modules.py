"""The modules of the package, as code."""

from __future__ import annotations

import ast
import functools
from pathlib import Path

import pytest

import medcom_bu
from tests.support import ROOT as CHECKOUT

ROOT = Path(medcom_bu.__file__).parent
needs_source = pytest.mark.skipif(
    not (CHECKOUT / "medcom_bu").is_dir(), reason="no source of the library beside the tests"
)
"""For what writes or builds the source: the tests run against an installed wheel too, where there is none."""
MODULES = sorted(path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*.py") if "_data" not in path.parts)


@functools.cache
def code_of(module: str) -> ast.Module:
    """The code of a module of :data:`MODULES`."""
    return ast.parse((ROOT / module).read_text(encoding="utf-8"))
