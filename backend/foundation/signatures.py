"""ECDSA P-256 with SHA-256 as WebCrypto writes it: how a phone proves that it holds its key."""

import base64
import binascii

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import load_der_public_key


def read_public_key(public_key: str) -> ec.EllipticCurvePublicKey | None:
    """The key (SubjectPublicKeyInfo in base64), or None where it is not one on P-256."""
    try:
        loaded = load_der_public_key(base64.b64decode(public_key, validate=True))
    except (binascii.Error, ValueError, UnsupportedAlgorithm):
        return None
    return loaded if isinstance(loaded, ec.EllipticCurvePublicKey) and loaded.curve.name == "secp256r1" else None


def is_signed(public_key: str, message: bytes, signature: str) -> bool:
    """Whether the signature, raw r||s in 86 signs of base64url, is that key's over the message."""
    raw = base64.urlsafe_b64decode(signature + "==")
    pair = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
    key = read_public_key(public_key)
    assert key is not None, "enrolment takes P-256 keys only"
    try:
        key.verify(pair, message, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True
