"""A booking and its meeting are there together, or neither is."""

import json
from datetime import date

from django.db import IntegrityError, connection, transaction
from django.http import HttpRequest, JsonResponse

import mentorcore as mc
from bookings.log import SITE, the_engine
from bookings.models import Booking


def book(request: HttpRequest) -> JsonResponse:
    """Book a room for a meeting that was held, and record the meeting: both or neither.

    The meeting is recorded in the site's own transaction. When the room is taken after all, what
    mentorcore recorded goes with the rest; when the rules refuse the meeting, so does the booking.
    """
    asked = json.loads(request.body)
    on = date.fromisoformat(asked["on"])
    meeting = mc.HoldMeeting(pairing_id=asked["pairing"], held_on=on, minutes=asked["minutes"])
    engine = the_engine()
    try:
        with transaction.atomic(), engine.within(connection):
            answer = engine.handle(meeting, actor=SITE, key=request.headers["Idempotency-Key"])
            meeting_id = answer.events[0].event.meeting_id
            if not answer.replayed:
                Booking.objects.create(room=asked["room"], on=on, meeting=meeting_id)
    except mc.Refused as refusal:
        return JsonResponse({"code": refusal.code, "message": str(refusal)}, status=409)
    except IntegrityError:
        return JsonResponse({"code": "room_taken"}, status=409)
    except (mc.Conflict, mc.LogBusy, mc.LogAway) as trouble:
        return JsonResponse({"code": "try_again", "message": str(trouble)}, status=503)
    return JsonResponse({"meeting": meeting_id, "replayed": answer.replayed}, status=201)


def bookings(_request: HttpRequest) -> JsonResponse:
    """Every booking with the meeting that it is for."""
    rows = Booking.objects.order_by("on", "room").values("room", "on", "meeting")
    return JsonResponse({"bookings": list(rows)})
