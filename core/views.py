"""Whether the site can serve: for load balancers and container health checks."""

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from django.views.defaults import bad_request as plain_bad_request


@never_cache
@require_GET
def health(_: HttpRequest) -> JsonResponse:
    """200 when the database answers, 503 when not; says nothing an outsider could use."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"status": "the database does not answer"}, status=503)
    return JsonResponse({"status": "ok"})


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """413 with a sentence for more than one request may carry; the browser still holds what was typed."""
    if not isinstance(exception, RequestDataTooBig):
        return plain_bad_request(request, exception)
    megabytes = f"{settings.DATA_UPLOAD_MAX_MEMORY_SIZE / 1_000_000:.1f}"
    sentence = gettext(
        "Not saved: you sent more than %(megabytes)s MB at once. A comment holds 2000 characters. Go back: your text "
        "is still there, shorten it and save again."
    )
    context = {"sentence": sentence % {"megabytes": megabytes}, "back_url": request.get_full_path()}
    return render(request, "refused.html", context, status=413)
