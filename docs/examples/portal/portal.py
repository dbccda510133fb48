"""A portal of one file: inbox, thread, reply, referral form, answers, archive. Start it with ``uvicorn portal:app``.

An example, not a product. Yours to add: who the user is and what they may see, protection of forms against other sites
(a token in each form, cookies with SameSite), the connection to your VANS provider, which here is ``POST /network``
for what comes and the page "Sendt" for what goes out, and a clock that calls ``POST /due``.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse
from markupsafe import Markup

from medcom_bu import (
    ArchiveCopy,
    Author,
    CareCommunicationBuilder,
    CareCommunicationMessage,
    ClinicalEmailBuilder,
    Cpr,
    Emessage,
    IdsAndClock,
    InvalidMessage,
    Receiver,
    ReferralPatient,
    Referrer,
    ReferringSender,
    archive,
    as_page,
    bu,
    from_dict,
    read,
    text_pdf,
    to_dict,
)
from medcom_bu.exchange import Action, Outbox, SqliteStore, receive

WHO, TITLE = "Petra Prøve", "Psykolog"
SENDER = ReferringSender(
    ean_identifier="5790000121526",
    identifier="101",
    identifier_code="kommunenummer",
    organisation_name="Eksempel Kommune",
    department_name="PPR",
    referrer=Referrer(person_name=WHO, person_title=TITLE),
)
RECEIVER = Receiver(
    ean_identifier="5790001348120",
    identifier="5790001348120",
    identifier_code="lokationsnummer",
    organisation_name="Eksempel Region",
    department_name="Børne- og Ungdomspsykiatri",
)
FIELDS = {  # parameter of the builder -> what the form calls it, and whether it is a long text
    "cpr": ("CPR-nummer", False),
    "given": ("Fornavn", False),
    "surname": ("Efternavn", False),
    "reason": ("Henvisningsårsag", True),
    "current_symptoms": ("Aktuelle symptomer", True),
    "suicide_risk": ("Selvmordsrisiko", True),
    "report": ("Rapport, der vedlægges som PDF", True),
}
PLACES = {
    "patient.identifier": "cpr",
    "patient.person_given_name": "given_name",
    "patient.person_surname_name": "surname",
}
LARGEST = 50_000_000
PAGE = Markup(
    '<!DOCTYPE html><html lang="da"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    "<title>{title}</title><style>body{{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:auto;padding:1rem}}"
    "nav a{{margin-right:1rem}}"
    "label,textarea,iframe{{display:block;width:100%;box-sizing:border-box}}input{{width:100%}}"
    "label{{margin-top:1rem;font-weight:600}}iframe{{height:60vh;border:1px solid #999}}.fejl{{color:#a00000}}"
    "li{{margin:.5rem 0;overflow-wrap:anywhere}}</style>"
    '<nav><a href="/">Indbakke</a><a href="/henvisning">Ny henvisning</a><a href="/sendt">Sendt</a></nav>'
    "<main><h1>{title}</h1>{body}</main>"
)
TABLES = """
CREATE TABLE IF NOT EXISTS inbox
    (id INTEGER PRIMARY KEY, thread TEXT, subject TEXT, moment TEXT, data BLOB, message TEXT);
CREATE TABLE IF NOT EXISTS sent (id INTEGER PRIMARY KEY, key TEXT, moment TEXT, state TEXT, data BLOB);
CREATE TABLE IF NOT EXISTS outgoing (id INTEGER PRIMARY KEY, data BLOB);
"""


FOLDER = Path(os.environ.get("PORTAL_FOLDER", "portal-data"))
FOLDER.mkdir(exist_ok=True)
STORE, OUTBOX, IDS, app = SqliteStore(FOLDER / "portal.db"), Outbox(), IdsAndClock(), FastAPI()
with STORE:
    for table in filter(str.strip, TABLES.split(";")):
        STORE.connection.execute(table)


def rows(question: str, *given: object) -> list[tuple[Any, ...]]:
    """What the database answers."""
    with STORE:
        return list(STORE.connection.execute(question, given))


def send(messages: Any) -> None:
    """All or none: each is remembered, kept and put where the network takes it."""
    with STORE:
        for message in messages:
            step = OUTBOX.send(message, STORE, IDS.moment(), whom=WHO)
            state = (step.key.text, IDS.moment().isoformat(), step.text("da"), step.data)
            STORE.connection.execute("INSERT INTO sent (key, moment, state, data) VALUES (?, ?, ?, ?)", state)
            STORE.connection.execute("INSERT INTO outgoing (data) VALUES (?)", (step.data,))
            keep(archive(step.data or b""))


@app.post("/network")
async def network(request: Request) -> Response:
    """What the VANS provider delivers; the answer is what goes back."""
    data = await request.body()
    if len(data) > LARGEST:
        return Response(status_code=413)
    return await run_in_threadpool(take, data)


def keep(copy: ArchiveCopy) -> None:
    """The copy that must be kept, in the archive."""
    copy.write(FOLDER / "archive" / copy.name)


def take(data: bytes) -> Response:
    """One transaction: what is shown is kept, or nothing has happened. A duplicate is answered again, and not shown."""
    with STORE:
        decision = receive(data, STORE, IDS.moment())
        if decision.action == Action.SHOW:
            thread, subject = about(decision.message)
            plain = json.dumps(to_dict(decision.message)) if decision.message else None
            found = (thread, subject, IDS.moment().isoformat(), data, plain)
            columns = "(thread, subject, moment, data, message) VALUES (?, ?, ?, ?, ?)"
            STORE.connection.execute(f"INSERT INTO inbox {columns}", found)
            keep(archive(data, receiving=True))
        for step in OUTBOX.answered(data, STORE, IDS.moment()) if decision.action == Action.ANSWER else ():
            told = (step.text("da"), step.key.text)
            STORE.connection.execute("UPDATE sent SET state = ? WHERE key = ?", told)
    return Response(decision.answer) if decision.answer else Response(status_code=204)


@app.post("/due")
def due() -> Response:
    """What nobody has answered goes out again, or is given up."""
    with STORE:
        for step in OUTBOX.due(STORE, IDS.moment()):
            STORE.connection.execute("UPDATE sent SET state = ? WHERE key = ?", (step.text("da"), step.key.text))
            if step.data:
                STORE.connection.execute("INSERT INTO outgoing (data) VALUES (?)", (step.data,))
    return Response(status_code=204)


@app.get("/", response_class=HTMLResponse)
def inbox() -> str:
    found = rows("SELECT max(id), subject, max(moment), count(*) FROM inbox GROUP BY thread ORDER BY 1 DESC")
    items = (Markup('<li><a href="/traad/{}">{}</a> {:.16} ({})</li>').format(*row) for row in found)
    return page("Indbakke", Markup("<ul>{}</ul>").format(Markup().join(items)) if found else "Ingen meddelelser.")


@app.get("/traad/{number}", response_class=HTMLResponse)
def thread(number: int) -> Response:
    return threaded(number, "")


def threaded(number: int, wrong: str) -> Response:
    if not rows("SELECT 1 FROM inbox WHERE id = ?", number):
        return HTMLResponse(page("Findes ikke", "Meddelelsen findes ikke."), 404)
    form = Markup(
        '<iframe sandbox src="/traad/{0}/side" title="Korrespondancen"></iframe><p class="fejl">{1}</p>'
        '<form method="post"><label for="text">Svar</label><textarea id="text" name="text" rows="8" required>'
        "</textarea><p><button>Send svar</button></p></form>"
    )
    return HTMLResponse(page("Korrespondance", form.format(number, wrong)))


@app.get("/traad/{number}/side", response_class=HTMLResponse)
def shown(number: int) -> str:
    question = "SELECT data FROM inbox WHERE thread = (SELECT thread FROM inbox WHERE id = ?) ORDER BY id"
    return as_page([read(data) for (data,) in rows(question, number)])


@app.post("/traad/{number}", response_class=HTMLResponse)
async def reply(number: int, request: Request) -> Response:
    text = (await fields(request)).get("text", "")
    return await run_in_threadpool(answer, number, text)


def answer(number: int, text: str) -> Response:
    message = from_dict(json.loads(rows("SELECT message FROM inbox WHERE id = ?", number)[0][0]))
    try:
        if isinstance(message, CareCommunicationMessage):
            author = Author(given="Petra", family="Prøve", role_code="psykolog", telephone="00000000")
            send([CareCommunicationBuilder.reply_to(message).write(text, author=author).build()])
        elif isinstance(message, Emessage):
            send(ClinicalEmailBuilder.reply_to(message, text=text).sign(WHO, title=TITLE).build())
    except InvalidMessage as error:
        return threaded(number, "; ".join(issue.text("da") for issue in error.report))
    return RedirectResponse("/sendt", 303)


@app.get("/henvisning", response_class=HTMLResponse)
def form() -> str:
    return page("Ny henvisning", filled({}, {}))


@app.post("/henvisning", response_class=HTMLResponse)
async def refer(request: Request) -> Response:
    return await run_in_threadpool(referred, await fields(request))


def referred(given: dict[str, str]) -> Response:
    referral = bu.BupReferralBuilder(
        sender=SENDER,
        receiver=RECEIVER,
        patient=ReferralPatient(
            identifier=Cpr(given.get("cpr", "")),
            person_surname_name=given.get("surname", ""),
            person_given_name=given.get("given", ""),
        ),
        region="Region Syddanmark",
        on=IDS.moment().date(),
        referral_diagnosis=bu.OBSERVATION,
        **{name: given.get(name) for name in ("reason", "current_symptoms", "suicide_risk")},  # type: ignore[arg-type]
    )
    if given.get("report"):
        referral.attach(text_pdf(given["report"], title="Rapport"), title="Rapport")
    try:
        send(referral.build())
    except InvalidMessage as error:
        return HTMLResponse(page("Ny henvisning", filled(given, beside(error))), 422)
    return RedirectResponse("/sendt", 303)


@app.get("/sendt", response_class=HTMLResponse)
def sent() -> str:
    found = rows("SELECT id, moment, state FROM sent ORDER BY id DESC")
    items = (Markup('<li><a href="/sendt/{}">{:.16}</a>: {}</li>').format(*row) for row in found)
    return page("Sendt", Markup("<ul>{}</ul>").format(Markup().join(items)))


@app.get("/sendt/{number}", response_class=HTMLResponse)
def kept(number: int) -> str:
    return as_page(read(rows("SELECT data FROM sent WHERE id = ?", number)[0][0]))


def about(message: object) -> tuple[str, str]:
    """The thread that a message belongs to, and its subject."""
    if isinstance(message, CareCommunicationMessage):
        return message.communication_identifier or "", message.topic or "Korrespondance"
    letter: Any = message.letters[0] if isinstance(message, Emessage) else None
    subject = getattr(getattr(letter, "additional_information", None), "subject", None)
    return letter.letter.episode_of_care_identifier or letter.letter.identifier, subject or "Brev"


async def fields(request: Request) -> dict[str, str]:
    """What a form says."""
    return {name: texts[0] for name, texts in parse_qs((await request.body()).decode(errors="replace")).items()}


def page(title: str, body: str) -> str:
    """A page; what is not Markup is escaped."""
    return str(PAGE.format(title=title, body=body))


def filled(given: dict[str, str], wrong: dict[str, str]) -> Markup:
    """The referral's form, with what was given, and beside each field what is wrong with it."""
    text = Markup('<textarea id="{0}" name="{0}" rows="4">{1}</textarea>')
    line = Markup('<input id="{0}" name="{0}" value="{1}">')
    parts = [Markup('<p class="fejl">{}</p>').format(wrong.get("", ""))]
    for name, (label, is_long) in FIELDS.items():
        field = (text if is_long else line).format(name, given.get(name, ""))
        told = Markup('<span class="fejl">{}</span>').format(wrong.get(name, ""))
        parts.append(Markup('<label for="{}">{}</label>{}{}').format(name, label, field, told))
    return Markup('<form method="post">{}<p><button>Send henvisning</button></p></form>').format(Markup().join(parts))


def beside(error: InvalidMessage) -> dict[str, str]:
    """Field of the form -> what is wrong with it; what is of no field stands under the empty name."""
    told: dict[str, str] = {}
    for issue in error.report:
        name = PLACES.get(issue.path, issue.path if issue.path in FIELDS else "")
        told[name] = f"{told.get(name, '')} {issue.text('da')}. {issue.hint_text('da')}".strip()
    return told
