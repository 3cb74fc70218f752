"""What mentorcore tests itself with, for the tests of those who build on it.

`given` tells a decision as a story. Example events of any class, for property tests, are in
`mentorcore.testing.strategies`, which needs hypothesis.
"""

from mentorcore.testing.scenario import Outcome, Scenario, given

__all__ = ["Outcome", "Scenario", "given"]
