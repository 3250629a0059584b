"""Rules: pure functions of the register, one module a family; run over everything by `check.findings`."""
