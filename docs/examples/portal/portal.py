"""A portal of one file: inbox, thread, reply, referral form, answers, archive. Start it with ``uvicorn portal:app``.

An example, not a product. Yours to add: who the user is and what they may see, protection of forms against other sites
(a token in each form, cookies with SameSite), the connection to your VANS provider, which here is ``POST /network``
for what comes and the page "Sendt" for what goes out, and a clock that calls ``POST /due``.
"""

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import parse_qs

from fastapi import Depends, FastAPI, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from markupsafe import Markup

import medcom_bu
from medcom_bu import CareCommunicationMessage, Emessage, InvalidMessage, Message, archive, as_page, bu, read
from medcom_bu.exchange import Action, Outbox, SqliteStore, receive

WHO, TITLE, LARGEST = "Petra Prøve", "Psykolog", 50_000_000
AUTHOR = medcom_bu.Author(given="Petra", family="Prøve", role_code="psykolog", telephone="00000000")
SENDER = medcom_bu.ReferringSender(
    ean_identifier="5790000121526",
    identifier="101",
    identifier_code="kommunenummer",
    organisation_name="Eksempel Kommune",
    department_name="PPR",
    referrer=medcom_bu.Referrer(person_name=WHO, person_title=TITLE),
)
RECEIVER = medcom_bu.Receiver(
    ean_identifier="5790001348120",
    identifier="5790001348120",
    identifier_code="lokationsnummer",
    organisation_name="Eksempel Region",
    department_name="Børne- og Ungdomspsykiatri",
)
TEXTS = ("reason", "current_symptoms", "suicide_risk")  # parameters of the builder
FIELDS = {  # of the form -> what it calls them, and the path of an issue about them
    "cpr": ("CPR-nummer", "patient.identifier"),
    "given": ("Fornavn", "patient.person_given_name"),
    "surname": ("Efternavn", "patient.person_surname_name"),
    "reason": ("Henvisningsårsag", "reason"),
    "current_symptoms": ("Aktuelle symptomer", "current_symptoms"),
    "suicide_risk": ("Selvmordsrisiko", "suicide_risk"),
    "report": ("Rapport, der vedlægges som PDF", "attachments[0]"),
}
PAGE = Markup("""<!DOCTYPE html><html lang="da"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>{title}</title>
<style>body{{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:auto;padding:1rem}}nav a{{margin-right:1rem}}
label,input,textarea,iframe{{display:block;width:100%;box-sizing:border-box}}label{{margin-top:1rem;font-weight:600}}
iframe{{height:60vh;border:1px solid #999}}.fejl{{color:#a00000}}li{{margin:.5rem 0;overflow-wrap:anywhere}}</style>
<nav><a href="/">Indbakke</a><a href="/henvisning">Ny henvisning</a><a href="/sendt">Sendt</a></nav>
<main><h1>{title}</h1>{body}</main>""")
THREAD = Markup("""<iframe sandbox src="/traad/{0}/side" title="Korrespondancen"></iframe><p class="fejl">{1}</p>
<form method="post"><label for="text">Svar</label><textarea id="text" name="text" rows="8" required></textarea>
<p><button>Send svar</button></p></form>""")
FORM = Markup('<form method="post"><p class="fejl">{}</p>{}<p><button>Send henvisning</button></p></form>')
FIELD = Markup('<label for="{}">{}</label>{}<span class="fejl">{}</span>')
LINE = Markup('<input id="{0}" name="{0}" value="{1}">')
TEXT = Markup('<textarea id="{0}" name="{0}" rows="4">{1}</textarea>')
FOLDER = Path(os.environ.get("PORTAL_FOLDER", "portal-data"))
FOLDER.mkdir(exist_ok=True)
STORE, OUTBOX, IDS, app = SqliteStore(FOLDER / "portal.db"), Outbox(), medcom_bu.IdsAndClock(), FastAPI()


def rows(sql: str, *given: object) -> list[tuple[Any, ...]]:
    """What the database answers; within ``with STORE`` it is part of that transaction."""
    with STORE:
        return list(STORE.connection.execute(sql, given))


rows("CREATE TABLE IF NOT EXISTS inbox (id INTEGER PRIMARY KEY, thread, subject, moment, data BLOB, message)")
rows("CREATE TABLE IF NOT EXISTS sent (id INTEGER PRIMARY KEY, key, moment, state, data BLOB)")
rows("CREATE TABLE IF NOT EXISTS outgoing (id INTEGER PRIMARY KEY, data BLOB)")


async def body(request: Request) -> bytes:
    data = await request.body()
    if len(data) > LARGEST:
        raise HTTPException(413)
    return data


Body = Annotated[bytes, Depends(body)]


def fields(data: Body) -> dict[str, str]:
    """What a form says."""
    return {name: texts[0] for name, texts in parse_qs(data.decode(errors="replace")).items()}


Fields = Annotated[dict[str, str], Depends(fields)]


def page(title: str, content: str, status: int = 200) -> HTMLResponse:
    """A page; what is not Markup is escaped."""
    return HTMLResponse(PAGE.format(title=title, body=content), status)


def listed(item: Markup, found: Iterable[tuple[Any, ...]]) -> Markup:
    return Markup("<ul>{}</ul>").format(Markup().join(item.format(*row) for row in found))


def keep(data: bytes, *, receiving: bool = False) -> None:
    """Put the copy that must be kept into the archive."""
    copy = archive(data, receiving=receiving)
    copy.write(FOLDER / "archive" / copy.name)


def send(messages: Iterable[Message]) -> None:
    """All or none: each is remembered, kept and put where the network takes it."""
    with STORE:
        for message in messages:
            now = IDS.moment()
            step = OUTBOX.send(message, STORE, now, whom=WHO)
            state = (step.key.text, now.isoformat(), step.text("da"), step.data)
            rows("INSERT INTO sent (key, moment, state, data) VALUES (?, ?, ?, ?)", *state)
            rows("INSERT INTO outgoing (data) VALUES (?)", step.data)
            keep(step.data or b"")


@app.post("/network")
def take(data: Body) -> Response:
    """What the VANS provider delivers; the answer is what goes back.

    One transaction: what is shown is kept, or nothing has happened. A duplicate is answered again, and not shown.
    """
    with STORE:
        decision = receive(data, STORE, IDS.moment())
        if decision.action == Action.SHOW:
            plain = json.dumps(medcom_bu.to_dict(decision.message)) if decision.message else None
            found = (*about(decision.message), IDS.moment().isoformat(), data, plain)
            rows("INSERT INTO inbox (thread, subject, moment, data, message) VALUES (?, ?, ?, ?, ?)", *found)
            keep(data, receiving=True)
        for step in OUTBOX.answered(data, STORE, IDS.moment()) if decision.action == Action.ANSWER else ():
            rows("UPDATE sent SET state = ? WHERE key = ?", step.text("da"), step.key.text)
    return Response(decision.answer) if decision.answer else Response(status_code=204)


def about(message: object) -> tuple[str, str]:
    """The thread that a message belongs to, and its subject."""
    if isinstance(message, CareCommunicationMessage):
        return message.communication_identifier or "", message.topic or "Korrespondance"
    letter: Any = message.letters[0] if isinstance(message, Emessage) else None
    subject = getattr(getattr(letter, "additional_information", None), "subject", None)
    return letter.letter.episode_of_care_identifier or letter.letter.identifier, subject or "Brev"


@app.post("/due")
def due() -> Response:
    """What nobody has answered goes out again, or is given up."""
    with STORE:
        for step in OUTBOX.due(STORE, IDS.moment()):
            rows("UPDATE sent SET state = ? WHERE key = ?", step.text("da"), step.key.text)
            if step.data:
                rows("INSERT INTO outgoing (data) VALUES (?)", step.data)
    return Response(status_code=204)


@app.get("/")
def inbox() -> Response:
    found = rows("SELECT max(id), subject, max(moment), count(*) FROM inbox GROUP BY thread ORDER BY 1 DESC")
    items = listed(Markup('<li><a href="/traad/{}">{}</a> {:.16} ({})</li>'), found)
    return page("Indbakke", items if found else "Ingen meddelelser.")


@app.get("/traad/{number}")
def thread(number: int, wrong: str = "") -> Response:
    if not rows("SELECT 1 FROM inbox WHERE id = ?", number):
        return page("Findes ikke", "Meddelelsen findes ikke.", 404)
    return page("Korrespondance", THREAD.format(number, wrong))


@app.get("/traad/{number}/side")
def shown(number: int) -> Response:
    question = "SELECT data FROM inbox WHERE thread = (SELECT thread FROM inbox WHERE id = ?) ORDER BY id"
    return HTMLResponse(as_page([read(data) for (data,) in rows(question, number)]))


@app.post("/traad/{number}")
def reply(number: int, given: Fields) -> Response:
    message = medcom_bu.from_dict(json.loads(rows("SELECT message FROM inbox WHERE id = ?", number)[0][0]))
    text = given.get("text", "")
    try:
        if isinstance(message, CareCommunicationMessage):
            send([medcom_bu.CareCommunicationBuilder.reply_to(message).write(text, author=AUTHOR).build()])
        elif isinstance(message, Emessage):
            send(medcom_bu.ClinicalEmailBuilder.reply_to(message, text=text).sign(WHO, title=TITLE).build())
    except InvalidMessage as error:
        return thread(number, "; ".join(issue.text("da") for issue in error.report))
    return RedirectResponse("/sendt", 303)


@app.get("/henvisning")
def form() -> Response:
    return page("Ny henvisning", filled({}, {}))


@app.post("/henvisning")
def referred(given: Fields) -> Response:
    texts: dict[str, Any] = {name: given.get(name) for name in TEXTS}
    child = medcom_bu.ReferralPatient(
        identifier=medcom_bu.Cpr(given.get("cpr", "")),
        person_surname_name=given.get("surname", ""),
        person_given_name=given.get("given", ""),
    )
    referral = bu.BupReferralBuilder(
        sender=SENDER, receiver=RECEIVER, patient=child, region="Region Syddanmark", **texts
    )
    referral.on, referral.referral_diagnosis = IDS.moment().date(), bu.OBSERVATION
    if given.get("report"):
        referral.attach(medcom_bu.text_pdf(given["report"], title="Rapport"), title="Rapport")
    try:
        send(referral.build())
    except InvalidMessage as error:
        return page("Ny henvisning", filled(given, beside(error)), 422)
    return RedirectResponse("/sendt", 303)


@app.get("/sendt")
def sent() -> Response:
    found = rows("SELECT id, moment, state FROM sent ORDER BY id DESC")
    return page("Sendt", listed(Markup('<li><a href="/sendt/{}">{:.16}</a>: {}</li>'), found))


@app.get("/sendt/{number}")
def kept(number: int) -> Response:
    return HTMLResponse(as_page(read(rows("SELECT data FROM sent WHERE id = ?", number)[0][0])))


def filled(given: dict[str, str], wrong: dict[str, str]) -> Markup:
    """The referral's form, with what was given, and beside each field what is wrong with it."""
    parts = Markup()
    for name, (label, _) in FIELDS.items():
        field = (TEXT if name in (*TEXTS, "report") else LINE).format(name, given.get(name, ""))
        parts += FIELD.format(name, label, field, wrong.get(name, ""))
    return FORM.format(wrong.get("", ""), parts)


def beside(error: InvalidMessage) -> dict[str, str]:
    """Field of the form -> what is wrong with it; what is of no field stands under the empty name."""
    told: dict[str, str] = {}
    for issue in error.report:
        name = next((name for name, (_, path) in FIELDS.items() if path == issue.path), "")
        told[name] = f"{told.get(name, '')} {issue.text('da')}. {issue.hint_text('da')}".strip()
    return told
