"""Forms and ratings worked out: what is asked, what was typed, and what that would record."""
