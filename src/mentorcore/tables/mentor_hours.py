"""The hours of each mentor in each month, for payroll: one query over the tables.

It tells, for any day, what the status tells as of that day: of each mentor the minutes that count
of the meetings that they attended, a joint meeting once, by month.
"""

from datetime import date

import attrs

from mentorcore.tables.naming import PREFIX, checked_prefix

__all__ = ["MentorMonth", "mentor_hours_sql", "query_for"]

QUERY = """\
with asked as (select date('{day}') as day),
attended as (
  select p.program_id, p.person_id, m.month, c.minutes,
    coalesce(m.joint_id, a.record || ' ' || a.participant_id) as meeting
  from asked
  join {prefix}attendances a on a.since <= asked.day
  join {prefix}meetings m on m.record = a.record
  join {prefix}counted_minutes c on c.record = a.record
   and c.since <= asked.day and (c.until is null or asked.day < c.until)
  join {prefix}participants p on p.participant_id = a.participant_id and p.since <= asked.day
  join {prefix}settings s on s.program_id = p.program_id
   and (s.since is null or s.since <= asked.day) and (s.until is null or asked.day < s.until)
  join {prefix}roles r on r.program_id = s.program_id and r.nth = s.nth and r.role = p.role
  where r.part in ('mentor', 'facilitator')
),
once as (
  select program_id, person_id, meeting, min(month) as month, max(minutes) as minutes
  from attended group by program_id, person_id, meeting
)
select program_id, person_id, month, sum(minutes) as minutes,
  round(sum(minutes) / 60.0, 2) as hours
from once
group by program_id, person_id, month
order by program_id, person_id, month
"""


@attrs.frozen
class MentorMonth:
    """What a mentor's meetings of a month come to.

    Attributes:
        program: The program's id.
        person: The mentor, by the person's id.
        month: The month, such as ``2026-09``.
        minutes: The minutes that count of the meetings that they attended, a joint one once.
    """

    program: str
    person: str
    month: str
    minutes: int

    @property
    def hours(self) -> float:
        """The same in hours, to two places."""
        return round(self.minutes / 60, 2)


def mentor_hours_sql(day: date, *, prefix: str = PREFIX) -> str:
    """The query, in words that PostgreSQL, SQLite and DuckDB understand alike.

    Args:
        day: The day for which it tells the hours: the meetings until then, by the settings in
            force then.
        prefix: What the names of the tables begin with.

    Raises:
        Invalid: No name of a table can begin so.
    """
    return query_for(day, checked_prefix(prefix))


def query_for(day: date, prefix: str) -> str:
    """The same for tables that may stand in a schema of their own."""
    return QUERY.format(day=day.isoformat(), prefix=prefix)
