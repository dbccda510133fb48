"""The floors of the house: who imports whom, who touches the world outside, how large a room may be, what is public."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator

import pytest

from tests.support import TESTS
from tests.support.modules import MODULES, ROOT, code_of, of_each_module

FLOORS = {
    "issues": 0,
    "errors": 0,
    "arguments": 0,
    "declare": 0,
    "numerals": 0,
    "stack": 0,
    "once": 0,
    "resources": 0,
    "ids_and_clock": 0,
    "danish_time": 0,
    "frozen": 0,
    "nearest": 0,
    "limits": 0,
    "signs": 0,
    "binary_files": 0,
    "values": 1,
    "messages": 2,
    "rules": 4,
    "xml_limits": 3,
    "xmlio": 3,
    "oioxml": 4,
    "edifact": 4,
    "fhir": 4,
    "detection": 3,
    "positions": 3,
    "dicts": 8,
    "json_schema": 9,
    "enclosed": 5,
    "wire_table": 5,
    "receiving": 5,
    "judgement": 6,
    "wire": 7,
    "directory": 3,
    "builders": 8,
    "conversion": 10,
    "batch": 9,
    "exchange": 9,
    "envelopes": 8,
    "rendering": 8,
    "reporting": 8,
    "second_opinion": 8,
    "layouts": 9,
    "carecommunication": 9,
    "profiles": 9,
    "demo": 9,
    "bu": 9,
    "archiving": 10,
    "testing": 10,
    "pytest_plugin": 12,
    "certification": 11,
    "console": 10,
    "cli": 12,
    "__init__": 12,
    "__main__": 13,
}
"""Room -> floor. The command line and the package itself stand on top of all."""

ON_THE_GROUND = {
    "errors": {"issues"},
    "issues": {"arguments", "frozen", "limits"},
    "declare": {"once", "arguments", "frozen", "issues", "numerals"},
    "limits": {"arguments"},
    "ids_and_clock": {"arguments", "danish_time"},
}
"""Who may import whom on the lowest floor."""

PURE = {"arguments", "frozen", "issues", "errors", "limits", "declare", "numerals", "values", "messages", "rules"}
CODECS = {"oioxml", "edifact", "fhir"}
OUTSIDE = {"socket", "ssl", "http", "urllib", "ftplib", "smtplib", "requests", "httpx", "subprocess", "asyncio"}
MAY_PRINT = {"cli/console.py"}
MAY_OPEN = {
    "archiving/folders.py",
    "certification/bridge.py",
    "certification/cases/__init__.py",
    "certification/report/files.py",
    "certification/report/opinions.py",
    "binary_files.py",
    "cli/console.py",
    "cli/demo.py",
    "cli/files.py",
    "cli/ties.py",
    "resources.py",
    "oioxml/schemas.py",
    "fhir/model/r4_package.py",
    "fhir/profiles/archives.py",
    "fhir/profiles/packages.py",
}
MAY_ASK_THE_TIME = {"danish_time.py"}
MAY_READ_THE_ENVIRONMENT = {"cli/console.py"}


def room(module: str) -> str:
    return module.partition("/")[0].removesuffix(".py")


def imported(tree: ast.AST) -> Iterator[str]:
    """Every module that code imports, wherever it stands, by statement or by name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Constant) and _is_module(node.value):
            yield str(node.value)


def _is_module(text: object) -> bool:
    if not isinstance(text, str) or not text.startswith("medcom_bu."):
        return False
    return all(part.isidentifier() for part in text.split("."))


BY_NAME_ALONE = {"medcom_bu.fhir.typed"}
"""What a value asks for when a method is called that gives a value of fhir.resources."""


def rooms_imported(tree: ast.AST) -> set[str]:
    names = set(imported(tree)) - BY_NAME_ALONE
    return {name.split(".")[1] for name in names if name.startswith("medcom_bu.")}


def calls(tree: ast.AST) -> Iterator[str]:
    """What is called, as written: ``print``, ``datetime.now``, ``open``."""
    return (ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call))


@of_each_module
def test_a_room_imports_only_from_floors_below(module: str) -> None:
    own = room(module)
    if own == "__init__":
        return
    found = rooms_imported(code_of(module)) - {own}
    if own == "wire":
        found -= CODECS  # the registry names its codecs
    unknown = {name for name in found if name not in FLOORS}
    assert not {name for name in unknown if (ROOT / name).exists() or (ROOT / f"{name}.py").exists()}
    above = {name for name in found - unknown if FLOORS[name] >= FLOORS[own]}
    assert above <= ON_THE_GROUND.get(own, set())


def files_imported(tree: ast.AST) -> set[str]:
    """The modules of the package that code imports, at the top, in a function or for typing alone."""
    found = set()
    for name in set(imported(tree)) - BY_NAME_ALONE:
        parts = name.split(".")[1:] if name.startswith("medcom_bu.") else []
        for length in range(len(parts), 0, -1):
            path = "/".join(parts[:length])
            match = next((file for file in (f"{path}.py", f"{path}/__init__.py") if file in MODULES), None)
            if match:
                found.add(match)
                break
    return found


def circles(imports: dict[str, set[str]]) -> list[list[str]]:
    """The groups of files that import each other, directly or by way of others."""
    reached: dict[str, set[str]] = {}
    for start in imports:
        seen: set[str] = set()
        waiting = [start]
        while waiting:
            new = imports[waiting.pop()] - seen
            seen |= new
            waiting += new
        reached[start] = seen
    found = {tuple(sorted(b for b in reached[a] if a in reached[b])) for a in imports if a in reached[a]}
    return sorted(map(list, found))


@functools.cache
def imports_of_all() -> dict[str, set[str]]:
    return {module: files_imported(code_of(module)) for module in MODULES}


def test_no_file_imports_itself_by_way_of_others() -> None:
    """HOUSE-15, HOUSE-16."""
    assert circles(imports_of_all()) == []


def folders(imports: dict[str, set[str]]) -> dict[str, set[str]]:
    """Imports of files as imports of their folders. A folder within one is another; a file on top is one of its own."""
    found: dict[str, set[str]] = {}
    for module, others in imports.items():
        own = module.rpartition("/")[0] or module
        found.setdefault(own, set()).update({other.rpartition("/")[0] or other for other in others} - {own})
    return found


def test_no_folder_imports_itself_by_way_of_others() -> None:
    """HOUSE-15: from the files to the folders, since files without a circle may still tie their folders into one."""
    assert circles(folders(imports_of_all())) == []


def test_circles_are_seen() -> None:
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}, "e": {"e"}}) == [["a", "b", "c"], ["e"]]
    assert circles({"a": {"b"}, "b": set()}) == []


def test_circles_of_folders_are_seen() -> None:
    files = {"a/x.py": {"a/y.py", "a/b/z.py"}, "a/y.py": set(), "a/b/z.py": {"a/y.py", "top.py"}, "top.py": set()}
    assert circles(files) == []
    assert folders(files) == {"a": {"a/b"}, "a/b": {"a", "top.py"}, "top.py": set()}
    assert circles(folders(files)) == [["a", "a/b"]]
    assert circles(folders({"a/x.py": {"a/y.py"}, "a/y.py": {"top.py"}, "top.py": set()})) == []


def test_an_import_is_seen_wherever_it_stands() -> None:
    tree = ast.parse(
        "if TYPE_CHECKING:\n from medcom_bu.fhir.codec import read\n"
        "def f():\n from medcom_bu.fhir.profiles import walk\n"
        "NAME = 'medcom_bu.oioxml.codec'"
    )
    assert files_imported(tree) == {"fhir/codec.py", "fhir/profiles/walk.py", "oioxml/codec.py"}


def test_a_type_name_means_one_thing() -> None:
    """HOUSE-17."""
    homes: dict[str, list[str]] = {}
    for module in MODULES:
        for node in code_of(module).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                homes.setdefault(node.name, []).append(module)
    assert {name: modules for name, modules in homes.items() if len(modules) > 1} == {}


def test_no_test_takes_anything_from_another_test() -> None:
    """What tests share is in ``tests.support``, where the next one looks for it."""
    taken = [
        (path.name, name)
        for path in TESTS.rglob("test_*.py")
        for name in imported(ast.parse(path.read_text(encoding="utf-8")))
        if name.startswith("tests.") and ".test_" in name
    ]
    assert taken == []


def test_no_public_function_is_called_of() -> None:
    functions = ast.FunctionDef | ast.AsyncFunctionDef
    named = [(module, node.name) for module in MODULES for node in code_of(module).body if isinstance(node, functions)]
    assert [one for one in named if one[1] == "of"] == []


@of_each_module
def test_one_file_makes_parsers_of_xml(module: str) -> None:
    """HOUSE-6: what keeps a parser safe is said once."""
    made = {call.rpartition(".")[2] for call in calls(code_of(module))}
    parsers = {"XMLParser", "XMLPullParser", "fromstring", "iterparse", "XMLID", "HTMLParser", "XML"}
    assert module == "xmlio.py" or not made & parsers


@of_each_module
def test_codecs_do_not_know_each_other_and_the_pure_floors_know_none(module: str) -> None:
    own, tree = room(module), code_of(module)
    if own in CODECS:
        assert not rooms_imported(tree) & (CODECS - {own})
    if own in PURE:
        names = {name.partition(".")[0] for name in imported(tree)}
        assert not names & {"lxml", "fhir", "xmlschema", "pytest", "hypothesis"}
        assert not rooms_imported(tree) & CODECS


@of_each_module
def test_nothing_imports_the_command_line(module: str) -> None:
    if module != "__main__.py" and not module.startswith("cli/"):
        assert "cli" not in rooms_imported(code_of(module))


@of_each_module
def test_only_the_rooms_that_may_touch_the_world(module: str) -> None:
    tree = code_of(module)
    called = set(calls(tree))
    assert module in MAY_PRINT or "print" not in called
    opens = {name for name in called if name == "open" or name.endswith((".open", ".read_text", ".read_bytes"))}
    assert module in MAY_OPEN or not opens | {n for n in called if n.endswith((".write_text", ".write_bytes"))}
    clocks = {name for name in called if name.endswith((".now", ".utcnow", ".today")) or name == "time.time"}
    assert module in MAY_ASK_THE_TIME or not clocks
    named = {ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert module in MAY_READ_THE_ENVIRONMENT or not named & {"os.environ", "os.getenv"}
    assert not {name.partition(".")[0] for name in imported(tree)} & OUTSIDE or _only_escaping(tree)


def _only_escaping(tree: ast.AST) -> bool:
    """``urllib.parse`` opens nothing."""
    outside = {name for name in imported(tree) if name.partition(".")[0] in OUTSIDE}
    return all(name.startswith("urllib.parse") for name in outside)


@of_each_module
def test_a_room_is_small_and_says_what_it_is(module: str) -> None:
    tree = code_of(module)
    assert len((ROOT / module).read_text(encoding="utf-8").splitlines()) <= 500
    assert ast.get_docstring(tree)
    silent = [node.name for node in _public(tree) if not ast.get_docstring(node)]
    assert not silent


def _public(tree: ast.Module) -> Iterator[ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef]:
    """Public functions and classes of a module, and public methods of public classes."""
    kinds = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    for node in tree.body:
        if isinstance(node, kinds) and not node.name.startswith("_") and not _is_overload(node):
            yield node
            inner = node.body if isinstance(node, ast.ClassDef) and not _is_protocol(node) else []
            yield from (part for part in inner if isinstance(part, kinds) and not part.name.startswith("_"))


def _is_overload(node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """A signature for type checkers alone, of which the function itself speaks."""
    return any(ast.unparse(decorator) == "overload" for decorator in node.decorator_list)


def _is_protocol(node: ast.ClassDef) -> bool:
    return any(ast.unparse(base) == "Protocol" for base in node.bases)


def test_no_two_rooms_are_forgotten() -> None:
    assert {room(module) for module in MODULES} <= set(FLOORS)


def test_each_module_that_fails_is_named() -> None:
    @of_each_module
    def check(module: str) -> None:
        assert module not in ("wire.py", "xmlio.py"), "told"

    with pytest.raises(AssertionError, match=r"(?s)wire\.py: told.*xmlio\.py: told"):
        check()


def test_the_walk_sees_what_it_should() -> None:
    tree = ast.parse("def f():\n from medcom_bu.oioxml import codec\n open('x')\nX = 'medcom_bu.cli'")
    assert rooms_imported(tree) == {"oioxml", "cli"}
    assert list(calls(tree)) == ["open"]


@of_each_module
def test_what_a_public_function_raises_is_said(module: str) -> None:
    """HOUSE-20."""
    functions = [node for node in _public(code_of(module)) if isinstance(node, ast.FunctionDef)]
    raising = [node for node in functions if any(isinstance(one, ast.Raise) and one.exc for one in ast.walk(node))]
    silent = [node.name for node in raising if "raise" not in (ast.get_docstring(node) or "").lower()]
    assert not silent, "say in the docstring what they raise, and when"
