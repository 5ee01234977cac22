"""Printing: one task a printer, from the journal's print jobs to a Printout that says what became of each label."""
