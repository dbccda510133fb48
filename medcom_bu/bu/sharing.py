"""What the family's parties tell each other by correspondence: whom to call, and that there is an active case.

A convention of this library, not of MedCom: headed blocks between a first and a last line, in any text of a
correspondence or CareCommunication. A reader who does not know it reads plain text; one who does gets the parts.

Source: KL's pilot on children's mental health (HOI BU, 2025), which shares contact data and that another party has an
active case; how it writes them is not published.

>>> text = shared_text(contact_data="Ida Prøve, sagsbehandler, tlf. 00000000", active_case="PPR har en aktiv sag.")
>>> print(text)
Delte oplysninger (medcom_bu, ikke en MedCom-standard):
<BLANKLINE>
Kontaktoplysninger:
Ida Prøve, sagsbehandler, tlf. 00000000
<BLANKLINE>
Aktiv sag hos os:
PPR har en aktiv sag.
<BLANKLINE>
Slut på delte oplysninger.
>>> shared_of(text)
{'contact_data': 'Ida Prøve, sagsbehandler, tlf. 00000000', 'active_case': 'PPR har en aktiv sag.'}
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

import attrs

from medcom_bu.arguments import check_arguments, check_fields
from medcom_bu.bu.layout import escaped, split
from medcom_bu.bu.values import Consent, Contact, Worded, worded
from medcom_bu.messages.clinical_email import COPIED, ClinicalEmail
from medcom_bu.messages.emessage import Consignment, Emessage
from medcom_bu.messages.letter_union import Letter
from medcom_bu.values.characters import with_line_feeds
from medcom_bu.values.text import FormattedText

_HEADINGS = {
    "contact_data": "Kontaktoplysninger",
    "active_case": "Aktiv sag hos os",
    "consent": "Samtykke til deling",
}
_START = "Delte oplysninger (medcom_bu, ikke en MedCom-standard)"
_END = "Slut på delte oplysninger"
_LINES = (_START, *_HEADINGS.values(), _END)
_SHARED = re.compile(rf"^{re.escape(_START)}:\n\n(.*?)\n\n{_END}\.$", re.MULTILINE | re.DOTALL)


@attrs.frozen(kw_only=True, repr=False, field_transformer=check_fields)
class ActiveCase(Worded):
    """That an authority has an active case.

    ``authority``: the authority, in words.
    ``since``: the day on which it began.
    ``about``: what it is about.
    ``contact``: whom to call about it.
    """

    authority: str
    since: date | None = None
    about: str | None = None
    contact: Contact | None = None

    @property
    def text(self) -> str:
        """``PPR, Eksempel Kommune, har en aktiv sag siden 01.10.2026 om skolefravær; kontakt: Ida Prøve``."""
        since = f" siden {self.since:%d.%m}.{self.since.year:04}" if self.since else ""
        about = f" om {self.about}" if self.about else ""
        contact = f"; kontakt: {self.contact.text}" if self.contact else ""
        return f"{self.authority}, har en aktiv sag{since}{about}{contact}"


@check_arguments
def shared_text(
    *,
    contact_data: Contact | Sequence[Contact] | str | None = None,
    active_case: ActiveCase | Sequence[ActiveCase] | str | None = None,
    consent: Consent | Sequence[Consent] | str | None = None,
) -> str:
    """The text that shares what is given: for ``write`` of a correspondence or a CareCommunication.

    Each is a value, several, or text.

    ``contact_data`` (Kontaktoplysninger): whom to call, in the family or among professionals.
    ``active_case`` (Aktiv sag hos os): that the sender has one.
    ``consent`` (Samtykke til deling): who consented to this being shared.

    Raises TypeError for anything else, ValueError where nothing is given.
    """
    given = {"contact_data": contact_data, "active_case": active_case, "consent": consent}
    texts = {name: with_line_feeds(worded(value)) for name, value in given.items()}
    blocks = [f"{_HEADINGS[name]}:\n{escaped(text, _LINES)}" for name, text in texts.items() if text.strip()]
    if not blocks:
        raise ValueError("shared_text is given nothing to share")
    return "\n\n".join((f"{_START}:", *blocks, f"{_END}."))


@check_arguments
def shared_of(message: str | FormattedText | ClinicalEmail | Emessage | Consignment[Letter]) -> dict[str, str]:
    """What a text shares, by the names of :func:`shared_text`'s parameters; empty where it shares nothing.

    ``message`` is a text, such as one of a CareCommunication's ``segments``, or a correspondence, or what holds one.

    Of a reply the text that it quotes is not looked at.

    Raises TypeError for anything else.
    """
    plain = ""
    for part in _parts(message):
        plain += part if not plain or plain[-1].isspace() else f"\n{part}"
    found = _SHARED.search(plain)
    names = {heading: name for name, heading in _HEADINGS.items()}
    blocks = split(found[1], _LINES) if found else ()
    return {names[heading]: text for heading, text in blocks if heading in names}


def _parts(message: str | FormattedText | ClinicalEmail | Emessage | Consignment[Letter]) -> Iterator[str]:
    """The texts of a message, up to one that is copied from another; a text that was cut goes on where it was."""
    if isinstance(message, str):
        yield message
    elif isinstance(message, FormattedText):
        yield message.plain()
    elif isinstance(message, ClinicalEmail):
        for part in message.clinical_information:
            text = part.text01.plain() if part.text01 is not None else ""
            if text.startswith(COPIED):
                return
            yield text
    else:
        for holder in message if isinstance(message, Consignment) else (message,):
            for letter in holder.letters:
                if isinstance(letter, ClinicalEmail):
                    yield from _parts(letter)
