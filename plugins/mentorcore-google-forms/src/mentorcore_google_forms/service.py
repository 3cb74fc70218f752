class GoogleForms:
    pass
