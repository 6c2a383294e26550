"""The study, readable for all of the staff: design, schedule, forms, assumptions, record, file.

Everything here is the study file's public design, the same for everybody and for any list.
"""

from cicatrix.web.pages.study.views import PATHS

__all__ = ["PATHS"]
