"""`gateway demo`: a whole packing house on this machine, working by itself."""

from pathlib import Path
from typing import Annotated, Final, Literal

import typer

LOADS: Final = 100


def demo(
    *,
    once: Annotated[
        bool, typer.Option("--once", help="Một ngày có hạn, rồi đối chiếu sổ. / A finite day, then its books.")
    ] = False,
    seed: Annotated[int | None, typer.Option(help="Số gieo; cùng số, cùng ngày. / Same seed, same day.")] = None,
    keep: Annotated[
        Path | None, typer.Option(help="Giữ lại mọi thứ trong thư mục này. / Keep everything here.")
    ] = None,
    broker: Annotated[Literal["auto", "mosquitto", "iotcore"], typer.Option(help="Broker.")] = "auto",
    lang: Annotated[Literal["vi", "en"], typer.Option(help="Ngôn ngữ. / Language.")] = "vi",
    loads: Annotated[int, typer.Option(min=12, help="Số lần cân của --once. / Loads of --once.")] = LOADS,
) -> None:
    """Nhà đóng gói làm thử / A whole packing house on this machine."""
    import tempfile
    import time

    from gateway.cli.demo_run import Choice, run
    from gateway.cli.demo_terminal import Terminal

    with tempfile.TemporaryDirectory(prefix="demo-") as temporary:
        choice = Choice(
            once=once,
            seed=seed if seed is not None else int(time.time()) % 100_000,
            directory=(keep or Path(temporary)).resolve(),
            broker=None if broker == "auto" else broker,
            lang=lang,
            loads=loads,
        )
        raise typer.Exit(run(choice, Terminal(), kept=keep is not None))
