"""What those see who watch over the trial: derivations alone, from what one actor sees.

No module here reads the whole trial, an arm or a kit's content. The pages are pages/oversight.py,
audit.py, queries.py, verification.py, lock.py and access_report.py.
"""
