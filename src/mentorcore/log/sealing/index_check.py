"""By which a log that came from elsewhere knows the key of its index, without telling the key.

What stands in the index is found again under the same key only. Under another one the log would
know no request, no response and no identity of those before, and would record them all again.
"""

from mentorcore.errors import KeyMissing
from mentorcore.log.sealing.keys import Keys
from mentorcore.log.sealing.macs import mac_under
from mentorcore.log.storage.store import Store

__all__ = ["INDEX_KEY", "index_check", "refuse_other_index"]

INDEX_KEY = "index-key"
"""The kind of the entry of the index whose digest is the check."""


def index_check(index_key: bytes, log_id: bytes) -> bytes:
    """32 bytes that tell this key of this log from others."""
    return mac_under(index_key)(b"MCI1" + log_id)


def refuse_other_index(store: Store, keys: Keys) -> None:
    """Let nobody go on with a log under another key than that of its index.

    Raises:
        KeyMissing: The keys are those of another index.
    """
    checks = store.entries(INDEX_KEY)
    if not checks:
        return
    try:
        key = keys.index_key()
    except KeyMissing:  # nothing is looked up without a key, nor recorded again
        return
    if index_check(key, store.log_id) not in checks:
        raise KeyMissing(
            f"the index of {store.url} was made under another key than these keys have, and what "
            "was recorded before would be recorded again; say with keys= where the keys are that "
            "the log had before it was moved"
        )
