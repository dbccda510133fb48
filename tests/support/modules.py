"""The modules of the package, as code."""

from __future__ import annotations

import ast
import functools
from collections.abc import Callable
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


def of_each_module(check: Callable[[str], None]) -> Callable[[], None]:
    """A test of all modules that names each one that fails: thousands of tests of a millisecond take a minute."""

    def test() -> None:
        failed = {}
        for module in MODULES:
            try:
                check(module)
            except AssertionError as error:
                failed[module] = str(error)
        assert not failed, "\n".join(f"{module}: {told}" for module, told in failed.items())

    test.__doc__ = check.__doc__
    return test
