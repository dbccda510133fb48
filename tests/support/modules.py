"""The modules of the package, as code."""

from __future__ import annotations

import ast
import functools
from pathlib import Path

import medcom_bu

ROOT = Path(medcom_bu.__file__).parent
MODULES = sorted(path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*.py") if "_data" not in path.parts)


@functools.cache
def code_of(module: str) -> ast.Module:
    """The code of a module of :data:`MODULES`."""
    return ast.parse((ROOT / module).read_text(encoding="utf-8"))
