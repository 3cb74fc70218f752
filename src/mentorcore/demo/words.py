"""What the people of the example write in their forms."""

__all__ = ["COMPLAINT", "FEEDBACK", "GOALS", "NOTES", "TOPICS"]

TOPICS = (
    "Classroom management",
    "Lesson planning",
    "Assessment",
    "Working with families",
    "Differentiation",
    "Using data",
    "Well-being",
    "Observation debrief",
)

NOTES = (
    "Tried the entry routine we planned; the first ten minutes are calmer now.",
    "Looked at exit tickets together and regrouped the class for Thursday.",
    "Practised the phone call to a family before making it.",
    "Talked about pacing; the second half of the lesson still runs short.",
    "Agreed to visit each other's classroom before the next meeting.",
    "Went through the grading backlog and threw half of it out.",
    "Good week. The seating plan works.",
    "Planned the unit backwards from its last task.",
)

GOALS = (
    ("Start every lesson within three minutes of the bell", "Minutes until the first task, weekly"),
    ("Call every family once before the end of the term", "Calls in the contact log"),
    ("Use exit tickets twice a week and plan from them", "Lesson plans that cite the tickets"),
    ("Let students talk more than I do in discussions", "Share of talk in recorded lessons"),
    ("Give written feedback within five school days", "Days between task and feedback"),
    ("Plan one differentiated task for each unit", "Units with a second version of a task"),
)

FEEDBACK = (
    "Our weekly hour is the one thing I never cancel.",
    "I get an answer within a day, always.",
    "It helps that my mentor teaches next door.",
    "We could use more time for looking at student work.",
    "Glad to have somebody who remembers their first year.",
    "",
    "",
    "",
)

COMPLAINT = "We keep moving our meetings, and I leave with few answers."
