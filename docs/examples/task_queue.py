"""Letters through a task queue, here Dramatiq: the web server keeps the bytes and goes on, workers do the rest.

A task is given a key, never the message: a queue writes its arguments to its log when a task fails, and they hold a
child's record. ``RECEIVED``, ``STORE`` and ``OUTBOX`` stand for your database and your way to the network.

Dramatiq's StubBroker is for tests: take its RabbitmqBroker or RedisBroker, and start workers: ``dramatiq task_queue``.
"""

from __future__ import annotations

import logging
import uuid
from typing import Any

import dramatiq
from dramatiq.brokers.stub import StubBroker

from medcom_bu import Emessage, InvalidMessage, from_dict, read, to_dict, to_xml
from medcom_bu.exchange import receipts

broker = StubBroker()
dramatiq.set_broker(broker)
log = logging.getLogger(__name__)
RECEIVED: dict[str, bytes] = {}
STORE: dict[str, dict[str, Any]] = {}
OUTBOX: list[bytes] = []


def receive(data: bytes) -> str:
    """Keep what came, and have it handled. The key is for the caller to ask by."""
    key = str(uuid.uuid4())
    RECEIVED[key] = data
    handle.send(key)
    return key


@dramatiq.actor(max_retries=3)
def handle(key: str) -> None:
    """Read what came, keep it as JSON, and send the receipt that is due."""
    parsed = read(RECEIVED[key])
    message, report = parsed.message, parsed.report
    log.info("%s is %s: %s", key, type(message).__name__, report.verdict)
    for issue in report:
        log.info("%s: %s", key, issue)
    if message is not None and not isinstance(message, Emessage):
        return  # FHIR goes the same way: exchange.acknowledgements, and to_fhir
    try:
        if message is None or not report.ok:
            submit(receipts.negative(parsed, report))
            return
        STORE[key] = to_dict(message)
        if receipts.wants_receipt(parsed):
            submit(receipts.positive(parsed))
    except InvalidMessage as error:
        log.warning("%s cannot be answered: %s", key, error)


def submit(message: Emessage) -> str:
    """Keep a message as JSON, and have it sent."""
    key = str(uuid.uuid4())
    STORE[key] = to_dict(message)
    send.send(key)
    return key


@dramatiq.actor(max_retries=3)
def send(key: str) -> None:
    """Write a message that was kept, and send it."""
    message = from_dict(STORE[key])
    if isinstance(message, Emessage):
        OUTBOX.append(to_xml(message))
        log.info("%s is sent", key)
