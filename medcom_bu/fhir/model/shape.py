"""The schema layer of FHIR: is plain data shaped as R4 has it? Names, repetition, cardinality, types, forms.

Paths are FHIRPath: ``Bundle.entry[0].resource.event`` for what JSON calls ``eventCoding``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from medcom_bu.fhir.model import catalogue
from medcom_bu.fhir.model.data import Number, Plain, shown_name
from medcom_bu.fhir.model.definitions import Shape, ShapeProperty, is_resource, shape
from medcom_bu.fhir.model.leftovers import TEXT, XML_BLANKS, is_attribute, is_leftover, split
from medcom_bu.fhir.model.r4 import compiled, primitive
from medcom_bu.issues import Issue
from medcom_bu.limits import LIMITS
from medcom_bu.nearest import nearest
from medcom_bu.once import once
from medcom_bu.values.fhir_types import read_xml, xml_events

FHIR_NAMESPACE = "http://hl7.org/fhir"
XHTML_NAMESPACE = "http://www.w3.org/1999/xhtml"
_JSON_NAMES = {str: "text", bool: "boolean", Number: "number", dict: "object", list: "array", type(None): "null"}
_SIBLING = {"id", "extension"}
_KNOWN_SHOWN = 12


_Fits = Callable[[Any], bool]


@once
def _fits(name: str) -> _Fits:
    """A test whether an object has a shape in every way; what a primitive may have beside it is left to the check."""
    declared = shape(name)
    tests = {field.name: _fits_field(field) for field in declared.fields.values()}
    if declared.is_resource:
        tests["resourceType"] = lambda value: bool(value == name)
    required = frozenset(fields[0].name for _, fields in declared.required if len(fields) == 1)
    required_choices = [frozenset(field.name for field in fields) for _, fields in declared.required if len(fields) > 1]
    choice_of = {key: choice for choice, names in _choices(name) for key in names}

    def fits(plain: Any) -> bool:
        if type(plain) is not dict or len(plain) <= declared.is_resource:
            return False
        for key, value in plain.items():
            test = tests.get(key)
            if test is None or not test(value):
                return False
        return _is_whole(plain, required, required_choices) and (not choice_of or _is_single(plain, choice_of))

    return fits


def _is_whole(plain: dict[str, Plain], required: frozenset[str], choices: list[frozenset[str]]) -> bool:
    """Whether everything that must be there is."""
    return required <= plain.keys() and not any(names.isdisjoint(plain) for names in choices)


def _is_single(plain: dict[str, Plain], choice_of: dict[str, str]) -> bool:
    """Whether each choice is there in one type."""
    chosen = [choice_of[key] for key in plain if key in choice_of]
    return len(chosen) == len(set(chosen))


def _fits_field(field: ShapeProperty) -> _Fits:
    name = field.shape
    test: _Fits
    if field.is_primitive:
        test = _fits_primitive(name)
    elif name == "Resource":
        test = _fits_resource
    else:

        def test(value: Any) -> bool:
            return _fits(name)(value)

    if not field.many:
        return test
    return lambda items: type(items) is list and bool(items) and all(map(test, items))


def _fits_resource(plain: Any) -> bool:
    kind = plain.get("resourceType") if type(plain) is dict else None
    return type(kind) is str and is_resource(kind) and _fits(kind)(plain)


def _fits_primitive(name: str) -> _Fits:
    kind, form = kind_and_form(name)
    if form is None:
        return lambda value: type(value) is kind and value != ""
    accepts = form

    def test(value: Any) -> bool:
        is_kind = type(value) is kind
        return is_kind and value != "" and bool(accepts(value))

    return test


def check_resource(plain: Plain, path: str, found: list[Issue]) -> None:
    """Add to ``found`` all that is wrong with a resource and what it holds."""
    if _fits_resource(plain):
        return
    if type(plain) is not dict:
        found.append(catalogue.NOT_AN_OBJECT.issue(path))
        return
    kind = plain.get("resourceType")
    if type(kind) is not str or not kind:
        found.append(catalogue.RESOURCE_TYPE.issue(path))
    elif not is_resource(kind):
        found.append(catalogue.RESOURCE_UNKNOWN.issue(path, type=shown_name(kind)))
    else:
        _check_object(plain, shape(kind), path, found)


def _check_object(plain: dict[str, Plain], declared: Shape, path: str, issues: list[Issue]) -> None:
    is_bare = len(plain) == 1 and declared.is_resource and "resourceType" in plain
    if not plain or (is_bare and "." in path):  # within another an empty resource is as none: bdl-5, inv-1
        issues.append(catalogue.EMPTY.issue(path))
        return
    fields = declared.fields
    for key, value in plain.items():
        field = fields.get(key)
        if field is not None:
            _check_field(value, plain, field, f"{path}.{field.choice or key}", issues)
        elif key.startswith("_") and (field := fields.get(key[1:])) is not None and field.is_primitive:
            _check_sibling(value, plain.get(key[1:]), field, f"{path}.{field.choice or key[1:]}", issues)
        elif key != "resourceType" or not declared.is_resource:
            issues.append(_misplaced(key, declared, path))
    for name, choices in declared.required:
        if not any(field.name in plain or "_" + field.name in plain for field in choices):
            issues.append(catalogue.MISSING.issue(path, type=declared.name, name=name))
    for name, names in _choices(declared.name):
        if sum(key in plain or "_" + key in plain for key in names) > 1:
            issues.append(catalogue.CHOICE.issue(path, name=name))


def _misplaced(key: str, declared: Shape, path: str) -> Issue:
    """Why something has no place in an element."""
    namespace, local = split(key)
    field, name = declared.fields.get(local), shown_name(local)
    if is_attribute(key):
        return catalogue.XML_ATTRIBUTE.issue(path, type=declared.name, name=name)
    if key == TEXT:
        return catalogue.XML_TEXT.issue(path)
    here = f"{path}.{(field.choice if field else None) or name}"
    if is_leftover(key) and namespace != (XHTML_NAMESPACE if field and field.shape == "xhtml" else FHIR_NAMESPACE):
        return catalogue.XML_NAMESPACE.issue(here, name=name)
    if field is not None and field.is_attribute:
        return catalogue.XML_ELEMENT.issue(here, type=declared.name, name=name)
    if field is not None and field.shape == "Resource":
        return catalogue.XML_RESOURCE.issue(here, name=name)
    if field is not None and not field.many:
        return catalogue.XML_REPEATED.issue(here, name=name)
    known_names = ", ".join([*declared.fields][:_KNOWN_SHOWN]) + (" ..." if len(declared.fields) > _KNOWN_SHOWN else "")
    told = name if name == local else catalogue.UNTOLD
    near = nearest(local, declared.fields)
    return catalogue.PROPERTY_UNKNOWN.issue(here, type=declared.name, name=told, nearest=near, known=known_names)


@once
def _choices(name: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    names: dict[str, list[str]] = {}
    for field in shape(name).fields.values():
        if field.choice:
            names.setdefault(field.choice, []).append(field.name)
    return tuple((choice, tuple(all_of)) for choice, all_of in names.items())


def _check_field(value: Plain, owner: dict[str, Plain], field: ShapeProperty, path: str, issues: list[Issue]) -> None:
    if not field.many:
        if type(value) is list:
            issues.append(catalogue.A_LIST.issue(path, name=field.name))
        else:
            _check_one(value, field, path, issues)
        return
    if type(value) is not list:
        issues.append(catalogue.NOT_A_LIST.issue(path, name=field.name))
        return
    if not value:
        issues.append(catalogue.EMPTY.issue(path))
    siblings = owner.get("_" + field.name) if field.is_primitive else None
    for index, part in enumerate(value):
        if part is None and type(siblings) is list and index < len(siblings) and siblings[index] is not None:
            continue
        _check_one(part, field, f"{path}[{index}]", issues)


def _check_one(value: Plain, field: ShapeProperty, path: str, issues: list[Issue]) -> None:
    if field.is_primitive:
        _checker(field.shape)(value, path, issues)
    elif type(value) is not dict:
        issues.append(_wrong_type(value, field.shape, "object", path))
    elif field.shape == "Resource":
        check_resource(value, path, issues)
    else:
        _check_object(value, shape(field.shape), path, issues)


def _wrong_type(value: Plain, name: str, expected: str, path: str) -> Issue:
    return catalogue.JSON_TYPE.issue(path, type=name, expected=expected, found=_JSON_NAMES[type(value)])


_Checker = Callable[[Plain, str, list[Issue]], None]


def kind_and_form(name: str) -> tuple[type, Callable[[str], Any] | None]:
    """The JSON kind of a primitive type, and the test of its form."""
    declared = primitive(name)
    if name in _OWN_FORMS:
        return declared.json, _OWN_FORMS[name]
    if declared.pattern is None or declared.json is bool:
        return declared.json, None
    return declared.json, compiled(declared.pattern).fullmatch


@once
def _checker(name: str) -> _Checker:
    """What checks a value of a primitive type."""
    shown = primitive(name).name
    kind, form = kind_and_form(name)

    def check(value: Any, path: str, issues: list[Issue]) -> None:
        is_kind = type(value) is kind
        if not is_kind:
            issues.append(_wrong_type(value, shown, _JSON_NAMES[kind], path))
        elif value == "":
            issues.append(catalogue.EMPTY.issue(path))
        elif form is not None and not form(value):
            issues.append(_misformed(name, path))

    return check


def _misformed(name: str, path: str) -> Issue:
    own = {"xhtml": catalogue.XHTML, "base64Binary": catalogue.BASE64}.get(name)
    if own is not None:
        return own.issue(path)
    return catalogue.FORM.issue(path, type=name, form=catalogue.FORMS.get(name) or primitive(name).pattern or "")


_BASE64_SIGNS = re.compile(r"[0-9A-Za-z+/]*={0,2}")
_BLANKS = str.maketrans("", "", " \t\r\n")


def is_base64(text: str) -> bool:
    """Whether a text is base64, white space left out; looks at each sign once."""
    bare = text if text.isalnum() else text.translate(_BLANKS)
    return len(bare) % 4 == 0 and len(bare) > 0 and _BASE64_SIGNS.fullmatch(bare) is not None


_DIV = f'<div xmlns="{XHTML_NAMESPACE}">'


def is_div(text: str) -> bool:
    """Whether a text is one well-formed XHTML div, without DOCTYPE and not too deep: by our limit, not a parser's."""
    if text.startswith(_DIV) and ("!" not in text or "<!" not in text) and _is_flat(text):
        return read_xml(text)
    events = xml_events(text, LIMITS.depth) if text.lstrip(XML_BLANKS).startswith("<") else None
    root = next((name for name, _ in events or () if name[0] != "#"), None)
    return root == f"{XHTML_NAMESPACE} div"


def _is_flat(text: str) -> bool:
    """Whether XML without declarations is surely not too deep.

    At any place those elements that hold it all began before, and all but a break end behind.
    """
    if text.count("<") <= LIMITS.depth:
        return True
    half = len(text) // 2
    begun = text.count("<", 0, half) - text.count("</", 0, half) - text.count("<br/>", 0, half)
    return max(begun, text.count("</", half)) < LIMITS.depth


_OWN_FORMS: dict[str, Callable[[str], bool]] = {"xhtml": is_div, "base64Binary": is_base64}


def _check_sibling(sibling: Plain, value: Plain, field: ShapeProperty, path: str, issues: list[Issue]) -> None:
    """Check what goes with a primitive: its id and its extensions."""
    if not field.many:
        _check_companion(sibling, field, path, issues)
        return
    if type(sibling) is not list or not sibling or (value is not None and len(sibling) != len(value)):
        issues.append(catalogue.PRIMITIVE_SIBLING.issue(path, name=field.name))
        return
    for index, part in enumerate(sibling):
        if part is not None:
            _check_companion(part, field, f"{path}[{index}]", issues)
        elif value is None:
            issues.append(catalogue.EMPTY.issue(f"{path}[{index}]"))


def _check_companion(companion: Plain, field: ShapeProperty, path: str, issues: list[Issue]) -> None:
    if (
        type(companion) is not dict
        or not companion
        or any(key not in _SIBLING and not is_leftover(key) for key in companion)
    ):
        issues.append(catalogue.PRIMITIVE_SIBLING.issue(path, name=field.name))
        return
    _check_object(companion, shape("Element"), path, issues)
