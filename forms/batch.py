"""What is done with several tasks at once (批量办理表单): the tasks with the versions that were seen, and the words."""

from __future__ import annotations

from wtforms import Form

from forms.fields import Code, PerRow, Words, number_in
from workflow.record.words import Word
from workflow.tasks.conditions import OPINION_LIMIT


class Batch(Word):
    """What may be done with several tasks at once (批量动作)."""

    done: str
    """How its result is told."""

    def describe(self, done: str) -> None:
        """The words of a row."""
        self.done = done

    PASS = "pass", "全部通过", "通过"
    BACK = "back", "退回", "退回"
    URGE = "urge", "催办", "催办"
    UNDO = "undo", "撤销", "撤销"


class PickedForm(Form):
    """The tasks that were ticked, each with the version that the page showed."""

    pick = PerRow("任务", prefix="pick-")

    def seen(self) -> dict[int, int]:
        """Task → the version seen; one that no task ever has where it cannot be read."""
        return {task_id: number_in(typed) or 0 for task_id, typed in self.pick.data.items()}


class BatchForm(PickedForm):
    """What to do with them, and why: one opinion for all, or one of its own."""

    action = Code("办理动作", Batch)
    opinion = Words("意见", limit=OPINION_LIMIT)
    each = PerRow("意见", prefix="opinion-")
