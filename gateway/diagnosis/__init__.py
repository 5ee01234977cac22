"""What is wrong with a device, a line or the machine, found out by asking and told with its cure."""
