"""Every component renders, escapes what it is given and keeps the rules of the content security policy."""

import re
from collections import Counter
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.conf import settings
from django.contrib.messages.storage.base import Message
from django.core.paginator import Paginator
from django.template import Context, RequestContext, Template, engines
from django.template.loader import get_template, render_to_string
from django.test import RequestFactory

from core.constructs import Construct
from core.goal_chart import GoalChart
from core.icons import ICONS
from core.qr import qr
from core.templatetags import ui

ROOT = Path(settings.BASE_DIR)
EVIL = '<img src=x onerror="alert(1)">'
TEMPLATES = sorted(
    path
    for path in ROOT.rglob("*.html")
    if not {".venv", "var", "staticfiles", "node_modules"} & set(path.relative_to(ROOT).parts)
)


class Tags(HTMLParser):
    """Collects the start tags of a page with their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def item(label: str, *, is_current: bool = False) -> SimpleNamespace:
    return SimpleNamespace(label=label, icon="house", url="/", count=3, is_current=is_current)


def shell() -> SimpleNamespace:
    return SimpleNamespace(
        organisation="Tarnbrook",
        theme="dark",
        viewer=SimpleNamespace(employee=SimpleNamespace(name="Noor Abbasi"), user=None),
        groups=[SimpleNamespace(heading="My team", items=[item("Home", is_current=True), item("Goals")])],
        tabs=[item("Home", is_current=True)],
    )


def gallery_context() -> dict[str, Any]:
    chart = GoalChart(
        title="82.5% of 86%",
        readings=[(date(2026, 3, 1), 80.0), (date(2026, 6, 28), 82.5)],
        starts_on=date(2026, 1, 1),
        ends_on=date(2026, 12, 31),
        today=date(2026, 7, 1),
        baseline=78,
        target=86,
        unit="%",
    )
    card: dict[str, Any] = {"title": EVIL, "url": "/", "benefit": EVIL, "measure": EVIL, "due": "by October"}
    card |= {"status": "on_track", "done_percent": 60, "expected_percent": 50, "check_in_url": "/c/"}
    card |= {"values": [0, 3, 6], "pace": [0, 5]}
    return {
        "shell": shell(),
        "messages": [Message(25, "Saved"), Message(40, EVIL)],
        "evil": EVIL,
        "states": list(ui.STATUSES),
        "strategy": Construct.STRATEGY,
        "labels": ["Questionnaire", "People", "Launch"],
        "form": SimpleNamespace(errors={"__all__": [EVIL]}, non_field_errors=[EVIL]),
        "filters": Filters(auto_id="filter-%s"),
        "page": Paginator(range(60), 25).page(2),
        "series": {"employees": [66, 61, 52, 70, 58, 64, None], "leaders": [78] * 7},
        "waves": ["1", "2", "3", "4", "5", "6", "7"],
        "chart": chart,
        "values": [1, 2, 4],
        "pace": [1, 5],
        "shares": [6, 15, 26, 38, 15],
        "card": card,
        "columns": [{"name": "name", "help": EVIL, "example": EVIL, "is_required": True}],
        "recent": [
            {
                "pk": 1,
                "file_name": EVIL,
                "rows": 3,
                "made_at": None,
                "made_by": {"email": EVIL},
                "cycle": {"name": EVIL},
            }
        ],
        "report": SimpleNamespace(
            refused=2, problems=[{"row": 3, "label": EVIL, "column": "name", "said": EVIL, "problem": "Say the name."}]
        ),
        "code": qr("https://example.com/"),
        "wave_labels": [EVIL, "May 2026"],
        "wave_lines": {"employees": {0: (62.0, 58, 66), 1: (66.0, None, None)}},
    }


class Filters(forms.Form):
    """One field of each kind that a bar of filters knows."""

    q = forms.CharField(label=EVIL, initial=EVIL)
    state = forms.ChoiceField(label="State", choices=[("", EVIL), ("open", "Open")])
    mine = forms.BooleanField(label=EVIL, initial=True)
    sort = forms.CharField(widget=forms.HiddenInput, initial=EVIL)


@pytest.fixture(scope="module")
def gallery() -> str:
    source = (ROOT / "core" / "tests" / "gallery.html").read_text(encoding="utf-8")
    return engines["django"].from_string(source).render(gallery_context(), RequestFactory().get("/goals/?unit=north"))


def render(source: str, **context: Any) -> str:
    return Template(source).render(Context(context)).strip()


# --- all components ---------------------------------------------------------------------------------------------------


def test_the_gallery_shows_every_component_and_every_tag() -> None:
    source = (ROOT / "core" / "tests" / "gallery.html").read_text(encoding="utf-8")
    base = "".join((ROOT / "templates" / name).read_text(encoding="utf-8") for name in ("base.html", "sheet.html"))
    parts = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "templates" / "components").glob("*.html"))

    unused_tags = [tag for tag in ui.register.tags if f"{{% {tag} " not in source + base + parts.replace("%}", " ")]
    components = {path.name for path in (ROOT / "templates" / "components").glob("_*.html")}
    by_tag = {f"_{tag}.html" for tag in ui.register.tags}
    unused_components = {name for name in components - by_tag if f"components/{name}" not in source + base + parts}

    assert [tag for tag in unused_tags if f"{{% {tag} %}}" not in source + base] == []
    assert unused_components == set()


def test_nothing_that_people_write_becomes_markup(gallery: str) -> None:
    assert "<img" not in gallery
    assert gallery.count("&lt;img") >= 8


def test_the_gallery_keeps_ids_unique_headings_in_order_and_one_h1(gallery: str) -> None:
    tags = Tags(gallery).found

    ids = Counter(attributes["id"] for _, attributes in tags if "id" in attributes)
    assert [name for name, count in ids.items() if count > 1] == []
    levels = [int(tag[1]) for tag, _ in tags if re.fullmatch("h[1-6]", tag)]
    main = levels[levels.index(1) :]
    assert main.count(1) == 1
    assert all(following - before <= 1 for before, following in zip(main, main[1:], strict=False))


def test_references_between_elements_lead_somewhere(gallery: str) -> None:
    tags = Tags(gallery).found
    ids = {attributes["id"] for _, attributes in tags if "id" in attributes}

    for _, attributes in tags:
        for name in ("aria-labelledby", "aria-describedby"):
            assert set((attributes.get(name) or "").split()) <= ids
        target = attributes.get("href") or ""
        if target.startswith("#") and len(target) > 1:
            assert target[1:] in ids


def test_a_component_opens_with_a_comment_that_lists_its_inputs() -> None:
    for path in (ROOT / "templates" / "components").glob("_*.html"):
        assert re.match(r"\{#|\{% comment %\}", path.read_text(encoding="utf-8")), path.name


# --- the rules of the content security policy, for every template of the product ---------------------------------------


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_template_has_no_inline_style_script_or_handler(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    if {"email", "emails"} & set(path.parts):
        pytest.skip("mail programs read no style sheets")
    tags = Tags(re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", source, flags=re.DOTALL)).found

    for tag, attributes in tags:
        assert tag != "style"
        assert "style" not in attributes
        assert not [name for name in attributes if name.startswith("on")]
        if tag == "script":
            assert "src" in attributes


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_template_names_only_icons_of_the_sprite(path: Path) -> None:
    source = path.read_text(encoding="utf-8")

    named = set(re.findall(r'\{% icon "([\w-]+)"|icon_name="([\w-]+)"|\{% attn "\w*" "([\w-]+)"', source))

    assert {name for group in named for name in group if name} <= ICONS


def test_the_sprite_holds_exactly_the_icons_of_the_list() -> None:
    sprite = (ROOT / "static" / "img" / "icons.svg").read_text(encoding="utf-8")

    assert set(re.findall(r'<symbol id="([\w-]+)"', sprite)) == set(ICONS), "run `manage.py build_assets --icons-only`"


def test_an_icon_that_is_not_in_the_sprite_is_noticed_before_production() -> None:
    with pytest.raises(LookupError, match="build_assets"):
        render('{% icon "no-such-icon" %}')


# --- single tags ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("score", "key", "word"),
    [(0, "low", "Low"), (49.4, "low", "Low"), (49.5, "mixed", "Mixed"), (64, "mixed", "Mixed"), (65, "good", "Good")]
    + [(79.4, "good", "Good"), (79.5, "strong", "Strong"), (100, "strong", "Strong"), (72.5, "good", "Good")],
)
def test_the_band_is_taken_from_the_displayed_whole_number(score: float, key: str, word: str) -> None:
    assert ui.band_of(score) == (key, word)


@pytest.mark.parametrize("given", [Construct.COMMANDER, "commander", 3])
def test_a_construct_may_be_given_as_itself_its_id_or_its_number(given: Construct | str | int) -> None:
    assert ui.construct_of(given) is Construct.COMMANDER
    assert "Leaders" in render("{% cname c %}", c=given)


def test_a_share_is_shown_as_whole_percent_and_nothing_as_nothing() -> None:
    assert render("{{ share|percent }}", share=0.425) == "43%"
    assert render("{{ share|percent }}", share=None) == ""


def test_an_icon_is_decoration_unless_it_has_a_label() -> None:
    assert 'aria-hidden="true"' in render('{% icon "eye" %}')
    assert 'role="img" aria-label="Hidden"' in render('{% icon "eye" label="Hidden" %}')


def test_the_initials_are_those_of_the_first_and_the_last_name() -> None:
    assert ">NA<" in render('{% avatar "noor de la abbasi" %}')
    assert "></span>" in render('{% avatar "" %}')


def test_the_last_crumb_is_the_page_itself() -> None:
    html = render('{% crumbs "Goals" "/goals/" title %}', title=EVIL)

    assert '<a href="/goals/">Goals</a>' in html
    assert f'<span aria-current="page">{EVIL}</span>' not in html
    assert 'aria-current="page">&lt;img' in html


def test_the_pager_keeps_the_filters_of_the_address() -> None:
    request = RequestFactory().get("/people/", {"q": "ab", "page": "2"})

    context = RequestContext(request, {"page": Paginator(range(60), 25).page(2)})

    html = Template("{% pager page %}").render(context)

    assert 'href="?q=ab&amp;page=1"' in html
    assert 'href="?q=ab&amp;page=3"' in html
    assert "26 to 50 of 60" in html


def test_a_statement_offers_the_way_out_and_marks_what_was_chosen() -> None:
    html = render('{% likert "q7" "A statement" value=4 %}')

    radios = [attributes for tag, attributes in Tags(html).found if tag == "input"]
    assert [radio["value"] for radio in radios] == ["1", "2", "3", "4", "5", "na"]
    assert [radio["value"] for radio in radios if "checked" in radio] == ["4"]


def test_a_reversed_statement_is_turned_round_in_words_too() -> None:
    html = render('{% item_row "A statement" shares favourable=21 is_reversed=True %}', shares=[10, 20, 30, 25, 15])

    assert 'aria-label="Strongly agree 10%, Agree 20%' in html
    assert "disagree</span>" in html


# --- pages ------------------------------------------------------------------------------------------------------------


def test_the_shell_marks_the_current_entry_and_follows_the_theme(gallery: str) -> None:
    tags = Tags(gallery).found

    assert ("html", {"lang": "en-GB", "dir": "ltr", "data-bs-theme": "dark"}) in tags
    assert sum(attributes.get("aria-current") == "page" for tag, attributes in tags if tag == "a") == 3
    assert [attributes["href"] for _, attributes in tags if attributes.get("class") == "skip"] == ["#main"]


def test_a_confirmation_is_a_toast_and_an_error_a_note(gallery: str) -> None:
    assert re.search(r'class="toasty" role="status"[^>]*>\s*<svg.*?</svg><span>Saved', gallery, re.DOTALL)
    assert re.search(r'class="note note-off".*?&lt;img', gallery, re.DOTALL)


@pytest.mark.parametrize("name", ["400.html", "403.html", "403_csrf.html", "404.html", "500.html"])
def test_an_error_page_stands_without_any_context(name: str) -> None:
    html = get_template(name).render({})

    assert "Wheelhouse" in html
    assert "<h1>" in html


def test_htmx_is_told_to_keep_to_the_content_security_policy() -> None:
    html = render_to_string("_head.html")

    config = next(attributes for _, attributes in Tags(html).found if attributes.get("name") == "htmx-config")
    assert '"allowEval":false' in (config["content"] or "")
    assert '"includeIndicatorStyles":false' in (config["content"] or "")


def test_what_is_stored_is_said_as_on_the_form_and_not_as_a_key() -> None:
    class Sample(forms.Form):
        rhythm = forms.ChoiceField(choices=[("monthly", "Every month")])
        signs = forms.MultipleChoiceField(choices=[("a", "First"), ("b", "Second")])
        day, flag, words, nothing = forms.DateField(), forms.BooleanField(), forms.CharField(), forms.CharField()

    initial = {"rhythm": "monthly", "signs": ["a", "b"], "day": date(2026, 7, 1), "flag": False, "words": "<b>"}
    said = [ui.stored_words(field) for field in Sample(initial=initial)]

    assert said == ["Every month", "First, Second", "1 July 2026", "no", "<b>", "(empty)"]
    typed = {"rhythm": "monthly", "signs": ["a"], "day": "2026-07-01", "words": "<b>"}
    assert [field.name for field in ui.differing(Sample(initial=initial), Sample(typed))] == ["signs"]
