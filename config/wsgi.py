"""What the web server serves."""

import os
from importlib import import_module

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.base")
application = get_wsgi_application()
import_module("config.urls")  # all pages now, or the first visitors of each process would wait for them
