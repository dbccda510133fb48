"""FHIR packages: archives, folders, the cache; which versions serve; which guide serves a message."""

from __future__ import annotations

import copy
import gzip
import io
import json
import tarfile
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from medcom_bu.fhir.profiles import archives, packages
from medcom_bu.fhir.profiles.corrections import InvariantEdition
from medcom_bu.fhir.profiles.guide import choose_guide
from medcom_bu.fhir.profiles.packages import BadPackage, Definitions, Library, Package, load_all, shipped
from medcom_bu.fhir.profiles.walk import check
from medcom_bu.issues import Issue, Severity
from medcom_bu.limits import Limits
from tests.support.fhir_breaks import BREAKS, broken
from tests.support.fhir_message import MEDCOM, message
from tests.support.profile_oracle import GUIDES, definitions, examples, load, official_library

VALUE_SET = {"resourceType": "ValueSet", "url": "http://example.org/fhir/ValueSet/a", "version": "1.0.0"}


def manifest(name: str = "a.b", version: str = "1.0.0", **dependencies: str) -> dict[str, Any]:
    return {"name": name, "version": version, "dependencies": dependencies}


def archive(path: Path, files: dict[str, bytes]) -> Path:
    with tarfile.open(path, "w:gz") as made:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            made.addfile(member, io.BytesIO(content))
    return path


def files(**extra: bytes) -> dict[str, bytes]:
    return {
        "package/package.json": json.dumps(manifest()).encode(),
        "package/ValueSet-a.json": json.dumps(VALUE_SET).encode(),
        **extra,
    }


def unpacked(folder: Path, content: dict[str, bytes]) -> Path:
    for name, data in content.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


def test_an_archive_a_folder_and_its_inner_folder_are_the_same_package(tmp_path: Path) -> None:
    folder = unpacked(tmp_path / "a.b#1.0.0", files())
    for place in (archive(tmp_path / "a.tgz", files()), folder, folder / "package"):
        found = packages.load(place)
        assert found.label == "a.b#1.0.0"
        assert dict(found.definitions) == {("ValueSet", VALUE_SET["url"]): VALUE_SET}
    assert [found.label for found in load_all(tmp_path)] == ["a.b#1.0.0", "a.b#1.0.0"]


def test_only_definitions_in_the_package_itself_are_read(tmp_path: Path) -> None:
    extra = {
        "package/example/ValueSet-b.json": b"not json",
        "package/other/ValueSet-c.json": b"not json",
        "package/ImplementationGuide-x.json": b"not json",
        "package/../../ValueSet-d.json": b"not json",
        "/package/ValueSet-e.json": b"not json",
        "package/ValueSet-list.json": b"[]",
        "package/ValueSet-without.json": b'{"resourceType": "ValueSet"}',
    }
    assert len(packages.load(archive(tmp_path / "a.tgz", files(**extra))).definitions) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.tgz"]  # nothing is written


def test_a_link_in_an_archive_is_not_followed(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "a.tgz", "w:gz") as made:
        content = json.dumps(manifest()).encode()
        member = tarfile.TarInfo("package/package.json")
        member.size = len(content)
        made.addfile(member, io.BytesIO(content))
        link = tarfile.TarInfo("package/ValueSet-a.json")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/hostname"
        made.addfile(link)
    assert packages.load(tmp_path / "a.tgz").definitions == {}


BAD: dict[str, dict[str, bytes]] = {
    "no manifest": {"package/ValueSet-a.json": b"{}"},
    "manifest is no json": {"package/package.json": b"{"},
    "manifest is no object": {"package/package.json": b"[]"},
    "manifest without a name": {"package/package.json": b'{"version": "1"}'},
    "dependencies are no object": {"package/package.json": b'{"name": "a", "version": "1", "dependencies": []}'},
    "definition is no json": files(**{"package/ValueSet-b.json": b"{"}),
    "definition is too deep": files(**{"package/ValueSet-b.json": b"[" * 100_000}),
    "definition is no text": files(**{"package/ValueSet-b.json": b'"\xff"'}),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_package_is_refused_by_name(case: str, tmp_path: Path) -> None:
    with pytest.raises(BadPackage, match=r"bad\.tgz"):
        packages.load(archive(tmp_path / "bad.tgz", BAD[case]))
    with pytest.raises(BadPackage, match="bad"):
        packages.load(unpacked(tmp_path / "bad", BAD[case]))


def test_what_is_no_archive_or_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "bad.tgz").write_bytes(b"x" * 100)
    whole = archive(tmp_path / "whole.tgz", files())
    (tmp_path / "cut.tgz").write_bytes(whole.read_bytes()[:60])
    for path in ("bad.tgz", "cut.tgz", "absent.tgz"):
        with pytest.raises(BadPackage, match=path):
            packages.load(tmp_path / path)
    sizes = [len(content) for content in files().values()]
    for most in (sum(sizes), sum(sizes) - 1):
        monkeypatch.setattr(archives, "LIMITS", Limits(package=most))
        assert _is_refused(whole) is (most < sum(sizes))
    monkeypatch.setattr(archives, "LIMITS", Limits())
    for most in (max(sizes), max(sizes) - 1):
        monkeypatch.setattr(archives, "_MAX_FILE", most)
        assert _is_refused(whole) is (most < max(sizes))


def _is_refused(archive: Path) -> bool:
    try:
        packages.load(archive)
    except BadPackage as error:
        assert "larger" in str(error)
        return True
    return False


def test_an_archive_that_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    """What is too large is not looked at, whatever it is called: a bomb is small as long as it is packed."""
    bomb = files(**{"package/readme.txt": bytes((32 << 20) + 1)})
    assert _is_refused(archive(tmp_path / "bomb.tgz", bomb))
    assert not _is_refused(archive(tmp_path / "large.tgz", files(**{"package/readme.txt": bytes(32 << 20)})))


def package(label: str, *urls: str, **dependencies: str) -> Package:
    name, _, version = label.partition("#")
    held = {("ValueSet", url): {"url": url, "version": version} for url in urls}
    named = {key.replace("_", "."): value for key, value in dependencies.items()}
    return Package(name, version, named, held)


def test_the_nearest_version_serves_and_what_is_missing_is_named() -> None:
    library = Library(
        (
            package("guide#1.0.0", core="1.0.0", terms="2.0.1", lost="9.0.0"),
            package("core#1.0.0", terms="1.0.0", deep="1.2.0"),
            package("terms#1.0.0", "urn:t"),
            package("terms#2.0.1", "urn:t"),
            package("deep#1.2.7-beta"),
            package("deep#1.2.5"),
            package("deep#1.3.0"),
        )
    )
    reached = library.definitions("guide", "1.0.0")
    assert [one.label for one in reached.packages] == ["guide#1.0.0", "core#1.0.0", "terms#2.0.1", "deep#1.2.7-beta"]
    assert reached.missing == ("lost#9.0.0",)
    assert reached.find("ValueSet", "urn:t") == {"url": "urn:t", "version": "2.0.1"}
    assert reached.find("ValueSet", "urn:t|1.0.0") == {"url": "urn:t", "version": "2.0.1"}
    assert reached.find("ValueSet", "urn:absent") is None
    assert library.definitions("guide", "1.0.0") is reached
    with pytest.raises(LookupError, match="guide#3"):
        library.definitions("guide", "3.0.0")


def test_a_package_that_comes_later_replaces_its_like() -> None:
    library = Library((package("a#1.0.0", "urn:old"),)).with_packages([package("a#1.0.0", "urn:new")])
    assert [list(one.definitions) for one in library.packages] == [[("ValueSet", "urn:new")]]


MESSAGING = f"{MEDCOM}/messaging/StructureDefinition/medcom-messaging"
CARE = f"{MEDCOM}/carecommunication/StructureDefinition/medcom-careCommunication"


def claimed(bundle_profile: str | None, header_profile: str | None, definition: str | None = None) -> dict[str, Any]:
    made = message()
    header = made["entry"][0]["resource"]
    made["meta"] = {"profile": [bundle_profile]} if bundle_profile else {}
    header["meta"] = {"profile": [header_profile]} if header_profile else {}
    header.pop("definition")
    if definition:
        header["definition"] = definition
    return made


def chosen(bundle: dict[str, Any]) -> str | None:
    found = choose_guide(bundle, shipped())
    return found.root.label if found else None


def test_a_message_gets_the_guide_and_version_that_it_asks_for() -> None:
    newest, older = "medcom.fhir.dk.carecommunication#5.0.2", "medcom.fhir.dk.carecommunication#4.0.3"
    assert chosen(message()) == newest
    assert chosen(claimed(f"{CARE}-message", None)) == newest
    assert chosen(claimed(f"{CARE}-message|5.0.1", None)) == newest
    assert chosen(claimed(f"{CARE}-message|4.0.1", None)) == older
    assert chosen(claimed(f"{CARE}-message", f"{CARE}-messageHeader|4.0.3")) == older
    assert chosen(claimed(f"{CARE}-message", None, "http://medcomfhir.dk/x|4.0.0")) == older
    assert chosen(claimed(None, f"{CARE}-messageHeader")) == newest
    assert chosen(claimed(None, None)) == newest  # by the name of the event
    assert chosen(claimed(f"{CARE}-message|9.0.0", None)) == newest
    assert chosen({"resourceType": "Bundle"}) is None
    assert chosen({"resourceType": "Bundle", "entry": [3], "meta": {"profile": "x"}}) is None


def test_a_profile_that_is_claimed_without_a_version_is_the_newest_at_hand() -> None:
    """As HL7's validator takes the newest of the packages that it was given: FHIR leaves it open."""
    assert chosen(claimed(f"{MESSAGING}-message", None)) == "medcom.fhir.dk.messaging#4.0.2"
    assert chosen(claimed(f"{MESSAGING}-message|2.2.0", None)) == "medcom.fhir.dk.messaging#2.2.2"
    older = Library(tuple(one for one in shipped().packages if one.label != "medcom.fhir.dk.messaging#4.0.2"))
    found = choose_guide(claimed(f"{MESSAGING}-message", None), older)
    assert found is not None
    assert found.root.label == "medcom.fhir.dk.messaging#2.2.2"


def test_a_message_that_claims_nothing_is_judged_by_its_guide() -> None:
    bundle = claimed(None, None)
    guide = choose_guide(bundle, shipped())
    assert guide is not None
    keys = {dict(issue.params).get("key") for issue in check(bundle, guide)}
    assert "medcom-careCommunication-1" in keys
    del bundle["entry"]
    assert "profile.none" in [issue.code for issue in check(bundle, guide)]


def test_the_official_examples_get_their_guide() -> None:
    for name, path in examples():
        found = choose_guide(load(path), official_library())
        wanted = GUIDES[name.partition("/")[0]]
        assert found is not None
        if found.root.name != "medcom.fhir.dk.messaging" and wanted[0] != "medcom.fhir.dk.messaging":
            assert found.root.name == wanted[0]
            assert found.root.version.split(".")[:2] == wanted[1].split(".")[:2], name


def _without(found: Definitions, part: str) -> Definitions:
    """The definitions with every StructureDefinition but those of R4 itself robbed of its differential or snapshot."""
    made = []
    for one in found.packages:
        held = dict(one.definitions)
        for key, definition in held.items():
            if key[0] == "StructureDefinition" and one.name != "hl7.fhir.r4.core":
                held[key] = {name: value for name, value in definition.items() if name != part}
        made.append(Package(one.name, one.version, one.dependencies, held))
    return Definitions(tuple(made))


def _errors(issues: tuple[Issue, ...]) -> set[tuple[str, str, object]]:
    return {
        (issue.code, issue.path, dict(issue.params).get("key")) for issue in issues if issue.severity is Severity.ERROR
    }


def test_official_snapshots_and_differentials_say_the_same() -> None:
    whole = definitions("medcom.fhir.dk.carecommunication", "5.0.2")
    snapshots, differentials = _without(whole, "differential"), _without(whole, "snapshot")
    for _, path in examples():
        if "carecommunication-5.0.2" in str(path):
            plain = load(path)
            assert _errors(check(plain, snapshots)) == _errors(check(plain, differentials)) == set()
    for rule in BREAKS:
        bundle = broken(copy.deepcopy(message()), rule)
        by_snapshot = _errors(check(bundle, snapshots, InvariantEdition.PACKAGED))
        by_differential = _errors(check(bundle, differentials, InvariantEdition.PACKAGED))
        assert by_differential <= by_snapshot, rule
        # a snapshot closes the slicing of a choice that has one type left, and leaves out the other types
        assert {code for code, _, _ in by_snapshot - by_differential} <= {"profile.type", "profile.slice-none"}, rule


# --- archives that say what is not so -----------------------------------------------------------------------------


def packed(path: Path, *members: tuple[dict[str, Any], bytes]) -> Path:
    """An archive, of blocks as they are: what a header says, and what follows it."""
    blocks = b""
    for says, content in members:
        member = tarfile.TarInfo("package/package.json")
        member.size = len(content)
        for name, value in says.items():
            setattr(member, name, value)
        blocks += member.tobuf(tarfile.GNU_FORMAT) + content + bytes(-len(content) % tarfile.BLOCKSIZE)
    path.write_bytes(gzip.compress(blocks + bytes(2 * tarfile.BLOCKSIZE)))
    return path


MANIFEST = json.dumps({"name": "a.b", "version": "1.0.0"}).encode()
HEADERS = {
    "of a size below nothing": {"size": -(1 << 40)},
    "of more than there is": {"size": 1 << 20},
    "of one block below nothing": {"size": -tarfile.BLOCKSIZE},
    "of a long name below nothing": {"type": tarfile.GNUTYPE_LONGNAME, "size": -2 * tarfile.BLOCKSIZE},
    "of a long header below nothing": {"type": tarfile.XHDTYPE, "size": -2 * tarfile.BLOCKSIZE},
}


def test_an_archive_of_blocks_is_read(tmp_path: Path) -> None:
    assert packages.load(packed(tmp_path / "a.tgz", ({}, MANIFEST))).label == "a.b#1.0.0"


@pytest.mark.parametrize("says", HEADERS.values(), ids=HEADERS)
def test_a_header_that_says_what_is_not_so_is_refused(tmp_path: Path, says: dict[str, Any]) -> None:
    with pytest.raises(BadPackage, match=r"a\.tgz"):
        packages.load(packed(tmp_path / "a.tgz", ({}, MANIFEST), (says, b"x")))


@pytest.mark.parametrize("size", [-512, -1024, -1536, -(1 << 40)])
def test_a_long_header_that_gives_a_size_below_nothing_is_refused(tmp_path: Path, size: int) -> None:
    record = f"size={size}\n"
    long = f"{len(record) + 3} {record}".encode()
    assert len(long) == len(record) + 3
    with pytest.raises(BadPackage, match=r"a\.tgz"):
        packages.load(packed(tmp_path / "a.tgz", ({"type": tarfile.XHDTYPE}, long), ({}, MANIFEST)))


@pytest.mark.parametrize("kind", [tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.GNUTYPE_LONGNAME])
def test_a_header_without_end_is_refused_before_it_is_read(tmp_path: Path, kind: bytes) -> None:
    long = packed(tmp_path / "a.tgz", ({"type": kind}, b"9" * (40 << 20)), ({}, MANIFEST))
    tracemalloc.start()
    with pytest.raises(BadPackage, match="larger than a FHIR package may be"):
        packages.load(long)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4 << 20


def test_a_package_of_more_values_than_may_be_is_refused_before_they_are_made(tmp_path: Path) -> None:
    many = b"[" + b"{}," * (3 << 20) + b"{}]"
    tracemalloc.start()
    with pytest.raises(BadPackage, match="larger than a FHIR package may be"):
        packages.load(archive(tmp_path / "a.tgz", files(**{"package/ValueSet-many.json": many})))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5 * len(many)
