"""In: a rule, a subject, the facts of a program, a day. Out: the result, with what it rests on."""
