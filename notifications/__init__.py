"""Tells people what the journal recorded: reads sealed entries, keeps one row per delivery, sends by
channels.
"""
