"""Messages through a task queue, here Dramatiq: the web server keeps the bytes and goes on, workers do the rest.

A task is given a key, never the message: a queue writes its arguments to its log when a task fails, and they hold a
child's record. ``RECEIVED``, ``STORE``, ``TO_SEND`` and ``OUTBOX`` stand for your database and
your way to the network.

Dramatiq's StubBroker is for tests: take its RabbitmqBroker or RedisBroker, and start workers: ``dramatiq task_queue``.
"""

from __future__ import annotations

import logging
import uuid
from typing import Any

import dramatiq
from dramatiq.brokers.stub import StubBroker

from medcom_bu import InvalidMessage, read, to_dict
from medcom_bu.exchange import accept, refuse, wants_answer, write

broker = StubBroker()
dramatiq.set_broker(broker)
log = logging.getLogger(__name__)
RECEIVED: dict[str, bytes] = {}
TO_SEND: dict[str, bytes] = {}
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
    """Read what came, keep it as JSON, and have the answer that is due sent, on the wire that the message came on."""
    parsed = read(RECEIVED[key])
    message, report = parsed.message, parsed.report
    log.info("%s is %s: %s", key, type(message).__name__, report.verdict)
    for issue in report:
        log.info("%s: %s", key, issue)
    try:
        if message is None or not report.ok:
            submit(write(refuse(parsed), parsed))
            return
        STORE[key] = to_dict(message)
        if wants_answer(parsed):
            submit(write(accept(parsed), parsed))
    except InvalidMessage as error:
        log.warning("%s cannot be answered: %s", key, error)


def submit(data: bytes) -> str:
    """Keep the bytes of a message, and have it sent."""
    key = str(uuid.uuid4())
    TO_SEND[key] = data
    send.send(key)
    return key


@dramatiq.actor(max_retries=3)
def send(key: str) -> None:
    """Send a message that was kept."""
    OUTBOX.append(TO_SEND[key])
    log.info("%s is sent", key)
