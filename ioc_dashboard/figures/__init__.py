"""The figures of the operations center: read from the reports and the journal, each with its formula and its rows.

`definitions` says what each figure is, `asked` what is looked at, `cases` turns both into SQL, `reading` and `rows`
ask it, `sheets` lays the answer out in tables, `csv_files`, `workbook` and `monthly*` hand it out.
"""
