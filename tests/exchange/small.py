"""A small plan with everything a card can show, its figures, and the run of both."""

from __future__ import annotations

from pathlib import Path

from kaoping.core import engine
from kaoping.core.engine import Result
from kaoping.core.plan import Plan
from kaoping.exchange.naming import names_of
from kaoping.exchange.plans import read_plan
from kaoping.exchange.reading import read_facts

PLAN = """\
kaoping: 1
id: small
name: 小方案
edition: '2'
basis: 示发〔2026〕1号
categories: {county: 县区, office: '=部门'}
periods:
- {id: H1, name: 半年, covers: [H1]}
- {id: Y, name: 全年, covers: [Y]}
subjects:
- {id: a, name: '=1+1', category: county, staff: 40}
- {id: b, name: '+cmd', category: county, staff: 30}
- {id: c, name: '@x', category: office}
- {id: d, name: '-丁[县]:*?', category: office}
tree:
  id: all
  name: 总分
  points: 100
  children:
  - id: grow
    name: 发展
    points: 60
    merge: {H1: 30, Y: 70}
    children:
    - {id: output, name: 产值, points: 40, method: ratio, unit: 亿元, source: 统计局, clause: 第 3 条}
    - {id: jobs, name: 就业, points: 20, method: attain, unit: 人, missing: zero, clause: 第 4 条}
  - id: life
    name: 民生
    points: 40
    rescale: true
    children:
    - {id: air, name: 空气, points: 20, method: ratio, missing: drop, clause: 第 5 条}
    - {id: beds, name: 床位, points: 20, method: ratio, missing: average, clause: 第 6 条}
accounts:
- id: plus
  name: 加分
  kind: bonus
  cap: 2
  children: [{id: award, name: 表彰, method: events, params: {points: {省级: 1.5}}, missing: zero}]
- id: minus
  name: 扣分
  kind: deduction
  children: [{id: blame, name: 通报, method: points, missing: zero}]
vetoes: [{id: safety, name: 安全事故, grade: C}]
standing:
  grades:
  - {id: A, name: 优秀, at_least: 95}
  - {id: B, name: 良好, at_least: 80}
  - {id: C, name: 一般}
quota: {by_grade: {A: 20, B: 15, C: 10}}
"""

FACTS = """\
单位,指标,口径,期间,数值,来源,填报人,佐证
a,产值,完成值,H1,45.20,统计月报,甲,=evil()
a,产值,完成值,Y,96.40,统计月报,甲,
a,产值,目标值,,100,,,
a,就业,完成值,H1,10,,,
a,就业,完成值,Y,21,,,
a,就业,目标值,,20,,,
a,空气,完成值,Y,300,,,
a,空气,目标值,Y,330,,,
a,床位,完成值,Y,7,,,
a,床位,目标值,Y,7,,,
a,表彰,省级,Y,3,,,
b,产值,完成值,H1,33.33,,,
b,产值,完成值,Y,99.99,,,
b,产值,目标值,,99.99,,,
b,就业,目标值,,20,,,
b,床位,完成值,Y,5,,,
b,床位,目标值,Y,7,,,
b,通报,完成值,Y,0.35,,,
c,产值,完成值,H1,100,,,
c,产值,完成值,Y,100,,,
c,产值,目标值,,100,,,
c,就业,完成值,H1,20,,,
c,就业,完成值,Y,20,,,
c,就业,目标值,,20,,,
c,空气,完成值,Y,330,,,
c,空气,目标值,Y,330,,,
c,床位,完成值,Y,7,,,
c,床位,目标值,Y,7,,,
d,产值,完成值,H1,100,,,
d,产值,完成值,Y,100,,,
d,产值,目标值,,300,,,
d,就业,完成值,H1,1,,,
d,就业,完成值,Y,2,,,
d,就业,目标值,,20,,,
d,空气,完成值,Y,1,,,
d,空气,目标值,Y,3,,,
d,安全事故,完成值,Y,1,,,
"""


def files(where: Path) -> tuple[Path, Path]:
    """The plan and its figures as files."""
    plan, facts = where / "plan.yaml", where / "facts.csv"
    plan.write_text(PLAN, encoding="utf-8")
    facts.write_text(FACTS, encoding="utf-8")
    return plan, facts


def run(where: Path) -> Result:
    """The scored plan."""
    plan_file, facts_file = files(where)
    plan: Plan = read_plan(plan_file)
    return engine.score(plan, read_facts([facts_file], names_of(plan)))
