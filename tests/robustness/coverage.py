"""Coverage-guided fuzzing of one parser with atheris (the extra ``fuzz``); not part of the ordinary tests.

``python -m tests.robustness.coverage oioxml -max_total_time=1800`` takes the names of ``bases.WIRES`` and the
options of libFuzzer. It starts from the small corpus beside this file; what it finds on the way is kept in a folder of
its own, which it names, and so is an input that breaks a promise. ``python -m tests.regenerate`` makes the corpus again
from the samples.
"""

from __future__ import annotations

import contextlib
import importlib
import pkgutil
import random
import sys
import tempfile
import zlib
from pathlib import Path

CORPUS = Path(__file__).parent / "corpus"
USES = 2
DEFAULTS = ("-max_len=40000", "-rss_limit_mb=4096", "-timeout=60", "-print_final_stats=1")


def fuzz(wire: str, options: list[str]) -> None:
    """Fuzz until the options say that it is enough, or a promise is broken."""
    import atheris

    with atheris.instrument_imports(include=["medcom_bu"]):
        import medcom_bu

        for module in pkgutil.walk_packages(medcom_bu.__path__, "medcom_bu."):
            if not module.name.startswith(("medcom_bu.testing", "medcom_bu.cli")):
                importlib.import_module(module.name)
    from tests.robustness.mutators import changed_tree, tree_of
    from tests.robustness.promises import hold_for_bytes

    def target(data: bytes) -> None:
        hold_for_bytes(data, random.Random(zlib.crc32(data)), USES)

    def mutate(data: bytes, most: int, seed: int) -> bytes:
        r = random.Random(seed)
        if r.random() < 0.6:
            with contextlib.suppress(IndexError, RecursionError):  # it is not a tree any more, or too deep a one
                root = tree_of(wire)(data)
                if root.items:
                    return changed_tree(r, wire, root).data[:most]
        return atheris.Mutate(data, most)  # type: ignore[no-any-return]

    folder = tempfile.mkdtemp(prefix=f"fuzz-{wire}-")
    print("what is new goes to", folder, flush=True)
    arguments = [sys.argv[0], *DEFAULTS, f"-artifact_prefix={folder}/", *options, folder, str(CORPUS / wire)]
    atheris.Setup(arguments, target, custom_mutator=mutate)
    atheris.Fuzz()


def corpus() -> dict[Path, bytes]:
    """A few small messages of every wire, made from the samples: where each is kept, and what it holds."""
    from tests.robustness.bases import EDIFACT, FHIR_JSON, FHIR_XML, OIOXML, SBDH, VANS, bases, small

    wanted = {
        OIOXML: (
            "XDIS91/XD9134L, UTF-8",
            "XBIN01/XB0131X, ISO-8859-1",
            "XREF01/XH0131R, ISO-8859-1",
            "XCTL02/XC0230Q, UTF-8",
        ),
        EDIFACT: ("XDIS91/XD9134L", "XBIN01/XB0131X", "XREF01/XH0130R", "XCTL03/XC0330Q"),
        VANS: ("edifact, UTF-8", "negative, UTF-8", "bytes, ISO-8859-1"),
        SBDH: ("fhir json, UTF-8", "positive, UTF-8", "negative, ISO-8859-1"),
    }
    found = {wire: {name: bases(wire)[name] for name in names} for wire, names in wanted.items()}
    for wire in (FHIR_JSON, FHIR_XML):
        found[wire] = {
            name: small(wire, data)
            for name, data in bases(wire).items()
            if name in ("CareCommunication/5.0", "Acknowledgement/2.0")
        }
    suffixes = {EDIFACT: "edi", "fhir-json": "json"}
    return {
        CORPUS / wire / f"{name.translate(str.maketrans('/, ', '---'))}.{suffixes.get(wire, 'xml')}": data
        for wire, messages in found.items()
        for name, data in messages.items()
    }


if __name__ == "__main__":
    fuzz(sys.argv[1], sys.argv[2:])
