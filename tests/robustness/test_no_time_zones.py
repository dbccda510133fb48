"""A system without a time zone database, as Windows is and small containers are: everything works all the same."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import medcom_bu
from medcom_bu.testing.letters import letter_samples
from medcom_bu.testing.sets import fhir_samples

ROOT = Path(medcom_bu.__file__).parent.parent
WITHOUT = {"with tzdata": "", "without any": "import sys; sys.modules['tzdata'] = None\n"}
EACH = pytest.mark.parametrize("without", WITHOUT.values(), ids=list(WITHOUT))

EVERYTHING = """
import datetime, zoneinfo
from medcom_bu import *
from medcom_bu.builders.threads import Author
from medcom_bu.envelopes import statistics, vans
from medcom_bu.exchange import accept
from medcom_bu.rendering.page import as_page
from medcom_bu.rendering.text import as_text
from medcom_bu.testing.letters import letter_samples
from medcom_bu.testing.sets import fhir_samples

assert not zoneinfo.TZPATH
S, F = letter_samples(), fhir_samples()
mail, care = S["XDIS91/XD9134L"], F["CareCommunication/5.0"]
letter = S["XREF01/XH0131R"].letters[0]
builder = HospitalReferralBuilder(sender=letter.sender, receiver=letter.receiver, patient=letter.patient)
builder.attach(b"%PDF-1.4", title="x")
made = [*builder.build(), *ClinicalEmailBuilder.reply_to(mail, text="x").build(), accept(mail)]
made.append(CareCommunicationBuilder.reply_to(care).write("x", author=Author(
    given="a", family="b", telephone="1", role_code="paedagog")).build())
made.append(accept(care))
envelope = vans.wrap(mail)
made += [envelope, vans.positive(envelope), vans.rewrap(envelope)]
for message in [*made, *S.values(), *F.values()]:
    assert validate(message).ok
    as_page(message), as_text(message)
local = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1)
assert abs(statistics.record(envelope).time - local.replace(tzinfo=None)) <= datetime.timedelta(hours=1, minutes=5)
print("done")
"""
COMMAND = "import sys; from medcom_bu.cli import main; sys.exit(main(sys.argv[1:]))"


def run(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """What a fresh interpreter without the system's time zones makes of some code."""
    environment = {**os.environ, "PYTHONTZPATH": "", "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        encoding="utf-8",
    )


@pytest.mark.slow
@EACH
def test_all_that_tells_a_time(without: str) -> None:
    done = run(without + EVERYTHING)
    assert (done.returncode, done.stdout, done.stderr) == (0, "done\n", "")


@pytest.mark.slow
@EACH
def test_the_command_line(without: str, tmp_path: Path) -> None:
    letter, message = tmp_path / "letter.xml", tmp_path / "message.json"
    letter.write_bytes(medcom_bu.to_xml(letter_samples()["XREF01/XH0131R"]))
    message.write_bytes(medcom_bu.to_fhir(fhir_samples()["CareCommunication/5.0"]))
    for words in (
        ["demo", str(tmp_path / "demo")],
        ["show", str(letter)],
        ["show", str(message)],
        ["show", str(message), "--html", str(tmp_path / "page.html")],
        ["validate", str(letter), str(message)],
    ):
        done = run(without + COMMAND, *words)
        assert (done.returncode, done.stderr) == (0, ""), words
        assert done.stdout or "--html" in words
