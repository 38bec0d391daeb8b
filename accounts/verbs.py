"""What an audit event may be about: one line per verb, with its title and the only facts it may carry.

The list is the privacy review of the audit log: no answer, comment, secret, mail or network address is among the facts,
and `accounts.domain.audit.record` refuses a fact that is not listed here.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Verb:
    title: str | Promise
    facts: frozenset[str]


def _verb(title: str | Promise, *facts: str) -> Verb:
    return Verb(title, frozenset(facts))


VERBS: dict[str, Verb] = {
    "installation.set_up": _verb(_("Installation set up")),
    "organization.created": _verb(_("Organization created")),
    "organization.renamed": _verb(_("Organization renamed"), "before", "after"),
    "team.created": _verb(_("Team created")),
    "team.renamed": _verb(_("Team renamed"), "before", "after"),
    "team.deleted": _verb(_("Team deleted")),
    "membership.added": _verb(_("Person added"), "role", "ends_on"),
    "membership.changed": _verb(_("Role or end date changed"), "before", "after", "ends_on"),
    "membership.removed": _verb(_("Person removed"), "role"),
    "membership.link_made": _verb(_("Set-password link made")),
    "person.left": _verb(_("Person left the organization"), "by_themselves"),
    "audit.exported": _verb(_("Audit log exported"), "format"),
    "token.made": _verb(_("API token made")),
    "person.signed_up": _verb(_("Person signed up")),
    "person.signed_in": _verb(_("Signed in"), "way"),
    "person.signed_out": _verb(_("Signed out")),
    "session.ended": _verb(_("Signed out elsewhere"), "n_sessions"),
    "email.changed": _verb(_("E-mail address changed")),
    "name.changed": _verb(_("Name changed")),
    "password.changed": _verb(_("Password changed")),
    "second_factor.added": _verb(_("Second factor added"), "kind"),
    "second_factor.removed": _verb(_("Second factor removed"), "kind"),
    "second_factor.reset": _verb(_("Second factor reset")),
    "second_factor.codes_made": _verb(_("Recovery codes made")),
    "organization.second_factor_required": _verb(_("Second factor required")),
    "organization.second_factor_optional": _verb(_("Second factor no longer required")),
    "provider.linked": _verb(_("Single sign-on linked")),
    "provider.unlinked": _verb(_("Single sign-on unlinked")),
    "assessment.created": _verb(_("Assessment created")),
    "assessment.edited": _verb(_("Assessment edited"), "changed"),
    "assessment.targets_set": _verb(_("Targets set"), "changed"),
    "assessment.opened": _verb(_("Assessment opened")),
    "assessment.closed": _verb(_("Assessment closed")),
    "assessment.reopened": _verb(_("Assessment opened again")),
    "assessment.reopened_from_report": _verb(_("Assessment re-opened from a report"), "digest"),
    "assessment.deleted": _verb(_("Assessment deleted")),
    "cap.contested": _verb(_("Cap contested"), "practice", "cap"),
    "cap.contest_withdrawn": _verb(_("Contest of a cap withdrawn"), "practice", "cap"),
    "evidence.contested": _verb(_("Measurement contested"), "signal"),
    "evidence.contest_withdrawn": _verb(_("Contest of a measurement withdrawn"), "signal"),
    "flow.input_set": _verb(_("Flow input set"), "name"),
    "flow.input_withdrawn": _verb(_("Flow input taken back"), "name"),
    "tracker.connected": _verb(_("Tracker connected"), "kind"),
    "tracker.disconnected": _verb(_("Tracker disconnected"), "kind"),
    "tracker.run_requested": _verb(_("Actions sent to the tracker"), "makes"),
    "roadmap.changed": _verb(_("Roadmap changed"), "change", "action"),
    "survey.promise_set": _verb(_("Promise to participants chosen"), "mode", "minimum"),
    "survey.comment_released": _verb(_("Comment released"), "practice"),
    "survey.answers_deleted": _verb(_("Answers taken back by their author")),
    "scenario.saved": _verb(_("What-if scenario saved")),
    "scenario.put_in_report": _verb(_("What-if scenario put into the report")),
    "scenario.taken_from_report": _verb(_("What-if scenario taken out of the report")),
    "scenario.deleted": _verb(_("What-if scenario deleted")),
    "survey.seat_given": _verb(_("Person asked to answer"), "roles"),
    "survey.seat_changed": _verb(_("Roles of an answering person changed"), "roles"),
    "survey.seat_withdrawn": _verb(_("Person no longer asked")),
    "survey.invited": _verb(_("People invited by address"), "n", "by_mail"),
    "survey.link_made": _verb(_("Personal link made")),
    "survey.mail_sent_again": _verb(_("Invitation sent again")),
    "survey.link_revoked": _verb(_("Invitation revoked")),
    "survey.entered": _verb(_("Seat entered on a device"), "way"),
    "survey.device_added": _verb(_("Seat taken to a second device")),
    "survey.reminders_stopped": _verb(_("Reminders stopped by the person")),
    "survey.room_opened": _verb(_("Code for a room made"), "n_seats"),
    "survey.room_closed": _verb(_("Code for a room closed")),
    "survey.finished": _verb(_("Answers finished")),
    "workshop.prepared": _verb(_("Workshop prepared"), "kind", "minutes"),
    "workshop.agenda_changed": _verb(_("Agenda of a workshop changed"), "n"),
    "workshop.settings_changed": _verb(_("Settings of a workshop changed"), "changed"),
    "workshop.entered": _verb(_("Seat in a workshop taken")),
    "workshop.device_changed": _verb(_("Seat in a workshop taken to another device")),
    "workshop.vote_opened": _verb(_("Secret vote opened"), "practice", "round"),
    "workshop.vote_cancelled": _verb(_("Secret vote taken back"), "practice", "round"),
    "workshop.revealed": _verb(_("Votes revealed"), "practice", "round"),
    "workshop.settled": _verb(_("Practice settled in a workshop"), "practice", "outcome"),
    "workshop.reopened": _verb(_("Practice taken up again in a workshop"), "practice"),
    "workshop.note_added": _verb(_("Note of a workshop written down"), "kind"),
    "workshop.handed_over": _verb(_("Workshop handed over"), "taken"),
    "workshop.ballots_made": _verb(_("Paper ballots made"), "n"),
    "workshop.ballot_entered": _verb(_("Paper ballot entered"), "n"),
    "workshop.finished": _verb(_("Workshop finished"), "n"),
    "workshop.exported": _verb(_("Workshop exported")),
    "workshop.imported": _verb(_("Workshop imported")),
    "repository.attached": _verb(_("Repository attached"), "kind"),
    "repository.host_connected": _verb(_("Repository connected to its host"), "kind"),
    "repository.host_disconnected": _verb(_("Repository disconnected from its host")),
    "repository.edited": _verb(_("Repository changed"), "changed"),
    "repository.removed": _verb(_("Repository removed")),
    "collection.requested": _verb(_("Collection requested"), "repository"),
    "collection.restarted": _verb(_("Collection started again"), "repository"),
    "collection.cancelled": _verb(_("Collection cancelled"), "repository"),
    "collections.scheduled": _verb(_("Weekly measuring switched on")),
    "collections.unscheduled": _verb(_("Weekly measuring switched off")),
    "report.requested": _verb(_("Report requested"), "language"),
    "report.downloaded": _verb(_("Report downloaded"), "language"),
}
