"""What the tests of the providers' addresses say and read: secrets, signatures, conversations."""

from uuid import UUID

import plivo

from core.messages import find as messages
from core.messages.conversations import of_patient

ZERO = UUID(int=0)


MAILJET = "/hooks/mailjet/path-secret"


PAIR = "post:horse"


def thread(store, who, patient):
    """What the patient's conversation holds, newest last."""
    at = store.run(who, of_patient, patient.id)
    return store.look(who, messages.history, at, limit=50)


def counted(simulator, done):
    return [one["status"] for one in simulator.webhooks() if one["done"] == done]


def signature(settings, path, fields, nonce="12345678901234567890"):
    """Plivo's V3 headers of a call."""
    text = plivo_text(settings.portal_url + path, fields)
    token = settings.plivo_auth_token.get_secret_value()
    made = plivo.utils.signature_v3.get_signature_v3(token, text, nonce).decode()
    return {"X-Plivo-Signature-V3": made, "X-Plivo-Signature-V3-Nonce": nonce}


def plivo_text(address, fields):
    return plivo.utils.signature_v3.construct_post_url(address, fields)
