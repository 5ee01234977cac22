"""The edge gateway of a packing house: from the wire to the province, one road in, one journal."""

__version__ = "0.1.0"
