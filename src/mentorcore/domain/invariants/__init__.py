"""The rules that every log keeps, each with its number, its sentence and its refusal codes.

The numbers are stable; one that is not used here belongs to a part of the domain that is not built
yet. A guard refuses, and nothing is recorded. A rule that is reported takes what it is told, and a
view says what is the matter. A rule that is followed up raises something for a person to settle.
"""
