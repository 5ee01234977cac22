"""The page, as people use it: a real gateway, simulated devices, and Debian's Chromium."""
