"""Events as EPCIS 2.0 documents: one builder for each kind of fact, pure."""

from gateway.epcis.document import CONTEXT, EPCIS_KINDS, check_prefixes, wrap
from gateway.epcis.draft import draft, kind_of

__all__ = ["CONTEXT", "EPCIS_KINDS", "check_prefixes", "draft", "kind_of", "wrap"]
