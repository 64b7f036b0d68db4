"""What Stripe accepts, read from the installed SDK: its routes, and the types of their parameters.

The routes are in the service modules, found by reading their syntax without importing them. The parameters are
TypedDicts; a module of them is loaded when its route is first used, and only those types are
looked at that a request touches.
"""

import ast
import importlib.util
import re
import types
import typing
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import stripe
import typing_extensions

from conference.demo.stripe.errors import StripeRefusal

SERVICES = ("checkout/_session", "_payment_intent", "_refund", "_charge", "_dispute", "_event")
OPTIONAL = (typing.NotRequired, typing.Required, typing_extensions.NotRequired, typing_extensions.Required)
METADATA_KEYS, METADATA_KEY_LENGTH, METADATA_VALUE_LENGTH = 50, 40, 500


@dataclass(frozen=True)
class Route:
    """One address of the API; ``params`` names the module and class of its parameters, None where it takes none."""

    method: str
    template: str
    params: tuple[str, str] | None

    @property
    def pattern(self) -> re.Pattern[str]:
        return re.compile(re.sub(r"\{\w+\}", "([^/]+)", self.template))


def find_route(method: str, path: str) -> tuple[Route, tuple[str, ...]]:
    """The route of an address and the ids in it; refuses what Stripe does not know."""
    for route in routes():
        found = route.pattern.fullmatch(path) if route.method == method else None
        if found:
            return route, found.groups()
    raise StripeRefusal(f"Unrecognized request URL ({method}: {path}).", status=404)


@cache
def routes() -> tuple[Route, ...]:
    """All routes of the services named above; fewer ids first, so that ``/search`` is not taken for an id."""
    root = Path(stripe.__file__).parent
    found = [route for name in SERVICES for route in _routes_in(root / f"{name}_service.py")]
    return tuple(sorted(found, key=lambda route: route.template.count("{")))


def _routes_in(file: Path) -> Iterator[Route]:
    tree = ast.parse(file.read_text())
    modules = {
        alias.name: node.module
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module and ".params" in node.module
        for alias in node.names
    }
    for function in ast.walk(tree):
        if isinstance(function, ast.AsyncFunctionDef):
            yield from _route_of(function, modules)


def _route_of(function: ast.AsyncFunctionDef, modules: dict[str, str]) -> Iterator[Route]:
    annotations = [ast.unparse(arg.annotation) for arg in function.args.args if arg.arg == "params" and arg.annotation]
    name = re.search(r"\w+Params\b", "".join(annotations))
    params = (modules[name[0]], name[0]) if name else None
    for call in ast.walk(function):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "_request_async":
            method, address = call.args[:2]
            yield Route(ast.literal_eval(method).upper(), _template(address), params)


def _template(address: ast.expr) -> str:
    """The text of ``"/v1/refunds"`` and of ``"/v1/refunds/{refund}".format(...)`` alike."""
    if isinstance(address, ast.Call) and isinstance(address.func, ast.Attribute):
        address = address.func.value
    return str(ast.literal_eval(address))


def read_params(route: Route, pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """The request's form pairs as typed values; refuses what the SDK's types, or the words they list, do not allow."""
    form = _nested(pairs)
    if route.params is None:
        if form:
            raise _unknown(next(iter(form)))
        return {}
    module, name = route.params
    return _read_record(getattr(_module(module), name), form, "")


@cache
def _module(name: str) -> ModuleType:
    """A module of parameters, loaded by itself: the package around it weighs 16 MB, none of it needed here."""
    file = Path(stripe.__file__).parent.joinpath(*name.split(".")[1:]).with_suffix(".py")
    spec = importlib.util.spec_from_file_location(name, file)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _nested(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """``[("a[b][0]", "x")]`` as ``{"a": {"b": {"0": "x"}}}``; lists are made later, where the type says list."""
    root: dict[str, Any] = {}
    for name, value in pairs:
        place, *rest = re.findall(r"^[^\[]+|(?<=\[)[^\]]*(?=\])", name) or [name]
        into = root
        for step in rest:
            into = into.setdefault(place, {})
            if not isinstance(into, dict):
                raise StripeRefusal(f"Invalid object: {name}", param=name)
            place = step or str(len(into))
        into[place] = value
    return root


@cache
def _fields(record: Any) -> dict[str, Any]:
    """Name and type of every parameter of a TypedDict, without the SDK's own request options."""
    from stripe._request_options import RequestOptions

    names = vars(_module(record.__module__))
    hints = typing.get_type_hints(record, {**names, "Mapping": Mapping, "StripeContext": Any}, include_extras=True)
    options = RequestOptions.__annotations__ if record.__name__.endswith("Params") else {}
    return {name: hint for name, hint in hints.items() if name not in options}


def _read_record(record: Any, value: Any, name: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise StripeRefusal(f"Invalid object: {name}", param=name)
    fields = _fields(record)
    for key in value:
        if key not in fields:
            raise _unknown(_inside(name, key))
    for key in fields:
        if key in record.__required_keys__ and key not in value:
            raise missing(_inside(name, key))
    return {key: _read(fields[key], part, _inside(name, key)) for key, part in value.items()}


def _read(hint: Any, value: Any, name: str) -> Any:
    origin = typing.get_origin(hint)
    if origin in OPTIONAL:
        return _read(typing.get_args(hint)[0], value, name)
    if origin in (typing.Union, types.UnionType):
        return _read_choice(typing.get_args(hint), value, name)
    if origin in (typing.Literal, typing_extensions.Literal):
        return _read_word(typing.get_args(hint), value, name)
    if origin is list:
        return _read_list(typing.get_args(hint)[0], value, name)
    if _is_mapping(hint):
        return _read_metadata(value, name)
    if typing_extensions.is_typeddict(hint):
        return _read_record(hint, value, name)
    return _read_plain(hint, value, name)


def _read_choice(choices: tuple[Any, ...], value: Any, name: str) -> Any:
    """One of several types. Where the SDK lists words and adds ``str`` for others, only the listed ones are taken."""
    words = [
        word for choice in choices if typing.get_origin(choice) is typing.Literal for word in typing.get_args(choice)
    ]
    others = [
        choice for choice in choices if typing.get_origin(choice) is not typing.Literal and choice is not type(None)
    ]
    if value in words:
        return value
    fitting = [choice for choice in others if _is_nested(choice) == isinstance(value, dict)]
    if any(words):
        fitting = [choice for choice in fitting if choice is not str]
        if not fitting:
            return _read_word(tuple(words), value, name)
    return _read((fitting or others)[0], value, name)


def _is_nested(hint: Any) -> bool:
    return typing.get_origin(hint) is list or _is_mapping(hint) or typing_extensions.is_typeddict(hint)


def _is_mapping(hint: Any) -> bool:
    return (typing.get_origin(hint) or hint) in (dict, _untyped())


@cache
def _untyped() -> Any:
    from stripe._stripe_object import UntypedStripeObject

    return UntypedStripeObject


def _read_word(words: tuple[Any, ...], value: Any, name: str) -> Any:
    if value in words:
        return value
    listed = ", ".join(str(word) for word in words if word)
    raise StripeRefusal(f"Invalid {name}: must be one of {listed}", param=name)


def _read_list(hint: Any, value: Any, name: str) -> list[Any]:
    if not isinstance(value, dict) or not all(key.isdigit() for key in value):
        raise StripeRefusal(f"Invalid array: {name}", param=name)
    return [_read(hint, value[key], _inside(name, key)) for key in sorted(value, key=int)]


def _read_metadata(value: Any, name: str) -> dict[str, str]:
    """The only free mappings Stripe takes are metadata; an empty value means: no such key."""
    if not isinstance(value, dict) or not all(isinstance(part, str) for part in value.values()):
        raise StripeRefusal(f"Invalid object: {name}", param=name)
    if len(value) > METADATA_KEYS:
        raise StripeRefusal(f"Metadata can have at most {METADATA_KEYS} keys.", param=name)
    for key, text in value.items():
        if len(key) > METADATA_KEY_LENGTH:
            raise StripeRefusal(
                f"Metadata keys can have at most {METADATA_KEY_LENGTH} characters.", param=_inside(name, key)
            )
        if len(text) > METADATA_VALUE_LENGTH:
            raise StripeRefusal(
                f"Metadata values can have at most {METADATA_VALUE_LENGTH} characters.", param=_inside(name, key)
            )
    return {key: text for key, text in value.items() if text}


def _read_plain(hint: Any, value: Any, name: str) -> Any:
    if not isinstance(value, str):
        raise StripeRefusal(f"Invalid {getattr(hint, '__name__', 'value')}: {name}", param=name)
    if hint is Any:
        return value
    if value == "":
        raise StripeRefusal(f"You passed an empty string for '{name}'.", code="parameter_invalid_empty", param=name)
    if hint is bool:
        return _read_word(("true", "false"), value, name) == "true"
    if hint is int:
        return _read_whole(value, name)
    if hint in (float, Decimal):
        return _read_decimal(value, name)
    return value


def _read_whole(value: str, name: str) -> int:
    if not re.fullmatch(r"-?[0-9]{1,18}", value):
        raise StripeRefusal(f"Invalid integer: {value}", code="parameter_invalid_integer", param=name)
    return int(value)


def _read_decimal(value: str, name: str) -> Decimal:
    try:
        return Decimal(value)
    except InvalidOperation:
        raise StripeRefusal(f"Invalid decimal: {value}", param=name) from None


def missing(name: str) -> StripeRefusal:
    return StripeRefusal(f"Missing required param: {name}.", code="parameter_missing", param=name)


def _unknown(name: str) -> StripeRefusal:
    return StripeRefusal(f"Received unknown parameter: {name}", code="parameter_unknown", param=name)


def _inside(name: str, key: str) -> str:
    return f"{name}[{key}]" if name else key
