"""Sentences for what can be wrong with a plan's file: code -> (Chinese, English)."""

from __future__ import annotations

SENTENCES: dict[str, tuple[str, str]] = {
    # -- what any plan may get wrong
    "plan.not_a_mapping": (
        "此处应当是一组“键: 值”,现在不是。请按《方案格式》补全各键。",
        "A mapping (key: value) belongs here. Write the keys that the plan format names.",
    ),
    "plan.not_a_list": (
        "此处应当是列表,现在不是。请写成 [甲, 乙],或每行一项、以“- ”开头。",
        "A list belongs here. Write [a, b], or one item per line after a dash.",
    ),
    "plan.unknown_key": (
        "不认识“{key}”。写错的键会使要求落空,因此不予接受。此处可用的键:{keys}。",
        "“{key}” is not known here; a misspelt key would silently have no effect. Known keys: {keys}.",
    ),
    "plan.missing_key": (
        "缺少必填内容“{key}”。请补填。",
        "“{key}” is required and missing. Fill it in.",
    ),
    "plan.not_a_text": (
        "此处应当是文字,且不超过 4000 字。请改写;如确需写 true 一类的词,请加双引号。",
        "A text of at most 4000 characters belongs here. Put words such as true in double quotes.",
    ),
    "plan.not_an_id": (
        "“{text}”不能作编码。编码以字母、数字或汉字开头,只含字母、数字、汉字、下划线、点和连字符,不超过 64 字。",
        "“{text}” cannot be an id. An id starts with a letter or digit, holds letters, digits, “_”, “.” and “-” only,"
        " and has at most 64 characters.",
    ),
    "plan.not_a_number": (
        "“{text}”不是数字。请写成普通小数,如 96.40;不用科学计数法、千分位逗号和百分号。",
        "“{text}” is not a number. Write a plain decimal such as 96.40: no exponent, no thousands separator,"
        " no per cent sign.",
    ),
    "plan.not_a_count": (
        "“{text}”不合要求:此处应当是 {low} 至 {high} 之间的整数。",
        "“{text}” does not fit: a whole number from {low} to {high} belongs here.",
    ),
    "plan.not_a_flag": (
        "“{text}”无法判断是或否。请写“是”或“否”(true 或 false)。",
        "“{text}” says neither yes nor no. Write true or false.",
    ),
    "plan.not_a_choice": (
        "“{text}”不在可选范围内。请从下列各项中选用:{options}。",
        "“{text}” is not one of the choices. Use one of: {options}.",
    ),
    "plan.too_deep": (
        "指标体系超过 {limit} 级(含总分一级),难以核对。请合并层级。",
        "The indicator tree has more than {limit} levels (the root counts). Merge some of them.",
    ),
    "plan.unknown_method": (
        "没有“{method}”这种计分办法。可用的计分办法:{methods}。",
        "There is no method “{method}”. Known methods: {methods}.",
    ),
    "plan.unknown_param": (
        "计分办法“{method}”没有参数“{key}”,写了也不起作用,因此不予接受。可用的参数:{keys}。",
        "The method “{method}” has no parameter “{key}”; it would have no effect. Known parameters: {keys}.",
    ),
    "plan.missing_param": (
        "计分办法“{method}”缺少必填参数“{key}”,无法计分。请补填。",
        "The method “{method}” cannot score without its parameter “{key}”. Fill it in.",
    ),
    "plan.out_of_range": (
        "数值 {value} 超出允许范围(下限 {low},上限 {high})。请核对后改正。",
        "{value} lies outside the allowed range (from {low} to {high}). Correct it.",
    ),
    # -- files
    "plan.unknown_format": (
        "不能按文件名后缀“{suffix}”读写方案。请使用以下格式:{known}。",
        "A plan cannot be read or written as “{suffix}”. Use one of: {known}.",
    ),
    "plan.unreadable_file": (
        "文件无法打开({reason})。请检查文件是否存在、是否有读取权限。",
        "The file cannot be opened ({reason}). Check that it exists and may be read.",
    ),
    "plan.too_large": (
        "文件超过 {limit} MiB,不是一份方案应有的大小。请检查是否选错文件。",
        "The file is larger than {limit} MiB, which no plan needs to be. Check that it is the right one.",
    ),
    "plan.too_many_parts": (
        "内容超过 {limit} 个组成部分,不是一份方案应有的规模。请检查是否选错文件,或拆分方案。",
        "The content has more than {limit} parts, which no plan needs. Check that it is the right file, or split it.",
    ),
    "plan.empty": (
        "文件是空的,其中没有方案。请检查是否选错文件。",
        "The file is empty; there is no plan in it. Check that it is the right one.",
    ),
    "plan.not_utf8": (
        "文件不是 UTF-8 编码,汉字可能读错。请用编辑器另存为 UTF-8 后再试。",
        "The file is not UTF-8, so its characters could be misread. Save it as UTF-8 and try again.",
    ),
    "plan.bad_character": (
        "此处有不可见的控制字符({character})。请删除该字符后再试。",
        "There is a control character here ({character}). Delete it and try again.",
    ),
    "plan.yaml": (
        "此处不符合 YAML 语法(第 {column} 列附近:{problem})。请检查缩进、冒号、引号和括号是否成对。",
        "This is not valid YAML (near column {column}: {problem}). Check indentation, colons, quotes and brackets.",
    ),
    "plan.duplicate_key": (
        "键“{key}”重复出现(第 {first} 行已写过),无法判断以哪个为准。请删去一个。",
        "The key “{key}” is given twice (first in line {first}), so it is unclear which one counts. Remove one.",
    ),
    "plan.key_not_text": (
        "键应当是文字,不能是列表或一组键值。请改写。",
        "A key must be a text, not a list or a mapping. Rewrite it.",
    ),
    "plan.alias": (
        "方案中不得使用 YAML 的锚点和引用(“{name}”),以免一处改动牵动别处。请把内容直接写出。",
        "YAML anchors and aliases (“{name}”) are not allowed in a plan, since one change would reach other places."
        " Write the content out.",
    ),
    "plan.tag": (
        "方案中不得使用 YAML 标签(“{tag}”)。请删去;如以叹号开头的是文字,请加双引号。",
        "YAML tags (“{tag}”) are not allowed in a plan. Remove it, or put a text that starts so in double quotes.",
    ),
    "plan.several_documents": (
        "一个文件只能写一份方案,此处又开始了另一份(“---”)。请分成两个文件。",
        "One file holds one plan; another document begins here (“---”). Split the file.",
    ),
    "plan.too_nested": (
        "内容嵌套超过 {limit} 层,不是方案应有的结构。请检查缩进和括号。",
        "The content is nested deeper than {limit} levels, which no plan needs. Check indentation and brackets.",
    ),
    # -- the rule sheet
    "plan.sheet_missing": (
        "工作簿缺少工作表:{sheets}。没有这些表,方案不完整。请从导出的考评细则中补回。",
        "The workbook lacks the sheets {sheets}, without which the plan is incomplete. Copy them from an exported one.",
    ),
    "plan.sheet_unknown": (
        "不认识工作表“{sheet}”,其中内容不会起作用。请改为下列名称之一:{known};如只是说明文字,请以“说明”开头命名。",
        "The sheet “{sheet}” is not known and would have no effect. Name it one of {known}; remarks go on a sheet whose"
        " name begins with 说明.",
    ),
    "plan.sheet_no_header": (
        "前 20 行中找不到表头。请保留表头行,至少应有:{columns}。",
        "No header row is found in the first 20 rows. Keep it, with at least: {columns}.",
    ),
    "plan.sheet_missing_column": (
        "表头缺少列:{columns}。缺列就无法对应到指标。请补回该列。",
        "The header lacks the columns {columns}, without which rows cannot be matched. Put them back.",
    ),
    "plan.sheet_unknown_column": (
        "不认识列“{header}”,其中内容不会起作用。请改正列名;自用的内容请移到名称以“说明”开头的工作表。",
        "The column “{header}” is not known and would have no effect. Correct its header, or move your own notes to a"
        " sheet whose name begins with 说明.",
    ),
    "plan.sheet_column_twice": (
        "列“{header}”出现两次,无法判断以哪一列为准。请删去一列。",
        "The column “{header}” is there twice, so it is unclear which one counts. Remove one.",
    ),
    "plan.sheet_no_column": (
        "该行在没有表头的列中填有内容,不会起作用。请移入相应的列,或删去。",
        "This row has content in a column without a header, where it would have no effect. Move or delete it.",
    ),
    "plan.sheet_no_name": (
        "该行填有内容,但没有名称。请在以下某一列中填写名称:{columns};合计行请删去,合计由系统计算。",
        "This row has content but no name. Write one in one of the columns {columns}; delete rows of totals, which are"
        " computed.",
    ),
    "plan.sheet_two_names": (
        "该行同时填写了几级名称({columns}),无法判断属于哪一级。每行只写一个指标,请分成几行。",
        "This row has names in several levels ({columns}). One row is one indicator: split it.",
    ),
    "plan.sheet_level_skipped": (
        "该行上方没有“{above}”一级的行,层级不连续。请先填写上一级,或把名称移到“{above}”列。",
        "There is no row of the level “{above}” above this one. Add it, or move the name to that column.",
    ),
    "plan.sheet_key_twice": (
        "“其他”列中的“{key}”已有专门的列,或不能写在“其他”列。请只在专门的列中填写。",
        "“{key}” in the column 其他 has a column of its own or cannot stand there. Write it in its own column only.",
    ),
    "plan.sheet_unknown_row": (
        "不认识“{name}”这一项,其内容不会起作用。请改为下列项目之一:{known}。",
        "The row “{name}” is not known and would have no effect. Use one of: {known}.",
    ),
    "plan.sheet_row_twice": (
        "“{name}”出现两次,无法判断以哪一行为准。请删去一行。",
        "“{name}” is there twice, so it is unclear which row counts. Remove one.",
    ),
    "plan.sheet_long_missing": (
        "此处引用了“{sheet}”表中的第 {number} 段内容,但表中没有。请恢复该表,或直接填写内容。",
        "This refers to text {number} on the sheet {sheet}, which is not there. Restore it or write the content.",
    ),
    "plan.cell_unusable": (
        "此单元格不是文字或普通数字(现为“{value}”,类型 {kind}):日期、逻辑值、错误值和百分比格式会改变原意。"
        "请把单元格设为文本格式后重新填写。",
        "This cell is neither text nor a plain number (it is “{value}”, {kind}); dates, logical values, errors and"
        " percentages would change the meaning. Format it as text and fill it in again.",
    ),
}
