"""``medcom-bu certify``: try a system with the cases of the certification kit, and see what that is like."""

from __future__ import annotations

import argparse
import functools
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from medcom_bu.cli.console import Commands, Parser, Refused, Sentence, save, say
from medcom_bu.cli.options import add_options
from medcom_bu.signs import one_line

if TYPE_CHECKING:
    from medcom_bu.certification.model.cases import CertificationCase

_NO_FAULT = Sentence(
    "there is no fault {name}; see medcom-bu certify faults", "fejlen {name} findes ikke; se medcom-bu certify faults"
)
_NONE = Sentence("no case is chosen", "ingen test er valgt")
_WRITTEN = Sentence(
    "{folder}: report.html, report.json, junit.xml, evidence.zip",
    "{folder}: report.html, report.json, junit.xml, evidence.zip",
)
_THERE = Sentence("{file} already exists", "{file} findes allerede")
_NEXT = Sentence(
    "{file}: fill it in, then run: medcom-bu certify run --system medcom_system:OurSystem -o report",
    "{file}: udfyld den, og kør: medcom-bu certify run --system medcom_system:OurSystem -o report",
)


def add_to(commands: Commands) -> None:
    """Adds the command."""
    certify = commands.add_parser("certify", help="certification cases: test a system with them before MedCom does")
    actions = certify.add_subparsers(dest="action", title="actions", metavar="ACTION", required=True)
    chosen = Parser(add_help=False)
    chosen.add_argument(
        "--medcom", action="append", default=[], metavar="AREA", help="an area of cases, or all (repeatable)"
    )
    chosen.add_argument("--role", choices=("sender", "receiver", "converter"), help="role of the system")
    chosen.add_argument("--case", action="append", default=[], metavar="ID", help="a case by its id (repeatable)")

    init = actions.add_parser("init", help="write a class to start from")
    init.add_argument("folder", nargs="?", default=".", help="where to write it (default: %(default)s)")
    add_options(init, "lang")
    init.set_defaults(run=_init)

    listing = actions.add_parser("list", parents=[chosen], help="list the cases")
    add_options(listing, "lang")
    listing.set_defaults(run=_list)

    run = actions.add_parser("run", parents=[chosen], help="run cases against a system, and write the report")
    run.add_argument("--system", required=True, metavar="MODULE:CLASS|folder:DIR", help="the system")
    run.add_argument(
        "--limit", type=float, default=60.0, metavar="SECONDS", help="time for one call (default: %(default)s)"
    )
    run.add_argument("--screenshots", type=Path, metavar="DIR", help="pictures to add to the evidence")
    _reporting(run)
    run.set_defaults(run=_run)

    demo = actions.add_parser(
        "demo", parents=[chosen], help="run the cases against the reference system, or its faulty twin"
    )
    demo.add_argument("--fault", metavar="NAME", help="switch on a fault (see certify faults)")
    _reporting(demo)
    demo.set_defaults(run=_demo)

    compare = actions.add_parser("compare", help="put an official validator's verdicts into a report")
    compare.add_argument("report", metavar="REPORT", type=Path, help="the folder of the report, which is rewritten")
    compare.add_argument(
        "outcomes",
        metavar="DIR",
        type=Path,
        help="OperationOutcomes, each named after its evidence, with .outcome.json added",
    )
    compare.set_defaults(run=_compare)

    faults = actions.add_parser("faults", help="list the faults of the twin, one per line")
    add_options(faults, "lang")
    faults.set_defaults(run=_faults)


def _reporting(command: Parser) -> None:
    command.add_argument("-o", "--output", required=True, metavar="DIR", help="where the report is written")
    add_options(command, "lang")


def _init(arguments: argparse.Namespace) -> int:
    from medcom_bu.certification.skeleton import SKELETON, SKELETON_FILE

    file = Path(arguments.folder) / SKELETON_FILE
    if file.exists():
        raise Refused(_THERE, {"file": one_line(str(file))})
    file.parent.mkdir(parents=True, exist_ok=True)
    save(file, functools.partial(_write, SKELETON.encode()), private=False)
    say(_NEXT.render(arguments.lang, {"file": one_line(str(file))}))
    return 0


def _write(data: bytes, file: BinaryIO) -> None:
    file.write(data)


def _chosen(arguments: argparse.Namespace) -> tuple[CertificationCase, ...]:
    from medcom_bu.certification.cases import select

    words = [word for given in arguments.medcom or ["all"] for word in given.split(",")]
    try:
        cases = select(words, arguments.role, arguments.case)
    except ValueError as error:
        raise Refused(str(error)) from None
    if not cases:
        raise Refused(_NONE)
    return cases


def _list(arguments: argparse.Namespace) -> int:
    for case in _chosen(arguments):
        say(f"{case.id}  {case.area}  {case.role}  {case.title.render(arguments.lang, {})}")
    return 0


def _run(arguments: argparse.Namespace) -> int:
    from medcom_bu.certification.naming import NoSuchSystem, system_named

    try:
        make = system_named(arguments.system)
    except NoSuchSystem as error:
        raise Refused(str(error)) from None
    return _certify(arguments, make, arguments.limit, arguments.screenshots)


def _demo(arguments: argparse.Namespace) -> int:
    from medcom_bu.certification.faults import FAULTS, FaultyTwin
    from medcom_bu.certification.reference import ReferenceSystem

    if arguments.fault is None:
        return _certify(arguments, ReferenceSystem)
    if arguments.fault not in FAULTS:
        raise Refused(_NO_FAULT, {"name": one_line(arguments.fault)})
    return _certify(arguments, functools.partial(FaultyTwin, FAULTS[arguments.fault]))


def _certify(
    arguments: argparse.Namespace, make: Callable[[], Any], limit: float = 60.0, screenshots: Path | None = None
) -> int:
    """Run the cases, a line for each and for each thing that is wrong, and write the report."""
    from medcom_bu.certification.report.files import report_files
    from medcom_bu.certification.report.summary import DISCLAIMER, Summary
    from medcom_bu.certification.report.text import case_lines, count_line
    from medcom_bu.certification.running import Runner
    from medcom_bu.ids_and_clock import danish_now

    cases, results = _chosen(arguments), []
    with Runner(make, limit=limit) as runner:
        for case in cases:
            result = runner.run(case)
            results.append((case, result))
            for line in case_lines(case, result, arguments.lang):
                say(one_line(line))
    summary = Summary(results, danish_now())
    folder = Path(arguments.output)
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in report_files(summary, lang=arguments.lang, screenshots=screenshots):
        save(folder / name, functools.partial(_write, data), private=False)
    say(count_line(summary, arguments.lang))
    say(_WRITTEN.render(arguments.lang, {"folder": one_line(str(folder))}))
    say(DISCLAIMER.render(arguments.lang, {}))
    return summary.exit_status


def _compare(arguments: argparse.Namespace) -> int:
    """Write the report and its page again, with what both validators say; 1 where a verdict differs."""
    import attrs

    from medcom_bu.certification.report.files import report_files
    from medcom_bu.certification.report.opinions import BadOpinion, read_opinions, summary_in

    try:
        summary, lang = summary_in(arguments.report)
        opinions = read_opinions(summary, arguments.outcomes)
    except BadOpinion as error:
        raise Refused(str(error)) from None
    for name, data in report_files(attrs.evolve(summary, opinions=opinions), lang=lang):
        if name in ("report.json", "report.html"):  # the others stay as they are: the zip may hold pictures
            save(arguments.report / name, functools.partial(_write, data), private=False)
    for name, opinion in opinions.items():
        say(one_line(f"{name}: {' '.join(opinion.text(lang).split())}"))
    return 0 if all(opinion.same_verdict for opinion in opinions.values()) else 1


def _faults(arguments: argparse.Namespace) -> int:
    from medcom_bu.certification.faults import FAULTS

    for fault in FAULTS.values():
        say(f"{fault.name}  {fault.says.render(arguments.lang, {})}  {', '.join(fault.fails)}")
    return 0
