"""The numbers that name persons and organisations.

Persons here are those of the national test list, or numbers that nobody living can have.
"""

from __future__ import annotations

import copy
import csv
import doctest
import pickle
import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medcom_bu.values import identifiers
from medcom_bu.values.codes import IdentifierCode
from medcom_bu.values.identifiers import (
    BY_CODE,
    BY_SYSTEM,
    KINDS,
    Cpr,
    Cvr,
    DanishIdentifier,
    Gln,
    MunicipalityNumber,
    ProviderNumber,
    ReplacementCpr,
    Shak,
    SorCode,
    person_identifier,
)
from tests.support.oracle import oracle

PERSONS: tuple[type[DanishIdentifier], ...] = (Cpr, ReplacementCpr)
UNITS = tuple(kind for kind in KINDS if kind not in PERSONS)
ALL = KINDS

every_kind = st.sampled_from(ALL)
digits = st.text("0123456789", min_size=1, max_size=20)
any_text = st.one_of(st.text(), st.text("0123456789 -\u00a0ÆA٣3"), digits)

VALID = {
    Cpr: ("2509479989", "250947-9989", "25 09 47 9989", "0201609996", "2512489996", "6202609996", "3112580000"),
    ReplacementCpr: ("0203291WQ3", "020329-1WQ3", "1308781OS6", "3101057JC9", "1206550VK9", "2902006AA1"),
    Gln: ("5790000120406", "579 0000 12040 6", "0000000000000", "0000000000017"),
    SorCode: ("265161000016000", "953741000016009", "330461000016004", "1017421000016003", "1042981000016003"),
    ProviderNumber: ("012345", "999999", "012 345"),
    Shak: ("1301", "130118", "1301180", "4202A01", "42A0"),
    MunicipalityNumber: ("101", "851", "0101"),
    Cvr: ("88146328", "88 14 63 28"),
}
INVALID = {
    Cpr: (
        *("", "250947998", "25094799890", "2727121212", "0000000000", "9202609996", "3002609996", "2902010000"),
        *("250947998A", "٢٥٠٩٤٧٩٩٨٩", "２５０９４７９９８９", "2509479989\nx", "0203291WQ3", "250947/9989"),
    ),
    ReplacementCpr: (
        "",
        "2509479989",
        "0203291wq3",
        "0203292WQ3",
        "3002291WQ3",
        "0203291WÆ3",
        "0203291WQ33",
        "7103291WQ3",
    ),
    Gln: (
        "5790000120400",
        "5790000128700",
        "5790000123456",
        "5790000143055",
        "579000012040",
        "57900001204061",
        "DKKMDKMDNET",
    ),
    SorCode: (
        "265161000016001",
        "625161000016000",
        "543210987654321",
        "123456789012345",
        "100001600",
        "26516100001600",
    ),
    ProviderNumber: ("12345", "0123456", "01234A", "٠١٢٣٤٥", ""),
    Shak: ("130", "13011", "13011801", "130118011", "1301a", "130Æ"),
    MunicipalityNumber: ("12", "1101", "0851x", "00101", "５７９"),
    Cvr: ("88146329", "8814632", "881463280", "8814632A"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_has_numbers_to_be_tried_with(kind: type[DanishIdentifier]) -> None:
    """HOUSE-27: a new kind is found by itself; what it lacks is named here."""
    assert VALID.get(kind), f"VALID lacks numbers that are a {kind.__name__}"
    assert INVALID.get(kind), f"INVALID lacks texts that are no {kind.__name__}"
    assert kind.SYSTEMS or kind.CODE, f"{kind.__name__} says neither a FHIR system (SYSTEMS) nor a register (CODE)"
    for uri in kind.SYSTEMS:
        assert BY_SYSTEM[uri] is kind, f"{uri} is that of {BY_SYSTEM[uri].__name__} too"
    assert kind.CODE is None or BY_CODE[kind.CODE] is kind, f"{kind.CODE} is that of another kind too"


@pytest.mark.parametrize("code", [code for code in IdentifierCode if code != IdentifierCode.COUNTY])
def test_every_register_of_letters_has_a_kind(code: IdentifierCode) -> None:
    assert BY_CODE[code].CODE is code


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in VALID.items() for text in texts])
def test_valid(kind: type[DanishIdentifier], text: str) -> None:
    assert kind.is_valid(text)
    assert kind.is_valid(kind.format(text))
    assert kind.has_form(kind.compact(text))


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in INVALID.items() for text in texts])
def test_invalid(kind: type[DanishIdentifier], text: str) -> None:
    assert not kind.is_valid(text)
    assert kind(text).reveal() == text


def test_form_judges_the_text_as_it_stands() -> None:
    assert not Cpr.has_form("250947-9989")
    assert not Gln.has_form("5790000120406 ")
    assert not Gln.has_form("5790000120406\n")
    assert Gln.has_form("5790000120400")
    assert not ReplacementCpr.has_form("2509479989")
    assert ReplacementCpr("2509479989").is_uncertain_cpr
    assert not ReplacementCpr("0203291WQ3").is_uncertain_cpr
    assert [SorCode.has_form("1" * length) for length in (5, 6, 17, 18)] == [False, True, True, False]
    assert [Shak.has_form("1" * length) for length in (3, 4, 9, 10)] == [False, True, True, False]


def test_form_is_the_human_one() -> None:
    assert Cpr.format(" 2509479989 ") == "250947-9989"
    assert Gln.compact("\t579 0000\u00a0120406\n") == "5790000120406"
    assert ReplacementCpr.format("0203291WQ3") == "020329-1WQ3"
    assert Cpr.format("25094-7") == "250947"
    assert ProviderNumber.format("012 345") == "012345"
    assert MunicipalityNumber.format("0101") == "0101"


# --- CPR ----------------------------------------------------------------------------------------------------------


def _year(digit: int, year: int) -> int:
    """The table of the CPR office, written out: the first year and the last that a seventh digit can stand for."""
    first, last = {
        **dict.fromkeys((0, 1, 2, 3), (1900, 1999)),
        **dict.fromkeys((4, 9), (1937, 2036)),
        **dict.fromkeys((5, 6, 7, 8), (1958, 2057)),
    }[digit]
    candidate = next(full for full in range(first, last + 1) if full % 100 == year)
    return candidate - 100 if digit in (5, 6, 7, 8) and candidate < 2000 else candidate


@pytest.mark.parametrize("digit", range(10))
def test_century_by_the_seventh_digit(digit: int) -> None:
    assert [identifiers._cpr_century(digit, year) + year for year in range(100)] == [
        _year(digit, year) for year in range(100)
    ]


@pytest.mark.parametrize(
    ("text", "born", "sex"),
    [
        ("2509479989", date(1947, 9, 25), "male"),
        ("250947-9989", date(1947, 9, 25), "male"),
        ("0201609996", date(1960, 1, 2), "female"),
        ("3112585001", date(1858, 12, 31), "male"),
        ("0101000000", date(1900, 1, 1), "female"),
        ("3112575002", date(2057, 12, 31), "female"),
        ("3112364001", date(2036, 12, 31), "male"),
        ("2727121212", None, "female"),
        ("6202609996", None, None),
        ("no number!", None, None),
    ],
)
def test_birth_date_and_sex_of_a_cpr(text: str, born: date | None, sex: str | None) -> None:
    assert (Cpr(text).birth_date, Cpr(text).sex) == (born, sex)


def test_a_leap_day_belongs_to_its_century() -> None:
    assert Cpr.has_date("2902966000")  # 1896
    assert not Cpr.has_date("2902000000")  # 1900


def test_replacement_number_of_the_cpr_office() -> None:
    assert [Cpr(f"{day}01609996").is_replacement for day in (60, 61, 91, 92)] == [False, True, True, False]
    assert not Cpr("2509479989").is_replacement
    assert Cpr.has_date("6101609996")
    assert Cpr.has_date("9101609996")
    assert not Cpr.has_date("9102609996")
    assert not Cpr("610160999").is_replacement


def test_modulus_11_never_decides() -> None:
    failing, passing = "2512489996", "3112580000"
    assert (Cpr.has_modulus11(failing), Cpr.has_modulus11("31125800-00")) == (False, False)
    assert Cpr.is_valid(failing)
    assert Cpr.is_valid(passing)
    by_last = [Cpr(f"311258500{last}").modulus11_ok for last in range(10)]
    weights = [4, 3, 2, 7, 6, 5, 4, 3, 2, 1]
    assert by_last == [
        sum(a * int(b) for a, b in zip(weights, f"311258500{last}", strict=True)) % 11 == 0 for last in range(10)
    ]
    assert any(by_last)
    assert not Cpr.has_modulus11("0000000000 0")


def test_the_test_persons() -> None:
    with oracle("reference/testpersons.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert len(rows) >= 14
    for row in rows:
        number = person_identifier(row["identifier"])
        assert number.is_valid(row["identifier"])
        assert number.system == row["system"]
        assert (number.kind if isinstance(number, ReplacementCpr) else "CPR") == row["kind"]
        if row["birth_date"]:
            assert (str(number.birth_date), number.sex) == (row["birth_date"], row["sex"])
        if row["mod11"]:
            assert isinstance(number, Cpr)
            assert number.modulus11_ok is (row["mod11"] == "yes")


# --- replacement CPR ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kind", "born", "sex"),
    [
        ("0203291WQ3", "X-eCPR", date(1929, 3, 2), "male"),
        ("1308781OS6", "X-eCPR", date(1978, 8, 13), "female"),
        ("3101057JC9", "X-eCPR", date(2005, 1, 31), "male"),
        ("310105-7JC9", "X-eCPR", date(2005, 1, 31), "male"),
        ("1206550VK9", "D-eCPR", date(1955, 6, 12), "male"),
        ("1206555VK8", "D-eCPR", date(1855, 6, 12), "female"),
        ("1206156VK8", "D-eCPR", date(2015, 6, 12), "female"),
        ("2902001AA1", "X-eCPR", None, "male"),
        ("1206552VK9", "D-eCPR", None, None),
        ("1206551vk9", "X-eCPR", None, None),
        ("", "D-eCPR", None, None),
    ],
)
def test_replacement_cpr(text: str, kind: str, born: date | None, sex: str | None) -> None:
    number = ReplacementCpr(text)
    assert (number.kind, number.birth_date, number.sex) == (kind, born, sex)
    assert number.system == {"X-eCPR": "urn:oid:1.2.208.176.1.6.1.1", "D-eCPR": "urn:oid:1.2.208.176.1.6.1.3"}[kind]


def test_person_identifier() -> None:
    assert person_identifier("250947-9989") == Cpr("250947-9989")
    assert person_identifier("2727121212") == Cpr("2727121212")
    assert person_identifier("123") == Cpr("123")
    assert person_identifier("0203291WQ3") == ReplacementCpr("0203291WQ3")
    assert person_identifier("٢٥٠٩٤٧٩٩٨٩") == ReplacementCpr("٢٥٠٩٤٧٩٩٨٩")
    assert person_identifier("") == ReplacementCpr("")


# --- check digits -------------------------------------------------------------------------------------------------


@given(st.text("0123456789", min_size=12, max_size=12))
def test_one_gln_check_digit_fits(body: str) -> None:
    odd, even = sum(map(int, body[::2])), sum(map(int, body[1::2]))
    check = -(odd + 3 * even) % 10
    assert [Gln.has_check_digit(f"{body}{last}") for last in range(10)] == [last == check for last in range(10)]


@given(st.text("0123456789", min_size=7, max_size=7))
def test_a_cvr_has_one_check_digit_or_none(body: str) -> None:
    rest = -sum(map(int.__mul__, (2, 7, 6, 5, 4, 3, 2), map(int, body))) % 11
    assert [Cvr.has_check_digit(f"{body}{last}") for last in range(10)] == [last == rest for last in range(10)]


_GROUP = (
    *("0123456789", "1234067895", "2340178956", "3401289567", "4012395678"),
    *("5987604321", "6598710432", "7659821043", "8765932104", "9876543210"),
)
_TURNS = (
    *("0123456789", "1576283094", "5803796142", "8916043527"),
    *("9453126870", "4286573901", "2793806415", "7046913258"),
)
_INVERSE = "0432156789"


def _verhoeff_digit(body: str) -> str:
    """Verhoeff's check digit, by the published tables."""
    state = "0"
    for place, digit in enumerate(reversed(body), start=1):
        state = _GROUP[int(state)][int(_TURNS[place % 8][int(digit)])]
    return _INVERSE[int(state)]


@given(st.text("0123456789", min_size=1, max_size=7))
def test_one_sor_check_digit_fits(item: str) -> None:
    body = f"{item}100001600"
    check = int(_verhoeff_digit(body))
    assert [SorCode.has_check_digit(f"{body}{last}") for last in range(10)] == [last == check for last in range(10)]
    assert SorCode.is_valid(f"{body}{check}")


def test_sor_form_and_check_digit_are_told_apart() -> None:
    other = "265161000017000"
    partition = "265161000016100"
    assert [SorCode.has_national_form(text) for text in ("265161000016000", other, partition)] == [True, False, False]
    foreign = next(f"26516100001700{last}" for last in range(10) if SorCode.has_check_digit(f"26516100001700{last}"))
    assert not SorCode.is_valid(foreign)
    assert not SorCode.has_check_digit("12345")


def test_sor_codes_of_the_official_examples() -> None:
    system = re.compile(r'urn:oid:1\.2\.208\.176\.1\.1"[^0-9]{1,60}([0-9]+)')
    found = set()
    for file in oracle("examples/fhir").rglob("*.*"):
        if file.suffix in (".json", ".xml"):
            found.update(system.findall(file.read_text(encoding="utf-8")))
    made_up = {"543210987654321", "123456789012345"}
    assert len(found) > 10
    assert {text for text in found if not SorCode.is_valid(text)} == made_up & found


def test_gln_of_the_official_examples() -> None:
    found = set()
    for file in oracle("examples/xml").glob("*.xml"):
        found.update(re.findall(r"<EANIdentifier>([0-9]{13})<", file.read_text(encoding="latin-1")))
    assert len(found) >= 13
    wrong = {text for text in found if not Gln.is_valid(text)}
    assert wrong & {"5790000120400", "5790000128700", "5790000123456", "5790000143055"}
    assert len(wrong) < len(found) / 2


# --- every kind ---------------------------------------------------------------------------------------------------


@given(every_kind, any_text)
def test_compact_and_format(kind: type[DanishIdentifier], text: str) -> None:
    bare = kind.compact(text)
    assert kind.compact(bare) == bare
    assert kind.compact(kind.format(text)) == bare
    assert kind.format(kind.format(text)) == kind.format(text)
    assert kind.is_valid(text) is kind.is_valid(bare)


@given(every_kind, any_text)
def test_a_value_keeps_its_text_and_never_raises(kind: type[DanishIdentifier], text: str) -> None:
    value = kind(text)
    assert value.reveal() == text
    assert value == kind(text)
    assert hash(value) == hash(kind(text))
    assert pickle.loads(pickle.dumps(value)) == value
    assert copy.deepcopy(value) == value
    assert value != kind(text + "0")
    assert value.__eq__(text) is NotImplemented
    assert value.system is None or value.system in BY_SYSTEM


@given(st.sampled_from(PERSONS), st.one_of(any_text, st.sampled_from(VALID[Cpr] + VALID[ReplacementCpr])))
def test_a_person_is_never_shown(kind: type[DanishIdentifier], text: str) -> None:
    shown = f"{kind.__name__}(******-****)"
    assert [repr(kind(text)), str(kind(text)), f"{kind(text)}", f"{[kind(text)]}"] == [shown] * 3 + [f"[{shown}]"]


@given(any_text)
def test_accessors_never_raise(text: str) -> None:
    cpr, other = Cpr(text), ReplacementCpr(text)
    assert (cpr.birth_date is not None) is (Cpr.has_date(text) and not cpr.is_replacement)
    assert (other.birth_date is not None) is ReplacementCpr.has_date(text) is ReplacementCpr.is_valid(text)
    assert cpr.sex in ("female", "male", None)
    assert other.sex in ("female", "male", None)
    assert cpr.modulus11_ok is Cpr.has_modulus11(text)
    for kind in (Gln, SorCode, Cvr):
        assert not (kind.has_check_digit(text) and not kind.has_form(kind.compact(text)))


@pytest.mark.parametrize("kind", UNITS)
def test_a_unit_is_shown_when_it_is_valid(kind: type[DanishIdentifier]) -> None:
    text = VALID[kind][0]
    assert repr(kind(text)) == f"{kind.__name__}('{text}')"
    assert (str(kind(text)), f"{kind(text)}") == (text, text)
    hidden = f"{kind.__name__}(<10 characters>)"
    assert (repr(kind("2509479989")), str(kind("2509479989"))) == (hidden, hidden)
    assert str(kind("Testesen")) == f"{kind.__name__}(<8 characters>)"


def test_a_number_of_the_right_form_is_shown_whatever_its_check_digit() -> None:
    assert str(Gln("5790000121527")) == "5790000121527"
    assert repr(Gln("5790000121527")) == "Gln(<13 characters>)"


@pytest.mark.parametrize("kind", ALL)
def test_a_value_takes_text_alone(kind: type[DanishIdentifier]) -> None:
    with pytest.raises(TypeError) as caught:
        kind(2509479989)  # type: ignore[arg-type]
    assert str(caught.value) == f"{kind.__name__} takes str, not int"
    with pytest.raises(AttributeError):
        kind("1")._text = "2"  # type: ignore[misc]


def test_kinds_are_told_apart() -> None:
    assert len({kind("123456") for kind in ALL}) == len(ALL)


def test_systems() -> None:
    assert {uri for uri, kind in BY_SYSTEM.items() if kind is Cpr} == {"urn:oid:1.2.208.176.1.2"}
    assert len([uri for uri, kind in BY_SYSTEM.items() if kind is ReplacementCpr]) == 7
    assert BY_SYSTEM["https://www.gs1.org/gln"] is BY_SYSTEM["urn:oid:1.3.88"] is Gln
    assert BY_SYSTEM["urn:oid:1.2.208.176.1.1"] is SorCode
    assert BY_SYSTEM["urn:oid:1.2.208.176.1.4"] is ProviderNumber
    assert BY_SYSTEM["http://cvr.dk"] is Cvr
    assert Shak("1301").system is None


def test_examples_in_the_docstrings() -> None:
    assert doctest.testmod(identifiers).failed == 0
