"""Simulated workers: each acts only on what the station shows and on what came out of the printer."""

from firmware_mock.workers.shift import main

__all__ = ["main"]
