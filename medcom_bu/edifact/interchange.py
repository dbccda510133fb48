"""Between the segments of an interchange and a consignment: the layout of each letter, and what is lost on the way."""

from __future__ import annotations

import io
import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import attrs

from medcom_bu.declare.oioxml import Unexpected, Value
from medcom_bu.edifact.envelope import addresses, interchange_header, read_header
from medcom_bu.edifact.layout import catalogue
from medcom_bu.edifact.layout.kept import Kept, as_text
from medcom_bu.edifact.layout.letters import layouts
from medcom_bu.edifact.layout.letters.other_letter import OTHER_LETTER
from medcom_bu.edifact.layout.notation import Layout
from medcom_bu.edifact.layout.quick import usual_letter
from medcom_bu.edifact.layout.read import nearest, read_letter
from medcom_bu.edifact.layout.write import write_letter
from medcom_bu.edifact.losses import DEFAULT, differences, not_taken, overrun_loss, refusals
from medcom_bu.edifact.other_letters import is_other_letter, kept_segments, read_other
from medcom_bu.edifact.syntax import codec as syntax
from medcom_bu.edifact.syntax.issue_list import IssueList
from medcom_bu.edifact.syntax.segments import Interchange, InterchangeMessage, Segment, SegmentPlace
from medcom_bu.edifact.syntax.segments import path as path_of
from medcom_bu.edifact.syntax.service import says_more
from medcom_bu.edifact.syntax.tokens import PADDING
from medcom_bu.errors import InvalidMessage
from medcom_bu.issues import Issue, Layer, Loss, Report, listed
from medcom_bu.messages.crossing import check_crossing, crossed, not_crossing, own_version, placed, versions_of
from medcom_bu.messages.emessage import Emessage
from medcom_bu.messages.letters import told_kept
from medcom_bu.messages.other_letter import OtherLetter, has_other

Body = Sequence[Segment]
"""The segments of one message, from UNH to the last before UNT."""

_LETTER = re.compile(r"letters\[(\d+)\]\.?")


# --- in -----------------------------------------------------------------------------------------------------------


@attrs.frozen
class Read:
    """A consignment, what is wrong with it, and where its attributes stand: a map for the envelope and each letter."""

    message: Emessage
    issues: tuple[Issue, ...]
    envelope_places: dict[str, SegmentPlace]
    letter_places: tuple[dict[str, SegmentPlace], ...]

    @property
    def ran(self) -> tuple[Layer, ...]:
        """The layers that judged it: a letter of another type is not held to a layout."""
        return (Layer.SYNTAX,) if has_other(self.message.letters) else (Layer.SYNTAX, Layer.SCHEMA)

    def locate(self, path: str) -> str:
        """An attribute path of the consignment in the wire's terms."""
        match = _LETTER.match(path)
        if match is None:
            return path_of(*nearest(self.envelope_places, path.partition(".")[2]))
        number = int(match.group(1))
        return path_of(*nearest(self.letter_places[number], path[match.end() :]))


def read_interchange(interchange: Interchange, given: Iterable[Layout] = ()) -> Read:
    """The consignment in an interchange, with all that is outside of its messages kept beside it."""
    beside = Kept()
    trailers = [(message.trailer, message.header.text(1)) for message in interchange.messages]
    for trailer, reference in (*trailers, (interchange.trailer, interchange.header.text(5))):
        if trailer is not None and says_more(trailer, reference):
            beside.add(trailer)
    for segment in interchange.stray:
        beside.add(segment, refused=True)
    rest = interchange.rest.decode("latin-1").strip(PADDING)
    if rest:
        last = (*interchange.stray, interchange.trailer or interchange.header)[-1]
        beside.add_text(last.number + 1, "?", rest, refused=True)
    bodies = [(message.header, *message.segments) for message in interchange.messages]
    return read_consignment(interchange.header, bodies, given, beside.all())


def read_consignment(
    unb: Segment, bodies: Sequence[Body], own: Iterable[Layout] = (), outside: tuple[Unexpected, ...] = ()
) -> Read:
    """The consignment in the segments of an interchange, with what stands ``outside`` of its messages.

    A caller's ``own`` layouts are asked before those that are known.

    Issues: those of ``layout.catalogue``.
    """
    known_layouts = (*own, *layouts())
    letters: list[Any] = []
    places: list[dict[str, SegmentPlace]] = []
    findings = IssueList()
    beside = Kept()
    for body in bodies:
        layout = _layout_of(body[0], known_layouts, findings)
        if layout is not None:
            given = addresses(unb)
            decoded = usual_letter(body, layout, given) or read_letter(body, layout, given, findings)
        elif is_other_letter(body[0]):
            decoded = read_other(body, addresses(unb))
        else:
            expected = ", ".join(f"{layout.message_type} {layout.code}" for layout in known_layouts)
            findings.add(catalogue.LETTER, body[0], 2, expected=expected)
            beside.add(body[0], "".join(map(as_text, body)), refused=True)
            continue
        letters.append(decoded.letter)
        places.append(decoded.places)
    header = read_header(unb, letters, findings)
    if header.has_more:
        beside.add(unb)
    message = Emessage(envelope=header.envelope, letters=tuple(letters), unexpected=(*beside.all(), *outside))
    return Read(message, findings.all(), header.places, tuple(places))


def _layout_of(unh: Segment, known_layouts: Sequence[Layout], findings: IssueList) -> Layout | None:
    """The layout that a UNH names, or the one of its type, and what there is to say of it; None for another type."""
    message_type, code, type_code = unh.text(2), unh.text(2, 5), unh.text(3)
    for layout in known_layouts:
        if (layout.message_type, layout.code) == (message_type, code):
            if layout.guess:
                findings.add(catalogue.GUESSED, unh, 2, 5, version=code, known=layout.guess)
            return layout
    same = [layout for layout in known_layouts if (layout.message_type, layout.type_code) == (message_type, type_code)]
    if not same:
        return None
    expected = ", ".join(layout.code for layout in same)
    findings.add(catalogue.VERSION, unh, 2, 5, version=same[0].code, expected=expected)
    return attrs.evolve(same[0], guess=same[0].code)


def judge_kept(message: Emessage) -> Iterator[Issue]:
    """What the segments kept of EDIFACT say of a value: some made it invalid, some stand for what was not judged.

    Issues: ``edifact.refused`` and, where there is no layout that is known, ``edifact.unjudged`` at each UNH.
    """
    holders = [("", message), *((f"letters[{number}].", letter) for number, letter in enumerate(message.letters))]
    for path, holder in holders:
        if isinstance(holder, OtherLetter):  # which keeps every segment, and whose type says that it is not judged
            continue
        for number, extra in enumerate(holder.unexpected):
            if extra.kind == "segment" and extra.name == "UNH":
                yield catalogue.UNJUDGED.issue(f"{path}unexpected[{number}]")
            if extra.kind == "segment" and extra.refused:
                yield catalogue.REFUSED.issue(f"{path}unexpected[{number}]", tag=told_kept(extra))


# --- out ----------------------------------------------------------------------------------------------------------


@attrs.frozen
class WrittenConsignment:
    """The segments of a consignment, the consignment as they say it, and what is known to be lost by then."""

    unb: Segment
    bodies: tuple[Body, ...]
    message: Emessage
    losses: tuple[Loss, ...]


def written_consignment(message: Emessage, version: str | None, given: Iterable[Layout] = ()) -> WrittenConsignment:
    """The segments of a consignment. Raises InvalidMessage where a letter has no layout that is known."""
    return _written(message, version, _targets(message, version, tuple(given)))


def _written(message: Emessage, version: str | None, targets: Sequence[Layout]) -> WrittenConsignment:
    letters: list[Value] = []
    bodies: list[Body] = []
    lost: list[Loss] = []
    for number, (came, layout) in enumerate(zip(message.letters, targets, strict=True)):
        crossing = placed(came, layout.version) if version is None else crossed(came, layout.version)
        letters.append(crossing.letter)
        if isinstance(came, OtherLetter):
            bodies.append(kept_segments(came, f"letters[{number}]"))
            continue
        encoded = write_letter(crossing.letter, layout)
        bodies.append(encoded.segments)
        lost += (Loss(DEFAULT, f"letters[{number}].{path}", (("element", name),)) for path, name in crossing.made_up)
        lost += (overrun_loss(overrun, f"letters[{number}]") for overrun in encoded.overruns)
    own = list(map(own_version, message.letters))
    is_other = version is not None and any(
        layout.version != letter_version for layout, letter_version in zip(targets, own, strict=True)
    )
    namespaces = [layout.version.namespace for layout in targets if layout is not OTHER_LETTER]
    namespace = namespaces[0] if is_other and namespaces else message.namespace
    written = message.replace(letters=tuple(letters), namespace=namespace)
    return WrittenConsignment(interchange_header(written), tuple(bodies), written, tuple(lost))


def losses(message: Emessage, version: str | None, given: Iterable[Layout] = ()) -> tuple[Loss, ...]:
    """Every loss, as far as they are listed: what arrives otherwise, and what a receiver refuses or cuts.

    Raises InvalidMessage where a letter has no layout that is known.
    """
    if stuck := not_crossing(message, is_edifact=True):
        return stuck
    given = tuple(given)
    targets = _targets(message, version, given)
    written = _written(message, version, targets)
    arrived = read_consignment(written.unb, written.bodies, given)
    return listed(
        itertools.chain(
            differences(written.message, arrived.message, targets),
            written.losses,
            refusals(arrived.message, targets, [*_syntax_issues(written), *arrived.issues]),
            not_taken(written.message, targets),
        )
    )


def _syntax_issues(written: WrittenConsignment) -> tuple[Issue, ...]:
    """What a reader says of the bytes that are written. The content of files is left out: it is never looked at."""
    file = io.BytesIO()
    syntax.write(interchange_of(written.unb, [list(map(_without_payload, body)) for body in written.bodies]), file)
    return syntax.read(file.getvalue()).issues


def _without_payload(segment: Segment) -> Segment:
    if segment.tag == "UNO" and len(segment.elements) > 3:  # one of a letter of another type may have anything
        elements = (*segment.elements[:3], ("0", *segment.elements[3][1:]), *segment.elements[4:])
        return Segment("UNO", elements, payload=b"")
    return Segment("UNP", (("0",), *segment.elements[1:])) if segment.tag == "UNP" else segment


def interchange_of(unb: Segment, bodies: Iterable[Body]) -> Interchange:
    """The interchange of a UNB and the segments of its messages."""
    return Interchange.from_messages(unb, [InterchangeMessage.from_segments(body[0], body[1:]) for body in bodies])


def _targets(message: Emessage, version: str | None, given: Sequence[Layout]) -> list[Layout]:
    """The layout by which each letter is written."""
    check_crossing(message, is_edifact=True)
    code = None if version is None else "X" + version.removeprefix("X")
    own = [_known(letter, given) for letter in message.letters]
    issues = [] if message.letters else list(_no_letters(message))
    if code is not None and not any(layout.version.code == code for candidates in own for layout in candidates):
        for number, candidates in enumerate(own):
            expected = ", ".join(layout.code for layout in candidates)
            is_written = candidates or isinstance(message.letters[number], OtherLetter)
            issues += [catalogue.NO_VERSION.issue(f"letters[{number}]", expected=expected or "-")] if is_written else []
    targets = []
    for number, (letter, candidates) in enumerate(zip(message.letters, own, strict=True)):
        if isinstance(letter, OtherLetter):
            targets.append(OTHER_LETTER)
            continue
        if not candidates:
            issues.append(catalogue.NO_LAYOUT.issue(f"letters[{number}]", version=_shown_version(letter), others="-"))
            continue
        version_of = own_version(letter)
        order = {code: 0, version_of.code if version_of else "": 1}
        target = min(candidates, key=lambda layout: order.get(layout.version.code, 2))
        if order.get(target.version.code, 2) == 2:
            target = next((layout for layout in candidates if layout.version.namespace == message.namespace), target)
        if target.guess and not issues:
            others = ", ".join(layout.code for layout in candidates if not layout.guess) or "-"
            issues.append(catalogue.NO_LAYOUT.issue(f"letters[{number}]", version=target.code, others=others))
        targets.append(target)
    if issues:
        raise InvalidMessage(Report.from_issues(issues, [Layer.SCHEMA], [Layer.SCHEMA]))
    return targets


def _known(letter: Value, given: Sequence[Layout]) -> list[Layout]:
    """The layouts that a letter can be written by, those of its own class first."""
    versions = versions_of(type(letter))
    candidates = [layout for layout in (*given, *layouts()) if layout.version in versions]
    return sorted(candidates, key=lambda layout: type(letter) is not layout.letter)


def _no_letters(message: Emessage) -> Iterator[Issue]:
    """Why there is nothing to write: a letter that is not known, where one came, or none at all."""
    numbers = [number for number, extra in enumerate(message.unexpected) if extra.kind in ("element", "segment")]
    for path in [f"unexpected[{number}]" for number in numbers] or ["letters"]:
        yield catalogue.NO_LETTER.issue(path)


def _shown_version(letter: Value) -> str:
    """The EDIFACT code of a letter's version, as far as the declarations know it."""
    version = own_version(letter) or versions_of(type(letter))[0]
    return version.code[1:]
