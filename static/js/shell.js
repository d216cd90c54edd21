// Comfort on every page: after a form was refused, the focus is on the first thing to mend.
"use strict";
(() => {
  const REFUSED = "[aria-invalid='true'], .note-off[role='alert']";

  function focusRefused(root) {
    const first = root.querySelector(REFUSED);
    if (!first) return;
    if (first.tabIndex < 0) first.tabIndex = -1;
    first.focus();
  }

  focusRefused(document);
  document.addEventListener("htmx:afterSwap", (event) => focusRefused(event.target));
})();
