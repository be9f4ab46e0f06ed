"""The story: the life of a report from the street to the published result.

Read in this order:

* `lifecycle`  states and the transition table, as data
* `access`     who may see and do what: one function, yes or a reason
* `flow`       the story itself, step by step: lock, check, decide, change, record
* `routing`    which agency is competent, and why
* `clocks`     due times over a working calendar
* `events`     the facts that can happen, one frozen class each
* `journal`    the append-only record of those facts; `sealing` gives them their order
* `models`     the tables; `rows`, `people`, `attachments`, `configuration` the queries, one module per noun
* `views`      a report as each listener may see it
"""
