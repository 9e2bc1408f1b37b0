"""The one table from code to sentence, in Chinese and English; rules and score lines as text."""

from __future__ import annotations

from collections.abc import Mapping

from kaoping.base import messages_cards, messages_engines, messages_facts, messages_plans, messages_rules
from kaoping.base.rules import derived_figures, line_figures, rule_text, shown, tidy
from kaoping.core.refusals import Finding

__all__ = ["SENTENCES", "derived_figures", "finding_text", "line_figures", "line_text", "rule_text", "sentence"]

#: code -> (Chinese, English)
SENTENCES: Mapping[str, tuple[str, str]] = {
    **messages_rules.SENTENCES,
    **messages_facts.SENTENCES,
    **messages_plans.SENTENCES,
    **messages_engines.SENTENCES,
    **messages_cards.SENTENCES,
}
#: score lines that every method has, kept under `line.any`
ANY = ("missing_zero", "missing_average", "missing_drop", "imputed")


def _column(lang: str) -> int:
    return ("zh", "en").index(lang)


def sentence(code: str, figures: Mapping[str, object], lang: str = "zh") -> str:
    """The sentence of a code. A code without one is a KeyError."""
    text = SENTENCES[code][_column(lang)]
    return text.format_map({name: shown(value, lang) for name, value in figures.items()})


def finding_text(finding: Finding, lang: str = "zh") -> str:
    """A finding for people: where it is, what is wrong, why it matters, what to do."""
    place = finding.place
    parts = [
        place.file,
        sentence("place.sheet", {"sheet": place.sheet}, lang) if place.sheet else "",
        sentence("place.row", {"row": place.row}, lang) if place.row else "",
        sentence("place.column", {"column": place.column}, lang) if place.column else "",
        place.path,
    ]
    where = sentence("sign.comma", {}, lang).join(part for part in parts if part)
    what = tidy(sentence(finding.code, finding.figures, lang))
    return f"{where}{sentence('sign.colon', {}, lang)}{what}" if where else what


def line_text(method: str, how: str, figures: Mapping[str, str], lang: str = "zh") -> str:
    """One line of a score card: figures (see `line_figures`) and arithmetic, to be redone by hand."""
    code = f"line.any.{how}" if how in ANY else f"line.{method}.{how}"
    return tidy(SENTENCES[code][_column(lang)].format_map(figures))
