"""Ways by which a notice leaves the house; all behind the one protocol of `base`."""
