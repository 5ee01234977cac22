"""`gateway receive`: the reference receiver, and its books."""

import asyncio
import signal
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import typer

from gateway.cli.options import AsJson, print_json

PUBLIC_KEY_BYTES: Final = 32


def receive(
    *,
    host: Annotated[str, typer.Option(help="Broker.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535)] = 1883,
    root: Annotated[str, typer.Option(help="Đầu của mọi topic. / First level of every topic.")] = "packhouse",
    site: Annotated[str | None, typer.Option(help="Chỉ một cơ sở. / One site only (default: all).")] = None,
    database: Annotated[Path, typer.Option(help="Kho của máy nhận. / The receiver's store.")] = Path("receiver.db"),
    protocol: Annotated[Literal["3.1.1", "5"], typer.Option(help="MQTT.")] = "3.1.1",
    username: Annotated[str | None, typer.Option()] = None,
    password_file: Annotated[Path | None, typer.Option(help="Tệp 0600. / A 0600 file.")] = None,
    ca: Annotated[Path | None, typer.Option(help="CA (TLS).")] = None,
    certificate: Annotated[Path | None, typer.Option(help="TLS.")] = None,
    key: Annotated[Path | None, typer.Option(help="TLS.")] = None,
    registered: Annotated[
        list[str] | None,
        typer.Option(
            metavar="SITE/GATEWAY=HEX",
            help="Khóa công khai đã đăng ký của một gateway. / A gateway's registered public key.",
        ),
    ] = None,
    report: Annotated[bool, typer.Option("--report", help="In sổ rồi thoát. / Print the books and exit.")] = False,
    as_json: AsJson = False,
) -> None:
    """Máy nhận mẫu của tỉnh / The reference receiver.

    Lưu, kiểm tra, rồi mới xác nhận. / It stores and checks, and only then acknowledges.
    """
    import logging

    from gateway import receiver

    if report:
        _print_books(database, as_json=as_json)
        return
    logging.basicConfig(format="%(levelname)s %(name)s: %(message)s", level=logging.INFO)
    keys = dict(_registered(text) for text in registered or ())
    asyncio.run(
        _until_signal(
            receiver.receive(
                host,
                port,
                root,
                site,
                database,
                protocol=protocol,
                username=username,
                password_file=password_file,
                ca=ca,
                certificate=certificate,
                key=key,
                registered=keys,
            )
        )
    )


async def _until_signal(receiving: Coroutine[Any, Any, None]) -> None:
    """Receive until SIGTERM or SIGINT; what was stored by then is stored."""
    loop = asyncio.get_running_loop()
    task = loop.create_task(receiving, name="receive")
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, task.cancel)
    with suppress(asyncio.CancelledError):
        await task


def _registered(text: str) -> tuple[tuple[str, str], bytes]:
    """Read `site/gateway=hex`."""
    whose, _, written = text.partition("=")
    site, _, gateway = whose.partition("/")
    try:
        key = bytes.fromhex(written)
    except ValueError:
        key = b""
    if not (site and gateway and len(key) == PUBLIC_KEY_BYTES):
        raise typer.BadParameter(f"{text!r}: site/gateway=64 hex digits", param_hint="--registered")
    return (site, gateway), key


def _print_books(database: Path, *, as_json: bool) -> None:
    from gateway.errors import GatewayError
    from gateway.receiver import statistics

    try:
        books = statistics(database)
    except FileNotFoundError as error:
        raise GatewayError(f"không có kho / there is no store: {database}") from error
    if as_json:
        print_json(
            {
                "events": books.events,
                "deliveries": books.deliveries,
                "doubles": books.doubles,
                "missing": books.missing,
                "pending": books.pending,
                "kinds": dict(books.kinds),
                "checkpoints": dict(books.checkpoints),
                "gaps": books.gaps,
                "unverified": books.unverified,
                "found": dict(books.found),
                "times": dict(books.times),
                "bodiless": books.bodiless,
                "quarantined": [
                    {
                        "site": one.site,
                        "gateway": one.gateway,
                        "id": one.id,
                        "kind": one.kind,
                        "bodysha256": one.body_sha256.hex(),
                    }
                    for one in books.quarantined
                ],
                "chains": [
                    {
                        "site": chain.site,
                        "gateway": chain.gateway,
                        "epoch": chain.epoch,
                        "watermark": chain.watermark,
                        "highest": chain.highest,
                        "stored": chain.stored,
                        "pending": chain.pending,
                        "missing": chain.missing,
                        "gaps": chain.gaps,
                        "verified": chain.verified,
                        "hash": chain.hash.hex() if chain.hash else None,
                    }
                    for chain in books.chains
                ],
                "conflicts": [asdict(conflict) for conflict in books.conflicts],
            }
        )
        return
    print(f"{books.events} bản ghi đã lưu, thiếu {books.missing}, nhận {books.deliveries} lần, lặp {books.doubles}")
    print(
        f"{books.events} events stored, {books.missing} missing, {books.deliveries} deliveries, {books.doubles} doubles"
    )
    for kind, count in books.kinds.items():
        print(f"  {kind}: {count}")
    for chain in books.chains:
        print(f"  {chain.site}/{chain.gateway} {chain.epoch}: 1-{chain.watermark}, … {chain.highest}")
    for one in books.quarantined:
        print(f"  chỉ có phong bì / envelope only: {one.kind} {one.id}")
    for conflict in books.conflicts:
        print(
            f"  xung đột / conflict: {conflict.found} {conflict.site}/{conflict.gateway} {conflict.seq}: {conflict.why}"
        )
