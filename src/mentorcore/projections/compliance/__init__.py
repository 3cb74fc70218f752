"""Whether requirements were kept, as it is answered.

In: the results that a view tells of every rule and subject. Out: those that were asked for, in
order, and how many there are of each state. The results themselves are the practice's. Door:
`report`. Uses: folding, access, summary, program_view.
"""
