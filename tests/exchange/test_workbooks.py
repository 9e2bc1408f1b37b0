"""A workbook is read as plain cells, or refused in one sentence; nothing in it can take the reader down."""

from __future__ import annotations

import datetime
import io
import os
import struct
import zipfile
import zlib
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kaoping.base.messages_facts import SENTENCES
from kaoping.core.refusals import Finding, NotValid
from kaoping.exchange.workbooks import LIMITS, Limits, Odd, Sheet, read_workbook

Fill = Callable[[xlsxwriter.Workbook], None]


def excel(path: Path, fill: Fill) -> Path:
    book = xlsxwriter.Workbook(str(path))
    fill(book)
    book.close()
    return path


def one_cell(book: xlsxwriter.Workbook) -> None:
    book.add_worksheet("表").write("A1", 1)


def remade(
    path: Path, change: Callable[[str, bytes], bytes] = lambda _, data: data, more: dict[str, bytes] | None = None
) -> Path:
    """A sound workbook with some members changed or added."""
    excel(path, one_cell)
    with zipfile.ZipFile(path) as archive:
        members = {name: change(name, archive.read(name)) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in (members | (more or {})).items():
            archive.writestr(name, data)
    return path


def refusal(path: Path, limits: Limits = LIMITS) -> Finding:
    with pytest.raises(NotValid) as refused:
        read_workbook(path, limits)
    (finding,) = refused.value.findings
    assert finding.place.file == path.name
    for sentence in SENTENCES[finding.code]:
        assert sentence.format_map(finding.figures)
    return finding


NAMESPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
)
CALCEXT = 'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
MANIFEST = (
    '<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    '<manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.spreadsheet">'
    "{}</manifest:file-entry></manifest:manifest>"
)


def ods(path: Path, rows: str, inside_manifest: str = "") -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", MANIFEST.format(inside_manifest))
        archive.writestr(
            "content.xml",
            f'<?xml version="1.0"?><office:document-content {NAMESPACES} {CALCEXT}><office:body><office:spreadsheet>'
            f'<table:table table:name="表">{rows}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )
    return path


# ---- sound files -----------------------------------------------------------------------------------------------------


def test_cells_stand_where_they_stood_and_keep_their_kind(tmp_path: Path) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("表一")
        sheet.write("B2", "单位")
        sheet.write("C2", 0.1)
        sheet.write("D2", True)
        sheet.write_datetime("B3", datetime.datetime(2024, 1, 2), book.add_format({"num_format": "yyyy-mm-dd"}))  # noqa: DTZ001
        sheet.write_formula("C3", "=1/0", None, "#DIV/0!")
        sheet.write("D3", 0.964, book.add_format({"num_format": "0.0%"}))
        sheet.write("E3", "001")
        sheet.write_formula("F3", "=1+1", None, 2)
        book.add_worksheet("藏").hide()
        book.add_worksheet("空")

    sheets = read_workbook(excel(tmp_path / "a.xlsx", fill))
    assert sheets[0] == Sheet(
        "表一",
        [
            (),
            (None, "单位", Decimal("0.1"), Odd("boolean", "TRUE")),
            (
                None,
                Odd("date", "2024-01-02"),
                Odd("error", "#DIV/0!"),
                Odd("percent", "0.964"),
                "001",
                Decimal(2),
            ),
        ],
    )
    assert [(sheet.name, sheet.hidden, sheet.rows) for sheet in sheets[1:]] == [("藏", True, []), ("空", False, [])]


def test_a_formula_without_a_stored_result_is_not_a_blank(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active["A1"] = "=1+1"
    book.save(tmp_path / "a.xlsx")
    assert read_workbook(tmp_path / "a.xlsx")[0].rows == [(Odd("formula", ""),)]


def test_an_ods_file_gives_the_same_kinds_of_cells(tmp_path: Path) -> None:
    path = ods(
        tmp_path / "a.ods",
        '<table:table-row table:number-rows-repeated="2"><table:table-cell/></table:table-row><table:table-row>'
        '<table:table-cell/><table:table-cell office:value-type="string"><text:p>单位</text:p></table:table-cell>'
        '<table:table-cell office:value-type="float" office:value="0.1"><text:p>0.1</text:p></table:table-cell>'
        '<table:table-cell office:value-type="percentage" office:value="0.964"><text:p>96%</text:p></table:table-cell>'
        '<table:table-cell table:formula="of:=1/0" office:value-type="string" calcext:value-type="error">'
        "<text:p>#DIV/0!</text:p></table:table-cell>"
        '<table:table-cell office:value-type="boolean" office:boolean-value="true"/>'
        '<table:table-cell table:formula="of:=1"/></table:table-row>'
        '<table:table-row table:number-rows-repeated="1048573"><table:table-cell/></table:table-row>',
    )
    cells = read_workbook(path)[0].rows[2]
    assert cells == (
        None,
        "单位",
        Decimal("0.1"),
        Odd("percent", "0.964"),
        Odd("error", "#DIV/0!"),
        Odd("boolean", "TRUE"),
        Odd("formula", ""),
    )


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(st.floats(-1e14, 1e14, allow_subnormal=False), min_size=1, max_size=50))
def test_numbers_come_back_as_the_shortest_decimal(tmp_path: Path, numbers: list[float]) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        book.add_worksheet().write_column("A1", numbers)

    # Excel's own 15 to 17 digits limit what can be stored; the digits that are stored come back
    written = [float(f"{one:.16G}") for one in numbers]
    rows = read_workbook(excel(tmp_path / "a.xlsx", fill))[0].rows
    assert [row[0] for row in rows] == [Decimal(repr(one)) for one in written]


# ---- hostile files ---------------------------------------------------------------------------------------------------


def test_a_cell_at_the_far_corner_is_refused_by_its_position(tmp_path: Path) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        book.add_worksheet("表").write("XFD1048576", 1)

    finding = refusal(excel(tmp_path / "a.xlsx", fill))
    assert (finding.code, finding.place.sheet, finding.figures["row"]) == ("workbook.rows", "表", 1_048_576)


def test_columns_and_cells_are_bounded(tmp_path: Path) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("表")
        sheet.write("A1", 1)
        sheet.write("GS1", 1)

    path = excel(tmp_path / "a.xlsx", fill)
    assert refusal(path).code == "workbook.columns"
    assert refusal(path, Limits(columns=300, cells=1)).code == "workbook.cells"
    assert read_workbook(path, Limits(columns=300))[0].rows[0][-1] == Decimal(1)


def test_repeated_ods_rows_are_counted_before_they_unfold(tmp_path: Path) -> None:
    cell = '<table:table-cell office:value-type="float" office:value="1" table:number-columns-repeated="{}"/>'
    row = '<table:table-row table:number-rows-repeated="{}">' + cell + "</table:table-row>"
    assert refusal(ods(tmp_path / "a.ods", row.format(1_048_576, 1))).code == "workbook.rows"
    assert refusal(ods(tmp_path / "b.ods", row.format(1, 16_384))).code == "workbook.columns"
    assert refusal(ods(tmp_path / "c.ods", row.format(20_000, 200))).code == "workbook.cells"


def test_a_member_of_300_mib_is_stopped_while_inflating(tmp_path: Path) -> None:
    path = remade(tmp_path / "a.xlsx", more={"xl/big.xml": bytes(300 << 20)})
    assert path.stat().st_size < 2 << 20
    assert refusal(path).code == "workbook.member_size"


def test_members_are_counted_together(tmp_path: Path) -> None:
    path = remade(tmp_path / "a.xlsx", more={f"xl/big{i}.bin": bytes(30 << 20) for i in range(3)})
    assert refusal(path).code == "workbook.total_size"


def test_a_member_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    path = remade(tmp_path / "a.xlsx", more={"xl/big.bin": bytes(1 << 20)})
    data = path.read_bytes()
    honest = struct.pack("<I", 1 << 20)
    assert honest in data
    path.write_bytes(data.replace(honest, struct.pack("<I", 10)))
    assert refusal(path).code == "workbook.garbled"


def test_too_many_members_are_refused_unlisted(tmp_path: Path) -> None:
    path = remade(tmp_path / "a.xlsx", more={f"xl/{i}": b"" for i in range(2_000)})
    assert refusal(path).code == "workbook.members"


@pytest.mark.parametrize("name", ["../evil.xml", "/etc/passwd", "xl\\evil.xml", "xl/../../evil", "C:/evil"])
def test_member_names_that_lead_elsewhere_are_refused(tmp_path: Path, name: str) -> None:
    assert refusal(remade(tmp_path / "a.xlsx", more={name: b"x"})).code == "workbook.member_name"


def test_a_member_that_stands_twice_is_refused(tmp_path: Path) -> None:
    path = remade(tmp_path / "a.xlsx", more={"XL/workbook.xml": b"<x/>"})
    assert refusal(path).code == "workbook.member_twice"


def test_a_symlink_is_refused(tmp_path: Path) -> None:
    path = excel(tmp_path / "a.xlsx", one_cell)
    link = zipfile.ZipInfo("xl/link.xml")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(link, "/etc/passwd")
    assert refusal(path).code == "workbook.symlink"


LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    b'<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><l>&c;</l>'
)


@pytest.mark.parametrize("data", [LAUGHS, LAUGHS.decode().encode("utf-16")], ids=["utf-8", "utf-16"])
def test_entities_are_refused_in_any_coding(tmp_path: Path, data: bytes) -> None:
    path = remade(tmp_path / "a.xlsx", lambda name, old: data if name == "xl/sharedStrings.xml" else old)
    finding = refusal(remade(path, more={"xl/sharedStrings.xml": data}))
    assert (finding.code, finding.figures["member"]) == ("workbook.doctype", "xl/sharedStrings.xml")


def test_an_archive_in_the_archive_is_refused(tmp_path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("a", "b")
    path = remade(tmp_path / "a.xlsx", more={"xl/embeddings/inner.zip": inner.getvalue()})
    assert refusal(path).code == "workbook.nested"


def test_macros_are_refused(tmp_path: Path) -> None:
    assert refusal(remade(tmp_path / "a.xlsx", more={"xl/vbaProject.bin": b"x"})).code == "workbook.macros"
    path = remade(tmp_path / "b.xlsx", lambda name, old: old.replace(b"sheet.main+xml", b"sheet.macroEnabled.main+xml"))
    assert refusal(path).code == "workbook.macros"


def test_passwords_and_old_files_are_told_apart(tmp_path: Path) -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    (tmp_path / "old.xlsx").write_bytes(ole)
    (tmp_path / "locked.xlsx").write_bytes(ole + "EncryptedPackage".encode("utf-16-le"))
    assert refusal(tmp_path / "old.xlsx").code == "workbook.old"
    assert refusal(tmp_path / "locked.xlsx").code == "workbook.encrypted"
    locked = ods(tmp_path / "locked.ods", "", "<manifest:encryption-data/>")
    assert refusal(locked).code == "workbook.encrypted"


def test_other_archives_and_garbage_are_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    assert refusal(tmp_path / "a.xlsx").code == "workbook.kind"
    for name, data in {"b": b"", "c": b"PK\x03\x04", "d": b"PK\x03\x04" + os.urandom(5_000), "e": b"\0" * 100}.items():
        (tmp_path / f"{name}.xlsx").write_bytes(data)
        assert refusal(tmp_path / f"{name}.xlsx").code == "workbook.garbled"


def test_a_file_cut_anywhere_is_refused(tmp_path: Path) -> None:
    data = excel(tmp_path / "whole.xlsx", one_cell).read_bytes()
    for share in range(1, 20):
        (tmp_path / "cut.xlsx").write_bytes(data[: len(data) * share // 20])
        assert refusal(tmp_path / "cut.xlsx").code == "workbook.garbled"


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.data())
def test_a_damaged_sheet_is_read_or_refused_but_never_crashes(tmp_path: Path, data: st.DataObject) -> None:
    def damage(name: str, old: bytes) -> bytes:
        if not name.endswith(("sheet1.xml", "workbook.xml", "styles.xml", "workbook.xml.rels")):
            return old
        at = data.draw(st.integers(0, len(old) - 1))
        return old[:at] + data.draw(st.binary(max_size=3)) + old[at + data.draw(st.integers(0, 3)) :]

    path = remade(tmp_path / "a.xlsx", damage)
    codes = {"workbook"}
    try:
        read_workbook(path)
    except NotValid as refused:
        codes = {finding.code.partition(".")[0] for finding in refused.findings}
    assert codes == {"workbook"}


def test_the_file_itself_is_bounded(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"PK\x03\x04" + bytes((20 << 20) + 1))
    assert refusal(tmp_path / "a.xlsx").code == "workbook.too_big"


def test_one_text_in_many_cells_cannot_flood_the_parent(tmp_path: Path) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        book.add_worksheet().write_column("A1", ["字" * 30_000] * 5_000)

    assert refusal(excel(tmp_path / "a.xlsx", fill)).code == "workbook.text"


def test_a_child_out_of_memory_or_time_is_a_finding(tmp_path: Path) -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        for row in range(2_000):
            sheet.write_row(row, 0, range(100))

    path = excel(tmp_path / "a.xlsx", fill)
    assert refusal(path, Limits(memory=24 << 20)).code in ("workbook.exhausted", "workbook.garbled")
    assert refusal(path, Limits(wall_seconds=0)).code == "workbook.slow"


def test_the_crc_of_members_is_checked(tmp_path: Path) -> None:
    path = excel(tmp_path / "a.xlsx", one_cell)
    with zipfile.ZipFile(path) as archive:
        crc = struct.pack("<I", zlib.crc32(archive.read("xl/workbook.xml")))
    path.write_bytes(path.read_bytes().replace(crc, b"\1\2\3\4"))
    assert refusal(path).code == "workbook.garbled"
