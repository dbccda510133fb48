"""Plain data to FHIR XML: elements in the order of R4, whatever the order of the data."""

from __future__ import annotations

from collections.abc import Callable, Collection

from medcom_bu.fhir.model.data import Number, Plain
from medcom_bu.fhir.model.definitions import Shape, ShapeProperty, is_resource, shape
from medcom_bu.fhir.model.leftovers import NAME, TEXT, is_leftover
from medcom_bu.fhir.model.leftovers import attributes as attributes_left
from medcom_bu.fhir.model.leftovers import elements as elements_left
from medcom_bu.fhir.model.shape import FHIR_NAMESPACE, is_div
from medcom_bu.once import once
from medcom_bu.values.characters import not_xml
from medcom_bu.xmlio import attribute_text

_Put = Callable[[str], None]
_LAST = 1 << 30
_DECLARED = f' xmlns="{FHIR_NAMESPACE}"'


def dump_xml(plain: Plain) -> bytes:
    """The resource as UTF-8 XML without blanks between the elements. Nothing is checked.

    A character that XML lacks becomes U+FFFD, a narrative that is not XHTML the text of a div; what has a name that
    is none in XML is left out.
    """
    out: list[str] = ['<?xml version="1.0" encoding="UTF-8"?>\n']
    try:
        out.append(_usual_resource(plain, _DECLARED))
    except (LookupError, RecursionError):
        _resource(plain, out.append, _DECLARED)
    return "".join(out).encode()


# --- what is as R4 has it, in its order -------------------------------------------------------------------------------


def _usual_resource(plain: Plain, declared: str = "") -> str:
    """A resource. Raises LookupError where something in it is not usual: then it is written as below."""
    name = plain["resourceType"] if type(plain) is dict else None
    if type(name) is not str or not is_resource(name):
        raise LookupError
    return f"<{name}{declared}{_usual(name)(plain)}</{name}>"


@once
def _usual(name: str) -> Callable[[Plain], str]:
    """What writes an object of that shape: all between the name of its start tag and its end tag."""
    declared = shape(name)
    table = {field.name: (field.order, field.many, _usual_item(field)) for field in declared.fields.values()}
    attributes = {field.name for field in declared.fields.values() if field.is_attribute}
    if declared.is_resource:
        table["resourceType"] = -1, False, lambda _: ""

    def write(plain: Plain) -> str:
        if type(plain) is not dict:
            raise LookupError
        outside, inside, reached = "", [">"], -1
        for key, value in plain.items():
            order, many, item = table[key]
            if key in attributes:
                outside += item(value)
                continue
            if order < reached or many != (type(value) is list) or value == []:
                raise LookupError
            reached = order
            if many:
                inside += map(item, value)
            else:
                inside.append(item(value))
        return outside + "".join(inside)

    return write


def _usual_item(field: ShapeProperty) -> Callable[[Plain], str]:
    """What writes one item of a property."""
    name, of_shape = field.name, field.shape
    if of_shape == "xhtml":
        return _div
    if of_shape == "Resource":
        return lambda value: f"<{name}>{_usual_resource(value)}</{name}>"
    if not field.is_primitive:
        return lambda value: f"<{name}{_usual(of_shape)(value)}</{name}>"
    before, after = (f' {name}="', '"') if field.is_attribute else (f'<{name} value="', '"/>')

    def write(value: Plain) -> str:
        if type(value) is not str:
            if type(value) not in (bool, Number):
                raise LookupError
            value = _text(value)
        return f"{before}{attribute_text(value)}{after}"

    return write


# --- whatever it is ---------------------------------------------------------------------------------------------------


def _resource(plain: dict[str, Plain], put: _Put, declared: str = "") -> None:
    kind = plain.get("resourceType")
    name = kind if type(kind) is str and NAME.fullmatch(kind) else "Resource"
    put(f"<{name}{declared}{_attributes_left(plain)}>{_text_left(plain)}")
    if is_resource(name):
        _children(plain, shape(name), put)
    else:
        for key, value in plain.items():
            if key != "resourceType":
                _guess(key, value, put)
        _elements_left(plain, put)
    put(f"</{name}>")


def _children(plain: dict[str, Plain], declared: Shape, put: _Put) -> None:
    fields = declared.fields

    def order(key: str) -> int:
        field = fields.get(key) or fields.get(key[1:])
        return field.order if field else _LAST

    for key in sorted(plain, key=order):
        field = fields.get(key)
        if field is None and key.startswith("_") and (field := fields.get(key[1:])) and field.is_primitive:
            if key[1:] not in plain:
                _primitives(field, None, plain[key], put)
        elif field is None:
            if key != "resourceType":
                _guess(key, plain[key], put)
        elif field.is_primitive:
            if not field.is_attribute:
                _primitives(field, plain[key], plain.get("_" + key), put)
        else:
            for value in plain[key] if type(plain[key]) is list else [plain[key]]:
                _complex(field, value, put)
    _elements_left(plain, put)


def _attributes(plain: dict[str, Plain], declared: Shape, *, with_value: bool = False) -> str:
    """The attributes of an element, also of those that FHIR does not have; ``with_value``: value is written already."""
    taken = {name for name, field in declared.fields.items() if field.is_attribute}
    own = "".join(f' {key}="{attribute_text(_text(plain[key]))}"' for key in plain if key in taken)
    return own + _attributes_left(plain, taken | ({"value"} if with_value else set()))


def _attributes_left(plain: dict[str, Plain], taken: Collection[str] = ()) -> str:
    pairs = attributes_left(plain) if any(map(is_leftover, plain)) else ()
    return "".join(f' {name}="{attribute_text(value)}"' for name, value in pairs if name not in taken)


def _text_left(plain: dict[str, Plain]) -> str:
    return attribute_text(_text(plain.get(TEXT)))


def _elements_left(plain: dict[str, Plain], put: _Put) -> None:
    if any(map(is_leftover, plain)):
        for xml in elements_left(plain):
            put(not_xml().sub("\ufffd", xml))


def _complex(field: ShapeProperty, value: Plain, put: _Put) -> None:
    if type(value) is not dict:
        _guess(field.name, value, put)
    elif field.shape == "Resource":
        put(f"<{field.name}>")
        _resource(value, put)
        put(f"</{field.name}>")
    else:
        declared = shape(field.shape)
        put(f"<{field.name}{_attributes(value, declared)}>{_text_left(value)}")
        _children(value, declared, put)
        put(f"</{field.name}>")


def _primitives(field: ShapeProperty, value: Plain, companion: Plain, put: _Put) -> None:
    """A primitive, or all of its repetitions, with what goes with each."""
    values = value if type(value) is list else [value]
    companions = companion if type(companion) is list else [companion]
    for index in range(max(len(values), len(companions))):
        repetition = values[index] if index < len(values) else None
        beside = companions[index] if index < len(companions) else None
        if field.shape == "xhtml":
            put(_div(repetition))
        elif type(repetition) is dict:
            _guess(field.name, repetition, put)
        else:
            _primitive(field.name, repetition, beside if type(beside) is dict else {}, put)


def _primitive(name: str, value: Plain, companion: dict[str, Plain], put: _Put) -> None:
    shown = "" if value is None else f' value="{attribute_text(_text(value))}"'
    if not companion:
        put(f"<{name}{shown}/>")
        return
    declared = shape("Element")
    put(f"<{name}{_attributes(companion, declared, with_value=value is not None)}{shown}>{_text_left(companion)}")
    _children(companion, declared, put)
    put(f"</{name}>")


def _div(value: Plain) -> str:
    text = not_xml().sub("\ufffd", _text(value))
    return text if is_div(text) else f'<div xmlns="http://www.w3.org/1999/xhtml">{attribute_text(text)}</div>'


def _guess(key: str, value: Plain, put: _Put) -> None:
    """A property that the definitions do not have, by the rules that most have."""
    if not NAME.fullmatch(key):
        return
    if type(value) is list:
        for repetition in value:
            _guess(key, repetition, put)
    elif type(value) is not dict:
        is_narrative = key == "div" and is_div(_text(value))
        put(_text(value) if is_narrative else f'<{key} value="{attribute_text(_text(value))}"/>')
    elif key in ("resource", "contained") and "resourceType" in value:
        put(f"<{key}>")
        _resource(value, put)
        put(f"</{key}>")
    else:
        outside = {"id", "url"} if key in ("extension", "modifierExtension") else {"id"}
        shown = "".join(f' {name}="{attribute_text(_text(value[name]))}"' for name in sorted(outside & value.keys()))
        put(f"<{key}{shown}>")
        for name, inner in value.items():
            if name not in outside:
                _guess(name, inner, put)
        put(f"</{key}>")


def _text(value: Plain) -> str:
    if type(value) is bool:
        return "true" if value else "false"
    return str(value) if isinstance(value, str | Number) else ""
