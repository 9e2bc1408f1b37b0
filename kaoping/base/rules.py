"""Rules as sentences: what a node's method, parameters and policies say, and the figures of its score lines.

The words are in `messages_rules`; here lists are put together. Text and computation read the same plan, so they agree.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from kaoping.base.messages_rules import SENTENCES
from kaoping.core import numbers
from kaoping.core.checks import compares
from kaoping.core.methods import METHODS, Band
from kaoping.core.numbers import Exact
from kaoping.core.plan import Line, Plan, full_points, slots_of

PLACES = 4  # decimals shown of a figure that does not end
#: methods whose sentence does not say itself which figures are better
BOTH_WAYS = {
    "attain", "step", "bands", "band_deduction", "progressive_bands", "efficacy", "five_tier", "level_growth",
    "rank_steps", "minmax", "zscore",
}  # fmt: skip


def shown(value: object, lang: str) -> str:
    """A figure as people write it: decimals without exponent, lists joined, nothing as a dash."""
    if value is None:
        return "—"
    if isinstance(value, str | bool):
        return str(value)
    if isinstance(value, Fraction):
        return plain(value)
    if isinstance(value, Decimal | int):
        return numbers.plain(value)
    if isinstance(value, Iterable):
        return SENTENCES["sign.list"][lang == "en"].join(shown(one, lang) for one in value)
    return str(value)


def plain(value: Exact) -> str:
    """A number without exponent; one that does not end is cut (half up) to a few places."""
    if isinstance(value, Fraction) and not _ends(value):
        return numbers.plain(value, PLACES)
    return numbers.plain(value)


def _ends(value: Fraction) -> bool:
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    return rest == 1


def percent(value: Exact, *, least: int = 0, places: int | None = None) -> str:
    """A share in per cent."""
    hundredfold = Fraction(value) * 100
    if places is None and not _ends(hundredfold):
        places = PLACES
    return f"{numbers.plain(hundredfold, places, least=least)} %"


def tidy(text: str) -> str:
    """Without the spaces that an empty unit leaves behind."""
    return re.sub(r" +(?=[,;:。)])", "", re.sub(r"  +", " ", text)).strip()


class Say:
    """Speaks one language: pieces by code, joined into sentences."""

    def __init__(self, lang: str) -> None:
        if lang not in ("zh", "en"):
            raise ValueError(lang)
        self.lang = lang

    def __call__(self, code: str, **figures: object) -> str:
        """The piece of this code."""
        text = SENTENCES[code][self.lang == "en"]
        return text.format(**{key: shown(value, self.lang) for key, value in figures.items()})

    def joined(self, parts: Iterable[str], sign: str = "comma") -> str:
        """Pieces in one list."""
        return self(f"sign.{sign}").join(parts)

    def slot(self, name: str) -> str:
        """A slot's name."""
        return self(f"slot.{name}") if f"slot.{name}" in SENTENCES else name


class _Rule:
    """One indicator's rule while its sentence is put together."""

    def __init__(self, plan: Plan, line: Line, say: Say) -> None:
        self.plan, self.line, self.node, self.say = plan, line, line.node, say
        self.full = full_points(plan, line)
        self.up = line.node.direction == "up"

    def value(self, key: str) -> Any:
        """A parameter as set, else its default."""
        return self.node.params[key] if key in self.node.params else METHODS[self.node.method].params[key].default

    def given(self, key: str) -> bool:
        """Whether an optional parameter is set."""
        return self.node.params.get(key) is not None

    def share(self, key: str) -> Decimal:
        """A share of the full points, in points."""
        return Decimal(self.full * self.value(key))

    def bands(self, key: str) -> list[Band]:
        """Bands with a bound."""
        return [band for band in self.value(key) if band.at is not None]

    def rest(self, key: str) -> Decimal | None:
        """What the band for the rest gives."""
        return next((band.give for band in self.value(key) if band.at is None), None)

    def whom(self) -> str:
        """With whom the indicator compares."""
        return self.say(f"compare.{self.node.compare}")


def rule_text(plan: Plan, line: Line, lang: str = "zh") -> str:
    """The sentences of a node: how its points come about, with every parameter and policy that has an effect."""
    say = Say(lang)
    rule = _Rule(plan, line, say)
    node = line.node
    parts = [*_indicator(rule)] if node.is_leaf else [*_combined(rule)]
    if node.merge:
        names = {period.id: period.name for period in plan.periods}
        weights = [say("rule.merge_one", period=names.get(p, p), weight=w) for p, w in node.merge.items()]
        parts.append(say("rule.merge", weights=say.joined(weights)))
    if node.cap is not None:
        parts.append(say("rule.cap", cap=node.cap))
    if node.floor is not None:
        parts.append(say("rule.floor", floor=node.floor))
    if node.places is not None:
        parts.append(say("rule.places", places=node.places))
    if node.periods:
        parts.append(say("rule.periods", periods=node.periods))
    if line.account and line.parent is None:
        parts.append(say(f"rule.{line.account.kind}", account=line.account.name))
        if line.account.cap is not None:
            parts.append(say("rule.account_cap", cap=line.account.cap))
    return tidy(say("sign.space").join(part.strip() for part in parts if part))


def _combined(rule: _Rule) -> Iterable[str]:
    say, node, line = rule.say, rule.node, rule.line
    head = say(f"rule.node_{line.combine}")
    points = node.points if line.combine == "sum" else full_points(rule.plan, line)
    yield head + (say("rule.node_free") if points is None else say("rule.node_points", points=points))
    if line.combine == "sum" and node.points is not None and node.rescale:
        yield say("rule.node_rescale", points=node.points)


def _indicator(rule: _Rule) -> Iterable[str]:
    say, node, method = rule.say, rule.node, METHODS[rule.node.method]
    yield _METHOD_RULES[method.id](rule)
    if method.id in BOTH_WAYS:
        yield say(f"rule.direction_{node.direction}")
    if compares(node):
        yield say("rule.compare", whom=rule.whom())
    if node.unit:
        yield say("rule.unit", unit=node.unit)
    for slot in slots_of(node):
        if slot in node.formulas:
            yield say("rule.formula_slot", slot=say.slot(slot), formula=node.formulas[slot])
            continue
        if slot in node.values:
            yield say("rule.constant", slot=say.slot(slot), value=node.values[slot])
        if slot in node.accumulate:
            how = SENTENCES.get(f"accumulate.{node.accumulate[slot]}")
            word = how[say.lang == "en"] if how else node.accumulate[slot]
            yield say("rule.accumulate", slot=say.slot(slot), how=word)
    if node.missing in ("average", "impute"):
        yield say(f"rule.missing_{node.missing}", whom=rule.whom())
    else:
        yield say(f"rule.missing_{node.missing}")


# -- one function per method


def _attain(rule: _Rule) -> str:
    return rule.say("rule.attain", points=rule.full)


def _ratio(rule: _Rule) -> str:
    say = rule.say
    measure = say("rule.measure_difficulty" if rule.node.method == "difficulty" else "rule.measure_ratio")
    goal = say("rule.goal_due" if rule.node.method == "schedule_ratio" else "rule.goal_target")
    figures = {"points": rule.full, "low": rule.share("floor"), "measure": measure, "goal": goal}
    if rule.value("cap") == 1:
        text = say("rule.ratio", **figures)
    else:
        text = say("rule.ratio_capped", high=rule.share("cap"), **figures)
    return text + say("sign.space") + say(f"rule.zero_{rule.value('zero_target')}")


def _reverse_ratio(rule: _Rule) -> str:
    code = "rule.reverse_ratio" if rule.value("cap") == 1 else "rule.reverse_ratio_capped"
    return rule.say(code, points=rule.full, low=rule.share("floor"), high=rule.share("cap"))


def _interval(rule: _Rule) -> str:
    say = rule.say
    text = say("rule.interval", low=rule.value("low"), high=rule.value("high"), points=rule.full)
    for side in ("low", "high"):
        if rule.given(f"{side}_limit"):
            text += say(f"rule.interval_{side}", limit=rule.value(f"{side}_limit"), **{side: rule.value(side)})
        else:
            text += say(f"rule.interval_{side}_none", **{side: rule.value(side)})
    return text


def _step(rule: _Rule) -> str:
    say, step = rule.say, rule.value("points")
    unit = f" {rule.node.unit}" if rule.node.unit else ""
    size = say(
        f"rule.size_{rule.value('unit')}", size=rule.value("size"), **_if(rule.value("unit") == "value", unit=unit)
    )
    share = percent(rule.value("base_share"))
    text = say("rule.step_base", base=rule.share("base_share"), points=rule.full, share=share)
    either = rule.value("either_way")
    if not either:
        text += _step_bonus(rule, size, step)
    text += say("rule.step_either" if either else "rule.step_short", size=size, step=step)
    limit = rule.value("penalty_cap")
    text += say("rule.step_no_limit") if limit is None else say("rule.step_limit", limit=limit)
    return text + say("rule.step_whole" if rule.value("whole") else "rule.step_rata")


def _if(condition: bool, **figures: object) -> dict[str, object]:
    return figures if condition else {}


def _step_bonus(rule: _Rule, size: str, step: Decimal) -> str:
    say = rule.say
    if rule.given("bonus_caps"):
        caps = [
            say("rule.step_cap_open" if band.open else "rule.step_cap_closed", at=band.at, give=band.give)
            for band in rule.bands("bonus_caps")
        ]
        caps.append(say("rule.step_cap_rest", give=rule.rest("bonus_caps") or 0))
        return say("rule.step_bonuses", size=size, step=step, caps=say.joined(caps))
    if not rule.value("bonus_cap"):
        return say("rule.step_no_bonus")
    return say("rule.step_bonus", size=size, step=step, cap=rule.value("bonus_cap"))


def _band_names(bands: list[Band], up: bool, mark: str, say: Say) -> list[str]:
    """Bands as people write them: from where to where, and which ends belong to them."""
    names: list[str] = []
    before: Band | None = None
    for band in bands:
        at = f"{shown(band.at, say.lang)}{mark}"
        if before is None:
            code = f"rule.band_first_{'up' if up else 'down'}{'_open' if band.open else ''}"
            names.append(say(code, at=at))
        else:
            mine, its = (band, before) if up else (before, band)
            low_in = not band.open if up else before.open
            high_in = before.open if up else not band.open
            names.append(
                say(
                    "rule.band_between",
                    low=f"{shown(mine.at, say.lang)}{mark}",
                    high=f"{shown(its.at, say.lang)}{mark}",
                    low_end=say("rule.end_in" if low_in else "rule.end_out"),
                    high_end=say("rule.end_high_in" if high_in else "rule.end_out"),
                )
            )
        before = band
    return names


def _bands(rule: _Rule) -> str:
    say, bands = rule.say, rule.bands("bands")
    rate = rule.value("measure") == "rate"
    names = _band_names(bands, rule.up, " %" if rate else "", say)
    code = f"rule.give_{rule.value('give')}"
    gives = [f"{name}{say('sign.space')}{say(code, give=band.give)}" for name, band in zip(names, bands, strict=True)]
    rest = rule.rest("bands")
    last = say(code, give=rest) if rest else say("rule.give_none")
    gives.append(f"{say('rule.band_rest')}{say('sign.space')}{last}")
    text = say(f"rule.bands_{rule.value('measure')}", points=rule.full) + say.joined(gives) + say("sign.stop")
    if rule.given("gate"):
        text += say("sign.space") + say("rule.gate", gate=rule.value("gate"))
    return text


def _band_deduction(rule: _Rule) -> str:
    say, bands = rule.say, rule.bands("bands")
    rest = rule.rest("bands")
    names = [*_band_names(bands, rule.up, "", say), say("rule.band_rest")]
    losses = [*(band.give for band in bands), rule.full if rest is None else rest]
    costs = [
        f"{name}{say('sign.space')}{say('rule.give_loss', give=loss)}" for name, loss in zip(names, losses, strict=True)
    ]
    return say("rule.band_deduction", points=rule.full) + say.joined(costs) + say("sign.stop")


def _progressive(rule: _Rule) -> str:
    say = rule.say
    text = say(
        "rule.progressive", reference=say(f"rule.reference_{rule.value('reference')}"), base=rule.share("base_share"),
        points=rule.full, share=percent(rule.value("base_share")), width=rule.value("width"),
        divisors=rule.value("divisors"),
    )  # fmt: skip
    if rule.given("cap"):
        text += say("sign.space") + say("rule.at_most", high=rule.share("cap"))
    return text


def _efficacy(rule: _Rule) -> str:
    say, standard = rule.say, rule.value("standard")
    fixed = {"best": rule.value("satisfactory"), "worst": rule.value("not_allowed")} if standard == "fixed" else {}
    base = rule.value("base_share")
    text = say(f"rule.efficacy_{standard}", **fixed)
    text += say("rule.efficacy", points=rule.full, base=percent(base), rest=percent(1 - base))
    return text + say("sign.space") + (_equal(rule) if standard == "group" else say("rule.efficacy_held"))


def _equal(rule: _Rule) -> str:
    if rule.value("equal") == "base":
        return rule.say("rule.equal_base", base=percent(rule.value("base_share")))
    return rule.say(f"rule.equal_{rule.value('equal')}")


def _five_tier(rule: _Rule) -> str:
    standards = dict(zip("abcde", (*rule.value("standards"), *(None,) * 5), strict=False))
    below = rule.share("below") if rule.given("below") else 0
    return rule.say("rule.five_tier", points=rule.full, low=below, **standards)


def _level_growth(rule: _Rule) -> str:
    say, level = rule.say, rule.value("level_share")
    text = say(
        "rule.level_growth", points=rule.full, level=percent(level), change=percent(1 - level),
        growth=say(f"rule.growth_{rule.value('growth')}"), base=percent(rule.value("base_share")),
    )  # fmt: skip
    return text + say("sign.space") + _equal(rule)


def _best_ratio(rule: _Rule) -> str:
    text = rule.say(f"rule.best_ratio_{rule.node.direction}", points=rule.full)
    if "coefficient" in slots_of(rule.node):
        text += rule.say("sign.space") + rule.say("rule.best_ratio_coefficient")
    return text


def _rank_steps(rule: _Rule) -> str:
    loss = rule.say(f"rule.loss_{rule.value('unit')}", step=rule.value("step"))
    return rule.say(f"rule.rank_{rule.value('source')}", points=rule.full, loss=loss, low=rule.share("floor"))


def _rank_table(rule: _Rule) -> str:
    say = rule.say
    places = [say("rule.place", place=i, give=give) for i, give in enumerate(rule.value("points"), 1)]
    return say("rule.rank_table", places=say.joined(places), rest=rule.value("rest"))


def _provincial_rank(rule: _Rule) -> str:
    points = rule.value("points")
    return rule.say("rule.provincial_rank", count=len(points), points=points)


def _minmax(rule: _Rule) -> str:
    return rule.say("rule.minmax", points=rule.full) + rule.say("sign.space") + _equal(rule)


def _zscore(rule: _Rule) -> str:
    kind = rule.say("rule.zscore_sample" if rule.value("sample") else "rule.zscore_population")
    mean, per = percent(rule.value("mean_share")), percent(rule.value("per_deviation"))
    return rule.say("rule.zscore", points=rule.full, mean=mean, per=per, kind=kind)


def _goalposts(rule: _Rule) -> str:
    say = rule.say
    text = say(
        "rule.goalposts", low=rule.value("low"), high=rule.value("high"), points=rule.full,
        share=say(f"rule.goalposts_{rule.node.direction}"), most=rule.share("cap"), least=rule.share("floor"),
    )  # fmt: skip
    return text + (say("sign.space") + say("rule.goalposts_log") if rule.value("log") else "")


def _by_name(rule: _Rule, code: str) -> str:
    return rule.say.joined(rule.say(code, name=name, give=give) for name, give in rule.value("points").items())


def _deductions(rule: _Rule) -> str:
    return rule.say("rule.deductions", points=rule.full, events=_by_name(rule, "rule.event_minus"))


def _events(rule: _Rule) -> str:
    say = rule.say
    highest = rule.node.method == "bonus_levels" and rule.value("highest_only")
    code, each = ("rule.highest", "rule.level") if highest else ("rule.events", "rule.event_plus")
    text = say(code, events=_by_name(rule, each))
    return text + (say("sign.space") + say("rule.sum_cap", cap=rule.value("cap")) if rule.given("cap") else "")


def _grade_points(rule: _Rule) -> str:
    say = rule.say
    text = say(
        "rule.grade_points", answers=_by_name(rule, "rule.answer"), mark=rule.value("full_mark"), points=rule.full
    )
    if rule.value("not_counted"):
        text += say("sign.space") + say("rule.not_counted", answers=rule.value("not_counted"))
    return text


def _vote_share(rule: _Rule) -> str:
    say = rule.say
    bands = [
        say("rule.vote_band_open" if band.open else "rule.vote_band", at=band.at, give=band.give)
        for band in rule.bands("bands")
    ]
    text = say(
        "rule.vote_share", top=rule.value("top"), answers=rule.value("answers"), bands=say.joined(bands),
        rest=rule.value("rest"),
    )  # fmt: skip
    if rule.given("weak_at"):
        weak = {"weak": rule.value("weak"), "at": percent(rule.value("weak_at")), "give": rule.value("weak_rest")}
        text += say("sign.space") + say("rule.vote_weak", **weak)
    return text


def _place_votes(rule: _Rule) -> str:
    figures = {key: rule.value(key) for key in ("places", "first", "step")}
    return rule.say("rule.place_votes", points=rule.full, mark=rule.value("full_mark"), **figures)


def _trimmed_mean(rule: _Rule) -> str:
    figures = {"judges": rule.value("min_judges"), "drop": rule.value("drop"), "mark": rule.value("full_mark")}
    return rule.say("rule.trimmed_mean", points=rule.full, **figures)


def _given(rule: _Rule) -> str:
    return rule.say(f"rule.given_{rule.node.direction}", points=rule.full, mark=rule.value("full_mark"))


def _points(rule: _Rule) -> str:
    return rule.say("rule.points_free") if rule.line.account else rule.say("rule.points", points=rule.full)


def _formula(rule: _Rule) -> str:
    return rule.say("rule.formula", score=rule.value("score"), points=rule.full)


def _bundle(rule: _Rule) -> str:
    say, plan = rule.say, rule.plan
    names = {**plan.categories, **{subject.id: subject.name for subject in plan.subjects}}
    links = [
        say("rule.link", who=names.get(key, key), whom=[names.get(one, one) for one in of])
        for key, of in rule.value("of").items()
    ]
    target = plan.by_id.get(rule.value("node"))
    node = target.node.name if target else rule.value("node")
    return say("rule.bundle", node=node, points=rule.full, links=say.joined(links, "semicolon"))


_METHOD_RULES: Mapping[str, Callable[[_Rule], str]] = {
    "attain": _attain, "ratio": _ratio, "reverse_ratio": _reverse_ratio, "difficulty": _ratio, "schedule_ratio": _ratio,
    "interval": _interval, "step": _step, "bands": _bands, "band_deduction": _band_deduction,
    "progressive_bands": _progressive, "efficacy": _efficacy, "five_tier": _five_tier, "level_growth": _level_growth,
    "best_ratio": _best_ratio, "rank_steps": _rank_steps, "rank_table": _rank_table,
    "provincial_rank": _provincial_rank, "minmax": _minmax, "zscore": _zscore, "goalposts": _goalposts,
    "deductions": _deductions, "events": _events, "bonus_levels": _events, "grade_points": _grade_points,
    "vote_share": _vote_share, "place_votes": _place_votes, "trimmed_mean": _trimmed_mean, "given": _given,
    "points": _points, "formula": _formula, "bundle": _bundle,
}  # fmt: skip


# -- figures of a score line


def line_figures(plan: Plan, line: Line, values: Mapping[str, Exact | None], lang: str = "zh") -> dict[str, str]:
    """Every figure that the score lines of this indicator name, as text.

    `values` are the exact slots and steps of one cell, and `score`. What the cell does not have is left out.
    """
    texts = {name: plain(value) for name, value in values.items() if value is not None}
    score = values.get("score")
    if score is not None and _fits(score):
        places = plan.rounding.score if line.node.places is None else line.node.places
        texts["score"] = numbers.plain(score, least=min(places, 2))
    return texts | derived_figures(plan, line, values, lang)


def derived_figures(plan: Plan, line: Line, values: Mapping[str, Exact | None], lang: str = "zh") -> dict[str, str]:
    """What score lines name beside the cell's own figures: points, unit, parameters, and the working put together.

    Where it repeats a name of `values` (a deviation without its sign), it is this text that the line means.
    """
    rule = _Rule(plan, line, Say(lang))
    known = {name: value for name, value in values.items() if value is not None}
    texts: dict[str, str] = {}
    for key, param in METHODS[line.node.method].params.items():
        value = rule.value(key)
        if key not in known and value is not None and param.kind in ("number", "count", "text", "formula"):
            texts[key] = shown(value, lang)
    texts |= {"points": shown(rule.full, lang), "unit": line.node.unit, "clause": line.node.clause}
    for key in ("cap", "floor"):
        if key in METHODS[line.node.method].params and line.node.method not in ("events", "bonus_levels"):
            texts |= {key: percent(rule.value(key))} if rule.value(key) is not None else {}
    gone = [rule.say.slot(slot) for slot in slots_of(line.node) if slot not in known]
    texts["gone"] = shown(gone, lang) if gone else rule.say.slot("actual")
    extra = _LINE_FIGURES.get(line.node.method)
    return texts | (extra(rule, known) if extra else {})


def _fits(value: Exact) -> bool:
    return not isinstance(value, Fraction) or _ends(value)


_Known = Mapping[str, Exact]


def _quotient(above: Exact, below: Exact) -> str:
    """What to multiply by: per cent if that is short and exact, else the quotient itself."""
    share = Fraction(above) / Fraction(below) if below else Fraction(0)
    hundredfold = share * 100
    if _ends(hundredfold) and numbers.half_up(hundredfold, PLACES) == hundredfold:
        return percent(share, least=2)
    return f"{plain(above)} ÷ {plain(below)}"


def _of(known: _Known, name: str) -> Fraction:
    return Fraction(known.get(name, 0))


def _ratio_figures(rule: _Rule, known: _Known) -> dict[str, str]:
    above, below = known.get("weighted", known.get("actual", 0)), known.get("due", known.get("target", 0))
    if rule.node.method == "difficulty":
        above = known.get("weighted", _of(known, "actual") * _of(known, "coefficient"))
    if rule.node.method == "reverse_ratio":
        above, below = below, above
    texts = {"rate_term": _quotient(above, below)}
    texts["rate"] = percent(Fraction(above) / Fraction(below), least=2, places=2) if below else "—"
    if rule.node.method == "difficulty":
        texts["weighted"] = plain(above)
    return texts


def _interval_figures(rule: _Rule, known: _Known) -> dict[str, str]:
    x, full = _of(known, "actual"), shown(rule.full, rule.say.lang)
    for side, outside in (("low", x < rule.value("low")), ("high", x > rule.value("high"))):
        limit, edge = rule.value(f"{side}_limit"), rule.value(side)
        if outside and limit is not None and (x > limit if side == "low" else x < limit):
            pair = (x, limit, edge, limit) if side == "low" else (limit, x, limit, edge)
            a, b, c, d = (plain(Fraction(one)) for one in pair)
            return {"working": f"{rule.say('part.points', points=full)} × ({a} - {b}) ÷ ({c} - {d})"}
    return {"working": f"{rule.say('part.points', points=full)} × 0"}


def _step_figures(rule: _Rule, known: _Known) -> dict[str, str]:
    say, deviation = rule.say, _of(known, "deviation")
    base, steps = shown(rule.share("base_share"), say.lang), plain(abs(_of(known, "steps")))
    bonus = known.get("bonus_cap", rule.value("bonus_cap"))
    working = f"{base} - {steps} × {shown(rule.value('points'), say.lang)}"
    if deviation > 0 and not rule.value("either_way"):
        working = f"{base} + {plain(_of(known, 'gain'))}"
    elif rule.given("penalty_cap"):
        working += say("part.loss_most", limit=rule.value("penalty_cap"))
    unit = " %" if rule.value("unit") == "percent" else f" {rule.node.unit}" if rule.node.unit else ""
    return {
        "deviation": plain(abs(deviation)), "steps": steps, "sign": unit, "size": shown(rule.value("size"), say.lang),
        "step": shown(rule.value("points"), say.lang), "bonus_cap": plain(Fraction(bonus)),
        "working": working + (say("part.most") if not deviation > 0 else ""),
    }  # fmt: skip


def _bands_figures(rule: _Rule, known: _Known) -> dict[str, str]:
    say, rate, bands = rule.say, rule.value("measure") == "rate", rule.bands("bands")
    actual, target = _of(known, "actual"), _of(known, "target")
    measure = actual * 100 / target if rate and target else actual
    names = _band_names(bands, rule.up, " %" if rate else "", say)
    give, name = rule.rest("bands") or Decimal(0), say("rule.band_rest")
    for band, text in zip(bands, names, strict=True):
        assert band.at is not None
        beyond = measure > band.at if rule.up else measure < band.at
        if beyond or (measure == band.at and not band.open):
            give, name = band.give, text
            break
    texts = {"actual": plain(actual), "unit": rule.node.unit}
    if rate:
        texts |= {"target": plain(target), "percent": percent(measure / 100, least=2, places=2)}
    points = say("part.points", points=rule.full)
    working = (
        f"{points} × {shown(give, say.lang)} %" if rule.value("give") == "percent" else say("part.points", points=give)
    )
    gate = {"gate_at": shown(rule.value("gate"), say.lang)}
    gate |= {"gate": plain(known["gate"])} if "gate" in known else {}
    return {"measured": say("part.rate" if rate else "part.value", **texts), "band": name, "working": working, **gate}


def _progressive_figures(rule: _Rule, known: _Known) -> dict[str, str]:
    lead, width, divisors = abs(_of(known, "lead")), Fraction(rule.value("width")), rule.value("divisors")
    parts = []
    for i, divisor in enumerate(divisors):
        part = max(lead - width * i, Fraction(0))
        part = part if i == len(divisors) - 1 else min(part, width)
        if part or not i:
            parts.append(f"{plain(part)} ÷ {shown(divisor, rule.say.lang)}")
    compared = known.get("reference", known.get("mean", 0))
    held = rule.say("part.most") if _of(known, "lead") < 0 else ""
    if rule.given("cap"):
        held += rule.say("part.at_most", high=rule.share("cap"))
    return {
        "lead": plain(lead), "working": " + ".join(parts), "compared": plain(compared), "held": held,
        "base": shown(rule.share("base_share"), rule.say.lang),
    }  # fmt: skip


def _efficacy_figures(rule: _Rule, known: _Known) -> dict[str, str]:
    base, standard = rule.value("base_share"), rule.value("standard")
    texts = {"base": percent(base), "rest": percent(1 - base), "held": ""}
    if standard != "group":
        best, worst = (known.get(k, rule.value(k)) for k in ("satisfactory", "not_allowed"))
        texts |= {
            "best": shown(best, rule.say.lang),
            "worst": shown(worst, rule.say.lang),
            "held": rule.say("part.held"),
        }
    return texts


def _five_tier_figures(rule: _Rule, known: _Known) -> dict[str, str]:
    x, standards = _of(known, "actual"), rule.value("standards")
    texts = {"below": percent(rule.value("below") or 0), "upper": plain(standards[0]), "lower": plain(standards[-1])}
    for k in range(len(standards) - 1):
        if x >= standards[k + 1] if rule.up else x <= standards[k + 1]:
            if not (x >= standards[0] if rule.up else x <= standards[0]):
                texts |= {"upper": plain(standards[k]), "lower": plain(standards[k + 1])}
            texts["tier"] = percent(Decimal(8 - 2 * k) / 10)
            break
    return texts


def _level_growth_figures(rule: _Rule, known: _Known) -> dict[str, str]:
    base, share = rule.value("base_share"), rule.value("level_share")
    texts = {}
    for name, own, best, worst, part in (
        ("level", "actual", "best", "worst", share),
        ("growth", "growth", "fastest", "slowest", 1 - share),
    ):
        head = f"{rule.say('part.points', points=rule.full)} × {percent(part)} × "
        a, b, c = (plain(_of(known, key)) for key in (own, best, worst))
        if _of(known, best) == _of(known, worst):
            texts[f"{name}_working"] = head + (percent(1) if rule.value("equal") == "full" else percent(base))
        else:
            texts[f"{name}_working"] = f"{head}[{percent(base)} + {percent(1 - base)} × ({a} - {c}) ÷ ({b} - {c})]"
    return texts


def _best_ratio_figures(rule: _Rule, known: _Known) -> dict[str, str]:
    own, best = known.get("weighted", known.get("actual", 0)), known.get("best", 0)
    weighing = ""
    if "coefficient" in known:
        own = known.get("weighted", _of(known, "actual") * _of(known, "coefficient"))
        weighing = rule.say("part.weighing", actual=known["actual"], coefficient=known["coefficient"], weighted=own)
    term = _quotient(own, best) if rule.up else _quotient(best, own)
    return {"own": plain(own), "weighing": weighing, "share_term": term}


def _rank_figures(rule: _Rule, known: _Known) -> dict[str, str]:
    step = rule.value("step")
    each = rule.full * step / 100 if rule.value("unit") == "percent" else step
    place = known.get("place", known.get("rank", 0))
    low = shown(rule.share("floor"), rule.say.lang)
    return {"place": plain(place), "loss_each": shown(each, rule.say.lang), "low": low}


def _provincial_figures(rule: _Rule, known: _Known) -> dict[str, str]:
    return {"from_last": plain(_of(known, "total") - _of(known, "rank") + 1)}


def _zscore_figures(rule: _Rule, known: _Known) -> dict[str, str]:
    return {key: percent(rule.value(key)) for key in ("mean_share", "per_deviation")}


def _goalposts_figures(rule: _Rule, known: _Known) -> dict[str, str]:
    names = [
        plain(known.get("actual", 0)),
        shown(rule.value("low"), rule.say.lang),
        shown(rule.value("high"), rule.say.lang),
    ]
    x, low, high = (f"ln {name}" for name in names) if rule.value("log") else names
    working = f"({x} - {low}) ÷ ({high} - {low})" if rule.up else f"({high} - {x}) ÷ ({high} - {low})"
    return {"working": working}


def _events_figures(rule: _Rule, known: _Known) -> dict[str, str]:
    say, points = rule.say, rule.value("points")
    told = [name for name in points if known.get(name)] or list(points)
    parts = [say("part.event", name=name, count=known.get(name, 0), give=points[name]) for name in told]
    texts = {"working": (" + " if rule.node.method != "bonus_levels" or not rule.value("highest_only") else say(
        "sign.comma")).join(parts)}  # fmt: skip
    if "cap" in METHODS[rule.node.method].params:
        cap = rule.value("cap")
        texts["capped"] = "" if cap is None else say("part.less_capped", cap=cap)
    return texts


def _votes_figures(rule: _Rule, known: _Known) -> dict[str, str]:
    if rule.node.method == "grade_points":
        worth = dict(rule.value("points"))
    else:
        worth = {
            f"p{k}": rule.value("first") - rule.value("step") * (k - 1) for k in range(1, int(rule.value("places")) + 1)
        }
    told = [name for name in worth if known.get(name)] or list(worth)[:1]
    marks = sum((_of(known, name) * Fraction(give) for name, give in worth.items()), Fraction(0))
    parts = [rule.say("part.times", count=known.get(name, 0), give=worth[name]) for name in told]
    return {"working": " + ".join(parts), "marks": plain(marks)}


def _vote_share_figures(rule: _Rule, known: _Known) -> dict[str, str]:
    top, weak = rule.value("top"), rule.value("weak")
    texts = {"top_votes": plain(known.get(top, 0)), "weak": ""}
    texts["percent"] = percent(_of(known, "percent") / 100, least=2, places=2)
    if rule.given("weak_at"):
        texts["weak"] = rule.say("part.weak", weak=weak, weak_votes=known.get(weak, 0))
    return texts


def _trimmed_figures(rule: _Rule, known: _Known) -> dict[str, str]:
    if "judges" not in known:
        return {"judging": ""}
    return {"judging": rule.say("part.judging", judges=known["judges"], dropped=known.get("dropped", 0))}


def _given_figures(rule: _Rule, known: _Known) -> dict[str, str]:
    share = f"{plain(known.get('actual', 0))} ÷ {shown(rule.value('full_mark'), rule.say.lang)}"
    return {"working": share if rule.up else f"(1 - {share})"}


def _formula_figures(rule: _Rule, known: _Known) -> dict[str, str]:
    say = rule.say
    names = [f"{say.slot(slot)} {plain(known[slot])}" for slot in slots_of(rule.node) if slot in known]
    return {"working": say.joined(names), "formula": shown(rule.value("score"), say.lang)}


def _bundle_figures(rule: _Rule, known: _Known) -> dict[str, str]:
    target = rule.plan.by_id.get(rule.value("node"))
    return {"node": target.node.name if target else str(rule.value("node"))}


_LINE_FIGURES: Mapping[str, Callable[[_Rule, _Known], dict[str, str]]] = {
    "ratio": _ratio_figures, "reverse_ratio": _ratio_figures, "difficulty": _ratio_figures,
    "schedule_ratio": _ratio_figures, "interval": _interval_figures, "step": _step_figures, "bands": _bands_figures,
    "progressive_bands": _progressive_figures, "efficacy": _efficacy_figures, "five_tier": _five_tier_figures,
    "level_growth": _level_growth_figures, "best_ratio": _best_ratio_figures, "rank_steps": _rank_figures,
    "provincial_rank": _provincial_figures, "zscore": _zscore_figures, "goalposts": _goalposts_figures,
    "deductions": _events_figures, "events": _events_figures, "bonus_levels": _events_figures,
    "grade_points": _votes_figures, "place_votes": _votes_figures, "vote_share": _vote_share_figures,
    "trimmed_mean": _trimmed_figures, "given": _given_figures, "formula": _formula_figures, "bundle": _bundle_figures,
}  # fmt: skip
