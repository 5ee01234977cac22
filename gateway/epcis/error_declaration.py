"""An event is declared to be in error: itself once more, unchanged, and why. EPCIS examples 13 and 14."""

from gateway.acts import ErrorDeclared
from gateway.epcis import naming
from gateway.epcis.times import local
from gateway.event import Event, Json


def body(event: Event, fact: ErrorDeclared) -> dict[str, Json]:
    """Give the whole body, eventID and all: nothing of the original changes, so who, where and why stand within.

    Raises:
        ValueError: The original is a declaration itself, or another entry than the one named.
    """
    if "errorDeclaration" in fact.original:
        raise ValueError(f"a declaration cannot be declared to be in error: {fact.of}")
    if fact.original.get("eventID") != naming.urn(fact.of):
        raise ValueError(f"{fact.of} is not the original, which is {fact.original.get('eventID')}")
    declaration: dict[str, Json] = {
        "declarationTime": local(event.occurred_at),
        "reason": fact.reason,
        "ph:declaredBy": fact.by,
        "ph:note": fact.note,
        "ph:kind": fact.kind,
        "ph:n": fact.n,
    }
    if fact.corrective:
        declaration["correctiveEventIDs"] = [naming.urn(one) for one in fact.corrective]
    if event.station is not None:
        declaration["ph:station"] = event.station
    if event.request is not None:
        declaration["ph:request"] = event.request
    return {**fact.original, "errorDeclaration": declaration}
