"""What the site keeps itself: who has which room when."""

from django.db import models


class Booking(models.Model):
    """A room on a day. It stands for nothing without its meeting."""

    room = models.CharField(max_length=40)
    on = models.DateField()
    meeting = models.CharField(max_length=60)

    class Meta:
        """One booking a room and day."""

        constraints = (models.UniqueConstraint(fields=["room", "on"], name="one_a_day"),)

    def __str__(self) -> str:
        return f"{self.room} on {self.on}"
