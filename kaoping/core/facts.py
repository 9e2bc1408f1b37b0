"""Facts: reported figures in their one shape (subject, item, slot, period, value, and where each came from)."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

MAX_DECIMALS = 24  # decimals a figure may carry
MAX_DIGITS = 15  # digits before the point

#: Columns of the canonical table. `subject`, `item`, `slot`, `period` and `judge` are dictionary-encoded text.
#: item = id of an indicator or a data element; slot = which input of its method (`actual`, `target`, …);
#: period = "" when the figure belongs to no period; judge = "" unless several figures stand in one cell on
#: purpose (several raters); value = exact decimal, null where the figure was left out or written as a dash.
KEYS = ("subject", "item", "slot", "period", "judge")
VALUE = "value"
#: Optional text columns that follow a figure onto the score card.
TRAIL = ("source", "reporter", "verifier", "evidence", "note")
#: Optional columns that tell where the figure stood: index into `Facts.origins`, and the spreadsheet row.
PLACE = ("origin", "row")


@dataclass(frozen=True)
class Facts:
    """Figures in canonical long form.

    `table` has the columns KEYS + VALUE, and any of TRAIL and PLACE; `value` is decimal128(38, s) with
    s <= MAX_DECIMALS, so every figure is held exactly as it was written. `origins` names the files or sheets
    (file, sheet) that the `origin` column points into.
    """

    table: pa.Table
    origins: tuple[tuple[str, str], ...] = ()
