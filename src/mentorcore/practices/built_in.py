"""The practices that come with mentorcore, one line each; the order is that of their listing."""

from mentorcore.practices import (
    cases,
    closing,
    community,
    compliance,
    employment,
    improvement,
    networks,
    observation,
    plan,
    privacy,
    support,
)
from mentorcore.practices.practice import Practice

__all__ = ["BUILT_IN"]

BUILT_IN: tuple[Practice, ...] = (
    observation.PRACTICE,
    plan.PRACTICE,
    support.PRACTICE,
    improvement.PRACTICE,
    employment.PRACTICE,
    closing.PRACTICE,
    compliance.PRACTICE,
    cases.PRACTICE,
    networks.PRACTICE,
    privacy.PRACTICE,
    community.PRACTICE,
)
