"""Persons for tests, of whom none lives: the patients of MedCom's examples, and numbers of the national test list.

Their CPR numbers fail modulus 11 on purpose. Source: MedCom's FHIR examples and test protocols; the Danish health data
authority's list of national test patients, February 2023.
"""

from __future__ import annotations

import attrs

from medcom_bu.values.identifiers import Cpr, ReplacementCpr, person_identifier


@attrs.frozen
class SyntheticPerson:
    """A person for tests.

    ``number``: a CPR or replacement number that no living person has.
    ``given``, ``family``: the name that goes with it, made up where none is known.
    """

    number: str
    given: str = "Test"
    family: str = "Testesen"

    @property
    def identifier(self) -> Cpr | ReplacementCpr:
        """The number as letters hold it; a CPR number tells ``birth_date`` and ``sex``."""
        return person_identifier(self.number)


TEST_PERSONS = (
    SyntheticPerson("2509479989", "Bruno Test", "Elmer"),
    SyntheticPerson("2512489996", "Nancy", "Ann Berggren"),
    SyntheticPerson("2103009996", "Kaja", "Hansen"),
    SyntheticPerson("0703921VJ5", "Peter", "Hansen"),
    SyntheticPerson("1206550VK9", "Peter", "Hansen"),
    SyntheticPerson("0703921VJ4", "Bruno Test", "Elmer"),
    SyntheticPerson("0201609996", "Lonni Test", "Lauridsen"),
    SyntheticPerson("0201609995"),
    SyntheticPerson("0504909995"),
    SyntheticPerson("0504909989"),
    SyntheticPerson("0201919990"),
    SyntheticPerson("0201919996"),
    SyntheticPerson("3001749995"),
)
"""Numbers for tests: CPR numbers, national replacement numbers (X-eCPR) and one of a region (D-eCPR)."""
