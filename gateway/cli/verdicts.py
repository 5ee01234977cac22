"""How a verdict on a journal is printed."""

from gateway.cli.options import print_json
from gateway.journal.verdict import Verdict


def print_verdict(verdict: Verdict, *, as_json: bool) -> None:
    """Print what is wrong, what was proved and what was not."""
    if as_json:
        print_json(
            {
                "path": str(verdict.path),
                "whole": verdict.whole,
                "entries": verdict.entries,
                "defects": [
                    {"epoch": defect.epoch, "seq": defect.seq, "what": defect.what, "why": defect.why}
                    for defect in verdict.defects
                ],
                "proved": list(verdict.proved),
                "unproved": list(verdict.unproved),
            }
        )
        return
    whole = "nguyên vẹn / whole" if verdict.whole else "KHÔNG nguyên vẹn / NOT whole"
    print(f"{verdict.path}: {verdict.entries} bản ghi / entries, {whole}")
    for defect in verdict.defects:
        print(f"  lỗi / defect: {defect}")
    for proved in verdict.proved:
        print(f"  đã chứng minh / proved: {proved}")
    for unproved in verdict.unproved:
        print(f"  chưa chứng minh / not proved: {unproved}")
