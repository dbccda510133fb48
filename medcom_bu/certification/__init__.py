"""The certification kit: cases that a system is tried with before it meets MedCom, and the report on them.

A vendor writes one small class, :class:`MedcomSystem`. It is a self-test: no approval, and none of MedCom's.
Each name is loaded when it is first used. This room reads and writes files, and starts threads.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from medcom_bu.certification.cases import all_cases, load_case, select
    from medcom_bu.certification.counterpart import Counterpart, CounterpartRole, Misbehaviour
    from medcom_bu.certification.model.cases import BadCase, CaseArea, CaseRole, CertificationCase
    from medcom_bu.certification.model.results import CaseResult, CheckResult, Conclusion, Finding, Grade
    from medcom_bu.certification.model.system import Converting, Displaying, MedcomSystem, NotSupported, Ticking
    from medcom_bu.certification.model.tasks import Task, TaskAction, TaskAuthor, TaskFile, TaskPatient, TaskUnit
    from medcom_bu.certification.reference.system import ReferenceSystem
    from medcom_bu.certification.running import Runner

_HOMES = {
    "cases": "all_cases load_case select",
    "counterpart": "Counterpart CounterpartRole Misbehaviour",
    "model.cases": "BadCase CaseArea CaseRole CertificationCase",
    "model.results": "CaseResult CheckResult Conclusion Finding Grade",
    "model.system": "Converting Displaying MedcomSystem NotSupported Ticking",
    "model.tasks": "Task TaskAction TaskAuthor TaskFile TaskPatient TaskUnit",
    "reference.system": "ReferenceSystem",
    "running": "Runner",
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names.split()}

__all__ = [
    "BadCase",
    "CaseArea",
    "CaseResult",
    "CaseRole",
    "CertificationCase",
    "CheckResult",
    "Conclusion",
    "Converting",
    "Counterpart",
    "CounterpartRole",
    "Displaying",
    "Finding",
    "Grade",
    "MedcomSystem",
    "Misbehaviour",
    "NotSupported",
    "ReferenceSystem",
    "Runner",
    "Task",
    "TaskAction",
    "TaskAuthor",
    "TaskFile",
    "TaskPatient",
    "TaskUnit",
    "Ticking",
    "all_cases",
    "load_case",
    "select",
]

if not TYPE_CHECKING:  # a type checker that saw it would take any name

    def __getattr__(name: str) -> Any:
        home = _HOME_OF.get(name)
        if home is None:
            raise AttributeError(f"module 'medcom_bu.certification' has no attribute {name!r}")
        value = getattr(importlib.import_module(f"{__name__}.{home}"), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return list(__all__)
