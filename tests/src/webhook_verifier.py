"""Verifies a webhook with the package standardwebhooks: `webhook_verifier.py SECRET`, and
`{"headers": {...}, "body": "..."}` on standard input. Ends non-zero when the signature is wrong."""

import json
import sys

from standardwebhooks import Webhook

message = json.load(sys.stdin)
Webhook(sys.argv[1]).verify(message["body"], message["headers"])
