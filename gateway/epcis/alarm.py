"""A condition someone must act on, raised, acknowledged or cleared: EPCIS example 10."""

from gateway.alarm import Alarm
from gateway.epcis import naming
from gateway.epcis.times import local
from gateway.event import Event, Json
from gateway.site import Site


def body(_event: Event, fact: Alarm, site: Site) -> dict[str, Json]:
    """Give what is particular to this kind of event; once cleared, nothing is exceptional any more."""
    document: dict[str, Json] = {
        "type": "ObjectEvent",
        "action": "OBSERVE",
        "bizStep": "sensor_reporting",
        "readPoint": naming.place(site, fact.room),
        "bizLocation": naming.place(site, fact.room),
        "sensorElementList": [
            {
                "sensorMetadata": {
                    "startTime": local(fact.since),
                    "endTime": local(fact.at),
                    "deviceID": naming.device(site, fact.source),
                    "bizRules": naming.own(site, "rules", fact.rule, str(fact.version)),
                },
                "sensorReport": [_report(fact)],
            }
        ],
        "ph:alarmId": fact.id,
        "ph:alarmState": fact.state,
        "ph:rule": fact.rule,
        "ph:ruleVersion": fact.version,
        "ph:source": fact.source,
        "ph:message": fact.message,
    }
    if fact.room is not None:
        document["ph:room"] = fact.room
    document |= naming.inside(site, fact.lots, fact.pallets)
    if fact.state == "acknowledged" or fact.by is not None or fact.reason:
        document |= {"ph:operatorId": fact.by, "ph:reason": fact.reason, "ph:done": fact.done}
    document |= {f"ph:limit{_camel(name)}": limit for name, limit in fact.limits.items()}
    return document


def _report(fact: Alarm) -> dict[str, Json]:
    report: dict[str, Json] = {"type": fact.quantity}
    if fact.state != "cleared":
        report["exception"] = "ALARM_CONDITION"
    figures = {"value": fact.value, "minValue": fact.minimum, "maxValue": fact.maximum}
    report |= {name: figure for name, figure in figures.items() if figure is not None}
    if fact.unit is not None:
        report["uom"] = fact.unit
    return report


def _camel(name: str) -> str:
    """Turn a setting's name into the tail of a key: `on_delay_s` becomes `OnDelayS`."""
    return "".join(word[:1].upper() + word[1:] for word in name.replace("-", "_").split("_"))
