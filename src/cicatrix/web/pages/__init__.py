"""One module for each family of pages; each lists its paths, and urls.py lists the modules."""
