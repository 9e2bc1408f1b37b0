"""Sentences for what can be wrong with files of facts and with workbooks: code -> (Chinese, English)."""

from __future__ import annotations

SENTENCES: dict[str, tuple[str, str]] = {
    # -- one figure
    "number.text": (
        "“{text}”不是数字,无法参与计分。请填写数值;没有数据时留空或填“—”,按方案规定的缺失办法处理。",
        "“{text}” is not a number and cannot be scored. Write a number; leave the cell empty or write “—” where there"
        " is no figure, and the plan's rule for missing figures applies.",
    ),
    "number.percent": (
        "“{text}”带百分号。96.4% 既可能指 96.4 也可能指 0.964,系统不代为猜测。请填写 {number},"
        "并在方案中注明计量单位为“%”。",
        "“{text}” carries a per cent sign, which may mean either of two figures. Write {number} and declare the unit as"
        " “%” in the plan.",
    ),
    "number.shown_percent": (
        "单元格设了百分比格式,显示值与实际存储的 {text} 相差一百倍,容易误计。请改为常规格式,填写百分号前的数,"
        "并在方案中注明"
        "计量单位为“%”。",
        "The cell is formatted as a percentage: it shows a hundred times the stored {text}. Change it to the general"
        " format, write the number before the per cent sign, and declare the unit as “%” in the plan.",
    ),
    "number.grouping": (
        "“{text}”的千分位逗号位置不对,无法确定是哪个数。请去掉逗号,或每三位一个逗号,如 1,234.5。",
        "The separators in “{text}” do not stand after every third digit, so the number is in doubt. Leave them out, or"
        " write it like 1,234.5.",
    ),
    "number.not_finite": (
        "“{text}”不是有限的数值,无法参与计分。多由除数为零造成,请核对来源后填写数值;没有数据时留空。",
        "“{text}” is no finite number and cannot be scored; a division by zero is the usual cause. Check the source, or"
        " leave the cell empty where there is no figure.",
    ),
    "number.decimals": (
        "“{text}”的小数超过 {most} 位,无法原样保存。请按统计口径舍入后填写。",
        "“{text}” has more than {most} decimals and cannot be kept exactly. Round it as its statistics prescribe.",
    ),
    "number.overflow": (
        "“{text}”的整数部分超过 {most} 位,疑为误填或单位有误。请核对,必要时改用较大的计量单位(如万元、亿元)。",
        "“{text}” has more than {most} digits before the point. Check it, or use a larger unit.",
    ),
    "number.boolean": (
        "此处是逻辑值({text}),不是数值,无法参与计分。请填写数值;是否类指标按方案填 1 或 0。",
        "This is a truth value ({text}), not a number. Write a number; where the plan asks yes or no, write 1 or 0.",
    ),
    "number.date": (
        "此处是日期或时间({text}),不是数值。多为表格软件自动改写所致,请将单元格改为常规格式后重新填写。",
        "This is a date or time ({text}), not a number; spreadsheets often rewrite entries so. Set the cell to the"
        " general format and enter the number again.",
    ),
    "number.error": (
        "单元格的公式出错({text}),没有可用的数值。请改正公式;没有数据时留空,不要留下错误值。",
        "The cell shows the error {text} and holds no figure. Correct its formula, or leave the cell empty.",
    ),
    "number.formula": (
        "单元格是公式,但文件中没有存下计算结果。请用表格软件打开并保存一次,或将公式粘贴为数值。",
        "The cell is a formula whose result was never stored in the file. Open and save it in a spreadsheet program, or"
        " paste the formula as a value.",
    ),
    # -- names, rows and columns
    "facts.unknown_subject": (
        "考核对象“{subject}”不在名单中,其数据无从归属。请改用名单中的名称或编码。",
        "“{subject}” is not on the list of subjects, so its figures belong to nobody. Use a name or id on the list.",
    ),
    "facts.misspelt_subject": (
        "考核对象“{subject}”不在名单中,其数据无从归属。是否应为“{did_you_mean}”?请核对后改正。",
        "“{subject}” is not on the list of subjects. Did you mean “{did_you_mean}”? Check and correct it.",
    ),
    "facts.unknown_item": (
        "指标“{item}”不在方案中,其数据不会计分。请改用方案中的名称或编码,或删去该行。",
        "“{item}” is no indicator of the plan and would not be scored. Use the plan's name or id, or delete the row.",
    ),
    "facts.misspelt_item": (
        "指标“{item}”不在方案中,其数据不会计分。是否应为“{did_you_mean}”?请核对后改正。",
        "“{item}” is no indicator of the plan. Did you mean “{did_you_mean}”? Check and correct it.",
    ),
    "facts.unknown_slot": (
        "指标 {item} 没有口径“{slot}”,其计分办法用不到该数。请对照方案中该指标的计分办法改正口径。",
        "Indicator {item} has no slot “{slot}”: its method makes no use of it. Correct the slot after the plan.",
    ),
    "facts.misspelt_slot": (
        "指标 {item} 没有口径“{slot}”。是否应为“{did_you_mean}”?该指标可用的口径:{known}。",
        "Indicator {item} has no slot “{slot}”. Did you mean “{did_you_mean}”? Slots it knows: {known}.",
    ),
    "facts.unknown_period": (
        "期间“{period}”不在方案中,其数据不会计分。请改用方案中的期间。",
        "“{period}” is no period of the plan and would not be scored. Use the plan's periods.",
    ),
    "facts.misspelt_period": (
        "期间“{period}”不在方案中,其数据不会计分。是否应为“{did_you_mean}”?请核对后改正。",
        "“{period}” is no period of the plan. Did you mean “{did_you_mean}”? Check and correct it.",
    ),
    "facts.unknown_column": (
        "不认识这一列的表头“{column}”,整列数据会被漏掉。请改用方案中的指标名称或编码,或删去该列。",
        "The header “{column}” is not known; the whole column would be left out. Use the plan's name or id of the"
        " indicator, or delete the column.",
    ),
    "facts.misspelt_column": (
        "不认识这一列的表头“{column}”,整列数据会被漏掉。是否应为“{did_you_mean}”?请改正表头,或删去该列。",
        "The header “{column}” is not known; the whole column would be left out. Did you mean “{did_you_mean}”?"
        " Correct the header, or delete the column.",
    ),
    "facts.no_subject": (
        "本行没有填写考核对象,数据无从归属。请补填;合并单元格请拆分后逐行填写。",
        "This row names no subject. Fill it in; split merged cells and fill in every row.",
    ),
    "facts.no_item": (
        "本行没有填写指标,数据无从归属。请补填;合并单元格请拆分后逐行填写。",
        "This row names no indicator. Fill it in; split merged cells and fill in every row.",
    ),
    "facts.no_header": (
        "这一列没有表头,但有内容“{text}”,无法判断是什么数据。请补写表头,或删去该列。",
        "This column has no header but holds “{text}”. Write a header, or delete the column.",
    ),
    "facts.no_figures": (
        "表中没有数值列,读不出任何数据。请按模板补充指标列,或“指标”“数值”两列。",
        "The table has no column of figures. Add columns for indicators, or the columns “item” and “value”.",
    ),
    "facts.column_twice": (
        "{first} 列与 {again} 列的表头含义相同,无法确定以哪一列为准。请只保留一列。",
        "Columns {first} and {again} mean the same, so it is in doubt which one counts. Keep one of them.",
    ),
    "facts.duplicate": (
        "{subject} 的指标 {item}(口径 {slot} {period})重复填报,第 {first_row} 行已有。无法确定以哪一处为准,"
        "请核对后只保留一处;多人评分须填写评分人以示区别。",
        "Indicator {item} of {subject} (slot {slot} {period}) is given twice, first in row {first_row}. Keep one;"
        " where several people rate, name each in the judge column.",
    ),
    "facts.duplicate_elsewhere": (
        "{subject} 的指标 {item}(口径 {slot} {period})重复填报,已见于 {first_file} {first_sheet} 第 {first_row} 行。"
        "无法确定以哪一处为准,请核对后只保留一处;多人评分须填写评分人以示区别。",
        "Indicator {item} of {subject} (slot {slot} {period}) is given twice, first in {first_file} {first_sheet} row"
        " {first_row}. Keep one; where several people rate, name each in the judge column.",
    ),
    "facts.header": (
        "首行不是可识别的表头({header})。长表须有“单位”“指标”“数值”三列;宽表第一列为“单位”,其余各列为指标名称或编码。",
        "The first row is no header known here ({header}). A long table has the columns subject, item and value; a wide"
        " one starts with subject and has a column for each indicator.",
    ),
    "facts.no_sheet": (
        "本工作表的首行不是可识别的表头,文件中也没有其他可读的工作表。请将表头放在第一行,如“单位、指标、数值”。",
        "This sheet's first row is no header known here, and the workbook has no other sheet to read. Put the header in"
        " the first row, such as subject, item, value.",
    ),
    "facts.other_sheet": (
        "本工作表没有可识别的表头,未读取。",
        "This sheet has no header known here and was not read.",
    ),
    "facts.hidden_sheet": (
        "本工作表处于隐藏状态却含有填报数据,不宜在看不见的情况下计入。请取消隐藏,或删去该表。",
        "This sheet is hidden yet holds figures, which should not count unseen. Unhide it, or delete it.",
    ),
    "facts.empty": ("文件是空的。请确认是否选对了文件。", "The file is empty. Check that it is the right one."),
    "facts.no_rows": (
        "只有表头,没有数据行。",
        "There is a header and no row below it.",
    ),
    "facts.more": (
        "另有 {count} 处问题未逐一列出。请先改正已列出的问题再重新导入,同类问题往往会一并消除。",
        "{count} more problems are not listed. Correct those that are and read the files again; problems of one kind"
        " often go together.",
    ),
    # -- files
    "file.missing": ("找不到这个文件。请检查路径。", "There is no such file. Check the path."),
    "file.unreadable": ("文件打不开({reason})。请检查权限或重新拷贝。", "The file cannot be opened ({reason})."),
    "file.nothing": (
        "没有找到可读取的数据文件。请指定文件,或存有 CSV、XLSX、ODS、Parquet 文件的目录。",
        "No file of figures was found. Name a file, or a directory with CSV, XLSX, ODS or Parquet files.",
    ),
    "file.kind": (
        "不支持这种文件。可读取的类型:{known}。请另存为其中一种。",
        "This kind of file cannot be read. Kinds that can: {known}. Save it as one of these.",
    ),
    "file.skipped": (
        "目录中的这个文件不是数据文件,未读取。",
        "This file in the directory is no data file and was not read.",
    ),
    "csv.encoding": (
        "文件第 {at} 个字节处的文字编码无法识别,读下去会出现乱码。请另存为 UTF-8 编码的 CSV。",
        "The text coding cannot be made out at byte {at}; reading on would garble it. Save the file as CSV in UTF-8.",
    ),
    "csv.width": (
        "本行有 {cells} 格,表头有 {expected} 格,各格与表头对不上。请检查是否多了或少了分隔符,内容含逗号的须加双引号。",
        "This row has {cells} cells and the header {expected}. Look for a missing or extra separator; put text that"
        " contains one in double quotes.",
    ),
    "csv.garbled": (
        "文件的 CSV 格式有误,自此行起无法读取,多为双引号没有成对。请检查后重新保存。技术信息:{reason}",
        "The CSV cannot be followed from here, most often because a double quote is never closed. Details: {reason}",
    ),
    "parquet.garbled": (
        "不是完整的 Parquet 文件,可能在传输中损坏。请重新导出。技术信息:{reason}",
        "This is no complete Parquet file; it may have been damaged on the way. Export it again. Details: {reason}",
    ),
    "parquet.type": (
        "该列的数据类型是 {text},不能作数值。请改为 DECIMAL、整数、浮点或文本类型后重新导出。",
        "The column's type {text} cannot hold figures. Export it as DECIMAL, integer, double or text.",
    ),
    # -- workbooks
    "workbook.too_big": (
        "文件超过 {most_mib} MiB。请拆成几个文件,或改用 CSV、Parquet。",
        "The file is larger than {most_mib} MiB. Split it, or use CSV or Parquet.",
    ),
    "workbook.old": (
        "这是旧版 .xls 文件,不予读取。请在表格软件中另存为 .xlsx。",
        "This is an .xls file of the old kind. Save it as .xlsx.",
    ),
    "workbook.encrypted": (
        "文件设有密码,无法读取。请取消密码后另存。",
        "The file is protected by a password. Save it without one.",
    ),
    "workbook.garbled": (
        "文件已损坏或不是真正的 Excel、ODS 文件(有时只是改了扩展名)。请在表格软件中打开并另存为 .xlsx。",
        "The file is damaged or no workbook at all. Open it in a spreadsheet program and save it as .xlsx.",
    ),
    "workbook.kind": (
        "这是压缩文件,但不是 Excel 或 ODS 工作簿。压缩包请先解压;其他文档请另存为 .xlsx。",
        "This is an archive but no Excel or ODS workbook. Unpack it first, or save the document as .xlsx.",
    ),
    "workbook.macros": (
        "文件含有宏,为安全起见不予读取。请另存为不含宏的 .xlsx。",
        "The file contains macros and is not read, for safety. Save it as .xlsx without macros.",
    ),
    "workbook.members": (
        "文件内部的部件超过 {most} 个,不像正常的工作簿,为安全起见不予读取。请另存为新的 .xlsx。",
        "The file consists of more than {most} parts, which no ordinary workbook does. Save it as a new .xlsx.",
    ),
    "workbook.member_size": (
        "文件的部件 {member} 解压后超过 {most_mib} MiB,为安全起见不予读取。请删去多余的内容和格式,或改用 CSV、"
        "Parquet。",
        "The part {member} unpacks to more than {most_mib} MiB. Remove surplus content and formats, or use CSV or"
        " Parquet.",
    ),
    "workbook.total_size": (
        "文件解压后共超过 {most_mib} MiB,为安全起见不予读取。请拆成几个文件,或改用 CSV、Parquet。",
        "The file unpacks to more than {most_mib} MiB. Split it, or use CSV or Parquet.",
    ),
    "workbook.member_name": (
        "文件内部有不正常的部件名 {member},可能被人做过手脚,不予读取。请向来源单位核实,另存后重传。",
        "The file contains a part with the irregular name {member} and may have been tampered with. Ask where it came"
        " from.",
    ),
    "workbook.member_twice": (
        "文件内部的部件 {member} 出现两次,可能被人做过手脚,不予读取。请向来源单位核实,另存后重传。",
        "The part {member} stands twice in the file, which may have been tampered with. Ask where it came from.",
    ),
    "workbook.symlink": (
        "文件内部的部件 {member} 是符号链接,可能被人做过手脚,不予读取。请向来源单位核实,另存后重传。",
        "The part {member} is a symbolic link; the file may have been tampered with. Ask where it came from.",
    ),
    "workbook.nested": (
        "文件内部又套有压缩文件({member}),为安全起见不予读取。请删去嵌入的附件后另存。",
        "The file holds another archive ({member}) and is not read, for safety. Remove embedded files and save"
        " it again.",
    ),
    "workbook.doctype": (
        "文件内部({member})含有 DTD 或实体定义,正常的工作簿没有这些内容,为安全起见不予读取。请另存为新的 .xlsx。",
        "The file ({member}) defines a DTD or entities, which no ordinary workbook does. Save it as a new .xlsx.",
    ),
    "workbook.rows": (
        "工作表在第 {row} 行仍有内容,超过 {most} 行的上限。请删去远处的多余内容,或拆分文件、改用 CSV。",
        "The sheet has content as far down as row {row}; the limit is {most}. Clear stray cells, split the file or use"
        " CSV.",
    ),
    "workbook.columns": (
        "工作表在第 {column} 列仍有内容,超过 {most} 列的上限。请删去远处的多余内容,或改用长表。",
        "The sheet has content as far right as column {column}; the limit is {most}. Clear stray cells, or use the long"
        " layout.",
    ),
    "workbook.cells": (
        "工作簿有内容的单元格超过 {most} 个。请拆成几个文件,或改用 CSV、Parquet。",
        "The workbook has more than {most} filled cells. Split it, or use CSV or Parquet.",
    ),
    "workbook.text": (
        "单元格文字过长(单格上限 {most} 字,且总量有限)。请缩短文字,说明材料另附。",
        "There is too much text in the cells (at most {most} characters in one, and limited in all). Shorten it.",
    ),
    "workbook.slow": (
        "{seconds} 秒内没有读完,已停止。请删去多余的内容和格式,拆成几个文件,或改用 CSV、Parquet。",
        "Reading was stopped: it took more than {seconds} seconds. Remove surplus content, split the file, or use CSV"
        " or Parquet.",
    ),
    "workbook.exhausted": (
        "读取时超出 {most_mib} MiB 的内存上限,已停止。请删去多余的内容和格式,拆成几个文件,或改用 CSV、Parquet。",
        "Reading was stopped: it needed more than {most_mib} MiB of memory. Remove surplus content, split the file, or"
        " use CSV or Parquet.",
    ),
}
