"""The command line: one module for each command, and the place where all packages meet.

The names of commands and their exit codes are a contract (docs/reference/commands.md): 0 done,
1 what was checked is wrong, 2 wrong use. The custodian has a program of his own, cicatrix-sealed.
"""
