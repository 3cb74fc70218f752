"""In: a policy pack and the facts of a program. Out: for each rule and subject, a result.

A pack is data: dated, cited rules of sixteen kinds. Everything here is pure; it knows events by
their stored names, asks no clock, and is used by guards and by the compliance view alike, so that
a rule says the same where it forbids and where it measures.
"""
