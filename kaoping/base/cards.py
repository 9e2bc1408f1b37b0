"""Score cards as text: an entry's code and exact figures become the sentence that a person reads and re-adds.

A fraction that has no end is shown to 4 places with 约, and its arithmetic by its terms (482 ÷ 501).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from kaoping.base import messages
from kaoping.base.messages_cards import SENTENCES
from kaoping.core import formulas
from kaoping.core.engine import Result
from kaoping.core.explain import Card, Entry
from kaoping.core.numbers import half_up, plain
from kaoping.core.plan import Line, Plan

#: Slots with a name of their own; the rest are called by what the plan calls them.
SLOTS = (
    "actual", "target", "last", "baseline", "reference", "coefficient", "progress", "rank", "total", "gate",
    "satisfactory", "not_allowed", "judges", "dropped",
)  # fmt: skip
CUT = 4  # decimals of a figure that has no end
LONGEST = 6  # a worked-out figure with more decimals is shown as an approximation


def text(code: str, lang: str, **figures: object) -> str:
    """A sentence of this module's table."""
    return SENTENCES[code][lang != "zh"].format_map(figures)


def slot_name(slot: str, lang: str) -> str:
    """A slot as people call it: 完成值, 目标值; what a plan names itself keeps its name."""
    if slot in SLOTS:
        return messages.sentence(f"slot.{slot}", {}, lang)
    if slot[:1] == "p" and slot[1:].isdigit():
        return text("slot.place", lang, place=slot[1:])
    return slot


# -- figures


def is_finite(value: Decimal | Fraction | int, places: int) -> bool:
    """Whether a figure has at most so many decimals."""
    rest: int = 10**places % Fraction(value).denominator
    return not rest


def figure_text(value: Decimal | Fraction | int, lang: str, *, least: int = 0, most: int = LONGEST) -> str:
    """A figure exactly, or to 4 places with 约 if it has more than `most` decimals."""
    if is_finite(value, most):
        return plain(value, least=least)
    return text("card.about", lang, number=f"{half_up(value, CUT):f}")


# -- entries


def entry_text(plan: Plan, entry: Entry, lang: str, *, clause: bool = True) -> str:
    """How a line of a card came about, in one sentence; `clause` cites the rule at its end."""
    said = _sentence(plan, entry, lang)
    if clause and entry.clause and said:
        said += text("card.clause", lang, clause=entry.clause)
    return said


def _sentence(plan: Plan, entry: Entry, lang: str) -> str:
    if not entry.code:
        return ""
    if entry.code.startswith("card."):
        return _card_sentence(plan, entry, lang)
    line = plan.by_id[entry.id]
    return _line_sentence(plan, line, entry, lang)


def _card_sentence(plan: Plan, entry: Entry, lang: str) -> str:
    code = entry.code
    figures = {
        name: figure_text(value, lang) for name, value in entry.figures.items() if isinstance(value, Decimal | Fraction)
    }
    places = plan.rounding.node
    for name in ("earned", "score", "amount"):
        value = entry.figures.get(name)
        if isinstance(value, Decimal):
            figures[name] = plain(value, least=places)
    if code == "card.period" and entry.figures.get("weights") == 100:
        code = "card.period_percent"
    elif code in ("card.bonus", "card.deduction") and entry.full is not None:
        code, figures = f"{code}_cap", {"cap": plain(entry.full)}
    elif code == "card.limited":
        parts = [text(f"card.limit_{name}", lang, **figures) for name in ("cap", "floor") if name in figures]
        figures = {"limits": text("card.limit_join", lang).join(parts)}
    return text(code, lang, **figures)


def _line_sentence(plan: Plan, line: Line, entry: Entry, lang: str) -> str:
    """The sentence of an indicator, by the table of `messages`; one more where the indicator's own limit held it."""
    values: dict[str, Decimal | Fraction | None] = {
        name: value for name, value in entry.figures.items() if isinstance(value, Decimal | Fraction)
    }
    values["score"] = entry.score
    node = line.node
    figures = messages.line_figures(plan, line, values, lang)
    how = entry.code.removeprefix("line.").removeprefix(f"{node.method}.")
    if how == "imputed":
        inner = str(entry.figures["how"]).removeprefix("line.").removeprefix(f"{node.method}.")
        figures["how"] = messages.line_text(node.method, inner, figures, lang)
    said = messages.line_text(node.method, how, figures, lang)
    limit = "cap" if entry.score == node.cap else "floor" if entry.score == node.floor else ""
    if limit and not how.startswith("missing"):
        said += text("card.own_limit", lang, limit=text(f"card.limit_{limit}", lang, **{limit: plain(entry.score)}))
    return said


# -- where the figures come from


TRAILS = ("source", "reporter", "verifier", "evidence", "note")


class Sources:
    """Where the figures of every indicator come from, in words; the run's figures are gone through once."""

    def __init__(self, result: Result, lang: str) -> None:
        self.plan, self.lang = result.plan, lang
        self.said: dict[tuple[str, str], dict[str, dict[str, None]]] = {}
        self.ready: dict[tuple[str, str], str] = {}
        table = result.facts.table
        subjects, items = (table[name].to_pylist() for name in ("subject", "item"))
        for name in TRAILS:
            if name in table.column_names:
                for subject, item, told in zip(subjects, items, table[name].to_pylist(), strict=True):
                    if told:
                        self.said.setdefault((subject, item), {}).setdefault(name, {})[told] = None

    def text(self, subject: str, entry: Entry) -> str:
        """Source, reporter, verifier and evidence; the plan's own source where the figures name none."""
        if entry.kind != "indicator":
            return ""
        key = (subject, entry.id)
        if key not in self.ready:
            self.ready[key] = self._told(subject, self.plan.by_id[entry.id])
        return self.ready[key]

    def _told(self, subject: str, line: Line) -> str:
        read = [self.said[key] for item in items_read(self.plan, line) if (key := (subject, item)) in self.said]
        found = {name: list(dict.fromkeys(told for one in read for told in one.get(name, ()))) for name in TRAILS}
        parts = found.pop("source") or ([line.node.source] if line.node.source else [])
        parts += [
            text(f"card.{name}", self.lang, name=_joined(told, self.lang)) for name, told in found.items() if told
        ]
        return (";" if self.lang == "zh" else "; ").join(parts)


def items_read(plan: Plan, line: Line) -> list[str]:
    """The indicator itself and the data elements that its formulas read."""
    if not line.node.formulas:
        return [line.node.id]
    names = {name for one in line.node.formulas.values() for name in formulas.names(formulas.parse(one))}
    return [line.node.id, *(e.id for e in plan.elements if e.id in names or e.name in names)]


def _joined(found: list[str], lang: str) -> str:
    comma = "、" if lang == "zh" else ", "
    shown = comma.join(found[:3])
    return shown if len(found) <= 3 else shown + text("card.more", lang, count=len(found))


def entry_name(plan: Plan, entry: Entry, lang: str) -> str:
    """What a line is called; an adjustment is called after what it is."""
    if entry.kind == "adjustment":
        return text(f"{entry.code}_name", lang)
    return entry.name or plan.name


# -- a whole card, line by line


@dataclass(frozen=True, slots=True)
class CardLine:
    """One printed line of a card. `amount` is what it adds to the line above it; None where nothing adds."""

    depth: int
    kind: str
    id: str
    name: str
    period: str
    full: Decimal | None
    weight: Decimal | None
    score: Decimal
    amount: Decimal | None
    text: str
    source: str
    clause: str
    rank: int | None


def card_lines(card: Card, sources: Sources, *, clause: bool = True) -> list[CardLine]:
    """A card from the total down, as printed, in the language of `sources`."""
    return [entry_line(entry, depth, card.subject, sources, clause=clause) for depth, entry in card.total.walk()]


def entry_line(entry: Entry, depth: int, subject: str, sources: Sources, *, clause: bool = True) -> CardLine:
    """One entry of a subject's card as printed."""
    plan, lang = sources.plan, sources.lang
    name = text("card.total_name", lang) if entry.kind == "total" else entry_name(plan, entry, lang)
    return CardLine(
        depth, entry.kind, entry.id, name, entry.period, entry.full, entry.weight, entry.score, entry.amount,
        entry_text(plan, entry, lang, clause=clause), sources.text(subject, entry), entry.clause, entry.rank,
    )  # fmt: skip
