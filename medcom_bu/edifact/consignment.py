"""Between the segments of an interchange and a consignment: the layout of each letter, and what is lost on the way."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

import attrs

from medcom_bu.binding import Unexpected, Value
from medcom_bu.edifact import finding_kinds as kinds
from medcom_bu.edifact.decode import Place, as_text, decode, nearest
from medcom_bu.edifact.encode import encode
from medcom_bu.edifact.envelope import addresses, interchange_header, read_header
from medcom_bu.edifact.findings import Findings
from medcom_bu.edifact.layouts import layouts
from medcom_bu.edifact.losses import LIMIT, differences
from medcom_bu.edifact.notation import Layout
from medcom_bu.edifact.segments import Segment
from medcom_bu.edifact.segments import path as path_of
from medcom_bu.errors import InvalidMessage
from medcom_bu.issues import Issue, Layer, Loss, Report
from medcom_bu.messages.emessage import Emessage

Body = Sequence[Segment]
"""The segments of one message, from UNH to the last before UNT."""

_LETTER = re.compile(r"letters\[(\d+)\]\.?")


# --- in -----------------------------------------------------------------------------------------------------------


@attrs.frozen
class Read:
    """A consignment, what is wrong with it, and where its attributes stand: a map for the envelope and each letter."""

    message: Emessage
    issues: tuple[Issue, ...]
    envelope_places: dict[str, Place]
    letter_places: tuple[dict[str, Place], ...]

    def locate(self, path: str) -> str:
        """An attribute path of the consignment in the wire's terms."""
        found = _LETTER.match(path)
        if found is None:
            return path_of(*nearest(self.envelope_places, path.partition(".")[2]))
        number = int(found.group(1))
        return path_of(*nearest(self.letter_places[number], path[found.end() :]))


def read_consignment(unb: Segment, bodies: Sequence[Body], given: Iterable[Layout] = ()) -> Read:
    """The consignment in an interchange. Layouts that are ``given`` are asked before those that are known.

    Issues: those of ``finding_kinds``.
    """
    known = (*given, *layouts())
    letters: list[Value] = []
    places: list[dict[str, Place]] = []
    findings = Findings()
    kept: list[Unexpected] = []
    for body in bodies:
        layout = _layout_of(body[0], known, findings)
        if layout is None:
            kept.append(Unexpected("segment", body[0].number, "UNH", "".join(map(as_text, body))))
        else:
            decoded = decode(body, layout, addresses(unb), findings)
            letters.append(decoded.letter)
            places.append(decoded.places)
    header = read_header(unb, letters, findings)
    message = Emessage(envelope=header.envelope, letters=tuple(letters), unexpected=(*header.kept, *kept))
    return Read(message, findings.all(), header.places, tuple(places))


def _layout_of(unh: Segment, known: Sequence[Layout], findings: Findings) -> Layout | None:
    """The layout that a UNH names, or the one that comes nearest, and what there is to say of it."""
    message_type, code, type_code = unh.text(2), unh.text(2, 5), unh.text(3)
    for layout in known:
        if (layout.message_type, layout.code) == (message_type, code):
            if layout.guess:
                findings.add(kinds.GUESSED, unh, 2, 5, version=code, known=layout.guess)
            return layout
    same = [layout for layout in known if (layout.message_type, layout.type_code) == (message_type, type_code)]
    if not same:
        expected = ", ".join(f"{layout.message_type} {layout.code}" for layout in known)
        findings.add(kinds.LETTER, unh, 2, expected=expected)
        return None
    expected = ", ".join(layout.code for layout in same)
    findings.add(kinds.VERSION, unh, 2, 5, version=same[0].code, expected=expected)
    return attrs.evolve(same[0], guess=same[0].code)


def unjudged(message: Emessage) -> Iterator[Issue]:
    """What a value keeps of EDIFACT without a layout that is known: an issue where each UNH is kept."""
    holders = [("", message), *((f"letters[{number}].", letter) for number, letter in enumerate(message.letters))]
    for path, holder in holders:
        for number, item in enumerate(holder.unexpected):
            if item.kind == "segment" and item.name == "UNH":
                yield kinds.UNJUDGED.at(f"{path}unexpected[{number}]")


# --- out ----------------------------------------------------------------------------------------------------------


@attrs.frozen
class Written:
    """The segments of a consignment, and where they are more than a receiver takes."""

    unb: Segment
    bodies: tuple[Body, ...]
    overruns: tuple[Loss, ...]


def written_consignment(message: Emessage, version: str | None, given: Iterable[Layout] = ()) -> Written:
    """The segments of a consignment. Raises InvalidMessage where a letter has no layout that is known."""
    targets = _targets(message, version, tuple(given))
    bodies = []
    overruns: list[Loss] = []
    for number, (letter, layout) in enumerate(zip(message.letters, targets, strict=True)):
        encoded = encode(letter, layout)
        bodies.append(encoded.segments)
        for overrun in encoded.overruns:
            params: tuple[tuple[str, object], ...] = (("count", overrun.count), ("most", overrun.most))
            overruns.append(Loss(LIMIT, f"letters[{number}].{overrun.path}".rstrip("."), params))
    return Written(interchange_header(message), tuple(bodies), tuple(overruns))


def losses(message: Emessage, version: str | None, given: Iterable[Layout] = ()) -> tuple[Loss, ...]:
    """Every loss, in document order. Raises InvalidMessage where a letter has no layout that is known."""
    given = tuple(given)
    targets = _targets(message, version, given)
    written = written_consignment(message, version, given)
    arrived = read_consignment(written.unb, written.bodies, given).message
    before = message if version is None else _in_version(message, targets)
    codes = [layout.version.code for layout in targets]
    return (*differences(before, arrived, codes), *written.overruns)


def _in_version(message: Emessage, targets: Sequence[Layout]) -> Emessage:
    """The consignment with the version codes that are written: another version is what was asked for, and no loss."""
    letters = tuple(map(_letter_in, message.letters, targets))
    own = Emessage(envelope=message.envelope, letters=letters).namespace
    changed = any(one is not other for one, other in zip(letters, message.letters, strict=True))
    return message.replace(letters=letters, namespace=own if changed else message.namespace)


def _letter_in(letter: Value, layout: Layout) -> Value:
    header = getattr(letter, "letter", None)
    if header is None or header.version_code == layout.version.code:
        return letter
    return letter.replace(letter=header.replace(version_code=layout.version.code))


def _targets(message: Emessage, version: str | None, given: Sequence[Layout]) -> list[Layout]:
    """The layout by which each letter is written."""
    wanted = None if version is None else "X" + version.removeprefix("X")
    own = [[layout for layout in (*given, *layouts()) if type(letter) is layout.letter] for letter in message.letters]
    issues: list[Issue] = []
    if wanted is not None and not any(layout.version.code == wanted for known in own for layout in known):
        for number, known in enumerate(own):
            expected = ", ".join(layout.code for layout in known)
            issues.append(kinds.NO_VERSION.at(f"letters[{number}]", expected=expected))
    targets = []
    for number, (letter, known) in enumerate(zip(message.letters, own, strict=True)):
        code = getattr(getattr(letter, "letter", None), "version_code", None)
        order = {wanted: 0, code: 1}
        target = min(known, key=lambda layout: order.get(layout.version.code, 2))
        if order.get(target.version.code, 2) == 2:
            target = next((layout for layout in known if layout.version.namespace == message.namespace), target)
        if target.guess and not issues:
            others = ", ".join(layout.code for layout in known if not layout.guess) or "-"
            issues.append(kinds.NO_LAYOUT.at(f"letters[{number}]", version=target.code, others=others))
        targets.append(target)
    if issues:
        raise InvalidMessage(Report.of(issues, [Layer.SCHEMA], [Layer.SCHEMA]))
    return targets
