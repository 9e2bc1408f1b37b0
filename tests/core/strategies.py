"""Random plans and facts: every method, every policy, figures that like to fall on a border.

`random_plan` builds a plan (a plain mapping) and its facts from a seeded generator; `plans` is the same as a
hypothesis strategy; `smallest` takes a failing plan apart until nothing more can be left out.
"""

from __future__ import annotations

import copy
import random
import re
import time
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import Any

import pyarrow as pa
from hypothesis import strategies as st

from kaoping.core.facts import KEYS, MAX_DECIMALS, VALUE, Facts

Row = tuple[str, str, str, str, str, Decimal | None]
Mapped = dict[str, Any]

TREE_METHODS = (
    "attain", "ratio", "reverse_ratio", "difficulty", "schedule_ratio", "interval", "step", "bands", "band_deduction",
    "progressive_bands", "efficacy", "five_tier", "level_growth", "best_ratio", "rank_steps", "rank_table", "minmax",
    "zscore", "goalposts", "deductions", "grade_points", "vote_share", "place_votes", "trimmed_mean", "given",
    "formula",
)  # fmt: skip
ACCOUNT_METHODS = ("events", "bonus_levels", "provincial_rank", "points")
DOWN_ONLY = ("reverse_ratio", "rank_table", "deductions", "provincial_rank")
BOTH_WAYS = (
    "attain", "step", "bands", "progressive_bands", "efficacy", "five_tier", "level_growth", "best_ratio", "rank_steps",
    "minmax", "zscore", "goalposts",
)  # fmt: skip
POINTS = ("10", "5", "15", "7.5", "2.25", "100", "20", "33.33", "1", "0.5")
WEIGHTS = ("1", "2", "0.3", "25", "12.5", "3")
BORDERS = ("8", "16", "40", "80", "200", "400", "3", "7", "6.4", "0.8", "12.5", "100")  # quotients that end in 5
MISSING = ("block", "zero", "average", "impute", "drop")
TEMPLATES = (
    "A / B * 100", "(A - B) / B", "known(A, 0) + known(B, 3)", "if(A > B, A, B + 1)", "min(A, B, 10)",
    "round(A / B, 2)", "sqrt(abs(A))", "ln(A + 1)", "exp(max(min(A / 100, 3), -3))", "max(A, B) - abs(A - B) / 3",
    "if(A > 3 and not (B < 2 or A = B), A * 2, B / 4)", "-A + 2.5", "(A + B) × 0.5", "A / (B - B)",
    "known(A / B, 1.005)",
    "sqrt(A / B) + ln(B)", "A ÷ 3 + B ÷ 7", "if(known(A, 1) >= 2, 7, known(B, 0.125))", "A * B", "A",
)  # fmt: skip


def text(number: Decimal) -> str:
    """A number as plans write it."""
    return format(number, "f")


class Maker:
    """Builds one plan and its facts."""

    def __init__(self, rng: random.Random, size: int) -> None:
        self.rng, self.size = rng, size
        self.rows: dict[tuple[str, str, str, str, str], Decimal | None] = {}
        self.counter = 0
        self.decimals = rng.choice((0, 1, 2, 2, 3, 4))
        self.careless = rng.random() < 0.06  # figures are missing even where that blocks the run

    def chance(self, percent: float) -> bool:
        """True so often."""
        return self.rng.random() * 100 < percent

    def pick(self, *options: Any) -> Any:
        """One of these."""
        return self.rng.choice(options)

    def some(self, items: list[Any], least: int = 0) -> list[Any]:
        """Some of these, in their order."""
        chosen = set(self.rng.sample(range(len(items)), self.rng.randint(min(least, len(items)), len(items))))
        return [x for i, x in enumerate(items) if i in chosen]

    def name(self, prefix: str) -> str:
        """A new id."""
        self.counter += 1
        return f"{prefix}{self.counter}"

    def number(self, low: int, high: int, places: int | None = None) -> Decimal:
        """A decimal between two whole numbers."""
        places = self.rng.randint(0, 3) if places is None else places
        return Decimal(self.rng.randint(low * 10**places, high * 10**places)).scaleb(-places)

    # - the frame

    def plan(self) -> tuple[Mapped, list[Row]]:
        """The plan as a plain mapping, and its facts."""
        made: Mapped = {"kaoping": 1, "id": "plan", "name": "方案", "year": self.pick(2023, 2024)}
        self.combine = self.pick("sum", "sum", "mean")
        made["combine"] = self.combine
        if self.chance(30):
            made["scale"] = self.pick("10", "120", "1000", "12.5")
        if self.chance(60):
            made["rounding"] = {
                "value": self.pick(12, 12, 12, 8, 6, 4),
                "score": self.pick(2, 2, 1, 3, 0, 4),
                "node": self.pick(2, 2, 1, 3, 0, 4),
                "total": self.pick(2, 2, 1, 0, 4),
            }
        self.categories = [f"c{i}" for i in range(1, self.rng.randint(1, 3) + 1)]
        groups = [f"g{i}" for i in range(1, self.rng.randint(1, 3) + 1)]
        made["categories"] = {c: f"类别{c}" for c in self.categories}
        self.subjects = [f"s{i}" for i in range(1, self.rng.randint(1, max(1, min(8, self.size))) + 1)]
        made["subjects"] = [self.subject(s, groups) for s in self.subjects]
        self.category_of = {s["id"]: s["category"] for s in made["subjects"]}
        self.periods: dict[str, list[str]] = {}
        if self.chance(55):
            made["periods"] = self.make_periods()
        self.elements = [f"e{i}" for i in range(1, self.rng.randint(0, 3) + 1)]
        if self.elements:
            made["elements"] = [self.element(e) for e in self.elements]
        made["tree"] = self.tree()
        if self.chance(45):
            made["accounts"] = [self.account() for _ in range(self.rng.randint(1, 2))]
        grades = self.grades()
        made["standing"] = {"group": self.pick("category", "group", "all"), "grades": grades}
        if self.chance(40):
            made["vetoes"] = (
                [] if not grades else [self.veto([g["id"] for g in grades]) for _ in range(self.rng.randint(1, 2))]
            )
        if self.chance(50):
            made["quota"] = self.quota([g["id"] for g in grades])
        if self.chance(15):
            made["floor"] = self.pick("0", "10", "-5.5")
        if self.chance(15):
            made["ceiling"] = self.pick("100", "50.125", "30")
        rows: list[Row] = [(*key, value) for key, value in self.rows.items()]
        self.rng.shuffle(rows)
        return made, rows

    def subject(self, name: str, groups: list[str]) -> Mapped:
        made: Mapped = {
            "id": name,
            "name": f"单位{name}",
            "category": self.pick(*self.categories),
            "group": self.pick(*groups),
        }
        if self.chance(80):
            made["staff"] = self.pick(self.rng.randint(0, 60), 10, 50, 90)
        if self.chance(30):
            made["honours"] = self.some(["h1", "h2"], 1)
        return made

    def make_periods(self) -> list[Mapped]:
        months = [f"m{i}" for i in range(1, 7)]
        made, count = [], self.rng.randint(1, 3)
        for i in range(count):
            covers = months[: 2 * (i + 1)] if self.chance(50) else months[2 * i : 2 * i + 2]
            period: Mapped = {"id": f"q{i + 1}", "name": f"第{i + 1}期", "covers": covers}
            if self.chance(25):
                period["progress"] = self.pick("25", "50", "33.3", "100", "62.5")
            if self.chance(25):
                period["through"] = self.pick("03-31", "06-30", "12-31", "02-28")
            made.append(period)
            self.periods[period["id"]] = covers
        return made

    def element(self, name: str) -> Mapped:
        made: Mapped = {"id": name, "name": f"要素{name}"}
        if self.chance(60):
            made["accumulate"] = self.pick("latest", "sum", "mean", "max", "min")
        for subject in self.subjects:
            self.report(
                subject, name, "actual", lambda: self.number(1, 60, self.rng.randint(0, 2)), 6, list(self.periods)
            )
        return made

    # - facts

    def report(
        self,
        subject: str,
        item: str,
        slot: str,
        value: Callable[[], Decimal],
        absent: float,
        periods: list[str],
        judged: bool = False,
    ) -> None:
        """Facts of one slot: of the period itself, of those it covers, or without a period; some of them absent."""
        dated: list[str] = []
        for period in periods:
            if self.chance(40):
                dated.append(period)
            if self.chance(60):
                dated += self.some(self.periods[period], 1)
        if not dated or self.chance(10):
            dated.append("")
        if self.chance(absent):
            return
        for period in dict.fromkeys(dated):
            judges = [f"j{i}" for i in range(self.rng.randint(1, 9))] if judged else [""]
            for judge in judges:
                self.rows[subject, item, slot, period, judge] = None if self.chance(absent / 10) else value()

    def scale_of_figures(self) -> Callable[[], Decimal]:
        """How the figures of one indicator look."""
        places, kind = self.decimals, self.rng.random()
        if kind < 0.30:
            return lambda: self.number(0, 120, places)
        if kind < 0.55:
            few = [self.number(0, 100, self.rng.randint(0, places)) for _ in range(3)]
            return lambda: self.pick(*few)
        if kind < 0.70:
            return lambda: self.number(1, 20, self.rng.randint(0, 3))
        if kind < 0.80:
            return lambda: self.number(-50, 50, places)
        if kind < 0.87:
            return lambda: self.number(10**9, 10**12, self.rng.randint(0, 2))
        if kind < 0.93:
            return lambda: self.number(0, 3, 0)
        return lambda: (
            Decimal(self.pick(*BORDERS)) * self.pick(1, 1, Decimal("1.005"), Decimal("0.875"), Decimal("0.9"))
        )

    # - the tree

    def tree(self) -> Mapped:
        depth = self.rng.randint(1, 3)
        self.weighed = self.chance(70)
        self.left = max(1, min(12, self.size + 2))
        self.merge_at = self.pick("root", "inner", "none", "root") if self.periods else "none"
        self.root_combine = "sum"
        root = self.node(depth, merging=[], whom=self.subjects, inherited=self.combine, root=True)
        if self.chance(30):
            self.bundle_into(root)
        return root

    def node(self, depth: int, merging: list[str], whom: list[str], inherited: str, root: bool = False) -> Mapped:
        made: Mapped = {"id": self.name("n"), "name": f"维度{self.counter}"}
        if self.merge_at == ("root" if root else "inner") and not merging and (root or self.chance(60)):
            merging = self.some(list(self.periods), 1)
            made["merge"] = {p: self.pick("1", "0.4", "0.6", "25", "35") for p in merging}
        if self.chance(45):
            made["combine"] = self.pick("sum", "mean", "geometric")
        if self.chance(45):
            made["points"] = self.pick(*POINTS)
        if self.chance(15):
            made["rescale"] = True
        whom = self.common(made, merging, [] if root else whom) or whom
        combine = made.get("combine", inherited)
        below_zero = made.get("combine") != "geometric"
        children: list[Mapped] = []
        for i in range(self.rng.randint(1, 4)):
            if self.left <= 0 and children:
                break
            first = root and i == 0
            if depth > 1 and self.chance(55) and not first:
                child = self.node(depth - 1, merging, whom, inherited if combine == "geometric" else combine)
            else:
                self.left -= 1
                child = self.leaf(merging, whom=[] if first else whom)
            if not below_zero:
                child.setdefault("floor", "0")
                if Decimal(child["floor"]) < 0:
                    child["floor"] = "0"
            if combine == "sum" and "points" not in child:
                child["points"] = self.pick(*POINTS)
            children.append(child)
        for child, weight in zip(children, self.rng.sample(WEIGHTS * 2, len(children)), strict=True):
            if combine != "sum" and self.weighed:
                child["weight"] = weight
        made["children"] = children
        return made

    def common(self, made: Mapped, merging: list[str], whom: list[str]) -> list[str]:
        """What nodes and indicators share; the subjects of `whom` to whom this one applies, if it isn't for all."""
        if self.chance(12):
            made["cap"] = self.pick("8", "3.335", "50", "12.5")
        if self.chance(12):
            made["floor"] = self.pick("0", "1", "2.5", "0.125")
        if self.chance(8):
            made["places"] = self.pick(0, 1, 3, 5)
        left: list[str] = []
        if whom and self.chance(20):
            applies: Mapped = {"categories": [], "subjects": [], "exceptions": []}
            if self.chance(50):
                applies["categories"] = self.some(self.categories, 1)
            if self.chance(30):
                applies["subjects"] = self.some(self.subjects, 1)
            exempt = self.some(self.subjects)[:2] if self.chance(50) else []
            applies["exceptions"] = [{"subject": s, "decision": "批复〔2024〕1号"} for s in exempt]
            named = [*applies["categories"], *applies["subjects"]]
            left = [s for s in whom if s not in exempt and (not named or s in named or self.category_of[s] in named)]
            if left:
                made["applies"] = {k: v for k, v in applies.items() if v}
        if whom and merging and self.chance(20):
            made["periods"] = self.some(merging, 1)
        return left

    def leaf(
        self, merging: list[str], method: str = "", whom: list[str] | None = None, account: bool = False
    ) -> Mapped:
        made: Mapped = {
            "id": self.name("i"),
            "name": f"指标{self.counter}",
            "method": method or self.pick(*TREE_METHODS),
        }
        method = made["method"]
        if method == "given" and self.chance(40):
            made["method"] = method = "points"
        if not account and self.chance(80):
            made["points"] = self.pick(*POINTS)
        self.common(made, merging, whom or [])
        if method in DOWN_ONLY or (method in BOTH_WAYS and self.chance(40)):
            made["direction"] = "down"
        made["missing"] = self.pick(*MISSING) if self.chance(55) else "block"
        if not whom and made["missing"] == "drop":
            made["missing"] = "zero"
        if self.chance(70):
            made["compare"] = self.pick("category", "group", "all")
        params, slots = getattr(self, f"_{method}")(made.get("direction") == "down")
        made["params"] = params
        if made["missing"] == "impute" and "actual" not in slots:
            made["missing"] = "average"
        if method == "formula" and made["missing"] == "block" and self.chance(80):
            made["missing"] = "zero"
        self.fill(made, slots, merging)
        return made

    def fill(self, made: Mapped, slots: dict[str, Callable[[], Decimal]], merging: list[str]) -> None:
        """Facts, constants and formulas for the slots of an indicator."""
        periods = merging or list(self.periods)[-1:]
        absent = 3 * self.careless if made["missing"] == "block" else 20
        for slot, value in slots.items():
            if self.periods and self.chance(30):
                made.setdefault("accumulate", {})[slot] = self.pick("latest", "sum", "mean", "max", "min")
            if slot in ("actual", "target", "last", "x") and self.elements and self.chance(12):
                others = [s for s in slots if s != slot and s not in made.get("formulas", {})]
                made.setdefault("formulas", {})[slot] = self.formula(self.elements + others)
                if made["missing"] == "block" and self.chance(80):
                    made["missing"] = "zero"
                continue
            if self.chance(8):
                made.setdefault("values", {})[slot] = text(value())
            judged = made["method"] == "trimmed_mean" or (slot == "actual" and self.chance(5))
            for subject in self.subjects:
                self.report(subject, made["id"], slot, value, absent, periods, judged)

    def formula(self, names: list[str]) -> str:
        """A formula over these figures."""
        found = self.pick(*TEMPLATES)
        if self.chance(20):
            found = f"({found}) {self.pick('+', '-', '/')} ({self.pick(*TEMPLATES)})"
        read = [f"要素{n}" if n in self.elements and self.chance(20) else n for n in names]
        return found.replace("A", self.pick(*read)).replace("B", self.pick(*read))

    def bundle_into(self, root: Mapped) -> None:
        """One bundled indicator somewhere in the tree, on a node that does not depend on it."""
        places = list(_walk(root, []))
        home, above = self.pick(*[(n, a) for n, a in places if "children" in n])
        chain = [*above, home]
        scope = next((n["id"] for n in reversed(chain) if n.get("merge")), "")
        ids = {n["id"] for n in chain}
        fit = [
            n["id"] for n, a in places
            if n["id"] not in ids and not n.get("merge")
            and next((x["id"] for x in reversed(a) if x.get("merge")), "") == scope
        ]  # fmt: skip
        if not fit:
            return
        made: Mapped = {"id": self.name("i"), "name": "捆绑", "method": "bundle", "points": self.pick(*POINTS)}
        merging = list(next((n["merge"] for n in reversed(chain) if n.get("merge")), {}))
        self.common(made, merging, [])
        made["missing"] = self.pick("zero", "drop", "block")
        if any("weight" in child for child in home["children"]):
            made["weight"] = "2"
        keys = [*self.categories, *self.subjects]
        made["params"] = {
            "node": self.pick(*fit),
            "of": {k: v for k in (keys if self.chance(70) else self.some(keys, 1)) if (v := self.others(k, keys))},
        }
        if home.get("combine") == "geometric":
            made["floor"] = "0"
        home["children"].append(made)

    def others(self, key: str, keys: list[str]) -> list[str]:
        """Some subjects and categories, without the one that is bundled with them."""
        return self.some([k for k in keys if k not in (key, self.category_of.get(key))])

    def account(self) -> Mapped:
        made: Mapped = {"id": self.name("a"), "name": "加减分", "kind": self.pick("bonus", "deduction")}
        if self.chance(50):
            made["cap"] = self.pick("3", "5", "1.5")
        made["children"] = [
            self.leaf([], self.pick(*ACCOUNT_METHODS), self.subjects, True) for _ in range(self.rng.randint(1, 3))
        ]
        return made

    # - grades, vetoes, quota

    def grades(self) -> list[Mapped]:
        made = []
        for i in range(self.rng.randint(0, 4)):
            grade: Mapped = {"id": f"k{i + 1}", "name": f"等次{i + 1}"}
            if self.chance(45):
                grade["at_least"] = self.pick("90", "60", "20", "5", "0", "33.33")
            if self.chance(40):
                grade["share"] = self.pick("15", "20", "50", "33.3", "12.5", "100")
                grade["rounding"] = self.pick("half_up", "up", "down")
            if self.chance(15):
                grade["first"] = self.rng.randint(1, 4)
            if self.chance(15):
                grade["last"] = self.rng.randint(1, 4)
            made.append(grade)
        return made

    def veto(self, grades: list[str]) -> Mapped:
        made: Mapped = {"id": self.name("v"), "name": "否决"}
        if grades and self.chance(60):
            made["grade"] = self.pick(*grades)
        if grades and (self.chance(40) or "grade" not in made):
            made["bars"] = self.some(grades, 1)
        for subject in self.subjects:
            if self.chance(30):
                self.rows[subject, made["id"], "actual", "", ""] = Decimal(self.pick(1, 1, 2, 0))
        return made

    def quota(self, grades: list[str]) -> Mapped:
        made: Mapped = {"by_grade": {g: self.pick("15", "18", "12", "12.5", "20", "10") for g in self.some(grades)}}
        if self.chance(60):
            made["extras"] = {h: self.pick("3", "5", "2.5") for h in self.some(["h1", "h2"], 1)}
        if self.chance(50):
            made["cap"] = self.pick("20", "16", "25")
        made["rounding"] = self.pick("half_up", "up", "down", "pool", "pool")
        return made

    # - methods: parameters, and how their figures look

    def target(self) -> Callable[[], Decimal]:
        """Targets: many whose quotients end in 5, rarely zero or negative."""

        def one() -> Decimal:
            roll = self.rng.random()
            if roll < 0.002:
                return Decimal(0)
            if roll < 0.004:
                return Decimal(-5)
            return Decimal(self.pick(*BORDERS)) if roll < 0.7 else self.number(1, 150)

        return one

    def _attain(self, down: bool) -> tuple[Mapped, dict[str, Any]]:
        return {}, {"actual": self.scale_of_figures(), "target": self.target()}

    def _ratio(self, down: bool) -> tuple[Mapped, dict[str, Any]]:
        params: Mapped = {}
        if self.chance(40):
            params["cap"] = self.pick("1.2", "1.3", "0.9", "2")
        if self.chance(30):
            params["floor"] = self.pick("0.5", "0.125", "0.333")
        if self.chance(40):
            params["zero_target"] = self.pick("full", "zero", "refuse")
        return params, {"actual": self.scale_of_figures(), "target": self.target()}

    def _reverse_ratio(self, down: bool) -> tuple[Mapped, dict[str, Any]]:
        params, slots = self._ratio(down)
        params.pop("zero_target", None)
        return params, slots

    def _difficulty(self, down: bool) -> tuple[Mapped, dict[str, Any]]:
        params, slots = self._ratio(down)
        return params, slots | {"coefficient": lambda: self.pick(Decimal("1.0"), Decimal("1.35"), Decimal("1.125"))}

    def _schedule_ratio(self, down: bool) -> tuple[Mapped, dict[str, Any]]:
        params, slots = self._ratio(down)
        if not self.periods or self.chance(20):
            slots["progress"] = lambda: self.pick(Decimal("0.5"), Decimal("0.25"), Decimal("0.8333"), Decimal(1))
        return params, slots

    def _interval(self, down: bool) -> tuple[Mapped, dict[str, Any]]:
        low, wide = self.number(-5, 40, 1), self.number(0, 30, 1)
        params = {"low": text(low), "high": text(low + wide)}
        if self.chance(60):
            params["low_limit"] = text(low - self.number(1, 30, 1))
        if self.chance(60):
            params["high_limit"] = text(low + wide + self.number(1, 60, 1))
        return params, {"actual": self.scale_of_figures()}

    def _step(self, down: bool) -> tuple[Mapped, dict[str, Any]]:
        params: Mapped = {"size": self.pick("1", "2", "3", "0.5", "7"), "points": self.pick("1", "0.5", "0.1", "0.05")}
        params["unit"] = self.pick("percent", "value")
        params["whole"] = self.chance(50)
        slots = {"actual": self.scale_of_figures(), "target": self.target()}
        if self.chance(40):
            params["base_share"] = self.pick("0.8", "0.6", "0.333")
        if self.chance(40):
            params["bonus_cap"] = self.pick("6", "1.5")
        if self.chance(40):
            params["penalty_cap"] = self.pick("6", "2.5")
        if self.chance(25):
            params["either_way"] = True
        if not down and self.chance(30):
            params["bonus_caps"] = [
                {"at": "50", "give": "3"}, {"at": "20", "give": "4", "open": True},
                {"at": "0", "give": "5", "open": True},
                {"give": "6"},
            ]  # fmt: skip
            slots["baseline"] = lambda: self.number(1, 100, 1)
        return params, slots

    def band_list(self, down: bool, gives: list[str], rest: str | None) -> list[Mapped]:
        """Bands from best to worst."""
        edges = sorted(
            {Decimal(self.pick("100", "95", "90", "80", "62.5", "50", "20", "12.5", "3")) for _ in gives},
            reverse=not down,
        )
        made: list[Mapped] = [{"at": text(at), "give": give} for at, give in zip(edges, gives, strict=False)]
        for band in made:
            if self.chance(15):
                band["open"] = True
        return [*made, {"give": rest}] if rest is not None else made

    def _bands(self, down: bool) -> tuple[Mapped, dict[str, Any]]:
        params: Mapped = {"measure": self.pick("rate", "value"), "give": self.pick("percent", "points")}
        params["bands"] = self.band_list(down, ["100", "75", "50", "12.5"], self.pick(None, "0", "5"))
        slots = {"actual": self.scale_of_figures()}
        if params["measure"] == "rate":
            slots["target"] = self.target()
        if self.chance(30):
            params["gate"] = self.pick("20", "50")
            slots["gate"] = lambda: self.pick(Decimal(20), Decimal("19.9"), Decimal(60))
        return params, slots

    def _band_deduction(self, down: bool) -> tuple[Mapped, dict[str, Any]]:
        return {"bands": self.band_list(False, ["0", "1", "2.5", "3"], "4")}, {
            "actual": lambda: self.number(60, 101, 1)
        }

    def _progressive_bands(self, down: bool) -> tuple[Mapped, dict[str, Any]]:
        params: Mapped = {
            "width": self.pick("10", "5", "2.5"),
            "divisors": self.pick(["20", "40", "60"], ["30"], ["8", "7"]),
        }
        params["reference"] = self.pick("slot", "group_mean")
        if self.chance(50):
            params["base_share"] = self.pick("0.6", "0.8")
        if self.chance(40):
            params["cap"] = self.pick("1", "1.2")
        slots = {"actual": self.scale_of_figures()}
        if params["reference"] == "slot":
            slots["reference"] = self.scale_of_figures()
        return params, slots

    def _efficacy(self, down: bool) -> tuple[Mapped, dict[str, Any]]:
        params: Mapped = {"standard": self.pick("group", "group", "fixed", "slot")}
        slots: dict[str, Any] = {"actual": self.scale_of_figures()}
        if self.chance(40):
            params["base_share"] = self.pick("0.5", "0", "0.7")
        if self.chance(40):
            params["equal"] = self.pick("full", "base")
        worst, best = (lambda: self.number(1, 20, 1)), (lambda: self.number(40, 90, 1))
        if down:
            worst, best = best, worst
        if params["standard"] == "fixed":
            params |= {"satisfactory": text(best()), "not_allowed": text(worst())}
        if params["standard"] == "slot":
            slots |= {"satisfactory": best, "not_allowed": worst}
        return params, slots

    def _five_tier(self, down: bool) -> tuple[Mapped, dict[str, Any]]:
        params: Mapped = {
            "standards": [text(x) for x in sorted((self.number(0, 100, 1) for _ in range(5)), reverse=not down)]
        }
        if self.chance(40):
            params["below"] = self.pick("0.1", "0.2")
        return params, {"actual": self.scale_of_figures()}

    def _level_growth(self, down: bool) -> tuple[Mapped, dict[str, Any]]:
        params: Mapped = {"growth": self.pick("rate", "points")}
        if self.chance(40):
            params["level_share"] = self.pick("0.5", "0.3", "1")
        if self.chance(40):
            params["base_share"] = self.pick("0.5", "0")
        if self.chance(40):
            params["equal"] = "base"
        return params, {"actual": self.scale_of_figures(), "last": lambda: self.number(1, 90)}

    def _best_ratio(self, down: bool) -> tuple[Mapped, dict[str, Any]]:
        low = 1 if down or self.chance(80) else -30
        return {}, {"actual": lambda: self.number(low, 100, self.decimals)}

    def _rank_steps(self, down: bool) -> tuple[Mapped, dict[str, Any]]:
        params: Mapped = {"step": self.pick("5", "2", "0.5", "12.5"), "unit": self.pick("percent", "points")}
        if self.chance(40):
            params["floor"] = self.pick("0.3", "0.5")
        if self.chance(30):
            return params | {"source": "given"}, {
                "rank": lambda: self.pick(Decimal(1), Decimal(3), Decimal("2.5"), Decimal(12))
            }
        return params, {"actual": self.scale_of_figures()}

    def _rank_table(self, down: bool) -> tuple[Mapped, dict[str, Any]]:
        params: Mapped = {"points": self.pick(["10", "8", "6.5"], ["5"], ["9", "9", "4", "1.25"])}
        if self.chance(50):
            params["rest"] = self.pick("1", "0.5")
        return params, {"rank": lambda: Decimal(self.rng.randint(1, 6))}

    def _provincial_rank(self, down: bool) -> tuple[Mapped, dict[str, Any]]:
        params = {"points": self.pick(["5", "4", "3", "2", "1"], ["2.5", "1"])}
        return params, {"rank": lambda: Decimal(self.rng.randint(1, 13)), "total": lambda: Decimal(13)}

    def _minmax(self, down: bool) -> tuple[Mapped, dict[str, Any]]:
        return ({"equal": self.pick("full", "zero")} if self.chance(50) else {}), {"actual": self.scale_of_figures()}

    def _zscore(self, down: bool) -> tuple[Mapped, dict[str, Any]]:
        params: Mapped = {"sample": self.chance(50)}
        if self.chance(40):
            params |= {"mean_share": self.pick("0.5", "0.7"), "per_deviation": self.pick("0.2", "0.15")}
        return params, {"actual": self.scale_of_figures()}

    def _goalposts(self, down: bool) -> tuple[Mapped, dict[str, Any]]:
        params: Mapped = {"low": text(self.number(1, 20, 1)), "high": text(self.number(30, 120, 1))}
        if self.chance(30):
            return params | {"log": True}, {"actual": lambda: self.number(1, 150, self.decimals)}
        if self.chance(30):
            params |= {"cap": self.pick("1.2", "0.9"), "floor": self.pick("0.1", "0.25")}
        return params, {"actual": self.scale_of_figures()}

    def counts(self, table: Iterable[str], most: int) -> dict[str, Any]:
        """Slots that hold small whole numbers."""
        return {name: (lambda: Decimal(self.rng.randint(0, most))) for name in table}

    def _deductions(self, down: bool) -> tuple[Mapped, dict[str, Any]]:
        table = self.pick({"缺报": "0.1", "虚报": "0.2"}, {"批评": "1.5"}, {"a": "2", "b": "0.25", "c": "0.05"})
        return {"points": table}, self.counts(table, 5)

    def _events(self, down: bool) -> tuple[Mapped, dict[str, Any]]:
        params, slots = self._deductions(down)
        return params | ({"cap": self.pick("1", "2.5")} if self.chance(50) else {}), slots

    def _bonus_levels(self, down: bool) -> tuple[Mapped, dict[str, Any]]:
        table = {"国家级": "2", "省级": "1", "市级": "0.5"}
        params: Mapped = {"points": table, "highest_only": self.chance(50)}
        return params | ({"cap": self.pick("1", "2.5")} if self.chance(50) else {}), self.counts(table, 2)

    def _grade_points(self, down: bool) -> tuple[Mapped, dict[str, Any]]:
        table = self.pick(
            {"好": "100", "较好": "80", "一般": "60", "差": "40"}, {"满意": "100", "基本": "70", "不满意": "30"}
        )
        params: Mapped = {"points": table}
        if self.chance(40):
            params["not_counted"] = ["不了解"]
        if self.chance(20):
            params["full_mark"] = "120"
        return params, self.counts([*params["points"], *params.get("not_counted", ())], self.pick(1, 12, 40))

    def _vote_share(self, down: bool) -> tuple[Mapped, dict[str, Any]]:
        answers = ["优秀", "称职", "较差"]
        params: Mapped = {
            "top": "优秀",
            "answers": answers,
            "bands": self.band_list(False, ["10", "9", "8.5"], None),
            "rest": "6",
        }
        if self.chance(60):
            params |= {"weak": "较差", "weak_at": self.pick("0.3333", "0.25", "0.5"), "weak_rest": "3"}
        return params, self.counts(dict.fromkeys(answers), self.pick(1, 4, 40))

    def _place_votes(self, down: bool) -> tuple[Mapped, dict[str, Any]]:
        params: Mapped = {"places": str(self.rng.randint(1, 4))}
        if self.chance(40):
            params |= {"first": "10", "step": "1.5", "full_mark": "10"}
        return params, self.counts({f"p{k}": 0 for k in range(1, int(params["places"]) + 1)}, self.pick(1, 15))

    def _trimmed_mean(self, down: bool) -> tuple[Mapped, dict[str, Any]]:
        params: Mapped = {}
        if self.chance(50):
            params |= {"drop": str(self.rng.randint(0, 3)), "min_judges": str(self.rng.randint(0, 6))}
        return params, {"actual": lambda: self.number(60, 100, self.rng.randint(0, 2))}

    def _given(self, down: bool) -> tuple[Mapped, dict[str, Any]]:
        return {"full_mark": self.pick("100", "120", "7")}, {"actual": self.scale_of_figures()}

    def _points(self, down: bool) -> tuple[Mapped, dict[str, Any]]:
        return {}, {"actual": lambda: self.number(-4, 12)}

    def _formula(self, down: bool) -> tuple[Mapped, dict[str, Any]]:
        names = self.pick(["actual", "target"], ["actual", "x", "points"], ["x"])
        values = {n: lambda: self.number(1, 50, self.rng.randint(0, 2)) for n in names if n != "points"}
        score = self.pick(*TEMPLATES).replace("A", self.pick(*names)).replace("B", self.pick(*names))
        return {"score": score}, {n: v for n, v in values.items() if re.search(rf"\b{n}\b", score)}


def _walk(node: Mapped, above: list[Mapped]) -> Iterator[tuple[Mapped, list[Mapped]]]:
    yield node, above
    for child in node.get("children", ()):
        yield from _walk(child, [*above, node])


def random_plan(rng: random.Random, size: int = 8) -> tuple[Mapped, list[Row]]:
    """A plan as a plain mapping, and facts for it. `size` limits the number of subjects and indicators."""
    return Maker(rng, size).plan()


def plans(most: int = 8) -> st.SearchStrategy[tuple[Mapped, list[Row]]]:
    """Random plans with their facts; smaller ones are tried first when a test fails."""
    return st.builds(
        lambda size, seed: random_plan(random.Random(seed), size), st.integers(1, most), st.integers(0, 2**48)
    )


def facts_table(rows: list[Row]) -> Facts:
    """Facts in their canonical table."""
    places = max((max(0, -int(v.as_tuple().exponent)) for *_, v in rows if v is not None), default=0)
    assert places <= MAX_DECIMALS
    columns = list(zip(*rows, strict=True)) if rows else [()] * 6
    arrays = [pa.array(list(c), pa.string()).dictionary_encode() for c in columns[:5]]
    return Facts(pa.table([*arrays, pa.array(list(columns[5]), pa.decimal128(38, places))], names=[*KEYS, VALUE]))


# -- taking a failing plan apart


def smallest(
    mapping: Mapped, rows: list[Row], fails: Callable[[Mapped, list[Row]], bool], seconds: float = 20
) -> tuple[Mapped, list[Row]]:
    """The smallest plan and facts that can be found by leaving things out and that still fail."""
    until, shrunk = time.monotonic() + seconds, True
    while shrunk:
        shrunk = False
        for candidate in _smaller(mapping, rows):
            if time.monotonic() > until:
                return mapping, rows
            if fails(*candidate):
                (mapping, rows), shrunk = candidate, True
                break
    return mapping, rows


def _smaller(mapping: Mapped, rows: list[Row]) -> Iterator[tuple[Mapped, list[Row]]]:
    for path in sorted(_removable(mapping, ()), key=len):
        tried = copy.deepcopy(mapping)
        inner: Any = tried
        for key in path[:-1]:
            inner = inner[key]
        del inner[path[-1]]
        left = set(_ids(tried))
        yield tried, [row for row in rows if row[0] in left and row[1] in left]
    half = len(rows)
    while half:
        for start in range(0, len(rows), half):
            yield mapping, rows[:start] + rows[start + half :]
        half //= 2


def _ids(value: Any) -> Iterator[str]:
    if isinstance(value, dict) and "id" in value:
        yield value["id"]
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _ids(inner)


def _removable(value: Any, path: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    keys = value.keys() if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield (*path, key)
    for key in keys:
        yield from _removable(value[key], (*path, key))
