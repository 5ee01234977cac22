"""Events as EPCIS 2.0 documents: one builder for each kind of fact, pure."""

from gateway.epcis.document import CONTEXT, EPCIS_KINDS, check_prefixes, is_event, wrap
from gateway.epcis.draft import draft, kind_of

__all__ = ["CONTEXT", "EPCIS_KINDS", "check_prefixes", "draft", "is_event", "kind_of", "wrap"]
