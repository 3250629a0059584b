"""The one table of steps, by the words of their commands."""

from __future__ import annotations

from mpp_qms.steps import actions, nonconformity, sop
from mpp_qms.steps.step import Step

STEPS: dict[str, Step] = {step.words: step for step in (*nonconformity.STEPS, *actions.STEPS, *sop.STEPS)}
