"""The engine of a Release: what is observed goes in, the next position and the commands towards it come out."""
