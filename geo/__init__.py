"""Shapes, places and tiles: a library that could be given away."""
