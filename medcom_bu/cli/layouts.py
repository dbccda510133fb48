"""``medcom-bu layouts``: the EDIFACT layouts that are known, one as a data file, and one of your own tried."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from medcom_bu.cli.console import Commands, Refused, Sentence, opened, put, say
from medcom_bu.cli.options import add_options
from medcom_bu.signs import one_line

if TYPE_CHECKING:
    from medcom_bu.layouts import Layout

_WRITTEN = Sentence("read and written", "læses og skrives")
_ONLY_READ = Sentence("only read, using the layout of {guess}", "læses kun, efter layoutet for {guess}")
_UNKNOWN = Sentence("there is no layout {code}; there are {known}", "layoutet {code} findes ikke; der er {known}")
_ROWS_OF = Sentence(
    "The layout of {code} is not public: these rows are those of {guess}. Change what differs.",
    "Layoutet for {code} er ikke offentligt: dette er rækkerne for {guess}. Ret det der er anderledes.",
)
_MADE = Sentence("{file}: {code}, {groups} groups, {rows} rows", "{file}: {code}, {groups} grupper, {rows} rækker")
_SAME = Sentence("{file}: identical after writing and reading", "{file}: skrevet og læst igen, det samme")
_SAME_UP_TO = Sentence(
    "{file} (our own): identical after writing and reading, apart from {count} named losses",
    "{file}, vores egen: skrevet og læst igen, det samme bortset fra {count} tab der nævnes",
)
_SAME_PAIR = Sentence("{file}: the same as {other}", "{file}: det samme som {other}")
_DIFFERS = Sentence("{file}: differs at {path}", "{file}: afviger ved {path}")
_OTHER_FORM = Sentence(
    "{file}: written differently from segment {number} ({tag}) on, with the same content",
    "{file}: skrives i en anden form fra segment {number} ({tag}); indholdet er det samme",
)
_SEGMENT_END = re.compile(rb"(?<!\?)'[\r\n]*")


def add_to(commands: Commands) -> None:
    """Adds the command."""
    layouts = commands.add_parser("layouts", help="list the EDIFACT layouts, or try your own")
    add_options(layouts, "lang")
    layouts.set_defaults(run=_list)
    actions = layouts.add_subparsers(dest="action", title="actions", metavar="ACTION")

    listing = actions.add_parser("list", help="list the known layouts; this is the default action")
    add_options(listing, "lang")

    show = actions.add_parser("show", help="print a known layout as a data file, to change and give to --layout")
    show.add_argument("code", metavar="VERSION", help="for example H0131R")
    add_options(show, "lang")
    show.set_defaults(run=_show)

    check = actions.add_parser(
        "check", help="check a layout: what it has no place for, and whether reading and writing agree"
    )
    check.add_argument("file", metavar="LAYOUT", help="a data file; - is standard input")
    check.add_argument("--sample", action="append", default=[], metavar="EDI", help="a message (repeatable)")
    check.add_argument(
        "--pair",
        action="append",
        default=[],
        nargs=2,
        metavar=("EDI", "XML"),
        help="the same message in both formats (repeatable)",
    )
    add_options(check, "lang")
    check.set_defaults(run=_check)


def layouts_of(arguments: argparse.Namespace) -> tuple[Layout, ...]:
    """The layouts of ``--layout``."""
    return tuple(map(_layout_of, getattr(arguments, "layout", ())))


def _layout_of(name: str) -> Layout:
    """The layout of a data file. Raises Refused for what is none, OSError for a file that cannot be read."""
    from medcom_bu import layouts

    with opened(name) as file:
        try:
            return layouts.load(file.read())
        except layouts.BadLayout as error:
            raise Refused(f"{one_line(name)}: {one_line(str(error))}") from None


def _list(arguments: argparse.Namespace) -> int:
    from medcom_bu import layouts

    for layout in sorted(layouts.known(), key=lambda layout: (layout.type_code, layout.code)):
        use = (_ONLY_READ if layout.guess else _WRITTEN).render(arguments.lang, {"guess": layout.guess})
        say(f"{layout.code}  {layout.message_type} {layout.type_code}  {use}")
    return 0


def _show(arguments: argparse.Namespace) -> int:
    from medcom_bu import layouts

    known = {layout.code: layout for layout in layouts.known()}
    layout = known.get(arguments.code.upper().removeprefix("X"))
    if layout is None:
        raise Refused(_UNKNOWN, {"code": one_line(arguments.code), "known": ", ".join(sorted(known))})
    if layout.guess:
        params = {"code": layout.code, "guess": layout.guess}
        say(f"# {_ROWS_OF.render(arguments.lang, params)}")
    put(layouts.to_toml(layout))
    return 0


def _check(arguments: argparse.Namespace) -> int:
    from medcom_bu import layouts

    layout, lang = _layout_of(arguments.file), arguments.lang
    rows = sum(len(group.rows) + 1 for group in layout.groups)
    params = {"file": one_line(arguments.file), "code": layout.code, "groups": len(layout.groups), "rows": rows}
    say(_MADE.render(lang, params))
    for issue in layouts.gaps(layout):
        say(f"  {issue.code} {issue.path}: {issue.text(lang)}")
    found = [
        *_of_samples(layout, lang),
        *(_of_file(name, layout, lang) for name in arguments.sample),
        *(_of_pair(edi, xml, layout, lang) for edi, xml in arguments.pair),
    ]
    return 0 if all(found) else 1


def _of_samples(layout: Layout, lang: str) -> Iterator[bool]:
    """Whether our own messages of the version are read as they were written, as far as the losses say."""
    from medcom_bu import Emessage, losses, read, to_edifact
    from medcom_bu.testing import samples

    for name, message in samples().items():
        if name.endswith(f"/{layout.version.code}") and isinstance(message, Emessage):
            parsed = read(to_edifact(message, layout=layout), layout=layout)
            lost = losses(message, "edifact", layout=layout)
            params = {"file": name, "count": len(lost)}
            if not parsed.report.ok:
                say(f"{name}: {parsed.report.text(lang, positions=True)}")
            is_same = _is_same(name, message, parsed.message, lost, _SAME_UP_TO.render(lang, params), lang)
            yield is_same and parsed.report.ok


def _of_file(name: str, layout: Layout, lang: str) -> bool:
    """Whether a message is valid by the layout, and the same when it is written and read again."""
    from medcom_bu import Emessage, read, to_edifact

    with opened(name) as source:
        data = source.read()
    parsed, file = read(data, layout=layout), one_line(name)
    say(f"{file}: {parsed.report.text(lang, positions=True)}")
    if not isinstance(parsed.message, Emessage) or not parsed.report.ok:
        return False
    written = to_edifact(parsed.message, layout=layout)
    again = read(written, layout=layout).message
    is_same = _is_same(file, parsed.message, again, (), _SAME.render(lang, {"file": file}), lang)
    if written != data and is_same:
        number, tag = _first_other_segment(data, written)
        say(_OTHER_FORM.render(lang, {"file": file, "number": number, "tag": one_line(tag)}))
    return is_same


def _of_pair(edi: str, xml: str, layout: Layout, lang: str) -> bool:
    """Whether a message on the two wires is read as the same letters, and written as such."""
    from medcom_bu import Emessage, InvalidMessage, losses, parse, to_edifact

    try:
        with opened(edi) as first, opened(xml) as second:
            one, other = parse(first, Emessage, layout=layout), parse(second, Emessage)
        again = parse(to_edifact(other, layout=layout), Emessage, layout=layout)
    except InvalidMessage as error:
        say(f"{one_line(edi)}, {one_line(xml)}: {error.report.text(lang, positions=True)}")
        return False
    lost = losses(other, "edifact", layout=layout)
    name, told = one_line(edi), _SAME_PAIR.render(lang, {"file": one_line(edi), "other": one_line(xml)})
    as_pair = one.replace(envelope=other.envelope)
    is_same = _is_same(name, as_pair, other, lost, told, lang)
    rewritten = _SAME.render(lang, {"file": one_line(xml)})
    return _is_same(one_line(xml), again.replace(envelope=one.envelope), one, (), rewritten, lang) and is_same


def _is_same(name: str, one: Any, other: Any, lost: Sequence[Any], told: str, lang: str) -> bool:
    from medcom_bu.testing.comparison import differences, paths_of

    left = [each for each in differences(one, other) if not each.is_allowed(paths_of(lost))]
    for each in left:
        say(_DIFFERS.render(lang, {"file": name, "path": each.path}))
    if not left:
        say(told)
    return not left


def _first_other_segment(one: bytes, other: bytes) -> tuple[int, str]:
    """The number, from 1, and the tag of the first segment in which two interchanges differ."""
    pairs = zip(_SEGMENT_END.split(one), _SEGMENT_END.split(other), strict=False)
    number, segment = next(
        ((number, first) for number, (first, second) in enumerate(pairs, 1) if first != second), (1, b"")
    )
    return number, segment[:3].decode("latin-1")
