"""Who may fetch and do what: one row per address and verb, one column per role. An address without a row fails.

A stranger (somebody else's lead) is told 404, a member without the verb 403. Pages send an anonymous visitor to the
sign-in page (302); the API answers 401.
"""

import datetime as dt

import pytest
from django.core.cache import cache
from django.core.signals import request_finished
from django.db import close_old_connections, transaction
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.models import Membership
from core.polling import STOP_POLLING
from tests.house.world import ROLES, World, build_world

pytestmark = pytest.mark.django_db

# fmt: off
#    address, verb; then anonymous, stranger, member, viewer, lead, consultant, former consultant, administrator,
#    administrator of another organization
TABLE = (
    ("accounts:account", "GET", 302, 200, 200, 200, 200, 200, 200, 200, 200),
    ("accounts:audit-export", "GET", 302, 404, 403, 403, 403, 403, 404, 200, 404),
    ("accounts:audit-list", "GET", 302, 404, 403, 403, 403, 403, 404, 200, 404),
    ("accounts:email-change", "GET", 302, 302, 302, 302, 302, 302, 302, 302, 302),
    ("accounts:email-change", "POST", 302, 302, 302, 302, 302, 302, 302, 302, 302),
    ("accounts:email-confirm", "GET", 302, 410, 410, 410, 410, 410, 410, 410, 410),
    ("accounts:email-confirm", "POST", 302, 409, 409, 409, 409, 409, 409, 409, 409),
    ("accounts:membership-edit", "GET", 302, 404, 403, 403, 200, 200, 404, 200, 404),
    ("accounts:membership-edit", "POST", 302, 404, 403, 403, 200, 200, 404, 200, 404),
    ("accounts:membership-erase", "GET", 302, 404, 403, 403, 403, 403, 404, 200, 404),
    ("accounts:membership-erase", "POST", 302, 404, 403, 403, 403, 403, 404, 302, 404),
    ("accounts:membership-link", "POST", 302, 404, 403, 403, 302, 302, 404, 302, 404),
    ("accounts:membership-remove", "GET", 302, 404, 403, 403, 200, 200, 404, 200, 404),
    ("accounts:membership-remove", "POST", 302, 404, 403, 403, 302, 302, 404, 302, 404),
    ("accounts:membership-second-factor", "GET", 302, 404, 403, 403, 403, 403, 404, 200, 404),
    ("accounts:membership-second-factor", "POST", 302, 404, 403, 403, 403, 403, 404, 302, 404),
    ("accounts:name-edit", "GET", 302, 200, 200, 200, 200, 200, 200, 200, 200),
    ("accounts:name-edit", "POST", 302, 200, 200, 200, 200, 200, 200, 200, 200),
    ("accounts:organization-create", "GET", 302, 403, 403, 403, 403, 403, 403, 403, 403),
    ("accounts:organization-create", "POST", 302, 403, 403, 403, 403, 403, 403, 403, 403),
    ("accounts:organization-detail", "GET", 302, 404, 200, 200, 200, 200, 404, 200, 404),
    ("accounts:organization-edit", "GET", 302, 404, 403, 403, 403, 403, 404, 200, 404),
    ("accounts:organization-edit", "POST", 302, 404, 403, 403, 403, 403, 404, 200, 404),
    ("accounts:organization-leave", "GET", 302, 404, 200, 200, 200, 200, 404, 200, 404),
    ("accounts:organization-leave", "POST", 302, 404, 302, 302, 302, 302, 404, 409, 404),
    ("accounts:organization-list", "GET", 302, 200, 200, 200, 200, 200, 200, 200, 200),
    ("accounts:organization-person-add", "GET", 302, 404, 403, 403, 403, 403, 404, 200, 404),
    ("accounts:organization-person-add", "POST", 302, 404, 403, 403, 403, 403, 404, 200, 404),
    ("accounts:organization-second-factor", "GET", 302, 404, 403, 403, 403, 403, 404, 200, 404),
    ("accounts:organization-second-factor", "POST", 302, 404, 403, 403, 403, 403, 404, 302, 404),
    ("accounts:second-factor-missing", "GET", 302, 200, 200, 200, 200, 200, 200, 200, 200),
    ("accounts:session-end", "POST", 302, 404, 302, 404, 404, 404, 404, 404, 404),
    ("accounts:session-end-others", "POST", 302, 302, 302, 302, 302, 302, 302, 302, 302),
    ("accounts:session-list", "GET", 302, 200, 200, 200, 200, 200, 200, 200, 200),
    ("accounts:setup", "GET", 410, 410, 410, 410, 410, 410, 410, 410, 410),
    ("accounts:setup", "POST", 410, 410, 410, 410, 410, 410, 410, 410, 410),
    ("accounts:sign-up", "GET", 200, 200, 200, 200, 200, 200, 200, 200, 200),
    ("accounts:sign-up", "POST", 200, 200, 200, 200, 200, 200, 200, 200, 200),
    ("accounts:sign-up-finish", "GET", 410, 410, 410, 410, 410, 410, 410, 410, 410),
    ("accounts:sign-up-finish", "POST", 410, 410, 410, 410, 410, 410, 410, 410, 410),
    ("accounts:team-create", "GET", 302, 404, 403, 403, 403, 200, 404, 200, 404),
    ("accounts:team-create", "POST", 302, 404, 403, 403, 403, 200, 404, 200, 404),
    ("accounts:team-delete", "GET", 302, 404, 403, 403, 403, 403, 404, 200, 404),
    ("accounts:team-delete", "POST", 302, 404, 403, 403, 403, 403, 404, 409, 404),
    ("accounts:team-detail", "GET", 302, 404, 200, 200, 200, 200, 404, 200, 404),
    ("accounts:team-edit", "GET", 302, 404, 403, 403, 200, 200, 404, 200, 404),
    ("accounts:team-edit", "POST", 302, 404, 403, 403, 200, 200, 404, 200, 404),
    ("accounts:team-person-add", "GET", 302, 404, 403, 403, 200, 200, 404, 200, 404),
    ("accounts:team-person-add", "POST", 302, 404, 403, 403, 200, 200, 404, 200, 404),
    ("api:audit-list", "GET", 401, 404, 403, 403, 403, 403, 404, 200, 404),
    ("api:membership-detail", "GET", 401, 404, 403, 403, 200, 200, 404, 200, 404),
    ("api:membership-detail", "PATCH", 401, 404, 403, 403, 200, 200, 404, 200, 404),
    ("api:membership-detail", "DELETE", 401, 404, 403, 403, 204, 204, 404, 204, 404),
    ("api:organization-detail", "GET", 401, 404, 200, 200, 200, 200, 404, 200, 404),
    ("api:organization-detail", "PATCH", 401, 404, 403, 403, 403, 403, 404, 200, 404),
    ("api:organization-list", "GET", 401, 200, 200, 200, 200, 200, 200, 200, 200),
    ("api:organization-people", "GET", 401, 404, 403, 403, 403, 200, 404, 200, 404),
    ("api:organization-people", "POST", 401, 404, 403, 403, 403, 403, 404, 400, 404),
    ("api:team-detail", "GET", 401, 404, 200, 200, 200, 200, 404, 200, 404),
    ("api:team-detail", "PATCH", 401, 404, 403, 403, 200, 200, 404, 200, 404),
    ("api:team-detail", "DELETE", 401, 404, 403, 403, 403, 403, 404, 409, 404),
    ("api:team-list", "GET", 401, 404, 200, 200, 200, 200, 404, 200, 404),
    ("api:team-list", "POST", 401, 404, 403, 403, 403, 400, 404, 400, 404),
    ("api:team-people", "GET", 401, 404, 200, 403, 200, 200, 404, 200, 404),
    ("api:team-people", "POST", 401, 404, 403, 403, 400, 400, 404, 400, 404),
    ("api:assessment-close", "POST", 401, 404, 403, 403, 200, 200, 404, 200, 404),
    ("api:assessment-detail", "GET", 401, 404, 200, 200, 200, 200, 404, 200, 404),
    ("api:assessment-detail", "PATCH", 401, 404, 403, 403, 200, 200, 404, 200, 404),
    ("api:assessment-list", "GET", 401, 200, 200, 200, 200, 200, 200, 200, 200),
    ("api:assessment-list", "POST", 401, 400, 400, 400, 400, 400, 400, 400, 400),
    ("api:assessment-open", "POST", 401, 404, 403, 403, 409, 409, 404, 409, 404),
    ("api:collection-cancel", "POST", 401, 404, 403, 403, 200, 200, 404, 200, 404),
    ("api:collection-detail", "GET", 401, 404, 200, 403, 200, 200, 404, 200, 404),
    ("api:collection-list", "GET", 401, 404, 200, 403, 200, 200, 404, 200, 404),
    ("api:collection-list", "POST", 401, 404, 403, 403, 400, 400, 404, 400, 404),
    ("api:evidence-list", "GET", 401, 404, 200, 403, 200, 200, 404, 200, 404),
    ("api:invitation-detail", "DELETE", 401, 404, 403, 403, 204, 204, 404, 204, 404),
    ("api:invitation-detail", "POST", 401, 404, 403, 403, 201, 201, 404, 201, 404),
    ("api:invitation-list", "GET", 401, 404, 403, 403, 200, 200, 404, 200, 404),
    ("api:invitation-list", "POST", 401, 404, 403, 403, 400, 400, 404, 400, 404),
    ("api:flow", "GET", 401, 404, 200, 200, 200, 200, 404, 200, 404),
    ("api:flow", "PATCH", 401, 404, 403, 403, 200, 200, 404, 200, 404),
    ("api:flow-what-if", "POST", 401, 404, 200, 200, 200, 200, 404, 200, 404),
    ("api:own-answers", "GET", 401, 404, 200, 404, 404, 404, 404, 404, 404),
    ("api:own-answers", "PUT", 401, 404, 400, 404, 404, 404, 404, 404, 404),
    ("api:report-detail", "GET", 401, 404, 200, 200, 200, 200, 404, 200, 404),
    ("api:report-download", "GET", 401, 404, 200, 200, 200, 200, 404, 200, 404),
    ("api:report-list", "GET", 401, 404, 200, 200, 200, 200, 404, 200, 404),
    ("api:report-list", "POST", 401, 404, 403, 403, 202, 202, 404, 202, 404),
    ("api:repository-detail", "GET", 401, 404, 200, 403, 200, 200, 404, 200, 404),
    ("api:repository-detail", "PATCH", 401, 404, 403, 403, 200, 200, 404, 200, 404),
    ("api:repository-detail", "DELETE", 401, 404, 403, 403, 204, 204, 404, 204, 404),
    ("api:repository-list", "GET", 401, 404, 200, 403, 200, 200, 404, 200, 404),
    ("api:repository-list", "POST", 401, 404, 403, 403, 400, 400, 404, 400, 404),
    ("api:result-detail", "GET", 401, 404, 200, 200, 200, 200, 404, 200, 404),
    ("api:result-list", "GET", 401, 404, 200, 200, 200, 200, 404, 200, 404),
    ("api:result-moves", "GET", 401, 404, 200, 200, 200, 200, 404, 200, 404),
    ("api:scenario-detail", "GET", 401, 404, 200, 200, 200, 200, 404, 200, 404),
    ("api:scenario-detail", "PATCH", 401, 404, 403, 403, 200, 200, 404, 200, 404),
    ("api:scenario-detail", "DELETE", 401, 404, 403, 403, 204, 204, 404, 204, 404),
    ("api:scenario-list", "GET", 401, 404, 200, 200, 200, 200, 404, 200, 404),
    ("api:scenario-list", "POST", 401, 404, 400, 403, 400, 400, 404, 400, 404),
    ("api:schema", "GET", 200, 200, 200, 200, 200, 200, 200, 200, 200),
    ("api:token", "POST", 400, 400, 400, 400, 400, 400, 400, 400, 400),
    ("assessment:assessment-close", "GET", 302, 404, 403, 403, 200, 200, 404, 200, 404),
    ("assessment:assessment-close", "POST", 302, 404, 403, 403, 302, 302, 404, 302, 404),
    ("assessment:assessment-create", "GET", 302, 404, 403, 403, 200, 200, 404, 200, 404),
    ("assessment:assessment-create", "POST", 302, 404, 403, 403, 200, 200, 404, 200, 404),
    ("assessment:assessment-delete", "GET", 302, 404, 403, 403, 403, 403, 404, 200, 404),
    ("assessment:assessment-delete", "POST", 302, 404, 403, 403, 403, 403, 404, 302, 404),
    ("assessment:assessment-detail", "GET", 302, 404, 200, 200, 200, 200, 404, 200, 404),
    ("assessment:assessment-edit", "GET", 302, 404, 403, 403, 200, 200, 404, 200, 404),
    ("assessment:assessment-edit", "POST", 302, 404, 403, 403, 200, 200, 404, 200, 404),
    ("assessment:assessment-list", "GET", 302, 200, 200, 200, 200, 200, 200, 200, 200),
    ("assessment:assessment-open", "POST", 302, 404, 403, 403, 409, 409, 404, 409, 404),
    ("assessment:assessment-reopen", "POST", 302, 404, 403, 403, 409, 409, 404, 409, 404),
    ("assessment:assessment-targets", "GET", 302, 404, 403, 403, 200, 200, 404, 200, 404),
    ("assessment:assessment-targets", "POST", 302, 404, 403, 403, 200, 200, 404, 200, 404),
    ("assessment:model-list", "GET", 302, 404, 403, 403, 403, 200, 404, 200, 404),
    ("assessment:model-list", "POST", 302, 404, 403, 403, 403, 200, 404, 200, 404),
    ("assessment:model-upload", "GET", 302, 404, 403, 403, 403, 200, 404, 200, 404),
    ("assessment:model-upload", "POST", 302, 404, 403, 403, 403, 302, 404, 302, 404),
    ("metrics:collection-cancel", "POST", 302, 404, 403, 403, 302, 302, 404, 302, 404),
    ("metrics:collection-detail", "GET", 302, 404, 200, 403, 200, 200, 404, 200, 404),
    ("metrics:collection-restart", "POST", 302, 404, 403, 403, 302, 302, 404, 302, 404),
    ("metrics:collection-schedule", "POST", 302, 404, 403, 403, 302, 302, 404, 302, 404),
    ("metrics:collection-start", "POST", 302, 404, 403, 403, 302, 302, 404, 302, 404),
    ("metrics:collection-status", "GET", 302, 404, 200, 403, 200, 200, 404, 200, 404),
    ("metrics:repository-attach", "GET", 302, 404, 403, 403, 200, 200, 404, 200, 404),
    ("metrics:repository-attach", "POST", 302, 404, 403, 403, 422, 422, 404, 422, 404),
    ("metrics:repository-edit", "GET", 302, 404, 403, 403, 200, 200, 404, 200, 404),
    ("metrics:repository-edit", "POST", 302, 404, 403, 403, 422, 422, 404, 422, 404),
    ("metrics:repository-host", "GET", 302, 404, 403, 403, 200, 200, 404, 200, 404),
    ("metrics:repository-host", "POST", 302, 404, 403, 403, 302, 302, 404, 302, 404),
    ("metrics:repository-list", "GET", 302, 404, 200, 403, 200, 200, 404, 200, 404),
    ("metrics:repository-remove", "GET", 302, 404, 403, 403, 200, 200, 404, 200, 404),
    ("metrics:repository-remove", "POST", 302, 404, 403, 403, 302, 302, 404, 302, 404),
    ("reports:agreement", "GET", 302, 404, 200, 200, 200, 200, 404, 200, 404),
    ("reports:evidence-contest", "GET", 302, 404, 200, 403, 200, 200, 404, 200, 404),
    ("reports:evidence-contest", "POST", 302, 404, 200, 403, 200, 200, 404, 200, 404),
    ("reports:evidence-contest-withdraw", "POST", 302, 404, 302, 403, 302, 302, 404, 302, 404),
    ("reports:brand", "GET", 302, 404, 403, 403, 403, 403, 404, 200, 404),
    ("reports:brand", "POST", 302, 404, 403, 403, 403, 403, 404, 200, 404),
    ("reports:brand-withdraw", "POST", 302, 404, 403, 403, 403, 403, 404, 302, 404),
    ("reports:cap-contest", "GET", 302, 404, 403, 403, 200, 200, 404, 200, 404),
    ("reports:cap-contest", "POST", 302, 404, 403, 403, 200, 200, 404, 200, 404),
    ("reports:cap-contest-withdraw", "POST", 302, 404, 403, 403, 302, 302, 404, 302, 404),
    ("reports:export", "GET", 302, 404, 200, 200, 200, 200, 404, 200, 404),
    ("reports:flow", "GET", 302, 404, 200, 200, 200, 200, 404, 200, 404),
    ("reports:flow-inputs", "GET", 302, 404, 403, 403, 200, 200, 404, 200, 404),
    ("reports:flow-inputs", "POST", 302, 404, 403, 403, 302, 302, 404, 302, 404),
    ("reports:practice", "GET", 302, 404, 200, 200, 200, 200, 404, 200, 404),
    ("reports:portfolio", "GET", 302, 404, 403, 403, 403, 200, 404, 200, 404),
    ("reports:portfolio-page", "GET", 302, 404, 403, 403, 403, 200, 404, 200, 404),
    ("reports:portfolio-request", "POST", 302, 404, 403, 403, 403, 302, 404, 302, 404),
    ("reports:portfolio-status", "GET", 302, 404, 403, 403, 403, 200, 404, 200, 404),
    ("reports:portfolio-cancel", "POST", 302, 404, 403, 403, 403, 302, 404, 302, 404),
    ("reports:portfolio-download", "GET", 302, 404, 403, 403, 403, 200, 404, 200, 404),
    ("reports:report-cancel", "POST", 302, 404, 403, 403, 302, 302, 404, 302, 404),
    ("reports:report-preview", "GET", 302, 404, 403, 403, 200, 200, 404, 200, 404),
    ("reports:report-download", "GET", 302, 404, 200, 200, 200, 200, 404, 200, 404),
    ("reports:report-request", "POST", 302, 404, 403, 403, 302, 302, 404, 302, 404),
    ("reports:report-status", "GET", 302, 404, 200, 200, 200, 200, 404, 200, 404),
    ("reports:result", "GET", 302, 404, 200, 200, 200, 200, 404, 200, 404),
    ("reports:remark", "GET", 302, 404, 403, 403, 200, 200, 404, 200, 404),
    ("reports:remark", "POST", 302, 404, 403, 403, 200, 200, 404, 200, 404),
    ("reports:remark-list", "GET", 302, 404, 403, 403, 200, 200, 404, 200, 404),
    ("reports:share", "GET", 302, 404, 403, 403, 200, 200, 404, 200, 404),
    ("reports:share", "POST", 302, 404, 403, 403, 200, 200, 404, 200, 404),
    ("reports:share-list", "GET", 302, 404, 403, 403, 200, 200, 404, 200, 404),
    ("reports:share-revoke", "POST", 302, 404, 403, 403, 302, 302, 404, 302, 404),
    ("reports:shared", "GET", 404, 404, 404, 404, 404, 404, 404, 404, 404),
    ("reports:shared", "POST", 404, 404, 404, 404, 404, 404, 404, 404, 404),
    ("reports:roadmap", "GET", 302, 404, 200, 200, 200, 200, 404, 200, 404),
    ("reports:roadmap-action", "GET", 302, 404, 200, 200, 200, 200, 404, 200, 404),
    ("reports:roadmap-action", "POST", 302, 404, 403, 403, 302, 302, 404, 302, 404),
    ("reports:roadmap-add", "GET", 302, 404, 403, 403, 200, 200, 404, 200, 404),
    ("reports:roadmap-add", "POST", 302, 404, 403, 403, 422, 422, 404, 422, 404),
    ("reports:roadmap-capacity", "GET", 302, 404, 403, 403, 200, 200, 404, 200, 404),
    ("reports:roadmap-capacity", "POST", 302, 404, 403, 403, 422, 422, 404, 422, 404),
    ("reports:roadmap-decide", "POST", 302, 404, 403, 403, 422, 422, 404, 422, 404),
    ("reports:roadmap-follow", "GET", 302, 404, 200, 200, 200, 200, 404, 200, 404),
    ("reports:roadmap-export", "GET", 302, 404, 200, 200, 200, 200, 404, 200, 404),
    ("reports:tracker", "GET", 302, 404, 403, 403, 200, 200, 404, 200, 404),
    ("reports:tracker", "POST", 302, 404, 403, 403, 422, 422, 404, 422, 404),
    ("reports:tracker-remove", "GET", 302, 404, 403, 403, 404, 404, 404, 404, 404),
    ("reports:tracker-remove", "POST", 302, 404, 403, 403, 404, 404, 404, 404, 404),
    ("reports:tracker-run", "GET", 302, 404, 403, 403, 404, 404, 404, 404, 404),
    ("reports:tracker-send", "POST", 302, 404, 403, 403, 404, 404, 404, 404, 404),
    ("reports:roadmap-history", "GET", 302, 404, 200, 200, 200, 200, 404, 200, 404),
    ("reports:roadmap-move", "POST", 302, 404, 403, 403, 409, 409, 404, 409, 404),
    ("reports:roadmap-return", "POST", 302, 404, 403, 403, 409, 409, 404, 409, 404),
    ("reports:roadmap-undo", "POST", 302, 404, 403, 403, 409, 409, 404, 409, 404),
    ("reports:validity", "GET", 302, 404, 200, 200, 200, 200, 404, 200, 404),
    ("reports:validity-file", "GET", 302, 404, 200, 200, 200, 200, 404, 200, 404),
    ("reports:scenario", "GET", 302, 404, 200, 200, 200, 200, 404, 200, 404),
    ("reports:scenario-delete", "GET", 302, 404, 403, 403, 200, 200, 404, 200, 404),
    ("reports:scenario-delete", "POST", 302, 404, 403, 403, 302, 302, 404, 302, 404),
    ("reports:scenario-save", "POST", 302, 404, 422, 403, 422, 422, 404, 422, 404),
    ("reports:scenario-show", "POST", 302, 404, 403, 403, 302, 302, 404, 302, 404),
    ("surveys:answer-review", "GET", 302, 404, 200, 403, 403, 403, 404, 403, 404),
    ("surveys:answer-review", "POST", 302, 404, 302, 403, 403, 403, 404, 403, 404),
    ("surveys:answer-save", "POST", 302, 404, 422, 403, 403, 403, 404, 403, 404),
    ("surveys:answer-section", "GET", 302, 404, 200, 403, 403, 403, 404, 403, 404),
    ("surveys:answer-section", "POST", 302, 404, 302, 403, 403, 403, 404, 403, 404),
    ("surveys:answer-start", "GET", 302, 404, 200, 403, 200, 200, 404, 200, 404),
    ("surveys:answer-start", "POST", 302, 404, 302, 403, 200, 200, 404, 200, 404),
    ("surveys:comment-list", "GET", 302, 404, 403, 403, 409, 409, 404, 409, 404),
    ("surveys:comment-release", "GET", 302, 404, 403, 403, 403, 409, 404, 409, 404),
    ("surveys:comment-release", "POST", 302, 404, 403, 403, 403, 409, 404, 409, 404),
    ("surveys:comment-save", "POST", 302, 404, 200, 403, 403, 403, 404, 403, 404),
    ("surveys:participant-list", "GET", 302, 404, 403, 403, 200, 200, 404, 200, 404),
    ("surveys:participant-list", "POST", 302, 404, 403, 403, 200, 200, 404, 200, 404),
    ("surveys:device-link", "POST", 302, 404, 409, 403, 403, 403, 404, 403, 404),
    ("surveys:invitation-add", "GET", 302, 404, 403, 403, 200, 200, 404, 200, 404),
    ("surveys:invitation-add", "POST", 302, 404, 403, 403, 200, 200, 404, 200, 404),
    ("surveys:invitation-list", "GET", 302, 404, 403, 403, 200, 200, 404, 200, 404),
    ("surveys:join", "GET", 410, 410, 410, 410, 410, 410, 410, 410, 410),
    ("surveys:join", "POST", 410, 410, 410, 410, 410, 410, 410, 410, 410),
    ("surveys:join-device", "GET", 410, 410, 410, 410, 410, 410, 410, 410, 410),
    ("surveys:join-device", "POST", 410, 410, 410, 410, 410, 410, 410, 410, 410),
    ("surveys:join-room", "GET", 410, 410, 410, 410, 410, 410, 410, 410, 410),
    ("surveys:join-room", "POST", 410, 410, 410, 410, 410, 410, 410, 410, 410),
    ("surveys:resume", "GET", 200, 200, 302, 200, 200, 200, 200, 200, 200),
    ("surveys:room", "GET", 302, 404, 403, 403, 200, 200, 404, 200, 404),
    ("surveys:room", "POST", 302, 404, 403, 403, 200, 200, 404, 200, 404),
    ("surveys:room-close", "POST", 302, 404, 403, 403, 302, 302, 404, 302, 404),
    ("surveys:seat-link", "POST", 302, 404, 403, 403, 200, 200, 404, 200, 404),
    ("surveys:seat-mail", "POST", 302, 404, 403, 403, 302, 302, 404, 302, 404),
    ("surveys:seat-revoke", "GET", 302, 404, 403, 403, 200, 200, 404, 200, 404),
    ("surveys:seat-revoke", "POST", 302, 404, 403, 403, 302, 302, 404, 302, 404),
    ("surveys:stop", "GET", 410, 410, 410, 410, 410, 410, 410, 410, 410),
    ("surveys:stop", "POST", 410, 410, 410, 410, 410, 410, 410, 410, 410),
    ("surveys:promise", "GET", 302, 404, 403, 403, 200, 200, 404, 200, 404),
    ("surveys:promise", "POST", 302, 404, 403, 403, 200, 200, 404, 200, 404),
    ("surveys:stored", "GET", 302, 404, 200, 403, 403, 403, 404, 403, 404),
    ("surveys:stored-delete", "POST", 302, 404, 422, 403, 403, 403, 404, 403, 404),
    ("surveys:stored-download", "GET", 302, 404, 200, 403, 403, 403, 404, 403, 404),
    ("surveys:wish-save", "POST", 302, 404, 200, 403, 403, 403, 404, 403, 404),
    ("assessment:draft-list", "GET", 302, 404, 403, 403, 403, 200, 404, 200, 404),
    ("assessment:draft-list", "POST", 302, 404, 403, 403, 403, 200, 404, 200, 404),
    ("assessment:draft-detail", "GET", 302, 404, 403, 403, 403, 200, 404, 200, 404),
    ("assessment:draft-part", "GET", 302, 404, 403, 403, 403, 200, 404, 200, 404),
    ("assessment:draft-part", "POST", 302, 404, 403, 403, 403, 200, 404, 200, 404),
    ("assessment:draft-yaml", "GET", 302, 404, 403, 403, 403, 200, 404, 200, 404),
    ("assessment:draft-yaml", "POST", 302, 404, 403, 403, 403, 200, 404, 200, 404),
    ("assessment:draft-export", "GET", 302, 404, 403, 403, 403, 200, 404, 200, 404),
    ("assessment:draft-check", "POST", 302, 404, 403, 403, 403, 302, 404, 302, 404),
    ("assessment:draft-translation", "GET", 302, 404, 403, 403, 403, 200, 404, 200, 404),
    ("assessment:draft-translation", "POST", 302, 404, 403, 403, 403, 200, 404, 200, 404),
    ("assessment:draft-translation-import", "POST", 302, 404, 403, 403, 403, 409, 404, 409, 404),
    ("assessment:draft-part-add", "POST", 302, 404, 403, 403, 403, 302, 404, 302, 404),
    ("assessment:draft-part-remove", "GET", 302, 404, 403, 403, 403, 200, 404, 200, 404),
    ("assessment:draft-part-remove", "POST", 302, 404, 403, 403, 403, 302, 404, 302, 404),
    ("assessment:model-withdraw", "GET", 302, 404, 403, 403, 403, 200, 404, 200, 404),
    ("assessment:model-withdraw", "POST", 302, 404, 403, 403, 403, 302, 404, 302, 404),
    ("surveys:answers-file", "GET", 302, 404, 403, 403, 409, 409, 404, 409, 404),
    ("surveys:answers-file", "POST", 302, 404, 403, 403, 409, 409, 404, 409, 404),
    ("surveys:answers-file-download", "GET", 302, 404, 403, 403, 409, 409, 404, 409, 404),
    ("assessment:draft-publish", "GET", 302, 404, 403, 403, 403, 200, 404, 200, 404),
    ("assessment:draft-publish", "POST", 302, 404, 403, 403, 403, 302, 404, 302, 404),
    ("assessment:draft-delete", "GET", 302, 404, 403, 403, 403, 200, 404, 200, 404),
    ("assessment:draft-delete", "POST", 302, 404, 403, 403, 403, 302, 404, 302, 404),
    ("surveys:draft-try", "GET", 302, 404, 403, 403, 403, 200, 404, 200, 404),
    ("surveys:draft-try", "POST", 302, 404, 403, 403, 403, 200, 404, 200, 404),
    ("surveys:version-list", "GET", 302, 404, 403, 403, 200, 200, 404, 200, 404),
    ("surveys:version-preview", "GET", 302, 404, 403, 403, 200, 200, 404, 200, 404),
    ("surveys:version-preview", "POST", 302, 404, 403, 403, 200, 200, 404, 200, 404),
    ("surveys:workshop-agenda", "GET", 302, 404, 403, 403, 200, 200, 404, 200, 404),
    ("surveys:workshop-agenda", "POST", 302, 404, 403, 403, 200, 200, 404, 200, 404),
    ("surveys:workshop-ballot", "GET", 302, 404, 403, 403, 200, 200, 404, 200, 404),
    ("surveys:workshop-ballot", "POST", 302, 404, 403, 403, 200, 200, 404, 200, 404),
    ("surveys:workshop-ballots", "GET", 302, 404, 403, 403, 200, 200, 404, 200, 404),
    ("surveys:workshop-ballots", "POST", 302, 404, 403, 403, 422, 422, 404, 422, 404),
    ("surveys:workshop-device", "POST", 410, 410, 410, 410, 410, 410, 410, 410, 410),
    ("surveys:workshop-enter", "GET", 410, 410, 410, 410, 410, 410, 410, 410, 410),
    ("surveys:workshop-enter", "POST", 410, 410, 410, 410, 410, 410, 410, 410, 410),
    ("surveys:workshop-export", "GET", 302, 404, 403, 403, 409, 409, 404, 409, 404),
    ("surveys:workshop-finish", "GET", 302, 404, 403, 403, 200, 200, 404, 200, 404),
    ("surveys:workshop-finish", "POST", 302, 404, 403, 403, 302, 409, 404, 409, 404),
    ("surveys:workshop-hand-over", "GET", 302, 404, 403, 403, 200, 200, 404, 200, 404),
    ("surveys:workshop-hand-over", "POST", 302, 404, 403, 403, 302, 302, 404, 302, 404),
    ("surveys:workshop-import", "GET", 302, 404, 403, 403, 200, 200, 404, 200, 404),
    ("surveys:workshop-import", "POST", 302, 404, 403, 403, 200, 200, 404, 200, 404),
    ("surveys:workshop-join", "GET", 200, 200, 200, 200, 200, 200, 200, 200, 200),
    ("surveys:workshop-join", "POST", 200, 200, 200, 200, 200, 200, 200, 200, 200),
    ("surveys:workshop-lead", "GET", 302, 404, 403, 403, 200, 200, 404, 200, 404),
    ("surveys:workshop-note", "POST", 302, 404, 403, 403, 422, 422, 404, 422, 404),
    ("surveys:workshop-prepare", "POST", 302, 404, 403, 403, 302, 302, 404, 302, 404),
    ("surveys:workshop-room", "GET", 410, 410, 410, 410, 410, 410, 410, 410, 410),
    ("surveys:workshop-room-watch", "GET", 410, 410, 410, 410, 410, 410, 410, 410, 410),
    ("surveys:workshop-seat", "GET", 410, 410, 410, 410, 410, 410, 410, 410, 410),
    ("surveys:workshop-seat-watch", "GET", 286, 286, 286, 286, 286, 286, 286, 286, 286),
    ("surveys:workshop-settings", "GET", 302, 404, 403, 403, 200, 200, 404, 200, 404),
    ("surveys:workshop-settings", "POST", 302, 404, 403, 403, 200, 200, 404, 200, 404),
    ("surveys:workshop-settle", "POST", 302, 404, 403, 403, 422, 422, 404, 422, 404),
    ("surveys:workshop-step", "POST", 302, 404, 403, 403, 422, 422, 404, 422, 404),
    ("surveys:workshop-take", "GET", 410, 410, 410, 410, 410, 410, 410, 410, 410),
    ("surveys:workshop-take", "POST", 410, 410, 410, 410, 410, 410, 410, 410, 410),
    ("surveys:workshop-vote", "POST", 410, 410, 410, 410, 410, 410, 410, 410, 410),
    ("surveys:workshop-watch", "GET", 302, 404, 403, 403, 200, 200, 404, 200, 404),
)
# fmt: on

CONTENT = {True: "application/json", False: "application/x-www-form-urlencoded"}
OPEN_ADDRESSES = {"core:health": 200}  # named addresses everybody may fetch, whoever they are
NOT_OURS = (
    "admin:",
    "account_",
    "mfa_",
    "openid_connect_",
    "socialaccount_",
    "set_language",
)  # pages of django-allauth and Django; tests/accounts and tests/core cover those we open


def names_of(resolver: URLResolver, namespace: str = "") -> set[str]:
    found: set[str] = set()
    for part in resolver.url_patterns:
        if isinstance(part, URLResolver):
            inner = f"{namespace}{part.namespace}:" if part.namespace else namespace
            found |= names_of(part, inner)
        elif isinstance(part, URLPattern) and part.name:
            found.add(f"{namespace}{part.name}")
    return found


def test_every_named_address_has_a_row():
    named = {name for name in names_of(get_resolver()) if not name.startswith(NOT_OURS)}
    assert named - set(OPEN_ADDRESSES) == {row[0] for row in TABLE}


def test_each_role_gets_what_the_table_says():
    assert unexpected(build_world(), TABLE) == {}


def test_fragments_for_htmx_are_refused_as_the_pages_are():
    """Two differences: a header leads to the sign-in page, and the status of a finished job ends its polling."""
    table = [
        (*row[:2], *(as_fragment(row[0], role, status) for role, status in columns(row)))
        for row in TABLE
        if not row[0].startswith("api:")
    ]
    assert unexpected(build_world(), table, headers={"HX-Request": "true"}) == {}


def test_the_day_after_the_last_day_a_consultant_gets_what_a_stranger_gets(time_machine):
    time_machine.move_to(dt.datetime(2026, 10, 1, 12, tzinfo=dt.UTC))
    world = build_world()
    Membership.objects.filter(user=world.users["consultant"]).update(ends_on=dt.date(2026, 10, 1))
    assert unexpected(world, TABLE, roles=["consultant"]) == {}
    time_machine.move_to(dt.datetime(2026, 10, 2, 0, 1, tzinfo=dt.UTC))
    as_former = [(*row[:2], *(dict(columns(row))["former"] for _ in ROLES)) for row in TABLE]
    assert unexpected(world, as_former, roles=["consultant"]) == {}


def as_fragment(name, role, status):
    if role == "anonymous" and status == 302:
        return 204
    return STOP_POLLING if name in {"reports:report-status", "reports:portfolio-status"} and status == 200 else status


def columns(row):
    return list(zip(ROLES, row[2:], strict=True))


def unexpected(world, table, *, roles=ROLES, headers=None):
    """What answered otherwise than the table says."""
    wrong = {}
    for row in table:
        name, verb = row[:2]
        for role, should in columns(row):
            if role in roles and (got := status_of(world, role, name, verb, headers)) != should:
                wrong[f"{verb} {name} {role}"] = f"{got} instead of {should}"
    return wrong


def status_of(world: World, role: str, name: str, verb: str, headers: dict[str, str] | None = None) -> int:
    """The answer's status, with whatever the request changed undone and no attempt counted."""
    cache.clear()
    client = world.client(role)
    with transaction.atomic():
        response = client.generic(
            verb, world.address(name), content_type=CONTENT[name.startswith("api:")], headers=headers
        )
        request_finished.disconnect(close_old_connections)  # the test's own connection is not this request's to close
        response.close()
        request_finished.connect(close_old_connections)
        transaction.set_rollback(True)
    return response.status_code
