"""Add up pytest's reports: prints `N passed, N failed, N skipped` alone on a line.

Exits 1 if anything failed or nothing passed.

Usage: python3 tools/sum_reports.py REPORT.xml ...   (needs the standard library only)
"""

from __future__ import annotations

import sys
import xml.etree.ElementTree as ET
from collections import Counter
from pathlib import Path


def count(report: Path) -> Counter[str]:
    """What one report says; an error in set-up counts as a failure."""
    counts: Counter[str] = Counter()
    for case in ET.parse(report).getroot().iter("testcase"):
        kinds = {child.tag for child in case}
        if kinds & {"failure", "error"}:
            counts["failed"] += 1
        elif "skipped" in kinds:
            counts["skipped"] += 1
        else:
            counts["passed"] += 1
    return counts


def main(arguments: list[str]) -> int:
    counts: Counter[str] = Counter()
    for name in arguments:
        try:
            counts += count(Path(name))
        except (OSError, ET.ParseError) as broken:
            print(f"{name}: not a report ({broken})", file=sys.stderr)
            counts["failed"] += 1
    print(f"{counts['passed']} passed, {counts['failed']} failed, {counts['skipped']} skipped")
    return 1 if counts["failed"] or not counts["passed"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
