"""Results as files: figures that re-add, text that stays text, the same bytes twice, all or nothing."""

from __future__ import annotations

import csv
import hashlib
import json
import random
import subprocess
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pytest

from kaoping.core import engine
from kaoping.core.engine import Result
from kaoping.core.explain import Cards, adds_up
from kaoping.core.facts import Facts
from kaoping.exchange import result_book, results
from kaoping.exchange.naming import names_of
from kaoping.exchange.plans import read_plan
from kaoping.exchange.reading import read_facts
from kaoping.exchange.results import digests, facts_digest, write_results
from tests.exchange import small

EXAMPLES = sorted((Path(__file__).resolve().parents[2] / "examples").glob("*/plan.yaml"))


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Result]:
    with small.run(tmp_path_factory.mktemp("small")) as scored:
        yield scored


@pytest.fixture(scope="module")
def written(result: Result, tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("out") / "results"
    write_results(result, where)
    return where


def example(plan_file: Path) -> Result:
    plan = read_plan(plan_file)
    return engine.score(plan, read_facts([plan_file.with_name("facts.csv")], names_of(plan)))


def readd(sheet: Any, result: Result) -> Decimal:
    """Re-add a card from its sheet alone: the amounts under each line must make its score. Hands back the total."""
    head = next(row for row in range(1, 12) if sheet.cell(row, 1).value == "指标")
    lines: list[tuple[int, Decimal | None, Decimal | None]] = []
    for row in range(head + 1, sheet.max_row + 1):
        score, amount = sheet.cell(row, 4).value, sheet.cell(row, 5).value
        depth = int(sheet.cell(row, 1).alignment.indent)
        lines.append(
            (depth, None if score is None else Decimal(str(score)), None if amount is None else Decimal(str(amount)))
        )
    for i, (depth, score, _) in enumerate(lines):
        children = []
        for below, _, amount in lines[i + 1 :]:
            if below <= depth:
                break
            if below == depth + 1:
                children.append(amount)
        if children and all(amount is not None for amount in children):
            assert sum(a for a in children if a is not None) == score, f"line {i} of {sheet.title}"
    assert lines[0][1] is not None
    return lines[0][1]


def readded(book: Any, result: Result) -> None:
    """Every card of a workbook re-added and compared with the totals sheet and the run."""
    totals, names = result.totals(), {s.name: s.id for s in result.plan.subjects}
    cards = [sheet for sheet in book.worksheets if str(sheet.cell(1, 1).value).endswith("考核得分卡")]
    assert len(cards) == len(totals)
    for sheet in cards:
        name = str(sheet.cell(1, 1).value).removesuffix("考核得分卡")
        assert readd(sheet, result) == totals[names[name]]
    overview = book.worksheets[0]
    head = next(row for row in range(1, 12) if overview.cell(row, 2).value == "单位")
    column = next(c for c in range(1, overview.max_column + 1) if overview.cell(head, c).value == "总分")
    seen = {
        names[str(overview.cell(row, 2).value)]: Decimal(str(overview.cell(row, column).value))
        for row in range(head + 1, overview.max_row + 1)
        if overview.cell(row, 2).value in names
    }
    assert seen == totals


@pytest.mark.req("R6.7")
def test_the_lines_of_every_card_add_up_in_the_workbook(written: Path, result: Result) -> None:
    readded(openpyxl.load_workbook(written / "results.xlsx"), result)


@pytest.mark.req("R3.5")
@pytest.mark.parametrize("plan_file", EXAMPLES, ids=lambda p: p.parent.name)
def test_the_examples_re_add(plan_file: Path, tmp_path: Path) -> None:
    with example(plan_file) as scored:
        write_results(scored, tmp_path / "out")
        assert all(adds_up(card) for card in Cards(scored))
        if scored.plan.rounding.score <= 6:  # beyond that a spreadsheet's numbers have too few digits
            readded(openpyxl.load_workbook(tmp_path / "out" / "results.xlsx"), scored)


@pytest.mark.office
def test_another_office_program_reads_the_same_figures(
    written: Path, result: Result, tmp_path: Path, soffice: str
) -> None:
    command = [
        soffice,
        f"-env:UserInstallation=file://{tmp_path}/profile",
        "--headless",
        "--convert-to",
        "xlsx:Calc MS Excel 2007 XML",
    ]
    subprocess.run(
        [*command, "--outdir", str(tmp_path), str(written / "results.xlsx")],
        check=True,
        capture_output=True,
        timeout=120,
    )
    readded(openpyxl.load_workbook(tmp_path / "results.xlsx"), result)


def cells(path: Path) -> Iterator[Any]:
    for sheet in openpyxl.load_workbook(path).worksheets:
        for row in sheet.iter_rows():
            yield from (cell for cell in row if cell.value is not None)


def test_no_text_becomes_a_formula(written: Path) -> None:
    found = list(cells(written / "results.xlsx"))
    assert not [cell for cell in found if cell.data_type == "f"]
    texts = {cell.value for cell in found if cell.data_type == "s"}
    assert {"=1+1", "+cmd", "@x", "-丁[县]:*?"} <= texts
    assert any("=evil()" in str(text) for text in texts)


def test_csv_texts_that_look_like_formulas_are_quoted_and_numbers_stay_numbers(written: Path, result: Result) -> None:
    with (written / "totals.csv").open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert [row["单位"] for row in rows] == ["'=1+1", "'+cmd", "'@x", "'-丁[县]:*?"]
    assert [Decimal(row["总分"]) for row in rows] == list(result.totals().values())
    assert Decimal(rows[1]["扣分"]) == Decimal("-0.35")


def test_scores_csv_has_every_score(written: Path, result: Result) -> None:
    with (written / "scores.csv").open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    found = {(r["单位编码"], r["指标编码"], r["期间"]): (Decimal(r["得分"]), Decimal(r["满分"])) for r in rows}
    assert found == result.scores()


@pytest.mark.req("R6.7")
def test_cards_json_adds_up_and_speaks(written: Path, result: Result) -> None:
    cards = json.loads((written / "cards.json").read_text(encoding="utf-8"))["cards"]
    assert [card["subject"] for card in cards] == ["a", "b", "c", "d"]
    for card in cards:
        top, *lines = card["lines"]
        assert sum(Decimal(x["amount"]) for x in lines if x["depth"] == 1) == Decimal(top["score"])
    line = next(x for x in cards[0]["lines"] if x.get("id") == "output" and x.get("period") == "Y")
    assert "96.4" in line["text"]
    assert "38.56" in line["text"]
    assert "统计月报" in line["source"]
    assert line["clause"] == "第 3 条"


def test_result_json_names_the_run(written: Path, result: Result) -> None:
    data = json.loads((written / "result.json").read_text(encoding="utf-8"))
    found = digests(result)
    assert (data["run"], data["plan"]["sha256"], data["facts"]["sha256"]) == (found.run, found.plan, found.facts)
    told = f"kaoping {found.engine}\nplan {found.plan}\nfacts {found.facts}\n"
    assert data["run"] == hashlib.sha256(told.encode()).hexdigest()
    assert {tuple(row[:3]): (Decimal(row[3]), Decimal(row[4])) for row in data["scores"]} == result.scores()


def test_the_same_input_gives_the_same_bytes(result: Result, written: Path, tmp_path: Path) -> None:
    with small.run(tmp_path) as again:
        files = write_results(again, tmp_path / "out")
    assert {f.name for f in files} == {f.name for f in written.iterdir()} == set(results.OURS)
    for file in files:
        assert file.read_bytes() == (written / file.name).read_bytes(), file.name


def test_the_digest_of_facts_forgets_order_and_trailing_zeros(result: Result) -> None:
    table = result.facts.table
    order = list(range(table.num_rows))
    random.Random(1).shuffle(order)
    mixed = table.take(order)
    wide = mixed["value"].cast(pa.decimal128(38, 20))
    mixed = mixed.set_column(mixed.column_names.index("value"), "value", wide)
    assert facts_digest(Facts(mixed)) == facts_digest(result.facts)
    fewer = Facts(table.slice(1))
    assert facts_digest(fewer) != facts_digest(result.facts)


def test_all_or_nothing(result: Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    where = tmp_path / "out"
    write_results(result, where, formats=["csv"])
    (where / "notes.txt").write_text("mine", encoding="utf-8")
    before = {p.name: p.read_bytes() for p in where.iterdir()}

    def broken(*_: object) -> None:
        raise RuntimeError("no more paper")

    monkeypatch.setattr(result_book._Book, "card", broken)
    with pytest.raises(RuntimeError, match="paper"):
        write_results(result, where)
    assert {p.name: p.read_bytes() for p in where.iterdir()} == before
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_a_new_run_replaces_the_old_files_and_leaves_others(result: Result, tmp_path: Path) -> None:
    where = tmp_path / "out"
    write_results(result, where)
    (where / "notes.txt").write_text("mine", encoding="utf-8")
    write_results(result, where, formats=["csv"])
    assert {p.name for p in where.iterdir()} == {"notes.txt", "scores.csv", "totals.csv"}


def test_a_move_that_fails_brings_the_old_files_back(
    result: Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = tmp_path / "out"
    write_results(result, where, formats=["csv"])
    before = {p.name: p.read_bytes() for p in where.iterdir()}
    rename = Path.rename

    def fails(self: Path, target: Path) -> Path:
        if self.name == "totals.csv" and self.parent != where and ".old." not in str(self):
            raise PermissionError("open in another program")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fails)
    with pytest.raises(PermissionError):
        write_results(result, where, formats=["csv", "json"])
    assert {p.name: p.read_bytes() for p in where.iterdir()} == before


def test_sheet_names_are_legal_and_unique(result: Result, tmp_path: Path) -> None:
    book = result_book._Book(tmp_path / "x.xlsx", result, "zh", None)
    wanted = ["总表", "总表", "a" * 40, "A" * 40, "x[1]:*?/\\y", "'q'", "", "History", "[]"]
    names = [book.unique(name) for name in wanted]
    book.book.add_worksheet("x")
    book.close()
    assert len({name.casefold() for name in names}) == len(names)
    for name in names:
        assert 0 < len(name) <= 31
        assert not set(name) & set("[]:*?/\\")
        assert not name.startswith("'")
        assert not name.endswith("'")
        assert name.casefold() != "history"


def test_many_subjects_have_their_cards_apart(result: Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(result_book, "MOST_CARDS", 3)
    monkeypatch.setattr(result_book, "CARDS_APART", 3)
    files = write_results(result, tmp_path / "out", formats=["xlsx"])
    assert [f.name for f in files] == ["cards-001.xlsx", "cards-002.xlsx", "results.xlsx"]
    sheets = [openpyxl.load_workbook(f).sheetnames for f in files]
    assert [len(names) for names in sheets[:2]] == [3, 1]
    contents = openpyxl.load_workbook(files[2])["目录"]
    assert "cards-001.xlsx" in {cell.value for row in contents.iter_rows() for cell in row}


def test_english_has_no_chinese_of_its_own(result: Result, tmp_path: Path) -> None:
    write_results(result, tmp_path / "out", lang="en")
    book = openpyxl.load_workbook(tmp_path / "out" / "results.xlsx")
    assert book.sheetnames[:2] == ["Totals", "Contents"]
    with (tmp_path / "out" / "scores.csv").open(encoding="utf-8-sig", newline="") as lines:
        assert next(csv.reader(lines)) == ["subject", "subject_name", "node", "node_name", "period", "score", "full"]
