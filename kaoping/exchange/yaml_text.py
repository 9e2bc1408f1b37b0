"""YAML that says what it seems to say: read with every scalar's own text and its line, written in one canonical way.

Numbers never pass through floating point, `no` is a text, and nothing refers to anything else. Refused: anchors,
aliases, tags, several documents, a key given twice, nesting deeper than MAX_NESTING, files over MAX_BYTES.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from yaml.resolver import Resolver

from kaoping.core.refusals import Finding, NotValid, Place, require

MAX_BYTES = 8 << 20
MAX_EVENTS = 2_500_000  # keys, values, beginnings and ends; 8 MiB of a real plan have half as many
MAX_NESTING = 80  # levels of lists and mappings; the deepest plan needs fewer
MAX_FINDINGS = 50  # of one file's syntax; who has more has sent something else
WIDTH = 100  # columns within which a short list or mapping stays on its line

Spot = Place | int | str  # a place of its own, a row, or a column beside the place above


class Mapped(dict[str, object]):
    """A mapping that knows where it stands and where each of its keys does."""

    def __init__(self, here: Place, spots: Mapping[str, Spot] | None = None) -> None:
        super().__init__()
        self.here = here
        self.spots: dict[str, Spot] = dict(spots or {})


class Listed(list[object]):
    """A list that knows where each of its items stands."""

    def __init__(self, here: Place) -> None:
        super().__init__()
        self.here = here
        self.spots: list[Spot] = []


# -- places


def place_of(data: object, path: str, key: str = "") -> Place:
    """Where a path of the plan (`tree.children[0].points`) stands in its file; the nearest place above if it has none.

    `key` is one that is missing there: its empty column is meant, where there are columns.
    """
    here, rest = Place(), path
    if isinstance(data, Mapped | Listed):
        here = data.here
    while rest:
        match data:
            case Mapping():
                step = max((k for k in _prefixes(rest.removeprefix(".")) if k in data), key=len, default=None)
                if step is None:
                    break
                rest = rest.removeprefix(".").removeprefix(step)
                data, spot = data[step], data.spots.get(step) if isinstance(data, Mapped) else None
            case list() if (found := re.match(r"\[(\d+)\]", rest)) and int(found[1]) < len(data):
                rest, i = rest[found.end() :], int(found[1])
                data, spot = data[i], data.spots[i] if isinstance(data, Listed) and i < len(data.spots) else None
            case _:
                break
        here = _at(here, spot)
        if isinstance(data, Mapped | Listed) and data.here.sheet:
            here = data.here
    missing = key if key else rest.removeprefix(".")
    if isinstance(data, Mapped) and missing in data.spots:
        here = _at(here, data.spots[missing])
    return replace(here, path=path)


def _prefixes(rest: str) -> Iterable[str]:
    """What the first key of a path may be: keys hold points and brackets themselves."""
    return [rest[: m.start()] for m in re.finditer(r"[.\[]|$", rest) if m.start()]


def _at(here: Place, spot: Spot | None) -> Place:
    match spot:
        case Place():
            return spot
        case int():
            return replace(here, row=spot)
        case str():
            return replace(here, column=spot)
    return here


def located(data: object, findings: Iterable[Finding]) -> list[Finding]:
    """The same findings at their places in the file that `data` was read from."""
    return [one if one.place.file else _located(data, one) for one in findings]


def _located(data: object, one: Finding) -> Finding:
    key = str(one.figures.get("key", "")) if one.code == "plan.missing_key" else ""
    return replace(one, place=place_of(data, one.place.path, key))


# -- reading

_UNREADABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_ABSENT = frozenset(("", "~", "null"))
_PLAIN = {"true": True, "false": False}


def load_file(path: Path) -> object:
    """The one document of a YAML file. Refuses a file that cannot be read, is too large or is not UTF-8."""
    here = Place(file=path.name)
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except OSError as refused:
        raise NotValid([Finding("plan.unreadable_file", here, {"reason": refused.strerror or ""})]) from None
    if len(raw) > MAX_BYTES:
        raise NotValid([Finding("plan.too_large", here, {"limit": MAX_BYTES >> 20})])
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as bad:
        row = raw[: bad.start].count(b"\n") + 1
        raise NotValid([Finding("plan.not_utf8", replace(here, row=row))]) from None
    return load(text, here)


def load(text: str, here: Place) -> object:
    """The one document of a YAML text, `Mapped` and `Listed` all the way down; findings stand below `here`."""
    if bad := _UNREADABLE.search(text):
        row = text.count("\n", 0, bad.start()) + 1
        raise NotValid([Finding("plan.bad_character", replace(here, row=row), {"character": f"U+{ord(bad[0]):04X}"})])
    builder = _Builder(here)
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            builder.take(event)
    except yaml.MarkedYAMLError as bad_yaml:
        mark = bad_yaml.problem_mark or bad_yaml.context_mark
        figures = {"problem": bad_yaml.problem or "", "column": mark.column + 1 if mark else 0}
        builder.findings.append(Finding("plan.yaml", replace(here, row=mark.line + 1 if mark else 0), figures))
    except yaml.YAMLError as bad_yaml:
        builder.findings.append(Finding("plan.yaml", here, {"problem": str(bad_yaml)[:200], "column": 0}))
    require(builder.findings)
    return builder.root


class _Builder:
    """Takes the events of one text and builds plain data; its depth is bounded, so is what it finds."""

    def __init__(self, here: Place) -> None:
        self.here = here
        self.findings: list[Finding] = []
        self.root: object = None
        self.documents = self.events = 0
        self.open: list[Mapped | Listed] = []
        self.keys: list[tuple[str, int] | None] = []  # the key that waits for its value, per open container

    def found(self, code: str, event: Event, **figures: object) -> None:
        self.findings.append(Finding(code, self._place(event), figures))
        if len(self.findings) >= MAX_FINDINGS:
            raise NotValid(self.findings)

    def _place(self, event: Event) -> Place:
        here = self.here
        return Place(here.file, here.sheet, _row(event), here.column)

    def take(self, event: Event) -> None:
        self.events += 1
        if self.events > MAX_EVENTS:
            raise NotValid([Finding("plan.too_many_parts", self._place(event), {"limit": MAX_EVENTS})])
        match event:
            case ScalarEvent():
                self._refuse_extras(event)
                self._put_scalar(event)
            case MappingStartEvent() | SequenceStartEvent():
                self._refuse_extras(event)
                self._begin(event)
            case MappingEndEvent() | SequenceEndEvent():
                self.open.pop()
                self.keys.pop()
            case DocumentStartEvent():
                self.documents += 1
                if self.documents > 1:
                    self.found("plan.several_documents", event)
                    raise NotValid(self.findings)
            case AliasEvent():
                self.found("plan.alias", event, name=event.anchor)
                self._put(None, event)

    def _refuse_extras(self, event: ScalarEvent | MappingStartEvent | SequenceStartEvent) -> None:
        if event.anchor is not None:
            self.found("plan.alias", event, name=event.anchor)
        if event.tag is not None:
            self.found("plan.tag", event, tag=event.tag[:80])

    def _begin(self, event: MappingStartEvent | SequenceStartEvent) -> None:
        if len(self.open) >= MAX_NESTING:
            self.found("plan.too_nested", event, limit=MAX_NESTING)
            raise NotValid(self.findings)
        place = self._place(event)
        new = Mapped(place) if isinstance(event, MappingStartEvent) else Listed(place)
        if self._waits_for_key():
            self.found("plan.key_not_text", event)
            self.keys[-1] = ("", place.row)
        else:
            self._put(new, event)
        self.open.append(new)
        self.keys.append(None)

    def _waits_for_key(self) -> bool:
        return bool(self.open) and isinstance(self.open[-1], Mapped) and self.keys[-1] is None

    def _put_scalar(self, event: ScalarEvent) -> None:
        if self._waits_for_key():
            key, row = event.value, _row(event)
            spots = self.open[-1].spots
            if isinstance(spots, dict) and key in spots:
                self.found("plan.duplicate_key", event, key=key[:80], first=spots[key])
            self.keys[-1] = (key, row)
            return
        value: object = event.value
        if event.style in (None, "") and event.implicit[0]:
            value = None if event.value in _ABSENT else _PLAIN.get(event.value, event.value)
        self._put(value, event)

    def _put(self, value: object, event: Event) -> None:
        row = _row(event)
        if not self.open:
            self.root = value
            return
        top, key = self.open[-1], self.keys[-1]
        if isinstance(top, Listed):
            top.append(value)
            top.spots.append(row)
        elif key is not None:
            top[key[0]], top.spots[key[0]] = value, key[1]
            self.keys[-1] = None
        else:  # an alias where a key should stand
            self.keys[-1] = ("", row)


def _row(event: Event) -> int:
    mark = event.start_mark
    return mark.line + 1 if mark else 0


# -- writing

_tag: Callable[..., str] = Resolver().resolve  # what YAML 1.1 takes a bare word for
_NUMBER_LIKE = re.compile(r"[-+]?[.0-9][0-9_.:\-]*([eE][-+]?[0-9]+)?|0[xob][0-9a-fA-F_]+|[yYnN]", re.ASCII)
#: What a plain scalar may begin with and hold, in a flow list too; anything else is quoted.
_PLAIN_TEXT = re.compile(r"[^\x00-\x23%-'*,\-.:>?@\[\]`{|}~](?:[^\x00-\x1f,\[\]{}:#\"'`]|:(?=[^ ,?\[\]{}])|(?<! )#)*")
_LONG_KEY = 500  # characters; a longer key needs the explicit form
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r", "\0": "\\0"}


def dump(data: Mapping[str, object], long: Iterable[str] = ()) -> str:
    """Canonical YAML text of plain data. Keys keep their order; lists of mappings under the keys `long` stay long."""
    lines: list[str] = [] if data else ["{}"]
    _block(data, 0, frozenset(long), lines)
    return "\n".join(lines) + "\n"


def flow(data: object) -> str:
    """Plain data as one line of YAML."""
    match data:
        case Mapping():
            return "{" + ", ".join(f"{_key(str(k), ' ')} {flow(v)}" for k, v in data.items()) + "}"
        case list() | tuple():
            return f"[{', '.join(flow(x) for x in data)}]"
    return _scalar(data)


def _key(key: str, before_colon: str) -> str:
    text = _scalar(key)
    return f"{text}:" if len(text) <= _LONG_KEY else f"? {text}{before_colon}:"


def quoted(text: str) -> str:
    """A text in double quotes, with everything escaped that could be lost on the way."""
    return '"' + "".join(_escaped(c) for c in text) + '"'


def _escaped(c: str) -> str:
    if c in _ESCAPES:
        return _ESCAPES[c]
    if c.isprintable() or c == "\u3000":
        return c
    return f"\\x{ord(c):02x}" if ord(c) < 0x100 else f"\\u{ord(c):04x}" if ord(c) < 0x10000 else f"\\U{ord(c):08x}"


def _scalar(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case Decimal():
            return f"{value:f}"
        case int():
            return str(value)
        case str():
            return value if _is_plain(value) else quoted(value)
    raise TypeError(type(value))


@functools.lru_cache(1 << 16)
def _is_plain(text: str) -> bool:
    """Whether every YAML reader takes the bare word for exactly this text."""
    return (
        _PLAIN_TEXT.fullmatch(text) is not None
        and not text[-1].isspace()
        and all(c.isprintable() or c == "\u3000" for c in text)
        and not _NUMBER_LIKE.fullmatch(text)
        and _tag(yaml.ScalarNode, text, (True, False)) == "tag:yaml.org,2002:str"
    )


def _is_flat(value: object, depth: int = 2) -> bool:
    """Whether a value is short by its build: scalars, a list of them, a mapping of both."""
    match value:
        case Mapping():
            return depth > 0 and all(_is_flat(x, depth - 1) for x in value.values())
        case list() | tuple():
            return depth > 0 and not any(isinstance(x, Mapping | list | tuple) for x in value)
    return True


def _one_line(value: object, room: int) -> str | None:
    """The value on one line, if it is a scalar or short."""
    if not isinstance(value, Mapping | list | tuple):
        return _scalar(value)
    if not value:
        return flow(value)
    if not _is_flat(value) or len(value) > WIDTH:
        return None
    text = flow(value)
    return text if len(text) + sum(c >= "\u2e80" for c in text) <= room else None


def _block(data: Mapping[str, object], indent: int, long: frozenset[str], lines: list[str]) -> None:
    pad = " " * indent
    for key, value in data.items():
        head = pad + _key(str(key), f"\n{pad}")
        line = None if key in long and value else _one_line(value, WIDTH - len(head) - 1)
        if line is not None:
            lines.append(f"{head} {line}")
            continue
        lines.append(head)
        if isinstance(value, Mapping):
            _block(value, indent + 2, long, lines)
        elif isinstance(value, Sequence):
            _items(value, indent + 2, long, lines, short=key not in long)


def _items(items: Sequence[object], indent: int, long: frozenset[str], lines: list[str], *, short: bool) -> None:
    pad = " " * indent
    for item in items:
        line = None if isinstance(item, Mapping) and item and not short else _one_line(item, WIDTH - indent - 2)
        if line is None and isinstance(item, Mapping):
            inner: list[str] = []
            _block(item, indent + 2, long, inner)
            lines.append(f"{pad}- {inner[0].lstrip()}")
            lines.extend(inner[1:])
        else:
            lines.append(f"{pad}- {line if line is not None else flow(item)}")


def without_places(data: object) -> object:
    """The same data in plain mappings and lists."""
    match data:
        case Mapping():
            return {k: without_places(v) for k, v in data.items()}
        case list():
            return [without_places(x) for x in data]
    return data


def without_nulls(data: object, listed: bool = False) -> object:
    """The same data less the absent keys of mappings in lists (a band without `at`)."""
    match data:
        case Mapping():
            return {k: without_nulls(v) for k, v in data.items() if not (listed and v is None)}
        case list() | tuple():
            return [without_nulls(x, True) for x in data]
    return data


def attach(findings: Iterable[Finding], place: Place) -> list[Finding]:
    """Findings of a text that stands in one cell, moved to that cell."""
    return [replace(one, place=place) for one in findings]
