"""Small files of every type that a CareCommunication may carry, and persons that messages are about."""

from __future__ import annotations

from collections.abc import Mapping

from medcom_bu.certification.model.tasks import TaskAuthor, TaskFile, TaskPatient

_TITLES = {
    "pdf": ("Psykologisk vurdering", b"%PDF-1.4\n% et bilag uden indhold\n", "application/pdf"),
    "png": ("Tegning af familien", b"\x89PNG\r\n\x1a\n" + bytes(16), "image/png"),
    "jpeg": ("Foto af opgaveark", b"\xff\xd8\xff\xe0" + bytes(16), "image/jpeg"),
    "gif": ("Graf over fravær", b"GIF89a" + bytes(16), "image/gif"),
    "tiff": ("Scannet samtykke", b"II*\x00" + bytes(16), "image/tiff"),
    "docx": ("Notat fra mødet", b"PK\x03\x04" + bytes(16), "application/msword"),
    "mp4": ("Optagelse fra klassen", bytes(4) + b"ftypmp42" + bytes(16), "video/mp4"),
    "bmp": ("Skema fra skolen", b"BM" + bytes(12) + b"\x28\x00\x00\x00" + bytes(16), "image/bmp"),
}

FILES: Mapping[str, TaskFile] = {name: TaskFile(*row) for name, row in _TITLES.items()}
"""Files by the name that a case calls them. A CareCommunication may carry all but ``docx`` and ``mp4``."""

LARGE: Mapping[str, int] = {"1-megabyte": 1_000_000, "over-100-megabytes": 100_000_001}
"""Files that are made when a case asks for them: so many bytes."""


def file_named(name: str) -> TaskFile:
    """A file by the name that a case calls it. Raises KeyError for a name that none has."""
    if name in FILES:
        return FILES[name]
    return TaskFile("Stor scanning", b"%PDF-1.4\n" + bytes(LARGE[name]), "application/pdf")


AUTHORS: Mapping[str, TaskAuthor] = {
    "colleague": TaskAuthor("Kolja", "Kollega", "00000001", "sygeplejerske", "Sygeplejerske"),
    "without-code": TaskAuthor("Viola", "Vejleder", "00000002", "", "PPR-konsulent"),
}
"""Others who write in the system, by the name that a case calls them."""

PATIENTS: Mapping[str, TaskPatient] = {
    "lonni": TaskPatient(("0201609995",), "Lonni Test", "Lauridsen"),
    "kaja": TaskPatient(("2103009996",), "Kaja", "Hansen"),
    "nancy": TaskPatient(("2512489996",), "Nancy", "Ann Berggren"),
    "x-ecpr": TaskPatient(("0703921VJ5",), "Peter", "Hansen"),
    "cpr-and-x-ecpr": TaskPatient(("2509479989", "0703921VJ4"), "Bruno Test", "Elmer"),
    "child": TaskPatient(("1105177VK2",), "Asta Test", "Eksempel"),
    "child-of-a-region": TaskPatient(("2309196TR5",), "Emil Test", "Eksempel"),
    "three-numbers": TaskPatient(("2509479989", "0703921VJ4", "2509470TB1"), "Bruno Test", "Elmer"),
    "x-ecpr-and-d-ecpr": TaskPatient(("0703921VJ5", "1206550VK9"), "Peter", "Hansen"),
}
"""Persons by the name that a case calls them. All are of MedCom's examples or of the national test list, or have a
replacement number: no living child has it."""
