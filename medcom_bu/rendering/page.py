"""A message as one HTML file that a clinician reads: Danish, without script, asking for nothing from outside.

Every text of the message stands in a ``bdi`` of its own, once; all else is ours. Persons are shown in full: the page
belongs to the record. Files are named, never shown. :func:`medcom_bu.rendering.text.as_text` is the masked form.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Iterator
from typing import Any, cast

from medcom_bu.declare.base import fields
from medcom_bu.declare.oioxml import Flag, Value, held_element
from medcom_bu.messages.binary_letter import SystemInformation
from medcom_bu.messages.emessage import Emessage
from medcom_bu.messages.envelopes import (
    EndPoint,
    MetaInformation,
    Processing,
    ServiceTag,
    VansDocument,
    VansEnvelope,
    VansMessage,
    VansReceipt,
    VansTransport,
)
from medcom_bu.messages.headers import EpisodeOfCare
from medcom_bu.messages.hospital_referral import TelephoneSubscriber
from medcom_bu.messages.letters import label
from medcom_bu.messages.other_letter import OtherLetter
from medcom_bu.messages.receipts import PositiveReceipt, ReceiptParty
from medcom_bu.numerals import integer
from medcom_bu.rendering import thread
from medcom_bu.rendering.kept import as_it_came, rest
from medcom_bu.rendering.markup import ABSENT, content, described, formatted, link, listed, section
from medcom_bu.values.base64 import Base64
from medcom_bu.values.codes import CodeList, CorrespondencePriority, Priority, StatusCode
from medcom_bu.values.fhir_resources import Bundle
from medcom_bu.values.identifiers import Cpr, DanishIdentifier, ReplacementCpr
from medcom_bu.values.parties import BinaryReference, Referrer, Url, given
from medcom_bu.values.text import FormattedText
from medcom_bu.values.timestamps import DateAndTime
from medcom_bu.wire import Message, read
from medcom_bu.wire_table import check_message

_CSS = """
*{box-sizing:border-box}
body{margin:0 auto;padding:1rem;max-width:50rem;font:1rem/1.45 system-ui,sans-serif;color:#111;background:#fff;
overflow-wrap:anywhere}
article+article{margin-top:3rem;border-top:4px solid #333}
h1{font-size:1.5rem;margin:.5rem 0}
h2{font-size:1.15rem;margin:0 0 .4rem;color:#0b3d66}
h3{font-size:1rem;margin:.8rem 0 .2rem}
p{margin:.3rem 0}
section{margin:0 0 1.2rem;overflow:clip}
header{border-bottom:2px solid #0b3d66;margin-bottom:1.2rem;padding-bottom:.5rem;overflow:clip}
dl{display:grid;grid-template-columns:minmax(8rem,14rem) minmax(0,1fr);gap:.15rem 1rem;margin:0}
dt{grid-column:1;color:#444}
dd{grid-column:2;margin:0;min-width:0}
ol{margin:0;padding-left:1.5rem}
li{margin-bottom:.4rem}
li:only-child{list-style:none;margin-left:-1.5rem}
bdi{unicode-bidi:isolate;white-space:pre-wrap}
code{unicode-bidi:isolate;direction:ltr;font:.8em monospace;border:1px solid #a00;color:#a00;padding:0 .2em}
.fixed{font-family:monospace}
.right,.center{display:block;text-align:right}
.center{text-align:center}
.lead{font-size:1.25rem;font-weight:bold}
.number{display:inline-block;max-width:100%}
.urgent{display:inline-block;border:2px solid #a00;color:#a00;font-weight:bold;padding:0 .5rem}
.cave{border:2px solid #a00;border-left-width:10px;padding:.5rem .8rem}
.cave h2{color:#a00}
.none{color:#555;font-style:italic}
.meta{color:#444;font-size:.9rem;border-top:1px solid #bbb;padding-top:.6rem}
@media(max-width:34rem){dl{display:block}dt{font-size:.9rem;margin-top:.4rem}}
@media print{html{font-size:10pt}body{max-width:none;padding:0}h1,h2,h3,dt{break-after:avoid}p,dd{orphans:3;widows:3}
header,.cave,li{break-inside:avoid}a{color:inherit;text-decoration:none}@page{margin:15mm}}
"""
_HASH = base64.b64encode(hashlib.sha256(_CSS.encode()).digest()).decode()
_POLICY = f"default-src 'none'; style-src 'sha256-{_HASH}'; base-uri 'none'; form-action 'none'"
_TAG = re.compile("<[^>]*>")
_SEEN_FIRST = (StatusCode.CORRECTED, Priority.ACUTE, CorrespondencePriority.HIGH)

_NAME = ("person_given_name", "person_surname_name")
_TOGETHER = (
    ("Navn", " ", (_NAME,)),
    ("Adresse", ", ", (("street_name",), ("suburb_name",), ("post_code_identifier", "district_name"))),
    ("", " · ", (("identifier",), ("identifier_code",))),
)
"""Fields shown in one row: its label ("" for the first field's own), what stands between, the fields by groups."""

_INLINE: dict[type, tuple[str, tuple[str, ...]]] = {
    EndPoint: (" · ", ("text", "type")),
    ServiceTag: (": ", ("name", "text")),
    DateAndTime: (" kl. ", ("date", "time")),
    EpisodeOfCare: (" · ", ("episode_of_care_identifier", "episode_of_care_type")),
    ReceiptParty: ("", ("ean_identifier",)),
    Referrer: (" · ", ("person_name", "person_title", "identifier", "identifier_code")),
    TelephoneSubscriber: (" · ", ("telephone_subscriber_identifier", "telephone_subscriber_code")),
}
"""Values shown in one line: what stands between, and the fields."""

_FLAT = (MetaInformation, VansDocument, VansTransport, Processing)
"""Values whose rows stand among those of the value that holds them."""

_BOOLEANS = {"true": "Ja", "1": "Ja", "false": "Nej", "0": "Nej"}

_FIRST = ("organisation_name", "department_name", "unit_name", "referrer")
"""What a reader looks for in a party: it stands before the numbers."""


def as_page(message: Message) -> str:
    """The message as a complete HTML5 file; of a VANSEnvelope what is inside, and then the envelope."""
    check_message("as_page", message)
    if not isinstance(message, VansEnvelope):
        return _page(*_message(message))
    inside = read(message.payload).message if message.payload is not None else None
    if inside is not None and not isinstance(inside, VansEnvelope):
        titles, body = _message(inside)
        return _page(titles, body + _envelope(message))
    title = "Kvittering for VANS-kuvert" if isinstance(message.content, VansReceipt) else "VANS-kuvert"
    return _page(
        [title], f"<article><header><h1>{title}</h1></header>{_content(message)}</article>{_envelope(message)}"
    )


def _message(message: Message) -> tuple[list[str], str]:
    if isinstance(message, Emessage):
        return _titles(message), _consignment(message)
    bundle = cast(Bundle, message)
    return [thread.title(bundle)], thread.article(bundle)


def _titles(message: Emessage) -> list[str]:
    return [_title(letter) for letter in message.letters] or ["Forsendelse uden breve"]


def _consignment(message: Emessage) -> str:
    letters = "".join(f"<article>{_letter(letter)}</article>" for letter in message.letters)
    return (
        letters
        + section("Kuvert", _dl(message.envelope), kind="meta")
        + rest(message, (message.envelope, *message.letters), message.local_elements)
    )


def _page(titles: list[str], body: str) -> str:
    title = ", ".join(dict.fromkeys(titles))
    return (
        '<!DOCTYPE html>\n<html lang="da"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="referrer" content="no-referrer">'
        f"<title>{title}</title><style>{_CSS}</style></head>"
        f"<body><main>{body}</main></body></html>\n"
    )


_OUTCOMES = {
    "NegativeMessage": "Afvist: modtageren kan ikke tage imod meddelelsen.",
    "NegativeVans": "Afvist: netværket (VANS) har ikke leveret meddelelsen til modtageren.",
    "PositiveMessage": "Modtaget: meddelelsen er kommet frem og kan læses.",
    "NegativeVansReceipt": "Afvist: netværket (VANS) har ikke leveret forsendelsen til modtageren.",
    "NegativeReceipt": "Afvist: modtageren har ikke godkendt forsendelsen eller breve i den.",
    "PositiveReceipt": "Godkendt: modtageren har taget imod forsendelsen.",
}


def _title(letter: Value) -> str:
    if isinstance(letter, OtherLetter):
        return letter.type_name.da
    spec = type(letter).__letter__
    return spec.danish if spec is not None and spec.danish else type(letter).__name__


# --- letters ------------------------------------------------------------------------------------------------------


def _letter(letter: Any) -> str:
    email = _get(letter, "additional_information") if hasattr(letter, "clinical_information") else None
    header = f"<h1>{_title(letter)}</h1>{_status(letter)}"
    if hasattr(letter, "patient") and not isinstance(_get(letter, "subject"), SystemInformation):
        header += _identity(letter.patient)
    if email is not None and (subject := _leaf(email.subject)):
        header += f"<p>Emne: <strong>{subject}</strong></p>"
    body = _BODIES.get(type(letter).__name__, _other_body)(letter)
    return f"<header>{header}</header>{body}"


def _status(letter: Any) -> str:
    """What must be seen first: that the letter corrects another, that it is urgent, or what no list knows of that."""
    of_letter = CorrespondencePriority if hasattr(letter, "clinical_information") else Priority
    status, priority = _get(letter, "letter", "status_code"), _get(letter, "additional_information", "priority")
    shown = [_box(code, codes) for code, codes in ((status, StatusCode), (priority, of_letter)) if (code or "").strip()]
    return " ".join(filter(None, shown))


def _box(code: CodeList | str, codes: type[CodeList]) -> str:
    """A code that must be seen; one that its list lacks in the sender's word, with what it is taken for."""
    if isinstance(code, CodeList):
        return f'<p class="urgent">{code.danish}</p>' if code in _SEEN_FIRST else ""
    taken_for = codes.get(codes.taken_for(code))
    meaning = f" (opfattes som: {taken_for.danish})" if isinstance(taken_for, CodeList) else ""
    return f'<p class="urgent">{content(code)}{meaning}</p>'


def _identity(patient: Any) -> str:
    names = _joined(patient, _NAME, " ") or ABSENT
    identifier = _get(patient, "identifier")
    kind = "AlternativeIdentifier" if isinstance(identifier, ReplacementCpr) else "CivilRegistrationNumber"
    number = f'{label(kind)}: <span class="number">{_leaf(identifier) or ABSENT}</span>'
    return f'<p class="lead">{names}</p><p class="lead">{number}</p>'


def _referral_body(letter: Any) -> str:
    request, clinical = letter.additional_information, letter.relevant_clinical_information
    return "".join(
        (
            f'<section class="cave"><h2>Cave</h2>{_text(_get(clinical, "cave"))}</section>',
            section(
                "Henvisning",
                _dl(request, skip=("clinical_reason", "supplementary")),
                _texts(request, "clinical_reason", told=("clinical_reason",)),
            ),
            section("Diagnoser", _diagnoses(letter.referral)),
            section(
                "Kliniske oplysninger",
                _texts(clinical, "anamnesis", "examination", "actual_medicine", told=("actual_medicine",)),
                _texts(request, "supplementary"),
            ),
            section("Bilag og links", listed(map(_reference, letter.reference))),
            section(
                label("HospitalVisitation"),
                "".join(
                    f"<h3>{_leaf(note.information_code) or ABSENT}</h3>{_text(note.information)}"
                    for note in letter.hospital_visitation
                ),
            ),
            section("Patient", _dl(letter.patient, skip=_IDENTITY)),
            section("Pårørende", _dl(letter.relative)),
            _ends(letter),
        )
    )


def _email_body(letter: Any) -> str:
    texts = "".join(_text(part.text01) for part in letter.clinical_information)
    return "".join(
        (
            section("Meddelelse", texts or f"<p>{ABSENT}</p>"),
            section("Bilag og links", listed(map(_reference, letter.reference))),
            section("Patient", _dl(letter.patient, skip=_IDENTITY)),
            section("Henvendelse", _dl(letter.additional_information, skip=("subject",))),
            _ends(letter),
        )
    )


def _binary_body(letter: Any) -> str:
    about = letter.subject if letter.patient is None else None
    return "".join(
        (
            section("Systeminformation", _dl(about)),
            section("Vedhæftede filer", listed(map(_dl, letter.binary_object)) or f"<p>{ABSENT}</p>"),
            _ends(letter),
        )
    )


def _receipt_body(letter: Any) -> str:
    answered = letter.original_emessage
    originals = _get(answered, "original_letter") or ()
    reasons = "".join(
        f"<h3>{label(element)}</h3><p>{shown}</p>"
        for name, element in (("refuse_code", "RefuseCode"), ("refuse_text", "RefuseText"))
        if (shown := _leaf(_get(answered, name)))
    )
    if not (reasons or isinstance(letter, PositiveReceipt) or any(_get(sent, "refuse_code") for sent in originals)):
        reasons = f"<h3>{label('RefuseCode')}</h3><p>{ABSENT}</p>"
    return "".join(
        (
            section("Resultat", f'<p class="lead">{_OUTCOMES[type(letter).__name__]}</p>', reasons),
            section("Besvaret forsendelse", _dl(answered, skip=("original_letter", "refuse_code", "refuse_text"))),
            section("Besvarede breve", listed(_dl(sent) or ABSENT for sent in originals)),
            _ends(letter),
        )
    )


def _other_body(letter: Any) -> str:
    """A letter that has no body of its own: what it says, element by element, then patient and parties as in any."""
    patient = _get(letter, "patient")
    about = [name for name in fields(type(letter)) if patient is not None and _get(letter, name) is patient]
    content = _dl(letter, skip=("letter", "sender", "receiver", "answer_cc_receiver", *about))
    if isinstance(letter, OtherLetter):
        content = as_it_came(letter)
    return section("Indhold", content) + section("Patient", _dl(patient, skip=_IDENTITY)) + _ends(letter)


_IDENTITY = (*_NAME, "identifier")
_BODIES: dict[str, Callable[[Any], str]] = {
    "HospitalReferral": _referral_body,
    "ClinicalEmail": _email_body,
    "BinaryLetter": _binary_body,
    "ReferralAttachment": _binary_body,
    "NegativeVansReceipt": _receipt_body,
    "NegativeReceipt": _receipt_body,
    "PositiveReceipt": _receipt_body,
}


def _ends(letter: Any) -> str:
    """The parties and, last, the letter's own data."""
    return "".join(
        (
            section("Afsender", _dl(letter.sender)),
            section("Modtager", _dl(letter.receiver)),
            section(label("AnswerCCReceiver"), _dl(_get(letter, "answer_cc_receiver"))),
            section(label("Letter"), _dl(letter.letter), kind="meta"),
        )
    )


# --- the envelope of the network ------------------------------------------------------------------------------------


def _content(envelope: VansEnvelope) -> str:
    """What is in an envelope that holds no letters: the receipt, or that it is not shown."""
    if not isinstance(envelope.content, VansReceipt):
        return section("Indhold", "<p>Kuvertens meddelelse vises ikke her.</p>")
    outcome = envelope.content.outcome
    outcome_text = _OUTCOMES.get(type(outcome).__name__)
    result = f'<p class="lead">{outcome_text}</p>' if outcome_text else f"<p>{ABSENT}</p>"
    answered = _dl(outcome, skip=("error",))
    return section("Resultat", result, _dl(_get(outcome, "error"))) + section("Besvaret meddelelse", answered)


def _envelope(envelope: VansEnvelope) -> str:
    message = envelope.content if isinstance(envelope.content, VansMessage) else None
    shown = section("VANS-kuvert", _dl(envelope, skip=("content",)), _dl(message), kind="meta")
    return shown + rest(envelope, (envelope.content, envelope.sender_id, envelope.receiver_id))


# --- parts of letters ---------------------------------------------------------------------------------------------


def _diagnoses(referral: Any) -> str:
    if referral is None:
        return f"<p>{ABSENT}</p>"
    main = () if referral.refer is None else (_diagnosis(referral.refer, label("Refer")),)
    return listed((*main, *map(_diagnosis, referral.referral_additional))) or f"<p>{ABSENT}</p>"


def _diagnosis(diagnosis: Any, role: str = "") -> str:
    art = _leaf(diagnosis.diagnose_description_code)
    roles = " · ".join(filter(None, (role, art)))
    coded = " · ".join(filter(None, (_leaf(diagnosis.diagnose_code), _leaf(diagnosis.diagnose_type_code))))
    return f"<strong>{_leaf(diagnosis.diagnose_text) or ABSENT}</strong><br>{coded}<br>{roles}"


def _reference(reference: Any) -> str:
    target = reference.target
    if isinstance(target, Url):
        shown = link(target) if _leaf(target) else ABSENT
    elif isinstance(target, BinaryReference):
        shown = _dl(target)
    else:
        shown = label("SUP") if target == "true" else _leaf(target) or ABSENT
    return f"<strong>{_leaf(reference.ref_description) or ABSENT}</strong><br>{shown}"


def _received(data: Base64) -> str:
    if data.content is None:
        return "Kan ikke læses"
    return f"Modtaget: {len(data.content)} byte"


def _readable(size: str) -> str:
    """The size in words where it is long, to go with the number of bytes."""
    count = integer(size) or 0
    for unit, amount in (("MB", 1_000_000), ("kB", 1_000)):
        if count >= amount:
            return f" ({count / amount:.1f} {unit})".replace(".", ",")
    return ""


# --- values and leaves --------------------------------------------------------------------------------------------


def _get(value: Any, *names: str) -> Any:
    """An attribute of an attribute, or None where there is none."""
    for name in names:
        value = getattr(value, name, None)
    return value


def _dl(value: Any, skip: tuple[str, ...] = ()) -> str:
    """A value as a list of labels and contents, what is absent left out."""
    if value is None:
        return ""
    return described(_rows(value, skip))


def _rows(value: Value, skip: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    declared = fields(type(value))
    done = set(skip)
    for name in sorted(declared, key=lambda name: name not in _FIRST):
        field = value.__dict__[name]
        if name in done:
            continue
        element = held_element(declared[name], field[0] if isinstance(field, tuple) and field else field)
        title = element.danish or element.name if element is not None else name
        together = next((row for row in _TOGETHER if any(name in group for group in row[2])), None)
        if isinstance(field, _FLAT):
            yield from _rows(field, ())
        elif together is not None and not isinstance(field, DanishIdentifier):
            own, between, groups = together
            done.update(name for group in groups for name in group)
            yield own or title, between.join(filter(None, (_joined(value, group, " ") for group in groups)))
        elif element is not None and isinstance(element.type, Flag) and field == "true":
            yield title, "Ja"
        elif name == "transform_message" and field in _BOOLEANS:
            yield title, _BOOLEANS[field]
        elif name in ("original_object_size", "size_in_bytes") and _leaf(field):
            yield title, f"{_leaf(field)} byte{_readable(field)}"
        else:
            yield title, "<br>".join(filter(None, map(_item, field if isinstance(field, tuple) else (field,))))


def _joined(value: Any, names: tuple[str, ...], between: str) -> str:
    return between.join(filter(None, (_leaf(_get(value, name)) for name in names)))


def _item(value: Any) -> str:
    if not isinstance(value, Value):
        return _leaf(value)
    inline = _INLINE.get(type(value))
    return _joined(value, inline[1], inline[0]) if inline is not None else _dl(value)


def _leaf(value: Any) -> str:
    """One field as HTML, or nothing where it is absent, empty or the placeholder."""
    if value is None:
        return ""
    if isinstance(value, CodeList):
        return value.danish
    if isinstance(value, Base64):
        return _received(value)
    if isinstance(value, FormattedText):
        shown = formatted(value)
    else:
        shown = content(_number(value) if isinstance(value, DanishIdentifier) else str(value))
    bare = _TAG.sub("", shown).strip()
    return shown if bare and given(bare) else ""


def _number(number: DanishIdentifier) -> str:
    text = number.reveal()
    return number.format(text) if isinstance(number, Cpr | ReplacementCpr) and number.has_form(text) else text


def _text(value: Any) -> str:
    return f"<p>{_leaf(value) or ABSENT}</p>"


def _texts(value: Any, *names: str, told: tuple[str, ...] = ()) -> str:
    """Formatted texts with a heading each; those ``told`` say so where they are absent."""
    return "".join(
        f"<h3>{_HEADINGS[name]}</h3>{_text(_get(value, name))}"
        for name in names
        if name in told or _leaf(_get(value, name))
    )


_HEADINGS = {
    name: label(element).replace("/", "/<wbr>")
    for name, element in (
        ("clinical_reason", "ClinicalReason"),
        ("anamnesis", "Anamnesis"),
        ("examination", "Examination"),
        ("actual_medicine", "ActualMedicine"),
        ("supplementary", "Supplementary"),
    )
}
