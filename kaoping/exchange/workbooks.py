"""Spreadsheets from strangers: .xlsx and .ods files become plain rows of cells, within limits, in a caged process.

Two lines of defence. Before anything is parsed, this process inflates every member of the archive and counts the real
bytes. What passes is parsed in a child process (`caged.py`) bound in memory, time and the right to write, which can
die without harm. Whatever is wrong ends as a Finding `workbook.*`; the sentences are in `base.messages_facts`.
"""

from __future__ import annotations

import io
import json
import os
import posixpath
import stat
import subprocess
import sys
import tempfile
import threading
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from kaoping.core.refusals import Finding, NotValid, Place

KINDS = (".xlsx", ".ods")
_CHUNK = 1 << 20
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # .xls, and any Office file under a password
_ZIP = b"PK\x03\x04"
_LOCAL_HEADER = 30


@dataclass(frozen=True)
class Limits:
    """What a workbook may cost. The standard is meant for uploads; pass a wider one for a large file of your own."""

    file_bytes: int = 20 << 20
    members: int = 2_000
    member_bytes: int = 32 << 20  # inflated
    total_bytes: int = 64 << 20  # inflated
    rows: int = 20_000  # of each sheet, by the position of the last cell that holds something
    columns: int = 200  # likewise
    cells: int = 500_000  # that hold something, in all sheets together
    cell_text: int = 32_767  # characters in one cell, as in Excel itself
    texts: int = 64 << 20  # characters in all cells together
    memory: int = 512 << 20  # of the child process
    cpu_seconds: int = 10
    wall_seconds: int = 20


LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Odd:
    """A cell that is neither text nor a plain number.

    `kind` and `text`: `boolean` TRUE or FALSE; `date` in ISO form; `error` as Excel shows it (#DIV/0!); `formula` a
    formula whose result was never stored (text empty); `percent` a number shown as a percentage (0.964 for 96.4%).
    """

    kind: str
    text: str


Cell = None | str | Decimal | Odd


@dataclass(frozen=True)
class Sheet:
    """`rows[0]` is row 1 and its first cell column A; rows end at their last cell that holds something."""

    name: str
    rows: list[tuple[Cell, ...]]
    hidden: bool = False


class _Refused(Exception):
    def __init__(self, code: str, **figures: object) -> None:
        super().__init__(code)
        self.code, self.figures = code, figures


def read_workbook(path: Path, limits: Limits = LIMITS) -> list[Sheet]:
    """All worksheets of an .xlsx or .ods file, hidden ones included and marked; charts and macro sheets left out.

    Numbers come as the shortest decimal that names the stored double. Refused, each as one finding `workbook.*` in
    NotValid: anything over `limits`, old .xls, passwords, macros, DTDs, archives inside the archive, strange member
    names, and whatever is no workbook at all. The ending of the name is not trusted and not needed.
    """
    try:
        data = _bytes(path, limits)
        _inspect(data, limits)
        return _parse(data, limits)
    except _Refused as refused:
        figures = dict(refused.figures)
        place = Place(file=path.name, sheet=str(figures.pop("sheet", "")))
        raise NotValid([Finding(refused.code, place, figures)]) from None


def _bytes(path: Path, limits: Limits) -> bytes:
    with path.open("rb") as file:
        data = file.read(limits.file_bytes + 1)
    if len(data) > limits.file_bytes:
        raise _Refused("workbook.too_big", most_mib=limits.file_bytes >> 20)
    if data.startswith(_OLE):
        locked = "EncryptedPackage".encode("utf-16-le") in data
        raise _Refused("workbook.encrypted" if locked else "workbook.old")
    if not data.startswith(_ZIP):
        raise _Refused("workbook.garbled")
    return data


# ---- before anything is parsed ---------------------------------------------------------------------------------------


def _inspect(data: bytes, limits: Limits) -> None:
    # zipfile lists all entries before one can look; counting their signature first keeps a list of a million cheap
    if data.count(b"PK\x01\x02") > limits.members:
        raise _Refused("workbook.members", most=limits.members)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OverflowError, NotImplementedError, UnicodeDecodeError, OSError):
        raise _Refused("workbook.garbled") from None
    _check_names(members, limits)
    _check_contents(data, members, limits)
    names = {member.filename for member in members}
    if "xl/workbook.xml" not in names and "content.xml" not in names:
        raise _Refused("workbook.kind")


def _check_names(members: list[zipfile.ZipInfo], limits: Limits) -> None:
    if len(members) > limits.members:
        raise _Refused("workbook.members", most=limits.members)
    seen: set[str] = set()
    for member in members:
        name = member.orig_filename
        shown = name.encode("unicode_escape").decode()[:80]
        if name.startswith("/") or "\\" in name or ":" in name or "\0" in name or ".." in name.split("/"):
            raise _Refused("workbook.member_name", member=shown)
        if name.casefold() in seen:
            raise _Refused("workbook.member_twice", member=shown)
        seen.add(name.casefold())
        if stat.S_ISLNK(member.external_attr >> 16):
            raise _Refused("workbook.symlink", member=shown)
        if member.flag_bits & 0x1:
            raise _Refused("workbook.encrypted")
        if posixpath.basename(name).casefold() == "vbaproject.bin" or name.startswith(("Basic/", "Scripts/")):
            raise _Refused("workbook.macros")


def _check_contents(data: bytes, members: list[zipfile.ZipInfo], limits: Limits) -> None:
    total = 0
    for member in members:
        content = _inflated(data, member, min(limits.member_bytes, limits.total_bytes - total), limits)
        total += len(content)
        if content.startswith(_ZIP):
            raise _Refused("workbook.nested", member=member.filename[:80])
        # without its NULs, UTF-16 text looks like ASCII here
        bare = content.replace(b"\0", b"") if b"\0" in content else content
        if b"<!DOCTYPE" in bare or b"<!ENTITY" in bare:
            raise _Refused("workbook.doctype", member=member.filename[:80])
        if member.filename == "[Content_Types].xml" and b"macroenabled" in bare.lower():
            raise _Refused("workbook.macros")
        if member.filename == "META-INF/manifest.xml" and b"encryption-data" in bare:
            raise _Refused("workbook.encrypted")


def _inflated(data: bytes, member: zipfile.ZipInfo, most: int, limits: Limits) -> bytes:
    """The member's bytes as they truly come out, whatever its header claims about their number."""
    start = member.header_offset
    header = data[start : start + _LOCAL_HEADER]
    if len(header) < _LOCAL_HEADER or not header.startswith(_ZIP):
        raise _Refused("workbook.garbled")
    start += _LOCAL_HEADER + int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
    packed = data[start : start + member.compress_size]
    if member.compress_type == zipfile.ZIP_STORED:
        content = packed
    elif member.compress_type == zipfile.ZIP_DEFLATED:
        content = _inflate(packed, most)
    else:
        raise _Refused("workbook.garbled")
    if len(content) > most:
        if most < limits.member_bytes:
            raise _Refused("workbook.total_size", most_mib=limits.total_bytes >> 20)
        raise _Refused("workbook.member_size", member=member.filename[:80], most_mib=limits.member_bytes >> 20)
    if len(content) != member.file_size or zlib.crc32(content) != member.CRC:
        raise _Refused("workbook.garbled")
    return content


def _inflate(packed: bytes, most: int) -> bytes:
    """At most one byte more than allowed, which is enough to know that it is too much."""
    try:
        return zlib.decompressobj(-15).decompress(packed, most + 1)
    except zlib.error:
        raise _Refused("workbook.garbled") from None


# ---- the cage --------------------------------------------------------------------------------------------------------


def _parse(data: bytes, limits: Limits) -> list[Sheet]:
    output, code, in_time = _caged(data, limits)
    sheets: list[Sheet] = []
    done = False
    for line in _lines(output):
        if isinstance(line, list):
            sheets[-1].rows.append(tuple(_cell(cell) for cell in line))
        elif "sheet" in line:
            sheets.append(Sheet(str(line["sheet"]), [], bool(line["hidden"])))
        elif "refused" in line:
            raise _Refused(str(line["refused"]), **line["figures"])
        else:
            done = True
    if done and code == 0:
        return sheets
    if not in_time or -code in _OUT_OF_TIME:
        raise _Refused("workbook.slow", seconds=limits.cpu_seconds)
    raise _Refused("workbook.exhausted", most_mib=limits.memory >> 20)


_OUT_OF_TIME = (9, 24)  # SIGKILL and SIGXCPU: how the system ends a process that has used up its seconds


def _caged(data: bytes, limits: Limits) -> tuple[bytes, int, bool]:
    """What the child printed, how it ended (a signal is negative), and whether it ended by itself."""
    environment = {"RUST_BACKTRACE": "0", "PYTHONIOENCODING": "utf-8"}
    environment |= {name: os.environ[name] for name in ("LD_LIBRARY_PATH", "SYSTEMROOT") if name in os.environ}
    program = [sys.executable, "-I", "-B", str(Path(__file__).with_name("caged.py")), json.dumps(asdict(limits))]
    with tempfile.TemporaryFile() as handed:
        handed.write(data)
        handed.seek(0)
        child = subprocess.Popen(
            program, stdin=handed, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment, close_fds=True
        )
        late = threading.Event()

        def stop() -> None:
            late.set()
            child.kill()

        clock = threading.Timer(limits.wall_seconds, stop)
        clock.start()
        try:
            with child:
                assert child.stdout
                output = child.stdout.read(_most_output(limits) + 1)
                if len(output) > _most_output(limits):
                    child.kill()
        finally:
            clock.cancel()
            clock.join()
    return output, child.returncode, not late.is_set()


def _most_output(limits: Limits) -> int:
    """More than an honest child can print: six bytes for a character, brackets and nulls for every cell and gap."""
    return 6 * limits.texts + 24 * limits.cells + 5 * limits.columns * limits.rows + _CHUNK


def _lines(output: bytes) -> Iterator[Any]:
    for line in output.split(b"\n"):
        if not line:
            continue
        try:
            yield json.loads(line)
        except ValueError:  # the child died in the middle of a line; how it ended tells the rest
            return


def _cell(cell: Any) -> Cell:
    if cell is None or isinstance(cell, str):
        return cell
    kind, text = cell
    return Decimal(text) if kind == "n" else Odd(kind, text)
