"""``medcom-bu wrap`` and ``unwrap``: put a message into a VANSEnvelope, and take out the one inside, byte for byte."""

from __future__ import annotations

import argparse

from medcom_bu.cli.console import Commands, Refused, Sentence, opened, say, write_out
from medcom_bu.cli.options import add_options
from medcom_bu.cli.reading import parsed_file
from medcom_bu.signs import one_line

_WRITTEN = Sentence("{file}: written, {count} bytes", "{file}: skrevet, {count} byte")
_PARAMETERS = {
    "sender": "number of the sender; left out, the message's",
    "receiver": "number of the receiver; left out, the message's",
    "name": "such as MCM:XREF01; left out, the message's",
    "format": "XML, EDIFACT, HL7 or Binary; left out, the message's",
    "identifier": "UUID of the message; left out, the message's or a new one",
}


def add_to(commands: Commands) -> None:
    """Adds both commands."""
    wrap = commands.add_parser("wrap", help="put a message into a VANSEnvelope")
    add_options(wrap, "file", "output", "lang")
    for name, what in _PARAMETERS.items():
        wrap.add_argument(f"--{name}", help=what)
    wrap.add_argument("--document-version", dest="version", metavar="VERSION", help="left out, the message's")
    wrap.set_defaults(run=_wrap)
    unwrap = commands.add_parser("unwrap", help="take the message out of a VANSEnvelope, as it is")
    add_options(unwrap, "file", "output", "lang")
    unwrap.set_defaults(run=_unwrap)


def _wrap(arguments: argparse.Namespace) -> int:
    from medcom_bu import to_xml
    from medcom_bu.envelopes import vans

    with opened(arguments.file) as file:
        payload = file.read()
    try:
        given = {name: vars(arguments)[name] for name in (*_PARAMETERS, "version")}
        envelope = vans.wrap(payload, **given)
    except ValueError as error:
        raise Refused(str(error)) from None
    return _save(arguments, to_xml(envelope))


def _unwrap(arguments: argparse.Namespace) -> int:
    from medcom_bu import VansEnvelope
    from medcom_bu.envelopes import vans

    parsed = parsed_file(arguments, VansEnvelope)
    if parsed is None:
        return 1
    try:
        payload = vans.unwrap(parsed.message)
    except ValueError as error:
        raise Refused(str(error)) from None
    return _save(arguments, payload)


def _save(arguments: argparse.Namespace, data: bytes) -> int:
    write_out(arguments.output, lambda file: file.write(data), [arguments.file])
    params = {"file": one_line(arguments.output), "count": len(data)}
    say(_WRITTEN.render(arguments.lang, params), error=arguments.output == "-")
    return 0
