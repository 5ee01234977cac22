"""How a simulated printer reads what it is sent, one language a file."""
