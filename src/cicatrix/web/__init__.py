"""The web application: what a trial team sees through the mask and does through the acts."""
