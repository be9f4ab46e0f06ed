"""Two ratios and one delay, measured in one run on one machine: `python -m bench` (or `make bench`).

The product is compared with the same work done by hand on the same machine in the same minute, so the ratio
says what the house costs, whatever the machine.
"""
