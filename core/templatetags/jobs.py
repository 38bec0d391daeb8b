from django import template

from core.faults import fault_in_words as in_words
from core.models import Job
from core.polling import job_version as version_of

register = template.Library()


@register.filter
def job_version(job: Job) -> str:
    """The stamp a polling page sends back, so that an unchanged job costs one empty answer."""
    return version_of(job)


@register.filter
def fault_in_words(kept: str) -> str:
    """Why a job failed, in the reader's language."""
    return in_words(kept)
