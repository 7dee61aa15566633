"""What programs do (接口动作): every verb's door for programs."""

from __future__ import annotations

from apiflask import APIBlueprint

from views.api_frame import ROOT
from views.verbs.interface import in_interface
from views.verbs.table import VERBS

blueprint = APIBlueprint("api_verbs", __name__, url_prefix=ROOT)
for verb in VERBS:
    in_interface(blueprint, verb)
