"""Who is who: units with their numbers, what they take and when, as the caller knows them. Reads CSV if asked to.

Nothing is looked up anywhere else, and nothing depends on today: a caller says on which day.

>>> rows = [
...     {"gln": "5790000121526", "name": "Eksempel Region", "region": "Hovedstaden", "valid_to": "2026-12-31"},
...     {"gln": "5790000121526", "name": "Eksempel Region", "region": "Østdanmark", "valid_from": "2027-01-01"},
... ]
>>> directory = Directory.from_rows(rows)
>>> directory.find(gln="5790000121526", on=date(2027, 1, 1)).region
'Østdanmark'
>>> directory.find(gln="5790000121526") is None  # two fit
True
"""

from __future__ import annotations

import functools
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any, Self

import attrs

from medcom_bu.arguments import check, check_arguments, check_fields
from medcom_bu.binary_files import Data, opened
from medcom_bu.declare.oioxml import Version
from medcom_bu.issues import Issue, Kind, Layer, Severity, Text
from medcom_bu.messages.crossing import own_version
from medcom_bu.messages.emessage import Consignment, Emessage
from medcom_bu.messages.letter_types import TYPES
from medcom_bu.messages.letter_union import Letter
from medcom_bu.messages.letters import letters, spec_of
from medcom_bu.messages.message import Message
from medcom_bu.messages.receipts import RECEIPTS
from medcom_bu.nearest import nearest
from medcom_bu.values.identifiers import DanishIdentifier, Gln, MunicipalityNumber, ProviderNumber, Shak, SorCode

NUMBERS: dict[str, type[DanishIdentifier]] = {
    "sor": SorCode,
    "gln": Gln,
    "provider_number": ProviderNumber,
    "municipality_number": MunicipalityNumber,
    "hospital_department": Shak,
}
"""The numbers of a row, with what each must have the form of. The first that a row has tells which unit it is on."""

OF_FHIR = ("CareCommunication", "Acknowledgement")
"""What the FHIR messages that are read are called; their versions come after it."""

_SOURCE = "medcom_bu, directory"


def _kind(code: str, message: tuple[str, str], hint: tuple[str, str], severity: Severity = Severity.ERROR) -> Kind:
    return Kind(f"directory.{code}", severity, Layer.RULE, Text(*message), Text(*hint), _SOURCE)


NO_NUMBER = _kind(
    "no-number",
    ("the row has no number for a unit: it is left out", "rækken har intet nummer for en enhed: den er udeladt"),
    ("give one of {expected}", "angiv et af {expected}"),
)
BAD_NUMBER = _kind(
    "number",
    ("{name} does not have the right form: the row is left out", "{name} har ikke den rette form: rækken er udeladt"),
    ("write it with all its digits, as text", "skriv det med alle cifre, som tekst"),
)
UNLIKELY_NUMBER = _kind(
    "check-digit",
    ("the check digit of {name} is wrong", "kontrolcifret i {name} er forkert"),
    ("check the number against its register", "kontrollér nummeret mod registret"),
    Severity.WARNING,
)
BAD_DATE = _kind(
    "date",
    ("{name} is not a date: the row is left out", "{name} er ikke en dato: rækken er udeladt"),
    ("write YYYY-MM-DD", "skriv ÅÅÅÅ-MM-DD"),
)
UNKNOWN_TYPE = _kind(
    "takes-unknown",
    ("takes names a type or version that is not known here", "takes nævner en type eller version, som ikke kendes her"),
    (
        "{nearest}leave it if it is one that the library does not read",
        "{nearest}lad den stå hvis det er en som biblioteket ikke læser",
    ),
    Severity.WARNING,
)
CONTRADICTION = _kind(
    "contradiction",
    (
        "this row and row {other} contradict each other about one unit at the same time",
        "rækken og række {other} siger noget forskelligt om samme enhed på samme tid",
    ),
    ("correct one of them, or give each its own period", "ret den ene, eller giv hver sin periode"),
)


@attrs.frozen(field_transformer=check_fields, kw_only=True)
class Unit:
    """A unit that sends or receives. Numbers are texts of digits; ``None`` stands for what is not known.

    ``gln``: the location number (GLN), 13 digits: its address on the network.
    ``sor``: the SOR code.
    ``provider_number``: the number of a practice (ydernummer), 6 digits.
    ``municipality_number``: the number of the municipality (kommunenummer), 3 digits.
    ``hospital_department``: the number of a hospital department (SHAK), 4, 6 or 7 characters.
    ``name``: what it is called.
    ``telephone``: its telephone number.
    ``region``: the region that it is in, as you name it.
    ``kind``: what kind of unit it is, in your own words.
    ``takes``: codes of what it accepts, such as ``"XDIS91/XD9134L"``, ``"CareCommunication/5.0"`` or ``"XREF01"``,
    which stands for all its versions.
    ``valid_from``, ``valid_to``: the first and the last day of all this.
    """

    gln: str | None = None
    sor: str | None = None
    provider_number: str | None = None
    municipality_number: str | None = None
    hospital_department: str | None = None
    name: str | None = None
    telephone: str | None = None
    region: str | None = None
    kind: str | None = None
    takes: tuple[str, ...] | None = None
    valid_from: date | None = None
    valid_to: date | None = None

    def is_valid_on(self, day: date | None) -> bool:
        """Whether it holds on a day; on None, which stands for any day, it does."""
        return day is None or (self._first <= day <= self._last)

    @property
    def _first(self) -> date:
        return self.valid_from or date.min

    @property
    def _last(self) -> date:
        return self.valid_to or date.max

    @property
    def _identity(self) -> tuple[str, str]:
        return next((name, number) for name in NUMBERS if (number := getattr(self, name)))


@attrs.frozen(repr=False, slots=False)
class Directory:
    """Units that can be looked up by their numbers. Create one with :meth:`from_rows` or :meth:`from_csv`.

    ``units``: the units, in the order of the rows.
    ``issues``: the rows that could not be used, and those that contradict each other.
    """

    _units: tuple[Unit, ...] = ()
    issues: tuple[Issue, ...] = ()

    @classmethod
    def from_rows(cls, rows: Iterable[Mapping[str, object]]) -> Self:
        """A directory of rows, each with any of the fields of :class:`Unit`; equal rows are one.

        Numbers are texts, blanks and hyphens left out; dates are a ``date`` or ``YYYY-MM-DD``; ``takes`` is a text of
        codes with blanks between them, or several texts. A text without anything in it stands for what is not known.

        Raises TypeError for what is not text, ValueError for a field that no unit has.
        """
        issues: list[Issue] = []
        units: dict[Unit, int] = {}
        for number, row in enumerate(rows):
            unit = _unit(row, f"rows[{number}]", issues)
            if unit is not None:
                units.setdefault(unit, number)
        issues += _contradictions(units)
        return cls(tuple(units), tuple(issues))

    @classmethod
    def from_csv(cls, file: Data, columns: Mapping[str, str] | None = None) -> Self:
        """A directory of a CSV file, whose first line names its columns; the path of a row counts those below it.

        ``file`` is a path, bytes or a binary file, in UTF-8 or, where it is not that, windows-1252; commas, semicolons
        or tabs stand between its values. ``columns`` says in which column a field is (``{"gln": "EAN"}``); others are
        not looked at. Without it the columns are named as the fields.

        Raises ValueError for a column that the file lacks or that is not a field of a unit, and for what is not CSV.
        """
        import csv

        check("columns", columns, Mapping[str, str] | None)
        with opened(file, "Directory.from_csv takes bytes, a path or a binary file") as data:
            content = data if isinstance(data, bytes) else data.read()
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("windows-1252", "replace")
        first = text.partition("\n")[0]
        reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count))
        named = {name: name for name in reader.fieldnames or ()} if columns is None else columns
        missing = set(named.values()) - set(reader.fieldnames or ())
        if missing:
            raise ValueError(f"the file has no column for {', '.join(sorted(set(named) & _FIELDS))}")
        try:
            rows = [{name: row[column] for name, column in named.items()} for row in reader]
        except csv.Error as error:
            raise ValueError(f"the file is no CSV: {error}") from None
        return cls.from_rows(rows)

    @check_arguments
    def find(
        self,
        *,
        gln: str | None = None,
        sor: str | None = None,
        provider_number: str | None = None,
        on: date | None = None,
    ) -> Unit | None:
        """The unit that has all the numbers given, on a day or on any; None where there is none, or more than one.

        ``gln`` is a location number, ``sor`` a SOR code, ``provider_number`` the six digits of a practice.

        Raises TypeError where no number is given.
        """
        units = self.matching(gln=gln, sor=sor, provider_number=provider_number, on=on)
        return units[0] if len(units) == 1 else None

    def matching(self, *, on: date | None = None, **numbers: str | None) -> tuple[Unit, ...]:
        """All units that have the numbers given (``gln=``, ``sor=`` ...), on a day or on any.

        Raises TypeError where no number is given.
        """
        asked = {name: NUMBERS[name].compact(number) for name, number in numbers.items() if number is not None}
        if not asked:
            raise TypeError(f"give one of {', '.join(numbers)}")
        name, number = next(iter(asked.items()))
        return tuple(
            unit
            for unit in self._by_number.get((name, number), ())
            if unit.is_valid_on(on) and all(getattr(unit, other) == asked[other] for other in asked)
        )

    @check_arguments
    def units(self, *, region: str | None = None, kind: str | None = None, on: date | None = None) -> tuple[Unit, ...]:
        """All units, or those of a region, of a kind, on a day, in the order of the rows."""
        return tuple(
            unit
            for unit in self._units
            if region in (None, unit.region) and kind in (None, unit.kind) and unit.is_valid_on(on)
        )

    @check_arguments
    def takes(self, unit: Unit, message: Message | Consignment[Letter]) -> bool | None:
        """Whether a unit takes a message, by the types and versions of what is in it. None where that is not known.

        Of an answer, and of an envelope, nothing is known unless ``takes`` names it.
        """
        answers = [sort.is_taken(unit.takes) if sort else None for sort in _sorts(message)]
        return False if False in answers else None if None in answers or not answers else True

    @functools.cached_property
    def _by_number(self) -> Mapping[tuple[str, str], list[Unit]]:
        index: dict[tuple[str, str], list[Unit]] = {}
        for unit in self._units:
            for name in NUMBERS:
                if number := getattr(unit, name):
                    index.setdefault((name, number), []).append(unit)
        return index

    def __repr__(self) -> str:
        return f"<Directory of {len(self._units)} units, {len(self.issues)} issues>"


_FIELDS = frozenset(field.name for field in attrs.fields(Unit))
_BETWEEN_CODES = re.compile(r"[\s,;|]+")


def _unit(row: Mapping[str, Any], path: str, issues: list[Issue]) -> Unit | None:
    """The unit of a row, or an issue that says why it has none."""
    unknown = sorted(set(row) - _FIELDS)
    if unknown:
        count = f"{len(unknown)} fields" if len(unknown) > 1 else "a field"
        raise ValueError(f"{path} has {count} that no unit has; a unit has {', '.join(sorted(_FIELDS))}")
    given: dict[str, Any] = {}
    for name, value in row.items():
        if name in ("valid_from", "valid_to"):
            given[name] = _date(value, f"{path}: {name}")
        elif name == "takes":
            given[name] = _taken(value, f"{path}: {name}")
        else:
            check(f"{path}: {name}", value, str | None)
            given[name] = (
                (NUMBERS[name].compact(value) if name in NUMBERS else value.strip()) or None if value else None
            )
    dateless = [name for name, value in given.items() if value is _NO_DATE]
    wrong = [name for name, kind in NUMBERS.items() if given.get(name) and not kind.has_form(given[name])]
    if dateless or wrong:
        issues += [BAD_DATE.issue(path, name=name) for name in dateless]
        issues += [BAD_NUMBER.issue(path, name=name) for name in wrong]
    elif not any(given.get(name) for name in NUMBERS):
        issues.append(NO_NUMBER.issue(path, expected=", ".join(NUMBERS)))
    else:
        unlikely = [name for name, kind in NUMBERS.items() if given.get(name) and not kind.is_valid(given[name])]
        issues += [UNLIKELY_NUMBER.issue(path, name=name) for name in unlikely]
        issues += [UNKNOWN_TYPE.issue(path, nearest=near) for near in map(_misspelt, given.get("takes") or ()) if near]
        return Unit(**given)
    return None


@functools.cache
def _versions() -> dict[str, list[str]]:
    """What may be in ``takes``: the types of letters, and for those that are read the codes of the versions."""
    known: dict[str, list[str]] = {f"X{bare}": [] for bare in TYPES}
    for version in (version for cls in letters() for version in spec_of(cls).versions):
        known.setdefault(version.type_code, []).append(f"{version.type_code}/{version.code}")
    return known


def _misspelt(code: str) -> str:
    """The type or version nearest to a code that is not known; empty where it is known, or resembles none."""
    kind = code.partition("/")[0]
    full = "/".join(part if part.startswith("X") else f"X{part}" for part in code.split("/"))
    versions = _versions().get(full.partition("/")[0])
    if kind in OF_FHIR or (versions is not None and (not versions or "/" not in code or full in versions)):
        return ""
    return nearest(code, versions or [*OF_FHIR, *_versions(), *TYPES])


_NO_DATE = object()


def _date(value: object, name: str) -> date | object | None:
    if isinstance(value, datetime):
        return value.date()
    check(name, value, str | date | None)
    if not isinstance(value, str):
        return value
    try:
        return date.fromisoformat(value.strip()) if value.strip() else None
    except ValueError:
        return _NO_DATE


def _taken(value: Any, name: str) -> tuple[str, ...] | None:
    check(name, value, str | Iterable[str] | None)
    codes: Iterable[Any] = _BETWEEN_CODES.split(value) if isinstance(value, str) else value or ()
    return tuple(sorted({code.strip() for code in codes if code.strip()})) or None


def _contradictions(units: Mapping[Unit, int]) -> Iterator[Issue]:
    """Of two units that are the same at the same time, the later row."""
    latest: dict[tuple[str, str], Unit] = {}
    for unit in sorted(units, key=lambda unit: (unit._identity, unit._first, units[unit])):
        before = latest.get(unit._identity)
        if before is not None and unit._first <= before._last:
            first, second = sorted((units[before], units[unit]))
            yield CONTRADICTION.issue(f"rows[{second}]", other=first)
        if before is None or unit._last > before._last:
            latest[unit._identity] = unit


@attrs.frozen
class _Sort:
    """What a message is, as ``takes`` names it, and whether it is an answer."""

    code: str
    is_answer: bool = False

    def is_taken(self, codes: tuple[str, ...] | None) -> bool | None:
        """Whether it is among some codes, as OIO-XML (``XDIS91/XD9134L``) or EDIFACT (``DIS91/D9134L``) write them."""
        if codes is None:
            return None
        own = {self.code, self.code.partition("/")[0]}
        if own & {*codes, *("/".join(f"X{part}" for part in code.split("/")) for code in codes)}:
            return True
        return None if self.is_answer else False


def lists(unit: Unit, version: Version) -> bool:
    """Whether a unit says itself that it takes a version of a letter."""
    return _Sort(f"{version.type_code}/{version.code}").is_taken(unit.takes) is True


def _sorts(message: Message | Consignment[Letter]) -> list[_Sort | None]:
    """What each part of a message is; None where it says nothing of it, or is something else."""
    if isinstance(message, Consignment):
        return [sort for each in message for sort in _sorts(each)]
    if isinstance(message, Emessage):
        return [_sort_of(letter) for letter in message.letters]
    from medcom_bu.messages.acknowledgement import AcknowledgementMessage  # loaded where there is FHIR at all
    from medcom_bu.messages.care_communication import CareCommunicationMessage

    if isinstance(message, CareCommunicationMessage):
        return [_Sort(f"CareCommunication/{message.version}") if message.version else None]
    return [_Sort("Acknowledgement/2.0", is_answer=True) if isinstance(message, AcknowledgementMessage) else None]


def _sort_of(letter: Any) -> _Sort | None:
    version = own_version(letter)
    return _Sort(f"{version.type_code}/{version.code}", isinstance(letter, RECEIPTS)) if version else None
