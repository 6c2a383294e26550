"""How outcomes are measured: scar scales, adjudication between raters, agreement of raters.

Knows no trial, ledger or study file: values in, frozen results out, and a value that cannot be
given is None with a reason. Go next to `scales` for what a scale is, to `adjudication` for how two
or three ratings become one, and to `agreement` for how well raters agree.
"""
