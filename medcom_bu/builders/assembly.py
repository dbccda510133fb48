"""What builders share: identifiers and clock, headers and envelopes, and the check at the end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from medcom_bu import rules, wire
from medcom_bu.builders.problems import Place, raise_for
from medcom_bu.declare.oioxml import Version
from medcom_bu.directory import Directory
from medcom_bu.ids_and_clock import IdsAndClock
from medcom_bu.issues import Issue, Layer, Outcome
from medcom_bu.messages.emessage import Consignment, Emessage
from medcom_bu.messages.headers import Envelope, EpisodeOfCare, LetterHeader
from medcom_bu.messages.letter_union import Letter
from medcom_bu.values.codes import AcknowledgementCode, StatusCode
from medcom_bu.values.timestamps import DateAndTime


def header(
    version: Version,
    ids: IdsAndClock,
    status: StatusCode | str = StatusCode.NEW,
    episodes: Sequence[EpisodeOfCare] = (),
    episode_identifier: str | None = None,
) -> LetterHeader:
    """The header of a new letter. The statistical code is the type code: the statistics of the network rest on it."""
    return LetterHeader(
        identifier=ids.number(),
        version_code=version.code,
        statistical_code=version.type_code,
        authorisation=DateAndTime.at(ids.moment()),
        type_code=version.type_code,
        status_code=status,
        episode_of_care=tuple(episodes),
        episode_of_care_identifier=episode_identifier,
    )


def consign(letter: Letter, ids: IdsAndClock, acknowledgement: AcknowledgementCode | str) -> Emessage:
    """A letter in an envelope of its own."""
    envelope = Envelope(
        sent=DateAndTime.at(ids.moment()), identifier=ids.number(), acknowledgement_code=acknowledgement
    )
    return Emessage(envelope=envelope, letters=(letter,))


def checked(
    messages: Sequence[Emessage], own: Iterable[Issue], place: Place, directory: Directory | None
) -> Consignment[Any]:
    """The messages as a consignment. Raises one InvalidMessage with all problems, those of the builder's ``own`` first.

    ``place`` brings a path in the consignment home to the parameter that filled it.
    """
    consignment: Consignment[Any] = Consignment(tuple(messages))
    report = wire.validate(consignment, directory=directory)
    is_judged = report.layers[Layer.RULE] is not Outcome.NOT_RUN
    raise_for(own, report, () if is_judged else _rule_issues(messages, directory), place)
    return consignment


def _rule_issues(messages: Sequence[Emessage], directory: Directory | None) -> Iterator[Issue]:
    """What the rules say of messages whose shape is wrong: one fault hides no other."""
    for number, message in enumerate(messages):
        for issue in rules.check(message, directory):
            if issue.kind not in rules.REFERENCE_KINDS:
                yield issue.at(f"messages[{number}].{issue.path}")
    for number, issue in rules.check_consignment(messages):
        yield issue.at(f"messages[{number}].{issue.path}")
