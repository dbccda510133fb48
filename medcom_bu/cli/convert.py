"""``medcom-bu convert``: a message carried over to the other standard; what is lost and what is made up is reported."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from medcom_bu.cli.console import NOT_EMPTY, Commands, Refused, Sentence, opened, save, say, write_out
from medcom_bu.cli.options import add_options
from medcom_bu.cli.reading import directory_of, parsed_file
from medcom_bu.cli.rewrite import TARGETS, writer
from medcom_bu.signs import one_line

if TYPE_CHECKING:
    from medcom_bu import Conversion, Pairs, Policy

_WRITTEN = Sentence("{file}: written", "{file}: skrevet")
_NOTHING_YET = Sentence("nothing is written yet", "der er ikke skrevet noget endnu")
_TOTAL = Sentence("{lost} lost, {made} made up", "{lost} tabt, {made} tilføjet")
_UNWRAP = Sentence("the message is in an envelope: unwrap it first", "meddelelsen er i en kuvert: brug unwrap først")
_OWN = Sentence(
    "convert is for the other standard, and {to} belongs to the message's own: use medcom-bu rewrite",
    "convert fører en meddelelse over i den anden standard, og {to} er dens egen: medcom-bu rewrite",
)
_HAS_FILES = Sentence(
    "--attachments is for letters: a FHIR message holds its own files",
    "--attachments hører til breve: en FHIR-meddelelse rummer selv sine filer",
)
_SEVERAL = Sentence(
    "there are {count} messages to write: name a folder", "der kommer {count} meddelelser ud: angiv en mappe"
)
_NO_PAIRS = Sentence("{file} does not hold the pairs of a conversion", "{file} rummer ikke pairs fra en konvertering")
_NO_FIELD = Sentence("--policy takes FIELD=VALUE: {fields}", "--policy tager FELT=VÆRDI: {fields}")
_NO_WORD = Sentence("--policy {field}= accepts {words}", "--policy {field}= tager {words}")
_WAITING = 3


def add_to(commands: Commands) -> None:
    """Adds the command."""
    command = commands.add_parser(
        "convert", help="convert a message to the other standard, and list what is lost and made up"
    )
    add_options(command, "file", "lang", "layout", "directory")
    command.add_argument(
        "-o",
        "--output",
        required=True,
        metavar="DIR|FILE|-",
        help="a file, or a new or empty folder for one file per message; - is standard output",
    )
    command.add_argument("--to", choices=TARGETS, required=True, help="a format of the other standard")
    command.add_argument(
        "--attachments",
        nargs="+",
        default=[],
        metavar="FILE",
        help="the letter's binary letters, or the other receipts",
    )
    command.add_argument("--pairs", metavar="JSON", help="for receipts: the pairs of the conversion that is answered")
    command.add_argument(
        "--policy",
        action="append",
        default=[],
        metavar="FIELD=VALUE",
        help="a choice where MedCom's documents differ, such as titles=none (repeatable)",
    )
    command.add_argument("--save-pairs", metavar="JSON", help="where to save the pairs needed to convert the answers")
    command.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    from medcom_bu import InvalidMessage

    messages = _messages(arguments)
    if messages is None:
        return 1
    try:
        conversion = _converted(arguments, messages)
        told = _notes(conversion, arguments)
    except InvalidMessage as error:
        say(error.report.text(arguments.lang), error=arguments.output == "-")
        return 1
    files = _places(arguments, len(conversion.messages))
    if arguments.save_pairs is not None:
        text = json.dumps(conversion.pairs.to_dict(), ensure_ascii=False, indent=1)
        save(arguments.save_pairs, lambda out: out.write(text.encode()), _inputs(arguments), private=True)
    for name, message in zip(files, conversion.messages, strict=True):
        write_out(name, writer(message, arguments.to), _inputs(arguments))
        told.append(_WRITTEN.render(arguments.lang, {"file": one_line(name)}))
    if not files:
        told.append(_NOTHING_YET.render(arguments.lang))
    for line in told:
        say(line, error=arguments.output == "-")
    return 0 if files else _WAITING


def _messages(arguments: argparse.Namespace) -> list[Any] | None:
    """The message and its attachments; None, which is reported, where one is not a message. Raises Refused for
    others."""
    from medcom_bu import Emessage
    from medcom_bu.messages.message import NetworkEnvelope

    parsed = parsed_file(arguments)
    if parsed is None:
        return None
    if isinstance(parsed.message, NetworkEnvelope):
        raise Refused(_UNWRAP)
    is_letter = isinstance(parsed.message, Emessage)
    if is_letter is not arguments.to.startswith("fhir"):
        raise Refused(_OWN, {"to": arguments.to})
    if arguments.attachments and not is_letter:
        raise Refused(_HAS_FILES)
    others = [parsed_file(arguments, Emessage, name=name) for name in arguments.attachments]
    messages = [each.message for each in (parsed, *others) if each is not None]
    return messages if len(messages) == 1 + len(others) else None


def _converted(arguments: argparse.Namespace, messages: list[Any]) -> Conversion:
    from medcom_bu import convert

    first, *attachments = messages
    directory, pairs, policy = directory_of(arguments), _pairs(arguments.pairs), _policy(arguments.policy)
    return convert(first, arguments.to, attachments=attachments, directory=directory, pairs=pairs, policy=policy)


def _policy(choices: Sequence[str]) -> Policy:
    """The Policy that the choices make. Raises Refused for a field that it has not, and a word that a field has not."""
    from medcom_bu import Policy
    from medcom_bu.conversion.policy import CHOICES

    chosen: dict[str, Any] = {}
    for choice in choices:
        field, equals, value = choice.partition("=")
        if field not in CHOICES or not equals:
            raise Refused(_NO_FIELD, {"fields": ", ".join(CHOICES)})
        words = CHOICES[field]
        if words is not None and value not in words:
            raise Refused(_NO_WORD, {"field": field, "words": ", ".join(words)})
        chosen[field] = value if words is None else words[value]
    return Policy(**chosen)


def _pairs(name: str | None) -> Pairs | None:
    """The pairs that a file holds. Raises Refused for anything else."""
    from medcom_bu import Pairs

    if name is None:
        return None
    with opened(name) as file:
        data = file.read()
    try:
        return Pairs.from_dict(json.loads(data))
    except (ValueError, TypeError, RecursionError):
        raise Refused(_NO_PAIRS, {"file": name}) from None


def _notes(conversion: Conversion, arguments: argparse.Namespace) -> list[str]:
    """A line for all that is lost, in the writing too, and for all that is made up, and one that counts them."""
    lang, lost, made = arguments.lang, conversion.losses, conversion.made_up
    lines = [f"{loss.code} {loss.path}: {loss.text(lang)}" for loss in lost]
    lines += [f"{each.code} {each.path}: {each.text(lang)}" for each in made]
    return [*lines, _TOTAL.render(lang, {"lost": len(lost), "made": len(made)})]


def _places(arguments: argparse.Namespace, count: int) -> list[str]:
    """Where each message goes. Raises Refused where one file is named for several, and for a folder that holds any.

    What an earlier run left in it would pass for a part of this conversion.
    """
    from medcom_bu.wire_table import WIRES

    name = arguments.output
    is_folder = Path(name).is_dir() or name.endswith(("/", os.sep))
    if count == 0 or (count == 1 and not is_folder):
        return [name] * count
    if name == "-" or Path(name).is_file():
        raise Refused(_SEVERAL, {"count": count})
    Path(name).mkdir(parents=True, exist_ok=True)
    if any(Path(name).iterdir()):
        raise Refused(NOT_EMPTY, {"folder": one_line(name)})
    suffix = next(wire.format.suffix for wire in WIRES if wire.target == arguments.to)
    return [str(Path(name) / f"message-{number}.{suffix}") for number in range(1, count + 1)]


def _inputs(arguments: argparse.Namespace) -> list[str]:
    named = (arguments.file, arguments.pairs, arguments.directory, *arguments.attachments, *arguments.layout)
    return [name for name in named if name is not None]
