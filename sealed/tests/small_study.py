"""A small study of the tests' own, in the shape of a study file.

Arms and contents have names that occur nowhere else, so that a search for them proves something.
"""

import json
from collections.abc import Mapping
from typing import Any


def _text(word: str) -> dict[str, str]:
    return {"en": word}


def _item(name: str, kind: str, **more: str) -> dict[str, Any]:
    return {"id": name, "label": _text(name), "type": kind, **more}


def _document(
    ratio: Mapping[str, int], strata: tuple[str, ...], sites: Mapping[str, int], study_id: str
) -> dict[str, Any]:
    return {
        "cicatrix": 1,
        "id": study_id,
        "version": "1",
        "languages": ["en"],
        "title": _text("A small study"),
        "registry": {
            "organisation": "Clinic",
            "organisation_study_id": "S-1",
            "brief_title": "A small study",
            "official_title": "A small study of scars",
            "brief_summary": "Scars are treated.",
            "phase": "PHASE2",
            "primary_purpose": "TREATMENT",
            "intervention_model": "PARALLEL",
            "conditions": ["Scar"],
            "responsible_party": "SPONSOR",
            "sex": "ALL",
            "healthy_volunteers": False,
        },
        "sites": [
            {
                "id": site,
                "name": _text(site),
                "city": "X",
                "country": "CN",
                "timezone": "Asia/Shanghai",
                "planned": planned,
            }
            for site, planned in sites.items()
        ],
        "regions": [{"id": "scar", "label": _text("Scar")}],
        "arms": [
            {
                "id": arm,
                "label": _text(f"Label of {arm}"),
                "type": "EXPERIMENTAL",
                "description": _text("Given"),
            }
            for arm in ratio
        ],
        "interventions": [
            {
                "id": "ointment",
                "label": _text("Ointment"),
                "type": "DRUG",
                "description": _text("On the scar"),
                "arms": list(ratio),
            }
        ],
        "treatment": {
            "unit": "mg",
            "contents": [
                {"id": f"content_{arm}", "label": _text("Content"), "dose": dose}
                for dose, arm in enumerate(ratio)
            ],
            "tubes": [
                {
                    "number": day,
                    "day": day,
                    "region": "scar",
                    "content": {arm: f"content_{arm}" for arm in ratio},
                }
                for day in (1, 2)
            ],
            "spare_kits": 1,
        },
        "allocation": {
            "ratio": dict(ratio),
            "strata": list(strata),
            "planned": sum(sites.values()) or 1,
        },
        "masking": {"masked": ["rater", "investigator"]},
        "consent": {
            "versions": [{"version": "1", "since": "2026-01-01", "summary": _text("Agree")}]
        },
        "eligibility": {
            "form": "entry",
            "criteria": [
                {"id": "i1", "kind": "inclusion", "text": _text("Adult"), "condition": "age >= 18"}
            ],
        },
        "code_lists": [
            {
                "id": "skin",
                "codes": [{"code": code, "label": _text(code)} for code in ("light", "dark")],
            }
        ],
        "forms": [
            {
                "id": "entry",
                "label": _text("Entry"),
                "filled_by": ["investigator"],
                "groups": [
                    {
                        "id": "g",
                        "label": _text("Group"),
                        "items": [
                            _item("age", "integer"),
                            _item("skin", "choice", code_list="skin"),
                            _item("score", "integer"),
                        ],
                    }
                ],
            },
            {
                "id": "events",
                "label": _text("Events"),
                "filled_by": ["investigator"],
                "log": True,
                "groups": [
                    {
                        "id": "e",
                        "label": _text("Event"),
                        "items": [
                            _item("term", "text"),
                            _item("onset", "date"),
                            _item("severity", "choice", code_list="skin"),
                            _item("serious", "boolean"),
                            _item("related", "choice", code_list="skin"),
                        ],
                    }
                ],
            },
        ],
        "visits": [
            {
                "id": "v1",
                "label": _text("Visit 1"),
                "anchor": "screening",
                "after": "P0D",
                "window": {"before": "P0D", "after": "P7D"},
                "forms": ["entry"],
            },
            *(
                {
                    "id": f"dose{day}",
                    "label": _text(f"Dose {day}"),
                    "anchor": "randomisation",
                    "after": f"P{day}D",
                    "window": {"before": "P0D", "after": "P1D"},
                    "dosing_day": day,
                }
                for day in (1, 2)
            ),
        ],
        "endpoints": [
            {
                "id": "primary",
                "role": "primary",
                "label": _text("Score"),
                "variable": "entry.score",
                "metric": "value",
                "aggregation": "mean",
                "time_point": "v1",
                "registry": {"measure": "Score", "time_frame": "At entry"},
            }
        ],
        "populations": [{"id": "all", "label": _text("All"), "requires": ["randomised"]}],
        "analyses": [
            {
                "id": "a1",
                "role": "primary",
                "endpoint": "primary",
                "population": "all",
                "method": "difference_from_reference",
                "reference_arm": next(iter(ratio)),
            }
        ],
        "safety": {
            "form": "events",
            "term": "term",
            "onset": "onset",
            "severity": "severity",
            "serious": "serious",
            "relatedness": "related",
        },
        "deviations": [],
        "missing_reasons": [],
    }


def study_text(
    ratio: Mapping[str, int] | None = None,
    strata: tuple[str, ...] = (),
    sites: Mapping[str, int] | None = None,
    study_id: str = "SMALL-1",
    unmasked: tuple[str, ...] = (),
    minimise: Mapping[str, int] | None = None,
) -> bytes:
    ratio = ratio or {"quokka": 1, "numbat": 1, "bilby": 1}
    document = _document(ratio, strata, sites or {"foshan": 12}, study_id)
    document["masking"]["unmasked"] = list(unmasked)
    document["allocation"]["minimise"] = [
        {"factor": factor, "weight": weight} for factor, weight in (minimise or {}).items()
    ]
    return json.dumps(document).encode()
