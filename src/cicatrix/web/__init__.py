"""The web application: what a trial team sees and does, page by page, through the mask and the acts."""
