"""Labels: from a journal entry's fields to one 1-bit picture at the printer's own dots, and that picture's bytes."""
