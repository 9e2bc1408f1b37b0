"""示例市, an invented city: its plan as it stands in `city.yaml`, and facts drawn from a fixed seed.

`python -m kaoping.demo.city DIR` writes `plan.yaml` and `facts.csv`, the same bytes every time.
"""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from random import Random

from kaoping.core.plan import Plan, Subject
from kaoping.exchange.plans import read_plan

PLAN = Path(__file__).with_name("city.yaml")
SEED = 2026
HEADER = ("单位", "指标", "口径", "期间", "评分人", "数值", "来源", "填报人", "审核人", "佐证", "备注")
SLOTS = {
    "actual": "完成值",
    "target": "目标值",
    "last": "上年值",
    "coefficient": "难度系数",
    "rank": "名次",
    "gate": "前置条件值",
}
MONTHS = tuple(f"M{month:02}" for month in range(1, 13))
HALVES = ("H1", "Y")
COUNTIES = ("county", "zone")
JUDGES = tuple(f"专家{sign}" for sign in "甲乙丙丁戊己庚")
SURNAMES = "王李张刘陈杨赵黄周吴徐孙朱高林何郭马罗梁"
#: How a lead unit's documents are numbered.
SIGNS = {
    "市统计局": "示统", "市发展改革委": "示发改", "市工业和信息化局": "示工信", "市财政局": "示财", "市科技局": "示科",
    "市生态环境局": "示环", "市农业农村局": "示农", "市商务局": "示商", "市委组织部": "示组", "市司法局": "示司",
}  # fmt: skip

#: Key work of the departments: what is counted, and how much of it.
KEY_WORK = {
    "fagai": (("争取列入省级重大项目", 24, "个"), ("新能源项目并网规模", 60, "万千瓦")),
    "gongxin": (("工业企业智能化改造", 320, "家"), ("专精特新企业培育", 45, "家")),
    "caizheng": (("压降政府隐性债务", 38, "亿元"), ("争取专项债券资金", 120, "亿元")),
    "nongye": (("新建高标准农田", 22, "万亩"), ("农产品加工业产值增量", 40, "亿元")),
    "shangwu": (("实际使用外资", 68000, "万美元"), ("新增跨境电商企业", 90, "家")),
    "keji": (("高新技术企业净增", 130, "家"), ("技术合同成交额", 55, "亿元")),
    "tongji": (("新增入库单位", 850, "家"),),
    "guozi": (("盘活国有存量资产", 26, "亿元"), ("市属企业资产负债率达标户数", 12, "户")),
    "jinrong": (("直接融资额", 180, "亿元"),),
    "jiaoyu": (("新建改扩建学校", 28, "所"), ("新增学位", 21000, "个")),
    "gongan": (("命案破案率", 100, "%"), ("电信网络诈骗案件压降", 12, "%")),
    "minzheng": (("养老服务床位护理型占比", 65, "%"), ("社区助餐点建设", 60, "个")),
    "sifa": (("法律援助案件办理", 5200, "件"),),
    "renshe": (("职业技能培训", 48000, "人次"), ("扶持自主创业", 9000, "人")),
    "zirangui": (("消化批而未供土地", 7200, "亩"), ("耕地进出平衡完成率", 100, "%")),
    "huanjing": (("重点减排工程", 160, "项"), ("入河排污口整治", 210, "个")),
    "zhujian": (("老旧小区改造", 46, "个"), ("城市污水管网改造", 130, "公里")),
    "weijian": (("县域内就诊率", 90, "%"), ("基层医疗机构达标", 96, "家")),
    "yingji": (("重大事故隐患整改", 140, "项"), ("化工企业安全评估", 62, "家")),
    "shiweiban": (("重要批示办结", 260, "件"),),
    "zuzhi": (("软弱后进村党组织整顿", 34, "个"), ("引进高层次人才团队", 18, "个")),
    "xuanchuan": (("新时代文明实践活动", 3600, "场"),),
    "tongzhan": (("民营企业走访服务", 300, "家"),),
    "zhengfa": (("矛盾纠纷化解率", 98, "%"), ("平安社区创建", 88, "个")),
    "gonghui": (("新就业形态劳动者入会", 16000, "人"),),
    "tuanwei": (("青年创业帮扶", 520, "人"),),
    "fulian": (("巾帼示范基地建设", 30, "个"),),
    "shuiwu": (("落实减税降费", 42, "亿元"), ("纳税服务事项网上办理率", 98, "%")),
    "renhang": (("制造业中长期贷款增量", 90, "亿元"), ("普惠小微贷款增量", 110, "亿元")),
    "diaocha": (("专项调查完成", 16, "项"),),
    "qixiang": (("暴雨预警准确率", 92, "%"), ("区域自动站升级", 40, "个")),
    "haiguan": (("进口整体通关时间压缩", 55, "%"), ("新增备案企业", 150, "家")),
    "xiaofang": (("新建市政消火栓", 420, "个"), ("火灾隐患督改率", 98, "%")),
    "youzheng": (("建制村快递服务通达率", 100, "%"),),
    "gongdian": (("电网投资", 32, "亿元"), ("用户平均停电时间压降", 15, "%")),
}
#: Counties and zones: gross product, yearly output of emerging industry, revenue (亿元), share of emerging output (%).
SIZES = {
    "yunhe": (1120, 320, 68, 42), "qingze": (980, 265, 61, 39), "linhu": (860, 240, 55, 41),
    "dongling": (620, 150, 44, 36), "chengxi": (540, 128, 38, 34), "kaifaqu": (710, 290, 52, 47),
    "hubin": (260, 46, 19, 31), "ruanjian": (150, 52, 11, 58), "gaoxin": (330, 142, 24, 52),
    "konggang": (210, 64, 15, 38),
}  # fmt: skip
#: Targets of the exclusive indicators, by subject; places after the point.
SPECIAL = {
    "sp_chain": {"yunhe": (260, 2), "qingze": (185, 2), "linhu": (210, 2), "dongling": (120, 2), "chengxi": (95, 2)},
    "sp_fdi": {"kaifaqu": (21000, 0)}, "sp_big": {"kaifaqu": (26, 0)},
    "sp_tourism": {"hubin": (58, 2)}, "sp_nights": {"hubin": (165, 1)},
    "sp_hq": {"ruanjian": (12, 0)}, "sp_outsourcing": {"ruanjian": (36, 2)}, "sp_software": {"ruanjian": (88, 2)},
    "sp_hitech_firms": {"gaoxin": (75, 0)}, "sp_cargo": {"konggang": (4, 2)},
}  # fmt: skip


def plan_text() -> str:
    """The plan of the sample city as YAML."""
    return PLAN.read_text(encoding="utf-8")


def plan() -> Plan:
    """The plan of the sample city."""
    return read_plan(PLAN)


class City:
    """Draws the facts, indicator by indicator; `rows` are the lines of the file."""

    def __init__(self, seed: int = SEED) -> None:
        self.plan = plan()
        self.random = Random(seed)
        self.rows: list[tuple[str, ...]] = []
        self.subjects = {subject.id: subject for subject in self.plan.subjects}
        self.counties = [s for s in self.plan.subjects if s.category in COUNTIES]
        self.departments = [s for s in self.plan.subjects if s.category not in COUNTIES]
        self.able = {s.id: self.draw(-3, 4, 1) for s in self.plan.subjects}  # per cent that a unit does better or worse
        people = list(SURNAMES)
        self.reporters = {s.id: f"{self.random.choice(people)}某" for s in self.plan.subjects}
        self.verifiers: dict[str, str] = {}
        self.papers = 0
        self.elements = {element.id: element for element in self.plan.elements}
        self.vetoes = {veto.id: veto for veto in self.plan.vetoes}

    # -- numbers

    def draw(self, low: float, high: float, places: int = 0) -> Decimal:
        """A number between two bounds with so many places, each equally likely."""
        one = 10**places
        return Decimal(self.random.randint(round(low * one), round(high * one))) / one

    def rate(self, subject: Subject, low: float = 92, high: float = 108) -> Decimal:
        """A completion rate as a share, better for the able."""
        return (self.draw(low, high, 2) + self.able[subject.id]) / 100

    def chance(self, per_cent: int) -> bool:
        """True so often."""
        return self.random.randrange(100) < per_cent

    # -- rows

    def put(
        self, subject: Subject, item: str, value: Decimal | int | None, slot: str = "actual", period: str = "", *,
        places: int = 0, judge: str = "", note: str = "",
    ) -> None:  # fmt: skip
        """One line of the file: who reported it, who verified it, by which document."""
        source, lead, name = self.origin(item)
        reported = slot not in ("target", "last", "coefficient") and not judge
        evidence = ""
        if reported and value is not None and period not in MONTHS and self.chance(70):
            self.papers += 1
            evidence = f"{SIGNS.get(lead, '示绩')}〔2026〕{self.papers}号"
        text = "-" if value is None else f"{Decimal(value):.{places}f}"
        people = (self.reporters[subject.id], self.verifier(lead)) if reported else ("", "")
        source = source if reported or judge else "年度目标任务分解表" if slot == "target" else "上年决算和核定结果"
        self.rows.append(
            (subject.name, name, SLOTS.get(slot, slot), period, judge, text, source, *people, evidence, note)
        )

    def origin(self, item: str) -> tuple[str, str, str]:
        """Source, lead unit and name of an indicator, a data element or a veto."""
        if item in self.elements:
            element = self.elements[item]
            return element.source, "市统计局", element.name
        if item in self.vetoes:
            return "主管部门认定文件", "市绩效办", self.vetoes[item].name
        node = self.plan.by_id[item].node
        return node.source, node.lead_unit, node.name

    def verifier(self, lead: str) -> str:
        """Who verifies for a lead unit: always the same person."""
        return self.verifiers.setdefault(lead, f"{SURNAMES[len(self.verifiers) % len(SURNAMES)]}某某")

    def whom(self, item: str) -> Iterable[Subject]:
        """To whom an indicator applies."""
        line = self.plan.by_id[item]
        return [s for s in self.plan.subjects if self.plan.applies(line, s)]

    def against_target(
        self, item: str, low: int, high: int, *, halves: bool = False, places: int = 0, least: int = 92
    ) -> None:
        """Targets of the year (and of its first half), and what was done."""
        for s in self.whom(item):
            year = self.draw(low, high, places)
            for period in HALVES if halves else ("Y",):
                target = year if period == "Y" else round(year / 2, places)
                self.put(s, item, target, "target", period, places=places)
                self.put(s, item, round(target * self.rate(s, least), places), period=period, places=places)

    def counted(self, item: str, target: int | tuple[int, int], miss: int) -> None:
        """Tasks that were set and tasks that were done; so many per cent are missed here and there."""
        for s in self.whom(item):
            many = target if isinstance(target, int) else self.random.randint(*target)
            done = many - sum(self.chance(miss) for _ in range(many))
            self.put(s, item, many, "target", "Y")
            self.put(s, item, done, period="Y")

    def once(
        self, item: str, low: float, high: float, places: int = 1, gain: str = "0", top: int | None = None
    ) -> None:
        """A figure of the year; `gain` of what a unit does better is added."""
        for s in self.whom(item):
            value = self.draw(low, high, places) + round(self.able[s.id] * Decimal(gain), places)
            self.put(s, item, value if top is None else min(value, Decimal(top)), period="Y", places=places)

    def happened(self, item: str, chances: dict[str, int], periods: tuple[str, ...] = ("Y",)) -> None:
        """Events, for those whom they befell."""
        for s in self.whom(item):
            for kind, often in chances.items():
                if self.chance(often):
                    self.put(s, item, self.random.choice((1, 1, 1, 2)), kind, self.random.choice(periods))

    def votes(self, item: str, cards: int, kinds: dict[str, int], unknown: int) -> None:
        """A ballot: so many cards, shares of each answer moved by what a unit does better; some know nothing."""
        for s in self.whom(item):
            left = cards - self.random.randint(0, cards // 20)
            blank = left * self.random.randint(0, unknown) // 100
            counts = []
            rest = left - blank
            for share in list(kinds.values())[:-1]:
                part = min(rest, int((left - blank) * (share + self.able[s.id] * 2 + self.random.randint(-4, 4)) / 100))
                counts.append(part)
                rest -= part
            for kind, count in zip((*kinds, "不了解"), (*counts, rest, blank), strict=True):
                self.put(s, item, count, kind, "Y")

    # -- the year

    def draw_all(self) -> list[tuple[str, ...]]:
        """All lines of the file."""
        self.common()
        self.monthly()
        self.county_halves()
        self.county_year()
        self.department_year()
        self.accounts()
        return self.rows

    def common(self) -> None:
        self.once("wellbeing", 86, 96, gain="0.6", top=100)
        self.counted("reform", (8, 16), 3)
        self.happened("rule_of_law", {"行政复议被纠错": 14, "行政诉讼败诉": 9, "负责人未出庭应诉": 3})
        self.once("grassroots", 88, 99, gain="0.6", top=100)

    def monthly(self) -> None:
        """What counties and zones report every month."""
        for s in self.counties:
            _, output, revenue, share = SIZES[s.id]
            self.put(s, "emerging", output, "target", places=2)
            self.put(s, "emerging_share", share, "last", places=2)
            self.put(s, "revenue", revenue, "target", places=2)
            invest = Decimal(round(output * 3 / 5))
            self.put(s, "project_invest", invest, "target", places=2)
            jobs = output * 40
            self.put(s, "jobs", jobs, "target")
            self.put(s, "pm25", self.draw(31, 35), "target")
            pace = {item: self.rate(s, 93, 105) for item in ("emerging_output", "revenue", "project_invest", "jobs")}
            done = {"revenue": Decimal(0), "project_invest": Decimal(0)}
            for month in MONTHS:
                emerging = round(output * pace["emerging_output"] * self.draw(90, 110) / 1200, 2)
                industry = round(emerging * 100 / (share + self.draw(-1, 3, 1)), 2)
                hightech = round(industry * (share + self.draw(-6, 4, 1)) / 100, 2)
                self.put(s, "emerging_output", emerging, period=month, places=2)
                self.put(s, "industry_output", industry, period=month, places=2)
                self.put(s, "hightech_output", hightech, period=month, places=2)
                for item, target in (("revenue", Decimal(revenue)), ("project_invest", invest)):
                    done[item] += round(target * pace[item] * self.draw(88, 112) / 1200, 2)
                    gone = item == "project_invest" and (s.id, month) in (("qingze", "M04"), ("hubin", "M06"))
                    note = "当月未报送" if gone else ""
                    self.put(s, item, None if gone else done[item], period=month, places=2, note=note)
                self.put(s, "jobs", round(jobs * pace["jobs"] * self.draw(90, 110) / 1200), period=month)
                winter = 14 if month in ("M01", "M02", "M12") else 0
                gone = (s.id, month) == ("ruanjian", "M02")
                dust = None if gone else self.draw(24, 36) + winter - round(self.able[s.id])
                self.put(s, "pm25", dust, period=month, note="站点检修,当月无有效数据" if gone else "")

    def county_halves(self) -> None:
        """What is appraised at the half-year and again at the end of the year."""
        self.against_target("new_firms", 18, 60, halves=True, least=88)
        for s in self.counties:
            product, output, _, share = SIZES[s.id]
            start, finish = self.draw(16, 40), self.draw(10, 30)
            self.put(s, "industry_invest", self.draw(1, 1.1, 2), "coefficient", places=2)
            self.put(s, "hightech_share", Decimal(share) - 1, "target", places=1)
            research = self.draw(2, 2.8, 2)
            self.put(s, "rd_share", research, "target", places=2)
            use = self.draw(0.3, 0.55, 3)
            self.put(s, "energy_use", use, "target", places=3)
            debt = self.draw(72, 108, 1)
            for period in HALVES:
                part = Decimal(1) if period == "Y" else Decimal("0.5")
                grown = round(product * part * self.draw(97, 104) / 100, 2)
                self.put(s, "gdp", grown, period=period, places=2)
                spent = grown * research * self.rate(s, 93, 106) / 100
                self.put(s, "rd_spending", round(spent, 2), period=period, places=2)
                self.put(s, "energy", round(grown * use * self.draw(93, 103) / 100, 2), period=period, places=2)
                capacity = round(Decimal(output) * self.draw(105, 115) / 100, 2)
                self.put(s, "fiscal_capacity", capacity, period=period, places=2)
                self.put(
                    s, "debt_balance", round(capacity * (debt + self.draw(-3, 3)) / 100, 2), period=period, places=2
                )
                self.put(s, "talent", self.draw(10, 40) * (2 if period == "Y" else 1), period=period)
                for item, many in (("project_start", start), ("project_done", finish)):
                    goal = round(many * part)
                    self.put(s, item, goal, "target", period)
                    self.put(s, item, round(goal * self.rate(s, 88, 108)), period=period)
                shut = (s.id, period) == ("chengxi", "H1")
                paid_in = Decimal("18.6") if shut else self.draw(24, 66, 1)
                self.put(s, "project_start", paid_in, "gate", period, places=1, note="资金到位率")
                growth = self.draw(5, 7.6, 1) + round(self.able[s.id] / 4, 1)
                self.put(s, "gdp_growth", growth, period=period, places=1)
                target = round(output * part * Decimal("0.42"), 2)
                self.put(s, "industry_invest", target, "target", period, places=2)
                self.put(s, "industry_invest", round(target * self.rate(s, 84, 98), 2), period=period, places=2)
                gone = (s.id, period) == ("hubin", "H1")
                trade = None if gone else self.draw(-6, 16, 1)
                self.put(s, "trade_growth", trade, period=period, places=1, note="上半年无进出口实绩" if gone else "")
                gone = (s.id, period) == ("konggang", "Y")
                note = "统计口径调整,年度数据缺失" if gone else ""
                service = None if gone else self.draw(-0.2, 1.6, 2)
                self.put(s, "service_share", service, period=period, places=2, note=note)

    def county_year(self) -> None:
        self.once("rural_income", 7, 10.5, gain="0.2")
        for s in self.whom("anti_return"):
            self.put(s, "anti_return", Decimal("99.6") if s.id == "linhu" else 100, period="Y", places=1)
        self.counted("livelihood_tasks", 30, 3)
        for s in self.counties:
            without = s.id in ("ruanjian", "konggang")
            value = None if without else self.draw(5.2, 7.6, 2)
            self.put(s, "beds", value, period="Y", places=2, note="辖区内无医疗机构" if without else "")
        self.once("good_air", 77, 88, gain="0.5")
        for s in self.counties:
            without = s.id == "ruanjian"
            value = None if without else Decimal("88.9") if s.id == "dongling" else self.draw(90, 100, 1)
            self.put(s, "water", value, period="Y", places=1, note="辖区内无国省考断面" if without else "")
        for item, targets in SPECIAL.items():
            for one, (target, places) in targets.items():
                s = self.subjects[one]
                self.put(s, item, target, "target", "Y", places=places)
                self.put(s, item, round(target * self.rate(s, 85), places), period="Y", places=places)
        self.place_votes("leaders_places", 31)
        self.votes("residents", 600, {"满意": 70, "基本满意": 20, "不满意": 10}, 8)

    def place_votes(self, item: str, voters: int) -> None:
        """Every voter puts all units into an order; counted are the votes for each place."""
        units = list(self.whom(item))
        count = {(s.id, place): 0 for s in units for place in range(1, len(units) + 1)}
        for _ in range(voters):
            liking = {s.id: self.able[s.id] * 2 + self.draw(-6, 6, 2) for s in units}
            order = sorted(units, key=lambda s: (-liking[s.id], s.id))
            for place, s in enumerate(order, 1):
                count[s.id, place] += 1
        for s in units:
            for place in range(1, len(units) + 1):
                self.put(s, item, count[s.id, place], f"p{place}", "Y")

    def department_year(self) -> None:
        for s in self.departments:
            works = KEY_WORK[s.id]
            for item, work in zip(("key1", "key2"), (*works, None)[:2], strict=True):
                if work is None:
                    continue
                name, target, unit = work
                done = round(target * self.rate(s, 94, 106), 1 if target < 100 else 0)
                done = min(done, Decimal(100)) if unit == "%" else done
                self.put(s, item, target, "target", "Y", note=f"{name}({unit})")
                self.put(s, item, done, period="Y", places=1 if target < 100 else 0, note=f"{name}({unit})")
        self.counted("tasks_done", (6, 11), 4)
        for s in self.departments:
            for judge in JUDGES:
                mark = self.draw(84, 96, 1) + round(self.able[s.id] / 2, 1)
                self.put(s, "expert_review", min(mark, Decimal(100)), period="Y", places=1, judge=judge)
        self.happened("half_deductions", {"重点工作滞后": 12, "材料迟报": 24, "通报批评": 6}, ("H1",))
        self.once("on_time", 96.5, 100, 2, gain="0.1", top=100)
        for s in self.departments:
            without = s.category == "party" and s.id not in ("gonghui", "fulian")
            value = None if without else min(self.draw(92, 99.6, 1) + round(self.able[s.id] / 5, 1), Decimal(100))
            self.put(s, "service_rating", value, period="Y", places=1, note="无对外服务窗口" if without else "")
        self.happened("inspection", {"提醒单": 22, "督查催办单": 10, "作风问题通报": 3}, MONTHS)
        self.once("three_services", 84, 97, gain="0.6", top=100)
        answers = {"好": 62, "较好": 26, "一般": 9, "差": 3}
        self.votes("deputies", 420, answers, 15)
        self.votes("leaders", 38, {**answers, "好": 66}, 8)
        self.votes("representatives", 200, answers, 20)

    def accounts(self) -> None:
        self.happened("honours", {"国家级": 5, "省级": 18, "市级": 30})
        self.happened("innovations", {"全国推广": 2, "全省推广": 10})
        for s in self.departments:
            if self.chance(60):
                self.put(s, "line_rank", self.random.randint(1, 13), "rank", "Y")
        self.happened("criticism", {"国家级通报": 1, "省级通报": 4, "市级通报": 10})
        self.put(self.subjects["guozi"], "false_data", 1, period="Y", places=1, note="资产盘活数据与台账不符")
        self.put(
            self.subjects["hubin"], "safety", 1, period="Y", note="发生较大生产安全事故,经领导小组会议认定一票否决"
        )


def facts_text(seed: int = SEED) -> str:
    """The facts of the sample city as CSV."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(HEADER)
    writer.writerows(City(seed).draw_all())
    return written.getvalue()


def write(folder: Path) -> None:
    """Write `plan.yaml` and `facts.csv` into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "plan.yaml").write_text(plan_text(), encoding="utf-8", newline="\n")
    (folder / "facts.csv").write_text(facts_text(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m kaoping.demo.city DIR")
    write(Path(sys.argv[1]))
