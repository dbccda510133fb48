"""``medcom-bu profiles``: the FHIR packages available, one more of them, and messages judged by profiles alone."""

from __future__ import annotations

import argparse
import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from medcom_bu.cli.console import Commands, Parser, Refused, Sentence, say
from medcom_bu.cli.files import Judge, judge_all
from medcom_bu.cli.options import REPORTING, add_options
from medcom_bu.signs import one_line

if TYPE_CHECKING:
    from medcom_bu.fhir.profiles.packages import Library, Package
    from medcom_bu.issues import Report

_PART = Sentence("part of {package}", "uddrag af {package}")
_SHIPPED, _CACHE = Sentence("shipped", "medleveret"), Sentence("cache", "cache")
_LACKS = Sentence("; the full package also has {names}", "; hele pakken har desuden {names}")
_LACKS_MOST = Sentence("; the full package has more", "; hele pakken har mere")
_LISTED = Sentence("{package} ({where}): {count} profiles", "{package} ({where}): {count} profiler")
_WITHOUT = Sentence("; not available: {missing}", "; foreligger ikke: {missing}")
_ADDED = Sentence("{package}: {count} definitions in {place}", "{package}: {count} definitioner i {place}")


def add_to(commands: Commands) -> None:
    """Adds the command."""
    profiles = commands.add_parser(
        "profiles", help="FHIR profiles: list packages, add one, or validate against profiles only"
    )
    actions = profiles.add_subparsers(dest="action", title="actions", metavar="ACTION", required=True)
    cache = Parser(add_help=False)
    add_options(cache, "cache")

    listing = actions.add_parser(
        "list", parents=[cache], help="list the available packages: our own and those in the cache"
    )
    add_options(listing, "lang")
    listing.set_defaults(run=_list)

    add = actions.add_parser("add", parents=[cache], help="put a package, a .tgz or an unpacked folder, into the cache")
    add.add_argument("package", metavar="PACKAGE", type=Path)
    add_options(add, "lang")
    add.set_defaults(run=_add)

    check = actions.add_parser("check", parents=[cache], help="validate FHIR messages against profiles only")
    add_options(check, *REPORTING)
    check.add_argument(
        "--package",
        metavar="NAME#VERSION",
        help="the guide to validate against (default: the one that the message names)",
    )
    check.add_argument(
        "--invariants", choices=("5.0.4", "5.0.2"), default="5.0.4", help="version of the corrected invariants"
    )
    check.set_defaults(run=_check)


def _library(arguments: argparse.Namespace) -> Library:
    """Our own packages and those of the cache, which come first."""
    from medcom_bu.fhir.profiles.packages import cache, load_all, shipped

    folder = arguments.cache or cache()
    return shipped().with_given(load_all(folder)) if folder.is_dir() else shipped()


def _list(arguments: argparse.Namespace) -> int:
    from medcom_bu.fhir.profiles.packages import BadPackage, shipped

    try:
        library = _library(arguments)
    except BadPackage as error:
        raise Refused(str(error)) from None
    own = set(shipped().packages)
    for package in sorted(library.packages, key=lambda package: package.label):
        missing = library.definitions(package.name, package.version).missing
        count = package.count("StructureDefinition")
        where = (_SHIPPED if package in own else _CACHE).render(arguments.lang)
        params = {"package": _shown(package, arguments.lang), "count": count, "where": where}
        lacks = _lacks(package, arguments.lang)
        without = _WITHOUT.render(arguments.lang, {"missing": ", ".join(missing)}) if missing else ""
        say(_LISTED.render(arguments.lang, params) + lacks + without)
    return 0


def _shown(package: Package, lang: str) -> str:
    """What a package is called: a part never has the name of the whole."""
    return _PART.render(lang, {"package": package.label}) if package.is_part else package.label


def _lacks(package: Package, lang: str) -> str:
    """What a part lacks of the whole."""
    if not package.is_part:
        return ""
    return _LACKS.render(lang, {"names": ", ".join(package.lacks)}) if package.lacks else _LACKS_MOST.render(lang)


def _add(arguments: argparse.Namespace) -> int:
    from medcom_bu.fhir.profiles.packages import BadPackage, cache, load, store

    try:
        package = load(arguments.package)
        place = store(package, arguments.cache or cache())
    except BadPackage as error:
        raise Refused(str(error)) from None
    params = {"package": package.label, "count": len(package.definitions), "place": one_line(str(place))}
    say(_ADDED.render(arguments.lang, params))
    return 0


def _judged(data: bytes, *by: Any) -> Report:
    """The report on a message by its profiles; that it is none of FHIR, where it is of another known format."""
    from medcom_bu import UnknownFormat, WireFormat, detect
    from medcom_bu.fhir.profiles.judge import judged
    from medcom_bu.issues import Layer, Report
    from medcom_bu.reporting import NOT_FHIR

    with contextlib.suppress(UnknownFormat):
        wire = detect(data)
        if wire not in (WireFormat.FHIR_JSON, WireFormat.FHIR_XML):
            return Report.from_issues([NOT_FHIR.issue("byte 0", format=str(wire))], (Layer.SYNTAX,), (Layer.SYNTAX,))
    return judged(data, *by)


def _check(arguments: argparse.Namespace) -> int:
    from medcom_bu.fhir.profiles.corrections import InvariantEdition
    from medcom_bu.fhir.profiles.definition_tree import BadDefinition
    from medcom_bu.fhir.profiles.packages import BadPackage

    try:
        library = _library(arguments)
        name, _, version = (arguments.package or "").partition("#")
        guide = library.definitions(name, version) if name else None
        edition = InvariantEdition(arguments.invariants)
        return judge_all(arguments, Judge(lambda file: _judged(file.read(), library, guide, edition)))
    except (BadPackage, BadDefinition) as error:
        raise Refused(str(error)) from None
    except LookupError as error:
        raise Refused(str(error.args[0])) from None
