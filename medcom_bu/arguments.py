"""What a caller may give: checks that name the parameter, what it takes and the type that came, never the value.

The validators of other packages quote what was given, and what is given to this library is a record on a child.
"""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from enum import StrEnum
from types import UnionType
from typing import Any, BinaryIO, ForwardRef, Literal, ParamSpec, TypeVar, Union, get_args, get_origin, get_type_hints

import attrs

Content = bytes | bytearray | memoryview
"""What is taken as the bytes of a file."""

_P = ParamSpec("_P")
_R = TypeVar("_R")


class Words(StrEnum):
    """A closed list of words. What is not in it is refused without being quoted."""

    @classmethod
    def _missing_(cls, value: object) -> None:
        came = "" if isinstance(value, str) else f", not of type {type(value).__name__}"
        raise ValueError(f"{cls.__name__} is one of {', '.join(cls)}{came}")


TAKES = "takes"


def check(name: str, value: object, hint: Any) -> None:
    """Raise TypeError where a value does not fit a type hint, such as ``Sequence[str] | None``.

    A text or a mapping is not a sequence, a truth value no number; what can be iterated once only is not looked into.
    """
    came = _misfit(hint)(value)
    if came is not None:
        advice = (_OF_CONTENT if hint == Content else ADVICE).get(came) or how_to_wrap(get_args(hint) or (hint,), came)
        raise TypeError(f"{name} takes {_described(hint)}, not {came}{advice}")


def how_to_wrap(kinds: Iterable[Any], came: str) -> str:
    """The advice to wrap a text in one of the classes made of text, such as a number; empty for anything else."""
    names = [kind.__name__ for kind in kinds if came == "str" and getattr(kind, "is_made_of_text", False)]
    return f": write {' or '.join(f'{name}(text)' for name in names)}" if names else ""


ADVICE = {"Parsed": ": give its .message", "Consignment": ": write each of its messages"}
_OF_CONTENT = {
    "str": ": read the file in binary mode",
    **dict.fromkeys(("BufferedReader", "FileIO", "BytesIO"), ": give what its read() gives"),
    **dict.fromkeys(("PosixPath", "WindowsPath"), ": give what its read_bytes() gives"),
}
"""The type that came -> what to give instead, where that is known."""


def check_word(name: str, value: object, words: Collection[str]) -> None:
    """Raise TypeError for what is not text, ValueError for a text that is none of ``words``."""
    check(name, value, str)
    if value not in words:
        raise ValueError(f"{name} is one of {', '.join(words)}")


def as_bytes(name: str, content: object) -> bytes:
    """Content as bytes. Raises TypeError for what is not bytes, a bytearray or a memoryview."""
    if isinstance(content, bytes):
        return content
    check(name, content, Content)
    return bytes(content)  # type: ignore[call-overload, no-any-return]


def word_of(words: Collection[str]) -> Callable[[Any, Any, object], None]:
    """An attrs validator: the field holds one of ``words``."""
    return lambda owner, field, value: check_word(f"{type(owner).__name__}.{field.name}", value, words)


def fits_annotation(owner: Any, field: Any, value: object) -> None:
    """An attrs validator: the field holds what its annotation says, or its metadata :data:`TAKES`, which is wider."""
    if value is field.default:
        return
    cls: Any = type(owner)
    hint, find = _asked_of(cls, field.name)
    if type(value) is not hint and find(value) is not None:
        check(f"{cls.__name__}.{field.alias or field.name}", value, hint)


@functools.cache
def _asked_of(cls: Any, name: str) -> tuple[Any, _Finder]:
    """What a field of an attrs class takes, and what finds what does not fit it."""
    hint = attrs.fields_dict(cls)[name].metadata.get(TAKES) or _hints(cls)[name]
    return hint, _misfit(hint)


def check_fields(cls: type, fields: list[Any]) -> list[Any]:
    """For ``attrs.define(field_transformer=check_fields)``: every field holds what its annotation says."""
    return [field if field.inherited else checked_field(field) for field in typed_fields(cls, fields)]


def checked_field(field: Any) -> Any:
    """A field that holds what its annotation says."""
    return field.evolve(validator=_first_by_type(field.validator))


def typed_fields(cls: type, fields: list[Any]) -> list[Any]:
    """For ``attrs.define(field_transformer=typed_fields)``: the constructor is annotated with types, not their names.

    attrs makes constructors away from the module that knows the names. What is named further down in that module stays
    a reference to it, which ``typing.get_type_hints`` follows.
    """
    type_converters(fields)
    types = _types({field.name: field.type for field in fields if not field.inherited}, cls.__module__)
    return [field if field.inherited else field.evolve(type=types[field.name]) for field in fields]


def type_converters(fields: Iterable[Any]) -> None:
    """Annotate the converters of fields with types, not their names, as attrs does constructors by them."""
    for field in fields:
        function = getattr(field.converter, "__func__", field.converter)
        if inspect.isfunction(function):
            function.__annotations__ = _types(function.__annotations__, function.__module__)


def _types(annotations: Mapping[str, Any], module: str) -> dict[str, Any]:
    names = vars(sys.modules[module])
    try:
        return {name: _type(hint, names) for name, hint in annotations.items()}
    except NameError:
        return {
            name: ForwardRef(hint, module=module) if isinstance(hint, str) else hint
            for name, hint in annotations.items()
        }


def _type(hint: Any, names: dict[str, Any]) -> Any:
    """What an annotation stands for; ``typing.get_type_hints`` gives the same, and takes four times as long."""
    kind = eval(hint, names) if isinstance(hint, str) else hint  # noqa: S307 - written in the module itself
    return type(None) if kind is None else kind


def _first_by_type(validator: Any) -> Any:
    return fits_annotation if validator is None else attrs.validators.and_(fits_annotation, validator)


def check_arguments(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """Make a function check its arguments by its annotations, but for ``**fields``, which their taker checks.

    The function raises TypeError, with its own name, for anything else.
    """
    signature = inspect.signature(function)
    variable = {
        name
        for name, parameter in signature.parameters.items()
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
    }
    fixed = [each for each in signature.parameters.values() if each.name not in variable]
    positional = [each.name for each in fixed if each.kind is not each.KEYWORD_ONLY]
    known = {each.name for each in fixed}
    required = {each.name for each in fixed if each.default is each.empty}

    @functools.wraps(function)
    def checked(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        given = dict(zip(positional, args, strict=False)) | kwargs
        if len(given) < len(args) + len(kwargs) or not required <= given.keys() <= known:
            given = bound(args, kwargs)  # which takes much longer
        for name, hint in _hints(function).items():
            if name in given and name not in variable:
                check(f"{function.__qualname__}: {name}", given[name], hint)
        return function(*args, **kwargs)

    def bound(args: Any, kwargs: Any) -> dict[str, Any]:
        try:
            return signature.bind(*args, **kwargs).arguments
        except TypeError as error:
            raise TypeError(f"{function.__qualname__}: {error}") from None

    return checked


@functools.cache
def _hints(annotated: Any, /) -> dict[str, Any]:
    return get_type_hints(annotated)


_Finder = Callable[[Any], str | None]


@functools.cache
def _misfit(hint: Any) -> _Finder:
    """What finds, for a hint, the type of what does not fit it, and None where it fits."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return _of_several(arguments)
    if hint is BinaryIO:
        return lambda value: None if hasattr(value, "read") else type(value).__name__
    if origin is Literal:
        return _misfit(str)
    kind: Any = {Any: object, None: type(None)}.get(origin or hint, origin or hint)
    refused = (str, bytes, Mapping) if kind in (Iterable, Collection, Sequence) else (bool,) if kind is int else ()

    def find(value: Any) -> str | None:
        if isinstance(value, kind) and not (refused and isinstance(value, refused)):
            return None
        return type(value).__name__

    return _of_items(find, arguments[0]) if arguments and issubclass(kind, Collection | Iterable) else find


def _of_several(hints: Sequence[Any]) -> _Finder:
    plain = tuple(hint for hint in hints if isinstance(hint, type) and not get_args(hint) and hint is not int)
    finders = [_misfit(hint) for hint in hints if hint not in plain]

    def find(value: Any) -> str | None:
        if isinstance(value, plain):
            return None
        came = [finder(value) for finder in finders]
        return None if None in came else max(filter(None, [type(value).__name__, *came]), key=len)

    return find


def _of_items(find: _Finder, hint: Any) -> _Finder:
    of_item, exact = _misfit(hint), {hint}

    def find_within(value: Any) -> str | None:
        came = find(value)
        if came is None and isinstance(value, Collection) and not isinstance(value, (Mapping, str)):
            if exact.issuperset(map(type, value)):  # as nearly always
                return None
            wrong = next(filter(None, map(of_item, value)), None)
            return f"{type(value).__name__} of {wrong}" if wrong else None
        return came

    return find_within


def _described(hint: Any) -> str:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return " or ".join(dict.fromkeys(map(_described, arguments)))
    if origin is Literal:
        return " or ".join(map(repr, arguments))
    if hint in (None, type(None)):
        return "None"
    if origin is Callable or not arguments or arguments == (Any,) or origin.__module__.startswith(__package__):
        return str((origin or hint).__name__)
    return f"{origin.__name__} of {_described(arguments[0])}"
