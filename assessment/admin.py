"""For the operator of the server: which assessments there are. Evidence, results and answers are not shown here."""

from django.contrib import admin

from accounts.admin import ReadOnlyAdmin, operator_site
from assessment.models import Assessment, MaturityModel


@admin.register(MaturityModel, site=operator_site)
class MaturityModelAdmin(ReadOnlyAdmin):
    list_display = ("title", "version", "created_at")
    fields = ("title", "slug", "version", "digest", "created_at")


@admin.register(Assessment, site=operator_site)
class AssessmentAdmin(ReadOnlyAdmin):
    list_display = ("title", "team", "state", "period_start_on", "period_end_on")
    list_select_related = ("team",)
    list_filter = ("state",)
    search_fields = ("title", "team__name")
    fields = ("title", "team", "maturity_model", "state", "period_start_on", "period_end_on", "opened_at", "closed_at")
