"""Planted faults (变异): each breaks one promise in a line of the project, and names the test that must notice.

``tests/house/test_faults.py`` plants them, one at a time, each in a copy. A line that has been rewritten since is rewritten here.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One line of the project written wrongly."""

    name: str
    noticed_by: str
    """A test of ``make test``, wherever it stands."""
    path: str
    right: str
    wrong: str


C, P, A = "workflow/tasks/conditions.py", "workflow/tasks/permissions.py", "workflow/tasks/acting.py"
R, Q, G = "workflow/tasks/reporting.py", "workflow/tasks/requests/requesting.py", "workflow/tasks/requests/rulings.py"
S, N, W = "workflow/tasks/seats.py", "workflow/tasks/people/signers.py", "workflow/tasks/signing_off.py"
T, K = "workflow/office/resetting.py", "workflow/office/passwords.py"
CASE, DESKS, H = "workflow/tasks/case.py", "workflow/office/desks.py", "workflow/tasks/holding.py"
FAULTS = (
    Fault("own work is signed", "test_who_wrote_does_not_sign_even_after_another_rewrote", C, "if person in attempt.case.authors:", "if False:"),
    Fault("one person signs two gates", "test_a_row_without_a_lead_is_led_by_the_office_but_closed_by_somebody_else", C, "if person in attempt.case.signers:", "if False:"),
    Fault("a seat is signed twice", "test_two_heads_in_order", C, "if chair is None or chair.seat in waiting:", "if True:"),
    Fault("returned without a word", "test_a_return_needs_an_opinion_and_the_handler_reads_it", C, 'return "" if attempt.opinion.strip() else "退回', 'return "" if True else "退回'),
    Fault("reopened without a reason", "test_a_return_and_a_reopening_need_words", C, 'return "" if attempt.opinion.strip() else "重启', 'return "" if True else "重启'),
    Fault("taken back after a lead signed", "test_withdrawing_an_approval_ends_when_a_lead_has_signed", C, "if any(s.gate is Gate.LEAD for s in attempt.case.signoffs):", "if False:"),
    Fault("nothing reported", "test_submitting_without_words_says_so", C, 'return "" if attempt.case.task.report.strip()', 'return "" if True'),
    Fault("nothing proved", "test_submitting_without_evidence_says_so_and_keeps_the_words", C, 'return "" if attempt.case.task.live_evidence', 'return "" if True'),
    Fault("closed over damaged evidence", "test_evidence_changed_on_disk_stops_the_closing_and_is_named", C, "if checked.damaged:", "if False:"),
    Fault("closed without a check", "test_closing_asks_for_a_check_of_this_very_content", C, "if checked is None or checked.content_digest !=", "if checked is not None and checked.content_digest !="),
    Fault("approval of other content", "test_an_approval_of_other_content_carries_nobody_further", C, "if any(s.content_digest != task.content_digest for s in", "if any(False for s in"),
    Fault("one signer is enough", "test_every_lead_unit_must_verify", "workflow/tasks/steps.py", "return step.gate is None or gate_passed(case.seats, step.gate, also=seat)", "return True"),
    Fault("submitted from anywhere", "test_buttons_are_what_the_table_allows", "workflow/tasks/process.py", "A.SUBMIT, (S.ASSIGNED,),", "A.SUBMIT, tuple(S),"),
    Fault("closed before the leads", "test_exactly_the_allowed_succeed", "workflow/tasks/process.py", "(S.LEAD_VERIFIED,),\n        S.CLOSED,", "(S.LEAD_VERIFIED, S.UNIT_APPROVED),\n        S.CLOSED,"),
    Fault("any head takes back", "test_buttons_are_what_the_table_allows", "workflow/tasks/process.py", "S.DRAFTED, p.is_last_signer,", "S.DRAFTED, p.is_unit_head,"),
    Fault("an event is dropped", "test_every_lead_unit_must_verify", "workflow/record/audit.py", "    run(session, inserting(cast(type[Base], chain)), rows)\n", ""),
    Fault("the chain forgets what was said", "test_a_touched_chain_is_found_out_without_any_known_head", "workflow/record/audit.py", "        event.data,\n        event.prev_hash,", "        event.prev_hash,"),
    Fault("a sign-off binds nothing", "test_every_lead_unit_must_verify", W, "content_digest=doing.task.content_digest,", 'content_digest="0" * 64,'),
    Fault("the first comer is not asked", "test_a_row_that_moved_after_it_was_read_is_not_overwritten", H, "where(*seen)", "where(seen[0], seen[1] | ~seen[1], seen[2] | ~seen[2])"),
    Fault("a stale page acts", "test_of_two_people_the_slower_learns_who_was_faster_and_keeps_the_words", A, "if task.version != seen_version:", "if False:"),
    Fault("returns void nothing", "test_one_lead_sends_back_what_another_had_verified", W, "    if step.starts_round:\n        _void(doing)", "    if False:\n        _void(doing)"),
    Fault("no new round", "test_every_step_back_starts_a_round", A, 'values["round"] = task.round + 1', 'values["round"] = task.round'),
    Fault("turns are not passed on", "test_every_lead_unit_must_verify", "workflow/tasks/seating.py", "        (_LEAVE, [{\"row\": row.id} for row in over[len(moved) :]]),", "        (_LEAVE, []),"),
    Fault("no packet is promised", "test_one_of_them_is_enough", "workflow/tasks/following.py", "    if step.gate is not None and doing.chair is not None:", "    if False:"),
    Fault("another unit's handler", "test_buttons_are_what_the_table_allows", P, "return sits_at(person, task.desk, task.unit_id)", "return task.desk in person.roles"),
    Fault("another unit's head", "test_who_is_copied_may_look_and_nothing_else", P, "return sits_at(person, Role.UNIT_HEAD, case.task.unit_id)", "return Role.UNIT_HEAD in person.roles"),
    Fault("another unit's lead", "test_only_office_and_lead_press", P, "return any(sits_at(person, role, unit) for unit, role in case.benches(Gate.LEAD))", "return True"),
    Fault("somebody who has left", "test_who_has_left_neither_reports_nor_signs", DESKS, "return person.active and person.unit_id", "return person.unit_id"),
    Fault("a lead verifies its own task", "test_a_lead_unit_never_verifies_its_own_task", "workflow/tasks/leading.py", "if lead != own)", ")"),
    Fault("changed while it is being signed", "test_content_is_locked_while_it_is_being_signed", R, "    if task.status is not Status.ASSIGNED:", "    if False:"),
    Fault("evidence is not bound", "test_what_an_approval_is_bound_to_covers_every_piece_of_evidence", "workflow/tasks/binding.py", '"evidence": pieces}', '"evidence": []}'),
    Fault("a refused date binds", "test_a_refusal_says_why_and_changes_nothing", Q, "(rule.granted if granted else rule.refused)(", "rule.granted("),
    Fault("decided twice", "test_a_decided_request_is_decided", Q, "seen = (Request.id == request.id, Request.granted.is_(None))", "seen = (Request.id == request.id,)"),
    Fault("one's own request is decided", "test_two_people_open_a_closed_task_again", Q, "    if request.asked_by_id == by.id:", "    if False:"),
    Fault("anybody decides", "test_only_the_office_decides", Q, "    if not is_office(case, by):\n        raise Forbidden(f", "    if False:\n        raise Forbidden(f"),
    Fault("one person reopens", "test_two_people_open_a_closed_task_again", C, "    if asked.asked_by_id == attempt.by.id:", "    if False:"),
    Fault("reopened unasked", "test_two_people_open_a_closed_task_again", C, "    if asked is None:", "    if False:"),
    Fault("reported while paused", "test_a_paused_task_waits_and_its_date_moves", C, 'if attempt.case.task.paused_at else ""', 'if False else ""'),
    Fault("objected too late", "test_objections_come_early_and_before_the_work", G, "> OBJECTION_DAYS:", "> 999:"),
    Fault("begun work is taken away", "test_what_was_begun_after_the_objection_is_not_taken_away", G, "    if task.report or task.live_evidence or task.lower_id:\n        raise NotInState(\"异议", "    if False:\n        raise NotInState(\"异议"),
    Fault("a pause costs the unit its days", "test_a_paused_task_waits_and_its_date_moves", G, "    _bind(session, task, after_working_days(task.due, days), why)\n    return days", "    return days"),
    Fault("any order will do", "test_two_heads_in_order", S, "        waiting = next((stage for stage in stages if not _stage_passed(stage, None)), [])\n        found += [", "        waiting = [seat for stage in stages for seat in stage]\n        found += ["),
    Fault("one of all is enough", "test_all_of_them_in_any_order_and_one_seal_for_the_unit", S, "return any(signed) if stage[0].any_one else all(signed)", "return any(signed)"),
    Fault("all of any must sign", "test_one_of_them_is_enough", S, "return any(signed) if stage[0].any_one else all(signed)", "return all(signed)"),
    Fault("a policy that nobody reads", "test_two_heads_in_order", S, "own = next((p for p in policies if p.unit_id == unit_id), None)", "own = None"),
    Fault("the widest policy wins", "test_the_narrowest_policy_is_in_force", S, "key=lambda p: (p.item_id is None, p.ledger_id is None)", "key=lambda p: (p.item_id is not None, p.ledger_id is not None)"),
    Fault("who has left is skipped", "test_who_has_left_the_desk_is_replaced_by_the_desk_not_skipped", S, "return [person if person in present else None for person in people]", "return [person for person in people if person in present]"),
    Fault("somebody else in a named place", "test_two_heads_in_order", DESKS, "return turn.user_id in (None, person.id) and sits_at", "return sits_at"),
    Fault("a deputy for ever", "test_a_delegation_ends_on_its_day_or_earlier", "workflow/tasks/rows.py", ", of.ends >= today)", ")"),
    Fault("an ended delegation", "test_a_delegation_ends_on_its_day_or_earlier", "workflow/tasks/rows.py", "(of.ended_at.is_(None), ", "("),
    Fault("a deputy counts for one", "test_for_whom_a_deputy_signed_does_not_sign_again", CASE, "for p in (s.user_id, s.principal_id) if p is not None", "for p in (s.user_id,) if p is not None"),
    Fault("a deputy's name hides the other's", "test_a_deputy_signs_and_everybody_sees_for_whom", "workflow/tasks/models/tasks.py", "        if self.deputy_until is not None:", "        if False:"),
    Fault("paper looks like a click", "test_a_form_signed_on_paper_is_shown_as_one", "workflow/tasks/models/tasks.py", "        if self.paper_sha256 is not None:", "        if False:"),
    Fault("anybody registers paper", "test_the_engine_itself_takes_paper_from_the_office_alone", W, "    if not registers_paper(case, by):", "    if False:"),
    Fault("anybody's paper fills a named place", "test_paper_of_somebody_else_does_not_fill_a_named_place", W, "    if seat.user is not None and seat.user.name != signer:", "    if False:"),
    Fault("a guest without a box", "test_another_unit_signs_in_a_spare_box", N, "if len({*guests(case), (gate, person.unit_id)}) > SPARE_SLOTS:", "if False:"),
    Fault("an author is asked to sign", "test_nobody_else_is_seated", N, "    if person.id in case.authors:", "    if False:"),
    Fault("taken back after signing", "test_who_was_asked_is_taken_back_until_they_sign", N, "    if seat.signoff_id is not None:", "    if False:"),
    Fault("who was too late is not told by whom", "test_who_comes_too_late_hears_of_whoever_was_faster", H, "        session.refresh(task)\n        return False", "        return False"),
    Fault("signed on the case of before", "test_one_step_back_keeps_what_was_signed_before_it", CASE, "    return replace(case, signoffs=", "    return case or replace(case, signoffs="),
    Fault("an unread page seats people", "test_a_stale_page_seats_nobody", H, "    if not swap(session, task, by=by, seen_version=seen_version, **values):", "    if not swap(session, task, by=by, seen_version=task.version, **values):"),
    Fault("outcome is not bound", "test_the_outcome_is_part_of_what_is_approved", "workflow/tasks/binding.py", "    if outcome is not TaskOutcome.DONE:", "    if False:"),
    Fault("pressed all day", "test_pressing_is_once_a_day", "workflow/tasks/urging.py", "    if _urged_today(session, task, at=at):", "    if False:"),
    Fault("one administrator gives a password", "test_it_takes_two_administrators_of_different_desks_who_are_not_the_owner", T, "if by.id == asker.id or by.roles & asker.roles:", "if False:"),
    Fault("half a password opens", "test_both_halves_open_and_neither_alone", K, "return all(fitting)", "return any(fitting)"),
    Fault("a password comes back", "test_the_last_five_do_not_come_back_and_a_reset_does_not_help", K, "if any(fits(kept, new) for", "if False and any(fits(kept, new) for"),
    Fault("the last of the three goes", "test_the_last_of_the_three_stays", "workflow/office/people.py", "    _keep_the_last(session, user, user.roles - wanted)\n", ""),
    Fault("wrong passwords are not counted", "test_the_password_page_counts_like_the_gate", "workflow/office/people.py", "    if not fitting and not closed:", "    if False:"),
    Fault("anybody names an address", "test_what_proxies_say_is_believed_as_far_as_they_are_ours", "views/address.py", "if not _ours(address, trusted) or not", "if not"),
    Fault("a form without a tick takes all", "test_a_form_without_a_tick_takes_no_desk", "views/desks/accounts.py", "if bool(form.roles.data) is bool(form.none.data):", "if False:"),
)  # fmt: skip
