"""The vocabulary in which kinds are written, and its two readings: a validator and a JSON Schema.

A shape is a frozen, slotted dataclass. Its annotations are compiled straight to pydantic-core, the engine of
pydantic: building the same validators through pydantic's own classes takes longer than checking a whole small
mall (docs/benchmarks.md, start-up). What may stand in an annotation: another shape, `Literal`, `bool`, `tuple[X, ...]`,
`dict[K, V]`, `X | None`, one union of values that differ in form (text, mapping, list), and `Annotated` with the
markers below. Modules that use it do not import annotations from __future__: they are read as they stand.
"""

import types
from collections.abc import Callable
from dataclasses import MISSING, Field, FrozenInstanceError, dataclass, fields, is_dataclass
from datetime import date
from functools import cache
from typing import Annotated, Any, Literal, NamedTuple, TypeVar, Union, dataclass_transform, get_args, get_origin

from pydantic_core import CoreConfig, CoreSchema, PydanticCustomError, SchemaValidator, core_schema

from mpp_qms.dates import parse_day, parse_partial

T = TypeVar("T")

_CONFIG: CoreConfig = {"coerce_numbers_to_str": True, "extra_fields_behavior": "forbid"}


def _init(self: Any, **values: Any) -> None:
    for spec in fields(self):
        if spec.name in values:
            value = values.pop(spec.name)
        elif spec.default is not MISSING:
            value = spec.default
        else:
            raise TypeError(f"{type(self).__name__} needs {spec.name}")
        object.__setattr__(self, spec.name, value)
    if values:
        raise TypeError(f"{type(self).__name__} has no {', '.join(values)}")


def _repr(self: Any) -> str:
    return f"{type(self).__name__}({', '.join(f'{spec.name}={getattr(self, spec.name)!r}' for spec in fields(self))})"


def _refuse(self: Any, name: str, *_: Any) -> None:
    raise FrozenInstanceError(f"cannot change {name} of a {type(self).__name__}")


@dataclass_transform(kw_only_default=True, frozen_default=True)
def shape(cls: type[T]) -> type[T]:
    """Make frozen, slotted data of a class; fields are given by name.

    The methods above are the same for all: compiling those that dataclass would write for each of sixty classes
    takes an eighth of a check of a small mall.
    """
    made = dataclass(init=False, repr=False, eq=False, slots=True, kw_only=True)(cls)
    methods = {"__init__": _init, "__repr__": _repr, "__setattr__": _refuse, "__delattr__": _refuse}
    for name, method in methods.items():
        setattr(made, name, method)
    return made


class Alias(NamedTuple):
    """The key in the file, where Python keeps the word for itself (`from`)."""

    key: str


class Pattern(NamedTuple):
    """What a text must look like."""

    regex: str


class Whole(NamedTuple):
    """The bounds of a whole number."""

    least: int
    most: int


class Only(NamedTuple):
    """The one number that an editor is to accept; what another one means is for the program to say."""

    number: int


class NotEmpty(NamedTuple):
    """That a list holds at least one entry."""


class DayMark(NamedTuple):
    """That a date is written as a day."""


_days: dict[str, date] = {}


def _day(value: Any, info: core_schema.ValidationInfo) -> date:
    """A full day; a year or month where the record is legacy, whose day of import is the context (rule 3)."""
    if isinstance(value, str):
        if (seen := _days.get(value)) is not None:
            return seen
        if (day := parse_day(value)) is not None:
            return _days.setdefault(value, day)
    if info.context is not None and isinstance(value, (str, int)):
        partial = parse_partial(str(value), info.context)
        if partial is not None:
            return partial
    kind = "partial_day" if isinstance(value, (str, int)) and _is_partial(value) else "day"
    raise PydanticCustomError(kind, "a day as YYYY-MM-DD")


def _is_partial(value: str | int) -> bool:
    return parse_partial(str(value), date.max) is not None


#: A day as YYYY-MM-DD; in a legacy record also YYYY or YYYY-MM (`dates.PartialDay`).
Day = Annotated[date, DayMark()]
#: A text with something in it.
Text = Annotated[str, Pattern(r"\S")]
#: A clause number as written, perhaps with letters; `common.clause_number` takes them off (rule 7).
ClauseText = Text
#: A staff code of `people` in qms.yaml (rule 4).
PersonCode = Text


def _form(value: Any) -> str:
    """The form of a value as YAML gives it; NUL, which no YAML holds, marks what is no key in pydantic's locations."""
    return "\0mapping" if isinstance(value, dict) else "\0list" if isinstance(value, list) else "\0text"


def _parts(annotation: Any) -> tuple[Any, tuple[Any, ...]]:
    """An annotation without None, and its markers."""
    marks: tuple[Any, ...] = ()
    while True:
        if get_origin(annotation) is Annotated:
            annotation, *more = get_args(annotation)
            marks += tuple(more)
        elif get_origin(annotation) in (Union, types.UnionType):
            members = tuple(member for member in get_args(annotation) if member is not type(None))
            if len(members) > 1:
                return members, marks
            annotation = members[0]
        else:
            return annotation, marks


def _mark(marks: tuple[Any, ...], kind: type[T]) -> T | None:
    return next((mark for mark in marks if isinstance(mark, kind)), None)


def _form_of(annotation: Any) -> str:
    inner, _ = _parts(annotation)
    if is_dataclass(inner):
        return "\0mapping"
    return "\0list" if get_origin(inner) is tuple else "\0text"


def key_of(spec: Field[Any]) -> str:
    """The key in the file of a field of a shape."""
    alias = _mark(_parts(spec.type)[1], Alias)
    return alias.key if alias is not None else spec.name


@cache
def _core_of_shape(cls: Any) -> CoreSchema:
    entries = []
    for spec in fields(cls):
        inner = _core(spec.type)
        if spec.default is not MISSING:
            inner = core_schema.with_default_schema(inner, default=spec.default)
        entries.append(core_schema.dataclass_field(spec.name, inner, kw_only=True, validation_alias=key_of(spec)))
    return core_schema.dataclass_schema(
        cls,
        core_schema.dataclass_args_schema(cls.__name__, entries),
        [spec.name for spec in fields(cls)],
        slots=True,
        config=_CONFIG,
    )


def _core(annotation: Any) -> CoreSchema:
    inner, marks = _parts(annotation)
    if isinstance(inner, tuple):
        choices: dict[Any, CoreSchema] = {_form_of(member): _core(member) for member in inner}
        return core_schema.tagged_union_schema(choices, _form)
    if _mark(marks, DayMark) is not None:
        return core_schema.with_info_plain_validator_function(_day)
    if is_dataclass(inner):
        return _core_of_shape(inner)  # type: ignore[arg-type]
    origin = get_origin(inner)
    if origin is tuple:
        least = 1 if _mark(marks, NotEmpty) is not None else None
        return core_schema.tuple_schema([_core(get_args(inner)[0])], variadic_item_index=0, min_length=least)
    if origin is dict:
        key, value = get_args(inner)
        return core_schema.dict_schema(_core(key), _core(value))
    if origin is Literal:
        return core_schema.literal_schema(list(get_args(inner)))
    if inner is str:
        pattern = _mark(marks, Pattern)
        return core_schema.str_schema(pattern=pattern.regex if pattern is not None else None)
    if inner is int:
        bounds = _mark(marks, Whole)
        return core_schema.int_schema(
            strict=True, ge=bounds.least if bounds else None, le=bounds.most if bounds else None
        )
    if inner is bool:
        return core_schema.bool_schema(strict=True)
    if inner is Any:
        return core_schema.any_schema()
    raise TypeError(f"no shape: {annotation!r}")


@cache
def validator(cls: Any) -> SchemaValidator:
    """The validator of a shape: `validate_python(data, context=day of import or None)`."""
    return SchemaValidator(_core_of_shape(cls), _CONFIG)


# --- JSON Schema, 2020-12 ---

Describe = Callable[[str], str]
#: Numbers are let through where the program takes the text as written: other YAML readers make 7.3 of it.
_TEXT = {"type": ["string", "number"]}


def json_schema(cls: type, describe: Describe, title: str) -> dict[str, Any]:
    """A shape as JSON Schema (2020-12) for editors; `describe` puts titles and descriptions in the reader's language.

    `title`: what the kind is called. What keys mean: `records.meanings`.

    Nothing after a key (`notes:`) means that the key is absent, so optional keys may be null.
    """
    definitions: dict[str, Any] = {}
    body = _json_shape(cls, definitions, describe)
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": describe(title)}
    return {**head, **body, "$defs": definitions}


def _json_shape(cls: Any, definitions: dict[str, Any], describe: Describe) -> dict[str, Any]:
    from mpp_qms.records.meanings import meaning_of

    properties: dict[str, Any] = {}
    required = []
    for spec in fields(cls):
        key = key_of(spec)
        inner = _json(spec.type, definitions, describe)
        if spec.default is MISSING:
            required.append(key)
        else:
            inner = {"anyOf": [inner, {"type": "null"}]}
        meaning = meaning_of(cls.__name__, key)
        properties[key] = ({"description": describe(meaning)} if meaning is not None else {}) | inner
    return {
        "description": describe((cls.__doc__ or "").split("\n", 1)[0]),
        "type": "object",
        "properties": properties,
        "patternProperties": {"^x-": True},
        "required": required,
        "additionalProperties": False,
    }


def _json(annotation: Any, definitions: dict[str, Any], describe: Describe) -> dict[str, Any]:
    inner, marks = _parts(annotation)
    if isinstance(inner, tuple):
        return {"anyOf": [_json(member, definitions, describe) for member in inner]}
    if _mark(marks, DayMark) is not None:
        return {"type": ["string", "integer"], "pattern": "^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"}
    if is_dataclass(inner):
        name = inner.__name__  # type: ignore[union-attr]
        if name not in definitions:
            definitions[name] = {}
            definitions[name] = _json_shape(inner, definitions, describe)
        return {"$ref": f"#/$defs/{name}"}
    origin = get_origin(inner)
    if origin is tuple:
        array: dict[str, Any] = {"type": "array", "items": _json(get_args(inner)[0], definitions, describe)}
        return array | ({"minItems": 1} if _mark(marks, NotEmpty) is not None else {})
    if origin is dict:
        key, value = get_args(inner)
        names = _json(key, definitions, describe)
        return {"type": "object", "propertyNames": names, "additionalProperties": _json(value, definitions, describe)}
    if origin is Literal:
        return _choices(get_args(inner), describe)
    if inner is str:
        pattern = _mark(marks, Pattern)
        return _TEXT | ({"pattern": pattern.regex} if pattern is not None else {})
    if inner is int:
        only, bounds = _mark(marks, Only), _mark(marks, Whole)
        if only is not None:
            return {"const": only.number}
        return {"type": "integer"} | ({"minimum": bounds.least, "maximum": bounds.most} if bounds else {})
    if inner is bool:
        return {"type": "boolean"}
    return {}


def _choices(values: tuple[str, ...], describe: Describe) -> dict[str, Any]:
    """The values that a key takes; what they are called, for editors that show it beside them."""
    from mpp_qms.words import WORDS

    named = {"enumDescriptions": [describe(WORDS[value]) if value in WORDS else value for value in values]}
    return {"enum": list(values)} | (named if any(value in WORDS for value in values) else {})


# --- which keys there are ---


def choices_of(cls: Any, name: str) -> tuple[str, ...]:
    """The values that a field of a shape takes, where it takes only certain ones."""
    inner, _ = _parts(next(spec.type for spec in fields(cls) if spec.name == name))
    return get_args(inner) if get_origin(inner) is Literal else ()


class FieldFound(NamedTuple):
    """A field by the keys that lead to it: the name of the shape it stands in, and whether its values are codes."""

    shape: str
    coded: bool


@cache
def field_at(cls: Any, keys: tuple[str, ...]) -> FieldFound | None:
    """The field at the end of some keys, through lists; None where no shape has it (a key of a mapping, one of `x-`)."""
    by_key = {key_of(spec): spec.type for spec in fields(cls)}
    if not keys or keys[0] not in by_key:
        return None
    if len(keys) > 1:
        inner = _mapping_in(by_key[keys[0]])
        return field_at(inner, keys[1:]) if inner is not None else None
    inner, _ = _parts(by_key[keys[0]])
    if get_origin(inner) is tuple:
        inner, _ = _parts(get_args(inner)[0])
    origins: list[Any] = [get_origin(member) for member in (inner if isinstance(inner, tuple) else (inner,))]
    return FieldFound(cls.__name__, Literal in origins)


def keys_at(cls: type, route: tuple[str | int, ...]) -> tuple[str, ...]:
    """The keys a mapping at `route` inside a shape may hold; none where the route leads to no mapping."""
    return _keys(cls, tuple(step for step in route if isinstance(step, str)))


@cache
def _keys(cls: Any, names: tuple[str, ...]) -> tuple[str, ...]:
    by_key = {key_of(spec): spec.type for spec in fields(cls)}
    if not names:
        return tuple(by_key)
    inner = _mapping_in(by_key.get(names[0], str))
    return () if inner is None else _keys(inner, names[1:])


def key_order(cls: type, route: tuple[str | int, ...]) -> tuple[str, ...]:
    """The standard order of the keys of the mapping at `route` inside a shape: that of FORMAT.md.

    Of what every record may carry, the printed number stands behind the id and the unit, the rest at the end.
    """
    return _ordered(cls, tuple(step for step in route if isinstance(step, str)))


@cache
def _ordered(cls: Any, names: tuple[str, ...]) -> tuple[str, ...]:
    if names:
        inner = _mapping_in({key_of(spec): spec.type for spec in fields(cls)}.get(names[0], str))
        return () if inner is None else _ordered(inner, names[1:])
    base = cls.__mro__[1]
    # a field that a kind declares anew keeps its base's place among the fields, not among the annotations
    by_name = {spec.name: key_of(spec) for spec in fields(cls)}
    own = [by_name[name] for name in cls.__annotations__]
    inherited = [key_of(spec) for spec in fields(cls) if spec.name not in cls.__annotations__]
    if base is object or "number" not in {spec.name for spec in fields(base)} or "id" not in own:
        return (*inherited, *own) if "id" in inherited else (*own, *inherited)
    if "number" in own:
        return (*own, *inherited)
    head = [key for key in own if key in ("id", "unit")]
    return (*head, "number", *(key for key in own if key not in head), *(key for key in inherited if key != "number"))


def _mapping_in(annotation: Any) -> Any:
    inner, _ = _parts(annotation)
    if isinstance(inner, tuple):
        return next((found for member in inner if (found := _mapping_in(member)) is not None), None)
    if get_origin(inner) is tuple:
        return _mapping_in(get_args(inner)[0])
    return inner if is_dataclass(inner) else None
