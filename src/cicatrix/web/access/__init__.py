"""Signing in and what must hold before a page is shown: second factor, role, training."""
