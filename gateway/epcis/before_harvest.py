"""What was so before the harvest: the farm's declaration, and the standards the produce was grown by."""

from collections.abc import Iterable

from gateway.acts import Certificate, Declaration
from gateway.event import Json


def told(declaration: Declaration, certificates: Iterable[Certificate]) -> dict[str, Json]:
    """Give declaration and certificates as fields; what nobody said is left out."""
    fields: dict[str, Json] = {}
    if said := _declared(declaration):
        fields["ph:preHarvest"] = said
    if declaration.last_pesticide is not None:
        fields["ph:lastPesticideDate"] = declaration.last_pesticide.isoformat()
    held = list(certificates)
    if held:
        fields["ph:farmingStandard"] = ", ".join(one.scheme for one in held)
        fields["ph:certificates"] = [_certificate(one) for one in held]
    return fields


def _declared(declaration: Declaration) -> dict[str, Json]:
    last = declaration.last_pesticide
    said: dict[str, Json] = {
        "ph:lastPesticideDate": last.isoformat() if last is not None else None,
        "ph:pesticide": declaration.pesticide,
        "ph:intervalDays": declaration.interval_days,
        "ph:intervalOk": declaration.interval_ok,
    }
    return {key: value for key, value in said.items() if value is not None}


def _certificate(one: Certificate) -> dict[str, Json]:
    fields: dict[str, Json] = {
        "ph:scheme": one.scheme,
        "ph:number": one.number,
        "ph:expires": one.expires.isoformat() if one.expires is not None else None,
    }
    return {key: value for key, value in fields.items() if value is not None}
