"""Sentences of plan checks, refusals and score lines, and the pieces of rules: code -> (Chinese, English).

Data only. What stands in braces is filled by `messages` and `rules`; both languages use the same names.
"""

from __future__ import annotations

Sentences = dict[str, tuple[str, str]]

# -- words: slots, choices, languages' own signs

WORDS: Sentences = {
    "slot.actual": ("完成值", "actual value"),
    "slot.target": ("目标值", "target"),
    "slot.last": ("上年值", "last year's value"),
    "slot.baseline": ("基准值", "baseline"),
    "slot.reference": ("参照值", "reference value"),
    "slot.coefficient": ("难度系数", "difficulty coefficient"),
    "slot.progress": ("序时进度", "scheduled progress"),
    "slot.rank": ("名次", "rank"),
    "slot.total": ("参加排名总数", "number ranked"),
    "slot.gate": ("前置条件值", "gate value"),
    "slot.satisfactory": ("满意值", "satisfactory value"),
    "slot.not_allowed": ("不允许值", "not-allowed value"),
    "slot.judges": ("评分人数", "number of judges"),
    "slot.dropped": ("剔除分数个数", "marks left out"),
    "compare.category": ("同类别考核对象", "subjects of the same category"),
    "compare.group": ("同组考核对象", "subjects of the same group"),
    "compare.all": ("全部考核对象", "all subjects"),
    "accumulate.latest": ("取最近一期", "the latest period"),
    "accumulate.sum": ("各期累加", "the sum of the periods"),
    "accumulate.mean": ("取各期平均数", "the mean of the periods"),
    "accumulate.max": ("取各期最大值", "the largest of the periods"),
    "accumulate.min": ("取各期最小值", "the smallest of the periods"),
    "sign.comma": (",", ", "),
    "sign.list": ("、", ", "),
    "sign.semicolon": (";", "; "),
    "sign.stop": ("。", "."),
    "sign.space": ("", " "),
    "sign.colon": (":", ": "),
    "place.sheet": ("工作表“{sheet}”", "sheet “{sheet}”"),
    "place.row": ("第 {row} 行", "row {row}"),
    "place.column": ("“{column}”列", "column “{column}”"),
}

# -- the plan as a whole

CHECKS: Sentences = {
    "plan.duplicate_id": (
        "编号“{id}”重复,首次出现在 {first},数据将无法对应。请改用不同编号。",
        "The id “{id}” is used twice, first at {first}, so figures could not be told apart. Use another id.",
    ),
    "plan.similar_id": (
        "编号“{id}”与“{other}”仅大小写不同,容易填错。建议改用区别明显的编号。",
        "The ids “{id}” and “{other}” differ only by capitals and are easily mistaken. Better use "
        "clearly different ids.",
    ),
    "plan.no_subjects": ("方案没有考核对象。请至少列出一个。", "The plan has no subjects. List at least one."),
    "plan.too_many_subjects": (
        "考核对象 {count} 个,超过上限 {limit} 个。请拆分方案。",
        "{count} subjects are more than the limit of {limit}. Split the plan.",
    ),
    "plan.too_many_leaves": (
        "指标 {count} 项,超过上限 {limit} 项。请拆分方案。",
        "{count} indicators are more than the limit of {limit}. Split the plan.",
    ),
    "plan.cap_below_floor": (
        "封顶 {cap} 低于保底 {floor},两者无法同时成立。请改正其一。",
        "The cap {cap} is below the floor {floor}; both cannot hold. Correct one of them.",
    ),
    "plan.scale_not_positive": (
        "满分标准 {scale} 应大于 0。请改正。",
        "The scale {scale} must be greater than 0. Correct it.",
    ),
    "plan.no_covers": (
        "核算期“{period}”未列出所含采集期,只能使用直接填报在该期的数据。如按月或按季报送,请补列。",
        "The period “{period}” covers no reporting periods, so only figures dated with itself count. List "
        "them if figures come by month or quarter.",
    ),
    "plan.repeated_cover": (
        "核算期“{period}”重复列入采集期“{cover}”,累加时会计算两次。请删去重复项。",
        "The period “{period}” covers “{cover}” twice, which would count it twice. Remove one.",
    ),
    "plan.progress_range": (
        "序时进度 {progress} 应大于 0、不超过 100(%)。请改正。",
        "The scheduled progress {progress} must be above 0 and at most 100 (per cent). Correct it.",
    ),
    "plan.through": (
        "截止日“{text}”应写成“月-日”,如 06-30,且确有其日。请改正。",
        "The last day “{text}” must be an existing MM-DD such as 06-30. Correct it.",
    ),
    "plan.unknown_category": (
        "类别“{category}”未在方案中列明({subjects},共 {count} 个考核对象)。现有类别:{known}。请改正或补列。",
        "The category “{category}” is not declared ({subjects}; {count} subjects). Declared: {known}. "
        "Correct or declare it.",
    ),
    "plan.no_category": (
        "{subjects}(共 {count} 个)没有类别,无法归入分类考核。请补填。",
        "{subjects} ({count} in all) have no category and cannot be compared. Add it.",
    ),
    "plan.method_and_children": (
        "“{name}”既有计分办法又有下级指标,无法确定按哪个计分。请保留其一。",
        "“{name}” has both a method and children, so it is unclear how it is scored. Keep one of them.",
    ),
    "plan.empty_node": (
        "“{name}”既没有计分办法,也没有下级指标,不会产生得分。请补充或删去。",
        "“{name}” has neither a method nor children and would never score. Complete or remove it.",
    ),
    "plan.never_used": (
        "“{key}”在此处不起作用。如无他意,请删去;如另有要求,请核对有关设置。",
        "“{key}” has no effect here. Remove it, or check the settings it was meant for.",
    ),
    "plan.no_effect": (
        "“{key}”为 0,该项规定不产生任何影响。请核对。",
        "“{key}” is 0, so this rule changes nothing. Check it.",
    ),
    "plan.account_key": (
        "加减分项下的分组不能设置“{key}”,加减分按各项得分直接累加。请改在加减分项或具体指标上设置。",
        "A group inside an account cannot have “{key}”: accounts add up their indicators. Set it on the "
        "account or on the indicators.",
    ),
    "plan.account_cap": (
        "加减分上限 {cap} 应大于 0。请改正;不设上限的,请删去此项。",
        "The account's cap {cap} must be greater than 0. Correct it, or remove it for no cap.",
    ),
    "plan.points_not_positive": (
        "分值 {points} 应大于 0。请改正。",
        "The points {points} must be greater than 0. Correct them.",
    ),
    "plan.points_missing": (
        "“{name}”没有分值,而上级按分值相加,将误按 {scale} 分计算。请补填分值。",
        "“{name}” has no points although its parent adds points up; it would count as {scale}. Add its points.",
    ),
    "plan.points_sum": (
        "下级分值合计 {sum} 分,与本级 {points} 分相差 {difference} 分(如:{subject})。请调整分值;如确按适用指"
        "标折算满分,请设置 rescale: true。",
        "The children's points add up to {sum}, not {points}: a difference of {difference} (for {subject}). "
        "Adjust the points, or set rescale: true if the full points are to be rescaled.",
    ),
    "plan.root_total": (
        "各项分值合计 {sum} 分,不是 100 分。如属有意设置,请在总分处写明分值。",
        "The points add up to {sum}, not 100. If that is meant, state the points at the root.",
    ),
    "plan.account_points_missing": (
        "计分办法“{method}”须有分值才能计分,加减分项中也应写明。请补填。",
        "The method “{method}” needs full points, in an account too. Add the points.",
    ),
    "plan.account_method": (
        "计分办法“{method}”直接给出加减分,只能用于加减分项。请移到加减分项,或改用其他计分办法。",
        "The method “{method}” gives points by itself and belongs in a bonus or deduction account. Move "
        "the indicator or use another method.",
    ),
    "plan.weight_negative": (
        "权重 {weight} 不能为负。请改正。",
        "The weight {weight} must not be negative. Correct it.",
    ),
    "plan.weight_zero": (
        "“{name}”权重为 0,其得分不影响结果。请核对。",
        "“{name}” has the weight 0 and does not change the result. Check it.",
    ),
    "plan.weights_all_zero": (
        "“{name}”的下级权重全部为 0,无法加权平均。请填写权重。",
        "All weights below “{name}” are 0, so there is no weighted mean. Give weights.",
    ),
    "plan.weight_unused": (
        "权重 {weight} 不起作用,因为上级按分值相加。请删去权重,或将上级改为加权平均。",
        "The weight {weight} has no effect, since the node above adds points up. Remove it, or combine by mean.",
    ),
    "plan.weight_missing": (
        "“{name}”没有权重,而同级指标有,将误按 1 计算。请补填权重。",
        "“{name}” has no weight although its siblings have; it would count as 1. Add the weight.",
    ),
    "plan.no_source": (
        "“{name}”没有写明数据来源。请补填,便于核对。",
        "“{name}” names no data source. Add it so that figures can be checked.",
    ),
    "plan.no_lead_unit": (
        "“{name}”没有写明牵头单位。请补填,便于落实责任。",
        "“{name}” names no lead unit. Add it so that somebody answers for it.",
    ),
    "plan.no_clause": (
        "“{name}”没有写明依据条款。请补填,便于在得分卡上引用。",
        "“{name}” names no clause. Add it so that the score card can cite it.",
    ),
    "plan.unknown_subject": (
        "方案中没有考核对象“{subject}”。请改正编号。",
        "There is no subject “{subject}” in the plan. Correct the id.",
    ),
    "plan.no_decision": (
        "“{subject}”的免考没有写明批准决定。请补填文号或会议名称。",
        "The exemption of “{subject}” names no decision that allows it. Add it.",
    ),
    "plan.unknown_theme": (
        "主题“{theme}”未在方案中列明。现有主题:{known}。请改正或补列。",
        "The theme “{theme}” is not declared. Declared: {known}. Correct or declare it.",
    ),
    "plan.unknown_period": (
        "没有核算期“{period}”。现有核算期:{known}。请改正。",
        "There is no scored period “{period}”. Known: {known}. Correct it.",
    ),
    "plan.unknown_grade": (
        "没有等次“{grade}”。现有等次:{known}。请改正。",
        "There is no grade “{grade}”. Known: {known}. Correct it.",
    ),
    "plan.merge_nested": (
        "上级“{above}”已合并各期得分,本级不能再次合并。请保留一处。",
        "“{above}” above merges the periods already; they cannot be merged twice. Keep one.",
    ),
    "plan.merge_weight": (
        "“{period}”的并入权重 {weight} 应大于 0。请改正。",
        "The weight {weight} of the period “{period}” must be greater than 0. Correct it.",
    ),
    "plan.never_scored": (
        "只在 {periods} 计分,而此处只核算 {scored},不会产生得分。请改正期别,或由上级合并各期得分。",
        "It counts in {periods} only, but here {scored} is scored, so it never counts. Correct the periods, "
        "or merge periods above.",
    ),
    "plan.direction": (
        "计分办法“{method}”不适用于方向“{direction}”,只适用于:{options}。请改正方向或改用其他计分办法。",
        "The method “{method}” does not work with the direction “{direction}”, only with: {options}. "
        "Correct the direction or the method.",
    ),
    "plan.applies_to_nobody": (
        "“{name}”不适用于任何考核对象,不会产生得分。请核对适用范围。",
        "“{name}” applies to no subject and would never score. Check to whom it applies.",
    ),
    "plan.subject_without_plan": (
        "{subjects}(共 {count} 个)没有任何适用的指标,不会产生得分。请补充指标或移出方案。",
        "No indicator applies to {subjects} ({count} in all), so they would have no score. Add indicators or "
        "take them out.",
    ),
    "plan.group_missing": (
        "需要同组比较,但 {subjects} 等没有分组。请补填分组。",
        "Groups are compared, but {subjects} have none. Add their group.",
    ),
    "plan.impute_without_actual": (
        "计分办法“{method}”不使用完成值,缺失时无法以平均数补记。请改用其他缺失处理方式。",
        "The method “{method}” reads no actual value, so none can be imputed. Choose another policy for "
        "missing figures.",
    ),
    "plan.unknown_slot": (
        "计分办法“{method}”不使用“{slot}”。可用的有:{known}。请改正。",
        "The method “{method}” does not read “{slot}”. It reads: {known}. Correct it.",
    ),
    "plan.unknown_accumulation": (
        "没有“{text}”这种累计方式。请从以下选项中选填:{options}。",
        "There is no accumulation “{text}”. Take one of: {options}.",
    ),
    "plan.zero_param": (
        "参数“{key}”不能为 0,否则无法计算。请改正。",
        "The parameter “{key}” must not be 0, since it is divided by. Correct it.",
    ),
    "plan.not_whole": (
        "参数“{key}”应为整数,现为 {value}。请改正。",
        "The parameter “{key}” must be a whole number, not {value}. Correct it.",
    ),
    "plan.list_empty": (
        "参数“{key}”没有内容,无法计分。请补填。",
        "The parameter “{key}” is empty, so nothing can be scored. Fill it in.",
    ),
    "plan.interval_order": (
        "区间下限 {low} 高于上限 {high}。请改正。",
        "The interval's lower end {low} is above its upper end {high}. Correct it.",
    ),
    "plan.interval_limit": (
        "零分界限 {limit} 应在满分区间之外(区间端点 {edge})。请改正。",
        "The limit {limit}, where no points are left, must lie outside the interval (its end is {edge}). Correct it.",
    ),
    "plan.band_repeated": (
        "分档界限 {at} 重复,后一档永远达不到。请删去或改正。",
        "The band at {at} stands twice; the second is never reached. Remove or correct it.",
    ),
    "plan.band_unreachable": (
        "界限 {at} 的一档排在 {before} 之后,永远达不到。请按从优到劣的顺序排列。",
        "The band at {at} comes after the one at {before} and is never reached. Order bands from best to worst.",
    ),
    "plan.band_two_rests": (
        "“其余”一档只能有一个,后一个永远达不到。请删去。",
        "There can be only one band for the rest; this one is never reached. Remove it.",
    ),
    "plan.band_rest_beside": (
        "此处“其余”由参数“{key}”规定,分档中不再列出。请删去。",
        "The rest is set by the parameter “{key}”, not by a band. Remove this one.",
    ),
    "plan.band_rest_not_last": (
        "“其余”一档没有排在最后,容易误读。建议移到最后。",
        "The band for the rest is not the last one and is easily misread. Better move it to the end.",
    ),
    "plan.band_only_rest": (
        "只有“其余”一档,得分与数据无关。请补充分档。",
        "There is only a band for the rest, so figures do not matter. Add bands.",
    ),
    "plan.band_no_rest": (
        "没有写明其余情形,按通用规则处理(得分类不得分,扣分类扣完)。建议写明。",
        "The rest is not stated and follows the general rule (no points; with deductions, all points are lost"
        "). Better state it.",
    ),
    "plan.band_gives": (
        "较优一档为 {better},较差一档为 {worse},优劣倒置。请改正。",
        "The better band has {better}, the worse one {worse}: the wrong way round. Correct it.",
    ),
    "plan.band_outside": (
        "得票率不会达到 {at} % 这一界限。请改正。",
        "A share of votes never reaches the bound {at} %. Correct it.",
    ),
    "plan.negative_points": (
        "{value} 为负数。此处只填正数,加分或扣分由计分办法决定。请改正。",
        "{value} is negative. Write positive numbers; the method decides whether they add or deduct. Correct it.",
    ),
    "plan.above_full": (
        "最高可得 {give} 分,超过满分 {points} 分。如属有意加分,请保留;否则请改正。",
        "At most {give} points are given, more than the full {points}. Keep it if that bonus is meant, else "
        "correct it.",
    ),
    "plan.above_mark": (
        "最高分 {most} 超过折算满分 {mark},得分可能超过满分。请核对。",
        "The highest mark {most} is above the full mark {mark}, so scores may exceed the full points. Check it.",
    ),
    "plan.divisor_not_positive": (
        "各段除数应大于 0,现为 {value}。请改正。",
        "The divisors must be greater than 0, not {value}. Correct it.",
    ),
    "plan.efficacy_value": ("采用固定标准值时须写明“{key}”。请补填。", "Fixed standards need “{key}”. Add it."),
    "plan.efficacy_order": (
        "满意值 {best} 与不允许值 {worst} 的高低与指标方向不符。请改正。",
        "The satisfactory value {best} and the not-allowed value {worst} do not fit the direction. Correct them.",
    ),
    "plan.standards_count": (
        "五档标准值应有 5 个,现有 {count} 个。请补齐。",
        "There must be five standard values, not {count}. Complete them.",
    ),
    "plan.standards_order": (
        "标准值 {value} 应劣于前一档 {before}。请按从优到劣的顺序排列。",
        "The standard value {value} must be worse than the one before, {before}. Order them from best to worst.",
    ),
    "plan.five_tier_below": (
        "低于最差标准值的得分比例 {below} 高于最差一档的 0.2,优劣倒置。请改正。",
        "The share {below} below the worst standard exceeds the worst tier's 0.2: the wrong way round. Correct it.",
    ),
    "plan.rank_points_order": (
        "较前名次得 {better} 分,较后名次得 {worse} 分,优劣倒置。请改正。",
        "A better place has {better} points, a lower one {worse}: the wrong way round. Correct it.",
    ),
    "plan.goalposts_order": (
        "区间下限 {low} 应小于上限 {high}。请改正。",
        "The lower goalpost {low} must be below the upper one {high}. Correct it.",
    ),
    "plan.goalposts_log": (
        "取对数时下限应大于 0,现为 {low}。请改正。",
        "With logarithms the lower goalpost must be above 0, not {low}. Correct it.",
    ),
    "plan.answer_twice": (
        "选项“{answer}”重复列出,或同时计分又不计票。请改正。",
        "The answer “{answer}” is listed twice, or both counted and not counted. Correct it.",
    ),
    "plan.unknown_answer": (
        "没有选项“{answer}”。现有选项:{known}。请改正。",
        "There is no answer “{answer}”. Known: {known}. Correct it.",
    ),
    "plan.param_needed": ("设置了“{by}”,须同时写明“{key}”。请补填。", "“{by}” needs “{key}” as well. Add it."),
    "plan.formula_unknown_name": (
        "公式中的“{name}”既不是本指标的数据项,也不是数据元素。请改正名称。",
        "“{name}” in the formula is neither a figure of this indicator nor a data element. Correct the name.",
    ),
    "plan.formula_ambiguous_name": (
        "公式中的“{name}”对应多个数据元素:{elements}。请改用编号。",
        "“{name}” in the formula means several data elements: {elements}. Use an id.",
    ),
    "plan.formula_circle": (
        "公式循环引用:{circle},无法计算。请改正。",
        "The formulas read one another in a circle: {circle}. Correct them.",
    ),
    "plan.unknown_node": (
        "没有指标“{node}”,无法捆绑。请改正编号。",
        "There is no node “{node}” to be bundled with. Correct the id.",
    ),
    "plan.unknown_subject_or_category": (
        "“{name}”既不是考核对象,也不是类别。请改正。",
        "“{name}” is neither a subject nor a category. Correct it.",
    ),
    "plan.bundle_ambiguous": (
        "“{name}”既是考核对象又是类别,捆绑关系不明确。请改用不同编号。",
        "“{name}” is both a subject and a category, so the bundle is unclear. Use different ids.",
    ),
    "plan.bundle_account": (
        "“{name}”属于加减分项,没有满分,不能作为捆绑依据。请改用指标体系中的指标。",
        "“{name}” belongs to an account and cannot be bundled with. Use a node of the tree.",
    ),
    "plan.bundle_level": (
        "“{name}”与本指标不在同一核算期层级,捆绑时没有可用的得分。分期核算的指标只能捆绑同期核算的指标,其余"
        "只能捆绑合并后的指标。请改正。",
        "“{name}” is not scored on the period level of this indicator. What is scored by period can be "
        "bundled with nodes of the same periods only, everything else with merged results only. Correct it.",
    ),
    "plan.bundle_self": (
        "“{name}”与自身捆绑,无法核算。请改正捆绑对象。",
        "“{name}” is bundled with itself and cannot be scored. Correct the bundle.",
    ),
    "plan.bundle_circle": (
        "捆绑关系循环:{circle},无法核算。请解除其中一项。",
        "The bundles run in a circle: {circle}. Undo one of them.",
    ),
    "plan.bundle_without_entry": (
        "{subjects} 没有捆绑对象,该项得分将缺失。请补列,或调整适用范围。",
        "{subjects} are bundled with nobody, so their score will be missing. Add entries, or narrow down to "
        "whom it applies.",
    ),
    "plan.veto_no_clause": (
        "否决事项“{name}”没有写明依据条款。请补填。",
        "The veto “{name}” names no clause. Add it.",
    ),
    "plan.veto_no_effect": (
        "否决事项“{name}”没有写明降为何等次或取消何等次,不起作用。请补填。",
        "The veto “{name}” neither forces nor bars a grade and has no effect. Add one.",
    ),
    "plan.grade_share": (
        "比例 {share} 应大于 0、不超过 100(%)。请改正。",
        "The share {share} must be above 0 and at most 100 (per cent). Correct it.",
    ),
    "plan.grade_never": (
        "等次“{grade}”名额为 0,永远评不出。请改正。",
        "The grade “{grade}” has 0 places and is never given. Correct it.",
    ),
    "plan.grade_unreachable": (
        "等次“{grade}”永远评不出,因为符合条件的都已先评为“{before}”。请调整顺序或条件。",
        "The grade “{grade}” is never given: whoever meets it has been given “{before}” before. Change "
        "the order or the conditions.",
    ),
    "plan.grade_no_rest": (
        "最后的等次“{grade}”也有条件,可能有考核对象评不上任何等次。如属有意,请保留。",
        "Even the last grade “{grade}” has conditions, so a subject may get no grade at all. Keep it if that is meant.",
    ),
    "plan.quota_range": (
        "比例 {value} 应在 0 至 100(%)之间。请改正。",
        "The percentage {value} must lie between 0 and 100. Correct it.",
    ),
    "plan.quota_no_percent": (
        "等次“{grade}”没有规定优秀比例,将没有名额。请核对。",
        "The grade “{grade}” has no excellent quota and would get none. Check it.",
    ),
    "plan.no_staff": (
        "{subjects}(共 {count} 个)没有填写人数,无法计算优秀名额。请补填。",
        "{subjects} ({count} in all) state no staff, so no quota can be computed. Add it.",
    ),
}

FORMULAS: Sentences = {
    "formula.too_long": (
        "公式共 {length} 个字符,超过 {limit} 个。请精简或分步计算。",
        "The formula has {length} characters, more than {limit}. Shorten it or compute in steps.",
    ),
    "formula.too_deep": (
        "公式过于复杂(上限 {limit})。请精简或分步计算。",
        "The formula is too complex (the limit is {limit}). Simplify it or compute in steps.",
    ),
    "formula.sign": (
        "公式“{text}”含有不能使用的符号。只能使用名称、数字、括号、四则运算、比较和函数。请改写。",
        "The formula “{text}” holds a sign that is not allowed. Use names, numbers, brackets, arithmetic, "
        "comparisons and functions. Rewrite it.",
    ),
    "formula.syntax": (
        "公式“{text}”无法识读。请检查括号和运算符。",
        "The formula “{text}” cannot be read. Check brackets and operators.",
    ),
    "formula.truth": (
        "“{text}”是一个判断,不是数值。请用“如果(条件, 值, 值)”写成数值。",
        "“{text}” is a condition, not a number. Use if(condition, value, value).",
    ),
    "formula.condition": (
        "“{text}”不是判断条件。请写成比较,如 a >= b。",
        "“{text}” is not a condition. Write a comparison such as a >= b.",
    ),
    "formula.number": (
        "“{text}”不能作为公式中的数字。请改写为普通小数。",
        "“{text}” cannot be a number in a formula. Write a plain decimal.",
    ),
    "formula.name": (
        "“{name}”不能作为公式中的名称。请改用编号。",
        "“{name}” cannot be a name in a formula. Use an id.",
    ),
    "formula.construct": (
        "公式不支持“{text}”。请改用四则运算、比较和规定的函数。",
        "Formulas do not allow “{text}”. Use arithmetic, comparisons and the listed functions.",
    ),
    "formula.arguments": (
        "函数“{name}”有 {count} 个参数,个数不对。请改正。",
        "The function “{name}” has {count} arguments, which is not the right number. Correct it.",
    ),
    "formula.places": (
        "保留小数位数应为 0 至 12 的整数。请改正。",
        "The number of places must be a whole number from 0 to 12. Correct it.",
    ),
}

# -- cells that cannot be scored

REFUSALS: Sentences = {
    code: (f"{{subject_name}}“{{name}}”{{period}}:{zh}", f"{{subject_name}}, “{{name}}” {{period}}: {en}")
    for code, (zh, en) in {
        "target.negative": (
            "目标值为负数,完成率没有意义。请更正目标值,或改用其他计分办法。",
            "the target is negative, so a completion rate has no meaning. Correct the target or use another method.",
        ),
        "target.zero": (
            "目标值为 0,完成率没有意义。请更正目标值,或在方案中写明目标为 0 时如何计分。",
            "the target is zero, so a completion rate has no meaning. Correct it, or state in the plan what "
            "a zero target gives.",
        ),
        "target.not_positive": (
            "目标值不大于 0,完成率没有意义。请更正目标值。",
            "the target is not above zero, so a completion rate has no meaning. Correct the target.",
        ),
        "coefficient.negative": ("难度系数为负数。请更正。", "the difficulty coefficient is negative. Correct it."),
        "progress.zero": (
            "序时进度不大于 0,无法比较。请在核算期中写明序时进度或截止日。",
            "the scheduled progress is not above zero. State the period's progress or last day.",
        ),
        "standard.equal": (
            "满意值与不允许值相同,无法计算功效系数。请更正。",
            "the satisfactory and the not-allowed value are equal. Correct them.",
        ),
        "last.not_positive": (
            "上年值不大于 0,增速没有意义。请更正,或改按增减百分点计算。",
            "last year's value is not above zero, so a growth rate has no meaning. Correct it, or use "
            "differences in points.",
        ),
        "best.not_positive": (
            "组内最优值不大于 0,无法按比例赋分。请核对数据或改用其他计分办法。",
            "the best value of the group is not above zero, so no share of it can be taken. Check the "
            "figures or use another method.",
        ),
        "rank.below_one": ("名次小于 1。请更正。", "the rank is below 1. Correct it."),
        "rank.outside": (
            "名次不在 1 至参加排名总数之间。请更正。",
            "the rank lies outside 1 to the number ranked. Correct it.",
        ),
        "log.not_positive": (
            "完成值不大于 0,不能取对数。请核对。",
            "the actual value is not above zero and has no logarithm. Check it.",
        ),
        "events.negative": ("件数为负数。请更正。", "a number of events is negative. Correct it."),
        "votes.negative": ("票数为负数。请更正。", "a number of votes is negative. Correct it."),
        "cell.missing": (
            "缺少 {slots},按方案规定不得缺失。请补报数据,或在方案中写明缺失时如何处理。",
            "{slots} missing, which the plan does not allow. Report the figure, or state in the plan what "
            "happens when it is missing.",
        ),
        "cell.undefined": (
            "数据齐全,但结果无法计算(如没有有效票、除数为 0)。请核对数据。",
            "the figures are there, but the result is not defined (no valid votes, or a division by zero). "
            "Check them. {slots}",
        ),
    }.items()
}
REFUSALS["cell.undefined"] = (REFUSALS["cell.undefined"][0], REFUSALS["cell.undefined"][1].removesuffix(" {slots}"))
REFUSALS |= {
    "cell.more": (
        "另有 {count} 处同类问题未列出。请先处理已列出的。",
        "{count} more of this kind are not listed. Mend the listed ones first.",
    ),
    "node.negative_geometric": (
        "{subject}“{name}”({item}):下级得分有负数,不能取几何平均。请设置保底或改变汇总方式。",
        "{subject}, “{name}” ({item}): a negative score below has no geometric mean. Set a floor or combine otherwise.",
    ),
    "number.too_wide": (
        "“{item}”的计算位数达到 {digits} 位,超出可精确计算的范围。请减少小数位数或改用较大的单位。",
        "“{item}” needs {digits} digits, more than can be computed exactly. Use fewer decimals or a larger unit.",
    ),
    "number.beyond": (
        "数字过大,无法精确计算({reason})。请核对数据和单位。",
        "A number is too large to be computed exactly ({reason}). Check the figures and their units.",
    ),
}

# -- what-if

WHATIF: Sentences = {
    "whatif.syntax": (
        "看不懂试算要求“{text}”。请按试算说明改写。",
        "The change “{text}” cannot be read. Write it as the notes on what-if say.",
    ),
    "whatif.unknown_node": (
        "“{text}”中的“{node}”不是方案中的指标。请改正编号。",
        "“{node}” in “{text}” is no node of the plan. Correct the id.",
    ),
    "whatif.too_large": (
        "“{text}”使数据超过 {digits} 位整数,无法精确计算。请核对倍数或数值。",
        "“{text}” makes figures larger than {digits} digits, more than can be computed exactly. Check the number.",
    ),
    "whatif.too_fine": (
        "“{text}”使数据的小数超过 {places} 位,无法精确计算。请减少小数位数。",
        "“{text}” gives figures more than {places} decimals, more than can be computed exactly. Use fewer decimals.",
    ),
    "whatif.no_figures": (
        "“{text}”没有对应的数据,试算不会有变化。请核对指标、数据项和考核对象。",
        "No figures fit “{text}”, so nothing would change. Check the indicator, the slot and the subject.",
    ),
}

# -- the sentence of a rule, in pieces

RULES: Sentences = {
    "rule.direction_up": ("本指标为正向指标,数值越大越优。", "A larger figure is better."),
    "rule.direction_down": ("本指标为逆向指标,数值越小越优。", "A smaller figure is better."),
    "rule.unit": ("计量单位为{unit}。", "The unit is {unit}."),
    "rule.compare": ("与{whom}比较。", "Compared with {whom}."),
    "rule.missing_block": ("数据缺失的,暂不核算,待补齐后再行核算。", "Nothing is scored while a figure is missing."),
    "rule.missing_zero": ("数据缺失的,该项计 0 分。", "A missing figure scores 0."),
    "rule.missing_average": (
        "数据缺失的,按{whom}该项得分的平均数计分。",
        "A missing figure gets the mean score of {whom}.",
    ),
    "rule.missing_impute": (
        "完成值缺失的,以{whom}完成值的平均数补记后计分。",
        "A missing actual value is replaced by the mean of {whom}.",
    ),
    "rule.missing_drop": (
        "数据缺失的,该项不计入,满分相应折算。",
        "With a missing figure the indicator is left out and the full points are rescaled.",
    ),
    "rule.cap": ("得分最高 {cap} 分。", "The score is at most {cap}."),
    "rule.floor": ("得分最低 {floor} 分。", "The score is at least {floor}."),
    "rule.places": ("得分四舍五入保留 {places} 位小数。", "The score is rounded to {places} places, half up."),
    "rule.periods": ("仅在 {periods} 计分。", "It counts in {periods} only."),
    "rule.merge": ("各期得分按权重合并:{weights}。", "The periods' scores are merged by weight: {weights}."),
    "rule.merge_one": ("{period}占 {weight}", "{period} {weight}"),
    "rule.constant": ("{slot}未另行填报的,按 {value} 计。", "Where no {slot} is reported, it is {value}."),
    "rule.formula_slot": ("{slot}按公式“{formula}”计算。", "The {slot} is computed as “{formula}”."),
    "rule.accumulate": ("{slot}{how}。", "The {slot} is {how}."),
    "rule.node_sum": ("得分为下级各项得分之和", "The score is the sum of the children's scores"),
    "rule.node_mean": ("得分为下级各项得分的加权平均数", "The score is the weighted mean of the children's scores"),
    "rule.node_geometric": (
        "得分为下级各项得分的加权几何平均数",
        "The score is the weighted geometric mean of the children's scores",
    ),
    "rule.node_points": (",满分 {points} 分。", ", with {points} points in full."),
    "rule.node_free": ("。", "."),
    "rule.node_rescale": (
        "有不适用或不计入的项目的,按其余项目的满分折算为 {points} 分。",
        "Where items do not apply or are left out, the others are rescaled to {points} points.",
    ),
    "rule.bonus": ("属加分项“{account}”。", "Part of the bonus account “{account}”."),
    "rule.deduction": (
        "属减分项“{account}”,从总分中扣除。",
        "Part of the deduction account “{account}”, taken off the total.",
    ),
    "rule.account_cap": ("该类合计最高 {cap} 分。", "The account counts at most {cap} points."),
    # methods
    "rule.attain": (
        "完成值达到目标值的,得基本分 {points} 分;未达到的,不得分。",
        "The full {points} points if the actual value reaches the target; otherwise none.",
    ),
    "rule.measure_ratio": ("完成值", "the actual value"),
    "rule.measure_difficulty": ("完成值乘以难度系数后的数值", "the actual value times the difficulty coefficient"),
    "rule.goal_target": ("目标值", "the target"),
    "rule.goal_due": ("序时应完成值(目标值乘以序时进度)", "what is due by schedule (target times scheduled progress)"),
    "rule.ratio": (
        "{measure}达到{goal}的得基本分 {points} 分,不再加分;未达到的,按{measure}与{goal}之比计分,最低 {low} 分。",
        "If {measure} reaches {goal}, the full {points} points and no more; otherwise in the proportion of "
        "{measure} to {goal}, at least {low} points.",
    ),
    "rule.ratio_capped": (
        "按{measure}与{goal}之比乘以 {points} 分计分,最高 {high} 分,最低 {low} 分。",
        "{points} points times the proportion of {measure} to {goal}, at most {high} and at least {low} points.",
    ),
    "rule.zero_refuse": (
        "目标值为 0 的不予计分,须先更正目标值。",
        "A zero target is not scored; it must be corrected first.",
    ),
    "rule.zero_full": ("目标值为 0 的,得满分。", "A zero target gives the full points."),
    "rule.zero_zero": ("目标值为 0 的,不得分。", "A zero target gives no points."),
    "rule.reverse_ratio": (
        "完成值不高于目标值的得基本分 {points} 分,不再加分;高于目标值的,按目标值与完成值之比计分,最低 {low} "
        "分。完成值为 0 或负数的,得 {high} 分。",
        "Not above the target, the full {points} points and no more; above it, in the proportion of target "
        "to actual value, at least {low} points. An actual value of zero or less gives {high} points.",
    ),
    "rule.reverse_ratio_capped": (
        "按目标值与完成值之比乘以 {points} 分计分,最高 {high} 分,最低 {low} 分;完成值为 0 或负数的,得 {high} 分。",
        "{points} points times the proportion of target to actual value, at most {high} and at least {low} "
        "points; an actual value of zero or less gives {high} points.",
    ),
    "rule.interval": (
        "完成值在 {low} 至 {high} 之间(含两端)的,得满分 {points} 分;",
        "Within {low} to {high} (both included) the full {points} points; ",
    ),
    "rule.interval_low": (
        "低于 {low} 的按比例递减,{limit} 及以下不得分;",
        "below {low} falling evenly, none from {limit} down; ",
    ),
    "rule.interval_low_none": ("低于 {low} 的不得分;", "below {low} none; "),
    "rule.interval_high": (
        "高于 {high} 的按比例递减,{limit} 及以上不得分。",
        "above {high} falling evenly, none from {limit} up.",
    ),
    "rule.interval_high_none": ("高于 {high} 的不得分。", "above {high} none."),
    "rule.step_base": (
        "完成值与目标值持平的得 {base} 分(满分 {points} 分的 {share});",
        "On target {base} points ({share} of the full {points}); ",
    ),
    "rule.size_percent": ("目标值的 {size} %", "{size} % of the target"),
    "rule.size_value": ("{size}{unit}", "{size}{unit}"),
    "rule.step_either": (
        "完成值偏离目标值的,无论高低,每偏离{size} 扣 {step} 分",
        "for any deviation from the target, up or down, {step} points less per {size}",
    ),
    "rule.step_short": ("差于目标值的,每差{size} 扣 {step} 分", "worse than the target, {step} points less per {size}"),
    "rule.step_no_limit": (",扣完为止;", ", until nothing is left; "),
    "rule.step_limit": (",最多扣 {limit} 分,且扣完为止;", ", at most {limit} points, until nothing is left; "),
    "rule.step_no_bonus": ("优于目标值的不加分;", "better than the target, no bonus; "),
    "rule.step_bonus": (
        "优于目标值的,每优{size} 加 {step} 分,最多加 {cap} 分;",
        "better than the target, {step} points more per {size}, at most {cap} points; ",
    ),
    "rule.step_bonuses": (
        "优于目标值的,每优{size} 加 {step} 分,加分上限按目标值劣于基准值的幅度(占基准值的百分比)确定:{caps};",
        "better than the target, {step} points more per {size}; the most it adds depends on how far the "
        "target is below the baseline (in per cent of it): {caps}; ",
    ),
    "rule.step_cap_closed": ("达到 {at} % 的最多加 {give} 分", "from {at} % at most {give} points"),
    "rule.step_cap_open": ("超过 {at} % 的最多加 {give} 分", "beyond {at} % at most {give} points"),
    "rule.step_cap_rest": ("其余最多加 {give} 分", "otherwise at most {give} points"),
    "rule.step_whole": ("不足一个计分单位的不计。", "only whole steps count."),
    "rule.step_rata": ("不足一个计分单位的按比例计算。", "parts of a step count pro rata."),
    "rule.bands_rate": (
        "满分 {points} 分,按完成率(完成值÷目标值)分档计分:",
        "Of {points} points, by bands of the completion rate (actual value ÷ target): ",
    ),
    "rule.bands_value": ("满分 {points} 分,按完成值分档计分:", "Of {points} points, by bands of the actual value: "),
    "rule.band_deduction": (
        "满分 {points} 分,按所引用得分所在档次扣分,扣完为止:",
        "Of {points} points, less what the band of the other score costs, until nothing is left: ",
    ),
    "rule.band_first_up": ("{at} 及以上", "{at} or more"),
    "rule.band_first_up_open": ("超过 {at}", "more than {at}"),
    "rule.band_first_down": ("{at} 及以下", "{at} or less"),
    "rule.band_first_down_open": ("低于 {at}", "less than {at}"),
    "rule.band_between": ("{low}{low_end}至 {high}{high_end}", "{low}{low_end} to {high}{high_end}"),
    "rule.end_in": (" ", ""),
    "rule.end_out": ("(不含)", " (excluded)"),
    "rule.end_high_in": ("(含)", " (included)"),
    "rule.band_rest": ("其余", "otherwise"),
    "rule.give_percent": ("得 {give} % 的分值", "{give} % of the points"),
    "rule.give_points": ("得 {give} 分", "{give} points"),
    "rule.give_none": ("不得分", "none"),
    "rule.give_loss": ("扣 {give} 分", "{give} points off"),
    "rule.gate": ("前置条件值低于 {gate} 的,不得分。", "If the gate value is below {gate}, none."),
    "rule.progressive": (
        "与{reference}持平的得基本分 {base} 分(满分 {points} 分的 {share})。完成值优于{reference}的,差距每 "
        "{width} 为一段,每段加分为基本分乘以该段内的差距再除以该段除数,各段除数依次为 {divisors},最后一段除数"
        "沿用于其后全部差距;劣于{reference}的,按同样办法扣分,扣完为止。",
        "Level with {reference}, {base} points ({share} of the full {points}). Ahead of it, the lead is cut "
        "into bands of {width}; each adds the base points times the lead in it over its divisor, the "
        "divisors being {divisors} and the last one going on; behind it, the same is taken off until nothing "
        "is left.",
    ),
    "rule.reference_slot": ("参照值", "the reference value"),
    "rule.reference_group_mean": ("组内平均值", "the mean of the group"),
    "rule.at_most": ("最高 {high} 分。", "At most {high} points."),
    "rule.efficacy_group": (
        "按功效系数法计分:以组内最优值为满意值、最差值为不允许值,",
        "By efficacy between the best and the worst value of the group: ",
    ),
    "rule.efficacy_fixed": (
        "按功效系数法计分:满意值为 {best},不允许值为 {worst},",
        "By efficacy between the satisfactory value {best} and the not-allowed value {worst}: ",
    ),
    "rule.efficacy_slot": (
        "按功效系数法计分:以各考核对象的满意值和不允许值为准,",
        "By efficacy between each subject's own satisfactory and not-allowed value: ",
    ),
    "rule.efficacy": (
        "得分=满分 {points} 分×[{base}+{rest}×(完成值-不允许值)÷(满意值-不允许值)]。",
        "{points} points × [{base} + {rest} × (actual value - not-allowed value) ÷ (satisfactory value - "
        "not-allowed value)].",
    ),
    "rule.efficacy_held": ("最高得满分,最低 0 分。", "At most the full points, at least 0."),
    "rule.equal_full": (
        "组内数值全部相同的,各得满分。",
        "If all figures of the group are equal, each gets the full points.",
    ),
    "rule.equal_base": (
        "组内数值全部相同的,各得 {base} 的分值。",
        "If all figures of the group are equal, each gets {base} of the points.",
    ),
    "rule.equal_zero": ("组内数值全部相同的,均不得分。", "If all figures of the group are equal, none gets points."),
    "rule.five_tier": (
        "按五档标准值计分:优秀 {a}、良好 {b}、平均 {c}、较低 {d}、较差 {e},分别得满分 {points} 分的 100 %、"
        "80 %、60 %、40 %、20 %,两档之间按直线插值;达到优秀值的得满分;差于较差值的得 {low} 分。",
        "By five standard values {a}, {b}, {c}, {d}, {e} at 100 %, 80 %, 60 %, 40 % and 20 % of {points} "
        "points, straight lines between them; the full points from the best on, {low} points beyond the worst"
        ".",
    ),
    "rule.level_growth": (
        "水平与变化结合计分:满分 {points} 分中,{level} 按本期水平、{change} 按{growth},分别在组内用功效系数法"
        "计分,基础部分为 {base}。",
        "By level and change: of {points} points {level} by the level and {change} by {growth}, each by "
        "efficacy in the group with a base of {base}.",
    ),
    "rule.growth_rate": ("比上年增长率", "growth over last year in per cent"),
    "rule.growth_points": ("比上年增减量", "the difference from last year"),
    "rule.best_ratio_up": (
        "完成值为组内最优的得满分 {points} 分,其余按本单位完成值与最优值之比计分。",
        "The best of the group gets the full {points} points, the others in proportion of their own value to the best.",
    ),
    "rule.best_ratio_down": (
        "完成值为组内最优的得满分 {points} 分,其余按最优值与本单位完成值之比计分。",
        "The best of the group gets the full {points} points, the others in proportion of the best to their own value.",
    ),
    "rule.best_ratio_coefficient": (
        "完成值先乘以难度系数。",
        "Values are multiplied by the difficulty coefficient first.",
    ),
    "rule.rank_group": (
        "按组内名次计分:第 1 名得满分 {points} 分,每降低 1 名扣{loss},最低 {low} 分;并列的按较前名次计分。",
        "By place in the group: the first gets the full {points} points, each lower place {loss} less, at "
        "least {low} points; ties share the better place.",
    ),
    "rule.rank_given": (
        "按上级公布的名次计分:第 1 名得满分 {points} 分,每降低 1 名扣{loss},最低 {low} 分。",
        "By the given place: the first gets the full {points} points, each lower place {loss} less, at least "
        "{low} points.",
    ),
    "rule.loss_percent": ("满分的 {step} %", "{step} % of the full points"),
    "rule.loss_points": (" {step} 分", "{step} points"),
    "rule.rank_table": (
        "按名次计分:{places};其余名次得 {rest} 分。",
        "By place: {places}; {rest} points for other places.",
    ),
    "rule.place": ("第 {place} 名得 {give} 分", "place {place} {give} points"),
    "rule.provincial_rank": (
        "按在全省条线的位次加减分:前 {count} 名依次加 {points} 分,后 {count} 名(从末位起)依次减 {points} 分,"
        "其余不加不减。",
        "By place in the province: the first {count} add {points} points in turn, the last {count} (from the "
        "end) lose {points} in turn, the others get none.",
    ),
    "rule.minmax": (
        "按组内极差计分:得分=满分 {points} 分×(完成值-最差值)÷(最优值-最差值)。",
        "{points} points × (actual value - worst) ÷ (best - worst) of the group.",
    ),
    "rule.zscore": (
        "按标准分计分:得分=满分 {points} 分×({mean}+标准分×{per}),最高得满分,最低 0 分;标准差采用{kind};标"
        "准差为 0 的,各得 {mean} 的分值。",
        "{points} points × ({mean} + z × {per}), at most the full points, at least 0; the standard "
        "deviation is that of the {kind}; where it is 0, each gets {mean} of the points.",
    ),
    "rule.zscore_population": ("总体标准差", "population"),
    "rule.zscore_sample": ("样本标准差", "sample"),
    "rule.goalposts": (
        "按固定区间计分:下限 {low},上限 {high},得分=满分 {points} 分×{share},最高 {most} 分,最低 {least} 分。",
        "Between the fixed goalposts {low} and {high}: {points} points × {share}, at most {most} and at "
        "least {least} points.",
    ),
    "rule.goalposts_up": ("(完成值-下限)÷(上限-下限)", "(actual value - low) ÷ (high - low)"),
    "rule.goalposts_down": ("(上限-完成值)÷(上限-下限)", "(high - actual value) ÷ (high - low)"),
    "rule.goalposts_log": ("完成值和上下限先取自然对数。", "Natural logarithms of all values are taken first."),
    "rule.deductions": ("满分 {points} 分,{events},扣完为止。", "{points} points; {events}, until nothing is left."),
    "rule.event_minus": ("“{name}”每件扣 {give} 分", "{give} points less for each “{name}”"),
    "rule.events": ("按件计分:{events}。", "For each event: {events}."),
    "rule.event_plus": ("“{name}”每件计 {give} 分", "{give} points for each “{name}”"),
    "rule.highest": ("按最高一级计分,不累计:{events}。", "The highest level only, without adding up: {events}."),
    "rule.level": ("“{name}”计 {give} 分", "“{name}” {give} points"),
    "rule.sum_cap": ("合计最高 {cap} 分。", "At most {cap} points in all."),
    "rule.grade_points": (
        "按评议等次折算:{answers},以有效票的平均分除以 {mark} 再乘以 {points} 分。",
        "By answers: {answers}; the mean of the valid votes over {mark}, times {points} points.",
    ),
    "rule.not_counted": ("选“{answers}”的不计入有效票。", "“{answers}” are no valid votes."),
    "rule.answer": ("“{name}”计 {give} 分", "“{name}” {give}"),
    "rule.vote_share": (
        "按“{top}”票占有效票({answers})的比例分档计分:{bands};其余得 {rest} 分。",
        "By the share of “{top}” among the valid votes ({answers}): {bands}; otherwise {rest} points.",
    ),
    "rule.vote_band": ("{at} % 及以上得 {give} 分", "{at} % or more {give} points"),
    "rule.vote_band_open": ("超过 {at} % 得 {give} 分", "more than {at} % {give} points"),
    "rule.vote_weak": (
        "未达到上述各档且“{weak}”票比例达到 {at} 的,得 {give} 分。",
        "Below all bands, {give} points if the share of “{weak}” reaches {at}.",
    ),
    "rule.place_votes": (
        "按名次票计分:共 {places} 个名次,第 1 名计 {first} 分,每降低 1 名少计 {step} 分,以全部选票的平均分除"
        "以 {mark} 再乘以 {points} 分,最低 0 分。",
        "By votes for {places} places: {first} for the first, {step} less for each lower one; the mean of "
        "the votes over {mark}, times {points} points, at least 0.",
    ),
    "rule.trimmed_mean": (
        "取评分平均数:评分人数超过 {judges} 人的,去掉 {drop} 个最高分和 {drop} 个最低分;平均分除以 {mark} 再"
        "乘以 {points} 分,最高得满分,最低 0 分。",
        "The mean of the marks, without the {drop} highest and {drop} lowest when there are more than "
        "{judges} judges; over {mark}, times {points} points, at most the full points, at least 0.",
    ),
    "rule.given_up": (
        "引用其他考核得分:所引得分除以 {mark} 再乘以 {points} 分,最高得满分,最低 0 分。",
        "Another appraisal's score over {mark}, times {points} points, at most the full points, at least 0.",
    ),
    "rule.given_down": (
        "引用其他考核得分:1 减去所引得分与 {mark} 之比,再乘以 {points} 分,最高得满分,最低 0 分。",
        "1 less another appraisal's score over {mark}, times {points} points, at most the full points, at least 0.",
    ),
    "rule.points": (
        "按实际认定的分数计分,最高 {points} 分,最低 0 分。",
        "The figure is the points, at most {points}, at least 0.",
    ),
    "rule.points_free": ("按实际认定的分数计分。", "The figure is the points."),
    "rule.formula": (
        "得分按公式“{score}”计算(满分 {points} 分),最低 0 分。",
        "The points are “{score}” (the full points being {points}), at least 0.",
    ),
    "rule.bundle": (
        "与其他考核对象的“{node}”捆绑计分:满分 {points} 分乘以捆绑对象在该项的得分之和与满分之和的比。捆绑"
        "关系:{links}。",
        "Bundled with the “{node}” of others: {points} points times the sum of their scores on it over the "
        "sum of their full points. Bundled are: {links}.",
    ),
    "rule.link": ("{who}捆绑{whom}", "{who} with {whom}"),
}

# -- lines of a score card

LINES: Sentences = {
    "line.attain.attained": (
        "完成值 {actual} {unit},目标 {target} {unit},达到目标得基本分,{score} 分",
        "Actual {actual} {unit}, target {target} {unit}: reached, {score} points",
    ),
    "line.attain.missed": (
        "完成值 {actual} {unit},目标 {target} {unit},未达到目标,得 {score} 分",
        "Actual {actual} {unit}, target {target} {unit}: not reached, {score} points",
    ),
    "line.interval.inside": (
        "完成值 {actual} {unit},在 {low} 至 {high} 之间,得满分 {score} 分",
        "Actual {actual} {unit}, within {low} to {high}: the full {score} points",
    ),
    "line.interval.under": (
        "完成值 {actual} {unit},低于下限 {low};{working} = {score} 分",
        "Actual {actual} {unit}, below {low}; {working} = {score} points",
    ),
    "line.interval.over": (
        "完成值 {actual} {unit},高于上限 {high};{working} = {score} 分",
        "Actual {actual} {unit}, above {high}; {working} = {score} points",
    ),
    "line.step.on_target": (
        "完成值 {actual} {unit},目标 {target} {unit},与目标持平,得基本分 {score} 分",
        "Actual {actual} {unit}, on the target {target} {unit}: {score} points",
    ),
    "line.step.deviated": (
        "完成值 {actual} {unit},目标 {target} {unit},偏离 {deviation}{sign},每 {size}{sign} 扣 {step} 分,计 "
        "{steps} 个单位;{working} = {score} 分",
        "Actual {actual} {unit}, target {target} {unit}, deviation {deviation}{sign}, {step} points per "
        "{size}{sign}, {steps} steps; {working} = {score} points",
    ),
    "line.step.above": (
        "完成值 {actual} {unit},目标 {target} {unit},优于目标 {deviation}{sign},每 {size}{sign} 加 {step} 分,"
        "计 {steps} 个单位,加分上限 {bonus_cap} 分;{working} = {score} 分",
        "Actual {actual} {unit}, target {target} {unit}, better by {deviation}{sign}, {step} points per "
        "{size}{sign}, {steps} steps, bonus at most {bonus_cap}; {working} = {score} points",
    ),
    "line.step.short": (
        "完成值 {actual} {unit},目标 {target} {unit},与目标相差 {deviation}{sign},每 {size}{sign} 扣 {step} "
        "分,计 {steps} 个单位;{working} = {score} 分",
        "Actual {actual} {unit}, target {target} {unit}, short by {deviation}{sign}, {step} points per {size}"
        "{sign}, {steps} steps; {working} = {score} points",
    ),
    "line.bands.gate_shut": (
        "前置条件值 {gate},未达到 {gate_at},得 {score} 分",
        "Gate value {gate} is below {gate_at}: {score} points",
    ),
    "line.bands.band": (
        "{measured},属“{band}”一档,{working} = {score} 分",
        "{measured}, band “{band}”, {working} = {score} points",
    ),
    "line.band_deduction.band_loss": (
        "引用得分 {actual},扣 {loss} 分;{points} 分 - {loss} 分,扣完为止 = {score} 分",
        "Other score {actual}, {loss} points off; {points} - {loss}, not below 0 = {score} points",
    ),
    "line.progressive_bands.level": (
        "完成值 {actual} {unit},与参照值 {compared} {unit} 持平,得基本分 {score} 分",
        "Actual {actual} {unit}, level with {compared} {unit}: {score} points",
    ),
    "line.progressive_bands.ahead": (
        "完成值 {actual} {unit},参照值 {compared} {unit},领先 {lead} {unit};"
        "{base} 分 × (1 + {working}){held} = {score} 分",
        "Actual {actual} {unit}, reference {compared} {unit}, ahead by {lead} {unit}; "
        "{base} × (1 + {working}){held} = {score} points",
    ),
    "line.progressive_bands.behind": (
        "完成值 {actual} {unit},参照值 {compared} {unit},落后 {lead} {unit};"
        "{base} 分 × (1 - ({working})){held} = {score} 分",
        "Actual {actual} {unit}, reference {compared} {unit}, behind by {lead} {unit}; "
        "{base} × (1 - ({working})){held} = {score} points",
    ),
    "line.efficacy.same": (
        "完成值 {actual} {unit},组内数值均为 {best} {unit},按规定得 {score} 分",
        "Actual {actual} {unit}, all in the group have {best} {unit}: {score} points by rule",
    ),
    "line.efficacy.efficacy": (
        "完成值 {actual} {unit},满意值 {best} {unit},不允许值 {worst} {unit};{points} 分 × [{base} + {rest} "
        "× ({actual} - {worst}) ÷ ({best} - {worst})]{held} = {score} 分",
        "Actual {actual} {unit}, satisfactory {best} {unit}, not allowed {worst} {unit}; {points} × [{base} "
        "+ {rest} × ({actual} - {worst}) ÷ ({best} - {worst})]{held} = {score} points",
    ),
    "line.five_tier.top_tier": (
        "完成值 {actual} {unit},达到优秀值 {upper} {unit},得满分 {score} 分",
        "Actual {actual} {unit} reaches the best standard {upper} {unit}: the full {score} points",
    ),
    "line.five_tier.between_tiers": (
        "完成值 {actual} {unit},介于 {upper} {unit} 与 {lower} {unit} 之间;{points} 分 × [{tier} + 20 % × ("
        "{actual} - {lower}) ÷ ({upper} - {lower})] = {score} 分",
        "Actual {actual} {unit}, between {upper} {unit} and {lower} {unit}; {points} × [{tier} + 20 % × ("
        "{actual} - {lower}) ÷ ({upper} - {lower})] = {score} points",
    ),
    "line.five_tier.below_tiers": (
        "完成值 {actual} {unit},差于较差值 {lower} {unit};{points} 分 × {below} = {score} 分",
        "Actual {actual} {unit}, beyond the worst standard {lower} {unit}; {points} × {below} = {score} points",
    ),
    "line.level_growth.level_growth": (
        "完成值 {actual} {unit}(组内最优 {best}、最差 {worst}),水平得 {level_points} 分:{level_working};上年 "
        "{last} {unit},变化 {growth}(组内最优 {fastest}、最差 {slowest}),变化得 {growth_points} 分:"
        "{growth_working};{level_points} + {growth_points} = {score} 分",
        "Actual {actual} {unit} (best {best}, worst {worst}), level {level_points}: {level_working}; last "
        "year {last} {unit}, change {growth} (best {fastest}, worst {slowest}), change {growth_points}: "
        "{growth_working}; {level_points} + {growth_points} = {score} points",
    ),
    "line.best_ratio.is_best": (
        "{weighing}完成值 {own} {unit},为组内最优,得满分 {score} 分",
        "{weighing}Actual {own} {unit}, the best of the group: the full {score} points",
    ),
    "line.best_ratio.of_best": (
        "{weighing}完成值 {own} {unit},组内最优 {best} {unit};{points} 分 × {share_term} = {score} 分",
        "{weighing}Actual {own} {unit}, best of the group {best} {unit}; {points} × {share_term} = {score} points",
    ),
    "line.rank_steps.first_place": ("第 {place} 名,得满分 {score} 分", "Place {place}: the full {score} points"),
    "line.rank_steps.lower_place": (
        "第 {place} 名,{points} 分 - ({place} - 1) × {loss_each} 分,最低 {low} 分 = {score} 分",
        "Place {place}, {points} - ({place} - 1) × {loss_each}, at least {low} = {score} points",
    ),
    "line.rank_table.listed_place": (
        "第 {rank} 名,对照名次得 {score} 分",
        "Place {rank} has {score} points by the table",
    ),
    "line.rank_table.unlisted_place": (
        "第 {rank} 名,未列入名次表,得 {score} 分",
        "Place {rank} is not in the table: {score} points",
    ),
    "line.provincial_rank.first_places": (
        "全省 {total} 个参评单位中列第 {rank} 位,计 {score} 分",
        "Place {rank} of {total} in the province: {score} points",
    ),
    "line.provincial_rank.last_places": (
        "全省 {total} 个参评单位中列第 {rank} 位(倒数第 {from_last} 位),计 {score} 分",
        "Place {rank} of {total} in the province ({from_last} from the end): {score} points",
    ),
    "line.provincial_rank.middle_places": (
        "全省 {total} 个参评单位中列第 {rank} 位,不在前列和后列,计 {score} 分",
        "Place {rank} of {total} in the province, neither first nor last places: {score} points",
    ),
    "line.minmax.same": (
        "完成值 {actual} {unit},组内数值均为 {best} {unit},按规定得 {score} 分",
        "Actual {actual} {unit}, all in the group have {best} {unit}: {score} points by rule",
    ),
    "line.minmax.minmax": (
        "完成值 {actual} {unit},组内最优 {best} {unit},最差 {worst} {unit};{points} 分 × ({actual} - {worst}"
        ") ÷ ({best} - {worst}) = {score} 分",
        "Actual {actual} {unit}, best {best} {unit}, worst {worst} {unit}; {points} × ({actual} - {worst}) "
        "÷ ({best} - {worst}) = {score} points",
    ),
    "line.zscore.no_spread": (
        "完成值 {actual} {unit},组内数值没有差异;{points} 分 × {mean_share} = {score} 分",
        "Actual {actual} {unit}, no spread in the group; {points} × {mean_share} = {score} points",
    ),
    "line.zscore.zscore": (
        "完成值 {actual} {unit},组内平均 {mean} {unit},标准差 {deviation},标准分 {z};{points} 分 × ("
        "{mean_share} + {z} × {per_deviation}),比例限于 0 至 100 % = {score} 分",
        "Actual {actual} {unit}, mean {mean} {unit}, standard deviation {deviation}, z {z}; {points} × ("
        "{mean_share} + {z} × {per_deviation}), the share kept within 0 to 100 % = {score} points",
    ),
    "line.goalposts.capped": (
        "完成值 {actual} {unit},固定区间 {low} 至 {high},已超过最高比例;{points} 分 × {cap} = {score} 分",
        "Actual {actual} {unit}, goalposts {low} to {high}, above the highest share; {points} × {cap} = {score} points",
    ),
    "line.goalposts.full": (
        "完成值 {actual} {unit},固定区间 {low} 至 {high},已到最优一端,得满分 {score} 分",
        "Actual {actual} {unit}, goalposts {low} to {high}, beyond the best end: the full {score} points",
    ),
    "line.goalposts.floored": (
        "完成值 {actual} {unit},固定区间 {low} 至 {high},低于最低比例;{points} 分 × {floor} = {score} 分",
        "Actual {actual} {unit}, goalposts {low} to {high}, below the lowest share; {points} × {floor} = "
        "{score} points",
    ),
    "line.goalposts.goalposts": (
        "完成值 {actual} {unit},固定区间 {low} 至 {high};{points} 分 × {working} = {score} 分",
        "Actual {actual} {unit}, goalposts {low} to {high}; {points} × {working} = {score} points",
    ),
    "line.deductions.clean": ("没有扣分情形,得满分 {score} 分", "Nothing to deduct: the full {score} points"),
    "line.deductions.exhausted": (
        "{working} = 应扣 {loss} 分;{points} 分扣完为止,得 {score} 分",
        "{working} = {loss} points; all {points} points are used up: {score} points",
    ),
    "line.deductions.deducted": (
        "{working} = 应扣 {loss} 分;{points} 分 - {loss} 分 = {score} 分",
        "{working} = {loss} points; {points} - {loss} = {score} points",
    ),
    "line.events.events": ("{working} = {score} 分", "{working} = {score} points"),
    "line.events.events_capped": (
        "{working} = {sum} 分,最高计 {cap} 分,得 {score} 分",
        "{working} = {sum} points, at most {cap}: {score} points",
    ),
    "line.bonus_levels.events": ("{working} = {score} 分", "{working} = {score} points"),
    "line.bonus_levels.events_capped": (
        "{working} = {sum} 分,最高计 {cap} 分,得 {score} 分",
        "{working} = {sum} points, at most {cap}: {score} points",
    ),
    "line.bonus_levels.highest_level": (
        "{working};按最高一级计 {sum} 分{capped} = {score} 分",
        "{working}; the highest level counts, {sum} points{capped} = {score} points",
    ),
    "line.grade_points.grade_points": (
        "({working}) ÷ 有效票 {votes} 票 = 平均 {mean} 分;{points} 分 × {marks} ÷ {votes} ÷ {full_mark} = {score} 分",
        "({working}) ÷ {votes} valid votes = mean {mean}; {points} × {marks} ÷ {votes} ÷ {full_mark} = {score} points",
    ),
    "line.vote_share.vote_share": (
        "有效票 {votes} 票,“{top}”{top_votes} 票,占 {percent}{weak};按分档得 {score} 分",
        "{votes} valid votes, {top_votes} “{top}”, {percent}{weak}; {score} points by bands",
    ),
    "line.place_votes.place_votes": (
        "({working}) ÷ {votes} 票 = 平均 {mean} 分;{points} 分 × {marks} ÷ {votes} ÷ {full_mark} = {score} 分",
        "({working}) ÷ {votes} votes = mean {mean}; {points} × {marks} ÷ {votes} ÷ {full_mark} = {score} points",
    ),
    "line.trimmed_mean.trimmed_mean": (
        "{judging}平均 {actual} 分;{points} 分 × {actual} ÷ {full_mark} = {score} 分",
        "{judging}mean {actual}; {points} × {actual} ÷ {full_mark} = {score} points",
    ),
    "line.given.given": (
        "引用得分 {actual};{points} 分 × {working},限于 0 至 {points} 分 = {score} 分",
        "Other score {actual}; {points} × {working}, kept within 0 to {points} = {score} points",
    ),
    "line.points.points": ("认定 {actual} 分,得 {score} 分", "{actual} points as found: {score} points"),
    "line.formula.formula": (
        "{working},按公式“{formula}”计算(满分 {points} 分)= {score} 分",
        "{working}; “{formula}” (full points {points}) = {score} points",
    ),
    "line.bundle.bundle": (
        "捆绑对象在“{node}”得分合计 {earned} 分,满分合计 {possible} 分;"
        "{points} 分 × {earned} ÷ {possible} = {score} 分",
        "The bundled subjects score {earned} of {possible} points on “{node}”; "
        "{points} × {earned} ÷ {possible} = {score} points",
    ),
    "line.any.missing_zero": ("数据缺失({gone}),按规定计 {score} 分", "Missing ({gone}): {score} points by rule"),
    "line.any.missing_average": (
        "数据缺失({gone}),按规定取比较组该项平均得分,计 {score} 分",
        "Missing ({gone}): the mean score of the comparison group by rule, {score} points",
    ),
    "line.any.missing_drop": (
        "数据缺失({gone}),该项 {points} 分不计入,满分相应折算",
        "Missing ({gone}): left out, and the full points are rescaled without these {points} points",
    ),
    "line.any.imputed": (
        "完成值缺失,以比较组完成值的平均数 {actual} {unit} 补记;{how}",
        "The actual value is missing; the mean of the comparison group, {actual} {unit}, stands in; {how}",
    ),
    "part.less_capped": (",最高计 {cap} 分", ", at most {cap}"),
    "part.times": ("{count} × {give} 分", "{count} × {give}"),
    "part.event": ("{name} {count} × {give}", "{name} {count} × {give}"),
    "part.weighing": (
        "实绩 {actual} × 难度系数 {coefficient} = {weighted};",
        "{actual} × coefficient {coefficient} = {weighted}; ",
    ),
    "part.judging": ("评分 {judges} 个,去掉 {dropped} 个,", "{judges} marks, {dropped} left out, "),
    "part.weak": (",“{weak}”{weak_votes} 票", ", {weak_votes} “{weak}”"),
    "part.held": (",限于 0 至满分", ", kept within 0 to the full points"),
    "part.rate": (
        "完成值 {actual} {unit},目标 {target} {unit},完成率 {percent}",
        "Actual {actual} {unit}, target {target} {unit}, rate {percent}",
    ),
    "part.value": ("完成值 {actual} {unit}", "Actual {actual} {unit}"),
    "part.at_most": (",最高 {high} 分", ", at most {high}"),
    "part.most": (",最低 0 分", ", at least 0"),
    "part.loss_most": ("(最多扣 {limit} 分)", " (at most {limit})"),
    "part.points": ("{points} 分", "{points}"),
}

_RATIO_HEADS = {
    "ratio": (
        "完成值 {actual} {unit},目标 {target} {unit},完成率 {rate}",
        "Actual {actual} {unit}, target {target} {unit}, rate {rate}",
    ),
    "reverse_ratio": (
        "完成值 {actual} {unit},目标 {target} {unit},目标与完成值之比 {rate}",
        "Actual {actual} {unit}, target {target} {unit}, target to actual {rate}",
    ),
    "difficulty": (
        "完成值 {actual} {unit} × 难度系数 {coefficient} = {weighted} {unit},目标 {target} {unit},完成率 {rate}",
        "Actual {actual} {unit} × coefficient {coefficient} = {weighted} {unit}, target {target} {unit}, rate {rate}",
    ),
    "schedule_ratio": (
        "完成值 {actual} {unit},目标 {target} {unit} × 序时进度 {progress} = 应完成 {due} {unit},序时完成率 {rate}",
        "Actual {actual} {unit}, target {target} {unit} × scheduled progress {progress} = {due} {unit} due, "
        "rate {rate}",
    ),
}
_RATIO_TAILS = {
    "exact": (";正好达到目标,得 {score} 分", "; exactly on target, {score} points"),
    "capped": (
        ";超过封顶比例,{points} 分 × {cap} = {score} 分",
        "; above the cap, {points} × {cap} = {score} points",
    ),
    "full": (
        ";达到目标得基本分,不再加分,得 {score} 分",
        "; the target is reached: the full points and no more, {score} points",
    ),
    "floored": (
        ";低于保底比例,{points} 分 × {floor} = {score} 分",
        "; below the floor, {points} × {floor} = {score} points",
    ),
    "exceeded": (
        ";超过目标,{points} 分 × {rate_term} = {score} 分",
        "; above the target, {points} × {rate_term} = {score} points",
    ),
    "below": (
        ";未达目标按比例计分,{points} 分 × {rate_term} = {score} 分",
        "; below the target in proportion, {points} × {rate_term} = {score} points",
    ),
}
LINES |= {
    f"line.{method}.{how}": (head[0] + tail[0], head[1] + tail[1])
    for method, head in _RATIO_HEADS.items()
    for how, tail in _RATIO_TAILS.items()
}
LINES |= {
    f"line.{method}.zero_target_{how}": (zh, en)
    for method in ("ratio", "difficulty", "schedule_ratio")
    for how, (zh, en) in {
        "full": ("目标为 0,按规定得满分 {score} 分", "The target is zero: the full {score} points by rule"),
        "zero": ("目标为 0,按规定得 {score} 分", "The target is zero: {score} points by rule"),
    }.items()
}
LINES["line.reverse_ratio.none_left"] = (
    "完成值 {actual} {unit},不大于 0;{points} 分 × {cap} = {score} 分",
    "Actual {actual} {unit}, not above zero; {points} × {cap} = {score} points",
)

SENTENCES: Sentences = {**WORDS, **CHECKS, **FORMULAS, **REFUSALS, **WHATIF, **RULES, **LINES}
