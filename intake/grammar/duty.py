"""Where a paragraph of prose says who does it (责任落款): in brackets, after labels, or as a bare line of units."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from intake.grammar import columns, responsibility, segments, unit_names, unlabelled
from intake.grammar.unlabelled import END, MAX_LENGTH
from intake.grammar.wording import folded, squeeze, top_level
from workflow.record.published import Role

_LABEL = re.compile(
    r"(?:^|(?<=[\n（(〔\[【｛［；;。，,、])|(?<=\S\s))[ \t\u3000]*(?:[-—–]{1,4}[ \t]*)?(?P<said>[\u4e00-\u9fff]{2,8}(?:[（(][^（()）：:]{1,8}[）)])?)\s*[：:]"
    r"|(?P<framed>[【\[［]\s*[\u4e00-\u9fff]{2,8}\s*[】\]］])\s*[：:]?"
)
"""责任单位：, behind a dash too, or 【责任单位】 without a colon."""
_CLOSE = {"（": "）", "(": ")", "〔": "〕", "[": "]", "【": "】", "{": "}", "［": "］"}
_OPEN = {close: opening for opening, close in _CLOSE.items()}
LONGEST = 6_000
"""Characters of a paragraph in which duties are looked for; what is longer is no paragraph of a plan."""


@dataclass
class Duty:
    """Who and by when, by role (牵头、责任、时限), and whether it stood on a line of its own."""

    fields: dict[Role, list[str]] = field(default_factory=dict)
    apart: bool = False

    def add(self, role: Role, text: str) -> None:
        """Enter what one label introduces; a date in brackets behind units is theirs."""
        dated = unlabelled.DATED.search(text.rstrip(END)) if role in ("lead", "responsible") else None
        if dated and segments.reads_as_deadline(folded(dated.group(1))):
            text = text[: dated.start()]
            self.fields.setdefault("deadline", []).append(dated.group(1))
        elif role in ("lead", "responsible"):
            text, when = _dated(text.strip(END))
            if when:
                self.fields.setdefault("deadline", []).append(when)
        plain = segments.join_units([line.strip() for line in text.strip(END).split("\n") if line.strip()])
        if plain:
            self.fields.setdefault(role, []).append(plain)

    def merged(self, other: Duty) -> Duty:
        """This duty with what another one adds."""
        fields = {role: list(texts) for role, texts in self.fields.items()}
        for role, texts in other.fields.items():
            fields.setdefault(role, []).extend(texts)
        return Duty(fields, self.apart)

    def text(self, role: Role) -> str:
        """Everything said for a role."""
        return "；".join(self.fields.get(role, []))

    def __bool__(self) -> bool:
        return "lead" in self.fields or "responsible" in self.fields


_TEXT_LABEL = re.compile(r"([\u4e00-\u9fff]{2,8})\s*[：:]\s*")
_ACTS = re.compile(r"由?([^，,。；;：:]{2,60}?)(?:共同|分别|具体)?(牵头|主办|负责|配合|协助|参与)[，,]")
_SUBJECT = re.compile(
    rf"(?:由(?:{_ACTS.pattern})+|(?:[^，,。；;：:由]{{2,40}}?牵头[，,])(?:[^，,。；;：:]{{2,60}}?(?:配合|协助|参与)[，,]))"
)


def has(text: str) -> bool:
    """Whether a duty is said in a text."""
    return any(said for _, said in split(text))


def ends(text: str) -> bool:
    """Whether a text ends with a duty that is whole."""
    balanced = all(text.count(one) == text.count(other) for one, other in _CLOSE.items())
    said = split(text) if balanced and text.rstrip()[-1:] not in ":：、，," else []
    return bool(said) and bool(said[-1][1])


def opens(text: str) -> bool:
    """Whether a line goes on with a duty: a label, a bracket, a list of units."""
    plain = text.strip()
    if (label := _LABEL.match(plain)) and _role(label) is not None:
        return True
    if plain[:1] in _CLOSE:
        end = next((stop for start, stop in _brackets(plain) if start == 0), None)
        return end is None or _is_duty(plain[1:end])
    return segments.reads_as_units(plain)


def _role(label: re.Match[str]) -> Role | None:
    """What a label introduces."""
    name = label.group("said") or label.group("framed").strip("【】[]［］ \t")
    known = columns.role_of(name)
    expected = None if known else columns.likely(name)
    return expected if expected in ("lead", "responsible") else known


def split(text: str) -> list[tuple[str, Duty]]:
    """(what is to be done, who does it) for every stretch of a paragraph that a duty ends; the last may have none."""
    found: list[tuple[str, Duty]] = []
    if len(text) > LONGEST:
        return [(text, Duty())]
    while text.strip(END):
        body, duty, text = _first(text)
        body = _unlabelled(body)
        told = _TEXT_LABEL.match(body.strip())
        if told and found and columns.role_of(told.group(1)) == "text":
            above, who = found[-1]
            found[-1] = (f"{above}\n{body.strip()[told.end() :]}", who.merged(duty))
        else:
            found.append((body.strip().rstrip("，,"), duty))
    if len(found) > 1 and not found[0][0] and found[0][1] and not found[1][1]:
        found[:2] = [(found[1][0], found[0][1])]  # the bracket stands before the words
    if len(found) == 1 and not found[0][1]:
        found = [(found[0][0], _subject(found[0][0]))]
    return found


def _unlabelled(body: str) -> str:
    """Without the label of words that stand below a title: 工作内容：."""
    title, *below = body.split("\n")
    words = [_TEXT_LABEL.match(line.strip()) for line in below]
    kept = [
        line.strip()[told.end() :] if told and columns.role_of(told.group(1)) == "text" else line
        for line, told in zip(below, words, strict=True)
    ]
    return "\n".join([title, *kept])


def _subject(text: str) -> Duty:
    """Who is the subject of the sentence: 由市财政局牵头，市审计局配合，6月底前完成…"""
    duty = Duty()
    found = _SUBJECT.match(text.strip()[:200])
    for who, said in _ACTS.findall(found.group()) if found else ():
        if not segments.reads_as_units(who):
            return Duty()
        duty.add("lead" if said in ("牵头", "主办") else "responsible", who)
    return duty


def _first(text: str) -> tuple[str, Duty, str]:
    """The first stretch, its duty, and what follows."""
    bracket = next((span for span in _brackets(text) if _is_duty(text[span[0] + 1 : span[1]])), None)
    label = _first_label(text)
    bare = unlabelled.first(text)
    at = min([found for found in (label, bracket and bracket[0], bare and bare[0]) if found is not None], default=None)
    if at is None:
        return text, Duty(), ""
    duty, end = Duty(apart=not text[:at].rsplit("\n", 1)[-1].strip()), at
    if at == label:
        end += _labelled(text[at:], duty, lines=True)
    elif bracket and at == bracket[0]:
        for start, stop in _brackets(text[at:]):
            if text[end : at + start].strip(END) or not _is_duty(text[at + start + 1 : at + stop]):
                break
            _labelled(text[at + start + 1 : at + stop], duty)
            end = at + stop + 1
    elif bare:
        duty.add("responsible", text[at : bare[1]])
        end = bare[1]
    return unlabelled.LEADER.sub("", text[:at]), duty, text[end:].lstrip(END)


def _brackets(text: str) -> list[tuple[int, int]]:
    """The outermost brackets, from left to right."""
    found: list[tuple[int, int]] = []
    stack: list[int] = []
    for at, char in enumerate(text):
        if char in _CLOSE:
            stack.append(at)
        elif char in _OPEN and stack:
            start = stack.pop()
            if not stack:
                found.append((start, at))
    return found


def _dated(inside: str) -> tuple[str, str]:
    """(who, when) of a bracket without labels in which a date stands first or last: 6月底前完成，区应急局牵头."""
    parts = top_level(inside, "，,；;")
    if not 1 < len(parts) < 12:
        return inside, ""
    first, last = (segments.reads_as_deadline(folded(parts[at])) for at in (0, -1))
    if first == last:
        return inside, ""
    return ("，".join(parts[1:]), parts[0]) if first else ("，".join(parts[:-1]), parts[-1])


def _is_duty(inside: str) -> bool:
    """Whether what stands in brackets says who acts: a label for units, or names and nothing else."""
    plain = squeeze(inside)
    if not 3 <= len(plain) <= MAX_LENGTH:
        return False
    if _first_label(inside.lstrip(END)) == 0:
        return True
    who, when = _dated(inside)
    if when:
        return bool(who) and _is_duty(who)
    if "。" in plain.strip("。"):
        return False
    verb = responsibility.LEAD_VERBS.search(plain) or responsibility.SUPPORT_VERBS.search(plain) or "负责" in plain
    read = responsibility.read(plain, "responsible")
    if not read.names or not all(unit_names.is_recognised(name) and len(name) <= 24 for name in read.names):
        return False
    return bool(verb) or (not read.doubts and segments.reads_as_units(inside))


def _first_label(text: str) -> int | None:
    """Where the first label for units stands, or one for a date that begins a line or a bracket."""
    for found in _LABEL.finditer(text):
        role, start = _role(found), found.start()
        opens = not text[:start].strip() or text[:start].rstrip(" \t\u3000")[-1:] in "\n（(" or not found.group("said")
        if role in ("lead", "responsible") or (role in ("deadline", "other") and opens):
            return found.start()
    return None


def _labelled(text: str, duty: Duty, *, lines: bool = False) -> int:
    """Enter what stands after each label, words before the first as units; returns where the last one ends.

    With ``lines`` the text goes on after the duty: what a label introduces ends with its line, names may go on.
    """
    marks = [(found, role) for found in _LABEL.finditer(text) if (role := _role(found))]
    marks = [(found, role) for found, role in marks if role != "text"]
    who, when = _dated(text) if not marks else (text[: marks[0][0].start()], "")
    duty.add("responsible", who)
    duty.add("deadline", when)
    end = 0
    for at, (found, role) in enumerate(marks):
        if lines and at and text[end : found.start()].strip(END + "（("):
            break
        end = marks[at + 1][0].start() if at + 1 < len(marks) else len(text)
        if lines:
            end = found.end() + _line_end(text[found.end() : end], units=role in ("lead", "responsible"))
        duty.add(role, _closed(text[found.end() : end]))
    return end


def _line_end(text: str, *, units: bool) -> int:
    """Where the line ends that a label opens; a list of units goes on while it is not whole or more names follow."""
    lines = text.split("\n")
    size = next((n for n, line in enumerate(lines, start=1) if line.strip()), 1)
    while units and size < len(lines):
        said = [line.strip() for line in lines[:size] if line.strip()]
        more = lines[size].strip()
        whole = bool(said) and said[-1][-1] not in "、，,和与及" and segments.reads_as_units("\n".join(said))
        if not more or (whole and not segments.reads_as_units("\n".join([*said, more]))):
            break
        size += 1
    return len("\n".join(lines[:size]))


def _closed(text: str) -> str:
    """Without a bracket that closes one opened before the label, or opens one for the next."""
    plain = text.strip(END).rstrip("（(")
    while plain and plain[-1] in _OPEN and plain.count(plain[-1]) > plain.count(_OPEN[plain[-1]]):
        plain = plain[:-1].rstrip(END)
    return plain
