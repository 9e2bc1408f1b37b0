"""Frozen records read from and written to plain mappings; the one place that finds missing, unknown and wrong keys."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import MISSING, Field, dataclass, field, fields
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from kaoping.core.refusals import Finding, Place

T = TypeVar("T")
IDENTIFIER = re.compile(r"[^\W_][\w.\-]{0,63}", re.UNICODE)
MAX_TEXT = 4_000  # characters of one text
MAX_NUMBER_LENGTH = 40  # characters of one number
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)")


def f(kind: str, default: Any = MISSING, **more: Any) -> Any:
    """A field of a record: its kind decides how it is read and written (see `Reader`)."""
    if default is MISSING:
        return field(metadata={"kind": kind, **more})
    return field(default=default, metadata={"kind": kind, **more})


class Table(Mapping[str, Any]):
    """A mapping that cannot change, so that records which hold one stay frozen. Keeps the order of its keys."""

    __slots__ = ("_items",)

    def __init__(self, items: Mapping[str, Any] | Iterable[tuple[str, Any]] = ()) -> None:
        self._items = dict(items)

    def __getitem__(self, key: str) -> Any:
        return self._items[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __hash__(self) -> int:
        return hash(frozenset(self._items))

    def __repr__(self) -> str:
        return f"Table({self._items!r})"


EMPTY = Table()


@dataclass
class Reader:
    """Reads records and keeps what is wrong with them, each finding with its path (`tree.children[0].points`)."""

    findings: list[Finding]

    def found(self, code: str, path: str, **figures: object) -> None:
        """Note one problem."""
        self.findings.append(Finding(code, Place(path=path), figures))

    def record(self, cls: type[T], data: object, path: str) -> T | None:
        """A record of class `cls`; None (with findings) if it cannot be built."""
        if not isinstance(data, Mapping):
            self.found("plan.not_a_mapping", path)
            return None
        known = {_key(x): x for x in fields(cls)}  # type: ignore[arg-type]
        for key in data:
            if key not in known:
                self.found("plan.unknown_key", f"{path}.{key}".lstrip("."), key=str(key), keys=sorted(known))
        values: dict[str, object] = {}
        for key, one in known.items():
            here = f"{path}.{key}".lstrip(".")
            if key in data and data[key] is not None:
                value = self.value(one, data[key], here)
                if value is not None:
                    values[one.name] = value
                    continue
                if one.default is not MISSING:
                    continue
                values[one.name] = None
            elif one.default is MISSING:
                self.found("plan.missing_key", path, key=key)
                values[one.name] = None
        return cls(**values)

    def value(self, one: Field[Any], data: object, path: str) -> object | None:
        """A field's value by its kind."""
        kind = one.metadata["kind"]
        reader = getattr(self, f"_{kind}")
        result: object | None = reader(data, path, one.metadata)
        return result

    def _text(self, data: object, path: str, _: Mapping[str, Any]) -> str | None:
        if isinstance(data, str | int | Decimal) and not isinstance(data, bool) and len(str(data)) <= MAX_TEXT:
            return str(data)
        self.found("plan.not_a_text", path)
        return None

    def _id(self, data: object, path: str, _: Mapping[str, Any]) -> str | None:
        text = str(data) if isinstance(data, str | int) and not isinstance(data, bool) else ""
        if IDENTIFIER.fullmatch(text):
            return text
        self.found("plan.not_an_id", path, text=str(data)[:80])
        return None

    def _number(self, data: object, path: str, _: Mapping[str, Any]) -> Decimal | None:
        text = _written(data)
        if isinstance(data, bool) or len(text) > MAX_NUMBER_LENGTH or not NUMBER.fullmatch(text):
            self.found("plan.not_a_number", path, text=text[:80])
            return None
        try:
            return Decimal(text)
        except InvalidOperation:
            self.found("plan.not_a_number", path, text=text[:80])
            return None

    def _count(self, data: object, path: str, metadata: Mapping[str, Any]) -> int | None:
        number = self._number(data, path, metadata)
        if number is None:
            return None
        if number != number.to_integral_value() or not metadata.get("low", 0) <= number <= metadata.get("high", 10**9):
            low, high = metadata.get("low", 0), metadata.get("high", 10**9)
            self.found("plan.not_a_count", path, text=str(number), low=low, high=high)
            return None
        return int(number)

    def _flag(self, data: object, path: str, _: Mapping[str, Any]) -> bool | None:
        known = {"true": True, "false": False, "是": True, "否": False}
        if isinstance(data, bool):
            return data
        if str(data).lower() in known:
            return known[str(data).lower()]
        self.found("plan.not_a_flag", path, text=str(data)[:80])
        return None

    def _choice(self, data: object, path: str, metadata: Mapping[str, Any]) -> str | None:
        if str(data) in metadata["options"]:
            return str(data)
        self.found("plan.not_a_choice", path, text=str(data)[:80], options=list(metadata["options"]))
        return None

    def _names(self, data: object, path: str, _: Mapping[str, Any]) -> tuple[str, ...] | None:
        if isinstance(data, str):
            data = [data]
        if not isinstance(data, Sequence):
            self.found("plan.not_a_list", path)
            return None
        for i, one in enumerate(data):
            if isinstance(one, bool) or not isinstance(one, str | int | Decimal):
                self.found("plan.not_a_text", f"{path}[{i}]")
        return tuple(str(x) for x in data)

    def _texts_by(self, data: object, path: str, metadata: Mapping[str, Any]) -> Table | None:
        if not isinstance(data, Mapping):
            self.found("plan.not_a_mapping", path)
            return None
        read = {str(k): self._text(v, f"{path}.{k}", metadata) for k, v in data.items()}
        return Table((k, v) for k, v in read.items() if v is not None)

    def _numbers_by(self, data: object, path: str, metadata: Mapping[str, Any]) -> Table | None:
        if not isinstance(data, Mapping):
            self.found("plan.not_a_mapping", path)
            return None
        read = {str(k): self._number(v, f"{path}.{k}", metadata) for k, v in data.items()}
        return Table((k, v) for k, v in read.items() if v is not None)

    def _raw(self, data: object, path: str, _: Mapping[str, Any]) -> Table | None:
        if isinstance(data, Mapping):
            return Table((str(k), v) for k, v in data.items())
        self.found("plan.not_a_mapping", path)
        return None

    def _record(self, data: object, path: str, metadata: Mapping[str, Any]) -> object | None:
        return self.record(metadata["cls"], data, path)

    def _records(self, data: object, path: str, metadata: Mapping[str, Any]) -> tuple[object, ...] | None:
        if isinstance(data, str) or not isinstance(data, Sequence):
            self.found("plan.not_a_list", path)
            return None
        read = [self.record(metadata["cls"], x, f"{path}[{i}]") for i, x in enumerate(data)]
        return tuple(x for x in read if x is not None)


def _written(data: object) -> str:
    """A number as people write it: a small decimal's own text would have an exponent."""
    if isinstance(data, Decimal) and data.is_finite() and abs(data.adjusted()) <= MAX_NUMBER_LENGTH:
        return f"{data:f}"
    return str(data).strip()


def _key(one: Field[Any]) -> str:
    return str(one.metadata.get("key", one.name))


def write(record: object) -> dict[str, object]:
    """A record as a plain mapping in the order of its fields; what equals its default is left out."""
    written: dict[str, object] = {}
    for one in fields(record):  # type: ignore[arg-type]
        value = getattr(record, one.name)
        if one.default is not MISSING and value == one.default:
            continue
        written[_key(one)] = plain(value)
    return written


def plain(value: object) -> object:
    """A value as texts, numbers, lists and mappings only."""
    if hasattr(value, "__dataclass_fields__"):
        return write(value)
    if isinstance(value, Mapping):
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, str | bool | int | Decimal) or value is None:
        return value
    if isinstance(value, Iterable):
        return [plain(x) for x in value]
    raise TypeError(type(value))
