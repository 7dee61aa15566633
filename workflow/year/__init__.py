"""What the office makes of its year (年度工作): one room a subject; their tables point at each other and are known together."""

from workflow.year.inspections import models as _inspections
from workflow.year.look_backs import models as _look_backs
from workflow.year.missives import models as _missives
from workflow.year.missives import talk_models as _talks
from workflow.year.outside import models as _outside

__all__ = ["_inspections", "_look_backs", "_missives", "_outside", "_talks"]
