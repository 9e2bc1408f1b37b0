"""Facts in and figures out: what people keep in CSV, Excel, ODS and Parquet files becomes the canonical `Facts`.

`numerals` reads written numbers exactly, `workbooks` opens spreadsheets nobody vouches for in a caged process, and
`reading` turns any mix of files into one table or into the full list of what is wrong, each with its place. Nothing
here knows how a score is made; it imports `kaoping.core` and is imported by the command line and the rooms above.
"""
