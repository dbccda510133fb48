"""Whether a copy is whole: each part that is damaged, missing or added, by its path."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from medcom_bu.archiving.layout import SIDECAR, SUMS, digest_of, listed, may_be_part, read_sidecar, read_sums, sums_of
from medcom_bu.issues import Issue, Kind, Layer, Report, Severity, Text

DAMAGED = Kind(
    "archive.part-damaged",
    Severity.ERROR,
    Layer.RULE,
    Text("this part of the copy has changed since it was kept", "denne del af kopien er ikke den der blev gemt"),
    Text("fetch the part from a backup of the folder", "hent delen fra en sikkerhedskopi af mappen"),
    "medcom_bu, record; FIPS 180-4",
)
MISSING = Kind(
    "archive.part-missing",
    Severity.ERROR,
    Layer.RULE,
    Text("this part of the copy is missing", "denne del af kopien mangler"),
    Text("fetch the part from a backup of the folder", "hent delen fra en sikkerhedskopi af mappen"),
    "medcom_bu, record",
)
ADDED = Kind(
    "archive.part-added",
    Severity.ERROR,
    Layer.RULE,
    Text("this is not part of the copy", "dette er ikke en del af kopien"),
    Text(
        "move each file that SHA256SUMS does not list, and empty folders, to another folder",
        "flyt hver fil som SHA256SUMS ikke nævner, og tomme mapper til en anden mappe",
    ),
    "medcom_bu, record",
)
OTHER_SEAL = Kind(
    "archive.other-seal",
    Severity.ERROR,
    Layer.RULE,
    Text("the copy does not match the seal that was given", "kopien er ikke den hvis segl er angivet"),
    Text(
        "look for the copy with that seal: the whole folder has been replaced or rewritten",
        "find den kopi der bærer det: mappen er byttet eller skrevet om i sin helhed",
    ),
    "medcom_bu, record",
)


def report_on(found: Mapping[str, str], sidecar: bytes | None, sums: bytes | None, seal: str | None) -> Report:
    """The report on a copy. ``found`` is the digest of each file by its path, ``seal`` what the copy should have."""
    issues = sorted(_issues(found, sidecar, sums), key=lambda issue: issue.path)
    if seal is not None and (sums is None or digest_of(sums) != seal):
        issues.append(OTHER_SEAL.issue("/"))
    return Report.from_issues(issues, (Layer.RULE,), (Layer.RULE,))


def _issues(found: Mapping[str, str], sidecar: bytes | None, sums: bytes | None) -> Iterator[Issue]:
    facts = read_sidecar(sidecar) if sidecar is not None else None
    if facts is not None and sidecar is not None:
        expected = listed(facts)
        right_sums = sums_of({**expected, SIDECAR: digest_of(sidecar)})
        is_damaged = {SIDECAR: False, SUMS: sums != right_sums}
    else:  # the other list is the witness
        expected = {path: digest for path, digest in read_sums(sums or b"").items() if path != SIDECAR}
        is_damaged = {SIDECAR: True, SUMS: not expected}
    for name, is_wrong in is_damaged.items():
        if name not in found:
            yield MISSING.issue(name)
        elif is_wrong:
            yield DAMAGED.issue(name)
    for path, digest in expected.items():
        if path not in found:
            yield MISSING.issue(path)
        elif found[path] != digest:
            yield DAMAGED.issue(path)
    if expected:
        emptied = {f"{path.rpartition('/')[0]}/" for path in expected}  # what is left where its parts are missing
        others = found.keys() - expected.keys() - is_damaged.keys()
        added = sorted(path for path in others if found[path] or path not in emptied)
        for number, path in enumerate(added):
            yield ADDED.issue(path if may_be_part(path) else f"added[{number}]")
