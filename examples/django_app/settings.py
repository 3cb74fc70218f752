"""Settings of the booking site: its own tables and the log share one database."""

import os

SECRET_KEY = "only for this example"  # noqa: S105 - no secret is kept by it
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1"]
INSTALLED_APPS = ["bookings"]
ROOT_URLCONF = "bookings.urls"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": os.environ["DB_NAME"],
        "USER": os.environ["DB_USER"],
        "HOST": os.environ["DB_HOST"],
    }
}

MENTORING_LOG = os.environ["MENTORING_LOG"]
MENTORING_KEYS = os.environ["MENTORING_KEYS"]
