"""Simulated devices of a packing house: each its own process, on a real pty or socket, written from the manuals."""
