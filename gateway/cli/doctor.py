"""`gateway doctor`: what is wrong with the machine and its devices, and what to do about it."""

import asyncio
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from gateway.cli.options import DEFAULT_CONFIG, AsJson, ConfigPath, print_json
from gateway.cli.progress import Tell, progress

if TYPE_CHECKING:
    from gateway.config import Config
    from gateway.diagnosis.finding import Finding


def doctor(
    device: Annotated[
        list[str] | None, typer.Argument(help="Chỉ những thiết bị này. / These devices only (default: all).")
    ] = None,
    config: ConfigPath = DEFAULT_CONFIG,
    as_json: AsJson = False,
) -> None:
    """Bệnh gì, chữa thế nào / Name the fault and the cure.

    Khám máy (đĩa, giờ, chứng thư, cổng) rồi từng thiết bị; lúc đó gateway phải dừng. Mã thoát 1 khi có lỗi. /
    Examines the machine (disk, clock, certificates, ports), then each device, for which the gateway must be stopped.
    Exit status 1 when something is wrong.
    """
    from gateway.config import load

    checked = load(config)
    unknown = set(device or ()) - checked.device.keys()
    if unknown:
        raise typer.BadParameter(f"{', '.join(sorted(unknown))}; hiện có / known: {', '.join(checked.device)}")
    with progress() as tell:
        findings = asyncio.run(_examined(checked, device or list(checked.device), tell))
    if as_json:
        print_json(
            {
                "sound": not any(one.level == "fault" for one in findings),
                "findings": [one.as_json() for one in findings],
            }
        )
    else:
        for one in findings:
            _say(one)
    if any(one.level == "fault" for one in findings):
        sys.exit(1)


async def _examined(config: "Config", wanted: list[str], tell: Tell) -> "list[Finding]":
    from gateway.app import BUILT_AT
    from gateway.cli.panel_reader import snapshot
    from gateway.diagnosis.doctor import examine_devices, examine_machine
    from gateway.diagnosis.finding import finding

    found = examine_machine(config, BUILT_AT)
    try:
        house, _ = await snapshot(config.gateway.data)
    except (ConnectionError, TimeoutError):
        return found + [one async for one in examine_devices({name: config.device[name] for name in wanted}, tell=tell)]
    found.append(finding("daemon-runs", config.gateway.name, level="notice"))
    for source, said in house.get("sources", {}).items():
        if not said["up"] and source.partition("/")[0] in wanted:
            found.append(finding("source-down", source, why=said["why"]))
    return found


def _say(one: "Finding") -> None:
    mark = {"fault": "✗", "notice": "!", "sound": "✓"}[one.level]
    print(f"{mark} {one.about}: {one.words.vi}")
    print(f"    {one.words.en}")
    if one.evidence:
        print(f"    [{one.cause}: {one.evidence}]")
