"""Which of the files that are given belong together: a letter, and the binary letters that hold its attachments."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from medcom_bu.cli.sharing import Work, shared


def tied(paths: Iterable[Path], jobs: int = 1) -> dict[str | Path, Work]:
    """The files that belong together, by each of them, in the order given; a file that is alone is not in it.

    Letters and binary letters are tied by the object identifiers that the ones refer to and the others hold, so that
    several letters which name one object are in one group with it. So many processes read them.
    """
    order = list(dict.fromkeys(paths))
    referring: defaultdict[str, list[Path]] = defaultdict(list)
    holding: defaultdict[str, list[Path]] = defaultdict(list)
    links = shared(_links, ((path,) for path in order), jobs, lambda _: (frozenset(), frozenset()))
    for path, (referred, held) in zip(order, links, strict=True):
        for identifier in referred:
            referring[identifier].append(path)
        for identifier in held:
            holding[identifier].append(path)
    groups: dict[Path, set[Path]] = {}
    for identifier in referring.keys() & holding.keys():
        members = {*referring[identifier], *holding[identifier]}
        group = members.union(*(groups.get(path, ()) for path in members))
        groups.update(dict.fromkeys(group, group))
    rank: dict[str | Path, int] = {path: number for number, path in enumerate(order)}
    return {path: tuple(sorted(group, key=rank.__getitem__)) for path, group in groups.items() if len(group) > 1}


def _links(work: Work) -> tuple[frozenset[str], frozenset[str]]:
    """The objects that a file refers to and holds; none where it holds no letter that can be read."""
    from medcom_bu import Emessage, InvalidMessage, UnknownFormat, WireFormat, detect, parse, read
    from medcom_bu.detection import HEAD
    from medcom_bu.rules.attachments import linked_objects

    path = Path(work[0])
    if not path.is_file():  # a pipe can be read once
        return frozenset(), frozenset()
    try:
        with path.open("rb") as file:
            if detect(file.read(HEAD)) not in (WireFormat.OIOXML, WireFormat.EDIFACT):
                return frozenset(), frozenset()
        message: object = parse(path)
    except InvalidMessage:
        message = read(path).message
    except (UnknownFormat, OSError):
        message = None
    return linked_objects(message) if isinstance(message, Emessage) else (frozenset(), frozenset())
