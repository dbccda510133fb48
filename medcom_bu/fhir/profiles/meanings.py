"""What an invariant means, in words: those of its definition, and in Danish our own for the guides that are known.

``profiles/`` holds the English, as ``human`` of each constraint; that of a package that was added is its author's.
"""

from __future__ import annotations

from collections.abc import Mapping

from medcom_bu.issues import Text

_KNOWN = ("http://hl7.org/fhir/", "http://medcomfhir.dk/", "http://hl7.dk/fhir/")
_LONGEST = 400

_DANISH: Mapping[str, str] = {
    "medcom-messaging-1": "første entry er en MessageHeader efter MedCom Messaging",
    "medcom-messaging-2": "Bundle indeholder en Provenance",
    "medcom-messaging-3": "hver Provenance følger MedCom Messaging",
    "medcom-core-contact": "et telefonnummer indeholder cifre",
    "medcom-core-contact-text": "et telefonnummer består af cifre, evt. med + foran",
    "medcom-uuidv4": "værdien er urn:uuid: og et UUID med små bogstaver",
    "medcom-uuidv4-text": "UUID'et er af version 4",
    "uuidv5": "et LPR3-id er urn:uuid: og et UUID af version 5",
    "uuid": "en KOMBIT-organisation er angivet med urn:uuid: og et UUID med små bogstaver",
    "gln-length": "et GLN har 13 cifre",
    "gln-modulus-10": "sidste ciffer i et GLN er dets kontrolciffer (modulus 10)",
    "min-digits-sor": "en SOR-kode har mindst 11 cifre",
    "authorization-id-format": "et autorisations-id er fem konsonanter eller cifre",
    "cpr": "et CPR-nummer har ti cifre og begynder med dag og måned",
    "x-ecpr": "et nationalt erstatnings-CPR: dag, måned, to cifre, 1 eller 7, to bogstaver, et ciffer",
    "d-ecpr": "et lokalt erstatnings-CPR: dag, måned, to cifre, 0, 5 eller 6, to bogstaver, et ciffer",
    "CVR-length": "et CVR-nummer har otte cifre",
    "CVR-modulus-11": "cifrene i et CVR-nummer giver, vægtet 2 7 6 5 4 3 2 1, et multiplum af 11",
    "marital-status-unknown-usage": "HL7 v3's civilstande P og A bruges ikke i Danmark",
    "marital-status-unknown-usage-text": "ingen af HL7 v3's civilstande P og A bruges i Danmark",
    "dk-core-organization-mandatory-identifier": "en organisation har et SOR-, KOMBIT- eller CVR-nummer",
    "medcom-acknowledgement-1": "medmindre alt er i orden, indeholder Bundle en OperationOutcome",
    "medcom-acknowledgement-2": "MessageHeader følger Acknowledgement",
    "medcom-careCommunication-1": "første entry er en MessageHeader efter CareCommunication",
    "medcom-careCommunication-2": "Bundle indeholder netop én Patient",
    "medcom-careCommunication-3": "en Provenance angiver CareCommunications profil",
    "medcom-careCommunication-4": "Bundle indeholder en Practitioner med navn",
    "medcom-careCommunication-4-text": "hver Practitioner har både fornavn og efternavn",
    "medcom-careCommunication-5": "en prioritet kræver kategorien regarding-referral",
    "medcom-careCommunication-6": "kategorien other kræver et emne",
    "medcom-careCommunication-7": "en forfatters rolle har en kode",
    "medcom-careCommunication-7-4.0.3": "en forfatters rolle har en kode, ikke kun en tekst",
    "medcom-careCommunication-8": "forfatteren til et segment har et navn",
    "medcom-careCommunication-9": "en Encounter rummer et forløbs identifikation",
    "medcom-careCommunication-11": "en specifik afsender hører til den afsendende organisation",
    "medcom-careCommunication-12": "en specifik modtager hører til den modtagende organisation",
    "medcom-careCommunication-13": "en PractitionerRole henviser til en Practitioner",
    "medcom-careCommunication-13-text": "hver PractitionerRole henviser til en Practitioner",
    "medcom-careCommunication-15": "en Encounter i meddelelsen er den som Communication henviser til",
    "medcom-carecommunication-definition-url": "meddelelsens definition er den for CareCommunication 5",
    "dom-2": "en indeholdt ressource indeholder ingen anden",
    "dom-3": "en indeholdt ressource bliver henvist til, eller henviser selv til den der indeholder den",
    "dom-4": "en indeholdt ressource har hverken version eller opdateringstid",
    "dom-5": "en indeholdt ressource har ingen sikkerhedsmærker",
    "dom-6": "en ressource bør have en tekstgengivelse",
    "ele-1": "et element har en værdi eller underelementer",
    "ctm-1": "kun en behandler deltager på vegne af en anden",
    "cpt-2": "en kontaktoplysning med en værdi har et system",
    "qty-3": "en kodet enhed har et system",
    "ext-1": "en extension har enten indre extensions eller en værdi, ikke begge dele",
    "pat-1": "en pårørende har navn, telefon, adresse eller organisation",
    "age-1": "en alder har en tidsenhed i UCUM, og er over nul",
    "cnt-3": "et antal er et helt tal, og dets enhed er 1",
    "drq-1": "et kodefilter angiver en sti eller en søgeparameter, ikke begge dele",
    "drq-2": "et datofilter angiver en sti eller en søgeparameter, ikke begge dele",
    "dis-1": "en afstand har en kodet enhed i UCUM",
    "exp-1": "et udtryk er skrevet ud, eller der er henvist til det",
    "rng-2": "et intervals nedre grænse er ikke over dets øvre grænse",
    "rat-1": "et forhold har en tæller og en nævner, eller extensions i stedet for begge",
    "tim-1": "en varighed har en enhed",
    "tim-2": "en periode har en enhed",
    "tim-4": "en varighed er ikke negativ",
    "tim-5": "en periode er ikke negativ",
    "tim-6": "en længste periode står sammen med en periode",
    "tim-7": "en længste varighed står sammen med en varighed",
    "tim-8": "et største antal står sammen med et antal",
    "tim-9": "en forskydning står sammen med en hændelse som ikke er selve måltidet",
    "tim-10": "et klokkeslæt og en hændelse står ikke sammen",
    "trd-1": "en udløser har data eller et tidspunkt, ikke begge dele",
    "trd-2": "en betingelse står sammen med data",
    "trd-3": "en udløser har det som dens slags kræver: et navn, et tidspunkt eller data",
    "drt-1": "en kodet varighed er i UCUM og har en værdi",
    "bdl-1": "kun resultatet af en søgning eller historik har total",
    "bdl-2": "kun resultatet af en søgning har search på en entry",
    "bdl-3": "entries har request i batch, transaction og history, og ingen andre steder",
    "bdl-4": "entries har response i svaret på batch eller transaction og i history, og ingen andre steder",
    "bdl-5": "en entry har en resource, en request eller en response",
    "bdl-7": "to entries har ikke samme fullUrl, medmindre deres versioner er forskellige",
    "bdl-8": "en fullUrl nævner ingen version",
    "bdl-9": "et dokument har en identifikation med system og værdi",
    "bdl-10": "et dokument har et tidspunkt",
    "bdl-11": "et dokument begynder med en Composition",
    "bdl-12": "en meddelelse begynder med en MessageHeader",
    "per-1": "en periode slutter ikke før den begynder",
    "txt-1": "tekstgengivelsen består kun af tilladt XHTML",
    "txt-2": "tekstgengivelsen viser noget",
    "att-1": "en vedhæftning med data har en contentType",
    "org-1": "en organisation har et navn eller en identifikation",
    "org-2": "en organisations adresse er ikke en bopæl",
    "org-3": "en organisations telefon er ikke en privat",
    "ref-1": "en henvisning til en indeholdt ressource finder den",
}

_AT: Mapping[str, tuple[str, ...]] = {
    "medcom-messaging-2": ("entry",),
    "dk-core-organization-mandatory-identifier": ("identifier",),
    "medcom-acknowledgement-1": ("entry",),
    "medcom-careCommunication-2": ("entry",),
    "medcom-careCommunication-4": ("entry",),
    "medcom-careCommunication-5": ("priority", "category"),
    "medcom-careCommunication-6": ("topic", "category"),
    "medcom-careCommunication-7": ("payload",),
    "medcom-careCommunication-8": ("payload",),
    "medcom-careCommunication-9": ("encounter",),
    "dom-3": ("contained",),
    "cpt-2": ("system",),
    "ext-1": ("value",),
    "qty-3": ("system",),
    "bdl-1": ("total",),
    "bdl-7": ("entry",),
    "bdl-8": ("fullUrl",),
    "bdl-12": ("entry[0]",),
    "per-1": ("start", "end"),
    "att-1": ("contentType",),
    "org-1": ("identifier", "name"),
    "ref-1": ("reference",),
}
"""Of an invariant that is on a whole: the parts that it is about."""


def meaning_of(key: str, profile: str, human: object, expression: str) -> Text:
    """What an invariant means, in both languages; its expression where nobody says it in words."""
    said = human if isinstance(human, str) and human.strip() else expression
    english = _as_template(said)
    is_known = profile.startswith(_KNOWN) and key in _DANISH
    return Text(english, _DANISH[key] if is_known else english)


def _as_template(text: str) -> str:
    """A text of a package on one line, of bounded length, in which braces stand for themselves."""
    line = " ".join(text.split()).rstrip(".")
    line = line[:1].lower() + line[1:] if line[1:2].islower() or line[1:2] == " " else line
    short = line if len(line) <= _LONGEST else f"{line[:_LONGEST]} ..."
    return short.replace("{", "{{").replace("}", "}}")


def at_fault(key: str, profile: str, path: str) -> str:
    """Where to look: the parts that an invariant is about, or the element that it is on."""
    parts = _AT.get(key, ()) if profile.startswith(_KNOWN) else ()
    return ", ".join(f"{path}.{part}" for part in parts) or path
