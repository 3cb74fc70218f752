#!/usr/bin/env bash
# rfc3161-client 1.0.9: the time of a token loses its fraction of a second, and so is before what was stamped.
#
# A time stamp (RFC 3161) may tell fractions of a second, and authorities do. OpenSSL shows them; in
# rfc3161-client `tst_info.gen_time` is a datetime without them:
#
#   made and read by                     time of the same token
#   openssl ts -reply -text              ... 17:04:05.123456 GMT
#   rfc3161-client, tst_info.gen_time    ... 17:04:05+00:00
#
# So "it was there at that time at the latest" is claimed up to a second too early. Whoever states it as a bound
# adds one second, beside the accuracy that the authority states.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
"${PYTHON:-python3}" -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check "rfc3161-client==1.0.9"

# An authority of our own, which tells six digits of a second.
cat >authority.conf <<'CONF'
[ req ]
distinguished_name = name
prompt = no
x509_extensions = stamping
[ name ]
CN = A time stamp authority
[ stamping ]
extendedKeyUsage = critical, timeStamping
keyUsage = critical, digitalSignature
[ tsa ]
default_tsa = authority
[ authority ]
serial = serial
crypto_device = builtin
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256
accuracy = secs:1
clock_precision_digits = 6
ess_cert_id_alg = sha256
CONF
echo 01 >serial
openssl req -x509 -newkey rsa:2048 -nodes -days 30 -config authority.conf -keyout key.pem -out cert.pem 2>/dev/null
echo "what is stamped" >text

for attempt in 1 2 3; do
  openssl ts -query -data text -sha256 -cert -out query.tsq 2>/dev/null
  openssl ts -reply -config authority.conf -section authority -queryfile query.tsq \
    -signer cert.pem -inkey key.pem -out reply.tsr 2>/dev/null
  said=$(openssl ts -reply -in reply.tsr -text 2>/dev/null | sed -n 's/^Time stamp: //p')
  [[ $said == *.* ]] && break  # a whole second has no fraction to tell
done
echo "openssl                            $said"
SAID=$said venv/bin/python - <<'PY'
import os
import sys
from pathlib import Path

from rfc3161_client import decode_timestamp_response

told = decode_timestamp_response(Path("reply.tsr").read_bytes()).tst_info.gen_time
print(f"rfc3161-client, tst_info.gen_time  {told}")
if "." not in os.environ["SAID"] or told.microsecond != 0:
    sys.exit("this has changed: the fraction of a second is told by both, or by neither")
PY
