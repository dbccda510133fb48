"""What to see to before, while and after a referral goes through DNHF, as data; what nobody has told says so.

Sources are named with each point. What is open is what https://medcom.dk and https://dnhf-info.dk do not say: the
questions are in docs/dnhf-spoergsmaal.md.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date

import attrs

from medcom_bu.arguments import Words, check_fields
from medcom_bu.bu.regions import authority
from medcom_bu.issues import Text

_KL = "KL, note to MedCom's steering group, 10 March 2025"
_DNHF = "dnhf-info.dk; services.nsi.dk, DNHF"
_APPROVED = "MedCom, list of approved systems (GodkendteSystemer), 9 July 2026"
_CATALOGUE = "MedCom, dk-ehmi-eer: message definition of BIN02"
_MEDBIN = "Den gode XML MEDBIN, 2020, page 9"
_UNOC = "EDIFACT UNOC, ISO 8859-1; MedCom's converter of 2014, REF01 H0130R"


class AppliesTo(Words):
    """What a point is about: every referral, or one with files, or what goes as XML or as EDIFACT."""

    EVERY = "every"
    FILES = "files"
    XML = "xml"
    EDIFACT = "edifact"


@attrs.frozen(field_transformer=check_fields)
class Point:
    """One point of the checklist.

    ``name``: what the point is called.
    ``words``: what to see to, in English and in Danish; :meth:`text` gives one of them.
    ``source``: the document that says it.
    ``is_open``: whether nobody has told what the answer is: the words say so, and nothing is assumed.
    ``applies_to``: the referrals that it is about.
    """

    name: str
    words: Text
    source: str
    is_open: bool = False
    applies_to: AppliesTo = AppliesTo.EVERY

    def text(self, lang: str = "en") -> str:
        """The words in English (``"en"``) or Danish (``"da"``)."""
        return self.words.render(lang, {})


POINTS = (
    Point(
        "approval",
        Text(
            "On MedCom's list of 9 July 2026 no municipal system is approved to send a referral: have yours approved "
            "by {standards} first.",
            "Efter MedComs liste af 9. juli 2026 er intet kommunalt system godkendt til at sende henvisninger: få "
            "jeres godkendt hos {standards} først.",
        ),
        _APPROVED,
    ),
    Point(
        "role",
        Text(
            "Whoever refers logs on with MitID Erhverv or a local identity provider and has a role in SEB (KL's note "
            "writes SEI). DNHF has not said which role municipal staff have.",
            "Den der henviser, logger på med MitID Erhverv eller en lokal identitetsudbyder og har en rolle i SEB "
            "(KL's notat skriver SEI). Hvilken rolle kommunalt personale har, er ikke oplyst af DNHF.",
        ),
        f"{_DNHF}; {_KL}",
        is_open=True,
    ),
    Point(
        "access",
        Text(
            "There are two kinds of button access, and DNHF's web module for those who have neither. DNHF has not "
            "said what form the two take. For the web module there is a page to copy from: bu.copy_page.",
            "Der er to former for knapadgang, og DNHF's webmodul for dem der ikke har nogen af dem. Hvordan de to er "
            "udformet, er ikke oplyst af DNHF. Til webmodulet er der en side at kopiere fra: bu.copy_page.",
        ),
        f"{_KL}; {_DNHF}",
        is_open=True,
    ),
    Point(
        "receiver",
        Text(
            "A referral to a hospital is addressed to the department itself, and DNHF sends it on. DNHF has not said "
            "whether that applies to a municipality.",
            "En henvisning til et sygehus adresseres direkte til afdelingen, og DNHF sender den videre. Om det også "
            "gælder kommuner, er ikke oplyst af DNHF.",
        ),
        _DNHF,
        is_open=True,
    ),
    Point(
        "conversion",
        Text(
            "DNHF is approved to receive REF01 H0131R, BIN01 B0131X and BIN02 B0210X as EDIFACT, and no XREF01, "
            "XBIN01 or XBIN02. Agree with your VANS provider that it converts. DNHF has not said whether it accepts "
            "the converted letters, or what is lost.",
            "DNHF er godkendt til at modtage REF01 H0131R, BIN01 B0131X og BIN02 B0210X som EDIFACT, og hverken "
            "XREF01, XBIN01 eller XBIN02. Aftal med jeres VANS-leverandør at den konverterer. Om DNHF tager imod det "
            "konverterede, og hvad der går tabt, er ikke oplyst af DNHF.",
        ),
        _APPROVED,
        is_open=True,
        applies_to=AppliesTo.XML,
    ),
    Point(
        "layout",
        Text(
            "The documents of REF01 H0131R and BIN02 B0210X are not public: ask {standards} for them. A layout made "
            "from them can be given as layouts=.",
            "Dokumenterne for REF01 H0131R og BIN02 B0210X er ikke offentlige: bed {standards} om dem. Et layout lavet "
            "efter dem angives som layouts=.",
        ),
        "docs/dnhf-spoergsmaal.md, 1 and 2",
        is_open=True,
        applies_to=AppliesTo.XML,
    ),
    Point(
        "characters",
        Text(
            "EDIFACT holds only the characters of ISO-8859-1, and MedCom has published no limit on the text of a "
            "REF01: check what is lost.",
            "EDIFACT kan kun rumme tegnene i ISO-8859-1, og MedCom har ikke offentliggjort nogen grænse for teksten i "
            "en REF01: se hvad der går tabt.",
        ),
        _UNOC,
        is_open=True,
        applies_to=AppliesTo.EDIFACT,
    ),
    Point(
        "attachment-type",
        Text(
            "DNHF accepts both BIN01 and BIN02, and sends BIN01 on. A VANS provider routes BIN02 to DNHF. DNHF has "
            "not said which of the two a municipality should send.",
            "DNHF tager imod både BIN01 og BIN02 og sender BIN01 videre. En VANS-leverandør sender BIN02 til DNHF. "
            "Hvilken af de to en kommune skal sende, er ikke oplyst af DNHF.",
        ),
        f"{_APPROVED}; {_CATALOGUE}",
        is_open=True,
        applies_to=AppliesTo.FILES,
    ),
    Point(
        "attachment-size",
        Text(
            "At most ten files, and 100 MB for the letter that carries them. DNHF has not said whether it has a "
            "lower limit.",
            "Højst ti filer og 100 MB for brevet der bærer dem. Om DNHF har en lavere grænse, er ikke oplyst af DNHF.",
        ),
        _MEDBIN,
        is_open=True,
        applies_to=AppliesTo.FILES,
    ),
    Point(
        "attachment-upload",
        Text(
            "Attachments are uploaded from your own system.",
            "Bilag uploades fra jeres eget system.",
        ),
        _KL,
        applies_to=AppliesTo.FILES,
    ),
    Point(
        "attachment-unseen",
        Text(
            "The hospital may never see an attachment: read the referral without them, and make sure that it can be "
            "understood.",
            "Hospitalet får måske aldrig et bilag at se: læs henvisningen uden dem, og se efter at den kan forstås.",
        ),
        f"{_APPROVED}: Columna CIS is not approved to receive BIN01",
        applies_to=AppliesTo.FILES,
    ),
    Point(
        "receipts",
        Text(
            "The referral and its attachments are two letters, each with its own receipt: watch for both. DNHF has "
            "not said whether a receipt comes from DNHF or from the department.",
            "Henvisning og bilag er to breve, hver med sin kvittering: hold øje med begge. Om en kvittering kommer fra "
            "DNHF eller fra afdelingen, er ikke oplyst af DNHF.",
        ),
        _MEDBIN,
        is_open=True,
        applies_to=AppliesTo.FILES,
    ),
    Point(
        "copy",
        Text(
            "Keep a copy of what was sent, and its receipts, in the child's record (medcom_bu.archive): DNHF is not "
            "a record system, and deletes data once its purpose is fulfilled.",
            "Gem en kopi af det sendte og kvitteringerne på barnets sag (medcom_bu.archive): DNHF er ikke et "
            "journalsystem og sletter når formålet er opfyldt.",
        ),
        f"{_DNHF}; {_KL}",
    ),
)
"""Every point, in the order of the work."""


def checklist(applies: Collection[AppliesTo], on: date) -> Iterator[Point]:
    """The points that apply, with the names of authorities as they are on a day."""
    standards = authority("MedCom", on).name
    for point in POINTS:
        if point.applies_to in applies:
            words = Text(*(text.format(standards=standards) for text in attrs.astuple(point.words)))
            yield attrs.evolve(point, words=words)
