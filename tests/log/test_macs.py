"""A code under a key is that of the standard library, however often it is asked for."""

import hmac

from hypothesis import given, settings
from hypothesis import strategies as st

from mentorcore.log.sealing.macs import mac_under


@settings(max_examples=100)
@given(st.binary(max_size=130), st.lists(st.binary(max_size=200), min_size=1, max_size=4))
def test_codes_under_one_key_are_those_of_hmac(key: bytes, messages: list[bytes]) -> None:
    mac = mac_under(key)

    codes = [mac(message) for message in messages]

    assert codes == [hmac.digest(key, message, "sha256") for message in messages]
