"""Who works at the demo company: pure plans of units and people, for the company of goals.yaml and for any size."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import cycle
from random import Random
from typing import Any

from django.utils.text import slugify

from core.models import NOWHERE
from culture.demo import DOMAIN, names

TEAM, TEAMS, SECTIONS = (
    12,
    8,
    8,
)  # people in a team, teams in a section, sections in a department of a large organisation


@dataclass(frozen=True)
class PlannedUnit:
    key: str
    name: str
    parent: str | None
    order: int


@dataclass(frozen=True)
class PlannedPerson:
    """`manager` is the number of another planned person, who stands earlier in the plan."""

    number: str
    name: str
    email: str
    title: str
    unit: str
    role: str
    manager: str | None
    site: str
    hired_on: date


@dataclass
class Plan:
    """Units from the root down, people from the top down, and who heads which unit (unit key to person number)."""

    units: list[PlannedUnit] = field(default_factory=list)
    people: list[PlannedPerson] = field(default_factory=list)
    heads: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, title: str, unit: str, role: str, manager: str | None, on: date, **more: str) -> str:
        """Plan one person and return their number."""
        number = f"T{len(self.people) + 1:05d}"
        email = more.get("email") or _email(name, number, title, unit)
        site = more.get("site") or SITES.get(unit.split("-")[0], "Head office")
        hired_on = on - timedelta(days=Random(number).randint(90, 6500))
        self.people.append(PlannedPerson(number, name, email, title, unit, role, manager, site, hired_on))
        return number


def _email(name: str, number: str, title: str, unit: str) -> str:
    if unit in WITHOUT_EMAIL and not title.startswith("Lead"):
        return f"{number.lower()}{NOWHERE}"
    return f"{slugify(name).replace('-', '.')}@{DOMAIN}"


WITHOUT_EMAIL = {"finance-warehouse"}  # all but its lead: they answer surveys by a code on paper
SITES = {"field": "Depot", "product": "Works", "finance": "Head office", "service": "Service centre"}
CREW_SITES = {
    "service-north": "Service centre North",
    "service-south": "Service centre South",
    "field-east": "East depot",
    "field-west": "West depot",
    "field-central": "Central depot",
    "field-commissioning": "Central depot",
    "finance-warehouse": "Works",
}
# Lead's title, then the members' titles in turn, and their job role (a key of the role profiles in competencies.yaml).
POSTS: dict[str, tuple[str, tuple[str, ...], str]] = {
    "exec": ("", ("Executive assistant", "Strategy analyst"), "finance_specialist"),
    "service-north": ("Team lead, Helpdesk North", ("Service agent",), "frontline_agent"),
    "service-south": ("Team lead, Helpdesk South", ("Service agent",), "frontline_agent"),
    "service-keyacc": ("Team lead, Key Account Support", ("Key account agent",), "frontline_agent"),
    "service-parts": ("Team lead, Spare Parts Desk", ("Parts adviser",), "frontline_agent"),
    "service-planning": ("Team lead, Service Planning", ("Service planner",), "frontline_agent"),
    "field-east": ("Crew lead, East", ("Field engineer",), "field_engineer"),
    "field-west": ("Crew lead, West", ("Field engineer",), "field_engineer"),
    "field-central": ("Crew lead, Central", ("Field engineer",), "field_engineer"),
    "field-commissioning": ("Lead, Commissioning", ("Commissioning engineer",), "field_engineer"),
    "field-workshop": ("Lead, Repair Workshop", ("Repair technician",), "field_engineer"),
    "sales-new": ("Lead, New Business", ("Sales consultant",), "account_manager"),
    "sales-accounts": ("Lead, Account Management", ("Account manager",), "account_manager"),
    "sales-tender": ("Lead, Tender Office", ("Tender specialist",), "account_manager"),
    "product-software": ("Lead, Controls Software", ("Software engineer", "Test engineer"), "product_manager"),
    "product-hardware": ("Lead, Hardware", ("Electronics engineer", "Mechanical engineer"), "product_manager"),
    "product-pm": ("Lead, Product Management", ("Product manager",), "product_manager"),
    "product-quality": ("Lead, Quality", ("Quality engineer",), "product_manager"),
    "finance-billing": ("Lead, Billing and Credit", ("Billing specialist", "Credit controller"), "finance_specialist"),
    "finance-purchasing": ("Lead, Purchasing", ("Buyer",), "finance_specialist"),
    "finance-warehouse": ("Lead, Warehouse", ("Stock controller", "Warehouse clerk"), "finance_specialist"),
    "finance-it": ("Lead, Internal IT", ("Systems administrator",), "finance_specialist"),
    "people": ("", ("People adviser", "Communications editor"), "finance_specialist"),
}
# Two people who are not in goals.yaml and whose roles the product must show.
COUNCIL = {"name": "Ingrid Holm", "unit": "product-quality", "title": "Quality engineer, staff council"}
PARTNER = {"name": "Amara Osei", "unit": "people", "title": "HR partner, service and field"}


def tarnbrook(content: Mapping[str, Any], on: date) -> Plan:
    """The 200 people of goals.yaml: the named ones, a lead for every team, and invented members up to the headcount.

    Department heads sit in the executive office and head their department; everyone's line leads to the chief executive.
    """
    company = content["company"]
    plan = Plan([PlannedUnit(u["key"], u["name"], u["parent"], place) for place, u in enumerate(company["units"])])
    headcount = {u["key"]: u.get("headcount", 0) for u in company["units"]}
    named: dict[str, list[Mapping[str, str]]] = {key: [] for key in headcount}
    for person in [*content["people"], *({**extra, "role_profile": ""} for extra in (COUNCIL, PARTNER))]:
        named[person["unit"]].append(person)
    inventions = names.invented({person["name"] for group in named.values() for person in group})
    chief = _plan_leaders(plan, company["units"], named, on)
    for unit in company["units"]:
        if unit["key"] in POSTS:
            size = headcount[unit["key"]]
            _fill(plan, unit, size, named[unit["key"]], inventions, chief, on)
    return plan


def _plan_leaders(
    plan: Plan, units: list[Mapping[str, Any]], named: Mapping[str, list[Mapping[str, str]]], on: date
) -> str:
    """Plan the chief executive and the department heads; returns the chief's number."""
    departments = {unit["name"]: unit["key"] for unit in units if unit["level"] == 2}
    leader, *heads = named["exec"]
    chief = plan.add(leader["name"], leader["title"], "exec", leader["role_profile"], None, on)
    plan.heads |= {"org": chief, "exec": chief}
    for head in [*heads, named["people"][0]]:
        number = plan.add(head["name"], head["title"], head["unit"], head["role_profile"], chief, on)
        plan.heads[departments.get(head["title"].removeprefix("Head of "), head["unit"])] = number
    return chief


def _fill(
    plan: Plan,
    unit: Mapping[str, Any],
    size: int,
    named: list[Mapping[str, str]],
    inventions: Iterator[str],
    chief: str,
    on: date,
) -> None:
    """Plan the people of one unit who are not planned yet: its lead first, then the named, then the invented."""
    key = unit["key"]
    lead_title, titles, role = POSTS[key]
    site = CREW_SITES.get(key, "")
    waiting = [person for person in named if person["name"] not in {planned.name for planned in plan.people}]
    if key not in plan.heads:
        lead = next((person for person in waiting if person["role_profile"] == "team_lead"), None)
        waiting = [person for person in waiting if person is not lead]
        name = lead["name"] if lead else next(inventions)
        plan.heads[key] = plan.add(
            name, lead_title, key, "team_lead", plan.heads.get(unit["parent"], chief), on, site=site
        )
    manager = plan.heads[key]
    for person in waiting:
        plan.add(person["name"], person["title"], key, person["role_profile"] or role, manager, on, site=site)
    present = sum(planned.unit == key for planned in plan.people)
    for place in range(size - present):
        plan.add(next(inventions), titles[place % len(titles)], key, role, manager, on, site=site)


def large(people: int, on: date) -> Plan:
    """An organisation of exactly `people`: teams of 12, eight teams to a section, eight sections to a department.

    The four people of the demo's sign-ins are in it, as chief executive, HR administrator, team lead and team member.
    """
    plan = Plan([PlannedUnit("org", f"Organisation of {people:,}", None, 0)])
    several = cycle(names.invented())
    known = {1: "Imogen Vasko", 3: "Leila Fenwick", 4: "Owen Castellane", 5: "Noor Abbasi"}

    def add(title: str, unit: str, role: str, manager: str | None) -> str:
        place = len(plan.people) + 1
        if place in known:
            return plan.add(known[place], title, unit, role, manager, on)
        return plan.add(next(several), title, unit, role, manager, on, email=f"person{place}@{DOMAIN}")

    plan.heads["org"] = add("Chief executive", "org", "executive", None)
    department = 0
    while len(plan.people) < people:
        department += 1
        key = _open_unit(plan, f"d{department}", f"Department {department}", "org")
        plan.heads[key] = add(f"Head of department {department}", key, "people_manager", plan.heads["org"])
        for section in range(1, SECTIONS + 1):
            if len(plan.people) < people:
                _plan_section(plan, key, f"{department}.{section}", people, add)
    return plan


def _plan_section(plan: Plan, department: str, label: str, people: int, add: Any) -> None:
    key = _open_unit(plan, f"{department}-s{label.rpartition('.')[2]}", f"Section {label}", department)
    plan.heads[key] = add(f"Head of section {label}", key, "people_manager", plan.heads[department])
    for team in range(1, TEAMS + 1):
        if len(plan.people) >= people:
            return
        team_key = _open_unit(plan, f"{key}-t{team}", f"Team {label}.{team}", key)
        plan.heads[team_key] = add(f"Team lead {label}.{team}", team_key, "team_lead", plan.heads[key])
        for _ in range(min(TEAM - 1, people - len(plan.people))):
            add("Service agent", team_key, "frontline_agent", plan.heads[team_key])


def _open_unit(plan: Plan, key: str, name: str, parent: str) -> str:
    plan.units.append(PlannedUnit(key, name, parent, len(plan.units)))
    return key
