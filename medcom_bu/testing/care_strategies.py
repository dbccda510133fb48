"""Strategies for FHIR messages, made by the builder: new messages, replies and forwards, and the answers to them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from medcom_bu.arguments import check_word
from medcom_bu.builders.care_communication import CareCommunicationBuilder
from medcom_bu.builders.care_parts import episode_of_care, organization, patient
from medcom_bu.builders.threads import Author
from medcom_bu.exchange.answering import accept, refuse
from medcom_bu.ids_and_clock import IdsAndClock
from medcom_bu.messages.acknowledgement import AcknowledgementMessage
from medcom_bu.messages.care_communication import VERSIONS, CareCommunicationMessage
from medcom_bu.testing.clock import frozen
from medcom_bu.testing.value_strategies import SIGNS, TEST_CPR, replacement_numbers
from medcom_bu.values.fhir_codes import Activity, Category, RequestPriority
from medcom_bu.values.identifiers import ReplacementCpr
from medcom_bu.wire import OTHER_KIND

_UNITS = (
    ("Eksempel Kommune", "265161000016000", "5790000121526"),
    ("Eksempel Lægehus", "953741000016009", "5790001348120"),
    ("Eksempel Region", "325421000016001", "5790000209354"),
)
"""Their numbers have right check digits, and are MedCom's published examples."""

_Unit = tuple[str, str, str]
_MOMENTS = st.datetimes(datetime(2001, 1, 1), datetime(2099, 1, 1))
_ROLES = ("paedagog", "sygeplejerske")
_HEADS = (b"%PDF-1.4\n", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0")


def care_communications(version: str | None = None) -> st.SearchStrategy[CareCommunicationMessage]:
    """CareCommunications that are new, a reply or a forward, of ``version`` ``"5.0"`` or ``"4.0"``, or of any.

    Raises ValueError for another version.
    """
    if version is None:
        return st.sampled_from(VERSIONS).flatmap(care_communications)
    check_word("care_communications: version", version, VERSIONS)
    return _care_communications(version)


def acknowledgements() -> st.SearchStrategy[AcknowledgementMessage]:
    """Acknowledgements of a CareCommunication: accepted, refused, or to be sent again later."""
    errors = [OTHER_KIND.issue("/", found="OtherFhirMessage", expected="CareCommunicationMessage")]
    ids = st.integers(1000, 10**8).map(lambda first: frozen(first=first))
    received = care_communications()

    def refused(message: CareCommunicationMessage, ids: IdsAndClock, transient: bool) -> AcknowledgementMessage:
        return refuse(message, reason=errors, transient=transient, ids=ids)

    def accepted(message: CareCommunicationMessage, ids: IdsAndClock) -> AcknowledgementMessage:
        return accept(message, ids=ids)

    return st.builds(accepted, received, ids) | st.builds(refused, received, ids, st.booleans())


@st.composite
def _care_communications(draw: st.DrawFn, version: str) -> CareCommunicationMessage:
    """A thread of as many messages as the activity takes; what is drawn is its last."""
    activity = draw(st.sampled_from([Activity.NEW, Activity.REPLY, Activity.FORWARD]))
    ids = frozen(draw(_MOMENTS), timedelta(minutes=draw(st.integers(0, 10**5))))
    sender, receiver, elsewhere = draw(st.permutations(_UNITS))
    message = _written(draw, CareCommunicationBuilder.new(**draw(_fields(version)), **_between(sender, receiver, ids)))
    if activity is Activity.REPLY:
        return _written(draw, CareCommunicationBuilder.reply_to(message, ids=ids))
    if activity is Activity.FORWARD:
        away = organization(elsewhere[0], sor=elsewhere[1], gln=elsewhere[2])
        return _written(draw, CareCommunicationBuilder.forward(message, receiver=away, ids=ids))
    return message


def _between(sender: _Unit, receiver: _Unit, ids: IdsAndClock) -> dict[str, Any]:
    parties = [organization(name, sor=sor, gln=gln) for name, sor, gln in (sender, receiver)]
    return {"sender": parties[0], "receiver": parties[1], "ids": ids}


def _fields(version: str) -> st.SearchStrategy[dict[str, Any]]:
    """What a new thread is about; an urgency is told of a referral alone."""
    categories = st.sampled_from([category for category in Category if category.known_in(version)])
    priority = st.none() | st.sampled_from(RequestPriority)
    people = st.builds(
        patient,
        st.sampled_from(TEST_CPR) | replacement_numbers().map(ReplacementCpr.reveal),
        given=st.lists(_line(), min_size=1, max_size=2),
        family=_line(),
    )
    return st.fixed_dictionaries(
        {
            "category": categories,
            "topic": _line(),
            "patient": people,
            "episode_of_care": st.none() | st.uuids(version=5).map(str).map(episode_of_care),
            "specific_sender": st.none() | _line(),
            "specific_recipient": st.none() | _line(),
            "version": st.just(version),
            "priority": priority,
        }
    ).map(lambda drawn: drawn | ({} if drawn["category"] is Category.REGARDING_REFERRAL else {"priority": None}))


def _written(draw: st.DrawFn, builder: CareCommunicationBuilder) -> CareCommunicationMessage:
    """The message with a text or several, and files and links behind them."""
    author = st.builds(Author, given=_line(), family=_line(), telephone=_digits(), role_code=st.sampled_from(_ROLES))
    for text in draw(st.lists(_text(), min_size=1, max_size=2)):
        builder.write(text, author=draw(author))
    for title, head, rest in draw(st.lists(st.tuples(_title(), st.sampled_from(_HEADS), st.binary()), max_size=2)):
        builder.attach(head + rest, title=title)
    for title in draw(st.lists(_title(), max_size=1)):
        builder.link("https://example.org/vejledning", title=title)
    return builder.build()


def _line() -> st.SearchStrategy[str]:
    return st.text(SIGNS, min_size=1, max_size=30).filter(_is_seen)


def _text() -> st.SearchStrategy[str]:
    return st.text(SIGNS | st.just("\n"), min_size=1, max_size=60).filter(_is_seen)


def _title() -> st.SearchStrategy[str]:
    """A title does not end in a file extension."""
    return _line().map(lambda line: f"{line} bilag")


def _is_seen(text: str) -> bool:
    return any(sign.isalnum() for sign in text)


def _digits() -> st.SearchStrategy[str]:
    return st.text("0123456789", min_size=8, max_size=8)
