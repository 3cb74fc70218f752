"""The people of the example: novice teachers and mentors of a district that does not exist.

Names are invented, addresses end in example.org, and nobody here is anybody.
"""

from dataclasses import dataclass

__all__ = ["DISTRICT", "MENTORS", "NAMESAKES", "NOVICES", "OFFICE", "Person"]

DISTRICT = "Quill Harbor School District"


@dataclass(frozen=True)
class Person:
    """Somebody of the example."""

    name: str
    email: str
    school: str
    teaches: str


def _read(table: str) -> tuple[Person, ...]:
    rows = (line.split("|") for line in table.strip().splitlines())
    return tuple(
        Person(name.strip(), f"{mailbox.strip()}@quillharbor.example.org", school.strip(), subject)
        for name, mailbox, school, subject in ([c.strip() for c in row] for row in rows)
    )


NOVICES = _read(
    """
    Amara Okonkwo      | amara.okonkwo     | Alder Street Elementary | Grade 2
    Tomás Herrera      | tomas.herrera     | Alder Street Elementary | Grade 4
    Leila Haddad       | leila.haddad      | Bayview Middle School   | Mathematics
    Declan Byrne       | declan.byrne      | Bayview Middle School   | Science
    Mei-Ling Chou      | meiling.chou      | Cedar Hill High School  | Chemistry
    Jonas Lindqvist    | jonas.lindqvist   | Cedar Hill High School  | History
    Priya Raghavan     | priya.raghavan    | Cedar Hill High School  | English
    Malik Osei         | malik.osei        | Dune Road Elementary    | Grade 1
    Sofia Marchetti    | sofia.marchetti   | Dune Road Elementary    | Grade 3
    Hana Kobayashi     | hana.kobayashi    | Dune Road Elementary    | Grade 5
    Noah Whitehorse    | noah.whitehorse   | Eastlight Academy       | Biology
    Zuzana Nováková    | zuzana.novakova   | Eastlight Academy       | Art
    Camila Duarte      | camila.duarte     | Eastlight Academy       | Spanish
    Yusuf Demir        | yusuf.demir       | Bayview Middle School   | Music
    Grace Adeyemi      | grace.adeyemi     | Alder Street Elementary | Grade 3
    Oliver Thorne      | oliver.thorne     | Cedar Hill High School  | Physics
    Malik Osei         | malik.a.osei      | Bayview Middle School   | English
    Siobhan Gallagher  | siobhan.gallagher | Eastlight Academy       | Mathematics
    Lucía Fuentes      | lucia.fuentes     | Dune Road Elementary    | Grade 2
    Ethan Park         | ethan.park        | Cedar Hill High School  | Geography
    """
)

MENTORS = _read(
    """
    Ruth Abernathy     | ruth.abernathy    | Alder Street Elementary | Grade 3
    Samuel Ortega      | samuel.ortega     | Alder Street Elementary | Grade 4
    Farida Rahimi      | farida.rahimi     | Bayview Middle School   | Mathematics
    Colin MacLeod      | colin.macleod     | Bayview Middle School   | Science
    Beatriz Salgado    | beatriz.salgado   | Cedar Hill High School  | Chemistry
    Ingrid Solberg     | ingrid.solberg    | Cedar Hill High School  | History
    Anita Deshpande    | anita.deshpande   | Cedar Hill High School  | English
    Kwame Boateng      | kwame.boateng     | Dune Road Elementary    | Grade 1
    Elena Petrova      | elena.petrova     | Dune Road Elementary    | Grade 4
    Keiko Tanabe       | keiko.tanabe      | Dune Road Elementary    | Grade 5
    Thomas Begay       | thomas.begay      | Eastlight Academy       | Biology
    Marta Kowalczyk    | marta.kowalczyk   | Eastlight Academy       | Art
    Diego Paredes      | diego.paredes     | Eastlight Academy       | Spanish
    Aylin Kaya         | aylin.kaya        | Bayview Middle School   | Music
    Joyce Mbeki        | joyce.mbeki       | Alder Street Elementary | Grade 2
    Peter Holloway     | peter.holloway    | Cedar Hill High School  | Physics
    Lakshmi Iyer       | lakshmi.iyer      | Bayview Middle School   | English
    Brendan Quigley    | brendan.quigley   | Eastlight Academy       | Mathematics
    """
)

NAMESAKES = {p.name for p in NOVICES if [q.name for q in NOVICES].count(p.name) > 1}
"""Names that two of them bear."""

OFFICE = _read(
    """
    Yolanda Reyes      | yolanda.reyes     | District office         | -
    Marcus Ellery      | marcus.ellery     | Cedar Hill High School  | -
    """
)
"""The coordinator of the program, and a principal who sees completion only."""
