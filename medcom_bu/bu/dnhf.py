"""Through DNHF, the national hub of referrals: what it takes today, and what is therefore made of a referral.

Sources: MedCom's list of approved systems, 9 July 2026, for what DNHF takes; the rest stands with each point of
:mod:`.dnhf_points`. What nobody has told is said to be open.
"""

from __future__ import annotations

import copy
import functools
from collections.abc import Iterable, Iterator
from datetime import date

import attrs

from medcom_bu.arguments import check_arguments, check_fields
from medcom_bu.bu.builder import BupReferralBuilder
from medcom_bu.bu.dnhf_points import AppliesTo, Point, checklist
from medcom_bu.bu.regions import day_of
from medcom_bu.detection import WireFormat
from medcom_bu.directory import Directory, lists
from medcom_bu.edifact.layout.letters import layouts as known
from medcom_bu.edifact.layout.notation import Layout, Layouts
from medcom_bu.issues import Loss, Text
from medcom_bu.messages.binary_letter import XB0131X, XB0210X
from medcom_bu.messages.crossing import own_version
from medcom_bu.messages.emessage import Consignment, Emessage
from medcom_bu.messages.hospital_referral import XH0130R, XH0131R, HospitalReferral
from medcom_bu.rules.receivers import units_of
from medcom_bu.wire import losses, to_edifact, to_xml

BY_LAYOUT = Text(
    "in the layout that was given; DNHF is approved to receive REF01 H0131R as EDIFACT",
    "efter det layout der er givet; DNHF er godkendt til at modtage REF01 H0131R som EDIFACT",
)
BY_OTHER_LAYOUT = Text(
    "in the layout that was given; DNHF is approved for REF01 H0131R, and DNHF has not said whether it accepts this "
    "version",
    "efter det layout der er givet; DNHF er godkendt til REF01 H0131R, og om den tager imod denne version, er ikke "
    "oplyst af DNHF",
)
FOR_VANS = Text(
    "for the VANS provider to convert, since the layout of REF01 H0131R is not public; it is not known whether they "
    "do, and DNHF has not said what it then accepts",
    "så VANS-leverandøren kan konvertere, for layoutet af REF01 H0131R er ikke offentligt; om den gør det, og hvad "
    "DNHF så tager imod, er ikke oplyst af DNHF",
)
PUBLIC_FORM = Text(
    "the EDIFACT form that is public, with its losses; DNHF is approved for REF01 H0131R, and DNHF has not said "
    "whether it accepts H0130R",
    "den EDIFACT-form der er offentlig, med dens tab; DNHF er godkendt til REF01 H0131R, og om den tager imod H0130R, "
    "er ikke oplyst af DNHF",
)
FILES = Text(
    "BIN01 is what DNHF sends on; it accepts BIN02 too, and DNHF has not said which of the two a municipality should "
    "send",
    "BIN01 er den DNHF sender videre; den tager også imod BIN02, og hvilken en kommune skal sende, er ikke oplyst af "
    "DNHF",
)
FILES_LISTED = Text(
    "the directory says that the receiver accepts BIN02; DNHF has not said whether a municipality should send BIN01 "
    "or BIN02",
    "adresselisten siger at modtageren tager imod BIN02; om en kommune skal sende BIN01 eller BIN02, er ikke oplyst af "
    "DNHF",
)
FILES_ASKED = Text(
    "as attachments_as says; DNHF has not said whether a municipality should send BIN01 or BIN02",
    "som attachments_as siger; om en kommune skal sende BIN01 eller BIN02, er ikke oplyst af DNHF",
)


@attrs.frozen(repr=False, slots=False, field_transformer=check_fields)
class Outgoing:
    """One message on its way: what it is, on which wire it goes, and why.

    ``message``: the message.
    ``wire``: the :class:`WireFormat` that it goes in.
    ``version``: the code of what is written, such as ``XH0131R`` as XML and ``H0131R`` as EDIFACT.
    ``reason``: why on this wire, in English and in Danish.
    ``layout``: what EDIFACT is written by, where it was given: who reads, validates or archives the bytes needs it too.
    """

    message: Emessage
    wire: WireFormat
    version: str
    reason: Text
    layout: Layout | None = None

    @property
    def data(self) -> bytes:
        """The bytes to send, the same each time. The copy to keep is made of them: ``medcom_bu.archive``."""
        if self.wire is WireFormat.OIOXML:
            return to_xml(self.message)
        return to_edifact(self.message, version=self.version, layout=self.layout)

    @functools.cached_property
    def losses(self) -> tuple[Loss, ...]:
        """What these bytes do not hold of the message."""
        if self.wire is WireFormat.OIOXML:
            return losses(self.message, self.wire)
        return losses(self.message, self.wire, version=self.version, layout=self.layout)

    def why(self, lang: str = "en") -> str:
        """Why it goes so, in English (``"en"``) or Danish (``"da"``), with what is not known."""
        return self.reason.render(lang, {})

    def __repr__(self) -> str:
        return f"<Outgoing {self.version} as {self.wire}>"


@attrs.frozen(repr=False, field_transformer=check_fields)
class Dispatch:
    """A referral on its way through DNHF.

    ``consignment`` is the referral with its files, ``on`` the day of authorisation. ``outgoing`` are the messages to
    send, the referral first. ``instead`` are the same in the EDIFACT form that is public, with its losses, where no
    layout was given: a choice of yours, to be agreed with DNHF. ``checklist`` says what to see to, and what is open;
    authorities have their names of the day.
    """

    consignment: Consignment[HospitalReferral]
    on: date
    outgoing: tuple[Outgoing, ...]
    instead: tuple[Outgoing, ...]
    checklist: tuple[Point, ...]

    def text(self, lang: str = "en") -> str:
        """All of it in English (``"en"``) or Danish (``"da"``), without a word on the patient."""
        return "\n".join(self._lines(lang))

    def _lines(self, lang: str) -> Iterator[str]:
        lost, other = ("tabt", "ellers") if lang == "da" else ("lost", "else")
        for prefix, messages in (("", self.outgoing), (f"{other} ", self.instead)):
            for each in messages:
                yield f"{prefix}{each.version} {each.wire}: {each.why(lang)}"
                yield from (f"    {lost}: {loss.text(lang)} ({loss.path})" for loss in each.losses)
        for point in self.checklist:
            yield f"[ ] {point.text(lang)} ({point.source})"

    def __repr__(self) -> str:
        return f"<Dispatch of {len(self.outgoing)} messages, {len(self.checklist)} points>"


@check_arguments
def for_dnhf(referral: BupReferralBuilder, *, directory: Directory | None = None, layouts: Layouts = None) -> Dispatch:
    """What to send of a referral that goes through DNHF, and what to see to; the builder stays as it is.

    ``referral`` is the builder, filled in. ``directory`` says what the receiver takes, in place of the builder's: files
    go as XBIN02 where it lists BIN02 for the receiver, and else as the builder's ``attachments_as`` says, XBIN01 by
    default. ``layouts`` are layouts of your own, one or several (see :func:`medcom_bu.layouts.load`): with one of
    REF01 the referral goes as EDIFACT by it, and BIN01 with it. Without, it goes as XREF01, for the VANS provider to
    convert.

    Raises InvalidMessage as ``referral.build()`` does, ValueError for a layout that is itself a guess, such as
    ``layouts.H0131R``, TypeError for another kind of argument.
    Source: MedCom's list of approved systems, 9 July 2026.
    """
    given = (layouts,) if isinstance(layouts, Layout) else tuple(layouts or ())
    guesses = ", ".join(layout.code for layout in given if layout.guess)
    if guesses:
        raise ValueError(f"the layout of {guesses} is not known: give your own, read by layouts.load")
    builder, on = copy.copy(referral), day_of(referral.ids.moment() if referral.on is None else referral.on)
    builder.directory = directory or referral.directory
    reason = _files_as(builder)
    consignment = builder.build()
    outgoing = tuple(_outgoing(consignment, reason, given))
    instead = tuple(_in_public_form(consignment)) if outgoing[0].layout is None else ()
    wires = {each.wire for each in (*outgoing, *instead)}
    applies = {case for case, wire in _OF_A_WIRE.items() if wire in wires}
    applies |= {AppliesTo.EVERY, AppliesTo.FILES} if len(consignment) > 1 else {AppliesTo.EVERY}
    return Dispatch(consignment, on, outgoing, instead, tuple(checklist(applies, on)))


_OF_A_WIRE = {AppliesTo.XML: WireFormat.OIOXML, AppliesTo.EDIFACT: WireFormat.EDIFACT}


def _files_as(builder: BupReferralBuilder) -> Text:
    """Settle which letter carries the files, by the directory on the day it is sent, and say why."""
    if builder.attachments_as != XB0131X.code:
        return FILES_ASKED
    sent = day_of(builder.ids.moment())
    units = units_of(builder.receiver, builder.directory, sent) if builder.directory else ()
    if any(lists(unit, XB0210X) for unit in units):
        builder.attachments_as = XB0210X.code
        return FILES_LISTED
    return FILES


def _outgoing(
    consignment: Consignment[HospitalReferral], reason: Text, given: tuple[Layout, ...]
) -> Iterator[Outgoing]:
    letter, *files = consignment
    layout = next(iter(_layouts_of(letter, given)), None)
    if layout is None:
        yield _as_xml(letter, FOR_VANS)
    else:
        is_taken = layout.version is XH0131R
        yield Outgoing(letter, WireFormat.EDIFACT, layout.code, BY_LAYOUT if is_taken else BY_OTHER_LAYOUT, layout)
    for each in files:
        version = own_version(each.letters[0])
        by = [one for one in _layouts_of(each, (*given, *known())) if one.version is version and not one.guess]
        if layout is None or not by:
            yield _as_xml(each, reason)
        else:
            yield Outgoing(each, WireFormat.EDIFACT, by[0].code, reason, by[0] if by[0] in given else None)


def _layouts_of(message: Emessage, layouts: Iterable[Layout]) -> list[Layout]:
    """The layouts of a message's letter, those of its own version first."""
    letter = message.letters[0]
    fitting = (layout for layout in layouts if isinstance(letter, layout.letter))
    return sorted(fitting, key=lambda layout: layout.version is not own_version(letter))


def _as_xml(message: Emessage, reason: Text) -> Outgoing:
    version = own_version(message.letters[0])
    return Outgoing(message, WireFormat.OIOXML, version.code if version else "", reason)


def _in_public_form(consignment: Consignment[HospitalReferral]) -> Iterator[Outgoing]:
    letter, *files = consignment
    yield Outgoing(letter, WireFormat.EDIFACT, XH0130R.code[1:], PUBLIC_FORM)
    yield from (Outgoing(each, WireFormat.EDIFACT, XB0131X.code[1:], FILES) for each in files)
