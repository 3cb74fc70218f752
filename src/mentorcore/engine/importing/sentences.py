"""What a report says of a response, in sentences for people."""

from typing import Final

AMBIGUOUS: Final = (
    "{} responses of this file share one key and are not what was taken under it before, so "
    "nothing tells which is which; declare columns that tell them apart, as keys under [source]"
)
OUTDATED: Final = "this is an earlier answer; its author changed it since, and the later one stays"
RETAKEN: Final = "the form was filled in again, and this took the place of the earlier response"
REPLACED: Final = "the form was filled in again since, and the later response stays"
EARLIER: Final = "it was sent earlier than any export had said until now"
LEFT: Final = "somebody said that this response is to be left"
LACKING: Final = (
    "a newer export, imported before this one, does not hold this response, so it may have been "
    "deleted; is it to be imported all the same (take_it) or left (leave_it)?"
)
MOVED: Final = (
    "an edit of the response {}, which this export holds no more: both came from the same sender "
    "about the same people and day, and nothing else fits"
)
FORMER: Final = (
    "the earlier form of the response {}: both came from the same sender about the same people and "
    "day, and nothing else fits; the later one stays"
)
MAYBE_FORMER: Final = "It may be the earlier form of the response {}."
PROBABLE: Final = (
    "this may be an edit of the response {}, which came from the same sender and which this export "
    "holds no more; is it one (is_edit_of), or are they two (are_two)?"
)
SENT_TWICE: Final = (
    "the same answers were sent shortly before, see {}, so it was probably sent twice; "
    "repeats_within under [answers] says within how many minutes that counts"
)
TWICE_THERE: Final = "this response stands in the file twice, word for word"
NOT_USED: Final = "it is marked {} and leads to nothing"
