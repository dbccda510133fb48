"""Messages over HTTP with FastAPI: what comes is read, kept and answered; a referral is made of a JSON body and sent.

Start it with ``uvicorn fastapi_app:app``. ``STORE`` and ``OUTBOX`` stand for your database and your way to the network.
"""

from __future__ import annotations

import logging
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from medcom_bu import (
    Cpr,
    DiagnoseTypeCode,
    HospitalReferralBuilder,
    IdentifierCode,
    InvalidMessage,
    MainDiagnosis,
    Receiver,
    ReferralPatient,
    Referrer,
    ReferringSender,
    read,
    to_dict,
    to_xml,
)
from medcom_bu.exchange import accept, refuse, wants_answer, write

log = logging.getLogger(__name__)
app = FastAPI()
STORE: list[dict[str, Any]] = []
OUTBOX: list[bytes] = []

SENDER = ReferringSender(
    ean_identifier="5790000121526",
    identifier="101",
    identifier_code=IdentifierCode.MUNICIPALITY_NUMBER,
    organisation_name="Eksempel Kommune",
    street_name="Prøvevej 1",
    telephone_subscriber_identifier="00000000",
    referrer=Referrer(person_name="Test Psykolog"),
)
RECEIVER = Receiver(
    ean_identifier="5790000121526",
    identifier="5790000121526",
    identifier_code=IdentifierCode.LOCATION_NUMBER,
    organisation_name="Eksempel Region",
)


class ReferralBody(BaseModel):
    """What the caller says; the rest of the referral is the same for all."""

    cpr: str
    surname: str
    given_name: str
    reason: str
    diagnosis_code: str
    diagnosis_text: str


@app.post("/messages")
async def receive(request: Request) -> Response:
    """A message. Reading is work for the processor: it goes to a thread, so that others are served meanwhile."""
    return await run_in_threadpool(answer, await request.body())


def answer(data: bytes) -> Response:
    """The answer to a message; nothing where none is asked for; the report where the message cannot be answered."""
    parsed = read(data)
    message, report = parsed.message, parsed.report
    log.info("received %s: %s", type(message).__name__, report.verdict)  # neither this nor an issue holds content
    for issue in report:
        log.info("%s", issue)
    try:
        if message is None or not report.ok:
            return Response(write(refuse(parsed), parsed))
        STORE.append(to_dict(message))
        return Response(write(accept(parsed), parsed)) if wants_answer(parsed) else Response(status_code=204)
    except InvalidMessage:
        return JSONResponse(report.to_dict("da"), status_code=422)


@app.post("/referrals")
def refer(body: ReferralBody) -> Response:
    """Send a referral, or say in Danish all that is wrong with it."""
    builder = HospitalReferralBuilder(
        sender=SENDER,
        receiver=RECEIVER,
        patient=ReferralPatient(
            identifier=Cpr(body.cpr), person_surname_name=body.surname, person_given_name=body.given_name
        ),
        diagnosis=MainDiagnosis(
            diagnose_code=body.diagnosis_code,
            diagnose_type_code=DiagnoseTypeCode.SKS,
            diagnose_text=body.diagnosis_text,
        ),
        clinical_reason=body.reason,
    )
    try:
        consignment = builder.build()
    except InvalidMessage as error:
        return JSONResponse(error.report.to_dict("da"), status_code=422)
    for message in consignment:
        STORE.append(to_dict(message))
        OUTBOX.append(to_xml(message))
        log.info("sent %s", message.envelope.identifier)
    return JSONResponse({"messages": [message.envelope.identifier for message in consignment]}, status_code=202)


@app.exception_handler(RequestValidationError)
def refuse_body(_: Request, error: RequestValidationError) -> JSONResponse:
    """FastAPI's own answer repeats what was sent; this one says where the fault is."""
    return JSONResponse([{"loc": each["loc"], "type": each["type"]} for each in error.errors()], status_code=422)
