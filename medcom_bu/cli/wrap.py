"""``medcom-bu wrap`` and ``unwrap``: put a message into an envelope, and take out the one inside, byte for byte."""

from __future__ import annotations

import argparse
from typing import Any

from medcom_bu.cli.console import Commands, Refused, Sentence, opened, say, write_out
from medcom_bu.cli.options import add_options
from medcom_bu.cli.reading import parsed_file
from medcom_bu.signs import one_line

_WRITTEN = Sentence("{file}: written, {count} bytes", "{file}: skrevet, {count} byte")
_NOT_OF = Sentence(
    "--{option} does not apply to the envelope {envelope}", "--{option} er ikke en mulighed for kuverten {envelope}"
)
_OF_BOTH = {
    "sender": "number of the sender (default: from the message)",
    "receiver": "number of the receiver (default: from the message)",
    "identifier": "UUID of the message (default: from the message, or a new one)",
}
_PARAMETERS = {
    "vans": {
        "name": "for example MCM:XREF01 (default: from the message)",
        "format": "XML, EDIFACT, HL7 or Binary (default: from the message)",
    },
    "sbdh": {
        "sender-unit": "SOR code of the sender (default: from the message)",
        "receiver-unit": "SOR code of the receiver (default: from the message)",
    },
}


def add_to(commands: Commands) -> None:
    """Adds both commands."""
    wrap = commands.add_parser("wrap", help="put a message into a VANSEnvelope or an ehmiSBDH")
    add_options(wrap, "file", "output", "lang")
    wrap.add_argument(
        "--envelope", choices=sorted(_PARAMETERS), default="vans", help="which envelope (default: %(default)s)"
    )
    for name, what in _OF_BOTH.items():
        wrap.add_argument(f"--{name}", help=what)
    for envelope, parameters in _PARAMETERS.items():
        for name, what in parameters.items():
            wrap.add_argument(f"--{name}", help=f"{envelope}: {what}")
    wrap.add_argument("--document-version", dest="version", metavar="VERSION", help="default: from the message")
    wrap.set_defaults(run=_wrap)
    unwrap = commands.add_parser("unwrap", help="take the message out of its envelope, unchanged")
    add_options(unwrap, "file", "output", "lang")
    unwrap.set_defaults(run=_unwrap)


def _wrap(arguments: argparse.Namespace) -> int:
    from medcom_bu import InvalidMessage, to_xml
    from medcom_bu.envelopes import sbdh, vans
    from medcom_bu.envelopes.unfit import Unfit

    given = _given(arguments)
    with opened(arguments.file) as file:
        payload = file.read()
    wrap: Any = {"vans": vans, "sbdh": sbdh}[arguments.envelope].wrap
    try:
        envelope = wrap(payload, **given)
    except InvalidMessage as error:
        say(error.report.text(arguments.lang), error=True)
        return 1
    except Unfit as error:
        raise Refused(error.text(arguments.lang)) from None
    return _save(arguments, to_xml(envelope))


def _given(arguments: argparse.Namespace) -> dict[str, Any]:
    """The parameters of the envelope that is wanted. Raises Refused where one of another is given."""
    held = vars(arguments)
    for envelope, parameters in _PARAMETERS.items():
        for option in parameters:
            if envelope != arguments.envelope and held[option.replace("-", "_")] is not None:
                raise Refused(_NOT_OF, {"option": option, "envelope": arguments.envelope})
    names = [*_OF_BOTH, "version", *_PARAMETERS[arguments.envelope]]
    return {name.replace("-", "_"): held[name.replace("-", "_")] for name in names}


def _unwrap(arguments: argparse.Namespace) -> int:
    from medcom_bu.envelopes.by_kind import kind_of
    from medcom_bu.envelopes.unfit import Unfit
    from medcom_bu.messages.message import NetworkEnvelope

    parsed = parsed_file(arguments, NetworkEnvelope)
    if parsed is None:
        return 1
    try:
        payload = kind_of(parsed.message).unwrap(parsed.message)
    except Unfit as error:
        raise Refused(error.text(arguments.lang)) from None
    return _save(arguments, payload)


def _save(arguments: argparse.Namespace, data: bytes) -> int:
    write_out(arguments.output, lambda file: file.write(data), [arguments.file])
    params = {"file": one_line(arguments.output), "count": len(data)}
    say(_WRITTEN.render(arguments.lang, params), error=arguments.output == "-")
    return 0
