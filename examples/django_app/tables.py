"""Makes the site's own tables; a site of any size has migrations for it."""

import os

import django
from django.db import connection

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")
django.setup()

from bookings.models import Booking  # noqa: E402 - the models are there after the set-up only

with connection.schema_editor() as schema:
    schema.create_model(Booking)
