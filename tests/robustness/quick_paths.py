"""Whether the quick ways to read and write FHIR come to what the slower ones do, on as many inputs as one wants.

``python -m tests.robustness.quick_paths fhir-json 3 20000`` compares 20,000 mutants of part 3, ``fhir-xml`` those of
the other syntax, ``official 3 200`` 200 changes of the data of each official example. It prints how many inputs there
were and how many took the quick way, and stops at the first difference.
"""

from __future__ import annotations

import json
import random
import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any
from unittest import mock

from medcom_bu.declare.fhir import Rest, Structure
from medcom_bu.fhir import codec
from medcom_bu.fhir.model import data as json_data
from medcom_bu.fhir.values import to_plain
from medcom_bu.fhir.xml import write
from medcom_bu.issues import Reading
from medcom_bu.values.base64 import Base64
from tests.robustness.mutators import mutant
from tests.support.fhir_codec import official_bundles
from tests.support.fhir_mutants import mutants

OFFICIAL = "official"


def compare(data: bytes) -> bool:
    """Whether the quick way is taken; asserts that the slower one comes to the same.

    What the quick way gives up, the slower one reads as if nothing had been before, so that is not read twice.
    """
    with mock.patch.object(codec, "_message", wraps=codec._message) as slower:
        reading = codec.read(data)
    if slower.called or reading.message is None:
        return False
    with mock.patch.multiple(codec, usual_json=_nothing, usual_message=_nothing):
        assert seen(reading) == seen(codec.read(data))
    compare_written(to_plain(reading.message))
    return True


def compare_written(plain: Any) -> bool:
    """Whether the quick way is taken to write plain data as XML; asserts that the other one comes to the same bytes.

    So it does for JSON: by orjson, by the encoder in C and in Python.
    """
    as_json, written = json_data.dump_json(plain), write.dump_xml(plain)
    with mock.patch.object(json_data, "orjson", None):
        assert as_json == json_data.dump_json(plain)
        with mock.patch.object(json_data, "_ENCODER", None):
            assert as_json == json_data.dump_json(plain)
    with mock.patch.object(write, "_usual_resource", side_effect=LookupError):
        assert written == write.dump_xml(plain)
    with mock.patch.object(write, "_resource", side_effect=AssertionError):
        try:
            return written == write.dump_xml(plain)
        except AssertionError:
            return False


def _nothing(*_: Any) -> None:
    """A quick reading that always gives up."""


def seen(reading: Reading[Any]) -> tuple[Any, ...]:
    """All that a caller can see of a reading."""
    return typed(reading.message), reading.issues, reading.ran, reading.locate is str, reading.judge_profiles is None


def typed(value: Any) -> Any:
    """A value with the class of each part, in the order in which it holds them: equal to what is not a different."""
    if isinstance(value, Structure):
        return type(value), tuple((name, typed(held)) for name, held in value.__dict__.items())
    if isinstance(value, tuple):
        return tuple(map(typed, value))
    if isinstance(value, Base64):
        return value.content, value.text, value.layout
    return type(value), repr(value.plain()) if isinstance(value, Rest) else value


def inputs(source: str, part: int, count: int) -> Iterator[bytes]:
    """The inputs of a part, the same at every call."""
    if source != OFFICIAL:
        yield from (mutant(random.Random(f"{source}/{part}/{number}"), source).data for number in range(count))
        return
    for path in official_bundles():
        yield from changed(path.stem, json.loads(path.read_bytes()), count, part)


def changed(name: str, bundle: Any, count: int, seed: int = 0) -> Iterator[bytes]:
    """A message with its data changed, in JSON and in XML by turns."""
    for number, one in enumerate(mutants(name, bundle, count, seed)):
        yield one.text.encode() if number % 2 else write.dump_xml(one.bundle)


def main(source: str, part: str, count: str) -> None:
    """See the module."""
    taken = Counter(map(compare, inputs(source, int(part), int(count))))
    print(f"{source} {part}: {taken.total()} inputs, {taken[True]} the quick way")


if __name__ == "__main__":
    main(*sys.argv[1:])
