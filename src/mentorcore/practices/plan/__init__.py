"""Plans (ILP, IIP, IDP) and yearly counselling, told of what is recorded anyway.

A plan is the goals and action items of a pairing at a signed revision. Counselling judges: its
signed form is told in a view of its own, of the participant, and stands on no board of plans.
"""

from mentorcore.practices.plan.counselling import COUNSELLING
from mentorcore.practices.plan.view import BOARD
from mentorcore.practices.spec import CONTRACT, Practice

__all__ = ["PRACTICE"]

PRACTICE = Practice(name="plan", contract=CONTRACT, views=(BOARD, COUNSELLING))
