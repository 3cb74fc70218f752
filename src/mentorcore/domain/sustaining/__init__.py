"""What keeps a program alive: the time, staff and money set aside for it, and what it learns.

Records of a program's own stream. What is only told of them, such as what is overused or overdue,
is the affair of views.
"""
