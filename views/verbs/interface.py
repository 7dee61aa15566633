"""A verb's door for programs (接口入口): the same verb, in JSON, done once where the request names itself."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint
from pydantic import BaseModel
from werkzeug.datastructures import FileStorage

from forms.api_out import DoneOut
from forms.verbs import Nothing
from views.api_frame import answered, once
from views.door import permit
from views.verbs.verb import Place, Verb

NOTHING = Nothing()


def in_interface(blueprint: APIBlueprint, verb: Verb[Any, Any]) -> None:
    """Open the verb's door for programs, and describe it."""
    method, path = verb.program.split()

    def view(given: BaseModel = NOTHING, **address: Any) -> DoneOut:
        return answered() or verb.carry_out(Place.of(verb.subject, address), given, once)

    view.__name__, view.__doc__ = verb.function.__name__, verb.function.__doc__
    door: Any = blueprint.output(DoneOut)(view)
    if verb.takes is not Nothing:
        door = blueprint.input(verb.takes, location=_location(verb, method), arg_name="given")(door)
    blueprint.route(verb.subject.root + path, methods=[method])(permit(verb.permission)(door))


def _location(verb: Verb[Any, Any], method: str) -> str:
    """Where the input is looked for: files come as a form, and what is deleted has no body."""
    if any(field.annotation is FileStorage for field in verb.takes.model_fields.values()):
        return "files"
    return "query" if method == "DELETE" else "json"
