"""Sentences of the engines: a database or a cluster that cannot be used: code -> (Chinese, English)."""

from __future__ import annotations

Sentences = dict[str, tuple[str, str]]

SENTENCES: Sentences = {
    "engine.unknown": (
        "不认识的计算引擎“{spec}”。可用的写法:duckdb、postgresql://用户@主机/库、spark、spark://主机:端口、spark:yarn。",
        "“{spec}” names no engine. Known: duckdb, postgresql://user@host/db, spark, spark://host:port, spark:yarn.",
    ),
    "engine.not_installed": (
        "缺少 Python 软件包 {package},不能使用引擎 {engine}。请安装:pip install 'kaoping[{extra}]'。",
        "The engine {engine} needs the Python package {package}: pip install 'kaoping[{extra}]'.",
    ),
    "engine.no_java": (
        "Spark 需要 Java 17 或更高版本,但没有找到 java 程序。请安装 Java,或设置 JAVA_HOME。",
        "Spark needs Java 17 or newer, and no java program was found. Install Java or set JAVA_HOME.",
    ),
    "engine.postgres_refused": (
        "无法连接 PostgreSQL({where}):{reason}",
        "PostgreSQL does not let us in ({where}): {reason}",
    ),
    "engine.postgres_no_temp": (
        "在 PostgreSQL({where})上不能建立临时表:{reason}。需要对该数据库的 TEMP 权限,并且不能是只读备库。",
        "PostgreSQL ({where}) gives no temporary tables: {reason}. It takes the TEMP right and no read-only standby.",
    ),
    "engine.spark_failed": (
        "Spark({master})不能启动或没有应答:{reason}",
        "Spark ({master}) does not start or does not answer: {reason}",
    ),
    "engine.spark_other": (
        "本进程已经在使用 Spark({active}),不能同时再用另一个({master})。",
        "This process already uses the Spark at {active}; it cannot use another one ({master}) beside it.",
    ),
    "engine.lost": (
        "计算途中与引擎 {engine} 的连接中断:{reason}。没有写出任何结果,可以重新计算。",
        "The connection to the engine {engine} broke: {reason}. No result was written; the run can be repeated.",
    ),
}  # fmt: skip
