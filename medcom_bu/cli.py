"""The command line. This room reads files; what it prints and writes goes through the console.

Exit status: 0 all valid and checked, 1 something invalid, 2 wrong use, 3 nothing invalid but something not checked.
"""

from __future__ import annotations

import argparse
import functools
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from medcom_bu.console import Parser, abandon_output, emit, prepare, refuse, save, say
from medcom_bu.signs import one_line

if TYPE_CHECKING:
    from medcom_bu.fhir.profiles.packages import Definitions, Library
    from medcom_bu.issues import Report
    from medcom_bu.reporting import Reports

_PROGRESS_FROM = 20
_WIDTH = 30


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command line; the exit status. Where nobody reads the output any more, it ends quietly with 141."""
    prepare()
    parser = _parser()
    arguments = parser.parse_args(argv)
    if arguments.command is None:
        parser.print_help()
        return 2
    try:
        status: int = arguments.run(arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        abandon_output()
        return _SIGPIPE
    except OSError as error:
        abandon_output()
        return _wrong(f"{error.filename or 'input or output'}: {error.strerror or type(error).__name__}")
    return status


_SIGPIPE = 128 + 13
"""What a shell says of a program that a broken pipe ends."""


def _parser() -> argparse.ArgumentParser:
    from medcom_bu import __version__

    parser = Parser(prog="medcom-bu", description="Build, read and judge MedCom messages.")
    parser.add_argument("--version", action="version", version=f"medcom-bu {__version__}")
    commands = parser.add_subparsers(dest="command", title="commands", metavar="COMMAND")

    demo = commands.add_parser("demo", help="build an example referral with a PDF, write, validate and read it")
    demo.add_argument("folder", nargs="?", default="medcom-bu-demo", help="where to write (default: %(default)s)")
    demo.set_defaults(run=_demo)

    validate = commands.add_parser("validate", help="judge files, or all files of folders")
    validate.add_argument("paths", nargs="+", metavar="FILE|DIR")
    validate.add_argument("--format", choices=("text", "json", "junit", "sarif"), default="text")
    validate.add_argument("--lang", choices=("en", "da"), default="en", help="language of the texts")
    validate.add_argument("--layers", help="only these, separated by commas: syntax,schema,profile,rule")
    validate.set_defaults(run=_validate)

    show = commands.add_parser("show", help="show a message field by field, masked")
    show.add_argument("file", metavar="FILE")
    show.add_argument("--reveal", action="store_true", help="show names, numbers and texts too")
    show.add_argument(
        "--html", metavar="OUT", help="write a page for a clinician, nothing masked; - for standard output"
    )
    show.set_defaults(run=_show)

    convert = commands.add_parser("convert", help="write a message in another format or version, and say what is lost")
    convert.add_argument("file", metavar="FILE")
    convert.add_argument("--to", choices=("xml", "edifact"), default="xml")
    convert.add_argument("--to-version", metavar="VERSION", help="such as XH0130R; left out, the message's own")
    convert.add_argument("-o", "--output", required=True, metavar="FILE")
    convert.set_defaults(run=_convert)

    profiles = commands.add_parser("profiles", help="FHIR profiles: what is at hand, add a package, judge by one")
    _profile_commands(profiles.add_subparsers(dest="action", title="actions", metavar="ACTION", required=True))
    return parser


def _profile_commands(actions: argparse._SubParsersAction[Parser]) -> None:
    cache = Parser(add_help=False)
    cache.add_argument("--cache", metavar="DIR", type=Path, help="the package cache (default: ~/.fhir/packages)")

    listing = actions.add_parser("list", parents=[cache], help="the packages at hand: our own and those of the cache")
    listing.set_defaults(run=_profiles_list)

    add = actions.add_parser("add", parents=[cache], help="put a package, a .tgz or an unpacked folder, into the cache")
    add.add_argument("package", metavar="PACKAGE", type=Path)
    add.set_defaults(run=_profiles_add)

    check = actions.add_parser("check", parents=[cache], help="judge FHIR messages by profiles alone")
    check.add_argument("paths", nargs="+", metavar="FILE|DIR")
    check.add_argument("--package", metavar="NAME#VERSION", help="judge by this guide; left out, the message says")
    check.add_argument("--invariants", choices=("5.0.4", "5.0.2"), default="5.0.4", help="of the corrected invariants")
    check.add_argument("--format", choices=("text", "json", "junit", "sarif"), default="text")
    check.add_argument("--lang", choices=("en", "da"), default="en", help="language of the texts")
    check.set_defaults(run=_profiles_check)


# --- validate -----------------------------------------------------------------------------------------------------


def _validate(arguments: argparse.Namespace) -> int:
    from medcom_bu import reporting
    from medcom_bu.issues import Layer

    layers = None
    if arguments.layers is not None:
        layers = arguments.layers.split(",")
        unknown = sorted(set(layers) - set(Layer))
        if unknown:
            return _wrong(f"no such layer: {', '.join(unknown)}")
    missing = [path for path in arguments.paths if not os.path.exists(path)]
    if missing:
        return _wrong(f"no such file or folder: {', '.join(missing)}")
    files = list(_files(arguments.paths))
    reports = [(str(path), _judge(path, layers)) for path in _with_progress(files)]
    _print_reports(reports, arguments)
    return reporting.exit_status(report for _, report in reports)


def _print_reports(reports: Reports, arguments: argparse.Namespace) -> None:
    from medcom_bu import reporting

    text = reporting.FORMATS[arguments.format](reports, arguments.lang)
    if arguments.format == "text":
        say(text)
    else:
        emit(f"{text}\n".encode())


def _files(paths: Iterable[str]) -> Iterator[Path]:
    """The files named, and all files of the folders named, but hidden ones."""
    for path in map(Path, paths):
        if path.is_dir():
            inside = (entry for entry in sorted(path.rglob("*")) if entry.is_file() or not entry.exists())
            yield from (file for file in inside if not _is_hidden(file.relative_to(path)))
        else:
            yield path


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def _judge(path: Path, layers: list[str] | None) -> Report:
    from medcom_bu import validate
    from medcom_bu.issues import Layer, Report
    from medcom_bu.reporting import UNREADABLE

    try:
        with path.open("rb") as file:
            return validate(file, layers=layers)
    except OSError as error:
        return Report.from_issues([UNREADABLE.issue("byte 0", reason=type(error).__name__)], (), (Layer.SYNTAX,))


def _with_progress(files: Sequence[Path]) -> Iterator[Path]:
    """The files, with a bar on a terminal where there are many."""
    shown = len(files) >= _PROGRESS_FROM and sys.stderr.isatty()
    for number, path in enumerate(files, 1):
        yield path
        if shown:
            done = "#" * (number * _WIDTH // len(files))
            print(f"\r[{done:.<{_WIDTH}}] {number}/{len(files)}", end="", file=sys.stderr, flush=True)
    if shown:
        print(file=sys.stderr)


# --- show, convert ------------------------------------------------------------------------------------------------


def _show(arguments: argparse.Namespace) -> int:
    from medcom_bu import read
    from medcom_bu.rendering.page import as_page
    from medcom_bu.rendering.text import as_text
    from medcom_bu.reporting import exit_status

    with Path(arguments.file).open("rb") as file:
        parsed = read(file)
    if parsed.message is not None and arguments.html is None:
        say(as_text(parsed.message, reveal=arguments.reveal))
    elif parsed.message is not None:
        page = as_page(parsed.message).encode()
        if arguments.html == "-":
            emit(page)
        else:
            save(arguments.html, lambda out: out.write(page), [arguments.file], private=True)
    say(str(parsed.report), error=arguments.html == "-")
    return exit_status([parsed.report])


def _convert(arguments: argparse.Namespace) -> int:
    from medcom_bu import InvalidMessage, UnknownFormat, losses, parse, write_edifact, write_xml
    from medcom_bu.messages.emessage import Emessage
    from medcom_bu.messages.envelopes import VansEnvelope

    try:
        with Path(arguments.file).open("rb") as file:
            message = parse(file)
    except InvalidMessage as error:
        say(str(error.report))
        return 1
    except UnknownFormat as error:
        refuse(str(error))
        return 1
    if not isinstance(message, Emessage | VansEnvelope) or (
        isinstance(message, VansEnvelope) and arguments.to != "xml"
    ):
        return _wrong(f"a {type(message).__name__} is not converted to {arguments.to}")
    try:
        lost = losses(message, arguments.to, version=arguments.to_version)
        if arguments.to == "edifact" and isinstance(message, Emessage):
            write: Any = functools.partial(write_edifact, message, version=arguments.to_version)
        else:
            write = functools.partial(write_xml, message, version=arguments.to_version)
        save(arguments.output, write, [arguments.file], private=False)
    except InvalidMessage as error:  # the version asked for is none that the letter has
        say(str(error.report))
        return 2
    for loss in lost:
        say(str(loss))
    say(f"{one_line(arguments.output)}: written, {len(lost)} losses")
    return 0


# --- profiles -----------------------------------------------------------------------------------------------------


def _library(arguments: argparse.Namespace) -> Library:
    """Our own packages and those of the cache, which come first."""
    from medcom_bu.fhir.profiles.packages import cache, load_all, shipped

    folder = arguments.cache or cache()
    return shipped().with_packages(load_all(folder)) if folder.is_dir() else shipped()


def _profiles_list(arguments: argparse.Namespace) -> int:
    from medcom_bu.fhir.profiles.packages import BadPackage, shipped

    try:
        library = _library(arguments)
    except BadPackage as error:
        return _wrong(str(error))
    own = set(shipped().packages)
    for package in sorted(library.packages, key=lambda package: package.label):
        missing = library.definitions(package.name, package.version).missing
        lacks = f", without {', '.join(missing)}" if missing else ""
        count = len(list(package.definitions_of_kind("StructureDefinition")))
        say(f"{package.label} ({'shipped' if package in own else 'cache'}): {count} profiles{lacks}")
    return 0


def _profiles_add(arguments: argparse.Namespace) -> int:
    from medcom_bu.fhir.profiles.packages import BadPackage, cache, load, store

    try:
        package = load(arguments.package)
        place = store(package, arguments.cache or cache())
    except BadPackage as error:
        return _wrong(str(error))
    say(f"{package.label}: {len(package.definitions)} definitions in {one_line(str(place))}")
    return 0


def _profiles_check(arguments: argparse.Namespace) -> int:
    from medcom_bu import reporting
    from medcom_bu.fhir.profiles.definition_tree import BadDefinition
    from medcom_bu.fhir.profiles.packages import BadPackage

    missing = [path for path in arguments.paths if not os.path.exists(path)]
    if missing:
        return _wrong(f"no such file or folder: {', '.join(missing)}")
    try:
        library = _library(arguments)
        name, _, version = (arguments.package or "").partition("#")
        guide = library.definitions(name, version) if name else None
        files = list(_files(arguments.paths))
        reports = [(str(path), _judge_by(path, library, guide, arguments.invariants)) for path in _with_progress(files)]
    except (BadPackage, BadDefinition) as error:
        return _wrong(str(error))
    except LookupError as error:
        return _wrong(str(error.args[0]))
    _print_reports(reports, arguments)
    return reporting.exit_status(report for _, report in reports)


def _judge_by(path: Path, library: Library, guide: Definitions | None, edition: str) -> Report:
    from medcom_bu.fhir.profiles.corrections import InvariantEdition
    from medcom_bu.fhir.profiles.judge import judged
    from medcom_bu.issues import Layer, Report
    from medcom_bu.reporting import UNREADABLE

    try:
        return judged(path.read_bytes(), library, guide, InvariantEdition(edition))
    except OSError as error:
        return Report.from_issues([UNREADABLE.issue("byte 0", reason=type(error).__name__)], (), (Layer.SYNTAX,))


def _wrong(text: str) -> int:
    refuse(text)
    return 2


# --- demo ---------------------------------------------------------------------------------------------------------


def _demo(arguments: argparse.Namespace) -> int:
    from medcom_bu import parse, validate, write_xml
    from medcom_bu.demo import example

    folder = Path(arguments.folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name, message in zip(("referral.xml", "attachment.xml"), example(), strict=True):
        path = folder / name
        save(path, functools.partial(write_xml, message), private=False)
        report = validate(path.read_bytes())
        same = parse(path.read_bytes()) == message
        outcome = "equal" if same else "DIFFERENT"
        what = f"{type(message.letters[0]).__name__}, {path.stat().st_size} bytes, read back {outcome}"
        say(f"{one_line(str(path))}: {what}")
        say(f"  {report.text().replace(chr(10), chr(10) + '  ')}")
        if not (report.ok and same):
            return 1
    say(f"Next: medcom-bu show {one_line(str(folder / 'referral.xml'))}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
