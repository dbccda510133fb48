"""Prints one table of ratios: the fastest run of each side, in runs that alternate.

A path is a function that yields rows, in the ``PATHS`` of a module of this folder; a new module is named below.
``python -m benchmarks`` runs them all, ``python -m benchmarks oioxml start.command_line`` some.
"""

from __future__ import annotations

import gc
import importlib
import importlib.metadata
import platform
import sys
import tempfile
from pathlib import Path

MODULES = ("oioxml", "exchange", "edifact", "fhir", "conversion", "start")
PACKAGES = ("attrs", "lxml", "pybase64", "xsdata", "xmlschema", "orjson", "fhir.resources", "fhirkit-rs", "pydifact")


def main(wanted: list[str]) -> int:
    """Measure what is wanted, all if nothing is said, and print the table."""
    print(", ".join([f"Python {platform.python_version()}", *versions(), platform.system(), platform.machine()]))
    print("\n| path | baseline | target | measured | reached |\n|---|---|---|---|---|")
    for name in MODULES:
        for path in importlib.import_module(f"benchmarks.{name}").PATHS:
            if not wanted or name in wanted or f"{name}.{path.__name__}" in wanted:
                gc.collect()
                gc.freeze()
                with tempfile.TemporaryDirectory() as place:
                    for row in path(Path(place)):
                        print(row, flush=True)
    return 0


def versions() -> list[str]:
    """What is installed of what the figures depend on."""
    installed = {found.name.lower(): found.version for found in importlib.metadata.distributions()}
    return [f"{package} {installed[package]}" for package in PACKAGES if package in installed]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
