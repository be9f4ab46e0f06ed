"""How the city's administrators change what the city decides.

* `sections`     the parts of a configuration and the table each comes from
* `documents`    a configuration as one document: made from the tables, and turned into rows again; pure
* `schemas`      what an item of each section must look like, for validation and for forms
* `findings`     what is wrong with a document, in words; pure
* `differences`  two documents compared, item by item and field by field; pure
* `writing`      a document written to the tables
* `versions`     published versions, newest first; publishing and rolling back
* `drafts`       documents that administrators work on
"""
