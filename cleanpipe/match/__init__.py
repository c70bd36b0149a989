"""Finds and compares copies: fingerprints, candidates, verification.

The folded text that is compared never leaves this room; what leaves it are offsets into the texts as they are.
"""

from cleanpipe.match.channels import CHANNELS, Channel, value_weight
from cleanpipe.match.compared import Compared
from cleanpipe.match.fingerprint import FINGERPRINT_VERSION, Fingerprints, fingerprint
from cleanpipe.match.naturalness import threshold as unusual_threshold
from cleanpipe.match.neighbourhood import CROWDED, OWN_LEAST, one_neighbour, settle, settle_among
from cleanpipe.match.single import Alone, alone
from cleanpipe.match.verify import Glances, held_back, looks_at_facts, verify
from cleanpipe.match.weights import Thresholds, gate, thresholds, weights_hash

__all__ = [
    "CHANNELS",
    "CROWDED",
    "FINGERPRINT_VERSION",
    "OWN_LEAST",
    "Alone",
    "Channel",
    "Compared",
    "Fingerprints",
    "Glances",
    "Thresholds",
    "alone",
    "fingerprint",
    "gate",
    "held_back",
    "looks_at_facts",
    "one_neighbour",
    "settle",
    "settle_among",
    "thresholds",
    "unusual_threshold",
    "value_weight",
    "verify",
    "weights_hash",
]
