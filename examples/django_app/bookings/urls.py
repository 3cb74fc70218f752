"""Where the site answers."""

from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from bookings.views import book, bookings

urlpatterns = [path("book", csrf_exempt(book)), path("bookings", bookings)]
