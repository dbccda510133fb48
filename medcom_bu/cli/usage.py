"""What argparse says of a wrong command line, in Danish: it knows English alone.

A sentence that is not in the table, as another version of Python may have it, stays as it is.
"""

from __future__ import annotations

import re

_SENTENCES = tuple(
    (re.compile(english, re.DOTALL), danish)
    for english, danish in (
        (r"the following arguments are required: (.*)", r"der mangler \1"),
        (r"unrecognized arguments: (.*)", r"ukendte argumenter: \1"),
        (r"ambiguous option: (.*) could match (.*)", r"tvetydigt tilvalg: \1 kan være \2"),
        (r"invalid choice: (.*) \(choose from (.*)\)", r"ukendt værdi: \1 (vælg mellem \2)"),
        (r"invalid (?:int|float) value: (.*)", r"ikke et tal: \1"),
        (r"expected one argument", r"der skal være en værdi"),
        (r"expected at least one argument", r"der skal være mindst en værdi"),
        (r"expected (\d+) arguments", r"der skal være \1 værdier"),
        (r"ignored explicit argument (.*)", r"tilvalget har ingen værdi: \1"),
        (r"not allowed with argument (.*)", r"kan ikke bruges sammen med \1"),
        (r"(.*) is neither a number from 1 on nor auto", r"\1 er hverken et tal fra 1 og op eller auto"),
    )
)
_OF_AN_ARGUMENT = re.compile(r"argument (\S+): (.*)", re.DOTALL)


def in_danish(message: str) -> str:
    """A sentence of argparse."""
    of_one = _OF_AN_ARGUMENT.fullmatch(message)
    if of_one:
        return f"{of_one[1]}: {in_danish(of_one[2])}"
    for english, danish in _SENTENCES:
        if english.fullmatch(message):
            return english.sub(danish, message, count=1)
    return message
