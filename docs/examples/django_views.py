"""Messages over HTTP with Django, in one file: what comes is read, kept and answered; JSON of ``to_dict`` is sent.

Start it with ``python django_views.py runserver``. ``STORE`` and ``OUTBOX`` stand for your database, where a JSONField
holds what ``to_dict`` gives, and your way to the network.
"""

from __future__ import annotations

import json
import logging
import secrets
import sys
from typing import Any

from django.conf import settings
from django.core.management import execute_from_command_line
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from medcom_bu import Emessage, InvalidMessage, from_dict, read, to_dict, to_xml, validate
from medcom_bu.exchange import accept, refuse, wants_answer, write

if not settings.configured:
    settings.configure(
        ALLOWED_HOSTS=["localhost"],
        DATA_UPLOAD_MAX_MEMORY_SIZE=100 * 1024 * 1024,  # attachments are large; Django takes 2.5 MB
        DEBUG=False,  # Django's page on an error shows what was sent
        ROOT_URLCONF=__name__,
        SECRET_KEY=secrets.token_urlsafe(),
    )

log = logging.getLogger(__name__)
STORE: list[dict[str, Any]] = []
OUTBOX: list[bytes] = []


@csrf_exempt  # machines call, without a cookie: ask them for a client certificate or a token
@require_POST
def receive(request: HttpRequest) -> HttpResponse:
    """The answer to a message; nothing where none is asked for; the report where the message cannot be answered."""
    parsed = read(request.body)
    message, report = parsed.message, parsed.report
    log.info("received %s: %s", type(message).__name__, report.verdict)  # neither this nor an issue holds content
    for issue in report:
        log.info("%s", issue)
    try:
        if message is None or not report.ok:
            return HttpResponse(write(refuse(parsed), parsed))
        STORE.append(to_dict(message))
        return HttpResponse(write(accept(parsed), parsed)) if wants_answer(parsed) else HttpResponse(status=204)
    except InvalidMessage:
        return JsonResponse(report.to_dict("da"), status=422)


@csrf_exempt
@require_POST
def send(request: HttpRequest) -> HttpResponse:
    """Send the letter that a JSON body describes, as ``dict_schema`` says."""
    try:
        message = from_dict(json.loads(request.body))
    except json.JSONDecodeError:
        return JsonResponse({"error": "the body is no JSON"}, status=400)
    except (ValueError, TypeError, RecursionError) as error:  # whose text never repeats what was sent
        return JsonResponse({"error": str(error)}, status=400)
    report = validate(message)
    if not isinstance(message, Emessage) or not report.ok:
        return JsonResponse(report.to_dict("da"), status=422)
    STORE.append(to_dict(message))
    OUTBOX.append(to_xml(message))
    log.info("sent %s", message.envelope.identifier)
    return JsonResponse({"messages": [message.envelope.identifier]}, status=202)


urlpatterns = [path("messages", receive), path("referrals", send)]
application = get_wsgi_application()

if __name__ == "__main__":
    execute_from_command_line(sys.argv)
