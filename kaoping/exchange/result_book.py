"""The workbook that an office circulates: totals, places, scores by indicator, rules, and a card for every subject.

All text is written as text, never as a formula or link; all figures as numbers with the places the plan declares. The
bytes depend on the results alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter

from kaoping.base import messages
from kaoping.base.cards import CardLine, text
from kaoping.core.engine import Result
from kaoping.core.numbers import decimals_of
from kaoping.core.plan import Line, Plan
from kaoping.core.standing import Outcome
from kaoping.exchange import results
from kaoping.exchange.results import Digests, Scores, Written

MOST_CARDS = 300  # more subjects than this have their cards in workbooks of their own
CARDS_APART = 200  # cards in each of these
MAX_TEXT = 32_767  # characters a cell holds
CREATED = datetime(2000, 1, 1)  # noqa: DTZ001 - a workbook keeps no zone, and this one no time: same input, same bytes
OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
BODY, HEAD = "宋体", "微软雅黑"
GREY, LINE, PALE = "#595959", "#A6A6A6", "#F2F2F2"
A4, A3 = 9, 8
LOW, LINE_HEIGHT = 17.0, 13.5  # points
DEEPEST = 12
STRONG = ("total", "node", "account", "period")  # lines that are headings of others


def write_book(
    result: Result, cards: Iterable[Written], where: Path, lang: str, found: Digests, scores: Scores
) -> None:
    """`results.xlsx`, and `cards-001.xlsx` … where there are too many subjects for one workbook."""
    apart = len(result.outcomes) > MOST_CARDS
    contents: list[tuple[Outcome, str, str]] = []
    if apart:
        contents = _apart(result, cards, where, lang)
    book = _Book(where / "results.xlsx", result, lang, found)
    book.scores = scores
    names = book.sheet_names(contents, apart=apart)
    book.totals()
    book.contents(names, contents)
    for group, members in results.by_group(result):
        book.ranks(group, members)
    book.indicators()
    book.rules()
    if not apart:
        for one in cards:
            book.card(one, names[one.card.subject])
    book.close()


def _apart(result: Result, cards: Iterable[Written], where: Path, lang: str) -> list[tuple[Outcome, str, str]]:
    """Cards in workbooks of their own: outcome, file and sheet of each."""
    contents: list[tuple[Outcome, str, str]] = []
    book: _Book | None = None
    for number, one in enumerate(cards):
        if number % CARDS_APART == 0:
            if book:
                book.close()
            file = f"cards-{number // CARDS_APART + 1:03}.xlsx"
            book = _Book(where / file, result, lang, None)
        assert book is not None
        sheet = book.unique(one.card.name)
        contents.append((one.card.outcome, file, sheet))
        book.card(one, sheet, back=False)
    if book:
        book.close()
    return contents


class _Book:
    """One workbook with its formats and sheet names."""

    def __init__(self, path: Path, result: Result, lang: str, found: Digests | None) -> None:
        self.result, self.plan, self.lang, self.found = result, result.plan, lang, found
        self.book = xlsxwriter.Workbook(str(path), OPTIONS)
        self.book.set_properties({"title": self.plan.name, "created": CREATED})
        self.scores: Scores = {}
        self.formats: dict[tuple[object, ...], Any] = {}
        self.taken: set[str] = {"history"}
        self.subjects = {s.id: s for s in self.plan.subjects}
        rounding = self.plan.rounding
        self.places = rounding.total
        self.node_places = max(rounding.total, rounding.node, rounding.score)
        own = [_decimals(line.node.points, self.plan.scale) for line in self.plan.lines]
        self.full_format = _pattern(min(4, max(own, default=0)))
        self.plain = self.format()
        self.indented = [self.format(indent=depth, text_wrap=True) for depth in range(DEEPEST + 4)]
        self.bold_indented = [
            self.format(indent=depth, text_wrap=True, bold=True, bg_color=PALE) for depth in range(DEEPEST + 4)
        ]

        looks = [{}, {"bold": True, "bg_color": PALE}]
        texts = [{}, {"bg_color": PALE}]
        self.plain_looks, self.strong_looks = (
            (
                self.format(num_format=self.full_format, align="right", **look),
                self.number(self.node_places, **look),
                self.format(text_wrap=True, indent=1, **said),
            )
            for look, said in zip(looks, texts, strict=True)
        )

    def t(self, code: str, **figures: object) -> str:
        return text(f"book.{code}", self.lang, **figures)

    # -- formats

    def format(self, **properties: Any) -> Any:
        """A shared cell format: body text with thin borders, and what differs from that."""
        key = tuple(sorted(properties.items()))
        if key not in self.formats:
            base = {"font_name": BODY, "font_size": 10, "valign": "vcenter", "border": 1, "border_color": LINE}
            self.formats[key] = self.book.add_format(base | properties)
        return self.formats[key]

    def number(self, places: int, **properties: Any) -> Any:
        """Right-aligned figures with so many places."""
        return self.format(num_format=_pattern(places), align="right", **properties)

    def centred(self, **properties: Any) -> Any:
        return self.format(align="center", text_wrap=True, **properties)

    def head(self, **properties: Any) -> Any:
        return self.format(
            font_name=HEAD, bold=True, align="center", text_wrap=True, bg_color=PALE, bottom=2, bottom_color=GREY,
            **properties,
        )  # fmt: skip

    # -- sheets

    def unique(self, wanted: str) -> str:
        """A legal sheet name that no other sheet has."""
        clean = re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", wanted).strip().strip("'").strip() or "-"
        name, number = clean[:31].rstrip(" '"), 1
        while name.casefold() in self.taken:
            number += 1
            tail = f" ({number})"
            name = clean[: 31 - len(tail)].rstrip(" '") + tail
        self.taken.add(name.casefold())
        return name

    def sheet(self, name: str, widths: Sequence[float], *, portrait: bool = False) -> Any:
        """A sheet set up for A4 paper, as wide as its columns."""
        sheet = self.book.add_worksheet(name)
        sheet.set_paper(A4)
        if not portrait:
            sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        sheet.center_horizontally()
        sheet.hide_gridlines(2)
        sheet.set_footer(f"&L&8{_unmarked(self.plan.name)}&R&8{self.t('page')}")
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        return sheet

    def title(self, sheet: Any, said: str, under: Sequence[str], columns: int) -> int:
        """Title and lines under it; hands back the next row."""
        big = self.format(font_name=HEAD, font_size=16, bold=True, align="center", border=0, text_wrap=True)
        small = self.format(font_size=9, font_color=GREY, align="left", border=0, text_wrap=True)
        sheet.merge_range(0, 0, 0, columns - 1, "", big)
        _text(sheet, 0, 0, said, big)
        sheet.set_row(0, 30)
        row = 1
        for one in under:
            if one:
                sheet.merge_range(row, 0, row, columns - 1, "", small)
                _text(sheet, row, 0, one, small)
                sheet.set_row(row, 15)
                row += 1
        return row

    def sheet_names(self, contents: Sequence[tuple[Outcome, str, str]], *, apart: bool) -> dict[str, str]:
        """Reserve the names of the sheets that come first; then one for each subject."""
        self.own = {code: self.unique(self.t(code)) for code in ("totals", "contents", "scores", "rules")}
        groups = results.by_group(self.result)
        self.own |= {
            f"ranks {group}": self.unique(
                f"{self.t('ranks')}-{self.plan.categories.get(group, group)}" if group else self.t("ranks")
            )
            for group, _ in groups
        }
        if apart:
            return {outcome.subject: sheet for outcome, _, sheet in contents}
        return {o.subject: self.unique(self.subjects[o.subject].name) for o in self.result.outcomes}

    def tall(self, sheet: Any, row: int, *cells: tuple[str, float]) -> None:
        """Set a row as high as its longest wrapped text needs: not every program does that by itself."""
        lines = max(_lines(said, width) for said, width in cells)
        sheet.set_row(row, max(LOW, lines * LINE_HEIGHT + 3.5))

    def named(self, code: str) -> str:
        """A sheet's title: what the plan is about, and the sheet."""
        name = self.plan.name
        return f"{name.removesuffix('方案')}{self.t(code)}" if self.lang == "zh" else f"{name}: {self.t(code)}"

    def about(self) -> list[str]:
        """Edition, basis and data, under the title of the first sheet."""
        plan = self.plan
        first = [plan.authority, self.t("edition", edition=plan.edition)]
        if plan.basis:
            first.append(self.t("basis", basis=plan.basis))
        assert self.found is not None
        data = self.t("data", count=self.result.facts.table.num_rows, run=self.found.run[:16])
        return ["  ".join(x for x in first if x), data, plan.note]

    # -- totals

    def totals(self) -> None:
        """总表: every subject by group and place: nodes of the first level, accounts, total, grade and quota."""
        plan = self.plan
        tops = _first_level(plan)
        quota = self.result.quota()
        vetoed = any(o.vetoes for o in self.result.outcomes)
        middle = [_headed(self, line) for line in tops]
        heads = [self.t("rank"), self.t("unit"), self.t("category"), *middle]
        if plan.accounts:
            heads += [self.t("root"), *(account.name for account in plan.accounts)]
        heads += [self.t("total"), self.t("grade")]
        heads += [self.t("veto")] * vetoed + [self.t("quota")] * bool(quota)
        names = [self.subjects[o.subject].name for o in self.result.outcomes]
        kinds = [results.category_name(plan, s) for s in plan.subjects]
        widths = [6.0, _width(names, 12, 30), _width(kinds, 8, 24)] + [11.0] * (len(middle) + len(plan.accounts))
        widths += [10.0] * bool(plan.accounts) + [10.0, 9.0] + [14.0] * vetoed + [9.0] * bool(quota)
        sheet = self.sheet(self.own["totals"], widths)
        row = self.title(sheet, self.named("totals_title"), self.about(), len(heads))
        for column, said in enumerate(heads):
            _text(sheet, row, column, said, self.head())
        sheet.set_row(row, 15.0 * max(2, *(_lines(h, w) for h, w in zip(heads, widths, strict=True))))
        sheet.freeze_panes(row + 1, 2)
        sheet.repeat_rows(row)
        scores = self.scores
        band = self.format(bold=True, font_name=HEAD, bg_color=PALE)
        row += 1
        for group, members in results.by_group(self.result):
            name = plan.categories.get(group, group) or self.t("everybody")
            sheet.merge_range(row, 0, row, len(heads) - 1, "", band)
            _text(sheet, row, 0, self.t("members", name=name, count=len(members)), band)
            sheet.set_row(row, LOW)
            row += 1
            for outcome in members:
                self.tall(sheet, row, (self.subjects[outcome.subject].name, widths[1]))
                self._total_row(sheet, row, outcome, tops, scores, quota, vetoed=vetoed)
                row += 1

    def _gap(self) -> str:
        return "" if self.lang == "zh" else ": "

    def _total_row(
        self, sheet: Any, row: int, outcome: Outcome, tops: Sequence[Line],
        scores: Scores, quota: Mapping[str, int], *, vetoed: bool,
    ) -> None:  # fmt: skip
        plan, who = self.plan, self.subjects[outcome.subject]
        score, total = self.number(self.node_places), self.number(self.places)
        sheet.write_number(row, 0, outcome.rank, self.centred())
        _text(sheet, row, 1, who.name, self.format(text_wrap=True))
        _text(sheet, row, 2, results.category_name(plan, who), self.format(text_wrap=True))
        column = 3
        for line in tops:
            found = scores.get((who.id, line.node.id, ""))
            _figure(sheet, row, column, found[0] if found else None, score)
            column += 1
        if plan.accounts:
            for value in (outcome.root, *results.account_amounts(plan, outcome)):
                _figure(sheet, row, column, value, total)
                column += 1
        _figure(sheet, row, column, outcome.total, self.number(self.places, bold=True))
        _text(sheet, row, column + 1, results.grade_name(plan, outcome), self.centred())
        column += 2
        if vetoed:
            _text(sheet, row, column, results.veto_names(plan, outcome, self.lang), self.centred())
            column += 1
        if quota:
            heads = quota.get(who.id)
            _figure(sheet, row, column, None if heads is None else Decimal(heads), self.centred())

    # -- places

    def ranks(self, group: str, members: Sequence[Outcome]) -> None:
        """位次: one group in the order of places; a heavy line where the grade changes."""
        plan = self.plan
        quota = {name: heads for name, heads in self.result.quota().items() if name in {o.subject for o in members}}
        heads = [self.t(c) for c in ("rank", "unit", "total", "gap", "grade", "veto")]
        heads += [self.t("quota")] * bool(quota)
        names = [self.subjects[o.subject].name for o in members]
        widths = [8.0, _width(names, 24, 40), 12.0, 14.0, 12.0, 22.0, 10.0][: len(heads)]
        sheet = self.sheet(self.own[f"ranks {group}"], widths, portrait=True)
        name = plan.categories.get(group, group)
        row = self.title(
            sheet,
            f"{name}{self._gap()}{self.t('ranks_title')}" if name else self.t("ranks_title"),
            [plan.name],
            len(heads),
        )
        for column, said in enumerate(heads):
            _text(sheet, row, column, said, self.head())
        sheet.set_row(row, 24)
        sheet.freeze_panes(row + 1, 0)
        sheet.repeat_rows(row)
        before: Outcome | None = None
        for i, outcome in enumerate(members):
            row += 1
            self.tall(sheet, row, (self.subjects[outcome.subject].name, widths[1]))
            last = i + 1 == len(members) or members[i + 1].grade != outcome.grade
            edge = {"bottom": 2, "bottom_color": GREY} if last else {}
            sheet.write_number(row, 0, outcome.rank, self.centred(**edge))
            _text(sheet, row, 1, self.subjects[outcome.subject].name, self.format(text_wrap=True, **edge))
            _figure(sheet, row, 2, outcome.total, self.number(self.places, bold=True, **edge))
            gap = before.total - outcome.total if before else None
            _figure(sheet, row, 3, gap, self.number(self.places, **edge))
            _text(sheet, row, 4, results.grade_name(plan, outcome), self.centred(**edge))
            _text(sheet, row, 5, results.veto_names(plan, outcome, self.lang), self.centred(**edge))
            if quota:
                heads_of = quota.get(outcome.subject)
                _figure(sheet, row, 6, None if heads_of is None else Decimal(heads_of), self.centred(**edge))
            before = outcome

    # -- scores by indicator

    def indicators(self) -> None:
        """指标得分: subjects down, indicators and their periods across."""
        plan, scores = self.plan, self.scores
        there = {(node, period) for _, node, period in scores}
        periods = [("", ""), *((p.id, p.name) for p in plan.periods)]
        columns = [
            (line, period, name) for line in plan.leaves for period, name in periods if (line.node.id, period) in there
        ]
        names = [s.name for s in plan.subjects]
        sheet = self.sheet(self.own["scores"], [_width(names, 12, 26), *([9.5] * len(columns))])
        if len(columns) > 24:
            sheet.set_paper(A3)
            sheet.fit_to_pages(0, 0)
            sheet.set_print_scale(60)
            sheet.repeat_columns(0)
        big = self.format(font_name=HEAD, font_size=16, bold=True, border=0)
        _text(sheet, 0, 0, self.named("scores_title"), big)
        sheet.set_row(0, 30)
        head, small = self.head(font_size=9), self.centred(font_size=9, font_color=GREY)
        sheet.set_row(1, 12.0 * min(8, max([3, *(_lines(c[0].node.name, 8.5) for c in columns)])))
        _text(sheet, 1, 0, self.t("unit"), head)
        _text(sheet, 2, 0, self.t("full"), small)
        for column, (line, _, name) in enumerate(columns, 1):
            _text(sheet, 1, column, line.node.name, head)
            points = line.node.points if line.node.points is not None else None
            said = " ".join(x for x in (name, "" if points is None else f"{points:f}") if x)
            _text(sheet, 2, column, said or "—", small)
        sheet.freeze_panes(3, 1)
        sheet.repeat_rows(1, 2)
        number, blank = self.number(self.node_places), self.plain
        keys = [(line.node.id, period) for line, period, _ in columns]
        totals = self.result.totals()
        for row, subject in enumerate((s for s in plan.subjects if s.id in totals), 3):
            sheet.set_row(row, LOW)
            _text(sheet, row, 0, subject.name, self.plain)
            for column, key in enumerate(keys, 1):
                found = scores.get((subject.id, *key))
                if found is None:
                    sheet.write_blank(row, column, None, blank)
                else:
                    sheet.write_number(row, column, found[0], number)

    # -- rules

    def rules(self) -> None:
        """规则: every node with its generated sentence."""
        heads = [self.t(c) for c in ("item", "full", "weight", "rule", "source", "lead", "clause")]
        widths = [34.0, 8.0, 8.0, 70.0, 22.0, 18.0, 12.0]
        sheet = self.sheet(self.own["rules"], widths)
        plan = self.plan
        row = self.title(sheet, self.named("rules_title"), [], len(heads))
        for column, said in enumerate(heads):
            _text(sheet, row, column, said, self.head())
        sheet.freeze_panes(row + 1, 1)
        sheet.repeat_rows(row)
        wrapped, full = self.format(text_wrap=True), self.format(num_format=self.full_format, align="right")
        account: object = None
        for line in plan.lines:
            row += 1
            node = line.node
            if line.account is not None and line.account is not account and line.parent is None:
                account = line.account
                self._account_row(sheet, row, line, len(heads))
                row += 1
            depth = line.depth + (line.account is not None)
            _text(sheet, row, 0, node.name, (self.indented if node.is_leaf else self.bold_indented)[depth])
            _figure(sheet, row, 1, node.points, full)
            _figure(sheet, row, 2, node.weight, full)
            rule = messages.rule_text(plan, line, self.lang)
            for column, said in enumerate((rule, node.source, node.lead_unit, node.clause), 3):
                _text(sheet, row, column, said, wrapped)
            self.tall(
                sheet,
                row,
                (rule, 70),
                (node.name, 34 - 2 * depth),
                (node.source, 22),
                (node.lead_unit, 18),
                (node.clause, 12),
            )

    def _account_row(self, sheet: Any, row: int, line: Line, columns: int) -> None:
        account = line.account
        assert account is not None
        code = f"card.{account.kind}" + ("" if account.cap is None else "_cap")
        _text(sheet, row, 0, account.name, self.bold_indented[0])
        wrapped = self.format(text_wrap=True)
        for column in range(1, columns):
            sheet.write_blank(row, column, None, wrapped)
        _text(sheet, row, 3, text(code, self.lang, cap=account.cap), wrapped)
        _text(sheet, row, 6, account.clause, wrapped)

    # -- cards

    def contents(self, names: Mapping[str, str], apart: Sequence[tuple[Outcome, str, str]]) -> None:
        """目录: a link to every card, or the file that it is in."""
        plan = self.plan
        files = {outcome.subject: file for outcome, file, _ in apart}
        heads = [self.t(c) for c in ("unit", "category", "rank", "total", "grade")] + [self.t("file")] * bool(files)
        widths = [_width([s.name for s in plan.subjects], 30, 44), 26.0, 9.0, 12.0, 12.0, 18.0][: len(heads)]
        sheet = self.sheet(self.own["contents"], widths, portrait=True)
        note = ""
        if files:
            told = list(dict.fromkeys(files.values()))
            note = self.t("apart", count=len(files), files=f"{told[0]} – {told[-1]}" if len(told) > 1 else told[0])
        row = self.title(sheet, self.t("contents_title"), [plan.name, note], len(heads))
        for column, said in enumerate(heads):
            _text(sheet, row, column, said, self.head())
        sheet.freeze_panes(row + 1, 0)
        sheet.repeat_rows(row)
        link = self.format(font_color="#1F4E79", underline=1)
        for outcome in self.result.outcomes:
            row += 1
            sheet.set_row(row, LOW)
            who = self.subjects[outcome.subject]
            target = f"internal:'{names[who.id].replace(chr(39), chr(39) * 2)}'!A1"
            if files:
                target = f"external:{files[who.id]}#'{names[who.id].replace(chr(39), chr(39) * 2)}'!A1"
            sheet.write_url(row, 0, target, link, string=who.name[:255])
            _text(sheet, row, 0, who.name, link)  # the link stays; the cell's text is written as text
            _text(sheet, row, 1, results.category_name(plan, who), self.plain)
            sheet.write_number(row, 2, outcome.rank, self.centred())
            _figure(sheet, row, 3, outcome.total, self.number(self.places))
            _text(sheet, row, 4, results.grade_name(plan, outcome), self.centred())
            if files:
                _text(sheet, row, 5, files[who.id], self.plain)

    def card(self, one: Written, name: str, *, back: bool = True) -> None:
        """A subject's card: the tree indented, each line with what it adds and how it came about."""
        heads = [self.t(c) for c in ("item", "full", "weight", "score", "amount", "how", "source", "clause")]
        wide = 4 + self.node_places + 3
        widths = [36.0, 8.0, 8.0, max(9, wide), max(9, wide), 68.0, 31.0, 12.0]
        sheet = self.sheet(name, widths)
        card, outcome, plan = one.card, one.card.outcome, self.plan
        place = text("card.place", self.lang, rank=outcome.rank, of=outcome.of)
        under = [
            results.category_name(plan, self.subjects[card.subject]),
            f"{self.t('total')} {outcome.total:f}",
            place,
        ]
        if outcome.grade:
            under.append(f"{self.t('grade')} {results.grade_name(plan, outcome)}")
        if outcome.vetoes:
            under.append(f"{self.t('veto')} {results.veto_names(plan, outcome, self.lang)}")
        if card.excellent is not None:
            under.append(f"{self.t('quota')} {card.excellent}")
        title = f"{card.name}{self._gap()}{text('card.title', self.lang)}"
        row = self.title(sheet, title, ["    ".join(x for x in under if x), plan.name], len(heads))
        if back:
            link = self.format(font_color="#1F4E79", underline=1, border=0, font_size=9)
            target = f"internal:'{self.own['contents']}'!A1"
            sheet.write_url(0, len(heads), target, link, string=self.t("back"))
            sheet.set_column(len(heads), len(heads), 12)
            sheet.print_area(0, 0, row + len(one.lines), len(heads) - 1)
        for column, said in enumerate(heads):
            _text(sheet, row, column, said, self.head())
        sheet.freeze_panes(row + 1, 1)
        sheet.repeat_rows(row)
        for line in one.lines:
            row += 1
            self._card_row(sheet, row, line)

    def _card_row(self, sheet: Any, row: int, line: CardLine) -> None:
        strong = line.kind in STRONG
        depth = min(line.depth, DEEPEST + 3)
        full, score, said = self.strong_looks if strong else self.plain_looks
        if line.kind == "total":
            score = self.number(self.places, bold=True, bg_color=PALE)
        _text(sheet, row, 0, line.name, (self.bold_indented if strong else self.indented)[depth])
        _figure(sheet, row, 1, line.full, full)
        _figure(sheet, row, 2, line.weight, full)
        _figure(sheet, row, 3, None if line.kind == "adjustment" else line.score, score)
        _figure(sheet, row, 4, line.amount, score)
        _text(sheet, row, 5, line.text, said)
        _text(sheet, row, 6, line.source, said)
        _text(sheet, row, 7, line.clause, said)
        self.tall(sheet, row, (line.name, 36 - 2 * depth), (line.text, 66), (line.source, 30), (line.clause, 12))

    def close(self) -> None:
        """Write the file."""
        self.book.close()


def _text(sheet: Any, row: int, column: int, said: str, look: Any) -> None:
    """A text cell; whatever it starts with, it is text."""
    if said:
        sheet.write_string(row, column, said if len(said) <= MAX_TEXT else said[: MAX_TEXT - 1] + "…", look)
    else:
        sheet.write_blank(row, column, None, look)


def _figure(sheet: Any, row: int, column: int, value: Decimal | None, look: Any) -> None:
    if value is None:
        sheet.write_blank(row, column, None, look)
    else:
        sheet.write_number(row, column, value, look)


def _pattern(places: int) -> str:
    return "0." + "0" * places if places else "0"


def _decimals(*values: Decimal | None) -> int:
    return max((decimals_of(v) for v in values if v is not None), default=0)


def _unmarked(said: str) -> str:
    """A text for a footer, where & begins a code."""
    return said[:60].replace("&", "&&")


_NARROW = re.compile(r"[\x00-\u2e80]")


def _measure(said: str) -> int:
    """Columns that a text takes: a Chinese character takes two."""
    return len(said) if said.isascii() else 2 * len(said) - len(_NARROW.findall(said))


def _width(texts: Iterable[str], least: float, most: float) -> float:
    return float(min(most, max([least, *(1.1 * _measure(t) + 1 for t in texts)])))


def _lines(said: str, width: float) -> int:
    """Lines that a text takes in a column."""
    if len(said) * 2 <= width and "\n" not in said:
        return 1
    room = max(1, int(width))
    return sum(max(1, -(-_measure(part) // room)) for part in said.split("\n"))


def _first_level(plan: Plan) -> list[Line]:
    return [line for line in plan.lines if line.depth == 1 and line.account is None]


def _headed(book: _Book, line: Line) -> str:
    node = line.node
    if line.parent is not None and line.parent.combine == "mean":
        return book.t("weighted", name=node.name, weight=f"{node.weight:f}") if node.weight is not None else node.name
    return node.name if node.points is None else book.t("points", name=node.name, points=f"{node.points:f}")


def write_table(
    path: Path, title: str, under: str, heads: Sequence[str], rows: Iterable[Sequence[str]], widths: Sequence[float]
) -> None:
    """A plain table as a workbook: text only, ready to print; without a title it can be read back."""
    book = xlsxwriter.Workbook(str(path), OPTIONS)
    book.set_properties({"title": title, "created": CREATED})
    base = {
        "font_name": BODY,
        "font_size": 10,
        "valign": "vcenter",
        "border": 1,
        "border_color": LINE,
        "text_wrap": True,
    }
    cell = book.add_format(base)
    head = book.add_format(base | {"font_name": HEAD, "bold": True, "align": "center", "bg_color": PALE})
    sheet = book.add_worksheet()
    sheet.set_paper(A4)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    row = 0
    for said, size in ((title, 16), (under, 9)):
        if said:
            _text(sheet, row, 0, said, book.add_format({"font_name": HEAD, "font_size": size, "bold": size > 9}))
            row += 1
    for column, said in enumerate(heads):
        _text(sheet, row, column, said, head)
    sheet.freeze_panes(row + 1, 0)
    sheet.repeat_rows(row)
    for cells in rows:
        row += 1
        for column, said in enumerate(cells):
            _text(sheet, row, column, said, cell)
        lines = max(_lines(said, width) for said, width in zip(cells, widths, strict=True))
        if lines > 1:
            sheet.set_row(row, lines * LINE_HEIGHT + 3.5)
    book.close()
