"""The figures of the report, each a function from findings to SVG text."""
