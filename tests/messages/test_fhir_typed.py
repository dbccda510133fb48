"""Through the models of fhir.resources and back: equal but for the rewritings of that library, which are listed."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest
from fhir.resources.R4B import bundle as bundles

import medcom_bu
from medcom_bu import CareCommunicationMessage, InvalidMessage
from medcom_bu.values.fhir_types import Meta
from tests.support.care_messages import corpus, with_files
from tests.support.fhir_codec import official_bundles

CORPUS = corpus()

REWRITTEN = {
    "2026-05-04T09:30:59+00:00": "2026-05-04T09:30:59Z",
    "2026-05-04T09:30:59.410+02:00": "2026-05-04T09:30:59.410000+02:00",
    "2026-05-04T09:30:59+02:00": "2026-05-04T09:30:59+02:00",
}


def test_our_messages_go_through() -> None:
    for _, _, message in CORPUS:
        typed = message.bundle()
        assert isinstance(typed, bundles.Bundle)
        assert CareCommunicationMessage.from_bundle(typed) == message


def test_official_messages_go_through() -> None:
    for path in official_bundles():
        message: Any = medcom_bu.parse(path.read_bytes())
        if message.meta is not None and message.meta.last_updated:
            message = message.replace(meta=message.meta.replace(last_updated=None))  # a fraction: see REWRITTEN
        assert type(message).from_bundle(message.bundle()) == message, path.name


@pytest.mark.parametrize("before", REWRITTEN)
def test_what_is_rewritten(before: str) -> None:
    message = with_files().replace(meta=Meta(last_updated=before))
    back = CareCommunicationMessage.from_bundle(message.bundle())
    assert back == message.replace(meta=Meta(last_updated=REWRITTEN[before]))


def test_what_is_refused_shows_no_content() -> None:
    message = with_files()
    with pytest.raises(InvalidMessage) as caught:
        message.replace(timestamp="hemmelig").bundle()
    assert [(issue.code, issue.path) for issue in caught.value.report] == [("fhir.typed", "Bundle.timestamp")]
    assert "hemmelig" not in str(caught.value) + repr(caught.value.__context__)


ODD: dict[str, Any] = {
    "a type of resource that is none": {"contained": [{"resourceType": "!hemmelig"}]},
    "a resource of a type that is none": {"resourceType": "!hemmelig"},
    "a type that is no text": {"contained": [{"resourceType": 1.5}]},
    "types in a list": {"resourceType": ["hemmelig"]},
    "a number for an address": {"photo": [{"url": 1.5}]},
    "a text for a list": {"name": "hemmelig"},
}


@pytest.mark.parametrize("name", ODD)
def test_what_fhir_resources_trips_over_is_refused_all_the_same(name: str) -> None:
    """By whatever exception: KeyError, AttributeError and TypeError come out of it as well."""
    data = json.loads(medcom_bu.to_fhir(with_files()))
    patient = next(each["resource"] for each in data["entry"] if each["resource"]["resourceType"] == "Patient")
    patient.update(ODD[name])
    message: Any = medcom_bu.read(json.dumps(data).encode()).message
    with pytest.raises(InvalidMessage) as caught:
        message.bundle()
    assert {issue.code for issue in caught.value.report} == {"fhir.typed"}
    assert caught.value.__context__ is None
    assert "hemmelig" not in str(caught.value) + repr(caught.value.report.issues)


def test_a_class_from_its_own_module_has_its_typed_face() -> None:
    """HOUSE-13: in a process in which nothing has loaded the codec."""
    code = (
        "from medcom_bu.messages.care_communication import CareCommunicationMessage as Message\n"
        "bundle = Message(type='message').bundle()\n"
        "print(type(bundle).__name__, Message.from_bundle(bundle).type)"
    )
    made = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert made.stdout.split() == [b"Bundle", b"message"]
