"""The page: what stations show and rooms measure, live in every browser of the house, and the commands people give."""
