"""Addresses of other pages, given to those alone whom their door lets in.

A link that ends at "not for your role" is none: a page asks here and leaves it out. The roles are
those that each view names at its door (door.py); the addresses are the URL table's.
"""

from django.urls import NoReverseMatch, resolve, reverse

from cicatrix.web.door import admitted

_ROLES: dict[str, tuple[str, ...]] = {}


def where(role: str, name: str, *parts: object) -> str:
    """Give the address of a page, empty if its door does not let this role in."""
    try:
        address = reverse(name, args=[str(part) for part in parts])
    except NoReverseMatch:
        return ""
    return address if role in _admitted(name, address) else ""


def _admitted(name: str, address: str) -> tuple[str, ...]:
    if name not in _ROLES:
        admits = admitted(resolve(address).func)
        _ROLES[name] = () if admits is None else admits.roles
    return _ROLES[name]
