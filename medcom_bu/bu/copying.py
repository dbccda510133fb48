"""A referral as a page to copy from, for whoever fills in DNHF's form by hand."""

from __future__ import annotations

from medcom_bu.arguments import check_arguments
from medcom_bu.bu.reading import referral_of
from medcom_bu.messages.emessage import Consignment, Emessage
from medcom_bu.messages.hospital_referral import HospitalReferral
from medcom_bu.messages.letter_union import Letter
from medcom_bu.rendering.copying import to_copy
from medcom_bu.rendering.letters import LetterContext, article, title
from medcom_bu.rendering.page_options import PageOptions
from medcom_bu.rendering.view import View
from medcom_bu.rendering.viewing import view_of


@check_arguments
def copy_page(letter: HospitalReferral | Emessage | Consignment[Letter]) -> str:
    """A referral as a page to copy from, for whoever fills in DNHF's form by hand: HTML without script.

    ``letter`` is a referral, or a message or consignment that holds one; the files of a consignment can be saved from
    the page, to be uploaded.

    Each text is under the heading of the referral's element, in the order of its page, as plain text that one click
    selects as a whole; the headings of the region's form are in the texts. DNHF does not say what the fields of its own
    form are called. Persons are shown in full: the page belongs to the record.

    Raises TypeError for anything else, ValueError where there is no referral in it.
    """
    from medcom_bu.rendering.html import document  # MarkupSafe is loaded where a page is made

    referral = referral_of(letter, "copy_page")
    if isinstance(letter, HospitalReferral):
        view = View("", (article(referral, LetterContext(PageOptions())),))
    else:
        view = view_of(letter)
    return document(to_copy(view, title(referral)))
