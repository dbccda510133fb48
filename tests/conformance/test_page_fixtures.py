"""What a page shows of the messages that MedCom's test protocols have a receiver show, read from their plain JSON.

Source: MedCom, test protocol for receiving CareCommunication 5.0.0, 3.1 and 3.2; the fixtures of its test scripts.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

import medcom_bu
from medcom_bu import CareCommunicationMessage, danish_time
from medcom_bu.rendering.view import NoticeKind, Post
from medcom_bu.rendering.viewing import view_of
from tests.support.oracle import oracle
from tests.support.views import contents, said

FIXTURES = ("testscripts-5.0.0", "testscripts-4.0.1")
NAMES = {
    "testscripts-5.0.0": (
        *("R-B-reply", "R-C-forward", "R-Tek-A", "R-Tek-D", "R-Tek-E-new-parallel", "R-Tek-I-reply-order", "R-Tek-G"),
        *("R-Tek-CPR-1", "R-Tek-CPR-3", "R-Tek-J-dublicate", "R-Tek-K-dublicate", "R-Tek-L-dublicate"),
    ),
    "testscripts-4.0.1": (
        *("C-forward", "B-reply", "Tek-A_new_priority", "Tek-B_new_attachment", "Tek-F_new_deceased", "Tek-O-new"),
        *("Tek-G_new_replacementCPR", "Tek-J-new-noOrgName", "Tek-M-new-parallel", "Tek-Q-new-order", "Tek-L-new-json"),
    ),
}
EACH = pytest.mark.parametrize(
    ("folder", "name"), [pytest.param(folder, name, id=name) for folder, names in NAMES.items() for name in names]
)


def fixture(folder: str, name: str) -> Path:
    files = oracle(f"examples/fhir/{folder}/receive")
    return next(path for path in sorted(files.glob("*.json")) if f"-{name}" in path.name or f"_{name}" in path.name)


class Plain:
    """A message as plain JSON, with what its references lead to."""

    def __init__(self, path: Path) -> None:
        self.resources = [entry["resource"] for entry in json.loads(path.read_bytes())["entry"]]

    def all(self, kind: str) -> list[Any]:
        return [one for one in self.resources if one["resourceType"] == kind]

    def at(self, reference: Any) -> Any:
        kind, _, name = reference["reference"].rpartition("/")
        return next(one for one in self.all(kind.rpartition("/")[2]) if one["id"] == name)

    @property
    def communication(self) -> Any:
        return self.all("Communication")[0]

    @property
    def payload(self) -> Iterator[tuple[Any, dict[str, Any]]]:
        for one in self.communication["payload"]:
            values = {
                extension["url"].rpartition("/")[2]: next(v for key, v in extension.items() if key.startswith("value"))
                for extension in one.get("extension", ())
            }
            yield one, values


def danish(text: str) -> str:
    moment = danish_time.local(datetime.fromisoformat(text))
    assert moment is not None
    return f"{moment:%d.%m.%Y} kl. {moment:%H.%M}"


def name_of(human: Any) -> str:
    return " ".join([*human.get("given", ()), *([human["family"]] if "family" in human else [])])


def number_of(organization: Any) -> str:
    return next(str(one["value"]) for one in organization["identifier"] if one["system"] == "urn:oid:1.2.208.176.1.1")


@EACH
def test_what_is_to_be_shown_is_shown(folder: str, name: str) -> None:
    """3.1.1.4, 3.1.2, 3.1.3, 3.2.1.1, 3.2.1.6, 3.2.1.11, 3.2.3: patient, category, topic, organisations, priority."""
    path = fixture(folder, name)
    plain, message = Plain(path), medcom_bu.read(path).message
    [article] = view_of(message).articles
    patient = plain.at(plain.communication["subject"])
    assert article.patient is not None
    assert said(article.patient.name) == [name_of(patient["name"][0])]
    shown = "".join(said(article.patient.number)).replace("-", "")
    assert shown in [one["value"] for one in patient["identifier"]]
    everything = " ".join(said(article))
    for one in patient["identifier"][1:]:
        assert one["value"][-4:] in everything
    header = plain.all("MessageHeader")[0]
    top = " ".join(said(article.top))
    for party in (plain.at(header["sender"]), plain.at(header["destination"][0]["receiver"])):
        assert party.get("name", number_of(party)) in top
    if "topic" in plain.communication:
        assert plain.communication["topic"]["text"] in top
    is_urgent = plain.communication.get("priority") == "asap"
    assert [one.kind for one in article.notices] == ([NoticeKind.URGENT] if is_urgent else [])
    for episode in [e for one in plain.all("Encounter") for e in one.get("episodeOfCare", ())]:
        assert episode["identifier"]["value"] in everything
    activities = {"new-message": "Ny meddelelse", "reply-message": "Svar", "forward-message": "Videresendt"}
    own = next(one for one in plain.all("Provenance") if one["target"][0]["reference"].endswith(header["id"]))
    assert article.marks == (activities[own["activity"]["coding"][0]["code"]],)


@EACH
def test_each_segment_stands_once_with_its_signature(folder: str, name: str) -> None:
    """3.1.1.4-5, 3.1.3.3, 3.2.1.2-4, 3.2.1.10: text, author, contact, organisation, Danish time; titles of files."""
    path = fixture(folder, name)
    plain, message = Plain(path), medcom_bu.read(path).message
    [article] = view_of(message).articles
    posts = [part for part in article.body if isinstance(part, Post)]
    texts = [text for post in posts for text in contents(post.texts)]
    assert sorted(texts) == sorted(one["contentString"] for one, _ in plain.payload if "contentString" in one)
    times = [danish(values["medcom-core-datetime-extension"]) for _, values in plain.payload]
    assert {said(post.sent)[0] for post in posts} == set(times)
    for (one, values), time in zip(plain.payload, times, strict=True):
        identifier = values["medcom-core-identifier-extension"]
        [post] = [post for post in posts if identifier["value"] in post.identifiers]
        assert said(post.sent) == [time]
        unit = plain.at(identifier["assigner"])
        assert unit.get("name", number_of(unit)) in said(post.author)[0]
        if "medcom-core-practitioner-extension" in values:
            role = plain.at(values["medcom-core-practitioner-extension"])
            author = plain.at(role["practitioner"])
            assert name_of(author["name"][0]) in said(post.author)[0]
        if "medcom-core-contact-extension" in values:
            assert values["medcom-core-contact-extension"]["value"] in said(post.rows)
        if "contentAttachment" in one:
            attachment = one["contentAttachment"]
            [file] = [file for file in post.files if file.identifier == identifier["value"]]
            assert file.name == attachment["title"]
            assert (file.content is not None) == ("data" in attachment)
            assert ("creation" in attachment) == ("Oprettet" in said(file.rows))
            assert attachment.get("url", "") in " ".join(said(file.rows))


def read(name: str) -> CareCommunicationMessage:
    message = medcom_bu.read(fixture("testscripts-5.0.0", name)).message
    assert isinstance(message, CareCommunicationMessage)
    return message


def test_a_message_that_comes_again_is_shown_once() -> None:
    """3.2.7: J twice; K and L, which differ in Bundle.id and timestamp."""
    for names in (("R-Tek-J-dublicate",) * 2, ("R-Tek-K-dublicate", "R-Tek-L-dublicate")):
        [article] = view_of([read(name) for name in names]).articles
        assert len([part for part in article.body if isinstance(part, Post)]) == 1


def test_two_citizens_in_one_thread_are_never_merged() -> None:
    """3.2.3: the fixtures CPR-1 and CPR-3 share the identifier of their thread."""
    view = view_of([read("R-Tek-CPR-1"), read("R-Tek-CPR-3")])
    assert [[one.kind for one in article.notices] for article in view.articles] == [[NoticeKind.OTHER_PATIENT]] * 2


def test_an_invalid_message_is_shown_as_wrong() -> None:
    """3.2.8: what a receiver is not to show, is told apart where it is shown all the same."""
    [path] = oracle("examples/fhir/testscripts-5.0.0/receive").glob("*R-Tek-O*.zip-edited.json")
    [article] = view_of(medcom_bu.read(path)).articles
    assert article.verdict is not None
    assert article.verdict.is_wrong
