"""Settings of the test suite: embedded parts, fast password hashing, tasks run in place."""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("SECRET_KEY", "test-only-key")
os.environ.setdefault("ALLOWED_HOSTS", "testserver,localhost,127.0.0.1")
os.environ.setdefault("DATA_DIR", tempfile.mkdtemp(prefix="headwater-test-"))

from config.settings.base import *  # noqa: F403  (the environment above must come first; a settings overlay)

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
STORAGES = {  # no collectstatic needed
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STATIC_ROOT = Path(tempfile.mkdtemp(prefix="headwater-static-"))  # WhiteNoise wants it to exist
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":  # noqa: F405  # from the base settings
    # A file, not memory: a live server answers on several threads, and a shared memory database locks whole tables.
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}  # noqa: F405  # from the base settings
else:  # what a test stored need not survive a crash of the database server
    DATABASES["default"]["OPTIONS"] = {"options": "-c synchronous_commit=off"}  # noqa: F405  # from the base settings
