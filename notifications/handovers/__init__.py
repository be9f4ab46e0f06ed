"""Hands cases over to agencies that work in systems of their own: by web hook, or by mail and its answers."""
