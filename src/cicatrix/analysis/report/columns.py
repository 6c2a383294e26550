"""The findings as tables of plain columns, at full precision, for anyone's own program.

One row for each thing; a missing number is an empty cell and has its reason in another column.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date

from cicatrix.analysis.findings import Findings
from cicatrix.analysis.summary import Summary

Cell = str | int | float | bool | date | None
Line = dict[str, Cell]


def tables(findings: Findings) -> Mapping[str, str]:
    """Give every table as CSV (RFC 4180) by its file name without the ending."""
    lines: dict[str, list[Line]] = {
        "participants": _participants(findings),
        "flow": _flow(findings),
        "baseline": _baseline(findings),
        "accepted_scores": _accepted(findings),
        "score_summaries": [
            {
                "form": one.form, "region": one.region, "visit": one.visit, "arm": one.arm,
                **_summary(one.summary), "agreed": one.agreed, "third_rater": one.third_called,
                "no_mode": one.flagged,
            }
            for one in findings.scores
        ],
        "within_person": [
            {
                "participant": one.participant, "arm": one.arm, "form": one.form,
                "visit": one.visit, "first": one.regions[0], "second": one.regions[1],
                "difference": one.difference, "treated_minus_untreated": one.treated,
                "reason": one.reason,
            }
            for one in findings.contrasts
        ],
        "endpoint_values": [
            {
                "endpoint": one.endpoint, "participant": one.participant, "arm": one.arm,
                "value": one.value, "answer": None if one.answer is None else str(one.answer),
                "on": one.on, "in_window": one.in_window, "reason": one.reason,
                "detail": one.detail,
            }
            for one in findings.values
        ],
        "comparisons": _comparisons(findings),
        "agreement": _agreement(findings),
        "adverse_events": [
            {
                "participant": one.participant, "arm": one.arm, "term": one.term,
                "onset": one.onset, "severity": _text(one.severity), "serious": one.serious,
                "relatedness": _text(one.relatedness), "after_first_dose": one.after_dose,
            }
            for one in findings.safety.events
        ],
        "adverse_event_counts": [
            {
                "kind": line.kind, "label": line.label, "arm": one.arm,
                "at_risk": one.participants.n, "participants": one.with_event,
                "events": one.events, **_interval(one.participants.interval),
            }
            for line in findings.safety.lines
            for one in line.arms
        ],
        "departures": [
            {"kind": kind, "id": one.id, "major": one.major, "arm": arm, "participants": people,
             "occurrences": times}
            for kind, tallies in (("deviation", findings.deviations),
                                  ("intercurrent_event", findings.intercurrent_tallies))
            for one in tallies
            for arm, people, times in one.arms
        ],
        "left_open_at_lock": [
            {"what": what, "reason": why} for what, why in findings.provenance.accepted_at_lock
        ],
    }  # fmt: skip
    return {name: _csv(rows) for name, rows in lines.items()}


def _csv(lines: Sequence[Line]) -> str:
    names = list(dict.fromkeys(name for line in lines for name in line))
    text = io.StringIO()
    table = csv.DictWriter(text, names, lineterminator="\n")
    table.writeheader()
    table.writerows({name: _cell(value) for name, value in line.items()} for line in lines)
    return text.getvalue()


def _cell(value: Cell) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _participants(findings: Findings) -> list[Line]:
    found = []
    for row in findings.participants:
        line: Line = {}
        for field in fields(row):
            value = getattr(row, field.name)
            if field.name.endswith("_by_region"):
                name = field.name.removesuffix("_by_region")
                for region in findings.study.regions:
                    if region.id in {tube.region for tube in findings.study.treatment.tubes}:
                        line[f"{name}_dose_{region.id}"] = dict(value).get(region.id, 0.0)
            else:
                line[field.name] = value
        for members in findings.populations:
            line[f"in_{members.population}"] = members.holds(row.participant)
        found.append(line)
    return found


def _flow(findings: Findings) -> list[Line]:
    flow = findings.flow
    found: list[Line] = [{"step": "assessed", "n": flow.assessed}]
    found += [{"step": "excluded", "reason": why, "n": n} for why, n in flow.excluded]
    found += [{"step": "criterion_unmet", "reason": why, "n": n} for why, n in flow.unmet_criteria]
    found.append({"step": "randomised", "n": flow.randomised})
    for arm in flow.arms:
        own: Line = {"arm": arm.arm}
        found.append(own | {"step": "allocated", "n": arm.allocated})
        found.append(own | {"step": "treated_as_planned", "n": arm.treated_as_planned})
        found += [
            own | {"step": "not_as_planned", "reason": why, "n": n} for why, n in arm.not_as_planned
        ]
        found.append(own | {"step": "followed", "n": arm.followed})
        found += [own | {"step": "lost", "reason": why, "n": n} for why, n in arm.lost]
        for one in arm.analysed:
            found.append(
                own | {"step": "analysed", "population": one.population, "n": one.members,
                       "with_primary_value": one.with_value}
            )  # fmt: skip
    return found


def _baseline(findings: Findings) -> list[Line]:
    found: list[Line] = []
    for one in findings.baseline:
        for column in one.columns:
            head: Line = {
                "form": one.form, "item": one.item, "region": one.region, "visit": one.visit,
                "unit": one.unit, "arm": column.arm or "all",
            }  # fmt: skip
            if column.summary is not None:
                found.append(head | {"category": None} | _summary(column.summary))
            for name, count in column.counts:
                found.append(head | {"category": name, "count": count, "n": column.n,
                                     "missing": column.missing})  # fmt: skip
    return found


def _accepted(findings: Findings) -> list[Line]:
    found = []
    for row in findings.accepted:
        line: Line = {
            **row.place._asdict(), "arm": row.arm, "on": row.on, "total": row.total,
            "how": row.how, "reason": row.reason, "detail": row.detail,
            "flags": " ".join(row.flags), "third_called": row.third_called,
        }  # fmt: skip
        for place in range(3):
            line[f"rating_{place + 1}_total"] = row.given[place] if place < len(row.given) else None
        line |= {f"item_{name}": value for name, value in row.items}
        found.append(line)
    return found


def _comparisons(findings: Findings) -> list[Line]:
    found: list[Line] = []
    for one in findings.comparisons:
        head: Line = {
            "analysis": one.analysis.id, "role": one.analysis.role,
            "endpoint": one.endpoint.id, "population": one.population,
            "method": one.analysis.method, "randomised": one.randomised,
            "in_population": one.population_size, "n": one.n, "set_missing": one.set_missing,
            "not_computed": one.not_computed,
        }  # fmt: skip
        if one.trend is not None:
            trend, slope = one.trend, one.trend.slope
            found.append(head | {
                "contrast": "slope", "estimate": slope.estimate, "se": slope.se, "df": slope.df,
                **_interval(slope.interval), "statistic": trend.statistic,
                "expectation": trend.expectation, "variance": trend.variance,
                "p": trend.test.p, "p_greater": trend.p_greater, "p_less": trend.p_less,
                "flags": " ".join((*trend.test.flags, *slope.flags)),
            })  # fmt: skip
        for difference in one.differences:
            result = difference.result
            found.append(head | {
                "contrast": f"{difference.arm} - {difference.reference}",
                "estimate": result.estimate, "se": result.se, "df": result.df,
                **_interval(result.interval), "statistic": result.statistic, "p": result.p,
                "flags": " ".join(result.flags),
            })  # fmt: skip
        if one.trend is None and not one.differences:
            found.append(head)
    return found


def _agreement(findings: Findings) -> list[Line]:
    found: list[Line] = []
    for one in findings.agreement:
        head: Line = {"form": one.form, "visit": one.visit or "all", "region": one.region or "all"}
        icc = one.icc
        line = head | {
            "item": "total", "pairs": one.pairs, "scars": one.scars, "third_rater": one.called,
            "no_mode": one.no_mode, "identical": one.identical.estimate,
            "measure": icc.method if icc else None, "estimate": icc.estimate if icc else None,
            **_interval(icc.interval if icc else None), "bias": one.limits.bias,
            "sd_of_differences": one.limits.sd,
            "flags": " ".join(icc.flags) if icc else "",
        }  # fmt: skip
        found.append(line)
        for item in one.items:
            found.append(head | {
                "item": item.item, "pairs": item.kappa.n, "identical": item.identical.estimate,
                "measure": item.kappa.method, "estimate": item.kappa.estimate,
                **_interval(item.kappa.interval), "flags": " ".join(item.kappa.flags),
            })  # fmt: skip
    return found


def _summary(summary: Summary) -> Line:
    return {
        "n": summary.n, "missing": summary.missing, "mean": summary.mean, "sd": summary.sd,
        "median": summary.median, "lower_quartile": summary.lower_quartile,
        "upper_quartile": summary.upper_quartile, "minimum": summary.minimum,
        "maximum": summary.maximum,
        "missing_reasons": " ".join(f"{code}:{count}" for code, count in summary.reasons),
    }  # fmt: skip


def _interval(interval: tuple[float, float] | None) -> Line:
    low, high = interval or (None, None)
    return {"low_95": low, "high_95": high}


def _text(value: object) -> str | None:
    return None if value is None else str(value)
