"""The command line: `fairlead`, and `kubectl fairlead` when it is called by that name.

A command reads or asks; what follows is decided by the operator. What is printed is made by pure functions, apart from
the commands that fetch what they need. Imports are lazy: naming a command must not load what only another needs.
"""
