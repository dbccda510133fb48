"""The HTML of a page: our template and nothing else, every text of the message escaped, files that can be opened."""

from __future__ import annotations

import base64
import hashlib
import itertools
import re
from collections import Counter
from typing import Any

import pytest

from medcom_bu import as_page
from medcom_bu.demo import example
from medcom_bu.exchange import accept, refuse
from medcom_bu.rendering.html import POLICY, document, element, visible
from medcom_bu.rendering.view import Article, AsItCame, Paragraph, Quote, Remark, Section, ShownVerdict, View, WebLink
from medcom_bu.rendering.viewing import view_of
from medcom_bu.testing.letters import letter_samples
from medcom_bu.testing.sets import fhir_samples
from medcom_bu.values.base64 import Base64
from tests.support.hostile import HOSTILE, hostile, referral_with
from tests.support.html import count_at, text_at, texts_at
from tests.support.pages import texts_shown
from tests.support.threads import thread
from tests.support.views import contents

MESSAGES: dict[str, Any] = {
    **letter_samples(),
    **fhir_samples(),
    "thread": thread(),
    "acceptance": accept(thread()),
    "refusal": refuse(thread(), reason="Ukendt borger"),
    "consignment": example(),
    **{f"hostile {text}": hostile(text) for text in HOSTILE},
}
STYLED = "<bdi>Ængstelig i skolen<br> <b>vigtigt<br></b>"


@pytest.mark.parametrize("name", MESSAGES)
def test_a_page_holds_what_its_view_does(name: str) -> None:
    assert texts_shown(as_page(MESSAGES[name])) == Counter(filter(str.strip, contents(view_of(MESSAGES[name]))))


def test_policy_and_style() -> None:
    page = as_page(letter_samples()["XREF01/XH0131R"])
    style = text_at(page, "//style")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert text_at(page, "//meta[@http-equiv='Content-Security-Policy']/@content") == POLICY
    assert (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"
    ) == POLICY
    assert not re.search(r"url\(|@import|[<>&]", style.replace("ol>li", "").replace(".files>li", ""))
    assert page.startswith('<!DOCTYPE html>\n<html lang="da">')


def test_formatted_text_keeps_its_form() -> None:
    page = as_page(letter_samples()["XDIS91/XD9134L"])
    assert STYLED in page
    assert (
        '<span class="fixed" tabindex="0" role="group" aria-label="Opstilling med fast bredde">a <i>b</i></span>'
        in page
    )


def test_landmarks_and_headings_are_in_order() -> None:
    page = as_page([*example(), thread(), accept(thread())])
    assert count_at(page, "//main") == 1
    assert count_at(page, "//article") == count_at(page, "//h1") == count_at(page, "//article[@aria-labelledby]") == 4
    names = texts_at(page, "//article/@aria-labelledby")
    assert names == texts_at(page, "//h1/@id")
    levels = [int(tag[1]) for tag in re.findall(r"<(h[1-6])[ >]", page)]
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


@pytest.mark.parametrize("text", HOSTILE)
def test_what_is_not_markup_is_escaped(text: str) -> None:
    made = element("p", text, class_=text, aria_label=text)
    assert re.fullmatch(r'<p class="[^"<>]*" aria-label="[^"<>]*">[^<>]*</p>', made)
    page = document(View(text, (Article(text, body=(Section(text, (Paragraph((text,)),)),)),)))
    assert count_at(page, "//*[not(self::wbr)]") == count_at(
        document(View("", (Article("", body=(Section("", (Paragraph(("",)),)),)),))), "//*"
    )
    assert text_at(page, "//title") == text_at(page, "//h1") == text_at(page, "//h2") == text


def test_signs_nobody_sees_are_shown() -> None:
    hidden = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u200b\xad\ufeff\x85\ud800\x00"
    for sign in hidden:
        assert visible(f"a{sign}b") == f"a<code>U+{ord(sign):04X}</code>b"
    assert not set(hidden) & set(as_page(hostile(f"10{hidden}mg")))
    assert visible("æøå é \u00a0 \U0001f600 \u05d0 a\tb\n") == "æøå é \u00a0 \U0001f600 \u05d0 a\tb\n"


def test_base64_that_strayed_is_not_shown() -> None:
    encoded = "A" * 76 + "\n" + "B" * 76 + "\nQUJD=="
    for text in (f"<Fil>{encoded}</Fil>", encoded, encoded.replace("\n", "")):
        page = document(View("", (Article("", body=(Section("", (Paragraph((AsItCame(text),)),)),)),)))
        assert "AAAA" not in page
        assert "QUJD" not in page
        assert "tegn" in text_at(page, "//section//code")
    plain = document(View("", (Article("", body=(Section("", (Paragraph((AsItCame("<T>en tekst</T>"),)),)),)),)))
    assert "tegn" not in text_at(plain, "//section//bdi")


def test_a_link_is_followed_without_saying_from_where() -> None:
    line = (WebLink("https://example.invalid/?a=1&b='"), Quote(" x"))
    page = document(View("", (Article("", body=(Section("", (Paragraph(line),)),)),)))
    assert texts_at(page, "//section//a/@href") == ["https://example.invalid/?a=1&b='"]
    assert texts_at(page, "//section//a/@rel") == ["noopener noreferrer nofollow"]


# --- files --------------------------------------------------------------------------------------------------------


def test_a_file_is_opened_from_the_page() -> None:
    """VEN-25."""
    for kind in ("XBIN01/XB0131X", "XBIN01/XB0130X", "XBIN02/XB0210X"):
        message = letter_samples()[kind]
        letter: Any = message.letters[0]
        held = letter.binary_object[0].object_base64_encoded
        encoded = b"".join(held.encoded()).decode().replace("\n", "")
        page = as_page(message)
        assert texts_at(page, "//a[@download]/@href") == [f"data:application/octet-stream;base64,{encoded}"]
        assert texts_at(page, "//a/@download") == ["fil.pdf"]
        assert text_at(page, "//ul[@class='files']/li/p[1]") == f"fil.pdf PDF · {len(held.content)} byte"
        assert encoded not in as_page(message, embed=False)
        broken = letter.binary_object[0].replace(object_base64_encoded=Base64.decode("!" + encoded))
        page = as_page(message.replace(letters=(letter.replace(binary_object=(broken,)),)))
        assert encoded[:12] not in page
        assert text_at(page, "//ul[@class='files']/li/p[2]") == "Filen kan ikke læses: dens indhold er beskadiget"


def test_nothing_heavy_stands_in_a_page_without_files() -> None:
    assert len(as_page(referral_with())) < 20_000


def test_many_faults_do_not_hide_the_message() -> None:
    remarks = tuple(Remark(f"fund {number}", f"/sti/{number}", number % 2 == 0) for number in range(24))
    for count, on_top in ((4, 4), (10, 10), (24, 10)):
        article = Article("x", ShownVerdict("Forkert.", remarks[:count], is_wrong=True))
        page = document(View("x", (article,)))
        top = texts_at(page, "//header//section[@class='wrong']//li/span/text()")
        last = texts_at(page, "//section[@class='meta']//li/span/text()")
        errors = [remark.path for remark in remarks[:count] if remark.is_error]
        warnings = [remark.path for remark in remarks[:count] if not remark.is_error]
        assert top == (errors + warnings)[:on_top]
        assert top + last == errors + warnings
        assert ("14 forhold mere står nederst." in page) == (count == 24)
