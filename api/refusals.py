"""Refusals of the command line: the message is one sentence that says what to do."""


class CannotMigrate(Exception):
    """The database cannot be brought to the newest schema."""
