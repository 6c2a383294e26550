"""Doses, kits and the sealed list worked out, as somebody sees them: never by what they hold."""
