"""From what is named on a command line to what makes a system: ``MODULE:CLASS``, ``folder:DIR``."""

from __future__ import annotations

import functools
import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from medcom_bu.certification.bridge import FolderSystem

_FOLDER = "folder"


class NoSuchSystem(ValueError):
    """What is named is not a system. Its text says why."""


def system_named(name: str) -> Callable[[], Any]:
    """What makes the system that is named, as :class:`Runner` takes it.

    ``MODULE:CLASS`` is a class, or a function without parameters; the folder that one works in is searched as well.
    ``folder:DIR`` is a system behind two folders of files, see :class:`FolderSystem`. Raises NoSuchSystem.
    """
    module, _, attribute = name.partition(":")
    if not attribute:
        raise NoSuchSystem("a system is named MODULE:CLASS, or folder:DIR")
    if module == _FOLDER:
        return functools.partial(FolderSystem, attribute)
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)
    try:
        found = getattr(importlib.import_module(module), attribute)
    except ModuleNotFoundError as error:
        raise NoSuchSystem(f"there is no module {error.name}") from error
    except AttributeError as error:
        raise NoSuchSystem(f"{module} has no {attribute}") from error
    return made_by(found)


def made_by(system: Any) -> Callable[[], Any]:
    """What makes a system: a class or a function as it is, and for a system that was made, one that gives it.

    Raises NoSuchSystem for what is neither.
    """
    if isinstance(system, type) or not hasattr(system, "send"):
        if not callable(system):
            raise NoSuchSystem(
                "a system is a class, a function that makes one, or one with the methods of MedcomSystem"
            )
        return system  # type: ignore[no-any-return]
    return lambda: system
