"""Virtual time: an hour takes as long as what happens in it."""
