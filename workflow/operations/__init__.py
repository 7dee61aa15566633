"""The verbs that write (业务动作): each takes the person as ``by=`` and writes its audit event in the same transaction.

None of them commits: the door that opened the transaction does, once.
"""

from workflow.operations.access import accept_clock, end_access, expire_session
from workflow.operations.acting import Outcome, act
from workflow.operations.arranging import Arrangement, drop_policy, set_policy
from workflow.operations.checking import check_evidence
from workflow.operations.copying import copy_to
from workflow.operations.directory import Imported, import_units, save_group, save_unit, set_unit_active
from workflow.operations.drafting import (
    ItemEdit,
    add_party,
    delete_item,
    discard_draft,
    drop_party,
    edit_item,
    editable,
    settle_party,
    settle_problem,
    start_draft,
)
from workflow.operations.failures import Place
from workflow.operations.lighting import set_lights
from workflow.operations.notices import read_notices
from workflow.operations.opening import AT_ONCE, being_opened, open_due_periods
from workflow.operations.passwords import expired
from workflow.operations.people import (
    change_password,
    create_user,
    end_session,
    grant,
    knows_password,
    open_first,
    open_session,
    set_active,
    sign_in,
)
from workflow.operations.phrases import drop_phrase, keep_phrase, phrases_of
from workflow.operations.posting import allowed as allowed_address
from workflow.operations.posting import collect as collect_notices
from workflow.operations.posting import delivered, drop_address, save_address
from workflow.operations.publishing import Forecast, forecast, obstacles
from workflow.operations.receiving import receive
from workflow.operations.registering import packet_of, register_revision
from workflow.operations.reminding import is_time, remind
from workflow.operations.reporting import add_file, add_link, remove_evidence, save_report
from workflow.operations.requesting import ask, decide, open_to, resume
from workflow.operations.resetting import agree_to_reset, ask_reset, refuse_reset, reset_at_the_shell
from workflow.operations.rows import NewItem, add_item, change_many, follow_item, merge_items, split_item
from workflow.operations.rulings import Ask
from workflow.operations.settling import HeadEdit, edit_head, resolve_again
from workflow.operations.sharing import add_share, drop_share, finish_share
from workflow.operations.signers import add_signer, take_back_signer, transfer_seat
from workflow.operations.signing_off import Paper
from workflow.operations.standing_in import delegate, end_delegation, hand_over
from workflow.operations.submitting import submit_report
from workflow.operations.tokens import create_token, forget_replies, note_use, revoke_token, token_of
from workflow.operations.urging import urge, urge_late
from workflow.tasks.publishing import Published, publish
from workflow.tasks.telling import tell_keepers
from workflow.year.registering import finish_dossier, request_dossier

__all__ = [
    "AT_ONCE",
    "Arrangement",
    "Ask",
    "Forecast",
    "HeadEdit",
    "Imported",
    "ItemEdit",
    "NewItem",
    "Outcome",
    "Paper",
    "Place",
    "Published",
    "accept_clock",
    "act",
    "add_file",
    "add_item",
    "add_link",
    "add_party",
    "add_share",
    "add_signer",
    "agree_to_reset",
    "allowed_address",
    "ask",
    "ask_reset",
    "being_opened",
    "change_many",
    "change_password",
    "check_evidence",
    "collect_notices",
    "copy_to",
    "create_token",
    "create_user",
    "decide",
    "delegate",
    "delete_item",
    "delivered",
    "discard_draft",
    "drop_address",
    "drop_party",
    "drop_phrase",
    "drop_policy",
    "drop_share",
    "edit_head",
    "edit_item",
    "editable",
    "end_access",
    "end_delegation",
    "end_session",
    "expire_session",
    "expired",
    "finish_dossier",
    "finish_share",
    "follow_item",
    "forecast",
    "forget_replies",
    "grant",
    "hand_over",
    "import_units",
    "is_time",
    "keep_phrase",
    "knows_password",
    "merge_items",
    "note_use",
    "obstacles",
    "open_due_periods",
    "open_first",
    "open_session",
    "open_to",
    "packet_of",
    "phrases_of",
    "publish",
    "read_notices",
    "receive",
    "refuse_reset",
    "register_revision",
    "remind",
    "remove_evidence",
    "request_dossier",
    "reset_at_the_shell",
    "resolve_again",
    "resume",
    "revoke_token",
    "save_address",
    "save_group",
    "save_report",
    "save_unit",
    "set_active",
    "set_lights",
    "set_policy",
    "set_unit_active",
    "settle_party",
    "settle_problem",
    "sign_in",
    "split_item",
    "start_draft",
    "submit_report",
    "take_back_signer",
    "tell_keepers",
    "token_of",
    "transfer_seat",
    "urge",
    "urge_late",
]
