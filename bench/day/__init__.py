"""A working day of a large city, played in minutes and then counted again by hand: `python -m bench day`."""
