"""Answers → text: one module a format or a view; nothing here decides anything."""
