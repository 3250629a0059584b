"""The commands: parse, call, hand to a view, give an exit code. No domain logic."""
