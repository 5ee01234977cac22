"""The one road in: every reading is placed (station, lot), judged (rules) and kept (journal)."""
