"""The URL table: everything there is to ask for. Each family of pages lists its own paths.

Who may ask is said by each view's door (door.py) and tested from this table; signing in, and all
else under `account/`, is access/. A path without a trailing slash does not exist.
"""

from django.urls import URLPattern, URLResolver

from cicatrix.web.access import pages as access
from cicatrix.web.pages import (
    access_report,
    allocation,
    audit,
    casebook,
    conduct,
    contacts,
    dose_departures,
    doses,
    enrolment,
    forms,
    health,
    item,
    kit_acts,
    kits,
    lock,
    mine,
    mine_consent,
    mine_forms,
    oversight,
    participant,
    participants,
    people,
    photographs,
    queries,
    ratings,
    signing_forms,
    site_contact,
    study,
    today,
    verification,
)

FAMILIES = (
    access,
    kits,
    kit_acts,
    access_report,
    allocation,
    audit,
    casebook,
    conduct,
    contacts,
    dose_departures,
    doses,
    enrolment,
    forms,
    health,
    item,
    lock,
    mine,
    mine_consent,
    mine_forms,
    oversight,
    people,
    photographs,
    queries,
    ratings,
    signing_forms,
    site_contact,
    study,
    today,
    verification,
    participants,
    participant,  # after participants: `participants/screen/` names nobody
)

urlpatterns: list[URLPattern | URLResolver] = [
    *(one for family in FAMILIES for one in family.PATHS),
]

handler400 = "cicatrix.web.door.unreadable"
handler404 = "cicatrix.web.door.unknown"
handler403 = "cicatrix.web.door.forbidden"
handler500 = "cicatrix.web.door.failed"
