"""What a practice's kinds of form may not be; imported only where a practice brings some."""

from collections.abc import Iterable, Mapping
from typing import Any

from mentorcore.errors import Invalid, PracticeError
from mentorcore.intake.form_kind import FormKind, flaws
from mentorcore.intake.forms.built_in import FORMS
from mentorcore.intake.mappings.mapping_reader import read_mapping

__all__ = ["check_forms"]


def check_forms(forms: Mapping[str, Iterable[FormKind]], ours: frozenset[str]) -> None:
    """Refuse kinds of form that do not fit, and two claims to one name.

    Args:
        forms: Those of each practice, by its name.
        ours: The practices that come with mentorcore.

    Raises:
        PracticeError: Says why.
    """
    owners = {form.name: "the core" for form in FORMS}
    for practice, brought in forms.items():
        for form in brought:
            problem = _problem(practice, form, ours=practice in ours)
            if problem is None and form.name in owners:
                problem = f"its form {form.name!r} is one of {owners[form.name]} already"
            if problem is not None:
                raise PracticeError(problem, practice=practice)
            owners[form.name] = f"the practice {practice!r}"


def _problem(practice: str, form: Any, *, ours: bool) -> str | None:
    if not isinstance(form, FormKind):
        return f"{form!r} is no FormKind"
    if not (ours or f"{form.name}-".startswith(f"{practice}-")):
        return f"its form {form.name!r} is not called '{practice}-…'"
    for flaw in flaws(form):
        return f"its form {form.name!r} does not fit: {flaw}"
    if form.template:
        try:
            told = read_mapping(form.template, f"that {form.name!r} begins with", (form,))
        except Invalid as error:
            return str(error)
        if told.form_kind is not form:
            return f"the template of {form.name!r} is one of {told.kind!r}"
    return None
