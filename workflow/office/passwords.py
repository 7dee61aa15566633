"""Passwords (口令): how they are kept, which ones are refused, and those that come in two halves.

How hard a password is to guess is asked of zxcvbn (common words, keyboard walks, dates, leetspeak), which also gets
the names of the person and the unit in characters and pinyin and the words that weak ones are made of in China.
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import select
from sqlalchemy.orm import Session
from zxcvbn import zxcvbn

from workflow.office.models import PastPassword, Unit, UnitAlias, User
from workflow.office.weak_words import WEAK_WORDS
from workflow.record.errors import Invalid

LEAST = 10
KEPT = 5
"""Earlier passwords that may not come back."""
HARD = 9.0
"""Guesses needed, as a power of ten: what zxcvbn gives to nine characters in which it knows nothing."""
_READ = 72
"""Characters that zxcvbn takes; the rest only makes a password harder."""
_HASHER = PasswordHasher()
_HALF = 8
_LETTERS = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"


def hashed(password: str) -> str:
    """What the database keeps of a password."""
    return _HASHER.hash(password)


def fits(kept: str, password: str) -> bool:
    """Whether this is the password. Of one in two halves each half is kept on its own: who knows one cannot know the whole."""
    if "|" not in kept:
        return _matches(kept, password)
    typed = re.sub(r"[\s-]", "", password)
    first, other = kept.split("|")
    fitting = _matches(first, typed[:_HALF]), _matches(other, typed[_HALF:])
    return all(fitting)  # both were asked: the time of an answer tells of neither


def one_time_half() -> tuple[str, str]:
    """Eight characters without look-alikes as they are shown, and their hash; two such make a password."""
    letters = "".join(secrets.choice(_LETTERS) for _ in range(_HALF))
    return f"{letters[:4]}-{letters[4:]}", hashed(letters)


def one_time_password() -> tuple[str, str]:
    """A whole one, for the machine's own shell: as shown, and as kept."""
    shown = "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))
    return shown, hashed(shown)


@cache
def decoy() -> str:
    """A password that nobody knows: checked for unknown names, too, so that the time of an answer tells no names."""
    return hashed(secrets.token_urlsafe(16))


def set_password(session: Session, user: User, new: str, *, at: datetime) -> None:
    """Keep a password that its owner chose. Raises Invalid and says what to choose instead."""
    check_password(session, user, new)
    retire_password(session, user)
    user.password_hash, user.must_change_password, user.password_set_at = hashed(new), False, at


def retire_password(session: Session, user: User) -> None:
    """The password in force becomes one of the past, unless it was a one-time one."""
    if not user.must_change_password:
        session.add(PastPassword(user_id=user.id, password_hash=user.password_hash))
        session.flush()
    for forgotten in _past(session, user)[KEPT:]:
        session.delete(forgotten)


def expired(user: User, *, days: int, at: datetime) -> bool:
    """Whether the password is older than the installation allows; ``days`` of 0 allow any age."""
    return days > 0 and (user.password_set_at is None or at - user.password_set_at > timedelta(days=days))


def check_password(session: Session, user: User, new: str) -> None:
    """Refuse what others would guess and what was used lately. Raises Invalid."""
    classes = sum(bool(re.search(pattern, new)) for pattern in (r"[a-z]", r"[A-Z]", r"\d", r"[^a-zA-Z\d]"))
    if len(new) < LEAST or classes < 3:
        raise Invalid(f"新口令至少 {LEAST} 位，并包含大写字母、小写字母、数字、符号中的三类。")
    if len(new) > 200:
        raise Invalid("新口令最多 200 位。")
    if name := _name_inside(session, user, new):
        raise Invalid(f"新口令不能包含登录名、姓名或单位名称（「{name}」），也不能包含它们的拼音，请换一个。")
    if _guesses(session, user, new) < HARD:
        raise Invalid(
            "新口令太容易被猜到（含常用词、拼音、键盘上相邻的键、连续数字、年份或重复字符），请换一个："
            "例如用三四个不相干的词，中间加数字和符号。"
        )
    if any(fits(kept, new) for kept in (user.password_hash, *(past.password_hash for past in _past(session, user)))):
        raise Invalid(f"新口令不能与现在的口令或最近用过的 {KEPT} 个口令相同，请换一个。")


def _past(session: Session, user: User) -> list[PastPassword]:
    mine = select(PastPassword).where(PastPassword.user_id == user.id).order_by(PastPassword.id.desc())
    return list(session.scalars(mine))


def _name_inside(session: Session, user: User, new: str) -> str:
    """The first name that the password holds: of this person, in pinyin too, or of any unit; empty for none."""
    own, folded = (user.name, *_of(session, user)), _folded(new)
    units = [*session.scalars(select(Unit.name)), *session.scalars(select(UnitAlias.name))]
    names = [name for name in (*units, *own) if len(name) >= 2]
    spelt = [user.login, *("".join(_pinyin(name)) for name in (*own, user.name[1:] + user.name[:1]))]
    return next((name for name in names + [name for name in spelt if len(name) >= 3] if _folded(name) in folded), "")


def _guesses(session: Session, user: User, new: str) -> float:
    own = [(name, _pinyin(name)) for name in (user.name, *_of(session, user))]
    runs = [run for name, syllables in own for run in (*_runs(list(name)), *_runs(syllables))]
    initials = [letters for _, syllables in own if len(letters := "".join(one[0] for one in syllables)) >= 2]
    known = dict.fromkeys((user.login, *runs, *initials, *WEAK_WORDS))
    text = unicodedata.normalize("NFKC", new)[:_READ]
    return float(zxcvbn(text, user_inputs=list(known), max_length=_READ)["guesses_log10"])


def _of(session: Session, user: User) -> list[str]:
    """How the person's unit is called, with and without the name of its place in front."""
    names = [user.unit.name, *session.scalars(select(UnitAlias.name).where(UnitAlias.unit_id == user.unit_id))]
    return names + [short for name in names if len(short := re.sub(r"^.{0,6}?[省市县区州盟旗镇乡]", "", name)) >= 2]


def _runs(parts: list[str]) -> Iterable[str]:
    """Every two and more neighbours of a name: people take a part of it."""
    for start in range(len(parts)):
        for end in range(start + 2, len(parts) + 1):
            yield "".join(parts[start:end])


@cache
def _pinyin(name: str) -> list[str]:
    from pypinyin import lazy_pinyin  # noqa: PLC0415 - its tables take longer to load than a command may

    return [syllable.lower() for syllable in lazy_pinyin(name)]


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower()


def _matches(kept: str, password: str) -> bool:
    try:
        return _HASHER.verify(kept, password)
    except (VerifyMismatchError, InvalidHashError):
        return False
