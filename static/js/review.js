// Saves the rating on the page as a private draft while it is written, and says whether it has arrived.
// Nothing here is needed: without this file the buttons post the page.
"use strict";
(() => {
  const form = document.querySelector("form[data-review]");
  if (!form) return;

  const TYPING_PAUSE_MS = 700;
  const ANSWER_WITHIN_MS = 10000;
  const RETRY_MS = [1000, 2000, 4000, 8000, 15000, 30000];

  const conflict = form.querySelector("[data-conflict]");
  let saved = words(); // what the server has, as far as this page knows
  let isSending = false;
  let isHeld = Boolean(conflict.firstElementChild); // two answers: the person chooses first
  let typing = 0;
  let retry = 0;
  let failures = 0;
  let goTo = "";

  /** The answer as it would be sent, without what changes by itself. */
  function words() {
    const data = new FormData(form);
    for (const name of ["csrfmiddlewaretoken", "revision"]) data.delete(name);
    return new URLSearchParams(data).toString();
  }

  function isUnsaved() {
    return words() !== saved;
  }

  async function send() {
    clearTimeout(typing);
    clearTimeout(retry);
    if (isSending || isHeld) return;
    if (!isUnsaved()) return arrived();
    isSending = true;
    show("saving");
    const sent = words();
    const verdict = await post();
    isSending = false;
    if (verdict === "kept") {
      failures = 0;
      saved = sent;
      return isUnsaved() ? send() : arrived();
    }
    if (verdict === "over") return form.submit(); // shared or closed meanwhile: the server says so
    show(verdict);
    if (verdict === "later" || verdict === "signed-out") {
      retry = setTimeout(send, RETRY_MS[Math.min(failures++, RETRY_MS.length - 1)]);
    } else {
      goTo = "";
    }
  }

  async function post() {
    try {
      const response = await fetch(form.dataset.saveUrl, {
        method: "POST",
        body: new URLSearchParams(new FormData(form)),
        redirect: "manual",
        keepalive: true,
        signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      });
      if (response.type === "opaqueredirect" || response.status === 403) return "signed-out";
      if (response.status === 409) return choose(await response.text());
      if (response.status === 422) return (await response.json()).is_over ? "over" : "refused";
      if (!response.ok) return "later";
      form.elements.revision.value = (await response.json()).revision;
      return "kept";
    } catch {
      return "later";
    }
  }

  function arrived() {
    show("saved");
    if (goTo) location.assign(goTo);
  }

  // --- two answers ----------------------------------------------------------------------------------------------

  function choose(html) {
    isHeld = true;
    conflict.innerHTML = html; // our own page, escaped by the server
    offer();
    return "conflict";
  }

  function offer() {
    const keep = conflict.querySelector("[data-keep]");
    if (!keep) return;
    keep.hidden = false;
    for (const needless of conflict.querySelectorAll("[data-without-script]")) needless.hidden = true;
    conflict.firstElementChild.focus();
    keep.addEventListener("click", () => {
      form.elements.revision.value = keep.dataset.keep;
      conflict.replaceChildren();
      isHeld = false;
      saved = "";
      form.querySelector("[name=level]:checked, [name=level]").focus();
      send();
    });
    conflict.querySelector("[data-take]").addEventListener("click", () => {
      saved = words(); // left on purpose: no warning
    });
  }

  // --- telling --------------------------------------------------------------------------------------------------

  function show(state) {
    const mark = document.querySelector("[data-save-mark]");
    mark.hidden = false;
    for (const one of mark.querySelectorAll("[data-state]")) one.hidden = one.dataset.state !== state;
    for (const help of form.querySelectorAll("[data-help]")) help.hidden = help.dataset.help !== state;
  }

  // --- start ----------------------------------------------------------------------------------------------------

  form.addEventListener("change", send);
  form.addEventListener("input", ({ target }) => {
    if (!target.matches("textarea, input:not([type=radio], [type=checkbox])")) return;
    clearTimeout(typing);
    typing = setTimeout(send, TYPING_PAUSE_MS);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (isHeld) return conflict.firstElementChild.focus();
    goTo = form.dataset[event.submitter?.value || "next"];
    send();
  });
  addEventListener("online", send);
  addEventListener("beforeunload", (event) => {
    if (isUnsaved()) event.preventDefault();
  });

  if (isHeld) {
    offer();
    show("conflict");
  } else {
    show("saved");
  }
})();
