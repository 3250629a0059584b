"""Answers for people at a terminal, at most 80 columns wide."""
