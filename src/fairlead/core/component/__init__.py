"""The life of a Component between and around its Releases."""
