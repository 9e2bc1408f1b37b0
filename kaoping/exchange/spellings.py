"""Spellings to ids: which header plays which part, and which name stands for which subject, item, slot or period."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable, Mapping

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kaoping.core.facts import VALUE
from kaoping.exchange import numerals

MOST_SUGGESTIONS = 50  # looking for near spellings is slow, and nobody reads more

ROLES = {
    "subject": ("单位", "考核对象", "被考核单位", "subject"),
    "item": ("指标", "考核指标", "item", "indicator"),
    "slot": ("口径", "slot"),
    "period": ("期间", "period"),
    "judge": ("评分人", "judge"),
    VALUE: ("数值", "值", "value"),
    "source": ("来源", "source"),
    "reporter": ("填报人", "reporter"),
    "verifier": ("审核人", "verifier"),
    "evidence": ("佐证", "evidence"),
    "note": ("备注", "note"),
    "name": ("单位名称", "名称", "name"),  # stands beside the subject for the reader's sake and is not read
}


def folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip(numerals.SPACES).casefold()


def nearest(text: str, known: Iterable[str]) -> str | None:
    """The known text most like this one, if any is like it at all."""
    # half the characters: Chinese names are short, and one wrong character in two should still be guessed
    return next(iter(difflib.get_close_matches(text.strip(numerals.SPACES)[:80], list(known), 1, 0.5)), None)


class Lexicon:
    """Spellings to positions in a fixed list of ids, which becomes the dictionary of a key column."""

    BLANK, UNKNOWN = -1, -2

    def __init__(self, spellings: Mapping[str, str], first: Iterable[str] = ()) -> None:
        self.ids = list(dict.fromkeys([*first, *sorted(set(spellings.values()))]))
        position = {one: number for number, one in enumerate(self.ids)}
        self.exact = {spelling: position[one] for spelling, one in spellings.items()}
        self.loose: dict[str, int] = {}
        for spelling, number in self.exact.items():
            # two names that differ only in width stay apart: then only the exact spelling will do
            bare = folded(spelling)
            self.loose[bare] = number if self.loose.get(bare, number) == number else self.UNKNOWN
        self.asked: dict[str, str | None] = {}

    def find(self, text: str | None) -> int:
        if text in self.exact:  # before anything costs: a large Parquet file asks again for each of its row groups
            return self.exact[text]
        if text is None or not (bare := folded(text)):
            return self.BLANK
        return self.loose.get(bare, self.UNKNOWN)

    def nearest(self, text: str) -> str | None:
        """The accepted spelling most like this one."""
        if text not in self.asked and len(self.asked) < MOST_SUGGESTIONS:
            self.asked[text] = nearest(text, self.exact)
        return self.asked.get(text)


class Judges(Lexicon):
    """Raters are nobody's list: each new spelling is a new one."""

    def __init__(self) -> None:
        super().__init__({}, [""])

    def find(self, text: str | None) -> int:
        if text is None or not (text := text.strip(numerals.SPACES)):
            return self.BLANK
        if text not in self.exact:
            self.exact[text] = len(self.ids)
            self.ids.append(text)
        return self.exact[text]


def role(header: str) -> str:
    return _ROLE_OF.get(folded(header), "")


_ROLE_OF = {folded(spelling): role for role, spellings in ROLES.items() for spelling in spellings}


def looked_up(column: pa.ChunkedArray | pa.Array, lexicon: Lexicon) -> npt.NDArray[np.int32]:
    """The number of each cell's id, asking the lexicon once for each distinct spelling."""
    chunks = column.chunks if isinstance(column, pa.ChunkedArray) else [column]
    numbers = np.empty(len(column), np.int32)
    start = 0
    for chunk in chunks:
        coded = chunk if pa.types.is_dictionary(chunk.type) else chunk.cast(pa.string()).dictionary_encode()
        spellings = coded.dictionary.cast(pa.string()).to_pylist()
        meaning = np.array([*map(lexicon.find, spellings), lexicon.BLANK], np.int32)
        indices = coded.indices.fill_null(len(spellings)).to_numpy(zero_copy_only=False)
        np.take(meaning, indices, out=numbers[start : start + len(chunk)])
        start += len(chunk)
    return numbers
