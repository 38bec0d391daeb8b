"""What the web server serves.

What a first visitor would wait for is done before one comes: all pages are imported, what takes messages to the queue
as well, and the shipped maturity model is read. Then all of it is taken out of the garbage collector's sight: it stays
until the process ends, and one full collection through it stops every request for 0.1 s.
"""

import gc
import os
from importlib import import_module

from django.core.wsgi import get_wsgi_application

from config.celery import app as celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.base")
application = get_wsgi_application()
import_module("config.urls")
celery.connection_for_write().get_transport_cls()  # imports it, connects nowhere
import_module("assessment.maturity.loader").load_beforehand()
gc.collect()
gc.freeze()
