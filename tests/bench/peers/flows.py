"""Submit, approve, verify, close as a django-viewflow flow."""

from viewflow import this
from viewflow.workflow import flow
from viewflow.workflow.base import Flow
from viewflow.workflow.models import Process


class Approval(Flow):
    """Four human steps in a row."""

    process_class = Process

    start = flow.StartHandle().Next(this.submit)
    submit = flow.View(None).Next(this.approve)
    approve = flow.View(None).Next(this.verify)
    verify = flow.View(None).Next(this.close)
    close = flow.View(None).Next(this.end)
    end = flow.End()
